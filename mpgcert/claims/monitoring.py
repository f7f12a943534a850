"""Hold a trajectory that somebody else computed against every statement that applies.

The policies are data with the accuracy of doubles: each entry stands for a ball of relative radius 2^-48
around it (rows are first completed to sum to 1), so `violated` means that the statement fails for every
policy that could have been rounded to the recorded ones, and what only rounding could explain is undecided.
A statement about a step is held against the recorded next policy, whatever computed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.averages import averages_along
from mpgcert.claims.bounds import unit_values
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.conditions import why_silent
from mpgcert.claims.engine import Check, check
from mpgcert.claims.point import Point
from mpgcert.claims.properties import decide
from mpgcert.claims.statements import run_claims
from mpgcert.claims.verdicts import Verdict, tally
from mpgcert.display import Shown
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.external import ExternalTrajectory

__all__ = ["Monitored", "Progress", "StatementRecord", "monitor", "record_of"]

ROUNDING = Fraction(1, 2**48)
_NONE = "no iterate meets its conditions"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class StatementRecord:
    """One statement along a trajectory.

    Attributes:
        claim: the statement.
        verdict: violated if it is at any iterate, else undecided if it is at any, else holds.
        compared: iterates at which it was compared; `undecided` of them within rounding.
        first_violation: iterate, player and ratio of the first violation.
        worst_ratio, worst: the largest ratio and where.
        steps, ratios: the ratio at each iterate compared, for plots.
        note: why nothing was compared, if nothing was.
    """

    claim: Claim
    verdict: Verdict
    compared: int
    undecided: int
    first_violation: dict[str, Any] | None
    worst_ratio: float | None
    worst: dict[str, int] | None
    steps: NDArray[np.int64]
    ratios: NDArray[np.float64]
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.claim.id,
            "title": self.claim.title,
            "verdict": str(self.verdict),
            "compared": self.compared,
            "undecided": self.undecided,
            "first_violation": self.first_violation,
            "worst_ratio": self.worst_ratio,
            "worst": self.worst,
            "note": self.note,
        }


@dataclass(frozen=True, repr=False)
class Monitored(Shown):
    """What `monitor` found.

    Attributes:
        game: its name.
        iterates: policies in the trajectory.
        largest_deviation: how far the recorded next policies are from the algorithm's own step, in doubles.
        records: one for each statement that applies.
    """

    game: str
    algorithm: str
    iterates: int
    largest_deviation: float | None
    records: tuple[StatementRecord, ...]

    @property
    def verdicts(self) -> list[Verdict]:
        return [record.verdict for record in self.records]

    def headline(self) -> str:
        return f"{self.algorithm} on {self.game}, {self.iterates:,} iterates, {tally(self.verdicts)}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert monitor`, without the envelope."""
        return {
            "game": self.game,
            "algorithm": self.algorithm,
            "iterates": self.iterates,
            "largest_deviation": self.largest_deviation,
            "checks": [record.to_dict() for record in self.records],
        }


def monitor(
    game: MarkovGame | Analysis,
    trajectory: ExternalTrajectory,
    *,
    every: int = 1,
    progress: Progress = lambda done, total, what: None,
) -> Monitored:
    """Hold every statement about policies and steps against a trajectory, iterate by iterate.

    Args:
        game: the game that the trajectory belongs to (or its analysis).
        trajectory: policies per iterate, with algorithm, step size and regularisation.
        every: compare at every k-th iterate only; statements about averages need them all (1).
        progress: called with (done, total, what).
    """
    analysis = Analysis.of(game)
    base = Point.along_run(
        analysis, trajectory.algorithm, trajectory.step_size, trajectory.regularization, rounding=ROUNDING
    )
    applicable = [
        claim
        for claim in run_claims()
        if (claim.setting is not Setting.RUN or every == 1)
        and (claim.setting is Setting.POLICY or trajectory.is_whole)
        and claim.algorithm in (None, trajectory.algorithm)
        and claim.regularized in (None, trajectory.regularization > 0)
        and not (claim.uniform_start and not trajectory.starts_uniform)
    ]
    averages = [claim for claim in applicable if claim.setting is Setting.RUN]
    outcomes: dict[str, Iterable[tuple[int, Check]]] = {
        claim.id: _outcomes(claim, base, trajectory, every) for claim in applicable if claim not in averages
    }
    outcomes |= averages_along(averages, base, trajectory)
    scale = analysis.normalization.scale
    known = unit_values(analysis) | {
        "step_size": trajectory.step_size * scale,
        "regularization": trajectory.regularization / scale,
    }

    def reason(claim: Claim) -> str:
        found = why_silent(claim, lambda name: decide(name, base.analysis).verdict, known, scale)
        return _NONE if found is None else found[1]

    records = tuple(
        record_of(claim, outcomes[claim.id], trajectory.n_iterates, progress, reason) for claim in applicable
    )
    deviation = trajectory.largest_deviation(analysis.game)
    return Monitored(analysis.game.name, trajectory.algorithm, trajectory.n_iterates, deviation, records)


def record_of(
    claim: Claim,
    outcomes: Iterable[tuple[int, Check]],
    iterates: int,
    progress: Progress,
    reason: Callable[[Claim], str] = lambda _: _NONE,
) -> StatementRecord:
    """What became of one statement along a trajectory; the reason is why it says nothing, if it does not."""
    steps, ratios, undecided = [], [], 0
    first: dict[str, Any] | None = None
    worst: tuple[float, dict[str, int]] | None = None
    for step, outcome in outcomes:
        progress(step, iterates, claim.id)
        if outcome.verdict is Verdict.VACUOUS:
            continue
        place = {"iterate": step, **(outcome.index or {})}
        steps.append(step)
        ratios.append(np.nan if outcome.ratio is None else outcome.ratio)
        undecided += outcome.verdict is Verdict.UNDECIDED
        if outcome.verdict is Verdict.VIOLATED and first is None:
            first = {**place, "ratio": outcome.ratio, "left": outcome.left, "right": outcome.right}
        if outcome.ratio is not None and (worst is None or outcome.ratio > worst[0]):
            worst = outcome.ratio, place
    if first is not None:
        verdict = Verdict.VIOLATED
    elif not steps:
        verdict = Verdict.VACUOUS
    else:
        verdict = Verdict.UNDECIDED if undecided else Verdict.HOLDS
    return StatementRecord(
        claim,
        verdict,
        len(steps),
        undecided,
        first,
        None if worst is None else worst[0],
        None if worst is None else worst[1],
        np.array(steps, dtype=np.int64),
        np.array(ratios),
        "" if steps else reason(claim),
    )


def _outcomes(claim: Claim, base: Point, trajectory: ExternalTrajectory, every: int) -> Iterator[tuple[int, Check]]:
    last = trajectory.n_iterates - (claim.setting is Setting.STEP)
    for step in range(0, last, every):
        policy = Policy.from_doubles(trajectory.policy(step))
        if any((part.numerator == 0).any() for part in policy.probabilities):
            continue  # a probability underflowed: no softmax policy
        point = replace(base, policy=policy)
        if claim.setting is Setting.STEP:
            point = replace(point, other=Policy.from_doubles(trajectory.policy(step + 1)))
        yield step, check(claim, point)
