"""What all commands share: options, loading a game, printing one answer and leaving with its exit status."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mpgcert.certificates.collection import Collection
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.verdicts import Verdict
    from mpgcert.games import Game

__all__ = [
    "CertificatesOption",
    "DeltaOption",
    "FirstOption",
    "Format",
    "FormatOption",
    "GameArgument",
    "OptionalGameArgument",
    "QuietOption",
    "SigmaXOption",
    "StartOption",
    "StepSizesOption",
    "finish",
    "load_game",
    "optional_subject",
    "save_certificates",
    "subject",
]


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"


GameArgument = Annotated[str, typer.Argument(metavar="GAME", help="A game file, or the name of a built-in game.")]
OptionalGameArgument = Annotated[
    str | None,
    typer.Argument(metavar="GAME", help="A game file, or a built-in game's name; not with step sizes alone."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="A table, or one JSON object on standard output.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no table, only the exit status.")]


def load_game(game: str) -> Game:
    """The game of a command line argument."""
    from mpgcert.games.files import resolve

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
        typer.echo(f"{len(collection.entries)} certificates in {folder}{missing}", err=True)


def finish(
    kind: str,
    content: dict[str, Any],
    form: Format,
    quiet: bool,
    table: Callable[[], None],
    verdicts: list[Verdict],
    status: int | None = None,
) -> None:
    """Print one answer and leave with the exit status of its verdicts, or with the one given."""
    from mpgcert.reporting.document import envelope, to_json

    if form is Format.json:
        typer.echo(to_json(envelope(kind, content)))
    elif not quiet:
        table()
    if status is None:
        from mpgcert.claims.verdicts import exit_status

        status = exit_status(verdicts)
    raise typer.Exit(status)
