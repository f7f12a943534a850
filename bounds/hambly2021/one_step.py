"""Step 5 of the proof of hambly2021.lemma-3.18: the contraction, (3.60)-(3.63).

In the text at hand the square in (3.60) stands inside the sum over players; it belongs outside, as in (3.58).
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Eq, Ge, Gt, Le, Lt, Rational

from bounds.hambly2021.constants import alpha, g_1, g_2, geometric, rho_K, scaled_cost
from bounds.hambly2021.contraction import BELOW_R, NOISE_CONDITION, WITHIN_I_1, WITHIN_I_2, statement
from bounds.hambly2021.cost_change import h_diff, h_glob, rate
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "h_bar"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
x, eta, T, N, d = (_symbol[name] for name in ("x", "step_size", "horizon", "N_players", "dimension"))
k_i, k_max, gamma_B = (_symbol[name] for name in ("controls_i", "controls_max", "gamma_B"))
sigma_X, sigma_R, sigma_Q = (_symbol[name] for name in ("sigma_X", "sigma_R", "sigma_Q"))
cost, cost_max = _symbol["mixed_cost_i"], _symbol["mixed_cost_max"]
gap, next_gap, others = (_symbol[name] for name in ("gap_i", "next_gap_i", "gap_others"))
gap_sum, next_gap_sum = _symbol["gap_sum"], _symbol["next_gap_sum"]
distance, distance_squares = _symbol["distance_others"], _symbol["distance_others_squares"]

#: (3.63)
h_bar = 5 * T * d * cost_max**4 * gamma_B**4 / (sigma_Q**2 * sigma_X**3) * (2 * geometric(rho_K)) ** 2
_share = T * (N - 1) / (sigma_X * sigma_R)
_four_and = 4 + Rational(1, 20)

_ONE_PLAYER = Finding(
    kind="false",
    summary="The second inequality is strict only if h-bar is positive and there are two players. With one player, or "
    "with B = 0, both sides are equal: T = 1, A = 0, B = 1, every weight and covariance 1 give 2 < 2.",
    survives="alpha eta < 1 still follows, as the inequality before it is strict: the norm of Sigma_{K*} is at least "
    "(T + 1) sigma_X.",
    corrected="hambly2021.lemma-3.18.step-5.inverse.corrected",
    counterexample="lemma-3.18.step-5.inverse.json",
)
_written_out = rate - (N - 1) ** 2 * h_bar * T / (sigma_X * sigma_R)
CLAIMS: tuple[Claim, ...] = (
    statement(
        "eq-3.60",
        "Player i's next gap by distances",
        Le(next_gap, (1 - eta * rate) * gap + eta * h_glob(k_i) * distance**2),
        WITHIN_I_1,
        near_misses={
            "without the distances": Le(next_gap, (1 - eta * rate) * gap),
            "ten times the rate": Le(next_gap, (1 - 10 * eta * rate) * gap + eta * h_glob(k_i) * distance**2),
        },
    ),
    statement(
        "lemma-3.18.step-5.squares",
        "The others' gaps against squared distances",
        Ge(others, sigma_X * sigma_R / T * distance_squares),
        setting=Setting.LQ_POLICY,
        near_misses={"without the factor 1 / T": Ge(others, sigma_X * sigma_R * distance_squares)},
    ),
    statement(
        "lemma-3.18.step-5.cauchy",
        "Squared distances against the square of their sum",
        Ge(sigma_X * sigma_R / T * distance_squares, sigma_X * sigma_R / (T * (N - 1)) * distance**2),
        Ge(N, 2),
        setting=Setting.LQ_POLICY,
        near_misses={
            "without the factor 1 / (N - 1)": Ge(
                sigma_X * sigma_R / T * distance_squares, sigma_X * sigma_R / T * distance**2
            )
        },
    ),
    statement(
        "eq-3.61",
        "Player i's next gap by the others' gaps",
        Le(next_gap, (1 - eta * rate) * gap + eta * h_glob(k_i) * _share * others),
        WITHIN_I_1,
        near_misses={
            "without the others": Le(next_gap, (1 - eta * rate) * gap),
            "ten times the rate": Le(next_gap, (1 - 10 * eta * rate) * gap + eta * h_glob(k_i) * _share * others),
        },
    ),
    statement(
        "eq-3.62",
        "The sum of the next gaps",
        Le(next_gap_sum, (1 - eta * rate + eta * (N - 1) * h_glob(k_max) * _share) * gap_sum),
        WITHIN_I_1,
        near_misses={
            "ten times the rate": Le(
                next_gap_sum, (1 - 10 * eta * rate + eta * (N - 1) * h_glob(k_max) * _share) * gap_sum
            )
        },
    ),
    statement(
        "lemma-3.18.step-5.h-diff.left",
        "Bound of h_diff",
        Le(h_diff(cost, k_i), _four_and * d / sigma_X * scaled_cost(cost_max) ** 2),
        WITHIN_I_2,
        near_misses={"4 for 4 + 1/20": Le(h_diff(cost, k_i), 4 * d / sigma_X * scaled_cost(cost_max) ** 2)},
    ),
    statement(
        "lemma-3.18.step-5.h-diff.right",
        "Bound of h_diff without T",
        Le(_four_and * scaled_cost(cost_max) ** 2 / cost_max**2, 5 / sigma_Q**2),
        setting=Setting.LQ_POLICY,
        kind="tight",
        near_misses={
            "49/10 for 5": Le(_four_and * scaled_cost(cost_max) ** 2 / cost_max**2, Rational(49, 10) / sigma_Q**2)
        },
    ),
    Claim(
        "hambly2021.lemma-3.18.step-5.numbers",
        "The number 5 for every horizon, x = 1 / T",
        Setting.SCALAR,
        relation=Le(_four_and * (10 / (10 - x)) ** 2, 5, evaluate=False),
        interval=(Fraction(0), Fraction(1)),
        kind="tight",
        near_misses={"49/10 for 5": Le(_four_and * (10 / (10 - x)) ** 2, Rational(49, 10), evaluate=False)},
    ),
    statement(
        "eq-3.63",
        "Bound of h_glob",
        Le(h_glob(k_i), h_bar),
        WITHIN_I_2,
        near_misses={"four fifths": Le(h_glob(k_i), Rational(4, 5) * h_bar)},
    ),
    statement(
        "lemma-3.18.step-5.alpha",
        "alpha in terms of h-bar",
        Eq(sigma_X * g_1 - g_2 / sigma_X**4, _written_out, evaluate=False),
        NOISE_CONDITION,
        setting=Setting.LQ_POLICY,
        kind="identity",
        near_misses={
            "N - 1 for its square": Eq(alpha, rate - (N - 1) * h_bar * T / (sigma_X * sigma_R), evaluate=False)
        },
    ),
    statement(
        "lemma-3.18.step-5.positive",
        "alpha, written out, is positive",
        Gt(_written_out, 0, evaluate=False),
        NOISE_CONDITION,
        setting=Setting.LQ_POLICY,
        near_misses={"half of its first term": Gt(_written_out, rate / 2, evaluate=False)},
    ),
    statement(
        "lemma-3.18.step-5.step-size",
        "The step size against the equilibrium's covariance",
        Lt(eta, 1 / rate, evaluate=False),
        BELOW_R,
        near_misses={"a third": Lt(eta, 1 / (3 * rate), evaluate=False)},
    ),
    statement(
        "lemma-3.18.step-5.inverse",
        "The same against 1 / alpha, strictly",
        Lt(1 / rate, 1 / _written_out, evaluate=False),
        NOISE_CONDITION,
        setting=Setting.LQ_POLICY,
        finding=_ONE_PLAYER,
    ),
    statement(
        "lemma-3.18.step-5.inverse.corrected",
        "The same against 1 / alpha",
        Le(1 / rate, 1 / _written_out, evaluate=False),
        NOISE_CONDITION,
        setting=Setting.LQ_POLICY,
        corrects="hambly2021.lemma-3.18.step-5.inverse",
        near_misses={"half": Le(1 / rate, 1 / (2 * _written_out), evaluate=False)},
    ),
)
