"""What a report on a linear-quadratic game does not establish, and how to get it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Items, Section, Text
from mpgcert.reporting.lq.sharp import CAVEAT
from mpgcert.reporting.lq.variants import KNOWN
from mpgcert.reporting.sections.closing import named, reproduction

if TYPE_CHECKING:
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.reporting.lq.figures import Finding
    from mpgcert.reporting.lq.variants import LabelledLQRun, Runs

__all__ = ["limits", "reproduce"]


def limits(
    analysis: LQAnalysis, check: CheckResult, bounds: LQBounds, runs: Runs, experiments: tuple[Finding, ...]
) -> Section:
    """The honest small print."""
    items: list[Text] = [
        f"The theorem's numbers are for one start, {bounds.start}, the small constant δ = "
        f"{format_fraction(analysis.delta)} and one reading of σ_X, that of the {analysis.sigma_x}; they can be "
        "chosen, with --start, --delta and --sigma-x.",
    ]
    if runs.entries:
        items.append(
            "Runs are simulated in double precision. Statements are decided for the recorded gains, taken as exact "
            "data; nothing is said about iterates between the recorded ones, nor about the run in real numbers."
        )
    if any(bound.applies is Verdict.VIOLATED for bound in bounds.theorems):
        items.append(
            "Where the theorem does not apply, Algorithm 1 may converge all the same; what really decides is given "
            "beside it."
        )
    if bounds.sharp is not None:
        items.append(CAVEAT)
    items.append(
        "Everything is about linear feedback policies over the finite horizon of this game: equilibria in other "
        "policies, and what happens over longer horizons, are not looked at."
    )
    if any(entry.run.trajectory.algorithm != KNOWN for entry in runs.entries):
        items.append(
            "For the algorithm with unknown parameters no theorem is claimed; its runs are examples with one seed."
        )
    if experiments:
        items.append(
            "Fractions of starts or seeds come with exact (Clopper–Pearson) intervals of 95 %, one at a time. They are "
            "about starts drawn as described here; the paper does not say how it draws."
        )
    undecided = [entry.assumption for entry in check.assumptions if entry.decision.verdict is Verdict.UNDECIDED]
    if undecided:
        titles = ", ".join(entry.title for entry in undecided)
        items.append(f"Undecided: {titles}. Theorems that assume it are neither confirmed nor ruled out.")
    if analysis.game.notes.get("inexact"):
        items.append("The data came from floating point: the verdicts are about these doubles.")
    items.append("The theorem's constants are sufficient, not necessary; what really decides is given beside them.")
    return Section("limits", "What this does not establish", (Items(tuple(items)),))


def reproduce(
    analysis: LQAnalysis, bounds: LQBounds, runs: Runs, steps: int, starts: int | None, experiments: tuple[Finding, ...]
) -> Section:
    """Commands, versions and the fingerprint of the data."""
    game = analysis.game
    name, lead = named(game)
    epsilon = format_fraction(bounds.epsilon)
    chosen = "" if analysis.given_start is None else " --start START.json"
    chosen += "" if format_fraction(analysis.delta) == "0.01" else f" --delta {format_fraction(analysis.delta)}"
    chosen += "" if analysis.sigma_x == "paper" else f" --sigma-x {analysis.sigma_x}"
    many = f" --starts {starts}" if experiments and starts is not None else ""
    commands = [
        f"mpgcert report {name} -o report.html --epsilon {epsilon} --steps {steps}{many}{chosen}",
        f"mpgcert check {name}{chosen}",
        f"mpgcert bounds {name} --epsilon {epsilon}{chosen}",
        f"mpgcert solve {name}",
        *(_command(name, entry, analysis) for entry in runs.entries),
    ]
    if analysis.given_start is not None:
        lead += " START.json stands for the file with the starting gains."
    text = f"{lead} The same game and versions give this page again, byte for byte, with any number of processes."
    return reproduction(game, text, commands)


def _command(name: str, entry: LabelledLQRun, analysis: LQAnalysis) -> str:
    trajectory = entry.run.trajectory
    sizes = ",".join(format_fraction(size) for size in dict.fromkeys(entry.run.step_sizes))
    steps = trajectory.diverged_at or trajectory.n_steps
    words = [f"mpgcert run {name} --algorithm {trajectory.algorithm} --steps {steps} --step-size {sizes}"]
    if trajectory.smoothing is not None and trajectory.trajectories is not None:
        words.append(
            f"--smoothing {trajectory.smoothing[0]:g} --trajectories {trajectory.trajectories[0]} --seed "
            f"{trajectory.seed}"
        )
    if analysis.given_start is not None:
        words.append("--start START.json")
    return " ".join(words)
