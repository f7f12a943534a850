"""The direction f of regularised natural gradient play (zhang2022, section 14.2), and what a step multiplies with."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from mpgcert.arithmetic import elementwise
from mpgcert.claims.point import Index, Lens
from mpgcert.solvers.evaluation import Evaluation

__all__ = [
    "barrier_direction",
    "direction_energy",
    "directions",
    "factors",
    "least",
    "mean_direction",
    "mean_squared_direction",
    "normalizer",
    "relative_changes",
    "row_of_directions",
]

Array = NDArray[Any]


def directions(evaluation: Evaluation, regularization: Any, player: int) -> Array:
    """f_i [S, A_i] = Abar_i / (1 - gamma) + lambda / (d pi_i) - lambda |A_i| / d."""
    own, visited = evaluation.policy[player], evaluation.visitation[:, None]
    advantage = evaluation.averaged_advantage(player) / (1 - evaluation.arrays.discount)
    return advantage + regularization / (visited * own) - regularization * own.shape[1] / visited


def direction_energy(evaluation: Evaluation, regularization: Any) -> Any:
    """Sum over i, s, a_i of d pi_i f_i^2."""
    visited, total = evaluation.visitation[:, None], 0 * regularization
    for player, own in enumerate(evaluation.policy):
        found = directions(evaluation, regularization, player)
        total = total + (visited * own * found * found).sum()
    return total


def barrier_direction(at: Lens, k: Index) -> Any:
    """f_i(s, a_i) by itself."""
    return row_of_directions(at, k)[k.action]


def row_of_directions(at: Lens, k: Index) -> Array:
    """f_i(s, .), [A_i]."""
    own, visited = at.policy[k.player][k.state], at.evaluation.visitation[k.state]
    advantage = at.advantages[k.player][k.state] / (1 - at.arrays.discount)
    return advantage + at.regularization * (1 - own * len(own)) / (visited * own)


def mean_direction(at: Lens, k: Index) -> Any:
    """Sum over the actions of pi f: 0."""
    return (at.policy[k.player][k.state] * row_of_directions(at, k)).sum()


def mean_squared_direction(at: Lens, k: Index) -> Any:
    """Sum over the actions of pi f^2."""
    found = row_of_directions(at, k)
    return (at.policy[k.player][k.state] * found * found).sum()


def factors(at: Lens, k: Index) -> Array:
    """What a step multiplies pi_i(. | s) with before it is normalised, [A_i].

    exp(eta f_i) for a step.  Two policies give the factors up to one scale for each state; s + 2 is chosen, so
    that the normaliser is not 1.
    """
    if at.point.other is None and at.point.algorithm is not None:
        return elementwise(at.arithmetic.exp, row_of_directions(at, k) * at.step_size)
    return at.other[k.player][k.state] / at.policy[k.player][k.state] * (k.state + 2)


def normalizer(at: Lens, k: Index) -> Any:
    """Z at a state of a player."""
    return (at.policy[k.player][k.state] * factors(at, k)).sum()


def relative_changes(at: Lens, k: Index) -> Array:
    """Delta_i(s, .), [A_i]; at states where a step moves nothing it is rational though others move."""
    if at.point.other is None and at.point.algorithm == "natural-gradient-play":
        return factors(at, k) / normalizer(at, k) - 1
    return at.other[k.player][k.state] / at.policy[k.player][k.state] - 1


def least(at: Lens, values: Array) -> Any:
    """The smallest of the values."""
    return -at.arithmetic.maximum(-values)
