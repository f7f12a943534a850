"""Quantities of hambly2021 from Algorithm 1 through Lemma 3.8, and of Lemma 3.10: values, gradients, advantages."""

from __future__ import annotations

from typing import Any

from mpgcert.arithmetic.matrices import product
from mpgcert.arithmetic.spectral import symmetric_eigenvalue_range
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import least
from mpgcert.claims.quantities.lq_rollouts import (
    congruence,
    curvature,
    directional_cost,
    expected_costs,
    form,
    rolled_cost,
    second_moments,
    state,
    total,
    unrolled_value,
)
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.lq.evaluation import LQEvaluation, trace_of_product

__all__ = ["QUANTITIES", "advantage_sum", "gain_change", "outer_state", "stage_advantage"]


def least_eigenvalue(at: LQLens, matrix: Any) -> Any:
    """Of a symmetric matrix."""
    return symmetric_eigenvalue_range(at.arithmetic, matrix)[0]


# ---------------------------------------------------------------- costs-to-go


@kept
def probe_value(at: LQLens, player: int, time: int) -> Any:
    """Tr(X P_{t,i}) for the probe X."""
    return trace_of_product(at.probe, unrolled_value(at, at.evaluation, player, time))


@kept
def control_cost(at: LQLens, player: int, time: int) -> Any:
    """K_t^i' R_t^i K_t^i, [d, d]."""
    return congruence(at.evaluation.player_gains(player)[time].T, at.arrays.R[player][time])


@kept
def seen_value(at: LQLens, player: int, time: int) -> Any:
    """L_t' P_{t+1,i} L_t, multiplied out, [d, d]."""
    return congruence(at.evaluation.closed_loop[time].T, unrolled_value(at, at.evaluation, player, time + 1))


def misplaced_value(at: LQLens, k: Index) -> Any:
    """Tr(X L_t P_{t+1,i} L_t')."""
    after = unrolled_value(at, at.evaluation, k.player, k.time + 1)
    return trace_of_product(at.probe, congruence(at.evaluation.closed_loop[k.time], after))


@kept
def running_costs(at: LQLens, player: int) -> list[Any]:
    """E[c_t^i] for t = 0, ..., T."""
    moments = second_moments(at.evaluation, 0, at.arrays.sigma_0, at.arrays.W)
    return expected_costs(at.evaluation, player, 0, moments)


def propagated_value(at: LQLens, k: Index) -> Any:
    """E[x_t' L_t' P_{t+1,i} L_t x_t]."""
    moved = congruence(at.evaluation.closed_loop[k.time], at.evaluation.covariances[k.time])
    return trace_of_product(moved, at.evaluation.P[k.player, k.time + 1])


# ---------------------------------------------------------------- gradients


@kept
def gain_change(at: LQLens, player: int, time: int) -> Any:
    """K'_t^i - K_t^i, [k_i, d]."""
    rows = at.arrays.slices[player]
    return at.other_gains[time, rows] - at.gains[time, rows]


def slope(at: LQLens, k: Index, normalised: bool) -> Any:
    """The inner product of K'_t^i - K_t^i with the gradient, times the inverse of Sigma_t if normalised."""
    moment, change = at.evaluation.covariances[k.time], gain_change(at, k.player, k.time)
    if normalised:
        change = at.arithmetic.solve(moment, change.T).T
    return directional_cost(at, at.evaluation, k.player, k.time, change, moment, at.arrays.W)


def directed(at: LQLens, k: Index, weight: Any) -> Any:
    """Tr((K'_t^i - K_t^i)' E_{t,i} M), without M if it is None."""
    direction = at.evaluation.directions[k.time, at.arrays.slices[k.player]]
    weighted = direction if weight is None else product(direction, weight)
    return trace_of_product(gain_change(at, k.player, k.time), weighted)


# ---------------------------------------------------------------- advantages


@kept
def outer_state(at: LQLens) -> Any:
    """x x' for the state of statements about every state, [d, d]."""
    x = state(at).reshape(-1, 1)
    return product(x, x.T)


def value_of(base: LQEvaluation, player: int, time: int, moment: Any) -> Any:
    """E[V^i(x, t)] = Tr(M P_{t,i}) + N_{t,i} for the second moment M of x."""
    return trace_of_product(moment, base.P[player, time]) + base.offsets[player, time]


def action_value(base: LQEvaluation, played: Any, player: int, time: int, moment: Any) -> Any:
    """E[Q^i(x, u, t)] for u = -K x with the joint gains K `played`, as defined: by the next state's second moment."""
    arrays = base.arrays
    own = played[arrays.slices[player]]
    now = trace_of_product(moment, arrays.Q[player, time] + congruence(own.T, arrays.R[player][time]))
    following = congruence(arrays.A[time] - product(arrays.B[time], played), moment) + arrays.W
    return now + value_of(base, player, time + 1, following)


