"""Quantities of hambly2021's perturbation analysis: how closed loops and covariances change with a policy.

Closed loops are M_t = A_t - sum_j B_t^j K_t^j of K, and M'_t of (K'^i, K^{-i}); F_t and G_t are the operators (3.19),
(3.20) that they define, and G_{-1} is the identity.  F_t and G_t map positive matrices to positive ones: their norm is
that of the image of I.  Differences of policies that are equal are exactly 0 here, and so is what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.arithmetic.matrices import product
from mpgcert.arithmetic.spectral import operator_norm_of_difference, squared_spectral_norm
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import (
    change,
    largest,
    norm,
    norms,
    pair_radius,
    player_change,
    player_distance,
)
from mpgcert.claims.quantities.rule import Rule, kept, per, root

__all__ = ["QUANTITIES", "sandwich", "squared_norm", "sum_of_squares", "total", "vanishes"]

Array = NDArray[Any]


def total(at: LQLens, values: Iterable[Any]) -> Any:
    """The sum of some numbers, of none too."""
    return sum(values, at.number(0))


def vanishes(at: LQLens, values: Array) -> bool:
    """Whether all entries are exactly 0, by the data and not by luck."""
    if values.dtype != object:
        return not values.any()
    return all(at.arithmetic.sign(x) == 0 for x in values.flat)


def sandwich(left: Array, middle: Array, right: Array) -> Array:
    """L X R'."""
    return product(product(left, middle), right.T)


def squared_norm(at: LQLens, matrix: Array) -> Any:
    """The square of the spectral norm."""
    return squared_spectral_norm(at.arithmetic, matrix)


def sum_of_squares(values: Array) -> Any:
    """The square of the Frobenius norm."""
    return (values * values).sum()


# ---------------------------------------------------------------- closed loops


def distance_all(at: LQLens, _: Index) -> Any:
    """sum over j of ||| K^j - K^{j*} |||."""
    return total(at, (x for j in at.players for x in player_distance(at, j)))


def weighted_distance(at: LQLens, k: Index) -> Any:
    """sum over j of ||B_t^j|| ||K_t^j - K_t^{j*}||."""
    controls = at.arrays.B[k.time]
    return total(at, (norm(at, controls[:, at.arrays.slices[j]]) * player_distance(at, j)[k.time] for j in at.players))


def loops(at: LQLens, player: int, stage: int) -> tuple[Array, Array]:
    """M_t and M'_t."""
    return at.evaluation.closed_loop[stage], at.deviation(player).closed_loop[stage]


# ---------------------------------------------------------------- the operators F_t and G_t


def same_until(at: LQLens, player: int, stage: int) -> bool:
    """Whether K'^i_s = K^i_s at s = 0, ..., t."""
    return vanishes(at, change(at, player)[: stage + 1])


def map_difference_norm(at: LQLens, first: Array, second: Array, step: Array) -> Any:
    """||F - F'|| of two closed loops [d, d] that differ by B times a step of the gains."""
    return at.number(0) if vanishes(at, step) else operator_norm_of_difference(at.arithmetic, first, second)


@kept
def map_changes(at: LQLens, player: int) -> list[Any]:
    """||F_t - F'_t|| for t = 0, ..., T - 1."""
    steps = change(at, player)
    return [map_difference_norm(at, *loops(at, player, t), steps[t]) for t in at.times]


@kept
def products(at: LQLens, player: int, first: int) -> list[Array]:
    """I, M_s, M_{s+1} M_s, ..., M_{T-1} ... M_s for s = `first`; with M' of a player >= 0 in place of M."""
    policy = at.evaluation if player < 0 else at.deviation(player)
    out = [at.arithmetic.array(ExactArray.of_integers(np.eye(at.game.dimension, dtype=np.int64)))]
    for loop in policy.closed_loop[first:]:
        out.append(product(loop, out[-1]))
    return out


def image_change(at: LQLens, player: int, first: int, stage: int, matrix: Array) -> Array:
    """D' X D'' - D X D' for D = M_t ... M_s, D' = M'_t ... M'_s and s = `first` <= t + 1."""
    if vanishes(at, change(at, player)[first : stage + 1]):
        return matrix * 0
    own, other = products(at, -1, first)[stage + 1 - first], products(at, player, first)[stage + 1 - first]
    return sandwich(other, matrix, other) - sandwich(own, matrix, own)


@kept
def probe_changes(at: LQLens, player: int) -> list[Any]:
    """||(G'_t - G_t)(X)|| for the probe X and t = 0, ..., T - 1."""
    return norms(at, [image_change(at, player, 0, t, at.probe) for t in at.times])


def carried(at: LQLens, k: Index) -> Any:
    """||F'_t((G'_{t-1} - G_{t-1})(X))||."""
    _, loop = loops(at, k.player, k.time)
    return norm(at, sandwich(loop, image_change(at, k.player, 0, k.time - 1, at.probe), loop))


def fresh(at: LQLens, k: Index) -> Any:
    """||(F'_t - F_t)(G_{t-1}(X))||."""
    if vanishes(at, change(at, k.player)[k.time]):
        return at.number(0)
    before = products(at, -1, 0)[k.time]
    image, (own, other) = sandwich(before, at.probe, before), loops(at, k.player, k.time)
    return norm(at, sandwich(other, image, other) - sandwich(own, image, own))


def powered_map_changes(at: LQLens, k: Index) -> Any:
    """sum over t of rho^{2t} ||F_t - F'_t|| with rho of (3.24)."""
    return power_series(largest(at, [pair_radius(at), at.number(1 + at.point.xi)]), map_changes(at, k.player))


def power_series(radius: Any, values: list[Any]) -> Any:
    """sum over t of values[t] radius^{2t}."""
    return reduce(lambda after, value: value + after * radius * radius, reversed(values))


