"""Quantities of linear-quadratic games that most statements share: constants, costs, gaps, norms of changes.

A norm of a matrix is spectral; the gap of player i is C^i(K^i, K^{-i*}) - C^i(K*).  Definitions are hambly2021's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.arithmetic.spectral import least_singular_value, spectral_norm, squared_spectral_norm
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.rule import Rule, kept, per, root

__all__ = ["QUANTITIES", "largest", "least", "least_singular", "norm", "norms"]


def norm(at: LQLens, matrix: Any) -> Any:
    """The spectral norm."""
    return spectral_norm(at.arithmetic, matrix)


def norms(at: LQLens, matrices: Iterable[Any]) -> list[Any]:
    """The spectral norm of each."""
    return [norm(at, matrix) for matrix in matrices]


def largest(at: LQLens, values: Iterable[Any]) -> Any:
    """The largest of some numbers."""
    listed = list(values)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return at.arithmetic.maximum(array)


def least(at: LQLens, values: Iterable[Any]) -> Any:
    """The least of some numbers."""
    return -largest(at, [-value for value in values])


def least_singular(at: LQLens, matrices: Iterable[Any]) -> Any:
    """The least singular value of some matrices."""
    return least(at, [least_singular_value(at.arithmetic, matrix) for matrix in matrices])


@kept
def nash_costs(at: LQLens) -> Any:
    """C^i(K*) from P* and the noise, [N]."""
    return at.star.costs


@kept
def player_distance(at: LQLens, player: int) -> list[Any]:
    """||K_t^i - K_t^{i*}|| for t = 0, ..., T - 1."""
    rows = at.arrays.slices[player]
    return norms(at, at.gains[:, rows] - at.nash.gains[:, rows])


def distance_square(at: LQLens, k: Index) -> Any:
    """sum over t of ||K_t^i - K_t^{i*}||^2."""
    rows = at.arrays.slices[k.player]
    change = at.gains[:, rows] - at.nash.gains[:, rows]
    return sum(squared_spectral_norm(at.arithmetic, part) for part in change)


def others(at: LQLens, player: int) -> list[int]:
    return [j for j in at.players if j != player]


@kept
def change(at: LQLens, player: int) -> Any:
    """K'^i - K^i, [T, k_i, d]; given gains are subtracted before they are rounded, so that equal ones differ by 0."""
    own, other = at.point.gains, at.point.other
    if own is None or other is None:
        rows = at.arrays.slices[player]
        return at.other_gains[:, rows] - at.gains[:, rows]
    first, second = own.parts[player], other.parts[player]
    numerator = (
        second.numerator.astype(object) * first.denominator - first.numerator.astype(object) * second.denominator
    )
    return at.arithmetic.array(ExactArray.of_integers(numerator, first.denominator * second.denominator))


@kept
def player_change(at: LQLens, player: int) -> list[Any]:
    """||K'_t^i - K_t^i|| for t = 0, ..., T - 1."""
    return norms(at, change(at, player))


def change_square(at: LQLens, k: Index) -> Any:
    """||K'_t^i - K_t^i||^2."""
    return squared_spectral_norm(at.arithmetic, change(at, k.player)[k.time])


@kept
def pair_radius(at: LQLens) -> Any:
    """The largest closed-loop norm of K, (K^i, K^{-i*}), (K'^i, K^{-i*}) and (K'^i, K^{-i}) (hambly2021.eq-3.24)."""
    policies = [at.evaluation]
    for i in at.players:
        policies += [at.mixed(i), at.other_mixed(i), at.deviation(i)]
    return largest(at, [value for policy in policies for value in norms(at, policy.closed_loop)])


def largest_gradient(at: LQLens, _: Index) -> Any:
    """max over i, t of ||2 E_{t,i} Sigma_t||."""
    gradients = at.evaluation.gradients
    return largest(at, [norm(at, g[rows]) for g in gradients for rows in at.arrays.slices])


def gradient_total(at: LQLens, k: Index) -> Any:
    """sum over t of ||2 E_{t,i} Sigma_t||."""
    rows = at.arrays.slices[k.player]
    return sum(norms(at, at.evaluation.gradients[:, rows]))


