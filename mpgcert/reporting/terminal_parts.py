"""What all answers on a terminal are made of; 80 columns unless the terminal says otherwise."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TextIO

from mpgcert.reporting.blocks import Word
from mpgcert.reporting.tables.plain_text import cell_text
from mpgcert.reporting.tables.sheet import Cell, Column, Sheet, Surface

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

__all__ = ["command_lines", "new_console", "plain", "render", "table_of"]

_COLOURS = {
    "holds": "green",
    "violated": "bold red",
    "undecided": "yellow",
    "vacuous": "dim",
    "proved": "green",
    "unrefuted": "green",
    "falsified": "bold red",
    "evidence": "cyan",
    "definition": "dim",
}
_WIDTH = 80
_STATUS = "status"


def new_console(file: TextIO | None = None) -> Console:
    """Where answers are printed: as wide as the terminal, or 80 columns of plain text into a file or a string."""
    from rich.console import Console

    class Stoppable(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # rich would leave with status 1, which is a verdict here

    if file is not None:
        return Console(file=file, highlight=False, width=_WIDTH, force_terminal=False, no_color=True)
    console = Stoppable(highlight=False, soft_wrap=False)
    return console if console.file.isatty() else Stoppable(highlight=False, width=_WIDTH)


def plain(value: object, style: str = "") -> Text:
    """Text that is not read as markup."""
    from rich.text import Text

    return Text(str(value), style=style)


def render(console: Console, parts: Iterable[Sheet | Text | str]) -> None:
    """Print tables and paragraphs one after the other."""
    after_table = False
    for part in parts:
        if after_table and isinstance(part, Sheet):
            console.print()
        after_table = isinstance(part, Sheet)
        if isinstance(part, Sheet):
            console.print(table_of(part))
            hidden = len(part.rows) - len(part.shown_rows)
            if hidden and part.excerpt == tuple(range(len(part.shown_rows))):
                console.print(plain(f"and {hidden:,} more (--format json and --format csv list all)", "dim"))
        else:
            console.print(plain(part) if isinstance(part, str) else part)


def table_of(sheet: Sheet) -> Table:
    """A table without outer lines; long cells are folded."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    shown = sheet.columns_on(Surface.TERMINAL)
    heads = [(k, column) for k, column in shown if column.under is None]
    rows = []
    for row in sheet.shown_rows:
        cells = []
        for k, column in heads:
            cell = _styled(row[k], column)
            for other, below in shown:
                if below.under == column.key and row[other] not in ("", None):
                    cell.append("\n")
                    cell.append_text(_styled(row[other], below))
            cells.append(cell)
        rows.append(cells)
    for k, (_, column) in enumerate(heads):
        names = " " not in column.heading and all(" " not in cells[k].plain for cells in rows)
        justify: Literal["left", "right"] = "right" if column.right else "left"
        table.add_column(column.heading, justify=justify, overflow="fold", no_wrap=names)
    for cells in rows:
        table.add_row(*cells)
    return table


def _styled(cell: Cell, column: Column) -> Text:
    style = column.style
    if isinstance(cell, Word):
        style = _COLOURS[str(cell.verdict)]
    elif column.key == _STATUS:
        style = _COLOURS.get(str(cell), "")
    return plain(cell_text(cell), style)


def command_lines(words: Sequence[str], width: int, prefix: str = "next: ") -> str:
    r"""A command to copy, broken with backslashes where it is longer than a line.

    >>> print(command_lines(["mpgcert", "solve", "my game.json"], 24))
    next: mpgcert solve \
      'my game.json'
    """
    lines, line = [], prefix.rstrip()
    for k, word in enumerate(map(shlex.quote, words)):
        room = width - (0 if k == len(words) - 1 else 2)  # for the backslash
        if len(line) + 1 + len(word) > room and line.strip() not in ("", prefix.strip()):
            lines.append(f"{line} \\")
            line = f"  {word}"
        else:
            line = f"{line} {word}"
    return "\n".join([*lines, line])
