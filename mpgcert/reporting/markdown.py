"""Blocks as Markdown with formulas in dollars, as common viewers of repositories read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import (
    Block,
    Code,
    Details,
    Facts,
    Figure,
    Figures,
    Formula,
    Items,
    Link,
    Listing,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
    Value,
    Word,
    parts,
)

if TYPE_CHECKING:
    from mpgcert.reporting.page import Report

__all__ = ["document"]

Drawing = Callable[[Figure], str]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def document(report: Report, drawing: Drawing | None = None) -> str:
    """The whole report.

    Args:
        drawing: the file that holds a plot; without it plots are given in words and numbers only.
    """
    lines = [f"# {_escape(report.title)}", *_block(report.facts, drawing)]
    for part in report.sections:
        lines += _section(part, 2, drawing)
    return "\n\n".join(lines) + "\n"


def _section(part: Section, level: int, drawing: Drawing | None) -> list[str]:
    lines = [f"{'#' * level} {_text(part.title)}"]
    for item in part.blocks:
        lines += _block(item, drawing)
    for inner in part.sections:
        lines += _section(inner, level + 1, drawing)
    return lines


def _block(item: Block, drawing: Drawing | None) -> list[str]:
    match item:
        case Paragraph(text):
            return [_text(text)]
        case Formula(latex):
            return [f"$$\n{latex}\n$$"]
        case Facts(entries):
            return ["\n".join(f"- {_text(term)}: {_text(value)}" for term, value in entries)]
        case Items(items):
            return ["\n".join(f"- {_text(entry)}" for entry in items)]
        case Listing(text):
            return [f"```text\n{text}\n```"]
        case Details(summary, blocks):
            return [f"**{_escape(summary)}**", *(line for inner in blocks for line in _block(inner, drawing))]
        case Table():
            return _table(item)
        case Figures(figures):
            return [] if drawing is None else [f"![{_escape(figure.title)}]({drawing(figure)})" for figure in figures]


def _table(table: Table) -> list[str]:
    rules = ["---:" if k in table.numeric else "---" for k in range(len(table.header))]
    rows = [tuple(map(_cell, table.header)), tuple(rules), *(tuple(map(_cell, row)) for row in table.rows)]
    return [f"**{_escape(table.caption)}**", "\n".join(f"| {' | '.join(row)} |" for row in rows)]


def _cell(text: Text) -> str:
    # a bar would end the cell, also inside a formula
    return _text(text, bar=r"\vert ").replace("\n", " ")


def _text(text: Text, bar: str = "|") -> str:
    return "".join(_inline(part, bar) for part in parts(text))


def _inline(part: object, bar: str) -> str:
    match part:
        case str():
            return _escape(part)
        case Math(latex):
            norms = latex.replace(r"\|", r"\Vert ") if bar != "|" else latex
            return f"${norms.replace('|', bar)}$"
        case Link(text, target):
            return f"[{_escape(text)}]({target})"
        case Code(text):
            return f"`{text}`"
        case Strong(text):
            return f"**{_escape(text)}**"
        case Word():
            return f"**{part.text}**"
        case Value(text):
            return _escape(text)
    raise TypeError(f"{type(part).__name__} is no inline part")


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
