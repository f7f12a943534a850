"""Symbols of linear-quadratic games: constants, costs, norms of gains and covariances (hambly2021)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

TERMS = (
    # sizes
    term("N_players", "N", "number of players", positive=True, integer=True),
    term("horizon", "T", "horizon: number of stages with controls", positive=True, integer=True),
    term("dimension", "d", "dimension of the state", positive=True, integer=True),
    term("controls_i", "k_i", "number of controls of player i", positive=True, integer=True),
    term("controls_max", r"\max_i k_i", "largest number of controls of a player", positive=True, integer=True),
    term("time", "t", "stage", integer=True),
    term("delta", r"\delta", "small constant in rho*", positive=True),
    term("xi", r"\xi", "small constant in rho of two policies", positive=True),
    # constants of the game
    term(
        "sigma_X", r"\underline{\sigma}_X", "least singular value of the second moment of x_0 and of W", positive=True
    ),
    term("sigma_R", r"\underline{\sigma}_R", "least singular value of all R_t^i", positive=True),
    term("sigma_Q", r"\underline{\sigma}_Q", "least singular value of all Q_t^i", positive=True),
    term("gamma_A", r"\gamma_A", "largest norm of A_t"),
    term("gamma_B", r"\gamma_B", "largest norm of B_t^i"),
    term("gamma_R", r"\gamma_R", "largest norm of R_t^i", positive=True),
    term("norm_W", r"\|W\|", "norm of the noise covariance"),
    term("norm_Sigma_0", r"\|\Sigma_0\|", "norm of the second moment of x_0"),
    # the equilibrium
    term(
        "closed_loop_star", r"\max_t\|A_t-\sum_j B_t^jK_t^{j*}\|", "largest norm of the closed loop at the equilibrium"
    ),
    term(
        "norm_Sigma_star", r"\|\Sigma_{K^*}\|", "norm of the summed state covariance at the equilibrium", positive=True
    ),
    term("nash_cost_i", r"C^i(K^*)", "player i's cost at the equilibrium"),
    term("nash_cost_max", r"\max_i C^i(K^*)", "largest cost at the equilibrium"),
    term("nash_cost_min", r"\min_i C^i(K^*)", "least cost at the equilibrium"),
    # one policy K
    term("sigma_X_K", r"\min_t\sigma_{\min}(\Sigma_t^K)", "least singular value of the state covariances under K"),
    term("closed_loop_norm", r"\|A_t-\sum_j B_t^jK_t^j\|", "norm of the closed loop under K at time t"),
    term("closed_loop_K", r"\max_t\|A_t-\sum_j B_t^jK_t^j\|", "largest norm of the closed loop under K"),
    term("norm_Sigma_K", r"\|\Sigma_K\|", "norm of the summed state covariance under K"),
    term("cost_i", r"C^i(K)", "player i's cost under K"),
    term("mixed_cost_i", r"C^i(K^i,K^{-i*})", "player i's cost when the others play the equilibrium"),
    term(
        "mixed_cost_sum",
        r"\sum_j C^j(K^j,K^{-j*})",
        "sum over players of the cost when the others play the equilibrium",
    ),
    term("mixed_cost_max", r"\max_j C^j(K^j,K^{-j*})", "largest cost of a player when the others play the equilibrium"),
    term("gap_i", r"(C^i(K^i,K^{-i*})-C^i(K^*))", "what player i loses by K^i when the others play the equilibrium"),
    term("gap_sum", r"\sum_j(C^j(K^j,K^{-j*})-C^j(K^*))", "sum of these losses"),
    term("gap_max", r"\max_j(C^j(K^j,K^{-j*})-C^j(K^*))", "largest of these losses"),
    term("gap_others", r"\sum_{j\ne i}(C^j(K^j,K^{-j*})-C^j(K^*))", "sum of these losses over the other players"),
    term("psi", r"\psi", "largest loss of a player at the starting policy when the others play the equilibrium"),
    term("gradient_norm_max", r"\max_{i,t}\|\nabla_{K_t^i}C^i(K)\|", "largest norm of a policy gradient"),
    term(
        "distance_i", r"\|\!|K^i-K^{i*}|\!\|", "sum over stages of the norms of player i's distance to the equilibrium"
    ),
    term("distance_others", r"\sum_{j\ne i}\|\!|K^j-K^{j*}|\!\|", "the same, summed over the other players"),
    term(
        "distance_square_i",
        r"\sum_t\|K_t^i-K_t^{i*}\|^2",
        "sum of squared norms of player i's distance to the equilibrium",
    ),
    term("gradient_total_i", r"\sum_t\|\nabla_{K_t^i}C^i(K)\|", "sum over stages of the norms of player i's gradients"),
    # two policies
    term("step_norm_i", r"\|K_t^{i\prime}-K_t^i\|", "norm of player i's change of gains at time t"),
    term("step_norm_max", r"\max_{i,t}\|K_t^{i\prime}-K_t^i\|", "largest norm of a change of gains"),
    term("step_total_i", r"\|\!|K^{i\prime}-K^i|\!\|", "sum over stages of the norms of player i's change of gains"),
    term(
        "rho_pair_norm",
        r"\rho^\circ_{K,K'}",
        "largest closed-loop norm of K, (K^i, K^{-i*}), (K'^i, K^{-i*}), (K'^i, K^{-i})",
    ),
    term("next_gap_i", r"(C^i(K^{i\prime},K^{-i*})-C^i(K^*))", "what player i loses by the next gains"),
    term("next_gap_sum", r"\sum_j(C^j(K^{j\prime},K^{-j*})-C^j(K^*))", "sum of the losses at the next gains"),
    # runs
    term("iterations", "M", "number of iterations", positive=True, integer=True),
    term("last_gap_sum", r"\sum_j(C^j(K^{j,(M)},K^{-j*})-C^j(K^*))", "sum of the losses after the last iteration"),
)
