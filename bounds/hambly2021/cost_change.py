"""Step 4 of the proof of hambly2021.lemma-3.18: how player i's cost changes in one step, (3.56)-(3.59).

omega^2 = 2 / sigma_X in 2 Tr(A'B) <= omega^2 Tr(A'A) + Tr(B'B) / omega^2 goes with B = E, the directions of player i at
(K^i, K^{-i*}), and A = the shift of the directions times Sigma_t, once with the curvature in front: (3.56) has
1 / sigma_X at the squares of A and sigma_X / 4 at those of B.  In the text at hand the square in the first line of
(3.58) stands at the norms instead of the bracket; the second line and (3.59) show where it belongs.
"""

from __future__ import annotations

from sympy import Eq, Expr, Le, Rational

from bounds.hambly2021.constants import geometric, rho_K, scaled_cost
from bounds.hambly2021.contraction import WITHIN_I_1, definition, statement
from bounds.hambly2021.step_sizes import second_order
from mpgcert.claims.claim import Claim, Finding
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "h_diff", "h_glob", "rate"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
eta, T, d, k_i, gamma_B = (_symbol[name] for name in ("step_size", "horizon", "dimension", "controls_i", "gamma_B"))
sigma_X, sigma_R, norm_Sigma_star = (_symbol[name] for name in ("sigma_X", "sigma_R", "norm_Sigma_star"))
cost, cost_max = _symbol["mixed_cost_i"], _symbol["mixed_cost_max"]
gap, next_gap, distance = _symbol["gap_i"], _symbol["next_gap_i"], _symbol["distance_others"]
hessian, stage_covariance = _symbol["mixed_hessian_i"], _symbol["next_stage_covariance_i"]
directions, shifts = _symbol["mixed_direction_trace_i"], _symbol["direction_change_square_i"]
shift_hessian, cross_hessian, mixed_hessian = (
    _symbol[f"{name}_hessian_trace_i"] for name in ("shift", "cross", "mixed")
)
cross, mixed = _symbol["cross_trace_i"], _symbol["mixed_trace_i"]
weighted_shift_squares, shift_squares = _symbol["shift_hessian_squares_i"], _symbol["shift_squares_i"]


def h_diff(costs: Expr, controls: Expr) -> Expr:
    """h_diff^i below (3.57)."""
    return 4 * eta * second_order(costs, controls) + 4 * d / sigma_X * scaled_cost(costs) ** 2


def _spread(costs: Expr) -> Expr:
    """gamma_B^2 C / sigma_X times 2 (rho_K^{2T} - 1) / (rho_K^2 - 1), the factor of (3.55)."""
    return gamma_B**2 * costs / sigma_X * 2 * geometric(rho_K)


def h_glob(controls: Expr) -> Expr:
    """(3.59)."""
    return T * h_diff(cost_max, controls) * _spread(cost_max) ** 2


#: sigma_X sigma_R / ||Sigma_{K*}||
rate = sigma_X * sigma_R / norm_Sigma_star
_difference = next_gap - gap  # C^{i',-i*} - C^{i,-i*}

_second_part = _symbol["change_hessian_trace_i"]
_first_part = _symbol["change_direction_trace_i"]
_along, _against = _symbol["direction_hessian_trace_i"], _symbol["direction_direction_trace_i"]
_substituted = 4 * eta**2 * _along - 4 * eta * _against


def _expanded(linear: int) -> Expr:
    return (
        4 * eta**2 * shift_hessian
        + 8 * eta**2 * cross_hessian
        + 4 * eta**2 * mixed_hessian
        - linear * eta * cross
        - 4 * eta * mixed
    )


def _estimated(last: int) -> Expr:
    """The right side of (3.56); its last summand has the factor -4."""
    return (
        4 * eta**2 * shift_hessian
        + 8 * eta**2 * sigma_X / 4 * directions
        + 8 * eta**2 / sigma_X * weighted_shift_squares
        + 4 * eta**2 * mixed_hessian
        + 4 * eta / sigma_X * shift_squares
        + 4 * eta * sigma_X / 4 * directions
        - last * eta * sigma_X * directions
    )


def _collected(last: int) -> Expr:
    return 2 * eta**2 * sigma_X + 4 * eta**2 * stage_covariance * hessian + eta * sigma_X - last * eta * sigma_X