def stage_advantage(base: LQEvaluation, played: Any, player: int, time: int, moment: Any) -> Any:
    """E[A^i(x, u, t)] of the policy `base` for u = -K x with the joint gains K `played`."""
    return action_value(base, played, player, time, moment) - value_of(base, player, time, moment)


def advantage_sum(
    at: LQLens, base: LQEvaluation, played: LQEvaluation, visited: LQEvaluation, player: int, start: Any
) -> Any:
    """sum over t of E[A^i(x_t, u_t, t)] of `base`, with u_t as played and x_t as visited from a second moment."""
    moments = second_moments(visited, 0, start, at.arrays.W)
    return total(at, [stage_advantage(base, played.gains[t], player, t, moments[t]) for t in at.times])


@kept
def deviation_moments(at: LQLens, player: int) -> list[Any]:
    """E[x_t x_t'] under (K'^i, K^{-i}) from x_0 = x, t = 0, ..., T."""
    return second_moments(at.deviation(player), 0, outer_state(at), at.arrays.W)


@kept
def deviation_costs(at: LQLens, player: int) -> list[Any]:
    """E[c_t^i] under (K'^i, K^{-i}) from x_0 = x, t = 0, ..., T."""
    return expected_costs(at.deviation(player), player, 0, deviation_moments(at, player))


def values_along(at: LQLens, player: int, stages: range) -> Any:
    """sum over the stages of E[V_K^i(x'_t, t)], x' under (K'^i, K^{-i}) from x."""
    moments = deviation_moments(at, player)
    return total(at, [value_of(at.evaluation, player, t, moments[t]) for t in stages])


def action_values_along(at: LQLens, k: Index) -> Any:
    moments, played = deviation_moments(at, k.player), at.deviation(k.player).gains
    return total(at, [action_value(at.evaluation, played[t], k.player, t, moments[t]) for t in at.times])


def smoothness_sum(at: LQLens, player: int, visited: LQEvaluation, second_order: bool) -> Any:
    """sum over t of Tr(Sigma_t D' G D) or Tr(Sigma_t D' E), D = K'_t^i - K_t^i, along the visited states."""
    parts = []
    for t in at.times:
        change = gain_change(at, player, t)
        direction = at.evaluation.directions[t, at.arrays.slices[player]]
        other = product(curvature(at.evaluation, player, t), change) if second_order else direction
        parts.append(trace_of_product(product(change, visited.covariances[t]), other))
    return total(at, parts)


def changed_form(at: LQLens, k: Index, matrix: Any) -> Any:
    """x' D' M D x for D = K'_t^i - K_t^i."""
    return form(matrix, product(gain_change(at, k.player, k.time), state(at)))


def slope_form(at: LQLens, k: Index) -> Any:
    """x' D' E_{t,i} x."""
    x, rows = state(at), at.arrays.slices[k.player]
    moved = product(gain_change(at, k.player, k.time), x)
    return (moved * product(at.evaluation.directions[k.time, rows], x)).sum()


def next_form(at: LQLens, k: Index) -> Any:
    """x' L' P_{t+1,i} L x for the closed loop L of (K'^i, K^{-i})."""
    moved = product(at.deviation(k.player).closed_loop[k.time], state(at))
    return form(at.evaluation.P[k.player, k.time + 1], moved)


