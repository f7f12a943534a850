"""Symbols of hambly2021.lemma-3.18: one step of Algorithm 1, seen at policies (K^i, K^{-i*}) and (K'^i, K^{-i*})."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

_MIXED = r"{K^i,K^{-i*}}"
_MOVED = r"{K^{i\prime},K^{-i*}}"
_DIRECTION = rf"E_{{t,i}}^{_MIXED}"
_SHIFT = rf"(E_{{t,i}}^{{K}}-{_DIRECTION})"
_HESSIAN = rf"(R_t^i+(B_t^i)^\top P_{{t+1,i}}^{_MIXED}B_t^i)"
_CHANGE = r"(K_t^{i\prime}-K_t^i)"


def _trace(left: str, right: str) -> str:
    return rf"\sum_t\mathrm{{Tr}}(\Sigma_t^{_MOVED}{left}^\top {right})"


TERMS: tuple[Term, ...] = (
    # one policy
    term("gradient_largest_i", r"\max_t\|\nabla_{K_t^i}C^i(K)\|", "largest norm of player i's gradient over stages"),
    term(
        "mixed_covariance_i",
        rf"\|\Sigma_{_MIXED}\|",
        "norm of the summed covariance when the others play the equilibrium",
    ),
    term(
        "mixed_hessian_i", rf"\|{_HESSIAN}\|", "norm of player i's curvature at time t, the others at the equilibrium"
    ),
    term(
        "distance_others_squares",
        r"\sum_{j\ne i}\|\!|K^j-K^{j*}|\!\|^2",
        "sum over the other players of the squared distances to the equilibrium",
    ),
    # the step
    term("step_energy_i", rf"\|{_CHANGE}\Sigma_t^K\|_F^2", "squared entries of player i's change times the covariance"),
    term(
        "step_along_gradient_i",
        rf"\langle{_CHANGE}\Sigma_t^K,\nabla_{{K_t^i}}C^i(K)\rangle",
        "inner product of player i's change times the covariance with the gradient",
        signed=True,
    ),
    term("gradient_energy_i", r"\|\nabla_{K_t^i}C^i(K)\|_F^2", "squared entries of player i's gradient at time t"),
    term(
        "next_mixed_covariance_i",
        rf"\|\Sigma_{_MOVED}\|",
        "norm of the summed covariance after player i's step, the others at the equilibrium",
    ),
    term(
        "next_stage_covariance_i",
        rf"\|\Sigma_t^{_MOVED}\|",
        "norm of the covariance at time t after player i's step, the others at the equilibrium",
    ),
    term(
        "mixed_covariance_change_i",
        rf"\|\Sigma_{_MIXED}-\Sigma_{_MOVED}\|",
        "norm of the change of the summed covariance by player i's step",
    ),
    term(
        "mixed_congruence_change_i",
        rf"\sum_t\|\mathcal{{F}}_{_MIXED}-\mathcal{{F}}_{_MOVED}\|",
        "sum over stages of the norms of the change of F_t by player i's step, the others at the equilibrium",
    ),
    # traces of Step 4
    term("change_hessian_trace_i", _trace(_CHANGE, _HESSIAN + _CHANGE), "second-order part of the change of the cost"),
    term(
        "change_direction_trace_i",
        _trace(_CHANGE, _DIRECTION),
        "half of the first-order part of the change of the cost",
        signed=True,
    ),
    term(
        "direction_hessian_trace_i",
        _trace("(E_{t,i}^K)", _HESSIAN + "E_{t,i}^K"),
        "curvature along player i's directions at K",
    ),
    term(
        "direction_direction_trace_i",
        _trace("(E_{t,i}^K)", _DIRECTION),
        "player i's directions at K against those with the others at the equilibrium",
        signed=True,
    ),
    term("shift_hessian_trace_i", _trace(_SHIFT, _HESSIAN + _SHIFT), "curvature along the shift of the directions"),
    term(
        "cross_hessian_trace_i",
        _trace(_SHIFT, _HESSIAN + _DIRECTION),
        "curvature between the shift of the directions and the directions",
        signed=True,
    ),
    term(
        "mixed_hessian_trace_i",
        _trace(f"({_DIRECTION})", _HESSIAN + _DIRECTION),
        "curvature along the directions with the others at the equilibrium",
    ),
    term(
        "cross_trace_i",
        _trace(_SHIFT, _DIRECTION),
        "the shift of the directions against the directions",
        signed=True,
    ),
    term("mixed_trace_i", _trace(f"({_DIRECTION})", _DIRECTION), "the directions in the norm of the covariance"),
    term(
        "shift_hessian_squares_i",
        rf"\sum_t\|{_HESSIAN}{_SHIFT}\Sigma_t^{_MOVED}\|_F^2",
        "squared entries of curvature times shift times covariance",
    ),
    term(
        "shift_squares_i", rf"\sum_t\|{_SHIFT}\Sigma_t^{_MOVED}\|_F^2", "squared entries of the shift times covariance"
    ),
    # a run
    term(
        "run_coupling",
        r"\max_m\max_i C^i(K^{i,(m)},K^{-i*})^4\left(\tfrac{\rho_{K^{(m)}}^{2T}-1}{\rho_{K^{(m)}}^2-1}\right)^2",
        "largest value over a run of the part of g_2 that changes with the policy",
    ),
)
