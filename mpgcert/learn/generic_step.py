"""One update of the softmax algorithms in any arithmetic that has exp: the readable twin of the fast steps.

Balls make it a proof: from an exact policy it encloses the exact next policy (zhang2022.eq-8, eq-10,
eq-15, eq-17 with the step size in the exponent of eq-10, as its proof has it).
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from mpgcert.arithmetic import elementwise
from mpgcert.solvers.evaluation import Evaluation, policy_gradient

__all__ = ["log_barrier", "next_policy"]

Array = NDArray[Any]


def next_policy(evaluation: Evaluation, algorithm: str, step_size: Any, regularization: Any) -> list[Array]:
    """pi_i(t + 1) [S, A_i] of every player from an evaluated interior policy.

    Args:
        evaluation: of pi(t), for the players' own rewards, in `Ball` (or `Float`).
        algorithm: `gradient-play` or `natural-gradient-play`.
        step_size, regularization: eta and lambda, numbers of the same arithmetic.
    """
    arithmetic, horizon = evaluation.arrays.arithmetic, 1 - evaluation.arrays.discount
    visited = evaluation.visitation[:, None]
    updated = []
    with arithmetic.context():
        for player, own in enumerate(evaluation.policy):
            count = own.shape[1]
            if algorithm == "gradient-play":
                direction = policy_gradient(evaluation, player) + regularization * (1 - own * count)
            else:
                direction = evaluation.averaged_advantage(player) / horizon
                if arithmetic.sign(regularization) != 0:
                    direction = direction + regularization * (1 - own * count) / (visited * own)
            weight = own * elementwise(arithmetic.exp, direction * step_size)
            updated.append(weight / weight.sum(axis=1, keepdims=True))
    return updated


def log_barrier(policy: list[Array], arithmetic: Any) -> Any:
    """Sum of log pi_i(a_i | s) over players, states and actions (zhang2022.eq-14); interior policies only."""
    with arithmetic.context():
        return sum(elementwise(arithmetic.log, part).sum() for part in policy)