_POLICY: dict[str, Rule] = {
    "value_floor_i": per("player")(
        lambda at, k: least(at, [least_eigenvalue(at, P) for P in at.evaluation.P[k.player]])
    ),
    "value_floor": per("player", "time")(lambda at, k: least_eigenvalue(at, at.evaluation.P[k.player, k.time])),
    "state_cost_floor": per("player", "time")(lambda at, k: least_eigenvalue(at, at.arrays.Q[k.player, k.time])),
    "rolled_cost_i": per("player")(lambda at, k: total(at, running_costs(at, k.player))),
    "running_cost_i": per("player")(lambda at, k: total(at, running_costs(at, k.player)[:-1])),
    "start_value_i": per("player")(lambda at, k: trace_of_product(at.arrays.sigma_0, at.evaluation.P[k.player, 0])),
    "offset_i": per("player")(lambda at, k: at.evaluation.offsets[k.player, 0]),
    "cost_before": per("player", "time")(lambda at, k: total(at, running_costs(at, k.player)[: k.time])),
    "stage_cost": per("player", "time")(lambda at, k: running_costs(at, k.player)[k.time]),
    "expected_value": per("player", "time")(
        lambda at, k: trace_of_product(at.evaluation.covariances[k.time], at.evaluation.P[k.player, k.time])
    ),
    "offset": per("player", "time")(lambda at, k: at.evaluation.offsets[k.player, k.time]),
    "offset_after": per("player", "time")(lambda at, k: at.evaluation.offsets[k.player, k.time + 1]),
    "propagated_value": per("player", "time")(propagated_value),
    "noise_value": per("player", "time")(
        lambda at, k: trace_of_product(at.arrays.W, at.evaluation.P[k.player, k.time + 1])
    ),
}
_PAIR: dict[str, Rule] = {
    "probe_value": per("player", "time")(lambda at, k: probe_value(at, k.player, k.time)),
    "probe_state_cost": per("player", "time")(lambda at, k: trace_of_product(at.probe, at.arrays.Q[k.player, k.time])),
    "probe_control_cost": per("player", "time")(
        lambda at, k: trace_of_product(at.probe, control_cost(at, k.player, k.time))
    ),
    "probe_next_value": per("player", "time")(
        lambda at, k: trace_of_product(at.probe, seen_value(at, k.player, k.time))
    ),
    "probe_next_value_transposed": per("player", "time")(misplaced_value),
    "cost_slope": per("player", "time")(lambda at, k: slope(at, k, normalised=False)),
    "normalised_slope": per("player", "time")(lambda at, k: slope(at, k, normalised=True)),
    "direction_slope": per("player", "time")(lambda at, k: directed(at, k, at.evaluation.covariances[k.time])),
    "direction_slope_next": per("player", "time")(lambda at, k: directed(at, k, at.evaluation.covariances[k.time + 1])),
    "direction_pairing": per("player", "time")(lambda at, k: directed(at, k, None)),
    "gain_change_square": per("player", "time")(
        lambda at, k: trace_of_product(gain_change(at, k.player, k.time), gain_change(at, k.player, k.time))
    ),
    "rolled_value": per("player", "time")(
        lambda at, k: rolled_cost(at, at.evaluation, k.player, k.time, outer_state(at), at.arrays.W)
    ),
    "state_value": per("player", "time")(lambda at, k: form(at.evaluation.P[k.player, k.time], state(at))),
    "deviation_value_i": per("player")(lambda at, k: total(at, deviation_costs(at, k.player))),
    "own_value_i": per("player")(
        lambda at, k: rolled_cost(at, at.evaluation, k.player, 0, outer_state(at), at.arrays.W)
    ),
    "advantages_i": per("player")(
        lambda at, k: advantage_sum(
            at, at.evaluation, at.deviation(k.player), at.deviation(k.player), k.player, outer_state(at)
        )
    ),
    "advantages_along_old_i": per("player")(
        lambda at, k: advantage_sum(at, at.evaluation, at.deviation(k.player), at.evaluation, k.player, outer_state(at))
    ),
    "deviation_running_i": per("player")(lambda at, k: total(at, deviation_costs(at, k.player)[:-1])),
    "values_all_i": per("player")(lambda at, k: values_along(at, k.player, range(at.game.horizon + 1))),
    "values_late_i": per("player")(lambda at, k: values_along(at, k.player, range(1, at.game.horizon + 1))),
    "values_early_i": per("player")(lambda at, k: values_along(at, k.player, at.times)),
    "action_values_i": per("player")(action_values_along),
    "state_advantage": per("player", "time")(
        lambda at, k: stage_advantage(
            at.evaluation, at.deviation(k.player).gains[k.time], k.player, k.time, outer_state(at)
        )
    ),
    "deviation_stage_form": per("player", "time")(
        lambda at, k: form(at.deviation(k.player).cost_matrix(k.player, k.time), state(at))
    ),
    "deviation_next_form": per("player", "time")(next_form),
    "curvature_form": per("player", "time")(
        lambda at, k: changed_form(at, k, curvature(at.evaluation, k.player, k.time))
    ),
    "control_form": per("player", "time")(lambda at, k: changed_form(at, k, at.arrays.R[k.player][k.time])),
    "slope_form": per("player", "time")(slope_form),
    "deviation_cost_i": per("player")(
        lambda at, k: rolled_cost(at, at.deviation(k.player), k.player, 0, at.arrays.sigma_0, at.arrays.W)
    ),
    "mean_advantages_i": per("player")(
        lambda at, k: advantage_sum(
            at, at.evaluation, at.deviation(k.player), at.deviation(k.player), k.player, at.arrays.sigma_0
        )
    ),
    "curvature_sum_i": per("player")(
        lambda at, k: smoothness_sum(at, k.player, at.deviation(k.player), second_order=True)
    ),
    "curvature_sum_along_old_i": per("player")(
        lambda at, k: smoothness_sum(at, k.player, at.evaluation, second_order=True)
    ),
    "slope_sum_i": per("player")(
        lambda at, k: smoothness_sum(at, k.player, at.deviation(k.player), second_order=False)
    ),
    "slope_sum_along_old_i": per("player")(
        lambda at, k: smoothness_sum(at, k.player, at.evaluation, second_order=False)
    ),
}
QUANTITIES: dict[Setting, dict[str, Rule]] = {Setting.LQ_POLICY: _POLICY, Setting.LQ_PAIR: _PAIR}
