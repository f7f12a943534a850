"""Theorem 3.5 of hambly2021 and the constants that it needs, at the starting policy K = K^(0)."""

from __future__ import annotations

from sympy import log

from bounds.hambly2021.assumptions import COSTS, NOISE, SYSTEM_NOISE, UNIQUE
from bounds.hambly2021.constants import (
    alpha_hat,
    eta_0,
    gap_sum,
    noise_free,
    noise_left,
    noise_right,
    rho_bar,
    rho_star,
)
from mpgcert.claims.statements import Constant, Theorem
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CONSTANTS", "THEOREMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
eta, epsilon = _symbol["step_size"], _symbol["epsilon"]

CONSTANTS = tuple(
    Constant(name, f"hambly2021.{label}", formula, meaning, kind="lq-game")
    for name, label, formula, meaning in (
        ("sigma_X", "eq-3.1", _symbol["sigma_X"], VOCABULARY["sigma_X"].meaning),
        ("sigma_R", "eq-3.2", _symbol["sigma_R"], VOCABULARY["sigma_R"].meaning),
        ("sigma_Q", "eq-3.2", _symbol["sigma_Q"], VOCABULARY["sigma_Q"].meaning),
        ("gamma_A", "eq-3.3", _symbol["gamma_A"], VOCABULARY["gamma_A"].meaning),
        ("gamma_B", "eq-3.3", _symbol["gamma_B"], VOCABULARY["gamma_B"].meaning),
        ("gamma_R", "eq-3.3", _symbol["gamma_R"], VOCABULARY["gamma_R"].meaning),
        ("norm_Sigma_star", "eq-3.4", _symbol["norm_Sigma_star"], VOCABULARY["norm_Sigma_star"].meaning),
        ("rho_star", "eq-3.9", rho_star, "bound of the closed loop at the equilibrium, at least 1 + delta"),
        ("psi", "eq-3.10", _symbol["psi"], VOCABULARY["psi"].meaning),
        ("rho_bar", "eq-3.10", rho_bar, "bound of the closed loops along a run"),
        ("noise_left", "eq-3.11", noise_left, "left side of Assumption 3.3"),
        ("noise_right", "eq-3.11", noise_right, "right side of Assumption 3.3"),
        (
            "noise_free",
            "assumption-3.3.necessary",
            noise_free,
            "below 1 if (3.11) holds, whatever the noise and the start",
        ),
        ("alpha_hat", "eq-3.12", alpha_hat, "contraction per unit of step size"),
        ("eta_0", "theorem-3.5", eta_0, "largest step size of a whole run"),
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
