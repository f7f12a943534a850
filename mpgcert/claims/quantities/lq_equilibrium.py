"""Quantities of Section 2 of hambly2021: the coupled Riccati equations and what the equilibrium costs."""

from __future__ import annotations

from typing import Any

from mpgcert.arithmetic.matrices import product
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq_rollouts import (
    congruence,
    curvature,
    propagator,
    rolled_cost,
    squared_entries,
    total,
)
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.lq.evaluation import trace_of_product

__all__ = ["QUANTITIES"]


@kept
def without_player(at: LQLens, player: int, time: int) -> Any:
    """A_t - sum over j != i of B_t^j K_t^{j*}, [d, d]."""
    loop = at.arrays.A[time]
    for j, own in enumerate(at.arrays.slices):
        if j != player:
            loop = loop - product(at.arrays.B[time][:, own], at.nash.gains[time, own])
    return loop


def fixed_point_residual(at: LQLens, own_too: bool) -> Any:
    """Squared entries of both sides' difference in (2.4); `own_too` puts player i's own term into the sum as well."""
    parts = []
    for i, own in enumerate(at.arrays.slices):
        B = at.arrays.of_player(i)
        for t in at.times:
            loop = at.star.closed_loop[t] if own_too else without_player(at, i, t)
            right = product(B[t].T, product(at.nash.P[i, t + 1], loop))
            solved = at.arithmetic.solve(curvature(at.star, i, t), right)
            parts.append(squared_entries(at.nash.gains[t, own] - solved))
    return total(at, parts)


def riccati_residual(at: LQLens, controls: bool) -> Any:
    """Squared entries of P* minus the costs of all later stages multiplied out, with or without control costs."""
    parts = []
    for i in at.players:
        for t in at.times:
            found = at.nash.P[i, t]
            for end in range(t, at.game.horizon + 1):
                cost = at.star.cost_matrix(i, end) if controls else at.arrays.Q[i, end]
                found = found - congruence(propagator(at, at.star, t, end).T, cost)
            parts.append(squared_entries(found))
    return total(at, parts)


@kept
def least_cost(at: LQLens, player: int) -> Any:
    """The infimum of player i's cost over all controls while the others play K^{-i*}: one player's Riccati equation."""
    after, noise = at.arrays.Q[player, -1], []
    B = at.arrays.of_player(player)
    for t in reversed(at.times):
        noise.append(trace_of_product(at.arrays.W, after))
        loop = without_player(at, player, t)
        seen = product(B[t].T, product(after, loop))
        curved = at.arrays.R[player][t] + product(B[t].T, product(after, B[t]))
        saved = product(seen.T, at.arithmetic.solve(curved, seen))
        after = at.arrays.Q[player, t] + congruence(loop.T, after) - saved
    return trace_of_product(at.arrays.sigma_0, after) + total(at, noise)


def noise_after(at: LQLens, player: int, stages: range) -> Any:
    """sum over the stages of Tr(W P_s^{i*})."""
    return total(at, [trace_of_product(at.arrays.W, at.nash.P[player, s]) for s in stages])


def from_origin(at: LQLens, k: Index) -> Any:
    """Player i's cost from time t on under K* when x_t = 0."""
    return rolled_cost(at, at.star, k.player, k.time, at.arrays.W * at.number(0), at.arrays.W)


_GAME: dict[str, Rule] = {
    "fixed_point_residual": per()(lambda at, _: fixed_point_residual(at, own_too=False)),
    "fixed_point_residual_with_own": per()(lambda at, _: fixed_point_residual(at, own_too=True)),
    "riccati_residual": per()(lambda at, _: riccati_residual(at, controls=True)),
    "riccati_residual_of_states": per()(lambda at, _: riccati_residual(at, controls=False)),
    "best_response_cost_i": per("player")(lambda at, k: least_cost(at, k.player)),
    "equilibrium_start_cost_i": per("player")(
        lambda at, k: trace_of_product(at.arrays.sigma_0, at.nash.P[k.player, 0])
    ),
    "equilibrium_offset_i": per("player")(lambda at, k: noise_after(at, k.player, range(1, at.game.horizon + 1))),
    "equilibrium_rolled_cost_i": per("player")(
        lambda at, k: rolled_cost(at, at.star, k.player, 0, at.arrays.sigma_0, at.arrays.W)
    ),
    "equilibrium_cost_from_origin": per("player", "time")(from_origin),
    "equilibrium_offset_after": per("player", "time")(
        lambda at, k: noise_after(at, k.player, range(k.time + 2, at.game.horizon + 1))
    ),
    "equilibrium_noise_cost": per("player", "time")(
        lambda at, k: noise_after(at, k.player, range(k.time + 1, k.time + 2))
    ),
    "equilibrium_noise_cost_now": per("player", "time")(
        lambda at, k: noise_after(at, k.player, range(k.time, k.time + 1))
    ),
}
QUANTITIES: dict[Setting, dict[str, Rule]] = {Setting.LQ_GAME: _GAME}
