"""Symbols of hambly2021's perturbation analysis (Section 3.2, and Steps 2 and 3 of Lemma 3.18).

M_t is the closed loop of K, M'_t that of (K'^i, K^{-i}), X the probe matrix.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

_MIXED = r"K^i,K^{-i*}"

TERMS = (
    # closed loops
    term("closed_loop_star_norm", r"\|A_t-\sum_j B_t^jK_t^{j*}\|", "norm of the closed loop of the equilibrium at t"),
    term(
        "mixed_loop_norm_i",
        r"\|A_t-B_t^iK_t^i-\sum_{j\ne i}B_t^jK_t^{j*}\|",
        "norm of the closed loop at time t when the others play the equilibrium",
    ),
    term("distance_norm_i", r"\|K_t^i-K_t^{i*}\|", "norm of player i's distance to the equilibrium at time t"),
    term("distance_all", r"\sum_j\|\!|K^j-K^{j*}|\!\|", "distance to the equilibrium, over all players and t"),
    term(
        "weighted_distance",
        r"\sum_j\|B_t^j\|\,\|K_t^j-K_t^{j*}\|",
        "distances to the equilibrium at time t, weighted by the norms of the control matrices",
    ),
    term("step_norm_at", r"\max_i\|K_t^{i\prime}-K_t^i\|", "largest norm of a player's change of gains at time t"),
    term(
        "deviation_loop_norm_i",
        r"\|A_t-\sum_{j\ne i}B_t^jK_t^j-B_t^iK_t^{i\prime}\|",
        "norm of the closed loop at time t when player i alone moves to K'",
    ),
    term(
        "other_mixed_loop_norm_i",
        r"\|A_t-\sum_{j\ne i}B_t^jK_t^{j*}-B_t^iK_t^{i\prime}\|",
        "norm of the closed loop at time t of K'^i when the others play the equilibrium",
    ),
    term("closed_loop_other", r"\max_t\|A_t-\sum_jB_t^jK_t^{j\prime}\|", "largest norm of the closed loop under K'"),
    term("pair_powers", r"\sum_{t<T}(\rho^\circ_{K,K'})^{2t}", "powers of the largest closed-loop norm, summed"),
    # the operators F_t and G_t
    term("F_change_i", r"\|\mathcal{F}_t-\mathcal{F}_t^{i\prime}\|", "norm of the change of F_t"),
    term(
        "F_change_until_i",
        r"\sum_{s\le t}\|\mathcal{F}_s-\mathcal{F}_s^{i\prime}\|",
        "norms of the changes of F_0, ..., F_t, summed",
    ),
    term(
        "F_change_total_i",
        r"\sum_{t<T}\|\mathcal{F}_t-\mathcal{F}_t^{i\prime}\|",
        "norms of the changes of all F_t, summed",
    ),
    term(
        "F_change_powered_i",
        r"\sum_{t<T}\rho_{K,K'}^{2t}\|\mathcal{F}_t-\mathcal{F}_t^{i\prime}\|",
        "norms of the changes of all F_t, weighted by powers of rho_{K,K'}",
    ),
    term("loop_sum_i", r"\|M_t+M_t'\|", "norm of the sum of the closed loops before and after"),
    term("loop_change_i", r"\|M_t-M_t'\|", "norm of the change of the closed loop"),
    term("polarisation_residual_i", r"\|r_{(3.32)}\|_F^2", "squared entries of the difference of both sides of (3.32)"),
    term(
        "polarisation_residual_unhalved_i",
        r"\|\tilde r_{(3.32)}\|_F^2",
        "squared entries of the difference of both sides of (3.32) without the half",
    ),
    term("probe_norm", r"\|X\|", "norm of a symmetric matrix"),
    term("G_norm", r"\|\mathcal{G}_t\|", "norm of G_t"),
    term("G_before_norm", r"\|\mathcal{G}_{t-1}\|", "norm of G_{t-1}; 1 at t = 0"),
    term("G_other_norm_i", r"\|\mathcal{G}_t^{i\prime}\|", "norm of G_t when player i alone moves to K'"),
    term("F_other_norm_i", r"\|\mathcal{F}_t^{i\prime}\|", "norm of F_t when player i alone moves to K'"),
    term("G_change_i", r"\|(\mathcal{G}_t^{i\prime}-\mathcal{G}_t)(X)\|", "norm of the change of G_t(X)"),
    term(
        "G_change_before_i",
        r"\|(\mathcal{G}_{t-1}^{i\prime}-\mathcal{G}_{t-1})(X)\|",
        "norm of the change of G_{t-1}(X); 0 at t = 0",
    ),
    term(
        "G_change_total_i",
        r"\sum_{t<T}\|(\mathcal{G}_t^{i\prime}-\mathcal{G}_t)(X)\|",
        "norms of the changes of all G_t(X), summed",
    ),
    term(
        "G_change_but_last_i",
        r"\sum_{t<T-1}\|(\mathcal{G}_t^{i\prime}-\mathcal{G}_t)(X)\|",
        "norms of the changes of all G_t(X) but the last, summed",
    ),
    term(
        "G_change_carried_i",
        r"\|\mathcal{F}_t^{i\prime}\circ(\mathcal{G}_{t-1}^{i\prime}-\mathcal{G}_{t-1})(X)\|",
        "norm of what F_t makes of the change of G_{t-1}(X) when player i alone moves to K'",
    ),
    term(
        "G_change_fresh_i",
        r"\|(\mathcal{F}_t^{i\prime}-\mathcal{F}_t)\circ\mathcal{G}_{t-1}(X)\|",
        "norm of the change of F_t at G_{t-1}(X)",
    ),
    # covariances
    term(
        "covariance_change_i",
        r"\|\Sigma_K-\Sigma_{K^{i\prime},K^{-i}}\|",
        "norm of the change of the summed covariance when player i alone moves to K'",
    ),
    term(
        "initial_change_i",
        r"\|(\mathcal{T}_K-\mathcal{T}_{K^{i\prime},K^{-i}})(\Sigma_0)\|",
        "norm of the part of that change that stems from the initial state",
    ),
    term(
        "noise_change_i",
        r"\sum_{s=1}^t\|D_{t,s}WD_{t,s}^\top-D_{t,s}^{i\prime}W(D_{t,s}^{i\prime})^\top\|",
        "norms of the changes of the covariances that earlier noise causes, summed over its times 1, ..., t",
    ),
    term(
        "noise_change_total_i",
        r"\sum_{t=1}^{T-1}\sum_{s=1}^t\|D_{t,s}WD_{t,s}^\top-D_{t,s}^{i\prime}W(D_{t,s}^{i\prime})^\top\|",
        "the same, summed over t",
    ),
    # costs-to-go
    term(
        "coupled_distance_i",
        r"\sum_{j\ne i}\|K_t^j-K_t^{j*}\|",
        "distances of the other players to the equilibrium at time t",
    ),
    term(
        "coupled_distance_from_i",
        r"\sum_{s\ge t}\sum_{j\ne i}\|K_s^j-K_s^{j*}\|",
        "distances of the other players to the equilibrium from time t on",
    ),
    term(
        "coupled_distance_after_i",
        r"\sum_{s>t}\sum_{j\ne i}\|K_s^j-K_s^{j*}\|",
        "distances of the other players to the equilibrium after time t",
    ),
    term(
        "value_shift_i",
        rf"\|P_{{t,i}}^K-P_{{t,i}}^{{{_MIXED}}}\|",
        "norm of what the others' distance to the equilibrium adds to player i's cost-to-go",
    ),
    term("next_value_shift_i", rf"\|P_{{t+1,i}}^K-P_{{t+1,i}}^{{{_MIXED}}}\|", "the same one stage later"),
    term(
        "next_mixed_value_i",
        rf"\|P_{{t+1,i}}^{{{_MIXED}}}\|",
        "norm of player i's next cost-to-go when the others play the equilibrium",
    ),
    term(
        "carried_value_shift_i",
        rf"\|M_t^\top(P_{{t+1,i}}^K-P_{{t+1,i}}^{{{_MIXED}}})M_t\|",
        "norm of the next shift of the cost-to-go, carried back through the closed loop",
    ),
    term(
        "fresh_value_shift_i",
        rf"\|M_t^\top P_{{t+1,i}}^{{{_MIXED}}}M_t-(M_t^{{{_MIXED}}})^\top P_{{t+1,i}}^{{{_MIXED}}}M_t^{{{_MIXED}}}\|",
        "norm of what the change of the closed loop at time t makes of the next cost-to-go",
    ),
    term(
        "value_shift_residual_i",
        r"\|r_{(3.51)}\|_F^2",
        "squared entries of the difference of both sides of the first equality of (3.51)",
    ),
    term(
        "value_shift_residual_doubled_i",
        r"\|\tilde r_{(3.51)}\|_F^2",
        "the same with the right side doubled",
    ),
    term(
        "direction_shift_i",
        rf"\|E_{{t,i}}^K-E_{{t,i}}^{{{_MIXED}}}\|",
        "norm of what the others' distance to the equilibrium adds to player i's direction",
    ),
    term(
        "direction_shift_residual_i",
        r"\|r_{(3.53)}\|_F^2",
        "squared entries of the difference of both sides of the first equality of (3.53)",
    ),
    term(
        "direction_shift_residual_flipped_i",
        r"\|\tilde r_{(3.53)}\|_F^2",
        "the same with the other sign of the last term",
    ),
)
