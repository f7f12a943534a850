"""The command line. Commands import what they need when they run, so that `--help` answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mpgcert import cli_claims, cli_doctor, cli_run
from mpgcert.cli_common import (
    CertificatesOption,
    DeltaOption,
    FirstOption,
    Format,
    FormatOption,
    GameArgument,
    Interrupted,
    OptionalGameArgument,
    QuietOption,
    SigmaXOption,
    StartOption,
    StepSizesOption,
    TableFormat,
    TableFormatOption,
    TableOption,
    VerboseOption,
    finish,
    finish_result,
    load_game,
    optional_subject,
    print_tables,
    save_certificates,
    subject,
)
from mpgcert.cli_completion import complete_game
from mpgcert.phases import phase

__all__ = ["app", "main"]


class _Commands(TyperGroup):
    """Commands that the user, or a reader who has enough, can stop: left alone, both would end with status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("nothing was written") from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to be flushed goes nowhere
            raise typer.Exit(0) from None


app = typer.Typer(
    name="mpgcert",
    cls=_Commands,
    help="Certified checks of theorems on policy gradient in games, on your game.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would double the time to print it
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 everything asked holds, 1 something is violated, 2 bad input or usage, "
    "3 something is undecided, 4 internal error.",
)
games_app = typer.Typer(no_args_is_help=False, help="The built-in games.")
app.add_typer(games_app, name="games")


EpsilonOption = Annotated[
    str | None, typer.Option("--epsilon", help="Accuracy [default: a tenth of the reward range, or 0.01 in cost].")
]


