"""What all tables for terminals are made of; 80 columns unless the terminal says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

__all__ = ["COLOURS", "name_text", "new_console", "new_table", "next_command", "plain", "reference", "verdict_text"]

COLOURS = {
    Verdict.HOLDS: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "dim",
}
_WIDTH = 80


def new_console() -> Console:
    """Where tables are printed."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)


def new_table(*columns: str, justify: Any = "left") -> Table:
    """A table without outer lines; long cells are folded."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, justify=justify, overflow="fold")
    return table


def plain(value: object) -> Text:
    """Text that is not read as markup."""
    from rich.text import Text

    return Text(str(value))


def name_text(value: object) -> Text:
    """A name, in bold."""
    from rich.text import Text

    return Text(str(value), style="bold")


def verdict_text(verdict: Verdict) -> Text:
    """A verdict in its colour."""
    from rich.text import Text

    return Text(str(verdict), style=COLOURS[verdict])


def reference(name: str) -> str:
    """How the game is named on the command line, if that can be known: a game from a file has a path."""
    from mpgcert.games.builtin import names

    return name if name.split(":", 1)[0] in names() else "GAME"


def next_command(console: Console, command: str) -> None:
    """What to do next."""
    text = plain("next: ")
    text.append(command)
    console.print(text, style="cyan", soft_wrap=True)