CLAIMS: tuple[Claim, ...] = (
    statement(
        "lemma-3.18.step-4.difference",
        "Change of player i's cost by Lemma 3.10",
        Eq(_difference, _second_part + 2 * _first_part),
        kind="identity",
        near_misses={"without the factor 2": Eq(_difference, _second_part + _first_part)},
    ),
    statement(
        "lemma-3.18.step-4.substituted",
        "Change of player i's cost with the step put in",
        Eq(_difference, _substituted),
        kind="identity",
        near_misses={"2 eta^2": Eq(_difference, 2 * eta**2 * _along - 4 * eta * _against)},
    ),
    statement(
        "lemma-3.18.step-4.expanded",
        "Change of player i's cost, expanded",
        Eq(_substituted, _expanded(4)),
        kind="identity",
        near_misses={"8 eta for 4 eta": Eq(_substituted, _expanded(8))},
    ),
    statement(
        "lemma-3.18.step-4.curvature-term",
        "Trace inequality for the term with eta^2, omega^2 = 2 / sigma_X",
        Le(2 * cross_hessian, 2 / sigma_X * weighted_shift_squares + sigma_X / 2 * directions),
        near_misses={"half": Le(2 * cross_hessian, weighted_shift_squares / sigma_X + sigma_X / 4 * directions)},
    ),
    statement(
        "lemma-3.18.step-4.linear-term",
        "Trace inequality for the term with eta, omega^2 = 2 / sigma_X",
        Le(-2 * cross, 2 / sigma_X * shift_squares + sigma_X / 2 * directions),
        near_misses={"half": Le(-2 * cross, shift_squares / sigma_X + sigma_X / 4 * directions)},
    ),
    statement(
        "eq-3.56",
        "Change of player i's cost, estimated",
        Le(_difference, _estimated(4)),
        near_misses={"6 for 4 in the last summand": Le(_difference, _estimated(6))},
    ),
    statement(
        "lemma-3.18.step-4.step-size",
        "The step size against covariance and curvature",
        Le(eta, sigma_X / (sigma_X + 2 * stage_covariance * hessian)),
        WITHIN_I_1,
        near_misses={"20 for 2": Le(eta, sigma_X / (sigma_X + 20 * stage_covariance * hessian))},
    ),
    statement(
        "lemma-3.18.step-4.collected",
        "Coefficients of the squared directions",
        Le(_collected(4), -eta * sigma_X),
        WITHIN_I_1,
        near_misses={"29/10 times": Le(_collected(4), -Rational(29, 10) * eta * sigma_X)},
    ),
    statement(
        "eq-3.57",
        "Change of player i's cost by shifts and directions",
        Le(_difference, eta * h_diff(cost, k_i) * shifts - eta * sigma_X * directions),
        WITHIN_I_1,
        near_misses={
            "without the shifts": Le(_difference, -eta * sigma_X * directions),
            "five times the directions": Le(
                _difference, eta * h_diff(cost, k_i) * shifts - 5 * eta * sigma_X * directions
            ),
        },
    ),
    statement(
        "eq-3.58.line-1",
        "Change of player i's cost by distances and directions",
        Le(_difference, eta * h_diff(cost, k_i) * T * (_spread(cost) * distance) ** 2 - eta * sigma_X * directions),
        WITHIN_I_1,
        near_misses={
            "without the distances": Le(_difference, -eta * sigma_X * directions),
            "five times the directions": Le(
                _difference,
                eta * h_diff(cost, k_i) * T * (_spread(cost) * distance) ** 2 - 5 * eta * sigma_X * directions,
            ),
        },
    ),
    statement(
        "eq-3.58.line-2",
        "Change of player i's cost by distances and the gap",
        Le(_difference, eta * h_glob(k_i) * distance**2 - eta * rate * gap),
        WITHIN_I_1,
        near_misses={
            "without the distances": Le(_difference, -eta * rate * gap),
            "ten times the rate": Le(_difference, eta * h_glob(k_i) * distance**2 - 10 * eta * rate * gap),
        },
    ),
    definition(
        "eq-3.59",
        "h_glob",
        r"h_{\mathrm{glob}}=4T\left[\eta k_iXH+2\eta\tfrac{d}{\underline\sigma_X}X^2H^2+\tfrac{d}{\underline\sigma_X}"
        r"X^2\right]\left[\tfrac{\gamma_B^2\max_iC^{i,-i*}}{\underline\sigma_X}\tfrac{2(\rho_K^{2T}-1)}{\rho_K^2-1}\right]^2,"
        r"\quad X=\tfrac{10T\max_iC^{i,-i*}}{(10T-1)\underline\sigma_Q},"
        r"\ H=\gamma_R+\gamma_B^2\tfrac{\max_iC^{i,-i*}}{\underline\sigma_X}",
        Finding(
            kind="typo",
            summary="(3.62) takes h_glob out of the sum over players, but (3.59) contains k_i, the number of "
            "controls of player i.",
            survives="With max_i k_i in its place (3.58)-(3.61) hold, being weaker, and (3.62) follows by summation. "
            "I_2 has max_i k_i, so (3.63) is not affected.",
        ),
    ),
)