def _version(value: bool) -> None:
    if value:
        from mpgcert import __version__

        typer.echo(f"mpgcert {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@games_app.callback(invoke_without_command=True)
def games(
    context: typer.Context,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """List the built-in games with source and size."""
    if context.invoked_subcommand is not None:
        return
    from mpgcert.games.builtin import catalogue
    from mpgcert.reporting.tables import Tables
    from mpgcert.reporting.tables.of_games import games as games_sheet
    from mpgcert.reporting.terminal import show_parts

    with phase("reading the catalogue"):
        entries = [entry.to_dict() for entry in catalogue()]
    sheet = games_sheet(entries)
    printed = print_tables(form, table, lambda: Tables([sheet]))
    following = ["mpgcert", "check", entries[0]["name"]]
    finish("games", {"games": entries}, form, quiet or printed, lambda: show_parts([sheet], following), [])


@games_app.command("show")
def games_show(
    name: Annotated[
        str,
        typer.Argument(
            help="Name of a built-in game, with parameters as NAME:key=value,key=value.", autocompletion=complete_game
        ),
    ],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A .json, .npz or .nfg file.")] = None,
) -> None:
    """Write a built-in game as a game file."""
    from mpgcert.games.files import to_text, write

    game = load_game(name)
    if output is None:
        typer.echo(to_text(game), nl=False)
    else:
        write(game, output)
        typer.echo(str(output), err=True)


@games_app.command("schema")
def games_schema() -> None:
    """Print the JSON Schema of game files."""
    from importlib.resources import files

    typer.echo(files("mpgcert.games").joinpath("schema.json").read_text("utf-8"), nl=False)


@app.command()
def check(
    game: OptionalGameArgument = None,
    step_sizes: StepSizesOption = None,
    first: FirstOption = 1,
    start: StartOption = None,
    delta: DeltaOption = None,
    sigma_x: SigmaXOption = None,
    certificates: CertificatesOption = None,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Decide the papers' assumptions, with proof either way."""
    from mpgcert.claims.check import analysis_of
    from mpgcert.claims.check import check as run_check

    loaded = optional_subject(game, start, delta, sigma_x)
    analysis = None if loaded is None else analysis_of(loaded)
    with phase("deciding the assumptions"):
        result = run_check(analysis, step_sizes=step_sizes, first=first)
    if certificates is not None:
        from mpgcert.certificates.collection import check_certificates
        from mpgcert.claims.step_sizes import StepSizes

        players = None if analysis is None else analysis.game.n_players
        steps = None if step_sizes is None else StepSizes.parse(step_sizes, players)
        save_certificates(check_certificates(result, analysis, steps, first), certificates, quiet)
    finish_result("check", result, form, quiet, game=game, table=table)


@app.command()
def bounds(
    game: GameArgument,
    epsilon: EpsilonOption = None,
    start: StartOption = None,
    delta: DeltaOption = None,
    sigma_x: SigmaXOption = None,
    certificates: CertificatesOption = None,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Constants, safe step sizes and iteration bounds."""
    from mpgcert.claims.bounds import bounds as run_bounds
    from mpgcert.claims.check import analysis_of

    analysis = analysis_of(subject(game, start, delta, sigma_x))
    with phase("evaluating the bounds"):
        result = run_bounds(analysis, epsilon)
    if certificates is not None:
        from mpgcert.certificates.collection import bounds_certificates

        save_certificates(bounds_certificates(result, analysis), certificates, quiet)
    finish_result("bounds", result, form, quiet, game=game, table=table, verdicts=[])


@app.command()
def solve(
    game: GameArgument,
    certificates: CertificatesOption = None,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Exact equilibria: potential maximiser, pure ones."""
    from mpgcert.claims.check import analysis_of
    from mpgcert.claims.solutions import solve as run_solve

    analysis = analysis_of(load_game(game))
    with phase("solving"):
        result = run_solve(analysis)
    if certificates is not None:
        from mpgcert.certificates.collection import solve_certificates

        save_certificates(solve_certificates(result, analysis), certificates, quiet)
    finish_result("solve", result, form, quiet, game=game, table=table, verdicts=[])


@app.command()
def report(
    game: GameArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="A .html, .md or .json file.")],
    epsilon: EpsilonOption = None,
    steps: Annotated[int, typer.Option(min=1, help="Iterations of each run.")] = 2000,
    starts: Annotated[
        int | None, typer.Option(min=1, help="Starts from which the figures of hambly2021 are repeated [default: 512].")
    ] = None,
    start: StartOption = None,
    delta: DeltaOption = None,
    sigma_x: SigmaXOption = None,
    certificates: CertificatesOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """All of it in one self-contained page."""
    from mpgcert.reporting.page import write_report
    from mpgcert.reporting.progress import progress

    loaded = subject(game, start, delta, sigma_x)
    with phase("making the report"), progress(not quiet) as report_progress:
        written = write_report(
            loaded,
            output,
            epsilon=epsilon,
            steps=steps,
            starts=starts,
            certificates=certificates,
            progress=report_progress,
        )
    if not quiet:
        typer.echo(str(written))


@app.command()
def verify(
    certificate: Annotated[Path, typer.Argument(metavar="CERTIFICATE", help="A certificate (.json).")],
    game: Annotated[
        str | None,
        typer.Option(
            "--game",
            help="Your own game file [default: the game inside the certificate].",
            autocompletion=complete_game,
        ),
    ] = None,
    trajectory: Annotated[
        Path | None, typer.Option("--trajectory", help="The saved run (.npz) that the certificate speaks of.")
    ] = None,
    form: FormatOption = Format.table,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check a certificate independently of everything else here."""
    from mpgcert.cli_verify import answer, lines

    with phase(f"verifying {certificate}"):
        found = answer(certificate, game, trajectory)
    finish("verify", found, form, quiet, lambda: typer.echo(lines(found)), [], status=0 if found["accepted"] else 1)


cli_run.register(app)
cli_doctor.register(app)
cli_claims.register(app)


def main() -> None:
    """Entry point of the console script."""
    from mpgcert.errors import MpgcertError

    try:
        app()
    except MpgcertError as error:
        typer.echo(f"mpgcert: error: {error}", err=True)
        sys.exit(2)
    except MemoryError as error:
        typer.echo(f"mpgcert: error: not enough memory for this game ({error})", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, Interrupted) as error:
        kept = str(error)
        typer.echo(f"mpgcert: interrupted{': ' * bool(kept)}{kept}", err=True)
        sys.exit(130)
    except OSError as error:
        typer.echo(f"mpgcert: error: {error.filename or 'standard output'}: {error.strerror}", err=True)
        sys.exit(2)
    except Exception as error:
        typer.echo(f"mpgcert: internal error: {type(error).__name__}: {error}", err=True)
        if os.environ.get("MPGCERT_DEBUG"):
            raise
        typer.echo("set MPGCERT_DEBUG=1 to see where, and please report it with the game file", err=True)
        sys.exit(4)
