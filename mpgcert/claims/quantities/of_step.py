"""Quantities of one step of an algorithm."""

from __future__ import annotations

from typing import Any

from mpgcert.arithmetic import elementwise
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, per, root
from mpgcert.solvers.evaluation import policy_gradient

__all__ = ["QUANTITIES"]


def ascent(at: Lens, _: Index) -> Any:
    """Growth of the total potential."""
    return at.other_potential_evaluation.returns[0] - at.potential_evaluation.returns[0]


def barrier_growth(at: Lens) -> Any:
    """Growth of the sum of log pi, as a sum of log (pi' / pi): exactly 0 where nothing moves."""
    return sum(elementwise(at.arithmetic.log, new / old).sum() for old, new in zip(at.policy, at.other))


def log_normalizers(at: Lens, _: Index) -> Any:
    """sum over i, s of d'(s) log Z_i(s), Z the normaliser of the natural step without log-barrier."""
    total = at.number(0)
    for own, advantage in zip(at.policy, at.advantages):
        exponent = advantage * at.step_size / (1 - at.arrays.discount)
        normalizer = (own * elementwise(at.arithmetic.exp, exponent)).sum(axis=1)
        total = total + (at.other_evaluation.visitation * elementwise(at.arithmetic.log, normalizer)).sum()
    return total


def policy_change(at: Lens, _: Index) -> Any:
    """sum over i, s, a_i of d(s) pi_i (pi_i' / pi_i - 1)^2."""
    total = at.number(0)
    for old, new in zip(at.policy, at.other):
        relative = new / old - 1
        total = total + (at.evaluation.visitation[:, None] * old * relative * relative).sum()
    return total


def gradient_square(at: Lens, _: Index) -> Any:
    """Squared norm of the gradient of the total potential, over all players."""
    return sum((g * g).sum() for g in (policy_gradient(at.evaluation, i) for i in range(at.game.n_players)))


def regularized_gradient_square(at: Lens, _: Index) -> Any:
    """The same for the regularised total potential."""
    total = at.number(0)
    for i, own in enumerate(at.policy):
        gradient = policy_gradient(at.evaluation, i) + at.regularization * (1 - own * own.shape[1])
        total = total + (gradient * gradient).sum()
    return total


QUANTITIES: dict[str, Rule] = {
    "gradient_norm": root()(gradient_square),
    "regularized_gradient_norm": root()(regularized_gradient_square),
    "step_size": per()(lambda at, _: at.step_size),
    "regularization": per()(lambda at, _: at.regularization),
    "ascent": per()(ascent),
    "regularized_ascent": per()(lambda at, k: ascent(at, k) + at.regularization * barrier_growth(at)),
    "log_normalizers": per()(log_normalizers),
    "policy_change": per()(policy_change),
}
