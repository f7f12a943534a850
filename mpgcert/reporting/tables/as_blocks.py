"""Sheets as tables of pages and notebooks."""

from __future__ import annotations

from mpgcert.reporting.blocks import Code, Math, Table, Text, Word
from mpgcert.reporting.tables.plain_text import cell_text
from mpgcert.reporting.tables.sheet import Cell, Sheet, Surface

__all__ = ["as_block"]


def as_block(sheet: Sheet) -> Table:
    """The rows for readers, each column on its own."""
    shown = sheet.columns_on(Surface.TERMINAL)
    header: tuple[Text, ...] = tuple(column.heading for _, column in shown)
    rows = tuple(tuple(_text(row[k]) for k, _ in shown) for row in sheet.shown_rows)
    numeric = frozenset(position for position, (_, column) in enumerate(shown) if column.right)
    hidden = len(sheet.rows) - len(rows)
    caption = f"{sheet.caption} ({hidden:,} more rows in to_dict())" if hidden else sheet.caption
    return Table(caption, header, rows, numeric)


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Word | Code | Math) else cell_text(cell)
