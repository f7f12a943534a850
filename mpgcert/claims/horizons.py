"""How many iterations a theorem promises to suffice, beside how many did.

Theorems 6 and 7 of zhang2022 choose step size and regularisation for an accuracy epsilon and name a T after which the
least NE-gap so far, or the average, is at most epsilon.  A run with those parameters says after how many iterations
that was so for the first time, by upper bounds of what was measured (`mpgcert.learn.rounding`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import unit_values
from mpgcert.claims.formula import evaluate_exactly
from mpgcert.claims.measured import is_interior
from mpgcert.claims.parameters import RunParameters
from mpgcert.claims.statements import Theorem, run_claims, theorems
from mpgcert.claims.verdicts import Verdict, all_of
from mpgcert.games import Policy
from mpgcert.learn.rounding import trajectory_errors
from mpgcert.learn.run import run
from mpgcert.learn.trajectory import Trajectory

__all__ = ["Horizon", "horizon_of"]

_MEASURES = ("least_gap", "mean_gap")
_RECORDS = 1000


@dataclass(frozen=True)
class Horizon:
    """A promise and what became of it, in the game's units.

    Attributes:
        theorem: id of the theorem whose parameters the run has.
        epsilon: the accuracy that they are for.
        measure: what is to be at most epsilon: `least_gap` or `mean_gap` of all iterates before.
        promised: T, after which it is, says the theorem.
        made: iterations made.
        first: after how many iterations it was so for the first time; None if it was not.
        verdict: on the promise: vacuous if the run is shorter.
    """

    theorem: str
    epsilon: Fraction
    measure: str
    promised: int
    made: int
    first: int | None
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `horizon`."""
        return {
            "theorem": self.theorem,
            "epsilon": float(self.epsilon),
            "epsilon_exact": format_fraction(self.epsilon),
            "measure": self.measure,
            "promised": self.promised,
            "made": self.made,
            "first": self.first,
            "verdict": str(self.verdict),
        }


def horizon_of(analysis: Analysis, trajectory: Trajectory, parameters: RunParameters) -> Horizon | None:
    """The promise of a theorem about this run; None if it has not the parameters, the start or the game of any."""
    uniform = trajectory.steps[0] == 0 and all(np.ptp(part) == 0 for part in trajectory.policy(0))
    if trajectory.truncation is not None or not uniform:
        return None
    for theorem in theorems():
        measure = _measure(theorem)
        if theorem.algorithm != trajectory.algorithm or measure is None:
            continue
        found = _promise(analysis, theorem, parameters)
        if found is not None and all_of(analysis.hypothesis(name) for name in theorem.hypotheses) is Verdict.HOLDS:
            epsilon, promised = found
            return _kept(analysis, trajectory, theorem.id, epsilon, measure, promised)
    return None


def _measure(theorem: Theorem) -> str | None:
    """What a theorem with a bound on T bounds, by the statement about runs that has its name."""
    if theorem.iterations is None or theorem.regularization is None or theorem.needs_c:
        return None
    for claim in run_claims():
        if claim.id == theorem.id and claim.relation is not None:
            names = {symbol.name for symbol in claim.relation.lhs.free_symbols}
            return next((name for name in _MEASURES if name in names), None)
    return None


def _promise(analysis: Analysis, theorem: Theorem, parameters: RunParameters) -> tuple[Fraction, int] | None:
    """The epsilon, in the game's units, that the parameters are for, and T; the regularisation is linear in epsilon."""
    scale = analysis.normalization.scale
    values = unit_values(analysis) | {
        "regularization": parameters.regularization / scale,
        "step_size": parameters.step_size * scale,
        "epsilon": Fraction(1),
    }
    try:
        assert theorem.regularization is not None
        epsilon = values["regularization"] / evaluate_exactly(theorem.regularization, values)
        values["epsilon"] = epsilon
        prescribed = (
            evaluate_exactly(theorem.regularization, values),
            evaluate_exactly(theorem.step_size, values),
        )
        if epsilon == 0 or prescribed != (values["regularization"], values["step_size"]):
            return None
        return epsilon * scale, max(1, int(evaluate_exactly(theorem.iterations, values)))
    except (KeyError, ZeroDivisionError):
        return None


def _kept(
    analysis: Analysis, trajectory: Trajectory, theorem: str, epsilon: Fraction, measure: str, promised: int
) -> Horizon:
    errors = trajectory_errors(analysis.game, trajectory, analysis.phi)
    error = Fraction(min(errors.nash_gap, 1e300))

    def holds(steps: int, least: float, total: float) -> bool:
        if measure == "least_gap":
            return steps > 0 and Fraction(least) + error <= epsilon
        return steps > 0 and Fraction(total) * (1 + Fraction(2 * steps + 4, 2**53)) / steps + error <= epsilon

    made, first = int(trajectory.steps[-1]), None
    for record, at in enumerate(trajectory.steps.tolist()):
        if holds(at, float(trajectory.min_gap[record]), float(trajectory.gap_sum[record])):
            first = _first_within(analysis, trajectory, record, holds)
            break
    verdict = Verdict.VACUOUS
    if made >= promised:
        record = int(np.searchsorted(trajectory.steps, promised))
        at = int(trajectory.steps[record])
        least, total = float(trajectory.min_gap[record]), float(trajectory.gap_sum[record])
        value = Fraction(least) if measure == "least_gap" else Fraction(total) / at
        verdict = Verdict.HOLDS if holds(at, least, total) else Verdict.UNDECIDED
        if value * (1 - Fraction(2 * at + 4, 2**53)) - error > epsilon:
            verdict = Verdict.VIOLATED
    return Horizon(theorem, epsilon, measure, promised, made, first, verdict)


def _first_within(
    analysis: Analysis, trajectory: Trajectory, record: int, holds: Callable[[int, float, float], bool]
) -> int:
    """The first time at which it holds, up to the recorded one: the stretch before that is played again.

    It is played from the recorded policy, so a rounding error may be amplified on the way: the time is that of the
    repetition, and never after the recorded one.
    """
    low, high = int(trajectory.steps[record - 1]), int(trajectory.steps[record])
    policy = trajectory.policy(record - 1)
    least, total = float(trajectory.min_gap[record - 1]), float(trajectory.gap_sum[record - 1])
    while high - low > 1:
        start = Policy.from_doubles(policy)
        if not is_interior(start):
            return high
        again = run(
            analysis.game,
            trajectory.algorithm,
            steps=high - low,
            step_size=trajectory.step_size,
            regularization=trajectory.regularization,
            start=start,
            record_every=-(-(high - low) // _RECORDS),
            potential=analysis.phi,
        )
        steps = (low + again.steps).tolist()
        rows = list(zip(steps, np.minimum(again.min_gap, least).tolist(), (again.gap_sum + total).tolist()))
        after = next((k for k in range(1, len(rows)) if holds(*rows[k])), len(rows) - 1)
        (low, least, total), high = rows[after - 1], rows[after][0]
        policy = again.policy(after - 1)
    return high
