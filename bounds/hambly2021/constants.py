"""The constants of hambly2021 as formulas: (3.9)-(3.12), (3.37)-(3.39), I_1 and I_2 of (3.42), and the run's step size.

`geometric(rho)` is (rho^{2T} - 1) / (rho^2 - 1).

The text at hand lost parts of two formulas; they are restored from their uses in the proof of Lemma 3.18:
* I_1 is the reciprocal of its braces times sigma_Q sigma_X^2: (3.44), (3.45) and (3.46) each follow from one of the
  three summands exactly then, and the two maxima in it run over players and times.
* I_2 is the reciprocal of its braces times d / (80 sigma_X) (10 T min_i C^{i*} / ((10 T - 1) sigma_Q))^2: (3.47)
  multiplies the braces by 4 I_2 and arrives at d / (20 sigma_X) times that square, and Remark 3.19 names 20 and 80.
"""

from __future__ import annotations

from sympy import Expr, Max, Min, Rational, sqrt

from bounds.hambly2021 import noise
from mpgcert.claims.symbols import SYMBOLS, VOCABULARY

__all__ = [
    "I_1",
    "I_2",
    "alpha",
    "alpha_hat",
    "eta_0",
    "g_1",
    "g_2",
    "geometric",
    "gradient_bound",
    "noise_free",
    "noise_left",
    "noise_right",
    "rho_K",
    "rho_bar",
    "rho_pair",
    "rho_star",
    "step_limit",
]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
N, T, d, k_max = (_symbol[name] for name in ("N_players", "horizon", "dimension", "controls_max"))
sigma_X, sigma_R, sigma_Q = _symbol["sigma_X"], _symbol["sigma_R"], _symbol["sigma_Q"]
gamma_B, gamma_R, norm_W, norm_Sigma_0 = (_symbol[name] for name in ("gamma_B", "gamma_R", "norm_W", "norm_Sigma_0"))
star, delta, xi = _symbol["closed_loop_star"], _symbol["delta"], _symbol["xi"]
norm_Sigma_star, psi = _symbol["norm_Sigma_star"], _symbol["psi"]
cost_max, cost_min = _symbol["nash_cost_max"], _symbol["nash_cost_min"]
mixed_sum, mixed_max = _symbol["mixed_cost_sum"], _symbol["mixed_cost_max"]
gap_sum, gap_max = _symbol["gap_sum"], _symbol["gap_max"]
largest_gradient = _symbol["gradient_norm_max"]


def geometric(rho: Expr) -> Expr:
    """1 + rho^2 + ... + rho^{2(T-1)}, as the paper writes it."""
    return noise.geometric(SYMBOLS, rho)


#: (3.9)
rho_star = noise.rho_star(SYMBOLS)
#: (3.10): the radius that serves a whole run
rho_bar = noise.rho_bar(SYMBOLS)
#: (3.37): the same for one policy
rho_K = rho_star + N * gamma_B * sqrt(T * gap_max / (sigma_X * sigma_R)) + 1 / (20 * T**2)
#: (3.24)
rho_pair = Max(_symbol["rho_pair_norm"], 1 + xi)


#: both sides of (3.11), and what it implies
noise_left, noise_right = noise.noise_left(SYMBOLS), noise.noise_right(SYMBOLS)
noise_free = noise.noise_free(SYMBOLS)
#: (3.12)
alpha_hat = sigma_X * sigma_R / norm_Sigma_star - noise.coupling(SYMBOLS, cost_max + psi, rho_bar) / sigma_X**4
#: (3.38), (3.39), and alpha of Lemma 3.18
g_1 = sigma_R / norm_Sigma_star
g_2 = noise.coupling(SYMBOLS, mixed_max, rho_K)
alpha = sigma_X * g_1 - g_2 / sigma_X**4


def _first_limit(rho: Expr, gradient: Expr) -> Expr:
    braces = (
        20 * T * rho * geometric(rho) * (mixed_sum + sigma_Q * T * norm_W) * gamma_B * gradient
        + sigma_Q * sigma_X**2
        + 4 * (gamma_R * sigma_X + gamma_B**2 * mixed_sum) * mixed_sum
    )
    return sigma_Q * sigma_X**2 / braces


def scaled_cost(cost: Expr) -> Expr:
    """10 T C / ((10 T - 1) sigma_Q), the bound of (3.50)."""
    return 10 * T * cost / ((10 * T - 1) * sigma_Q)


def _second_limit() -> Expr:
    hessian = gamma_R + gamma_B**2 * mixed_sum / sigma_X
    braces = k_max * scaled_cost(mixed_sum) * hessian + 2 * d / sigma_X * scaled_cost(mixed_sum) ** 2 * hessian**2
    return d / (80 * sigma_X) * scaled_cost(cost_min) ** 2 / braces


#: limits of (3.42) for one step from K
I_1 = _first_limit(rho_K, largest_gradient)
I_2 = _second_limit()
step_limit = Min(I_1, I_2, 1 / sigma_R)


def gradient_bound(rho: Expr) -> Expr:
    """The square root of (3.64) with all sums over players as at K, a bound of every ||grad C^i|| (Lemma 3.20)."""
    longer = (rho ** (2 * T + 2) - 1) / (rho**2 - 1)
    covariance = longer * norm_Sigma_0 + geometric(rho) * T * norm_W
    others = d * T**2 * (N - 1) / (sigma_X * sigma_R) * (gamma_B**2 * mixed_sum / sigma_X * 2 * geometric(rho)) ** 2
    own = (sigma_X * gamma_R + gamma_B**2 * mixed_sum) / sigma_X**2
    return sqrt(Rational(8)) * covariance * sqrt((others + own) * gap_sum)


#: The step size of a whole run (Theorem 3.5): at K = K^(0), (3.42) with rho-bar for rho_K and Lemma 3.20's bound for
#: the gradients.  What was replaced enters (3.42) monotonically, and stays below its value here along the run.
eta_0 = Min(_first_limit(rho_bar, gradient_bound(rho_bar)), I_2, 1 / sigma_R)
