"""Run an algorithm and hold the run against every statement of the catalogues that speaks about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.arithmetic import FLOAT
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import unit_values
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.conditions import unmet_exactly, why_silent
from mpgcert.claims.engine import Check, check, decide_at
from mpgcert.claims.every_iterate import screen_run
from mpgcert.claims.formula import evaluate, relation_holds
from mpgcert.claims.horizons import horizon_of
from mpgcert.claims.measured import averages_in, is_interior, measured
from mpgcert.claims.parameters import RunParameters, run_parameters
from mpgcert.claims.point import Index, Point
from mpgcert.claims.properties import decide
from mpgcert.claims.run_checks import CheckedRun, Curve, RunCheck, evenly, summarise
from mpgcert.claims.statements import run_claims
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import CountGame, MarkovGame, Policy
from mpgcert.learn.rounding import trajectory_errors
from mpgcert.learn.run import run
from mpgcert.learn.trajectory import Trajectory

if TYPE_CHECKING:
    import sympy

__all__ = ["checked_run", "hold"]

_WORK = 1_500_000  # kernel and reward entries that the checks at single policies may visit, times 128-bit balls


def checked_run(
    game: MarkovGame | CountGame | Analysis,
    algorithm: str,
    *,
    steps: int,
    step_size: Any = None,
    regularization: Any = None,
    start: Policy | None = None,
    truncation: float | None = None,
    truncation_of: str = "centred",
    every_iterate: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> CheckedRun:
    """Run gradient play or natural gradient play and check the run.

    Args:
        game: a Markov game (or its analysis, to share work).
        algorithm: `gradient-play` or `natural-gradient-play`.
        steps: number of iterations T.
        step_size: eta in the game's units; None for the one that the theorem prescribes.
        regularization: lambda of the log-barrier; None or 0 for none.
        start: starting policy, uniform by default.
        truncation, truncation_of: cut of the natural gradient's exponent, see `mpgcert.learn.run.run`.
        every_iterate: screen all iterates, not only those that are recorded, see `mpgcert.claims.every_iterate`.
        progress: called with (done, total, what).

    Returns:
        The run with its checks; after a KeyboardInterrupt the run up to there, at once and without checks.

    Raises:
        InvalidInput: a parameter is out of range, or no theorem gives a step size.
    """
    analysis = Analysis.of(game)
    parameters = run_parameters(analysis, algorithm, step_size, regularization)
    name = algorithm + (" with log-barrier" if parameters.regularization else "")
    trajectory = run(
        analysis.game,
        algorithm,
        steps=steps,
        step_size=float(parameters.step_size),
        regularization=float(parameters.regularization),
        start=start,
        truncation=truncation,
        truncation_of=truncation_of,
        potential=analysis.phi,
        progress=None if progress is None else lambda done, total: progress(done, total, name),
    )
    if not trajectory.complete:
        return CheckedRun(trajectory, parameters.step_size, parameters.regularization, parameters.source, ())
    return hold(analysis, trajectory, parameters, every_iterate, progress)


def hold(
    analysis: Analysis,
    trajectory: Trajectory,
    parameters: RunParameters,
    every_iterate: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> CheckedRun:
    """Hold a trajectory against every statement about its algorithm.

    A recorded policy is taken as exact data (`Policy.from_doubles`): verdicts at a policy or a step are proofs about
    it.  Statements about averages are compared with proven error bounds, see `mpgcert.claims.measured`.
    """
    holder = _Holder(analysis, trajectory, parameters)
    checks = tuple(
        holder.check(claim)
        for claim in run_claims()
        if claim.algorithm in (None, trajectory.algorithm)
        and claim.regularized in (None, parameters.regularization > 0)
    )
    if every_iterate:
        checks = holder.screened(checks, progress)
    return CheckedRun(
        trajectory,
        parameters.step_size,
        parameters.regularization,
        parameters.source,
        checks,
        horizon_of(analysis, trajectory, parameters),
    )


class _Holder:
    """A trajectory with what all checks of it share; quantities are those of the normalised game."""

    def __init__(self, analysis: Analysis, trajectory: Trajectory, parameters: RunParameters) -> None:
        self.analysis, self.trajectory = analysis, trajectory
        self.scale = analysis.normalization.scale
        self.base = unit_values(analysis) | {
            "step_size": parameters.step_size * self.scale,
            "regularization": parameters.regularization / self.scale,
        }
        self.point = Point.along_run(analysis, trajectory.algorithm, parameters.step_size, parameters.regularization)

    def check(self, claim: Claim) -> RunCheck:
        reason = self._why_silent(claim)
        if reason is not None:
            verdict, note, failed = reason
            return RunCheck(claim, verdict, 0, None, None, note, failed)
        if claim.setting is Setting.RUN:
            summary = summarise(claim, self._averages(claim))
            last = self._exact(-1)
            failed = next((relation for relation in claim.given if not relation_holds(relation, last)), None)
            if summary.verdict is Verdict.VACUOUS and failed is not None:
                note = f"{unmet_exactly(failed, last, self.scale)} at the last recorded iterate"
                summary = replace(summary, note=note, failed=failed)
            return replace(summary, curve=self._curve(claim))
        return summarise(claim, self._recorded(claim))

    def screened(self, checks: tuple[RunCheck, ...], progress: Any) -> tuple[RunCheck, ...]:
        """The checks about single policies and steps, with what all iterates say."""
        claims = [
            entry.claim
            for entry in checks
            if entry.claim.setting is not Setting.RUN and self._why_silent(entry.claim) is None
        ]
        found = screen_run(self.analysis, self.trajectory, self.point, claims, progress)
        return tuple(entry.with_all(found[entry.claim.id]) if entry.claim in claims else entry for entry in checks)

    def _recorded(self, claim: Claim) -> Iterator[tuple[int, Check]]:
        for record in evenly(len(self.trajectory.steps), _limit(self.analysis.game)):
            policy = Policy.from_doubles(self.trajectory.policy(record))
            if is_interior(policy):
                yield int(self.trajectory.steps[record]), check(claim, replace(self.point, policy=policy))

    def _averages(self, claim: Claim) -> Iterator[tuple[int, Check]]:
        gain = "regularized_gain" in _names(claim)
        limit = _limit(self.analysis.game) if gain else len(self.trajectory.steps)
        errors = trajectory_errors(self.analysis.game, self.trajectory, self.analysis.phi)
        for record in evenly(len(self.trajectory.steps), limit):
            exact = self._exact(record)
            enclosures = measured(self.trajectory, errors, self.scale, record) if exact["steps"] else {}
            if not exact["steps"] or ("c" in _names(claim) and enclosures["c"][1] == 0):
                continue
            if all(relation_holds(relation, exact) for relation in claim.given):
                sides = partial(
                    averages_in,
                    point=self.point,
                    trajectory=self.trajectory,
                    record=record,
                    exact=exact,
                    enclosures=enclosures,
                    gain=gain,
                )
                yield int(exact["steps"]), decide_at(replace(claim, given=()), sides, [Index()])

    def _exact(self, record: int) -> dict[str, Fraction]:
        return {**self.base, "steps": Fraction(int(self.trajectory.steps[record]))}

    def _curve(self, claim: Claim) -> Curve | None:
        """Both sides in doubles, in the game's units."""
        assert claim.relation is not None
        names, trajectory = _names(claim), self.trajectory
        unit = float(self.scale) ** (2 if "mean_squared_gap" in names else 1)
        rows = []
        for record in range(1, len(trajectory.steps)):
            exact = self._exact(record)
            if not all(relation_holds(relation, exact) for relation in claim.given):
                continue
            values = {name: float(value) for name, value in exact.items()} | {
                "c": float(trajectory.min_c[record]),
                "mean_gap": float(trajectory.mean_gap[record] / float(self.scale)),
                "mean_squared_gap": float(trajectory.mean_square_gap[record] / float(self.scale) ** 2),
                "least_gap": float(trajectory.min_gap[record] / float(self.scale)),
            }
            if trajectory.regularized_potential is not None:
                growth = trajectory.regularized_potential[record] - trajectory.regularized_potential[0]
                values["regularized_gain"] = float(growth) / float(self.scale)
            if "c" in names and values["c"] == 0:
                continue
            sides = [evaluate(side, values, FLOAT) for side in (claim.relation.lhs, claim.relation.rhs)]
            rows.append((int(exact["steps"]), unit * sides[0], unit * sides[1]))
        if not rows:
            return None
        steps, left, right = zip(*rows)
        return Curve(np.array(steps), np.array(left), np.array(right))

    def _why_silent(self, claim: Claim) -> tuple[Verdict, str, sympy.Basic | None] | None:
        """Why a statement says nothing about this run, or None if it does."""
        reason = self.analysis.silence
        if reason is not None and (claim.setting is not Setting.RUN or "regularized_gain" in _names(claim)):
            return Verdict.UNDECIDED, reason, None
        found = why_silent(claim, lambda name: decide(name, self.point.analysis).verdict, self.base, self.scale)
        if found is not None:
            return found
        if claim.setting is not Setting.POLICY and self.trajectory.truncation is not None:
            return Verdict.VACUOUS, "the update was truncated", None
        if claim.uniform_start and not _starts_uniform(self.trajectory):
            return Verdict.VACUOUS, "the statement asks for a uniform starting policy", None
        return None


def _names(claim: Claim) -> set[str]:
    assert claim.relation is not None
    return {symbol.name for symbol in claim.relation.free_symbols}


def _starts_uniform(trajectory: Trajectory) -> bool:
    return bool(trajectory.steps[0] == 0) and all(np.ptp(part) == 0 for part in trajectory.policy(0))


def _limit(game: MarkovGame) -> int:
    """How many recorded policies are checked with balls: fewer for larger games."""
    entries = game.n_states * game.n_joint_actions * (game.n_states + game.n_players)
    return int(np.clip(_WORK // entries, 10, 200))
