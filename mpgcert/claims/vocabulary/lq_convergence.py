"""Symbols of linear-quadratic games: the noise condition, bounds of gradients, runs (hambly2021)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

_PROPAGATED = r"\sum_t\|\mathcal{G}_t(\Sigma_0)\|"
_SMOOTHED = r"\|\nabla_{K_t^i}C^i_r(K)-\nabla_{K_t^i}C^i(K)\|_F^2"

TERMS = (
    # the game
    term("initial_moment", r"\mathbb{E}|x_0|^2", "trace of the second moment of x_0"),
    term("nash_cost_sum", r"\sum_jC^j(K^*)", "sum over players of the cost at the equilibrium"),
    term(
        "star_total", r"\sum_j\|\!|K^{j*}|\!\|", "sum over players and stages of the norms of the equilibrium's gains"
    ),
    # noise
    term("rescaled_residual", r"r_{4W,4\Sigma_0}", "squared change of C*, Sigma_{K*} and psi, beyond a factor 4"),
    term("rescaled_W_residual", r"r_{4W}", "the same when W alone is multiplied by 4"),
    term("louder_left", r"\ell(4W,4\Sigma_0)", "left side of (3.11) when W and E[x_0 x_0'] are multiplied by 4"),
    term("louder_right", r"r(4W,4\Sigma_0)", "right side of (3.11) when W and E[x_0 x_0'] are multiplied by 4"),
    term("louder_W_left", r"\ell(4W)", "left side of (3.11) when W alone is multiplied by 4"),
    term("psi_by_costs", r"\max_i(C^i(K^i,K^{-i*})-C^i(K^*))", "psi from the costs themselves", signed=True),
    # gradients at one policy
    term(
        "gradient_norm_total_i",
        r"\sum_t\|\nabla_{K_t^i}C^i(K)\|",
        "sum over stages of the norms of player i's gradient",
    ),
    term(
        "gradient_squares_i",
        r"\sum_t\|\nabla_{K_t^i}C^i(K)\|^2",
        "sum over stages of the squared norms of player i's gradient",
    ),
    term("gradient_trace_i", r"\sum_t\mathrm{Tr}(\Sigma_tE_{t,i}^\top E_{t,i}\Sigma_t)", "squared entries of E Sigma"),
    term("direction_trace_i", r"\sum_t\mathrm{Tr}((E_{t,i}^K)^\top E_{t,i}^K)", "squared entries of E under K"),
    term(
        "mixed_direction_trace_i",
        r"\sum_t\mathrm{Tr}((E_{t,i}^{K^i,K^{-i*}})^\top E_{t,i}^{K^i,K^{-i*}})",
        "squared entries of E when the others play the equilibrium",
    ),
    term(
        "direction_change_trace_i",
        r"\sum_t\|E_{t,i}^K-E_{t,i}^{K^i,K^{-i*}}\|_F^2",
        "squared entries of the change of E when the others turn to the equilibrium",
    ),
    term(
        "direction_change_square_i",
        r"\sum_t\|E_{t,i}^K-E_{t,i}^{K^i,K^{-i*}}\|^2",
        "sum over stages of the squared norms of that change",
    ),
    term("propagated_start", _PROPAGATED, "sum over stages of the norms of the initial second moment carried on"),
    term(
        "propagated_noise",
        r"\sum_{t=1}^{T-1}\sum_{s=1}^t\|D_{t,s}WD_{t,s}^\top\|",
        "sum over times of the norms of the noise covariance carried on",
    ),
    term("smoothed_residual", _SMOOTHED, "squared error of the mean of the gradient estimator of (4.1)"),
    term("smoothed_residual_undimensioned", r"r_{D_i=1}", "the same with 1 for the factor D_i"),
    # steps
    term("step_size_min", r"\min_i\eta_i", "smallest step size of a player", positive=True),
    term("weighted_gap_sum", r"\sum_j\eta_j^{-1}(C^j(K^j,K^{-j*})-C^j(K^*))", "losses divided by step sizes, summed"),
    term(
        "next_weighted_gap_sum",
        r"\sum_j\eta_j^{-1}(C^j(K^{j\prime},K^{-j*})-C^j(K^*))",
        "losses at the next gains divided by step sizes, summed",
    ),
    term("noise_residual", r"r_{2W+I}", "squared change of the next gains when W and E[x_0 x_0'] are changed"),
    term("plain_noise_residual", r"r^{\nabla}_{2W+I}", "the same for steps along the plain gradient"),
    # runs
    term(
        "last_weighted_gap_sum", r"\sum_j\eta_j^{-1}(C^j(K^{j,(M)},K^{-j*})-C^j(K^*))", "the same after the last step"
    ),
    term(
        "later_gap_max",
        r"\max_{m\ge1,j}(C^j(K^{j,(m)},K^{-j*})-C^j(K^*))",
        "largest loss of a player at the iterates after the first",
    ),
    term("later_radius", r"\rho^\circ_{K^{(m)}}", "largest closed-loop norm of K^(m) and (K^{i,(m)}, K^{-i*}), m >= 1"),
    term("later_limit", r"\min_m\{I_1,I_2,\underline{\sigma}_R^{-1}\}", "least bound (3.42) at the iterates"),
    term(
        "run_ratio",
        r"\max_m\frac{\sum_j(C^j(K^{j,(m+1)},K^{-j*})-C^j(K^*))}{\sum_j(C^j(K^{j,(m)},K^{-j*})-C^j(K^*))}",
        "largest ratio of the sums of losses at consecutive iterates",
    ),
    term("run_gradient_total", r"\max_{m,i}\sum_t\|\nabla_{K_t^i}C^i(K^{(m)})\|", "largest gradient along a run"),
)
