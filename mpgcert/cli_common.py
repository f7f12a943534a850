"""What all commands share: options, loading a game, printing one answer and leaving with its exit status."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mpgcert.claims.verdicts import Verdict
    from mpgcert.games import MarkovGame

__all__ = ["Format", "FormatOption", "GameArgument", "QuietOption", "finish", "load_game"]


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"


GameArgument = Annotated[str, typer.Argument(metavar="GAME", help="A game file, or the name of a built-in game.")]
FormatOption = Annotated[Format, typer.Option("--format", help="A table, or one JSON object on standard output.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no table, only the exit status.")]


def load_game(game: str) -> MarkovGame:
    """The game of a command line argument."""
    from mpgcert.games.files import resolve

    return resolve(game)


def finish(
    kind: str,
    content: dict[str, Any],
    form: Format,
    quiet: bool,
    table: Callable[[], None],
    verdicts: list[Verdict],
) -> None:
    """Print one answer and leave with the exit status of its verdicts."""
    from mpgcert.claims.verdicts import exit_status
    from mpgcert.reporting.document import envelope, to_json

    if form is Format.json:
        typer.echo(to_json(envelope(kind, content)))
    elif not quiet:
        table()
    raise typer.Exit(exit_status(verdicts))
