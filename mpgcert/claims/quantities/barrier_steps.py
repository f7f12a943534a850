"""Quantities of steps and runs of the algorithms with log-barrier (zhang2022, section 14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import elementwise
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.barrier_direction import (
    direction_energy,
    directions,
    least,
    relative_changes,
    row_of_directions,
)
from mpgcert.claims.quantities.rule import Rule, per, root
from mpgcert.solvers.evaluation import Evaluation, policy_gradient

__all__ = ["OF_RUN", "OF_STEP"]

Array = NDArray[Any]


def exponents(at: Lens, k: Index) -> Array:
    """eta f_i(s, .), [A_i]."""
    return row_of_directions(at, k) * at.step_size


def expanded_normalizer(at: Lens, k: Index, order: int) -> Any:
    """Sum over actions of pi times the first terms of the exponential series with coefficients 1, 1, 1."""
    own, exponent = at.policy[k.player][k.state], exponents(at, k)
    series = 1 + exponent + (exponent * exponent if order == 2 else 0 * exponent)
    return (own * series).sum()


def all_changes(at: Lens) -> Array:
    """Delta of every player, state and action, flat."""
    states = range(at.game.n_states)
    return np.concatenate([relative_changes(at, Index(i, s)) for i in range(at.game.n_players) for s in states])


def part_B(at: Lens, _: Index) -> Any:
    """lambda times the sum of log(1 + Delta) - Delta."""
    changes = all_changes(at)
    return at.regularization * (elementwise(at.arithmetic.log, 1 + changes) - changes).sum()


def step_factor(at: Lens, k: Index) -> Any:
    """exp(eta f_i) by itself: rational where f_i is 0, whatever it is for other actions."""
    return at.arithmetic.exp(exponents(at, k)[k.action])


def next_probability(at: Lens, k: Index) -> Any:
    """pi_i(a_i | s) after the step, rational where the step moves nothing."""
    return at.policy[k.player][k.state, k.action] * (1 + relative_changes(at, k)[k.action])


OF_STEP: dict[str, Rule] = {
    "linear_normalizer": per("player", "state")(lambda at, k: expanded_normalizer(at, k, 1)),
    "quadratic_normalizer": per("player", "state")(lambda at, k: expanded_normalizer(at, k, 2)),
    "least_exponent": per("player", "state")(lambda at, k: least(at, exponents(at, k))),
    "largest_exponent": per("player", "state")(lambda at, k: at.arithmetic.maximum(exponents(at, k))),
    "least_change": per()(lambda at, _: least(at, all_changes(at))),
    "largest_change": per()(lambda at, _: at.arithmetic.maximum(all_changes(at))),
    "step_factor": per("player", "state", "action")(step_factor),
    "next_probability": per("player", "state", "action")(next_probability),
    "part_B": per()(part_B),
}


def run_exponents(at: Lens, player: int) -> Array:
    """eta f_i along the run, [T, S, A_i]."""
    return np.array([directions(entry, at.regularization, player) * at.step_size for entry in at.run[:-1]])


def run_normalizers(at: Lens, player: int) -> Array:
    """Z along the run, [T, S]."""
    factors = elementwise(at.arithmetic.exp, run_exponents(at, player))
    return (run_probabilities(at, player)[:-1] * factors).sum(axis=2)


def run_probabilities(at: Lens, player: int) -> Array:
    """pi_i along the run, [T + 1, S, A_i]."""
    return np.array([policy[player] for policy in at.iterates])


def run_changes(at: Lens, player: int) -> Array:
    """Delta_i along the run, [T, S, A_i]."""
    found = run_probabilities(at, player)
    return found[1:] / found[:-1] - 1


def extreme(values: Callable[[Lens, int], Array], largest: bool) -> Rule:
    """The largest or least value along the run, for each player."""

    def function(at: Lens, k: Index) -> Any:
        found = values(at, k.player).ravel()
        return at.arithmetic.maximum(found) if largest else least(at, found)

    return per("player")(function)


def gradient_squares(at: Lens) -> Array:
    """Squared norms of the regularised gradient along the run, [T]."""
    return np.array([_gradient_square(entry, at.regularization) for entry in at.run[:-1]])


def _gradient_square(evaluation: Evaluation, regularization: Any) -> Any:
    total = 0 * regularization
    for i, own in enumerate(evaluation.policy):
        gradient = policy_gradient(evaluation, i) + regularization * (1 - own * own.shape[1])
        total = total + (gradient * gradient).sum()
    return total


def mean_energy(at: Lens, _: Index) -> Any:
    energies = [direction_energy(entry, at.regularization) for entry in at.run[:-1]]
    return sum(energies, at.number(0)) / len(energies)


OF_RUN: dict[str, Rule] = {
    "run_least_probability_i": extreme(lambda at, i: run_probabilities(at, i)[1:], largest=False),
    "run_least_exponent_i": extreme(run_exponents, largest=False),
    "run_largest_exponent_i": extreme(run_exponents, largest=True),
    "run_largest_normalizer_i": extreme(run_normalizers, largest=True),
    "run_least_change_i": extreme(run_changes, largest=False),
    "run_largest_change_i": extreme(run_changes, largest=True),
    "squared_gradients": per()(lambda at, _: gradient_squares(at).sum()),
    "least_regularized_gradient_norm": root()(lambda at, _: least(at, gradient_squares(at))),
    "mean_direction_energy": per()(mean_energy),
}
