"""What a report does not establish, and how to get it again."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from mpgcert import __version__
from mpgcert.arithmetic import format_fraction
from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Code, Facts, Items, Listing, Paragraph, Section, Text
from mpgcert.reporting.formatting import count, plural
from mpgcert.reporting.sections.decentralized import CONVERGENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpgcert.claims.bounds import Bounds
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.run_checks import CheckedRun
    from mpgcert.claims.solutions import Solutions
    from mpgcert.games import Game, MarkovGame
    from mpgcert.reporting.sections.decentralized import Learning
    from mpgcert.reporting.variants import Variant

__all__ = ["limits", "named", "reproduce", "reproduction"]

_PACKAGES = ("numpy", "scipy", "python-flint", "sympy", "matplotlib")


def limits(
    game: MarkovGame,
    check: CheckResult,
    bounds: Bounds,
    solutions: Solutions,
    variants: Sequence[Variant],
    learning: Learning | None,
) -> Section:
    """The honest small print."""
    items: list[Text] = []
    if any(variant.runs for variant in variants):
        items += [
            "Runs are simulated in double precision. Statements at single iterates and steps are decided for the "
            "recorded policies, taken as exact data; averages carry a proven bound on their rounding error. Nothing is "
            "said about iterates between the recorded ones, nor about the run in real numbers.",
            "Every run starts from the uniform policy and has the length given: nothing is said about other starts or "
            "longer runs.",
        ]
    if any(not entry.run.trajectory.nash_gap[0].max() for variant in variants for entry in variant.runs):
        items.append(
            "The uniform policy, from which runs start, is an equilibrium of this game. Runs that stay there say "
            "nothing about convergence to it, or about whether it is stable."
        )
    items += _not_made(variants)
    if any(bound.theorem.needs_c for bound in bounds.theorems):
        items.append(
            "c, the least probability of the greedy actions, is known only along the run made here. Theorems whose "
            "number of iterations depends on it promise nothing that could be computed before."
        )
    if any(bound.applies is Verdict.VIOLATED for bound in bounds.theorems):
        items.append(
            "Where a theorem does not apply, its algorithm may converge all the same: hypotheses are sufficient, and "
            "nothing here says that they are needed."
        )
    if any(not entry.decision.evidence.get("proved", True) for entry in check.assumptions):
        items.append(
            "The potential passed a randomised identity test. The test has the error probability stated with it; "
            "there is no proof without randomness here."
        )
    for entry in check.assumptions:
        if entry.decision.verdict is Verdict.UNDECIDED:
            reason = f"{entry.assumption.title} is undecided: {entry.decision.summary}. Theorems that assume it ("
            items.append((reason, Code(entry.assumption.id), ") are neither confirmed nor ruled out for this game."))
    items.append(_equilibria(solutions))
    if learning is not None:
        items += _learning(learning)
    if game.notes.get("inexact"):
        items.append("The data came from floating point: the verdicts are about the completed numbers.")
    items.append("Bounds of the theorems are not claimed to be tight; ratios far below 1 show how loose they are here.")
    return Section("limits", "What this does not establish", (Items(tuple(items)),))


def _not_made(variants: Sequence[Variant]) -> Iterator[Text]:
    """The horizons that theorems ask for and that no run here has reached."""
    for variant in variants:
        run = variant.of_origin("theorem")
        if run is not None and run.horizon is not None and run.horizon.made < run.horizon.promised:
            yield (
                f"{variant.title} made {count(run.horizon.made)} of the {count(run.horizon.promised)} iterations of ",
                Code(run.horizon.theorem),
                ": the rest of its horizon was not looked at.",
            )


def _equilibria(solutions: Solutions) -> str:
    if not solutions.complete:
        return "The list of equilibria is not complete, and says nothing about equilibria in mixed policies."
    return "The list of equilibria is complete for pure stationary policies; mixed ones were not searched for."


def _learning(learning: Learning) -> Iterator[Text]:
    """What the runs of decentralized learning, and the analysis of its mean field, leave open."""
    ensemble = learning.ensemble
    theta = ", ".join(f"{rate:g}" for rate in dict.fromkeys(ensemble.exploration))
    yield (
        f"Decentralized learning was run with one choice of step sizes ({learning.step_sizes.strip()}) and exploration "
        f"({theta}), from {plural(ensemble.count, 'seed')}, for {count(int(ensemble.steps[-1]))} stages. Quantiles are "
        "those of these runs; they are no confidence statements, and they are about no other choice."
    )
    if learning.limits.refutation is None:
        yield (
            "That no limit was found which is no equilibrium does not confirm ",
            Code(CONVERGENCE),
            ": convergence is a statement about almost every infinite run.",
        )
    else:
        yield (
            f"The counterexample to convergence is for exploration {theta} that does not decrease; a schedule of "
            "exploration that vanishes is another algorithm, about which nothing is said."
        )


def reproduce(game: MarkovGame, bounds: Bounds, variants: Sequence[Variant], steps: int) -> Section:
    """Commands, versions and the fingerprint of the data."""
    name, lead = named(game)
    epsilon = format_fraction(bounds.epsilon)
    commands = [
        f"mpgcert report {name} -o report.html --epsilon {epsilon} --steps {steps}",
        f"mpgcert check {name}",
        f"mpgcert bounds {name} --epsilon {epsilon}",
        f"mpgcert solve {name}",
        *(_command(name, variant.algorithm, entry.run, steps) for variant in variants for entry in variant.runs),
    ]
    return reproduction(game, f"{lead} The same game and versions give this page again, byte for byte.", commands)


def named(game: Game) -> tuple[str, str]:
    """How commands name a game, and what is to be said about that."""
    from mpgcert.games.files import found_by_name

    if found_by_name(game):
        return game.name, "The game is built in."
    return "GAME.json", "GAME.json stands for the file with this game."


def reproduction(game: Game, lead: str, commands: Sequence[str]) -> Section:
    """The section with these commands, the versions and the fingerprint."""
    versions = ", ".join(f"{package} {_version(package)}" for package in _PACKAGES)
    facts = Facts(
        (
            ("versions", f"mpgcert {__version__}, Python {platform.python_version()}, {versions}"),
            ("game", Code(game.fingerprint)),
        )
    )
    return Section("reproduce", "How to reproduce", (Paragraph(lead), Listing("\n".join(commands)), facts))


def _command(name: str, algorithm: str, run: CheckedRun, steps: int) -> str:
    words = [f"mpgcert run {name} --algorithm {algorithm} --steps {steps} --step-size {format_fraction(run.step_size)}"]
    if run.regularization:
        words.append(f"--regularization {format_fraction(run.regularization)}")
    if run.trajectory.truncation is not None:
        words.append(f"--truncation {run.trajectory.truncation:g} --truncation-of {run.trajectory.truncation_of}")
    return " ".join(words)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
