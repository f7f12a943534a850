"""Sheets as CSV: values as data, one header, lines end with a line feed."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.quantity import Quantity
from mpgcert.reporting.blocks import Code, Math, Word
from mpgcert.reporting.tables.sheet import Cell, Column, Matrix, Sheet, Surface, Worded

__all__ = ["to_csv"]


def to_csv(sheet: Sheet) -> str:
    """The sheet with all its rows."""
    columns = sheet.columns_on(Surface.CSV)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(name for _, column in columns for name in _names(column))
    for row in sheet.rows:
        writer.writerow(text for k, column in columns for text in _texts(row[k], column))
    return stream.getvalue()


def _names(column: Column) -> list[str]:
    key = column.key
    return [key, f"{key}_exact", f"{key}_lower", f"{key}_upper"] if column.enclosed else [key]


def _texts(cell: Cell, column: Column) -> list[str]:
    if not column.enclosed:
        return [_text(cell)]
    value = cell.value if isinstance(cell, Worded) else cell
    if not isinstance(value, Quantity):
        return [_text(value), "", "", ""]
    found = value.to_dict()
    if value.is_infinite:
        return ["inf", "infinity", "", ""]
    return [_text(part) for part in (found["value"], found["exact"], *found["enclosure"])]


def _text(cell: Cell) -> str:
    if isinstance(cell, Worded):
        return _text(cell.value)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Fraction):
        return format_fraction(cell)
    if isinstance(cell, Quantity):
        return _text(cell.lower) if cell.is_exact else _text(cell.value)
    if isinstance(cell, Word):
        return str(cell.verdict)
    if isinstance(cell, Math):
        return cell.latex
    if isinstance(cell, Code):
        return cell.text
    if isinstance(cell, Matrix):
        return json.dumps([list(row) for row in cell.entries])
    if isinstance(cell, tuple):
        return "; ".join(map(_text, cell))
    return repr(float(cell)) if isinstance(cell, float) else str(cell)
