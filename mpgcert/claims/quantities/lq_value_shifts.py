"""Quantities of Step 3 of hambly2021.lemma-3.18: what the others' distance to the equilibrium does to player i.

Costs-to-go and directions at K are compared with those at (K^i, K^{-i*}), marked * below; M_t is the closed loop of K.
Where the others play the equilibrium the differences are exactly 0, and so is what follows from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.matrices import product
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import others, player_distance
from mpgcert.claims.quantities.lq_perturbation import sandwich, squared_norm, sum_of_squares, total, vanishes
from mpgcert.claims.quantities.rule import Rule, kept, per, root
from mpgcert.solvers.lq.evaluation import LQEvaluation

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


def others_at_equilibrium(at: LQLens, player: int, first: int, last: int | None = None) -> bool:
    """Whether K^j_s = K^{j*}_s for all other players j and s = `first`, ..., `last` - 1, so that nothing changes."""
    stages, rows = slice(first, last), [at.arrays.slices[j] for j in others(at, player)]
    return all(vanishes(at, at.gains[stages, own] - at.nash.gains[stages, own]) for own in rows)


@kept
def others_distance(at: LQLens, player: int, stage: int) -> Any:
    """sum over j other than i of ||K_t^j - K_t^{j*}||."""
    return total(at, (player_distance(at, j)[stage] for j in others(at, player)))


def others_distance_from(at: LQLens, player: int, first: int) -> Any:
    """The same, summed over t >= `first`."""
    return total(at, (others_distance(at, player, t) for t in range(first, at.game.horizon)))


@kept
def value_shift(at: LQLens, player: int, stage: int) -> Array:
    """P_{t,i} of K minus that of (K^i, K^{-i*}), [d, d]."""
    if others_at_equilibrium(at, player, stage):
        return at.arrays.W * 0
    return np.asarray(at.evaluation.P[player, stage] - at.mixed(player).P[player, stage])


def carried_value_shift(at: LQLens, k: Index) -> Array:
    """M_t' (P_{t+1,i} - P_{t+1,i}^*) M_t."""
    loop = at.evaluation.closed_loop[k.time]
    return sandwich(loop.T, value_shift(at, k.player, k.time + 1), loop.T)


def fresh_value_shift(at: LQLens, k: Index) -> Array:
    """M_t' P^*_{t+1,i} M_t - M*_t' P^*_{t+1,i} M*_t, where * is (K^i, K^{-i*})."""
    mixed = at.mixed(k.player)
    loop, star, value = at.evaluation.closed_loop[k.time], mixed.closed_loop[k.time], mixed.P[k.player, k.time + 1]
    if others_at_equilibrium(at, k.player, k.time, k.time + 1):
        return np.asarray(value * 0)
    return sandwich(loop.T, value, loop.T) - sandwich(star.T, value, star.T)


def cost_along(policy: LQEvaluation, player: int, stage: int) -> Array:
    """P_{t,i} as the sum over s >= t of D' C_s D for D = M_{s-1} ... M_t and the stage costs C_s, [d, d]."""
    out, reach = policy.cost_matrix(player, stage), None
    for s in range(stage, policy.horizon):
        loop = policy.closed_loop[s]
        reach = loop if reach is None else product(loop, reach)
        out = out + sandwich(reach.T, policy.cost_matrix(player, s + 1), reach.T)
    return out


def value_shift_residual(at: LQLens, k: Index, factor: int) -> Any:
    """Squared entries of the difference of costs-to-go minus `factor` times what one stage earlier makes of them."""
    difference = cost_along(at.evaluation, k.player, k.time) - cost_along(at.mixed(k.player), k.player, k.time)
    return sum_of_squares(difference - (carried_value_shift(at, k) + fresh_value_shift(at, k)) * factor)


def direction_shift(at: LQLens, k: Index) -> Any:
    """||E_{t,i}^K - E_{t,i}^{(K^i, K^{-i*})}||^2."""
    if others_at_equilibrium(at, k.player, k.time):
        return at.number(0)
    own, mixed = at.arrays.slices[k.player], at.mixed(k.player)
    return squared_norm(at, at.evaluation.directions[k.time, own] - mixed.directions[k.time, own])


def direction_shift_residual(at: LQLens, k: Index, sign: int) -> Any:
    """Squared entries of E - E^* + B' (P - P^*) M_t - `sign` B' P^* sum_j B^j (K^j - K^{j*}), * for (K^i, K^{-i*})."""
    own, mixed, t = at.arrays.slices[k.player], at.mixed(k.player), k.time
    controls = at.arrays.B[t]
    difference = at.evaluation.directions[t, own] - mixed.directions[t, own]
    by_value = product(controls[:, own].T, product(value_shift(at, k.player, t + 1), at.evaluation.closed_loop[t]))
    moved = product(controls, at.gains[t] - mixed.gains[t])
    by_loop = product(controls[:, own].T, product(mixed.P[k.player, t + 1], moved))
    return sum_of_squares(difference + by_value - by_loop * sign)


QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.LQ_POLICY: {
        "coupled_distance_i": per("player", "time")(lambda at, k: others_distance(at, k.player, k.time)),
        "coupled_distance_from_i": per("player", "time")(lambda at, k: others_distance_from(at, k.player, k.time)),
        "coupled_distance_after_i": per("player", "time")(lambda at, k: others_distance_from(at, k.player, k.time + 1)),
        "value_shift_i": root("player", "time")(lambda at, k: squared_norm(at, value_shift(at, k.player, k.time))),
        "next_value_shift_i": root("player", "time")(
            lambda at, k: squared_norm(at, value_shift(at, k.player, k.time + 1))
        ),
        "next_mixed_value_i": root("player", "time")(
            lambda at, k: squared_norm(at, at.mixed(k.player).P[k.player, k.time + 1])
        ),
        "carried_value_shift_i": root("player", "time")(lambda at, k: squared_norm(at, carried_value_shift(at, k))),
        "fresh_value_shift_i": root("player", "time")(lambda at, k: squared_norm(at, fresh_value_shift(at, k))),
        "value_shift_residual_i": per("player", "time")(lambda at, k: value_shift_residual(at, k, 1)),
        "value_shift_residual_doubled_i": per("player", "time")(lambda at, k: value_shift_residual(at, k, 2)),
        "direction_shift_i": root("player", "time")(direction_shift),
        "direction_shift_residual_i": per("player", "time")(lambda at, k: direction_shift_residual(at, k, 1)),
        "direction_shift_residual_flipped_i": per("player", "time")(lambda at, k: direction_shift_residual(at, k, -1)),
    }
}
