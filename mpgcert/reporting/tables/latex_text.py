r"""Sheets as LaTeX for papers: `booktabs` rules, numbers and formulas in math mode, all other text escaped."""

from __future__ import annotations

import re

from mpgcert.reporting.blocks import Code, Math, Word
from mpgcert.reporting.formatting import powers, rounded
from mpgcert.reporting.tables.plain_text import number_text
from mpgcert.reporting.tables.sheet import Cell, Column, Matrix, Sheet, Surface, Worded

__all__ = ["escape", "math", "to_latex"]

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    "×": r"$\times$",
    "≈": r"$\approx$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "∞": r"$\infty$",
    "→": r"$\to$",
    "−": "$-$",
}
_RELATIONS = {"<=": r"$\le$", "<": "$<$"}
_PROSE = 0.9  # of the line, shared by the columns of sentences


def to_latex(sheet: Sheet) -> str:
    """The rows for readers in a `table` environment."""
    columns = [column for _, column in sheet.columns_on(Surface.LATEX)]
    positions = [k for k, _ in sheet.columns_on(Surface.LATEX)]
    lines = [
        r"% needs \usepackage{booktabs}",
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{escape(sheet.caption)}}}",
        rf"  \begin{{tabular}}{{{_specification(columns)}}}",
        r"    \toprule",
        _row([escape(column.heading) for column in columns]),
        r"    \midrule",
        *(_row([cell_text(row[k]) for k in positions]) for row in sheet.shown_rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _specification(columns: list[Column]) -> str:
    sentences = sum(column.prose for column in columns)
    others = len(columns) - sentences
    width = max(0.2, round((_PROSE - 0.12 * others) / sentences, 2)) if sentences else 0
    kinds = (rf"p{{{width:g}\linewidth}}" if column.prose else "r" if column.right else "l" for column in columns)
    return "".join(kinds)


def _row(cells: list[str]) -> str:
    # a cell that begins with a bracket or a star would be read as an argument of the \\ before it
    first = "{}" + cells[0] if cells[0].startswith(("[", "*")) else cells[0]
    return "    " + " & ".join([first, *cells[1:]]) + r" \\"


def escape(text: str) -> str:
    """Plain text, so that LaTeX prints it as it is; line ends become spaces."""
    text = powers(" ".join(text.split()), "\0", "\1")
    escaped = "".join(_SPECIAL.get(character, character) for character in text)
    return escaped.replace("\0", "$^{").replace("\1", "}$")


def math(number: str) -> str:
    """A formatted number, such as `≈ 2.5 × 10⁻⁷`, in math mode; a missing one as a dash."""
    if number == "–":
        return "--"
    number = re.sub(r"(?<=\d),(?=\d)", "{,}", powers(number))
    for sign, command in (("×", r"\times"), ("≈", r"\approx"), ("∞", r"\infty"), ("in [", r"\in [")):
        number = number.replace(sign, command)
    return f"${number}$"


def cell_text(cell: Cell) -> str:
    """One cell."""
    if cell is None:
        return "--"
    if isinstance(cell, Worded):
        relation = f"{_RELATIONS[cell.relation]} " if cell.relation else ""
        return relation + cell_text(cell.value) + (f" {escape(cell.after)}" if cell.after else "")
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Math):
        return f"${cell.latex}$" if cell.latex else ""
    if isinstance(cell, Code):
        return rf"\texttt{{{escape(cell.text)}}}"
    if isinstance(cell, Word):
        return escape(cell.text)
    if isinstance(cell, Matrix):
        rows = r" \\ ".join(" & ".join(math(rounded(x)).strip("$") for x in row) for row in cell.entries)
        return rf"$\left(\begin{{array}}{{{'r' * len(cell.entries[0])}}}{rows}\end{{array}}\right)$"
    if isinstance(cell, tuple):
        return ", ".join(map(cell_text, cell))
    number = number_text(cell)
    return escape(str(cell)) if number is None else math(number)
