"""Run an algorithm on a linear-quadratic game and hold the run against every statement that speaks about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from mpgcert.arithmetic import Arithmetic, format_fraction
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.conditions import missed_assumption, unmet
from mpgcert.claims.engine import LADDER, Check, decide_at, uses
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.bounds import lq_bounds
from mpgcert.claims.lq.point import LQLens, LQPoint
from mpgcert.claims.properties import decide
from mpgcert.claims.run_checks import RunCheck, evenly, summarise
from mpgcert.claims.sides import Sides
from mpgcert.claims.statements import run_claims
from mpgcert.claims.verdicts import Verdict, tally
from mpgcert.display import Shown
from mpgcert.errors import InvalidInput, SingularMatrix
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq.run import run_lq
from mpgcert.learn.lq.step_sizes import step_sizes_of
from mpgcert.learn.lq.trajectory import LQTrajectory
from mpgcert.solvers.lq.evaluation import LQEvaluation, evaluate_gains

__all__ = ["CHECKED", "KNOWN_PARAMETERS", "CheckedLQRun", "checked_lq_run", "hold_lq"]

KNOWN_PARAMETERS = "natural-policy-gradient"
CHECKED = 100  # recorded iterates that are checked by default
_WORK = 4000  # stages times players times dimensions that the checks at single iterates may visit


@dataclass(frozen=True, eq=False, repr=False)
class CheckedLQRun(Shown):
    """A run on a linear-quadratic game with the verdict of every statement that applies to it.

    Attributes:
        trajectory: what was recorded.
        step_sizes: of each player, exactly as used.
        step_size_from: the theorem the step size comes from, or `given`.
        checks: one for each statement about the algorithm.
    """

    trajectory: LQTrajectory
    step_sizes: tuple[Fraction, ...]
    step_size_from: str
    checks: tuple[RunCheck, ...]

    @property
    def verdicts(self) -> list[Verdict]:
        return [entry.verdict for entry in self.checks]

    def save(self, path: str | Path) -> None:
        """Write the trajectory with its exact step sizes, see `LQTrajectory.save`."""
        self.trajectory.save(path, {"step_size": [format_fraction(size) for size in self.step_sizes]})

    def headline(self) -> str:
        run = self.trajectory
        return f"{run.algorithm} on {run.game_name}, {run.n_steps:,} iterations, {tally(self.verdicts)}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert run`, without the envelope."""
        return {
            "algorithm": self.trajectory.algorithm,
            "step_size": [float(size) for size in self.step_sizes],
            "step_size_exact": [format_fraction(size) for size in self.step_sizes],
            "step_size_from": self.step_size_from,
            "trajectory": self.trajectory.to_dict(),
            "checks": [entry.to_dict() for entry in self.checks],
        }


def checked_lq_run(
    game: LQGame | LQAnalysis,
    algorithm: str,
    *,
    steps: int,
    step_size: Any = None,
    start: Gains | None = None,
    seed: int = 0,
    smoothing: Any = None,
    trajectories: Any = None,
    sampled_cost: str = "trajectory",
    checked: int = CHECKED,
    progress: Callable[[int, int, str], None] | None = None,
) -> CheckedLQRun:
    """Run natural policy gradient, with known parameters or model-free, and check the run.

    Args:
        game: a linear-quadratic game (or its analysis, to share work).
        algorithm: `natural-policy-gradient` or `model-free-natural-policy-gradient`.
        steps: number of iterations M.
        step_size: eta, or one for each player; None for the one that hambly2021.theorem-3.5 allows.
        start: K^(0); by default the analysis's.
        seed, smoothing, trajectories, sampled_cost: of the model-free algorithm, see `mpgcert.learn.lq.run.run_lq`.
        checked: at how many recorded iterates, at most, statements are checked.
        progress: called with (done, total, what).

    Returns:
        The run with its checks; after a KeyboardInterrupt the run up to there, at once and without checks.

    Raises:
        InvalidInput: a parameter is out of range, or no theorem gives a step size.
        TooLarge: the run would not fit into memory.
    """
    analysis = LQAnalysis.of(game)
    if start is not None:
        analysis = analysis.from_start(start)
    sizes, source = _step_sizes(analysis, step_size)
    trajectory = run_lq(
        analysis.game,
        algorithm,
        steps=steps,
        step_size=sizes,
        start=analysis.start,
        seed=seed,
        smoothing=smoothing,
        trajectories=trajectories,
        sampled_cost=sampled_cost,
        progress=None if progress is None else lambda done, total: progress(done, total, algorithm),
    )
    if not trajectory.complete:
        return CheckedLQRun(trajectory, sizes, source, ())
    return hold_lq(analysis, trajectory, sizes, source, checked)


def _step_sizes(analysis: LQAnalysis, given: Any) -> tuple[tuple[Fraction, ...], str]:
    if given is not None:
        return step_sizes_of(given, analysis.game.n_players), "given"
    for bound in lq_bounds(analysis).theorems:
        if bound.step_size is not None and bound.applies is Verdict.HOLDS:
            return (bound.step_size,) * analysis.game.n_players, bound.theorem.id
    raise InvalidInput(
        "no theorem applies to this game and start", field="step_size", expected="a step size, as --step-size 0.1"
    )


