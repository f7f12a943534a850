"""Symbols of linear-quadratic games: state covariances (hambly2021, (3.1)-(3.4), Lemmas 3.1 and 3.11, (3.19)-(3.23)).

L_t is the closed loop at time t under K, X the probe, a symmetric matrix; statements about it are meant for all.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

TERMS: tuple[Term, ...] = (
    term("control_cost_floor_i", r"\underline{\sigma}_{R,i}", "least singular value of player i's R_t^i"),
    term("state_cost_floor_i", r"\underline{\sigma}_{Q,i}", "least singular value of player i's Q_t^i"),
    term(
        "covariance_floor",
        r"\min_{0\le t\le T}\lambda_{\min}(\Sigma_t^K)",
        "least eigenvalue of the state covariances under K",
        signed=True,
    ),
    term(
        "moved_covariance_floor",
        r"\lambda_{\min}(L_t\Sigma_t^KL_t^\top)",
        "least eigenvalue of the next covariance without the noise",
        signed=True,
    ),
    term(
        "next_covariance_floor",
        r"\lambda_{\min}(\Sigma_{t+1}^K)",
        "least eigenvalue of the next covariance",
        signed=True,
    ),
    term("noise_floor", r"\lambda_{\min}(W)", "least eigenvalue of the noise covariance", signed=True),
    term("value_norm_max_i", r"\max_{0\le t\le T}\|P_{t,i}^K\|", "largest norm of player i's cost-to-go matrices"),
    term("value_norm", r"\|P_{t,i}^K\|", "norm of the cost-to-go matrix"),
    term("covariance_floor_now", r"\sigma_{\min}(\Sigma_t^K)", "least singular value of the covariance at time t"),
    term("trace_Sigma_K", r"\mathrm{Tr}(\Sigma_K)", "trace of the summed state covariance"),
    term("probe_next_covariance", r"\mathrm{Tr}(X\Sigma_{t+1}^K)", "next covariance against the probe", signed=True),
    term(
        "probe_moved_covariance",
        r"\mathrm{Tr}(XL_t\Sigma_t^KL_t^\top)",
        "covariance, multiplied out, after one time without noise, against the probe",
        signed=True,
    ),
    term("probe_W", r"\mathrm{Tr}(XW)", "noise covariance against the probe", signed=True),
    term("probe_moved_start", r"\mathrm{Tr}(X\mathcal{G}_t(\Sigma_0))", "initial part of Sigma_{t+1}", signed=True),
    term(
        "probe_noise_sum",
        r"\sum_{s=1}^t\mathrm{Tr}(XD_{t,s}WD_{t,s}^\top)",
        "earlier noise in Sigma_{t+1} against the probe",
        signed=True,
    ),
    term(
        "probe_noise_sum_misordered",
        r"\sum_{s=1}^t\mathrm{Tr}(XL_s\cdots L_tWL_t^\top\cdots L_s^\top)",
        "the same with products from left to right",
        signed=True,
    ),
    term(
        "composition_residual",
        r"\|\mathcal{G}_t(X)-L_t\cdots L_0XL_0^\top\cdots L_t^\top\|_F^2",
        "squared entries of the difference of both sides of (3.20)",
    ),
    term(
        "composition_residual_misordered",
        r"\|\mathcal{G}_t(X)-L_0\cdots L_tXL_t^\top\cdots L_0^\top\|_F^2",
        "the same with the product from left to right",
    ),
    term(
        "composition_residual_one_time",
        r"\|\mathcal{G}_t(X)-L_t^{t+1}X(L_t^{t+1})^\top\|_F^2",
        "the same with every factor at time t, as the printed index has it",
    ),
    term(
        "operator_residual",
        r"\|\mathcal{T}_K(X)-X-\sum_t\mathcal{G}_t(X)\|_F^2",
        "squared entries of the difference of both sides of (3.21)",
    ),
    term(
        "operator_residual_short",
        r"\|\mathcal{T}_K(X)-X-\sum_{t<T-1}\mathcal{G}_t(X)\|_F^2",
        "the same, one term short",
    ),
    term("probe_total_covariance", r"\mathrm{Tr}(X\Sigma_K)", "summed covariance against the probe", signed=True),
    term("probe_operator", r"\mathrm{Tr}(X\mathcal{T}_K(\Sigma_0))", "initial part of Sigma_K", signed=True),
    term(
        "probe_double_noise_sum",
        r"\sum_{t=1}^{T-1}\sum_{s=1}^t\mathrm{Tr}(XD_{t,s}WD_{t,s}^\top)",
        "propagated noise in Sigma_K against the probe",
        signed=True,
    ),
)
