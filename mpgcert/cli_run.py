"""The command `run`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mpgcert.cli_common import (
    CertificatesOption,
    GameArgument,
    Interrupted,
    QuietOption,
    StepSizesOption,
    TableFormat,
    TableFormatOption,
    TableOption,
    VerboseOption,
    finish_result,
    load_game,
    save_certificates,
)
from mpgcert.phases import phase

__all__ = ["register"]


class Algorithm(StrEnum):
    """Algorithms: the first three for tabular games, the others for linear-quadratic ones."""

    gradient_play = "gradient-play"
    natural_gradient_play = "natural-gradient-play"
    decentralized_learning = "decentralized-learning"
    natural_policy_gradient = "natural-policy-gradient"
    model_free = "model-free-natural-policy-gradient"


class SampledCost(StrEnum):
    """What the model-free algorithm multiplies with a perturbation."""

    trajectory = "trajectory"
    cost_to_go = "cost-to-go"


class Centring(StrEnum):
    """Which exponent a truncation cuts."""

    centred = "centred"
    uncentred = "uncentred"


class Ties(StrEnum):
    """Which of several best actions decentralized learning replies with."""

    first = "first"
    uniform = "uniform"
    stay = "stay"


class ReplyTo(StrEnum):
    """Which estimates decentralized learning replies to."""

    previous = "previous"
    updated = "updated"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    game: GameArgument,
    algorithm: Annotated[Algorithm, typer.Option(metavar="NAME", help=f"One of {', '.join(Algorithm)}.")],
    steps: Annotated[int, typer.Option(min=1, help="Number of iterations T.")],
    step_size: Annotated[
        str | None, typer.Option(help="eta, or one for each player as 0.1,0.2 [default: the theorem's].")
    ] = None,
    regularization: Annotated[str | None, typer.Option(help="lambda of the log-barrier [default: none].")] = None,
    start: Annotated[str, typer.Option(help="`uniform`, `random`, or a JSON or npz file of policies.")] = "uniform",
    seed: Annotated[int, typer.Option(min=0, help="Seed of a random start and of samples.")] = 0,
    truncation: Annotated[
        float | None, typer.Option(help="Cut the exponent of natural gradient play to [-X, X].")
    ] = None,
    truncation_of: Annotated[Centring, typer.Option(help="Which exponent is cut.")] = Centring.centred,
    smoothing: Annotated[str | None, typer.Option(help="r of the model-free algorithm [default: 0.5].")] = None,
    trajectories: Annotated[
        int | None, typer.Option(min=1, help="Samples L of the model-free algorithm [default: 200].")
    ] = None,
    checked: Annotated[
        int | None, typer.Option(min=2, help="Recorded iterates of linear-quadratic runs to check [default: 100].")
    ] = None,
    every_iterate: Annotated[
        bool, typer.Option("--every-iterate", help="Hold all iterates against the statements, not only the recorded.")
    ] = False,
    sampled_cost: Annotated[
        SampledCost | None, typer.Option(help="Costs that it samples: of all stages, or from the changed one on.")
    ] = None,
    step_sizes: StepSizesOption = None,
    exploration: Annotated[
        str | None, typer.Option(help="theta of decentralized learning, or one for each player [default: 0.1].")
    ] = None,
    ties: Annotated[Ties | None, typer.Option(help="Its best reply where several actions are best.")] = None,
    reply_to: Annotated[ReplyTo | None, typer.Option(help="Which q-estimates it replies to.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Save the trajectory (.npz or .csv).")] = None,
    certificates: CertificatesOption = None,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run an algorithm and check the run."""
    from mpgcert.claims.any_game import any_run
    from mpgcert.claims.check import analysis_of
    from mpgcert.games.files import starting_policy
    from mpgcert.learn.trajectory_csv import check_suffix
    from mpgcert.reporting.progress import progress

    if output is not None:
        check_suffix(output)
    loaded = load_game(game)
    analysis = analysis_of(loaded)
    options = {
        "regularization": regularization,
        "truncation": truncation,
        "truncation_of": truncation_of.value if truncation is not None else None,
        "smoothing": smoothing,
        "trajectories": trajectories,
        "checked": checked,
        "every_iterate": every_iterate or None,
        "sampled_cost": None if sampled_cost is None else sampled_cost.value,
        "step_sizes": step_sizes,
        "exploration": exploration,
        "ties": None if ties is None else ties.value,
        "reply_to": None if reply_to is None else reply_to.value,
    }
    with phase(f"running {algorithm.value}"), progress(not quiet and form is TableFormat.table) as report_progress:
        result = any_run(
            analysis,
            algorithm.value,
            steps=steps,
            step_size=step_size,
            start=starting_policy(loaded, start, seed),
            seed=seed,
            progress=report_progress,
            **options,
        )
    if output is not None:
        result.save(output)
    if certificates is not None:
        from mpgcert.certificates.collection import make_folder, run_certificates

        make_folder(certificates)
        saved = certificates / "trajectory.npz"
        result.trajectory.save(saved)
        save_certificates(run_certificates(result, analysis, saved), certificates, quiet)
    if not result.trajectory.complete:
        raise Interrupted(_kept(result.trajectory.n_steps, steps, output))
    finish_result("run", result, form, quiet, game=game, table=table)


def _kept(made: int, steps: int, output: Path | None) -> str:
    where = "give -o FILE to keep it" if output is None else f"the run up to there is in {output}"
    return f"after {made:,} of {steps:,} iterations; {where}"
