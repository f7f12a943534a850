"""Symbols of linear-quadratic games: costs-to-go, gradients, advantages (hambly2021, Lemmas 3.6-3.8 and 3.10).

X is the probe, a symmetric matrix, and x a state; statements about them are meant for all.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

_DEVIATION = r"K^{i\prime},K^{-i}"

TERMS: tuple[Term, ...] = (
    # costs-to-go
    term(
        "value_floor_i",
        r"\min_{0\le t\le T}\lambda_{\min}(P_{t,i}^K)",
        "least eigenvalue of player i's cost-to-go matrices",
        signed=True,
    ),
    term("value_floor", r"\lambda_{\min}(P_{t,i}^K)", "least eigenvalue of the cost-to-go matrix", signed=True),
    term("state_cost_floor", r"\lambda_{\min}(Q_t^i)", "least eigenvalue of Q_t^i", signed=True),
    term("rolled_cost_i", r"\mathbb{E}\Big[\sum_tc_t^i\Big]", "player i's cost, summed along the state covariances"),
    term("running_cost_i", r"\mathbb{E}\Big[\sum_{t<T}c_t^i\Big]", "the same without the cost of the last state"),
    term("start_value_i", r"\mathbb{E}[x_0^\top P_{0,i}^Kx_0]", "the part of the cost due to the initial state"),
    term("offset_i", r"N_{0,i}^K", "the part of the cost due to noise"),
    term("cost_before", r"\mathbb{E}\Big[\sum_{s<t}c_s^i\Big]", "expected cost before time t"),
    term("stage_cost", r"\mathbb{E}[c_t^i]", "expected cost at time t"),
    term("expected_value", r"\mathbb{E}[x_t^\top P_{t,i}^Kx_t]", "expected cost-to-go of the state at time t"),
    term("offset", r"N_{t,i}^K", "cost due to noise from time t on"),
    term("offset_after", r"N_{t+1,i}^K", "cost due to noise after time t"),
    term(
        "propagated_value",
        r"\mathbb{E}[x_t^\top L_t^\top P_{t+1,i}^KL_tx_t]",
        "expected cost-to-go of the next state without noise, L_t being the closed loop",
    ),
    term("noise_value", r"\mathrm{Tr}(WP_{t+1,i}^K)", "what the noise of time t costs"),
    term("probe_value", r"\mathrm{Tr}(XP_{t,i}^K)", "cost-to-go, multiplied out, against the probe", signed=True),
    term("probe_state_cost", r"\mathrm{Tr}(XQ_t^i)", "Q_t^i against the probe", signed=True),
    term(
        "probe_control_cost",
        r"\mathrm{Tr}(X(K_t^i)^\top R_t^iK_t^i)",
        "cost of controls against the probe",
        signed=True,
    ),
    term(
        "probe_next_value",
        r"\mathrm{Tr}(XL_t^\top P_{t+1,i}^KL_t)",
        "next cost-to-go seen through the closed loop, against the probe",
        signed=True,
    ),
    term(
        "probe_next_value_transposed",
        r"\mathrm{Tr}(XL_tP_{t+1,i}^KL_t^\top)",
        "the same with the transposed closed loop",
        signed=True,
    ),
    # gradients
    term(
        "cost_slope",
        r"\langle\nabla_{K_t^i}C^i(K),K_t^{i\prime}-K_t^i\rangle",
        "derivative of the cost along a change of gains, as a difference quotient",
        signed=True,
    ),
    term(
        "normalised_slope",
        r"\langle\nabla_{K_t^i}C^i(K)(\Sigma_t^K)^{-1},K_t^{i\prime}-K_t^i\rangle",
        "the same for the natural gradient",
        signed=True,
    ),
    term(
        "direction_slope",
        r"\mathrm{Tr}((K_t^{i\prime}-K_t^i)^\top E_{t,i}^K\Sigma_t^K)",
        "E Sigma along a change of gains",
        signed=True,
    ),
    term(
        "direction_slope_next",
        r"\mathrm{Tr}((K_t^{i\prime}-K_t^i)^\top E_{t,i}^K\Sigma_{t+1}^K)",
        "the same with the covariance one time later",
        signed=True,
    ),
    term(
        "direction_pairing",
        r"\mathrm{Tr}((K_t^{i\prime}-K_t^i)^\top E_{t,i}^K)",
        "E along a change of gains",
        signed=True,
    ),
    term("gain_change_square", r"\|K_t^{i\prime}-K_t^i\|_F^2", "squared entries of a change of gains"),
    # values and advantages
    term(
        "rolled_value",
        r"V_K^i(x,t)",
        "player i's expected cost from time t on when the state is x, summed along second moments",
    ),
    term("state_value", r"x^\top P_{t,i}^Kx", "cost-to-go of the state x"),
    term("deviation_value_i", rf"V_{{{_DEVIATION}}}^i(x,0)", "player i's expected cost from x after the deviation"),
    term("own_value_i", r"V_K^i(x,0)", "player i's expected cost from x"),
    term(
        "advantages_i",
        r"\mathbb{E}_w\Big[\sum_tA_K^i(x_t',u_t',t)\Big]",
        "player i's advantages along the deviation, from x",
        signed=True,
    ),
    term(
        "advantages_along_old_i",
        r"\mathbb{E}_w\Big[\sum_tA_K^i(x_t^K,-K_t^{\prime}x_t^K,t)\Big]",
        "the deviation's advantages along the states of K, from x",
        signed=True,
    ),
    term(
        "deviation_running_i",
        r"\mathbb{E}_w\Big[\sum_{t<T}c_t^{i\prime}\Big]",
        "the deviation's expected cost from x before the last state",
    ),
    term(
        "values_all_i", r"\mathbb{E}_w\Big[\sum_{t=0}^TV_K^i(x_t',t)\Big]", "values of K along the deviation, t = 0..T"
    ),
    term("values_late_i", r"\mathbb{E}_w\Big[\sum_{t=1}^TV_K^i(x_t',t)\Big]", "the same for t = 1..T"),
    term("values_early_i", r"\mathbb{E}_w\Big[\sum_{t=0}^{T-1}V_K^i(x_t',t)\Big]", "the same for t = 0..T-1"),
    term(
        "action_values_i",
        r"\mathbb{E}_w\Big[\sum_{t=0}^{T-1}Q_K^i(x_t',u_t',t)\Big]",
        "values of the deviation's controls along it",
    ),
    term(
        "state_advantage",
        r"A_K^i(x,u_t',t)",
        "advantage at x of the controls of (K'^i, K^{-i}), from its definition",
        signed=True,
    ),
    term(
        "deviation_stage_form",
        r"x^\top(Q_t^i+(K_t^{i\prime})^\top R_t^iK_t^{i\prime})x",
        "cost of time t at x after the deviation",
    ),
    term(
        "deviation_next_form",
        r"x^\top(L_t')^\top P_{t+1,i}^KL_t'x",
        "cost-to-go under K of the state after x under the deviation's closed loop L'",
    ),
    term(
        "curvature_form",
        r"x^\top(K_t^{i\prime}-K_t^i)^\top(R_t^i+(B_t^i)^\top P_{t+1,i}^KB_t^i)(K_t^{i\prime}-K_t^i)x",
        "second-order part of the advantage at x",
    ),
    term(
        "control_form",
        r"x^\top(K_t^{i\prime}-K_t^i)^\top R_t^i(K_t^{i\prime}-K_t^i)x",
        "its part due to the cost of controls",
    ),
    term(
        "slope_form",
        r"x^\top(K_t^{i\prime}-K_t^i)^\top E_{t,i}^Kx",
        "half of the first-order part of the advantage at x",
        signed=True,
    ),
    term("deviation_cost_i", rf"C^i({_DEVIATION})", "player i's cost after the deviation, summed along covariances"),
    term(
        "mean_advantages_i",
        r"\mathbb{E}\Big[\sum_tA_K^i(x_t',u_t',t)\Big]",
        "player i's advantages along the deviation, over the initial state",
        signed=True,
    ),
    term(
        "curvature_sum_i",
        rf"\sum_t\mathrm{{Tr}}(\Sigma_t^{{{_DEVIATION}}}(K_t^{{i\prime}}-K_t^i)^\top"
        r"(R_t^i+(B_t^i)^\top P_{t+1,i}^KB_t^i)(K_t^{i\prime}-K_t^i))",
        "second-order part of the change of cost",
    ),
    term(
        "curvature_sum_along_old_i",
        r"\sum_t\mathrm{Tr}(\Sigma_t^K(K_t^{i\prime}-K_t^i)^\top"
        r"(R_t^i+(B_t^i)^\top P_{t+1,i}^KB_t^i)(K_t^{i\prime}-K_t^i))",
        "the same along the states of K",
    ),
    term(
        "slope_sum_i",
        rf"\sum_t\mathrm{{Tr}}(\Sigma_t^{{{_DEVIATION}}}(K_t^{{i\prime}}-K_t^i)^\top E_{{t,i}}^K)",
        "half of the first-order part of the change of cost",
        signed=True,
    ),
    term(
        "slope_sum_along_old_i",
        r"\sum_t\mathrm{Tr}(\Sigma_t^K(K_t^{i\prime}-K_t^i)^\top E_{t,i}^K)",
        "the same along the states of K",
        signed=True,
    ),
)
