"""Run an algorithm and hold the run against every statement of the catalogues that speaks about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import unit_values
from mpgcert.claims.formula import relation_holds
from mpgcert.claims.parameters import RunParameters, run_parameters
from mpgcert.claims.run_checks import CheckedRun, Curve, RunCheck
from mpgcert.claims.run_settings import (
    Comparison,
    Instance,
    Lifted,
    average_instances,
    compare,
    evenly,
    iterate_instances,
    step_instance,
)
from mpgcert.claims.statements import RunClaim, run_claims
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.rounding import trajectory_errors
from mpgcert.learn.run import run
from mpgcert.learn.trajectory import Trajectory

if TYPE_CHECKING:
    import sympy

__all__ = ["checked_run", "hold"]

_WORK = 1_500_000  # kernel and reward entries that the checks at single policies may visit, times 128-bit balls


def checked_run(
    game: MarkovGame | Analysis,
    algorithm: str,
    *,
    steps: int,
    step_size: Any = None,
    regularization: Any = None,
    start: Policy | None = None,
    truncation: float | None = None,
    truncation_of: str = "centred",
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
        progress: called with (done, total, what).

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
    return hold(analysis, trajectory, parameters)


def hold(analysis: Analysis, trajectory: Trajectory, parameters: RunParameters) -> CheckedRun:
    """Hold a trajectory against every statement about its algorithm."""
    regularized = parameters.regularization > 0
    scale = analysis.normalization.scale
    phi = None if analysis.phi is None else analysis.phi.affine(scale, Fraction(0))
    lifted = Lifted(analysis.unit_game, phi)
    checks = tuple(
        _check(claim, analysis, trajectory, parameters, lifted)
        for claim in run_claims()
        if claim.algorithm in (None, trajectory.algorithm) and claim.regularized in (None, regularized)
    )
    return CheckedRun(trajectory, parameters.step_size, parameters.regularization, parameters.source, checks)


def _check(
    claim: RunClaim, analysis: Analysis, trajectory: Trajectory, parameters: RunParameters, lifted: Lifted
) -> RunCheck:
    scale = analysis.normalization.scale
    base = unit_values(analysis) | {
        "step_size": parameters.step_size * scale,
        "regularization": parameters.regularization / scale,
    }
    reason = _why_silent(claim, analysis, trajectory, base)
    if reason is not None:
        verdict, note, failed = reason
        return RunCheck(claim, verdict, 0, None, None, note, failed)
    if claim.setting == "average":
        needs_policies = any("regularized" in symbol.name for symbol in claim.relation.free_symbols)
        limit = _limit(analysis.game) if needs_policies else len(trajectory.steps)
        errors = trajectory_errors(analysis.game, trajectory, analysis.phi)
        records = evenly(len(trajectory.steps), limit)
        instances = list(average_instances(claim, lifted, trajectory, errors, scale, base, records))
        return _with_curve(_decide(claim, instances), instances, scale)
    records = evenly(len(trajectory.steps), _limit(analysis.game))
    return _decide(claim, _at_records(claim, records, trajectory, base, lifted))


def _at_records(
    claim: RunClaim,
    records: list[int],
    trajectory: Trajectory,
    base: Mapping[str, Fraction],
    lifted: Lifted,
) -> Iterable[Instance]:
    for record in records:
        policy, step = Policy.from_doubles(trajectory.policy(record)), int(trajectory.steps[record])
        if claim.setting == "iterate":
            yield from iterate_instances(lifted, policy, base, step)
        else:
            yield step_instance(lifted, policy, trajectory.algorithm, base, step)


def _why_silent(
    claim: RunClaim, analysis: Analysis, trajectory: Trajectory, base: Mapping[str, Fraction]
) -> tuple[Verdict, str, sympy.Basic | None] | None:
    """Why a statement says nothing about this run, or None if it does."""
    for name in claim.hypotheses:
        verdict = analysis.hypothesis(name)
        if verdict is Verdict.VIOLATED:
            return Verdict.VACUOUS, f"{name} does not hold for this game", None
        if verdict is Verdict.UNDECIDED:
            return Verdict.UNDECIDED, f"{name} is undecided for this game", None
    for relation in claim.given:
        names = {symbol.name for symbol in relation.free_symbols}
        if names <= set(base) and not relation_holds(relation, base):
            return Verdict.VACUOUS, f"the statement asks for {relation}", relation
    if claim.setting != "iterate" and trajectory.truncation is not None:
        return Verdict.VACUOUS, "the update was truncated", None
    if claim.uniform_start and not _starts_uniform(trajectory):
        return Verdict.VACUOUS, "the statement asks for a uniform starting policy", None
    return None


def _starts_uniform(trajectory: Trajectory) -> bool:
    return trajectory.steps[0] == 0 and all(np.ptp(part) == 0 for part in trajectory.policy(0))


def _decide(claim: RunClaim, instances: Iterable[Instance]) -> RunCheck:
    compared, worst, ratio = 0, None, None
    undecided: list[Instance] = []
    violated: tuple[Instance, Comparison] | None = None
    ways: set[str] = set()
    for instance in instances:
        outcome = compare(claim.relation, instance)
        if outcome is None:
            continue
        compared += 1
        ways.add(outcome.decided_in)
        if outcome.ratio is not None and (ratio is None or outcome.ratio > ratio):
            ratio, worst = outcome.ratio, instance.where
        if outcome.holds is None:
            undecided.append(instance)
        elif not outcome.holds and violated is None:
            violated = instance, outcome
    if violated is not None:
        instance, outcome = violated
        return RunCheck(
            claim, Verdict.VIOLATED, compared, outcome.ratio, instance.where, f"first at {dict(instance.where)}"
        )
    if undecided:
        note = f"{len(undecided)} of {compared} comparisons are too close for the available precision"
        return RunCheck(claim, Verdict.UNDECIDED, compared, ratio, undecided[0].where, note)
    if compared == 0:
        return RunCheck(
            claim,
            Verdict.VACUOUS,
            0,
            None,
            None,
            "no recorded time meets its conditions (such as a least number of iterations)",
        )
    return RunCheck(claim, Verdict.HOLDS, compared, ratio, worst, f"decided in {', '.join(sorted(ways))}")


def _with_curve(check: RunCheck, instances: list[Instance], scale: Fraction) -> RunCheck:
    from dataclasses import replace

    from mpgcert.arithmetic import FLOAT
    from mpgcert.claims.formula import evaluate

    if not instances:
        return check
    unit = float(scale) ** (2 if "mean_squared_gap" in str(check.claim.relation.lhs) else 1)
    values = [instance.values(FLOAT) for instance in instances]
    sides = [
        [unit * float(evaluate(side, found, FLOAT)) for found in values if found is not None]
        for side in (check.claim.relation.lhs, check.claim.relation.rhs)
    ]
    steps = [instance.where["step"] for instance, found in zip(instances, values) if found is not None]
    return replace(check, curve=Curve(np.array(steps), np.array(sides[0]), np.array(sides[1])))


def _limit(game: MarkovGame) -> int:
    """How many recorded policies are checked with balls: fewer for larger games."""
    entries = game.n_states * game.n_joint_actions * (game.n_states + game.n_players)
    return int(np.clip(_WORK // entries, 10, 200))
