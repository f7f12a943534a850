"""A table as data: what a terminal, a CSV file and a LaTeX document show are the same rows.

Cells are values, not text: exact numbers, enclosures, verdicts, formulas.  Each surface writes them in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Flag, auto
from fractions import Fraction
from typing import Any

from mpgcert.claims.quantity import Quantity
from mpgcert.reporting.blocks import Code, Math, Word

__all__ = ["Cell", "Column", "Matrix", "Sheet", "Surface", "Worded"]


class Surface(Flag):
    """Where a column is shown."""

    TERMINAL = auto()
    CSV = auto()
    LATEX = auto()
    PRINT = TERMINAL | LATEX
    DATA = CSV
    ALL = TERMINAL | CSV | LATEX


@dataclass(frozen=True)
class Worded:
    """A value with what readers need to know beside it; in a CSV file it is the value alone.

    Attributes:
        value: the cell.
        relation: `<=` or `<` in front of it, or nothing.
        after: words that follow it.
    """

    value: Cell
    relation: str = ""
    after: str = ""


@dataclass(frozen=True)
class Matrix:
    """A matrix of doubles."""

    entries: tuple[tuple[float, ...], ...]


Number = bool | int | float | Fraction | Quantity
Cell = str | Number | Word | Code | Math | Worded | Matrix | None | tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        key: its name in CSV files.
        heading: its name for readers.
        on: the surfaces that show it.
        under: in a terminal, the column in whose cells this one continues on a new line.
        style: in a terminal, as `rich` names it.
        right: whether it is aligned at the right.
        prose: whether its cells are sentences, which need a limited width on paper.
        enclosed: whether its cells are quantities: a CSV file then has the columns `key` (nearest double), `key_exact`,
            `key_lower` and `key_upper`.
    """

    key: str
    heading: str
    on: Surface = Surface.ALL
    under: str | None = None
    style: str = ""
    right: bool = False
    prose: bool = False
    enclosed: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table.

    Attributes:
        name: by which `--table` and `Tables` know it.
        caption: what it shows.
        columns: with their surfaces.
        rows: one cell for each column.
        excerpt: the rows that readers see, where there are too many; data files have all.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    excerpt: tuple[int, ...] | None = None

    def columns_on(self, surface: Surface) -> list[tuple[int, Column]]:
        """The columns that a surface shows, with their positions in a row."""
        return [(k, column) for k, column in enumerate(self.columns) if surface & column.on]

    @property
    def shown_rows(self) -> Sequence[tuple[Cell, ...]]:
        """The rows for readers."""
        return self.rows if self.excerpt is None else [self.rows[k] for k in self.excerpt]

    def to_csv(self) -> str:
        """One header and one line for each row; rationals as strings such as 5/72, doubles with all their digits."""
        from mpgcert.reporting.tables.csv_text import to_csv

        return to_csv(self)

    def to_latex(self) -> str:
        r"""A `table` environment that needs `\usepackage{booktabs}`."""
        from mpgcert.reporting.tables.latex_text import to_latex

        return to_latex(self)
