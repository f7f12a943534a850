"""Quantities of hambly2021.lemma-3.9: gradient dominance when the others play the equilibrium.

E, P and gradients are those of (K^i, K^{-i*}); the greedy gains are
K_t^i - (R_t^i + B_t^i' P_{t+1} B_t^i)^{-1} E_{t,i}.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mpgcert.arithmetic.matrices import product
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import least_singular, norm
from mpgcert.claims.quantities.lq_regularity import advantage_sum, gain_change, outer_state, stage_advantage
from mpgcert.claims.quantities.lq_rollouts import (
    curvature,
    difference_gradient,
    form,
    greedy_step,
    rolled_cost,
    squared_entries,
    state,
    total,
)
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.lq.evaluation import LQEvaluation, trace_of_product

__all__ = ["QUANTITIES"]


@kept
def direction(at: LQLens, player: int, time: int) -> Any:
    """E_{t,i} of (K^i, K^{-i*}), [k_i, d]."""
    return at.mixed(player).directions[time, at.arrays.slices[player]]


@kept
def curvature_norm(at: LQLens, player: int, time: int) -> Any:
    """||R_t^i + B_t^i' P_{t+1,i} B_t^i||."""
    return norm(at, curvature(at.mixed(player), player, time))


@kept
def gradient(at: LQLens, player: int, time: int) -> Any:
    """The gradient of C^i at (K^i, K^{-i*}) in K_t^i as difference quotients, [k_i, d]."""
    mixed = at.mixed(player)
    return difference_gradient(at, mixed, player, time, mixed.covariances[time], at.arrays.W)


def normalised(at: LQLens, player: int, time: int) -> Any:
    """The gradient times the inverse of Sigma_t, [k_i, d]."""
    moment = at.mixed(player).covariances[time]
    return at.arithmetic.solve(moment, gradient(at, player, time).T).T


def squares(at: LQLens, matrices: Iterable[Any]) -> Any:
    """sum of Tr(M' M)."""
    return total(at, [squared_entries(matrix) for matrix in matrices])


def own_gradient_square(at: LQLens, k: Index) -> Any:
    """sum over t of Tr(g' g) for the gradients g of C^i at K."""
    K = at.evaluation
    return squares(at, (difference_gradient(at, K, k.player, t, K.covariances[t], at.arrays.W) for t in at.times))


@kept
def greedy(at: LQLens, player: int) -> LQEvaluation:
    """The greedy gains of player i against K^{-i*}, evaluated."""
    mixed = at.mixed(player)
    gains = mixed.gains.copy()
    for t in at.times:
        gains[t, at.arrays.slices[player]] -= greedy_step(at, mixed, player, t)
    return at.replaced(mixed.gains, player, gains)


def schur_sum(at: LQLens, player: int, visited: LQEvaluation | None) -> Any:
    """sum over t of Tr(Sigma_t E' (R + B' P B)^{-1} E) along the visited states; with Sigma_t = 1 if None."""
    parts, mixed = [], at.mixed(player)
    for t in at.times:
        E = direction(at, player, t)
        weighted = E if visited is None else product(E, visited.covariances[t])
        parts.append(trace_of_product(weighted, greedy_step(at, mixed, player, t)))
    return total(at, parts)


def weighted_squares(at: LQLens, player: int, of_gradient: bool) -> Any:
    """sum over t of Tr(M' M) / ||R + B' P B|| for M = E or the gradient."""
    chosen = gradient if of_gradient else direction
    return total(at, [squared_entries(chosen(at, player, t)) / curvature_norm(at, player, t) for t in at.times])


def completed_square(at: LQLens, k: Index) -> Any:
    """x' (D + G^{-1} E)' G (D + G^{-1} E) x for D = K'_t^i - K_t^i, G and E of K."""
    moved = gain_change(at, k.player, k.time) + greedy_step(at, at.evaluation, k.player, k.time)
    return form(curvature(at.evaluation, k.player, k.time), product(moved, state(at)))


def schur_form(at: LQLens, k: Index) -> Any:
    """x' E' G^{-1} E x for G and E of K."""
    x = state(at)
    E = at.evaluation.directions[k.time, at.arrays.slices[k.player]]
    return (product(E, x) * product(greedy_step(at, at.evaluation, k.player, k.time), x)).sum()


def greedy_state_advantage(at: LQLens, k: Index) -> Any:
    """The advantage of K at x for the controls of K with player i's greedy ones."""
    played = at.gains[k.time].copy()
    played[at.arrays.slices[k.player]] -= greedy_step(at, at.evaluation, k.player, k.time)
    return stage_advantage(at.evaluation, played, k.player, k.time, outer_state(at))


def mixed_advantages(at: LQLens, player: int, other: LQEvaluation) -> Any:
    """sum over t of E[A^i(x_t, u_t, t)] of (K^i, K^{-i*}) along another policy."""
    return advantage_sum(at, at.mixed(player), other, other, player, at.arrays.sigma_0)


_POLICY: dict[str, Rule] = {
    "mixed_direction_square_i": per("player")(
        lambda at, k: squares(at, (direction(at, k.player, t) for t in at.times))
    ),
    "mixed_gradient_square_i": per("player")(lambda at, k: squares(at, (gradient(at, k.player, t) for t in at.times))),
    "normalised_gradient_square_i": per("player")(
        lambda at, k: squares(at, (normalised(at, k.player, t) for t in at.times))
    ),
    "own_gradient_square_i": per("player")(own_gradient_square),
    "weighted_direction_square_i": per("player")(lambda at, k: weighted_squares(at, k.player, of_gradient=False)),
    "weighted_gradient_square_i": per("player")(lambda at, k: weighted_squares(at, k.player, of_gradient=True)),
    "norm_Sigma_mixed_i": per("player")(lambda at, k: norm(at, at.mixed(k.player).total_covariance)),
    "covariance_floor_mixed_i": per("player")(lambda at, k: least_singular(at, at.mixed(k.player).covariances)),
    "covariance_floor_greedy_i": per("player")(lambda at, k: least_singular(at, greedy(at, k.player).covariances)),
    "equilibrium_advantages_i": per("player")(lambda at, k: mixed_advantages(at, k.player, at.star)),
    "greedy_advantages_i": per("player")(lambda at, k: mixed_advantages(at, k.player, greedy(at, k.player))),
    "equilibrium_schur_sum_i": per("player")(lambda at, k: schur_sum(at, k.player, at.star)),
    "greedy_schur_sum_i": per("player")(lambda at, k: schur_sum(at, k.player, greedy(at, k.player))),
    "schur_trace_i": per("player")(lambda at, k: schur_sum(at, k.player, None)),
    "greedy_cost_i": per("player")(
        lambda at, k: rolled_cost(at, greedy(at, k.player), k.player, 0, at.arrays.sigma_0, at.arrays.W)
    ),
}
_PAIR: dict[str, Rule] = {
    "completed_square": per("player", "time")(completed_square),
    "schur_form": per("player", "time")(schur_form),
    "greedy_state_advantage": per("player", "time")(greedy_state_advantage),
}
QUANTITIES: dict[Setting, dict[str, Rule]] = {Setting.LQ_POLICY: _POLICY, Setting.LQ_PAIR: _PAIR}