def polarisation_residual(at: LQLens, k: Index, factor: int) -> Any:
    """Squared entries of (Y X Y' - Z X Z') factor - (Y + Z) X (Y - Z)' - (Y - Z) X (Y + Z)' for Y = M_t, Z = M'_t."""
    Y, Z = loops(at, k.player, k.time)
    left = (sandwich(Y, at.probe, Y) - sandwich(Z, at.probe, Z)) * factor
    return sum_of_squares(left - sandwich(Y + Z, at.probe, Y - Z) - sandwich(Y - Z, at.probe, Y + Z))


def loop_change(at: LQLens, k: Index) -> Any:
    """||M_t - M'_t||^2."""
    own = at.arrays.slices[k.player]
    return squared_norm(at, product(at.arrays.B[k.time][:, own], change(at, k.player)[k.time]))


# ---------------------------------------------------------------- covariances


def covariance_change(at: LQLens, k: Index) -> Any:
    """||Sigma_K - Sigma_{(K'^i, K^{-i})}||^2."""
    if same_until(at, k.player, at.game.horizon):
        return at.number(0)
    return squared_norm(at, at.evaluation.total_covariance - at.deviation(k.player).total_covariance)


def initial_change(at: LQLens, k: Index) -> Any:
    """||(T_K - T_{(K'^i, K^{-i})})(Sigma_0)||^2."""
    start = at.arrays.sigma_0
    return squared_norm(at, sum((image_change(at, k.player, 0, t, start) for t in at.times), start * 0))


@kept
def noise_changes(at: LQLens, player: int) -> list[Any]:
    """sum over s = 1, ..., t of ||D_{t,s} W D_{t,s}' - D'_{t,s} W D''_{t,s}||, for t = 0, ..., T - 1."""
    W = at.arrays.W
    return [total(at, norms(at, [image_change(at, player, s, t, W) for s in range(1, t + 1)])) for t in at.times]


_GAME: dict[str, Rule] = {
    "closed_loop_star_norm": root("time")(lambda at, k: squared_norm(at, at.star.closed_loop[k.time])),
}
_POLICY: dict[str, Rule] = {
    "mixed_loop_norm_i": root("player", "time")(lambda at, k: squared_norm(at, at.mixed(k.player).closed_loop[k.time])),
    "distance_norm_i": per("player", "time")(lambda at, k: player_distance(at, k.player)[k.time]),
    "distance_all": per()(distance_all),
    "weighted_distance": per("time")(weighted_distance),
}
_PAIR: dict[str, Rule] = {
    "step_norm_at": per("time")(lambda at, k: largest(at, [player_change(at, i)[k.time] for i in at.players])),
    "deviation_loop_norm_i": root("player", "time")(
        lambda at, k: squared_norm(at, at.deviation(k.player).closed_loop[k.time])
    ),
    "other_mixed_loop_norm_i": root("player", "time")(
        lambda at, k: squared_norm(at, at.other_mixed(k.player).closed_loop[k.time])
    ),
    "closed_loop_other": per()(lambda at, _: largest(at, norms(at, at.other_evaluation.closed_loop))),
    "pair_powers": per()(lambda at, _: power_series(pair_radius(at), [at.number(1) for _ in at.times])),
    "F_change_i": per("player", "time")(lambda at, k: map_changes(at, k.player)[k.time]),
    "F_change_until_i": per("player", "time")(lambda at, k: total(at, map_changes(at, k.player)[: k.time + 1])),
    "F_change_total_i": per("player")(lambda at, k: total(at, map_changes(at, k.player))),
    "F_change_powered_i": per("player")(powered_map_changes),
    "loop_sum_i": root("player", "time")(lambda at, k: squared_norm(at, np.add(*loops(at, k.player, k.time)))),
    "loop_change_i": root("player", "time")(loop_change),
    "polarisation_residual_i": per("player", "time")(lambda at, k: polarisation_residual(at, k, 2)),
    "polarisation_residual_unhalved_i": per("player", "time")(lambda at, k: polarisation_residual(at, k, 1)),
    "probe_norm": root()(lambda at, _: squared_norm(at, at.probe)),
    "G_norm": per("time")(lambda at, k: squared_norm(at, products(at, -1, 0)[k.time + 1])),
    "G_before_norm": per("time")(lambda at, k: squared_norm(at, products(at, -1, 0)[k.time])),
    "G_other_norm_i": per("player", "time")(lambda at, k: squared_norm(at, products(at, k.player, 0)[k.time + 1])),
    "F_other_norm_i": per("player", "time")(lambda at, k: squared_norm(at, loops(at, k.player, k.time)[1])),
    "G_change_i": per("player", "time")(lambda at, k: probe_changes(at, k.player)[k.time]),
    "G_change_before_i": per("player", "time")(
        lambda at, k: probe_changes(at, k.player)[k.time - 1] if k.time else at.number(0)
    ),
    "G_change_total_i": per("player")(lambda at, k: total(at, probe_changes(at, k.player))),
    "G_change_but_last_i": per("player")(lambda at, k: total(at, probe_changes(at, k.player)[:-1])),
    "G_change_carried_i": per("player", "time")(carried),
    "G_change_fresh_i": per("player", "time")(fresh),
    "covariance_change_i": root("player")(covariance_change),
    "initial_change_i": root("player")(initial_change),
    "noise_change_i": per("player", "time")(lambda at, k: noise_changes(at, k.player)[k.time]),
    "noise_change_total_i": per("player")(lambda at, k: total(at, noise_changes(at, k.player))),
}
QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.LQ_GAME: _GAME,
    Setting.LQ_POLICY: _POLICY,
    Setting.LQ_PAIR: _PAIR,
}
