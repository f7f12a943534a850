"""Results of holding a run against the statements that apply to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.claim import Claim
from mpgcert.claims.verdicts import Verdict, tally
from mpgcert.display import Shown

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.engine import Check
    from mpgcert.claims.every_iterate import Screened
    from mpgcert.claims.horizons import Horizon
    from mpgcert.learn.trajectory import Trajectory

__all__ = ["CheckedRun", "Curve", "RunCheck", "evenly", "summarise"]


@dataclass(frozen=True, eq=False)
class Curve:
    """Both sides of an inequality along a run, in the game's own units, for plots.

    Attributes:
        steps: iterations [K].
        left, right: the sides as doubles [K].
    """

    steps: NDArray[np.int64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RunCheck:
    """One statement held against a run.

    Attributes:
        claim: the statement.
        verdict: over all instances of the run; `vacuous` when a hypothesis or condition fails.
        instances: how many recorded times (and players) were compared.
        ratio: largest left/right (for `<=`), None when nothing was compared.
        worst: where that was: iteration, and player where there is one.
        note: why it is vacuous or undecided, or how it was decided.
        failed: the condition of the statement that this run does not meet, if that makes it vacuous.
        curve: both sides along the run, for statements about averages.
        screened: what all iterates say, where they were asked.
    """

    claim: Claim
    verdict: Verdict
    instances: int
    ratio: float | None
    worst: Mapping[str, int] | None
    note: str
    failed: sympy.Basic | None = None
    curve: Curve | None = None
    screened: Screened | None = None

    def with_all(self, screened: Screened) -> RunCheck:
        """The same, with what all iterates say: one that violates the statement decides."""
        note = f"{self.note}; {screened.note}"
        if self.verdict is not Verdict.VIOLATED and screened.verdict is Verdict.VIOLATED:
            step, outcome = next(entry for entry in screened.decided if entry[1].verdict is Verdict.VIOLATED)
            place = {"step": step, **(outcome.index or {})}
            return replace(
                self, verdict=Verdict.VIOLATED, ratio=outcome.ratio, worst=place, note=note, screened=screened
            )
        verdict = self.verdict
        if verdict is Verdict.HOLDS and screened.verdict is Verdict.UNDECIDED:
            verdict = Verdict.UNDECIDED
        return replace(self, verdict=verdict, note=note, screened=screened)

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `checks`."""
        return {
            "id": self.claim.id,
            "title": self.claim.title,
            "verdict": str(self.verdict),
            "ratio": self.ratio,
            "worst": None if self.worst is None else dict(self.worst),
            "instances": self.instances,
            "note": self.note,
            **({} if self.screened is None else {"screened": self.screened.to_dict()}),
        }


@dataclass(frozen=True, eq=False, repr=False)
class CheckedRun(Shown):
    """A run of an algorithm with the verdict of every statement that applies to it.

    Attributes:
        trajectory: what was recorded.
        step_size, regularization: exactly as used, in the game's units.
        step_size_from: the theorem the step size comes from, or `given`.
        checks: one for each statement about this algorithm.
        horizon: how many iterations a theorem promises to suffice, beside how many did; None if none does.
    """

    trajectory: Trajectory
    step_size: Fraction
    regularization: Fraction
    step_size_from: str
    checks: tuple[RunCheck, ...]
    horizon: Horizon | None = None

    @property
    def verdicts(self) -> list[Verdict]:
        own = [] if self.horizon is None else [self.horizon.verdict]
        return [entry.verdict for entry in self.checks] + own

    def save(self, path: str | Path) -> None:
        """Write the trajectory with its exact parameters, see `Trajectory.save`."""
        exact = {"step_size": self.step_size, "regularization": self.regularization}
        self.trajectory.save(path, {name: format_fraction(value) for name, value in exact.items()})

    def headline(self) -> str:
        run = self.trajectory
        return f"{run.algorithm} on {run.game_name}, {run.n_steps:,} iterations, {tally(self.verdicts)}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert run`, without the envelope."""
        return {
            "algorithm": self.trajectory.algorithm,
            "step_size": float(self.step_size),
            "step_size_exact": format_fraction(self.step_size),
            "step_size_from": self.step_size_from,
            "regularization": float(self.regularization),
            "regularization_exact": format_fraction(self.regularization),
            "trajectory": self.trajectory.to_dict(),
            "checks": [entry.to_dict() for entry in self.checks],
            "horizon": None if self.horizon is None else self.horizon.to_dict(),
        }


def summarise(claim: Claim, outcomes: Iterator[tuple[int, Check]]) -> RunCheck:
    """One verdict over all recorded times."""
    compared, undecided, ratio = 0, 0, None
    where: dict[str, int] | None = None
    ways: set[str] = set()
    for step, outcome in outcomes:
        if outcome.verdict is Verdict.VACUOUS:
            continue
        place = {"step": step, **(outcome.index or {})}
        if outcome.verdict is Verdict.VIOLATED:
            return RunCheck(claim, Verdict.VIOLATED, compared + 1, outcome.ratio, place, "the first violation")
        compared += 1
        undecided += outcome.verdict is Verdict.UNDECIDED
        if outcome.decided_in:
            ways.add(outcome.decided_in)
        if outcome.ratio is not None and (ratio is None or outcome.ratio > ratio):
            ratio, where = outcome.ratio, place
    if undecided:
        note = f"{undecided} of {compared} comparisons are too close for the available precision"
        return RunCheck(claim, Verdict.UNDECIDED, compared, ratio, where, note)
    if compared == 0:
        note = "no recorded time meets its conditions (such as a least number of iterations)"
        return RunCheck(claim, Verdict.VACUOUS, 0, None, None, note)
    return RunCheck(claim, Verdict.HOLDS, compared, ratio, where, f"decided in {', '.join(sorted(ways))}")


def evenly(records: int, limit: int) -> list[int]:
    """At most `limit` record numbers, evenly spread, the first and last among them."""
    return sorted({int(k) for k in np.linspace(0, records - 1, min(records, limit)).round()})
