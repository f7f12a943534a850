"""Every number of a page in full: the footnotes of its tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mpgcert.reporting.blocks import Block, Code, Details, Link, Paragraph, Section, Table, Text, Value, values
from mpgcert.reporting.formatting import plural
from mpgcert.reporting.values import certificate_of

__all__ = ["numbers_section"]

_HOW = (
    "A number on this page may be rounded. Here it stands as it is: exactly, or between proved ends, or with all "
    "digits of the double that was computed. Its place is that in the JSON form of this report (the same command with "
    "-o report.json): checks[id=…] is the entry of a list with that id, [-1] the last entry. On the screen the same is "
    "shown on hovering over a number, or on touching it."
)


def numbers_section(sections: tuple[Section, ...], certificates: Mapping[str, str]) -> Section:
    """The numbers of these sections that stand for more than is shown, once each."""
    found = dict.fromkeys(
        value for section in sections for value in _in(section) if value.full and (value.source or value.record)
    )
    proved = any(certificate_of(value, certificates) for value in found)
    rows = tuple(_row(value, certificates, proved) for value in found)
    header: tuple[Text, ...] = ("as shown", "in full", "statement", "place", *(("certificate",) if proved else ()))
    table = Table("Numbers in reading order", header, rows, frozenset({0}), ordered=True)
    blocks: tuple[Block, ...] = (Paragraph(_HOW), Details(plural(len(rows), "number"), (table,)))
    return Section("numbers", "Where the numbers come from", blocks)


def _in(section: Section) -> Iterator[Value]:
    yield from values(section.blocks)
    for inner in section.sections:
        yield from _in(inner)


def _row(value: Value, certificates: Mapping[str, str], proved: bool) -> tuple[Text, ...]:
    file = certificate_of(value, certificates)
    proof: tuple[Text, ...] = (Link(file.rpartition("/")[2], file) if file else "",) if proved else ()
    return (value.text, value.full, Code(value.source) if value.source else "", Code(value.record), *proof)
