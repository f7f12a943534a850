"""Certificates of a report: written beside it, linked from each verdict, and listed with what they do not establish."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Block, Code, Items, Link, Listing, Paragraph, Section, Table, Word, anchor

if TYPE_CHECKING:
    from mpgcert.certificates.collection import Collection

__all__ = ["certified"]


def certified(
    sections: tuple[Section, ...],
    folder: Path,
    page: Path | None,
    analysis: Any,
    checked: Any,
    bounded: Any,
    solved: Any,
    runs: Mapping[str, Any],
) -> tuple[tuple[Section, ...], dict[str, str]]:
    """The sections of a page with links to the certificates of its verdicts, which are written into a folder.

    Returns also where each certificate lies relative to the page: by its name, and the first one by its statement.

    Args:
        folder: where to write them.
        page: the file of the page, to which links are relative; None for one that lies beside the folder.
        analysis, checked, bounded, solved: of the game.
        runs: checked runs by name; their trajectories are saved in the folder, too.
    """
    from mpgcert.certificates.collection import (
        bounds_certificates,
        check_certificates,
        make_folder,
        run_certificates,
        solve_certificates,
    )

    make_folder(folder)
    found = check_certificates(checked, analysis)
    for other in (bounds_certificates(bounded, analysis), solve_certificates(solved, analysis)):
        found.join(other)
    for name, run in runs.items():
        saved = folder / f"run.{name}.npz"
        run.trajectory.save(saved)
        found.join(run_certificates(run, analysis, saved, f"run.{name}"))
    found.save(folder)
    where = folder.name if page is None else Path(os.path.relpath(folder, page.parent)).as_posix()
    links = {anchor(entry.id): (name, entry.establishes_not) for name, entry in reversed(found.entries.items())}
    linked = tuple(_linked(section, links, where) for section in sections)
    files = {entry.id: _target(where, name) for name, entry in reversed(found.entries.items())}
    files |= {name: _target(where, name) for name in found.entries}
    return (*linked[:-2], _section(found, where), *linked[-2:]), files


def _target(folder: str, name: str) -> str:
    return f"{quote(folder)}/{quote(name)}.json"


def _linked(section: Section, links: dict[str, tuple[str, str]], folder: str) -> Section:
    parts = tuple(_linked(part, links, folder) for part in section.sections)
    if section.id not in links:
        return replace(section, sections=parts)
    name, limits = links[section.id]
    tail = f"; it does not establish {limits}." if limits else "."
    line = Paragraph(("Verify it yourself: ", Link("certificate", _target(folder, name)), tail))
    return replace(section, blocks=(*section.blocks, line), sections=parts)


def _section(found: Collection, folder: str) -> Section:
    rows = tuple(
        (
            Code(entry.id),
            Word(Verdict(entry.verdict)) if entry.verdict in set(Verdict) else entry.verdict,
            Link(name, _target(folder, name)),
            entry.establishes_not,
        )
        for name, entry in found.entries.items()
    )
    table = Table("Certificates", ("statement", "verdict", "certificate", "what it does not establish"), rows)
    how = Paragraph(
        "Each file was accepted by the independent verifier before it was written. The verifier needs the standard "
        "library of Python alone, and your own game file:"
    )
    first = next(iter(found.entries), "CERTIFICATE")
    blocks: list[Block] = [table, how, Listing(f"python verify.py {folder}/{first}.json {folder}/game.json")]
    if found.missing:
        reasons = tuple((Code(name), f": {reason}") for name, reason in found.missing)
        blocks += [Paragraph("Without a certificate:"), Items(reasons)]
    return Section("certificates", "Certificates", tuple(blocks))
