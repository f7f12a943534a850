"""Cells as readers see them in a terminal or a notebook."""

from __future__ import annotations

from fractions import Fraction

from mpgcert.claims.quantity import Quantity
from mpgcert.reporting.blocks import Code, Math, Word
from mpgcert.reporting.formatting import brief, count, decimal, quantity, rounded
from mpgcert.reporting.tables.sheet import Cell, Matrix, Worded

__all__ = ["cell_text", "number_text"]


def cell_text(cell: Cell) -> str:
    """A cell in one or several lines of plain text."""
    if cell is None:
        return "–"
    if isinstance(cell, Worded):
        return " ".join(part for part in (cell.relation, cell_text(cell.value), cell.after) if part)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Math):
        return cell.latex
    if isinstance(cell, Word | Code):
        return cell.text
    if isinstance(cell, Matrix):
        return "\n".join("(" + ", ".join(map(decimal, row)) + ")" for row in cell.entries)
    if isinstance(cell, tuple):
        return ", ".join(map(cell_text, cell))
    number = number_text(cell)
    return str(cell) if number is None else number


def number_text(cell: Cell) -> str | None:
    """A number as it is shown everywhere; None if the cell is none."""
    if isinstance(cell, int):
        return count(cell)
    if isinstance(cell, float):
        return rounded(cell)
    if isinstance(cell, Fraction):
        return brief(cell)
    return quantity(cell) if isinstance(cell, Quantity) else None
