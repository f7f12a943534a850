"""Both sides of inequality (3.11) of hambly2021, and what they are made of, as functions of the vocabulary.

Of symbols they give formulas (`bounds.hambly2021.constants`), of the numbers of an instance their values: so that
Assumption 3.3 can be decided without a computer algebra system, which starts slowly.
"""

from __future__ import annotations

from typing import Any

from mpgcert.claims.statements import Formula

__all__ = ["FORMULAS", "coupling", "geometric", "noise_free", "noise_left", "noise_right", "rho_bar", "rho_star"]


def geometric(v: Any, rho: Any) -> Any:
    """1 + rho^2 + ... + rho^{2(T-1)}, as the paper writes it."""
    return (rho ** (2 * v.horizon) - 1) / (rho**2 - 1)


def rho_star(v: Any) -> Any:
    """(3.9)."""
    return v.largest(v.closed_loop_star, 1 + v.delta)


def rho_bar(v: Any) -> Any:
    """(3.10): the radius that serves a whole run."""
    T = v.horizon
    return rho_star(v) + v.N_players * v.gamma_B * v.sqrt(T * v.psi / (v.sigma_X * v.sigma_R)) + 1 / (20 * T**2)


def coupling(v: Any, cost: Any, rho: Any) -> Any:
    """20 (N-1)^2 T^2 d gamma_B^4 cost^4 / (sigma_Q^2 sigma_R) geometric(rho)^2, shared by (3.11), (3.12), (3.39)."""
    N, T = v.N_players, v.horizon
    whole = 20 * (N - 1) ** 2 * T**2 * v.dimension * v.gamma_B**4 * cost**4
    return whole / (v.sigma_Q**2 * v.sigma_R) * geometric(v, rho) ** 2


def noise_left(v: Any) -> Any:
    """The left side of (3.11)."""
    return v.sigma_X**5 / v.norm_Sigma_star


def noise_right(v: Any) -> Any:
    """The right side of (3.11)."""
    return coupling(v, v.nash_cost_max + v.psi, rho_bar(v)) / v.sigma_R


def noise_free(v: Any) -> Any:
    """(3.11) implies that this is below 1, whatever the noise and the start (hambly2021.assumption-3.3.necessary).

    With C^i(K*) >= sigma_Q d (T + 1) sigma_X, ||Sigma_{K*}|| >= (T + 1) sigma_X, geometric(rho-bar) >= T the noise
    cancels.
    """
    N, T, d = v.N_players, v.horizon, v.dimension
    return 20 * (N - 1) ** 2 * T**4 * d**5 * (T + 1) ** 5 * v.gamma_B**4 * v.sigma_Q**2 / v.sigma_R**2


FORMULAS = (
    Formula("noise_left", "hambly2021.eq-3.11", noise_left, "left side of Assumption 3.3"),
    Formula("noise_right", "hambly2021.eq-3.11", noise_right, "right side of Assumption 3.3"),
    Formula(
        "noise_free",
        "hambly2021.assumption-3.3.necessary",
        noise_free,
        "below 1 if (3.11) holds, whatever the noise and the start",
    ),
)
