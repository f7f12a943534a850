"""What all commands share: options, loading a game, printing one answer and leaving with its exit status."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpgcert.cli_completion import complete_game

if TYPE_CHECKING:
    from mpgcert.certificates.collection import Collection
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.verdicts import Verdict
    from mpgcert.games import Game
    from mpgcert.reporting.tables import Tables

__all__ = [
    "CertificatesOption",
    "DeltaOption",
    "FirstOption",
    "Format",
    "FormatOption",
    "GameArgument",
    "Interrupted",
    "OptionalGameArgument",
    "QuietOption",
    "SigmaXOption",
    "StartOption",
    "StepSizesOption",
    "TableFormat",
    "TableFormatOption",
    "TableOption",
    "VerboseOption",
    "finish",
    "finish_result",
    "load_game",
    "optional_subject",
    "print_tables",
    "save_certificates",
    "subject",
]


class Interrupted(Exception):
    """The user stopped the command; the message says what was kept, and how to go on."""


class Format(StrEnum):
    """How answers are printed."""

    table = "table"
    json = "json"


class TableFormat(StrEnum):
    """How answers are printed that are tables."""

    table = "table"
    json = "json"
    csv = "csv"
    latex = "latex"


GameArgument = Annotated[
    str,
    typer.Argument(metavar="GAME", help="A game file, or the name of a built-in game.", autocompletion=complete_game),
]
OptionalGameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="GAME",
        help="A game file, or a built-in game's name; not with step sizes alone.",
        autocompletion=complete_game,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="A table, or one JSON object on standard output.")]
TableFormatOption = Annotated[
    TableFormat,
    typer.Option("--format", help="A table, one JSON object, CSV, or LaTeX with booktabs, on standard output."),
]
TableOption = Annotated[
    str | None,
    typer.Option("--table", metavar="NAME", help="Which table, as CSV [default: the first] or LaTeX [default: all]."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no table, only the exit status.")]


def _start_logging(wanted: bool) -> bool:
    """Messages of the library on standard error, with the time since the start; none if not wanted."""
    import logging

    handler: logging.Handler = logging.StreamHandler() if wanted else logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(relativeCreated)6.0f ms  %(message)s"))
    logger = logging.getLogger("mpgcert")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO if wanted else logging.NOTSET)
    return wanted


VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        callback=_start_logging,
        help="Say on standard error what is done, how, and how long it took.",
    ),
]


def load_game(game: str) -> Game:
    """The game of a command line argument."""
    from mpgcert.games.files import resolve
    from mpgcert.phases import phase

    with phase(f"reading {game}"):
        return resolve(game)


StartOption = Annotated[
    str | None,
    typer.Option("--start", help="Gains K^(0) of a linear-quadratic game: JSON or npz [default: its own, or 0]."),
]
DeltaOption = Annotated[
    str | None,
    typer.Option("--delta", help="The small constant of rho* for linear-quadratic games [default: 0.01]."),
]


CertificatesOption = Annotated[
    Path | None,
    typer.Option("--certificates", metavar="DIR", help="Write certificates that anyone can verify into this folder."),
]


StepSizesOption = Annotated[
    str | None,
    typer.Option(
        "--step-sizes",
        help='Step sizes of decentralized learning, as "alpha = z*n^-0.6; beta = 1/(2*n); z = 0.5, 0.7".',
    ),
]
FirstOption = Annotated[int, typer.Option("--first", min=0, max=1, help="First n of the step sizes.")]


class SigmaX(StrEnum):
    """Readings of the paper's sigma_X."""

    paper = "paper"
    policy = "policy"


SigmaXOption = Annotated[
    SigmaX | None,
    typer.Option(
        "--sigma-x", help="sigma_X of E[x_0 x_0'] and W [default], or of the covariances under the starting policy."
    ),
]


