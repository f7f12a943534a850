"""Symbols of linear-quadratic games: coupled Riccati equations and the equilibrium's cost (hambly2021, Section 2)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = (
    term("fixed_point_residual", r"\epsilon_{(2.4)}", "squared entries of the difference of both sides of (2.4)"),
    term(
        "fixed_point_residual_with_own",
        r"\epsilon_{(2.4)}^{j=i}",
        "the same with player i's own term in the sum over the other players",
    ),
    term(
        "riccati_residual",
        r"\epsilon_{(2.5)}",
        "squared entries of the difference of P* and the costs of all later stages multiplied out",
    ),
    term("riccati_residual_of_states", r"\epsilon_{(2.5)}^{R=0}", "the same without the costs of controls"),
    term(
        "best_response_cost_i",
        r"\inf_{u^i}\mathbb{E}\Big[\sum_tc_t^i\Big]",
        "least cost of player i over all controls when the others play the equilibrium",
    ),
    term(
        "equilibrium_start_cost_i",
        r"\mathbb{E}[x_0^\top P_0^{i*}x_0]",
        "the part of player i's equilibrium cost that is due to the initial state",
    ),
    term("equilibrium_offset_i", r"N_0^{i*}", "the part of player i's equilibrium cost that is due to noise"),
    term(
        "equilibrium_rolled_cost_i",
        r"\sum_t\mathrm{Tr}(\Sigma_t^{K^*}(Q_t^i+(K_t^{i*})^\top R_t^iK_t^{i*}))",
        "player i's cost at the equilibrium, summed along the state covariances",
    ),
    term(
        "equilibrium_cost_from_origin",
        r"N_t^{i*}",
        "player i's expected cost from time t on at the equilibrium when the state is 0 at time t",
    ),
    term(
        "equilibrium_offset_after",
        r"\sum_{s>t+1}\mathrm{Tr}(WP_s^{i*})",
        "the part of player i's equilibrium cost that is due to noise after time t",
    ),
    term("equilibrium_noise_cost", r"\mathrm{Tr}(WP_{t+1}^{i*})", "what the noise of time t costs at the equilibrium"),
    term("equilibrium_noise_cost_now", r"\mathrm{Tr}(WP_t^{i*})", "the same with the cost-to-go of time t"),
)
