"""Lemma 3.20 of hambly2021, a bound of the policy gradients, with the steps (3.65)-(3.69) of its proof.

The displays hold under the assumptions of the lemma for every player; rho_K is (3.37), with the delta of (3.9).
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Le, Rel

from bounds.hambly2021.constants import geometric, rho_K
from bounds.hambly2021.noise_condition import ASSUMED
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
N, T, d = (_symbol[name] for name in ("N_players", "horizon", "dimension"))
sigma_X, sigma_R, gamma_B, gamma_R = (_symbol[name] for name in ("sigma_X", "sigma_R", "gamma_B", "gamma_R"))
norm_W, norm_Sigma_0, norm_Sigma_K = (_symbol[name] for name in ("norm_W", "norm_Sigma_0", "norm_Sigma_K"))
cost, cost_sum = _symbol["mixed_cost_i"], _symbol["mixed_cost_sum"]
gap, gap_others, distance_others = _symbol["gap_i"], _symbol["gap_others"], _symbol["distance_others"]
gradients, gradient_trace = _symbol["gradient_squares_i"], _symbol["gradient_trace_i"]
direction, mixed_direction = _symbol["direction_trace_i"], _symbol["mixed_direction_trace_i"]
change_trace, change = _symbol["direction_change_trace_i"], _symbol["direction_change_square_i"]
start, noise = _symbol["propagated_start"], _symbol["propagated_noise"]


def _halved(rho: Expr) -> Expr:
    """(rho^T - 1) / (rho^2 - 1), a misreading of the geometric sum."""
    return (rho**T - 1) / (rho**2 - 1)


def _coupling(total: Expr, rho: Expr) -> Expr:
    """[gamma_B^2 C / sigma_X 2 (rho^{2T} - 1) / (rho^2 - 1)]^2, the square that (3.64) and (3.67) share."""
    return (gamma_B**2 * total / sigma_X * 2 * geometric(rho)) ** 2


def _hessian(total: Expr) -> Expr:
    return (sigma_X * gamma_R + gamma_B**2 * total) / sigma_X**2


def _covariance(longer: Expr, shorter: Expr) -> Expr:
    return longer * norm_Sigma_0 + shorter * T * norm_W


_longer = (rho_K ** (2 * T + 2) - 1) / (rho_K**2 - 1)
_bound = _covariance(_longer, geometric(rho_K))


def _claim(
    label: str, title: str, relation: Rel, misses: dict[str, Rel], kind: str = "upper bound", **rest: Any
) -> Claim:
    return Claim(
        f"hambly2021.{label}",
        title,
        Setting.LQ_POLICY,
        relation=relation,
        kind=kind,
        near_misses=misses,
        assumes=ASSUMED,
        **rest,
    )


CLAIMS: tuple[Claim, ...] = (
    _claim(
        "lemma-3.20",
        "Bound of the policy gradients",
        Le(
            gradients,
            8
            * _bound**2
            * (
                d * T**2 * (N - 1) / (sigma_X * sigma_R) * _coupling(cost_sum, rho_K) * gap_others
                + _hessian(cost_sum) * gap
            ),
        ),
        {
            "without the coupling": Le(gradients, 8 * _bound**2 * _hessian(cost_sum) * gap),
            "covariance not squared": Le(
                gradients,
                8
                * _bound
                * (
                    d * T**2 * (N - 1) / (sigma_X * sigma_R) * _coupling(cost_sum, rho_K) * gap_others
                    + _hessian(cost_sum) * gap
                ),
            ),
        },
    ),
    _claim(
        "eq-3.65.part-1",
        "Squared norms of the gradients by squared entries",
        Le(gradients, 4 * gradient_trace),
        {"2 for 4": Le(gradients, 2 * gradient_trace)},
        kind="tight",
    ),
    _claim(
        "eq-3.65.part-2",
        "The covariances are taken out",
        Le(4 * gradient_trace, 4 * norm_Sigma_K**2 * direction),
        {"norm not squared": Le(4 * gradient_trace, 4 * norm_Sigma_K * direction)},
    ),
    _claim(
        "eq-3.66.part-1",
        "E split at (K^i, K^{-i*})",
        Le(direction, 2 * change_trace + 2 * mixed_direction),
        {"without the twos": Le(direction, change_trace + mixed_direction)},
        kind="tight",
    ),
    _claim(
        "eq-3.66.part-2",
        "Squared entries by squared norms",
        Le(2 * change_trace + 2 * mixed_direction, 2 * d * change + 2 * mixed_direction),
        {"without d": Le(2 * change_trace + 2 * mixed_direction, 2 * change + 2 * mixed_direction)},
        kind="tight",
    ),
    _claim(
        "eq-3.67.part-1",
        "The change of E by the others' distances",
        Le(change, T * _coupling(cost, rho_K) * distance_others**2),
        {"gamma_B^2 for gamma_B^4": Le(change, T * _coupling(cost, rho_K) / gamma_B**2 * distance_others**2)},
    ),
    _claim(
        "eq-3.67.part-2",
        "The others' distances by their losses",
        Le(
            T * _coupling(cost, rho_K) * distance_others**2,
            T**2 * (N - 1) / (sigma_X * sigma_R) * _coupling(cost, rho_K) * gap_others,
        ),
        {
            "T for T^2": Le(
                T * _coupling(cost, rho_K) * distance_others**2,
                T * (N - 1) / (sigma_X * sigma_R) * _coupling(cost, rho_K) * gap_others,
            ),
            "rho^T for rho^{2T}": Le(
                T * _coupling(cost, rho_K) * distance_others**2,
                T**2
                * (N - 1)
                / (sigma_X * sigma_R)
                * (gamma_B**2 * cost / sigma_X * 2 * _halved(rho_K)) ** 2
                * gap_others,
            ),
        },
    ),
    _claim(
        "eq-3.68",
        "E at (K^i, K^{-i*}) by the player's loss",
        Le(mixed_direction, _hessian(cost) * gap),
        {"without gamma_R": Le(mixed_direction, gamma_B**2 * cost / sigma_X**2 * gap)},
    ),
    _claim(
        "eq-3.69.part-1",
        "The summed covariance by what is carried on",
        Le(norm_Sigma_K, norm_Sigma_0 + start + noise + T * norm_W),
        {"without the initial moment": Le(norm_Sigma_K, start + noise + T * norm_W)},
        kind="tight",
    ),
    _claim(
        "eq-3.69.part-2",
        "What is carried on by powers of rho_K",
        Le(
            norm_Sigma_0 + start + noise + T * norm_W,
            norm_Sigma_0
            + norm_Sigma_0 * rho_K**2 * geometric(rho_K)
            + T * norm_W * (geometric(rho_K) - 1)
            + T * norm_W,
        ),
        {
            "rho^T for rho^{2T}": Le(
                norm_Sigma_0 + start + noise + T * norm_W,
                norm_Sigma_0 + norm_Sigma_0 * rho_K**2 * _halved(rho_K) + T * norm_W * _halved(rho_K),
            ),
        },
    ),
    _claim(
        "eq-3.69",
        "Bound of the summed covariance",
        Le(norm_Sigma_K, _bound),
        {
            "rho^T for rho^{2T}": Le(
                norm_Sigma_K, _covariance((rho_K ** (T + 1) - 1) / (rho_K**2 - 1), _halved(rho_K))
            ),
            "rho^{2T} for rho^{2(T+1)}": Le(norm_Sigma_K, _covariance(geometric(rho_K), geometric(rho_K))),
        },
    ),
)
