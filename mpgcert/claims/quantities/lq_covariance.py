"""Quantities of hambly2021 about state covariances: (3.1)-(3.4), Lemmas 3.1 and 3.11, (3.19)-(3.23).

Operators on symmetric matrices are applied to the probe X.
"""

from __future__ import annotations

from typing import Any

from mpgcert.arithmetic.matrices import product
from mpgcert.arithmetic.spectral import least_singular_value, symmetric_eigenvalue_range
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import largest, least, least_singular, norm, norms
from mpgcert.claims.quantities.lq_rollouts import (
    congruence,
    identity,
    noise_sum,
    propagator,
    squared_entries,
    total,
    unrolled_covariance,
)
from mpgcert.claims.quantities.rule import Rule, kept, per
from mpgcert.solvers.lq.evaluation import trace_of_product

__all__ = ["QUANTITIES"]


def least_eigenvalue(at: LQLens, matrix: Any) -> Any:
    """Of a symmetric matrix."""
    return symmetric_eigenvalue_range(at.arithmetic, matrix)[0]


@kept
def moved_covariance(at: LQLens, time: int) -> Any:
    """L_t Sigma_t L_t' with Sigma_t multiplied out, [d, d]."""
    return congruence(at.evaluation.closed_loop[time], unrolled_covariance(at, at.evaluation, time))


def against_probe(at: LQLens, matrix: Any) -> Any:
    """Tr(X M)."""
    return trace_of_product(at.probe, matrix)


@kept
def composed(at: LQLens, time: int) -> Any:
    """G_t(X): the maps X -> L_s X L_s' one after the other, s = 0, ..., t, [d, d]."""
    before = at.probe if time == 0 else composed(at, time - 1)
    return congruence(at.evaluation.closed_loop[time], before)


def in_order_of_writing(at: LQLens, start: int, time: int) -> Any:
    """L_start ... L_t, the product from left to right, [d, d]."""
    out = identity(at)
    for loop in at.evaluation.closed_loop[start : time + 1]:
        out = product(out, loop)
    return out


def of_one_time(at: LQLens, time: int) -> Any:
    """L_t to the power t + 1, as the index in the paper's product has it, [d, d]."""
    out = identity(at)
    for _ in range(time + 1):
        out = product(out, at.evaluation.closed_loop[time])
    return out


def product_residual(at: LQLens, k: Index, factor: Any) -> Any:
    """Squared entries of G_t(X) - F X F'."""
    return squared_entries(composed(at, k.time) - congruence(factor, at.probe))


def unrolled_operator(at: LQLens, matrix: Any, stages: range) -> Any:
    """X + the sum over the stages of L_t ... L_0 X L_0' ... L_t', [d, d]."""
    out = matrix
    for t in stages:
        out = out + congruence(propagator(at, at.evaluation, 0, t + 1), matrix)
    return out


def operator_residual(at: LQLens, skipped: int) -> Any:
    """Squared entries of T_K(X) - X - G_0(X) - ... - G_{T-1}(X), without the last `skipped` of these."""
    found = unrolled_operator(at, at.probe, at.times) - at.probe
    for t in at.times[: len(at.times) - skipped]:
        found = found - composed(at, t)
    return squared_entries(found)


def misordered_noise(at: LQLens, k: Index) -> Any:
    """sum over s of Tr(X D W D') with the product D from left to right."""
    factors = [in_order_of_writing(at, s, k.time) for s in range(1, k.time + 1)]
    return total(at, [against_probe(at, congruence(factor, at.arrays.W)) for factor in factors])


def double_sum(at: LQLens) -> Any:
    """sum over t = 1, ..., T - 1 of the noise before, seen at t + 1, against the probe."""
    return total(at, [against_probe(at, noise_sum(at, at.evaluation, t)) for t in at.times[1:]])


def value_norm(at: LQLens, k: Index) -> Any:
    """||P_{t,i}||."""
    return norm(at, at.evaluation.P[k.player, k.time])


_GAME: dict[str, Rule] = {
    "control_cost_floor_i": per("player")(lambda at, k: least_singular(at, at.arrays.R[k.player])),
    "state_cost_floor_i": per("player")(lambda at, k: least_singular(at, at.arrays.Q[k.player])),
}
_POLICY: dict[str, Rule] = {
    "covariance_floor": per()(
        lambda at, _: least(at, [least_eigenvalue(at, sigma) for sigma in at.evaluation.covariances])
    ),
    "moved_covariance_floor": per("time")(lambda at, k: least_eigenvalue(at, moved_covariance(at, k.time))),
    "next_covariance_floor": per("time")(
        lambda at, k: least_eigenvalue(at, unrolled_covariance(at, at.evaluation, k.time + 1))
    ),
    "noise_floor": per()(lambda at, _: least_eigenvalue(at, at.arrays.W)),
    "value_norm_max_i": per("player")(lambda at, k: largest(at, norms(at, at.evaluation.P[k.player]))),
    "value_norm": per("player", "time")(value_norm),
    "covariance_floor_now": per("time")(
        lambda at, k: least_singular_value(at.arithmetic, at.evaluation.covariances[k.time])
    ),
    "trace_Sigma_K": per()(lambda at, _: at.evaluation.total_covariance.trace()),
}
_PAIR: dict[str, Rule] = {
    "probe_next_covariance": per("time")(lambda at, k: against_probe(at, at.evaluation.covariances[k.time + 1])),
    "probe_moved_covariance": per("time")(lambda at, k: against_probe(at, moved_covariance(at, k.time))),
    "probe_W": per()(lambda at, _: against_probe(at, at.arrays.W)),
    "probe_moved_start": per("time")(
        lambda at, k: against_probe(at, congruence(propagator(at, at.evaluation, 0, k.time + 1), at.arrays.sigma_0))
    ),
    "probe_noise_sum": per("time")(lambda at, k: against_probe(at, noise_sum(at, at.evaluation, k.time))),
    "probe_noise_sum_misordered": per("time")(misordered_noise),
    "composition_residual": per("time")(
        lambda at, k: product_residual(at, k, propagator(at, at.evaluation, 0, k.time + 1))
    ),
    "composition_residual_misordered": per("time")(
        lambda at, k: product_residual(at, k, in_order_of_writing(at, 0, k.time))
    ),
    "composition_residual_one_time": per("time")(lambda at, k: product_residual(at, k, of_one_time(at, k.time))),
    "operator_residual": per()(lambda at, _: operator_residual(at, skipped=0)),
    "operator_residual_short": per()(lambda at, _: operator_residual(at, skipped=1)),
    "probe_total_covariance": per()(lambda at, _: against_probe(at, at.evaluation.total_covariance)),
    "probe_operator": per()(lambda at, _: against_probe(at, unrolled_operator(at, at.arrays.sigma_0, at.times))),
    "probe_double_noise_sum": per()(lambda at, _: double_sum(at)),
}
QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.LQ_GAME: _GAME,
    Setting.LQ_POLICY: _POLICY,
    Setting.LQ_PAIR: _PAIR,
}