def subject(game: str, start: str | None, delta: str | None, sigma_x: SigmaX | None = None) -> Game | LQAnalysis:
    """The game of a command line argument, with starting gains and delta where it is linear-quadratic.

    Raises:
        InvalidInput: an option that such a game does not have, or a value out of range.
    """
    from mpgcert.errors import InvalidInput
    from mpgcert.games.files import starting_policy
    from mpgcert.games.lq import LQGame

    loaded = load_game(game)
    if not isinstance(loaded, LQGame):
        for name, value in (("start", start), ("delta", delta), ("sigma-x", sigma_x)):
            if value is not None:
                raise InvalidInput(f"{value!r:.40}", field=f"--{name}", expected="a linear-quadratic game")
        return loaded
    from mpgcert.claims.lq.analysis import LQAnalysis

    gains = None if start is None else starting_policy(loaded, start)
    return LQAnalysis.of(loaded, delta=delta, start=gains, sigma_x=None if sigma_x is None else sigma_x.value)


def optional_subject(
    game: str | None, start: str | None, delta: str | None, sigma_x: SigmaX | None
) -> Game | LQAnalysis | None:
    """As `subject`, or None without a game, where there are no options of a game either."""
    from mpgcert.errors import InvalidInput

    if game is not None:
        return subject(game, start, delta, sigma_x)
    for name, value in (("start", start), ("delta", delta), ("sigma-x", sigma_x)):
        if value is not None:
            raise InvalidInput("no game", field=f"--{name}", expected="a linear-quadratic game")
    return None


def save_certificates(collection: Collection, folder: Path, quiet: bool) -> None:
    """Write certificates, and say on standard error how many and what is missing."""
    collection.save(folder)
    if not quiet:
        missing = f", {len(collection.missing)} not certified (see index.json)" if collection.missing else ""
        number = len(collection.entries)
        typer.echo(f"{number} {'certificate' if number == 1 else 'certificates'} in {folder}{missing}", err=True)


def finish(
    kind: str,
    content: dict[str, Any],
    form: Format | TableFormat,
    quiet: bool,
    table: Callable[[], None],
    verdicts: list[Verdict],
    status: int | None = None,
) -> None:
    """Print one answer and leave with the exit status of its verdicts, or with the one given."""
    from mpgcert.reporting.document import envelope, to_json

    if form == Format.json:
        typer.echo(to_json(envelope(kind, content)))
    elif not quiet:
        table()
    if status is None:
        from mpgcert.claims.verdicts import exit_status

        status = exit_status(verdicts)
    raise typer.Exit(status)


def finish_result(
    kind: str,
    result: Any,
    form: TableFormat,
    quiet: bool,
    *,
    game: str | None = None,
    table: str | None = None,
    verdicts: list[Verdict] | None = None,
    status: int | None = None,
) -> None:
    """As `finish`, for a result that has tables.

    Args:
        kind: of the answer, for its schema's name.
        result: of the command.
        form: json, or the form of the tables.
        quiet: whether nothing is to be printed for readers.
        game: how the user named the game, for the command to go on with.
        table: the one table to print.
        verdicts: for the exit status; the result's by default.
        status: the exit status, if it does not follow from verdicts.
    """
    from mpgcert.reporting import terminal

    printed = print_tables(form, table, result.tables)
    finish(
        kind,
        result.to_dict() if form is TableFormat.json else {},
        form,
        quiet or printed,
        lambda: terminal.show(result, game),
        result.verdicts if verdicts is None else verdicts,
        status,
    )


def print_tables(form: TableFormat, table: str | None, tables: Callable[[], Tables]) -> bool:
    """Print CSV or LaTeX if that is the form, and say whether it was.

    Raises:
        InvalidInput: no such table, or a table chosen for another form.
    """
    if form in (TableFormat.csv, TableFormat.latex):
        chosen = tables().choose(table)
        typer.echo(chosen.to_csv() if form is TableFormat.csv else chosen.to_latex(), nl=False)
        return True
    if table is not None:
        from mpgcert.errors import InvalidInput

        raise InvalidInput(f"with --format {form.value}", field="--table", expected="--format csv or latex")
    return False