def hold_lq(
    analysis: LQAnalysis,
    trajectory: LQTrajectory,
    sizes: tuple[Fraction, ...],
    source: str = "given",
    checked: int = CHECKED,
) -> CheckedLQRun:
    """Hold a trajectory against the statements about linear policies, their steps and their runs.

    Recorded gains are taken as exact data, so verdicts are proofs about them; those about steps and runs are for the
    algorithm with known parameters.
    """
    known = trajectory.algorithm == KNOWN_PARAMETERS
    holder = _Holder(analysis, trajectory, sizes, checked)
    checks = tuple(
        holder.check(claim)
        for claim in run_claims(linear_quadratic=True)
        if known or claim.setting is Setting.LQ_POLICY
    )
    return CheckedLQRun(trajectory, sizes, source, checks)


class _Holder:
    """A trajectory with what all checks of it share: quantities at each iterate and in each arithmetic."""

    def __init__(
        self, analysis: LQAnalysis, trajectory: LQTrajectory, sizes: tuple[Fraction, ...], checked: int
    ) -> None:
        self.analysis, self.trajectory = analysis, trajectory
        game = analysis.game
        self.base = LQPoint.along_run(analysis, sizes)
        limit = int(np.clip(_WORK // (game.horizon * game.n_players * (1 + game.dimension)), 10, 1000))
        self.records = evenly(len(trajectory.steps), min(limit, checked))
        self._sides: dict[tuple[int, bool, str], Sides] = {}

    def check(self, claim: Claim) -> RunCheck:
        """The statement held against the recorded iterates."""
        if claim.setting in (Setting.LQ_STEP, Setting.LQ_RUN) and len(set(self.trajectory.step_size)) > 1:
            note = "the statement is about one step size for all players"
            return RunCheck(claim, Verdict.VACUOUS, 0, None, None, note)
        for name in claim.assumes:
            verdict = decide(name, self.analysis).verdict
            if verdict is Verdict.VIOLATED:
                return RunCheck(claim, Verdict.VACUOUS, 0, None, None, missed_assumption(name, verdict))
            if verdict is Verdict.UNDECIDED:
                return RunCheck(claim, Verdict.UNDECIDED, 0, None, None, missed_assumption(name, verdict))
        found = summarise(claim, self._outcomes(claim))
        return self._explained(found) if found.verdict is Verdict.VACUOUS else found

    def _explained(self, found: RunCheck) -> RunCheck:
        """A vacuous check with the condition that fails, as it stands at the last recorded iterate."""
        arithmetic, whole = LADDER[0], found.claim.setting is Setting.LQ_RUN
        index = next(iter(self.base.indices(uses(found.claim))))
        with arithmetic.context(), suppress(SingularMatrix, ZeroDivisionError):
            sides = self.sides(self.records[-1], whole, arithmetic)
            for relation in found.claim.given:
                ends = [arithmetic.doubles(sides.evaluate(side, index)) for side in (relation.lhs, relation.rhs)]
                left, right = (sum(pair) / 2 for pair in ends)
                if not relation.func(left, right):
                    note = unmet(relation, left, right) + ("" if whole else " at the last recorded iterate")
                    return replace(found, note=note, failed=relation)
        return found

    def _outcomes(self, claim: Claim) -> Iterator[tuple[int, Check]]:
        whole = claim.setting is Setting.LQ_RUN
        for record in self.records[1:] if whole else self.records:
            indices = list(self.base.indices(uses(claim)))
            yield (
                int(self.trajectory.steps[record]),
                decide_at(claim, lambda arithmetic, r=record: self.sides(r, whole, arithmetic), indices),  # type: ignore[misc]
            )

    def sides(self, record: int, whole: bool, arithmetic: Arithmetic) -> Sides:
        """Quantities at one iterate (or of the run up to it), each computed once for all statements."""
        key = record, whole, arithmetic.name
        if key not in self._sides:
            self._sides[key] = Sides(
                Setting.LQ_RUN if whole else Setting.LQ_STEP, self._point(record, whole), arithmetic
            )
        return self._sides[key]

    def _point(self, record: int, whole: bool) -> LQPoint:
        gains = self.trajectory.policy(record)
        if not whole:
            return replace(self.base, gains=gains)
        return _RunPoint(
            **{name: getattr(self.base, name) for name in _SHARED},
            gains=self.trajectory.policy(0),
            steps=int(self.trajectory.steps[record]),
            last=gains,
        )


_SHARED = ("game", "step_sizes", "delta", "xi", "probe", "exact_nash", "shared")


@dataclass(frozen=True, eq=False)
class _RunPoint(LQPoint):
    """A run from K^(0) to a recorded iterate K^(M), taken as it was recorded."""

    last: Gains | None = None

    def lens(self, arithmetic: Arithmetic) -> _RunLens:
        return _RunLens(self, arithmetic)


class _RunLens(LQLens):
    """The first and the last iterate of a recorded run."""

    point: _RunPoint

    @cached_property
    def iterates(self) -> list[LQEvaluation]:
        assert self.point.last is not None
        return [self.evaluation, evaluate_gains(self.arrays, self.point.last.lift(self.arithmetic))]