_GAME: dict[str, Rule] = {
    "N_players": per()(lambda at, _: at.number(at.game.n_players)),
    "horizon": per()(lambda at, _: at.number(at.game.horizon)),
    "dimension": per()(lambda at, _: at.number(at.game.dimension)),
    "controls_i": per("player")(lambda at, k: at.number(at.game.control_dimensions[k.player])),
    "controls_max": per()(lambda at, _: at.number(max(at.game.control_dimensions))),
    "time": per("time")(lambda at, k: at.number(k.time)),
    "delta": per()(lambda at, _: at.number(at.point.delta)),
    "xi": per()(lambda at, _: at.number(at.point.xi)),
    "sigma_X": per()(lambda at, _: least_singular(at, [at.arrays.sigma_0, at.arrays.W])),
    "sigma_R": per()(lambda at, _: least_singular(at, [R for part in at.arrays.R for R in part])),
    "sigma_Q": per()(lambda at, _: least_singular(at, [Q for part in at.arrays.Q for Q in part])),
    "gamma_A": per()(lambda at, _: largest(at, norms(at, at.arrays.A))),
    "gamma_B": per()(lambda at, _: largest(at, [norm(at, B[:, own]) for B in at.arrays.B for own in at.arrays.slices])),
    "gamma_R": per()(lambda at, _: largest(at, [norm(at, R) for part in at.arrays.R for R in part])),
    "norm_W": per()(lambda at, _: norm(at, at.arrays.W)),
    "norm_Sigma_0": per()(lambda at, _: norm(at, at.arrays.sigma_0)),
    "closed_loop_star": per()(lambda at, _: largest(at, norms(at, at.star.closed_loop))),
    "norm_Sigma_star": per()(lambda at, _: norm(at, at.star.total_covariance)),
    "nash_cost_i": per("player")(lambda at, k: nash_costs(at)[k.player]),
    "nash_cost_max": per()(lambda at, _: largest(at, nash_costs(at))),
    "nash_cost_min": per()(lambda at, _: least(at, nash_costs(at))),
}
_POLICY: dict[str, Rule] = {
    "sigma_X_K": per()(lambda at, _: least_singular(at, at.evaluation.covariances)),
    "closed_loop_norm": root("time")(
        lambda at, k: squared_spectral_norm(at.arithmetic, at.evaluation.closed_loop[k.time])
    ),
    "closed_loop_K": per()(lambda at, _: largest(at, norms(at, at.evaluation.closed_loop))),
    "norm_Sigma_K": per()(lambda at, _: norm(at, at.evaluation.total_covariance)),
    "cost_i": per("player")(lambda at, k: at.evaluation.costs[k.player]),
    "mixed_cost_i": per("player")(lambda at, k: at.mixed_costs[k.player]),
    "mixed_cost_sum": per()(lambda at, _: at.mixed_costs.sum()),
    "mixed_cost_max": per()(lambda at, _: largest(at, at.mixed_costs)),
    "gap_i": per("player")(lambda at, k: at.gaps[k.player]),
    "gap_sum": per()(lambda at, _: at.gaps.sum()),
    "gap_max": per()(lambda at, _: largest(at, at.gaps)),
    "gap_others": per("player")(lambda at, k: sum((at.gaps[j] for j in others(at, k.player)), at.number(0))),
    "psi": per()(lambda at, _: largest(at, at.gaps)),
    "gradient_norm_max": per()(largest_gradient),
    "gradient_total_i": per("player")(gradient_total),
    "distance_i": per("player")(lambda at, k: sum(player_distance(at, k.player))),
    "distance_others": per("player")(
        lambda at, k: sum((sum(player_distance(at, j)) for j in others(at, k.player)), at.number(0))
    ),
    "distance_square_i": per("player")(distance_square),
}
_PAIR: dict[str, Rule] = {
    "step_norm_i": root("player", "time")(change_square),
    "step_norm_max": per()(lambda at, _: largest(at, [x for i in at.players for x in player_change(at, i)])),
    "step_total_i": per("player")(lambda at, k: sum(player_change(at, k.player))),
    "rho_pair_norm": per()(lambda at, _: pair_radius(at)),
    "next_gap_i": per("player")(lambda at, k: at.other_gaps[k.player]),
    "next_gap_sum": per()(lambda at, _: at.other_gaps.sum()),
}
_STEP: dict[str, Rule] = {
    "step_size": per()(lambda at, _: largest(at, at.step_sizes)),
}
_RUN: dict[str, Rule] = {
    "iterations": per()(lambda at, _: at.number(at.point.steps)),
    "last_gap_sum": per()(lambda at, _: at.run_gaps[-1].sum()),
}
QUANTITIES = {
    Setting.LQ_GAME: _GAME,
    Setting.LQ_POLICY: _POLICY,
    Setting.LQ_PAIR: _PAIR,
    Setting.LQ_STEP: _STEP,
    Setting.LQ_RUN: _RUN,
}
