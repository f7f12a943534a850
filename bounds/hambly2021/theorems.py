"""Theorem 3.5 of hambly2021 and the constants that it needs, at the starting policy K = K^(0)."""

from __future__ import annotations

from sympy import log

from bounds.hambly2021.assumptions import COSTS, NOISE, SYSTEM_NOISE, UNIQUE
from bounds.hambly2021.constants import (
    I_1,
    I_2,
    alpha,
    alpha_hat,
    eta_0,
    g_1,
    g_2,
    gap_sum,
    rho_bar,
    rho_K,
    rho_star,
    step_limit,
)
from bounds.hambly2021.noise import FORMULAS
from mpgcert.claims.statements import Constant, Theorem
from mpgcert.claims.symbols import SYMBOLS, VOCABULARY

__all__ = ["CONSTANTS", "THEOREMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
eta, epsilon = _symbol["step_size"], _symbol["epsilon"]

_SHARED = (
    ("sigma_X", "3.1"),
    ("sigma_R", "3.2"),
    ("sigma_Q", "3.2"),
    ("gamma_A", "3.3"),
    ("gamma_B", "3.3"),
    ("gamma_R", "3.3"),
)
_DERIVED = (
    ("norm_Sigma_star", "eq-3.4", _symbol["norm_Sigma_star"], VOCABULARY["norm_Sigma_star"].meaning),
    ("rho_star", "eq-3.9", rho_star, "bound of the closed loop at the equilibrium, at least 1 + delta"),
    ("psi", "eq-3.10", _symbol["psi"], VOCABULARY["psi"].meaning),
    ("rho_bar", "eq-3.10", rho_bar, "bound of the closed loops along a run"),
    *((entry.name, entry.id.split(".", 1)[1], entry.of(SYMBOLS), entry.meaning) for entry in FORMULAS),
    ("alpha_hat", "eq-3.12", alpha_hat, "contraction per unit of step size along a run"),
    ("eta_0", "theorem-3.5", eta_0, "largest step size of a whole run"),
    ("rho_K", "eq-3.37", rho_K, "bound of the closed loops in the first step"),
    ("g_1", "eq-3.38", g_1, "contraction, per unit of step size and sigma_X"),
    ("g_2", "eq-3.39", g_2, "coupling of the players, times sigma_X^4"),
    ("alpha", "lemma-3.18", alpha, "contraction per unit of step size in the first step"),
    ("I_1", "eq-3.42", I_1, "first limit of the step size of the first step"),
    ("I_2", "eq-3.42", I_2, "second limit of the step size of the first step"),
    ("eta_one_step", "eq-3.42", step_limit, "largest step size of the first step"),
)

CONSTANTS = tuple(
    Constant(name, f"hambly2021.{label}", formula, meaning, kind="lq-game")
    for name, label, formula, meaning in (
        *((name, f"eq-{label}", _symbol[name], VOCABULARY[name].meaning) for name, label in _SHARED),
        *_DERIVED,
    )
)

THEOREMS = (
    Theorem(
        id="hambly2021.theorem-3.5",
        title="Natural policy gradient converges to the Nash equilibrium",
        algorithm="natural-policy-gradient",
        hypotheses=(COSTS.id, NOISE.id, UNIQUE.id, SYSTEM_NOISE.id),
        step_size=eta_0,
        step_rule="below",
        regularization=None,
        iterations=log(gap_sum / epsilon) / (alpha_hat * eta),
        guarantee="the sum over players of C^i(K^i, K^{-i*}) - C^i(K*) is at most epsilon",
        guarantee_latex=r"\sum_i\left(C^i(K^{i,(M)},K^{-i*})-C^i(K^*)\right)\le\epsilon",
        kind="lq-game",
    ),
)
