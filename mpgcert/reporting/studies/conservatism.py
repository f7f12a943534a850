"""How far the theorems of zhang2022 are from what works, game by game, by runs with proven error bounds.

A step size *works* for Theorem 5 if, from the uniform policy and from random ones, no iteration lowers the potential by
more than the proven rounding error: the ascent that the proof rests on.  It works for Theorems 6 and 7 if what they
promise (the least, or the average, NE-gap so far is at most epsilon) is certain at the end of the run from the uniform
policy.  A long step can also end at a corner that is no equilibrium, or be too short for the promise within the run; so
the end is compared with the run that has the theorem's own step size: the NE-gap has to be at most epsilon (the promise
kept), or the potential (with its barrier) at least as large.  Step sizes are tried upwards from the theorem's by
doubling, up to the first that does not work; the last gap is narrowed by bisection of the logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy
from mpgcert.games.files import resolve
from mpgcert.learn.rounding import trajectory_errors
from mpgcert.learn.run import run
from mpgcert.reporting.studies.settings import Settings

if TYPE_CHECKING:
    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.learn.trajectory import Trajectory

__all__ = ["GAMES", "QUICK_GAMES", "Comparison", "compare"]

GAMES = (
    "zhang2022-figure-1",
    "zhang2022-figure-2",
    "zhang2022-figure-3",
    "prisoners-dilemma",
    "stag-hunt",
    "battle-of-the-sexes",
    "climbing",
    "penalty",
    "maheshwari2023-routing",
    "maheshwari2023-routing:variant=independent",
    "trembling-team",
    "random-potential:dummy=true,states=2,players=2,actions=2",
)
QUICK_GAMES = ("zhang2022-figure-1", "stag-hunt", "trembling-team")

_DOUBLINGS, _BISECTIONS = 40, 4
_MEASURES = {"5": "mean_squared_gap", "6": "least_gap", "7": "mean_gap"}


@dataclass(frozen=True)
class Comparison:
    """One theorem on one game, in the game's units.

    Attributes:
        game: its name.
        theorem, algorithm: which.
        applies: whether the hypotheses hold.
        epsilon: the accuracy.
        step_size: the theorem's.
        largest: the largest step size that worked, below `failing`.
        failing: the least step size tried that did not; None if all worked.
        promised: T; with the least c of the run for Theorem 5; None without one.
        first: iterations after which the theorem's own step had the promised accuracy; None if not by `made`.
        made: iterations made.
        fewest, fewest_at: the least such number over all step sizes tried, and where; None if none had it.
    """

    game: str
    theorem: str
    algorithm: str
    applies: Verdict
    epsilon: Fraction
    step_size: Fraction
    largest: float
    failing: float | None
    promised: int | None
    first: int | None
    made: int
    fewest: int | None
    fewest_at: float | None


def compare(name: str, settings: Settings) -> tuple[Comparison, ...]:
    """All theorems on one built-in game; none if no potential or no finite M is known."""
    from mpgcert.claims.bounds import bounds

    game = resolve(name)
    assert isinstance(game, MarkovGame)
    analysis = Analysis.of(game)
    bounded = bounds(analysis)
    return tuple(
        _Study(name, analysis, bounded, bound, settings).compare()
        for bound in bounded.theorems
        if bound.step_size is not None and bound.theorem.iterations is not None
    )


@dataclass(frozen=True)
class _Ended:
    """What is kept of a run from the uniform policy.

    Attributes:
        made: its iterations.
        first: the first record at which the promised accuracy is certain; None if at none.
        keeps: whether it is at the end.
        potential: at the end, with the barrier if there is one.
        least_c: along the run, a lower bound.
    """

    made: int
    first: int | None
    keeps: bool
    potential: float
    least_c: float


class _Study:
    """One theorem on one game."""

    def __init__(self, name: str, analysis: Analysis, bounds: Bounds, bound: TheoremBound, settings: Settings) -> None:
        self.name, self.analysis, self.bounds, self.bound, self.settings = name, analysis, bounds, bound, settings
        self.measure = _MEASURES[bound.theorem.id.rsplit("-", 1)[1]]
        assert bound.step_size is not None
        self.step_size: Fraction = bound.step_size
        self._known: dict[float, _Ended] = {}

    def compare(self) -> Comparison:
        works = self._rises if self.bound.regularization is None else self._keeps
        tried = _largest(float(self.step_size), works)
        times = {step: first for step in tried.steps if (first := self._tried(step).first) is not None}
        fewest_at = min(times, key=lambda step: (times[step], step), default=None)
        own = self._tried(float(self.step_size))
        if own.first is None and self._horizon() > own.made:
            own = self._ended(self._run(float(self.step_size), self._horizon()))
        return Comparison(
            self.name,
            self.bound.theorem.id,
            self.bound.theorem.algorithm,
            self.bound.applies,
            self.bounds.epsilon,
            self.step_size,
            tried.largest,
            tried.failing,
            self._promised(own.least_c),
            own.first,
            own.made,
            None if fewest_at is None else times[fewest_at],
            fewest_at,
        )

    def _run(self, step: float, steps: int, start: Policy | None = None, records: int = 2000) -> Trajectory:
        return run(
            self.analysis.game,
            self.bound.theorem.algorithm,
            steps=steps,
            step_size=step,
            regularization=self.bound.regularization or 0,
            start=start,
            record_every=max(-(-steps // records), 1),
            potential=self.analysis.phi,
            engine="compiled",
        )

    @cached_property
    def _starts(self) -> tuple[tuple[Policy, float], ...]:
        """Policies, each with the potential that the theorem's own step size reaches from it."""
        game, count = self.analysis.game, self.settings.monotone_starts
        policies = [Policy.uniform(game), *(Policy.random(game, seed) for seed in range(count - 1))]
        own = [self._run(float(self.step_size), self.settings.monotone_steps, policy, 1) for policy in policies]
        return tuple((policy, _potential(trajectory)) for policy, trajectory in zip(policies, own))

    def _rises(self, step: float) -> bool:
        """No iteration is certain to lower the potential, and the run ends where it should."""
        for start, reached in self._starts:
            trajectory = self._run(step, self.settings.monotone_steps, start, 1)
            errors = trajectory_errors(self.analysis.game, trajectory, self.analysis.phi)
            near = float(trajectory.nash_gap[-1].max()) + errors.nash_gap <= float(self.bounds.epsilon)
            if trajectory.least_ascent[-1] < -2 * errors.potential or not (near or _potential(trajectory) >= reached):
                return False
        return True

    def _tried(self, step: float) -> _Ended:
        """The run by which a step size is judged, made once."""
        if step not in self._known:
            steps = self.settings.tried_steps
            self._known[step] = self._ended(self._run(step, steps, records=steps))
        return self._known[step]

    def _keeps(self, step: float) -> bool:
        """What the theorem promises holds at the end of the run, or its own step size has come no further."""
        ended = self._tried(step)
        return ended.keeps or ended.potential >= self._tried(float(self.step_size)).potential

    def _ended(self, trajectory: Trajectory) -> _Ended:
        """Iterations between records are not told apart."""
        holding = self._holding(trajectory)
        return _Ended(
            trajectory.n_steps,
            int(trajectory.steps[holding.argmax()]) if holding.any() else None,
            bool(holding[-1]),
            _potential(trajectory),
            float(trajectory.min_c_lower[-1]),
        )

    def _holding(self, trajectory: Trajectory) -> NDArray[np.bool_]:
        """At which records the promised accuracy is certain, [K]."""
        errors = trajectory_errors(self.analysis.game, trajectory, self.analysis.phi)
        epsilon = math.nextafter(float(self.bounds.epsilon), 0)
        with np.errstate(invalid="ignore"):
            if self.measure == "least_gap":
                return trajectory.min_gap + errors.nash_gap <= epsilon
            if self.measure == "mean_gap":
                return trajectory.mean_gap + errors.mean_gap <= epsilon
            return trajectory.mean_square_gap + errors.mean_square_gap <= math.nextafter(epsilon * epsilon, 0)

    def _horizon(self) -> int:
        known = self.bound.iterations
        enough = self.settings.horizon_steps if known is None or self.bound.theorem.needs_c else known
        return min(enough, self.settings.horizon_steps)

    def _promised(self, least_c: float) -> int | None:
        if not self.bound.theorem.needs_c:
            return self.bound.iterations
        from mpgcert.reporting.variants import iterations_with_c

        return iterations_with_c(self.analysis, self.bounds, self.bound, least_c)


def _potential(trajectory: Trajectory) -> float:
    """The potential at the end, with the barrier if there is one."""
    assert trajectory.regularized_potential is not None
    return float(trajectory.regularized_potential[-1])


@dataclass(frozen=True)
class _Tried:
    """Step sizes that were tried: those that worked in a row from the first, and the least that did not."""

    steps: tuple[float, ...]
    largest: float
    failing: float | None


def _largest(first: float, works: Callable[[float], bool]) -> _Tried:
    """Double until it fails, then halve the last gap on a logarithmic scale."""
    steps, low, high = [first], first, None
    for doubling in range(1, _DOUBLINGS + 1):
        step = math.ldexp(first, doubling)
        steps.append(step)
        if not works(step):
            high = step
            break
        low = step
    for _ in range(_BISECTIONS if high is not None else 0):
        assert high is not None
        middle = math.sqrt(low * high)
        steps.append(middle)
        low, high = (middle, high) if works(middle) else (low, middle)
    return _Tried(tuple(sorted(steps)), low, high)
