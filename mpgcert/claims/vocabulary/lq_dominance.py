"""Symbols of linear-quadratic games: gradient dominance (hambly2021.lemma-3.9).

E, P, G = R + B' P B and gradients are those of (K^i, K^{-i*}) unless a statement is about a state x; the greedy gains
subtract G^{-1} E from K^i.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

_MIXED = r"K^i,K^{-i*}"
_E = rf"E_{{t,i}}^{{{_MIXED}}}"
_G = rf"G_{{t,i}}^{{{_MIXED}}}"
_GRADIENT = rf"\nabla_{{K_t^i}}C^i({_MIXED})"

TERMS: tuple[Term, ...] = (
    term("mixed_direction_square_i", rf"\sum_t\|{_E}\|_F^2", "squared entries of E when the others play K*"),
    term(
        "mixed_gradient_square_i",
        rf"\sum_t\|{_GRADIENT}\|_F^2",
        "squared entries of player i's gradients when the others play K*",
    ),
    term(
        "normalised_gradient_square_i",
        rf"\sum_t\|{_GRADIENT}(\Sigma_t^{{{_MIXED}}})^{{-1}}\|_F^2",
        "squared entries of player i's natural gradients when the others play K*",
    ),
    term(
        "own_gradient_square_i",
        r"\sum_t\|\nabla_{K_t^i}C^i(K)\|_F^2",
        "squared entries of player i's gradients at the joint policy",
    ),
    term(
        "weighted_direction_square_i",
        rf"\sum_t\|{_G}\|^{{-1}}\|{_E}\|_F^2",
        "squared entries of E over the norm of the curvature G",
    ),
    term(
        "weighted_gradient_square_i",
        rf"\sum_t\|{_G}\|^{{-1}}\|{_GRADIENT}\|_F^2",
        "squared entries of the gradients over the norm of the curvature G",
    ),
    term(
        "norm_Sigma_mixed_i",
        rf"\|\Sigma_{{{_MIXED}}}\|",
        "norm of the summed state covariance when the others play K*",
        positive=True,
    ),
    term(
        "covariance_floor_mixed_i",
        rf"\min_t\sigma_{{\min}}(\Sigma_t^{{{_MIXED}}})",
        "least singular value of the state covariances when the others play K*",
    ),
    term(
        "covariance_floor_greedy_i",
        r"\min_t\sigma_{\min}(\Sigma_t^{K^{i\prime},K^{-i*}})",
        "least singular value of the state covariances under player i's greedy gains",
    ),
    term(
        "equilibrium_advantages_i",
        rf"\mathbb{{E}}\Big[\sum_tA_{{{_MIXED}}}^i(x_t^*,u_t^*,t)\Big]",
        "player i's advantages at (K^i, K^{-i*}) along the equilibrium",
        signed=True,
    ),
    term(
        "greedy_advantages_i",
        rf"\mathbb{{E}}\Big[\sum_tA_{{{_MIXED}}}^i(x_t',u_t',t)\Big]",
        "player i's advantages at (K^i, K^{-i*}) along the greedy gains",
        signed=True,
    ),
    term(
        "equilibrium_schur_sum_i",
        rf"\sum_t\mathrm{{Tr}}(\Sigma_t^{{K^*}}({_E})^\top({_G})^{{-1}}{_E})",
        "decrease to hope for, along the equilibrium",
    ),
    term(
        "greedy_schur_sum_i",
        rf"\sum_t\mathrm{{Tr}}(\Sigma_t^{{K^{{i\prime}},K^{{-i*}}}}({_E})^\top({_G})^{{-1}}{_E})",
        "decrease of cost by the greedy gains",
    ),
    term("schur_trace_i", rf"\sum_t\mathrm{{Tr}}(({_E})^\top({_G})^{{-1}}{_E})", "the same without covariances"),
    term("greedy_cost_i", r"C^i(K^{i\prime},K^{-i*})", "player i's cost under the greedy gains"),
    term(
        "completed_square",
        r"x^\top(\Delta+G^{-1}E)^\top G(\Delta+G^{-1}E)x",
        "the square in the advantage at x, Delta being the change of gains, G and E those of K",
    ),
    term("schur_form", r"x^\top E^\top G^{-1}Ex", "what completing the square subtracts, G and E those of K"),
    term("greedy_state_advantage", r"A_K^i(x,u_t',t)", "advantage at x of player i's greedy control", signed=True),
)
