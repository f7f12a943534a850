"""Statements about averages along somebody else's trajectory, after each iterate.

NE-gap and c of every policy are enclosed by balls around the recorded doubles; sums of balls enclose the
averages, so the verdicts are about the recorded data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import Arithmetic, Ball
from mpgcert.claims.bounds import unit_values
from mpgcert.claims.claim import Claim
from mpgcert.claims.engine import Check, GivenSides, decide_at
from mpgcert.claims.formula import relation_holds
from mpgcert.claims.point import Index, Lens, Point
from mpgcert.claims.properties import decide
from mpgcert.claims.quantities.of_policy import least_concentration_of_all
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Policy
from mpgcert.learn.external import ExternalTrajectory
from mpgcert.learn.generic_step import log_barrier

__all__ = ["averages_along"]

_BALL = Ball(128)


def averages_along(
    claims: Sequence[Claim], base: Point, trajectory: ExternalTrajectory
) -> dict[str, list[tuple[int, Check]]]:
    """The outcome of each claim about averages over theta(0), ..., theta(T - 1), for every T.

    The trajectory ends, for these statements, where a probability underflows to 0.
    """
    out: dict[str, list[tuple[int, Check]]] = {claim.id: [] for claim in claims}
    meant = [claim for claim in claims if _assumed(claim, base)]
    if meant:
        for steps, values in _running(base, trajectory):
            for claim in meant:
                out[claim.id].append((steps, _decide(claim, base, steps, values)))
    return out


def _assumed(claim: Claim, base: Point) -> bool:
    return all(decide(name, base.analysis).verdict is Verdict.HOLDS for name in claim.assumes)


def _running(base: Point, trajectory: ExternalTrajectory) -> Iterator[tuple[int, dict[str, Any]]]:
    """T and the enclosures of the averages over the T iterates before."""
    total: dict[str, Any] = {}
    start: Any = None
    for k in range(trajectory.n_iterates):
        policy = Policy.from_doubles(trajectory.policy(k))
        if any((part.numerator == 0).any() for part in policy.probabilities):
            return
        with _BALL.context():
            lens = Lens(replace(base, policy=policy), _BALL)
            potential = None if base.phi is None else _regularized(lens)
            start = potential if k == 0 else start
            if total:
                gain = {} if potential is None else {"regularized_gain": potential - start}
                yield k, _means(total, k) | gain
            gap, c = _BALL.maximum(lens.gaps), least_concentration_of_all(lens, Index())
            if not total:
                total = {"gap": gap, "square": gap * gap, "least": gap, "c": c}
            else:
                total = {
                    "gap": total["gap"] + gap,
                    "square": total["square"] + gap * gap,
                    "least": -(-total["least"]).max(-gap),
                    "c": -(-total["c"]).max(-c),
                }


def _regularized(lens: Lens) -> Any:
    barrier = log_barrier(lens.policy, lens.arithmetic)
    return lens.potential_evaluation.returns[0] + lens.regularization * barrier


def _means(total: dict[str, Any], count: int) -> dict[str, Any]:
    return {
        "mean_gap": total["gap"] / count,
        "mean_squared_gap": total["square"] / count,
        "least_gap": total["least"],
        "c": total["c"],
    }


def _decide(claim: Claim, base: Point, steps: int, values: dict[str, Any]) -> Check:
    assert base.step_size is not None
    exact = unit_values(base.analysis) | {
        "step_size": base.step_size,
        "regularization": base.regularization,
        "steps": Fraction(steps),
    }
    if not all(relation_holds(relation, exact) for relation in claim.given):
        return Check(Verdict.VACUOUS)

    def sides(arithmetic: Arithmetic) -> GivenSides | None:
        if arithmetic != _BALL:
            return None
        constants = {name: arithmetic.number(value) for name, value in exact.items()}
        return GivenSides(constants | values, arithmetic)

    return decide_at(replace(claim, given=()), sides, [Index()])
