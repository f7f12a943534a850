"""Section 3.2 of hambly2021, the radius of two policies: (3.24), Remark 3.13, Lemma 3.14 with (3.25)-(3.30).

The square root in (3.25) is taken of the whole product, as in (3.27), (3.30) and (3.10); the text at hand draws it over
the fraction alone.  The last two lines of (3.24) are printed with K^{i*} where the sentence below them asks for K^{i'}.

Lemma 3.14 names Assumption 2.3 alone, but its constants ask for Assumption 2.2 and its proof for Assumption 2.1:
`eq-3.26` is stated as printed and fails; its parts, and what is built on it, are stated under all three assumptions.
(3.27) multiplies by T needlessly: one stage's distance is at most the square root of the sum of squares in (3.26), so
(3.25) and with it rho-bar hold without T under the root.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le, Max, sqrt

from bounds.hambly2021.assumptions import COSTS, UNIQUE
from bounds.hambly2021.constants import N, T, delta, gamma_B, gap_max, rho_pair, rho_star, sigma_R, sigma_X, xi
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "REGULAR"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
gap, squares, distance = _symbol["gap_i"], _symbol["distance_square_i"], _symbol["distance_i"]
star, loop, mixed = _symbol["closed_loop_star_norm"], _symbol["closed_loop_norm"], _symbol["mixed_loop_norm_i"]
radius, other = _symbol["rho_pair_norm"], _symbol["closed_loop_other"]
weighted, distances, at_time = _symbol["weighted_distance"], _symbol["distance_all"], _symbol["distance_norm_i"]
step, step_max, step_now = _symbol["step_norm_i"], _symbol["step_norm_max"], _symbol["step_norm_at"]

#: Assumptions 2.1, 2.2 (as far as proofs use it) and 2.3
REGULAR = (COSTS.property, "lq-definite-noise", UNIQUE.property)

reach = gamma_B * sqrt(T * gap_max / (sigma_X * sigma_R))
bound = rho_star + N * reach

_RADIUS = (
    Claim(
        id="hambly2021.eq-3.24",
        title="Radius of two policies",
        setting=Setting.LQ_PAIR,
        kind="definition",
        latex=r"\rho_{K,K'}=\max\left\{\rho^\circ_{K,K'},1+\xi\right\},\quad\rho^\circ_{K,K'}=\max_{i,t}\max\left\{"
        r"\|A_t-\sum_jB_t^jK_t^j\|,\|A_t-B_t^iK_t^i-\sum_{j\ne i}B_t^jK_t^{j*}\|,"
        r"\|A_t-B_t^iK_t^{i\prime}-\sum_{j\ne i}B_t^jK_t^{j*}\|,"
        r"\|A_t-B_t^iK_t^{i\prime}-\sum_{j\ne i}B_t^jK_t^j\|\right\}",
        finding=Finding(
            kind="typo",
            summary="Two of the four families of closed loops are printed with player i's equilibrium gains K^{i*}. "
            "The sentence below the definition, (3.28)-(3.30) and Lemma 3.15 need K^{i'} there: with K^{i*} the radius "
            "would not depend on K' at all, and (3.31) would fail for a large K'^i.",
            survives="Read with K^{i'}, everything that uses the radius stands. It covers K, (K^i, K^{-i*}), "
            "(K'^i, K^{-i*}) and (K'^i, K^{-i}), which is what Lemmas 3.15-3.17 and Step 2 of Lemma 3.18 compare, and "
            "it does not cover the joint policy K' or K*.",
        ),
    ),
    Claim(
        id="hambly2021.remark-3.13",
        title="The radius is at least 1 + xi",
        setting=Setting.LQ_PAIR,
        relation=Ge(Max(radius - 1 - xi, 0), 0, evaluate=False),  # 1 + xi taken from both sides: equality is exact then
        kind="tight",
        near_misses={"without the constant": Ge(radius - 1 - xi, 0), "the joint policy K' too": Ge(rho_pair, other)},
    ),
    Claim(
        id="hambly2021.remark-3.13.part-2",
        title="The radius is above 1",
        setting=Setting.LQ_PAIR,
        relation=Gt(rho_pair, 1, evaluate=False),
        near_misses={"without the constant": Gt(radius, 1)},
    ),
)

_LEMMA_3_14 = (
    Claim(
        id="hambly2021.lemma-3.14",
        title="Bound of the radius, with the change of gains at any one time",
        setting=Setting.LQ_PAIR,
        relation=Le(rho_pair, bound + gamma_B * step_now),
        assumes=(UNIQUE.property,),
        finding=Finding(
            kind="false",
            summary="The time t on the right of (3.25) is free, while the left side is a maximum over times. For two "
            "stages with A_t = 0 and B_t = Q_t = R_t = W = E[x_0^2] = 1 (so that K* = 0), K = 0 and K' = (2, 0), the "
            "radius is 2, and at t = 1 the right side is 1 + delta. The lemma also needs Assumptions 2.1 and 2.2 "
            "beside 2.3 (see eq-3.26) and a relation between its two small constants (see lemma-3.14.constants).",
            survives="Its only use, in Step 1 of Lemma 3.18, bounds the change of gains at every t by the same number, "
            "and there Assumptions 2.1-2.3 are in force: with the maximum over t, and xi at most delta + 1/(20 T^2), "
            "the radius is at most rho_K as claimed.",
            corrected="hambly2021.lemma-3.14.corrected",
            counterexample="lemma-3.14.json",
        ),
    ),
    Claim(
        id="hambly2021.lemma-3.14.corrected",
        title="Bound of the radius, with the largest change of gains",
        setting=Setting.LQ_PAIR,
        relation=Le(rho_pair, bound + gamma_B * step_max),
        given=(Le(xi, delta),),
        assumes=REGULAR,
        kind="tight",
        near_misses={
            "without the change": Le(rho_pair, bound),
            "without the gap": Le(rho_pair, rho_star + gamma_B * step_max),
        },
        corrects="hambly2021.lemma-3.14",
    ),
    Claim(
        id="hambly2021.lemma-3.14.constants",
        title="Bound of the radius for any two small constants",
        setting=Setting.LQ_PAIR,
        relation=Le(rho_pair, bound + gamma_B * step_max),
        assumes=REGULAR,
        finding=Finding(
            kind="ambiguity",
            summary="delta in (3.9) and xi in (3.24) are two small constants without a relation. If xi is larger, "
            "(3.25) fails even for K = K' = K*: with one player, one stage, A = 0, all other data 1, and "
            "K = K' = K* = 0, delta = 1/100 and xi = 1/50 the radius is 51/50 and the bound is 101/100.",
            survives="With xi <= delta nothing else changes (lemma-3.14.corrected). For arbitrary constants it "
            "holds with max(rho*, 1 + xi) in place of rho*. Lemma 3.18 and Theorem 3.5 may choose xi = delta.",
            corrected="hambly2021.lemma-3.14.constants.corrected",
            counterexample="lemma-3.14.constants.json",
        ),
    ),
    Claim(
        id="hambly2021.lemma-3.14.constants.corrected",
        title="Bound of the radius for any two small constants, both on the right",
        setting=Setting.LQ_PAIR,
        relation=Le(rho_pair, Max(rho_star, 1 + xi) + N * reach + gamma_B * step_max),
        assumes=REGULAR,
        kind="tight",
        near_misses={
            "without the change": Le(rho_pair, Max(rho_star, 1 + xi) + N * reach),
        },
        corrects="hambly2021.lemma-3.14.constants",
    ),
)

_DISTANCE = (
    Claim(
        id="hambly2021.eq-3.26",
        title="The loss bounds the distance to the equilibrium, under Assumption 2.3 alone",
        setting=Setting.LQ_POLICY,
        relation=Ge(gap, sigma_X * sigma_R / T * distance**2),
        assumes=(UNIQUE.property,),
        finding=Finding(
            kind="false",
            summary="Lemma 3.14 assumes Assumption 2.3 only. The curvature R + B' P B is at least sigma_R if R and P* "
            "are positive definite, which takes Assumption 2.1: with one player, one stage, A = 0, "
            "B = Q_0 = W = E[x_0^2] = 1, Q_1 = 3/2 and R = -1 the equations (2.4), (2.5) have the unique solution "
            "K* = 0, sigma_R = 1, and K = 1 loses 1/2 instead of at least 1.",
            survives="With Assumptions 2.1 and 2.2 added, (3.26) holds as printed. It is used in Lemmas 3.14, 3.18 and "
            "3.20, and the last two assume 2.1-2.3.",
            corrected="hambly2021.eq-3.26.corrected",
            counterexample="eq-3.26.json",
        ),
    ),
    Claim(
        id="hambly2021.eq-3.26.corrected",
        title="The loss bounds the distance to the equilibrium",
        setting=Setting.LQ_POLICY,
        relation=Ge(gap, sigma_X * sigma_R / T * distance**2),
        assumes=REGULAR,
        near_misses={
            "doubled": Ge(gap, 2 * sigma_X * sigma_R / T * distance**2),
            "without T": Ge(gap, sigma_X * sigma_R * distance**2),
        },
        corrects="hambly2021.eq-3.26",
    ),
    Claim(
        id="hambly2021.eq-3.26.step-1",
        title="The loss as a sum of squares",
        setting=Setting.LQ_POLICY,
        relation=Eq(_symbol["mixed_cost_i"] - _symbol["nash_cost_i"], gap),
        assumes=(UNIQUE.property,),
        kind="identity",
        near_misses={"doubled": Eq(_symbol["mixed_cost_i"] - _symbol["nash_cost_i"], 2 * gap)},
    ),
    Claim(
        id="hambly2021.eq-3.26.step-2",
        title="The least singular values below the covariance and the curvature",
        setting=Setting.LQ_POLICY,
        relation=Ge(gap, sigma_X * sigma_R * squares),
        assumes=REGULAR,
        near_misses={"doubled": Ge(gap, 2 * sigma_X * sigma_R * squares)},
    ),
    Claim(
        id="hambly2021.eq-3.26.step-3",
        title="The squared sum of T norms is at most T times the sum of squares",
        setting=Setting.LQ_POLICY,
        relation=Ge(sigma_X * sigma_R * squares, sigma_X * sigma_R / T * distance**2),
        given=(Ge(T, 2),),  # for one stage both sides are one number
        assumes=REGULAR,
        kind="tight",
        near_misses={"without T": Ge(sigma_X * sigma_R * squares, sigma_X * sigma_R * distance**2)},
    ),
)

_LOOPS = (
    Claim(
        id="hambly2021.eq-3.27.step-1",
        title="Triangle inequality from the equilibrium to K",
        setting=Setting.LQ_POLICY,
        relation=Le(loop, star + weighted),
        kind="tight",
        near_misses={"half": Le(loop, star + weighted / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.27.step-2",
        title="One stage's distance is at most the sum over stages",
        setting=Setting.LQ_POLICY,
        relation=Le(star + weighted, star + gamma_B * distances),
        kind="tight",
        near_misses={"half": Le(star + weighted, star + gamma_B * distances / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.27.step-3",
        title="The distances in terms of the largest loss",
        setting=Setting.LQ_POLICY,
        relation=Le(star + gamma_B * distances, star + N * reach),
        assumes=REGULAR,
        near_misses={
            "without N": Le(star + gamma_B * distances, star + reach),
            "without T": Le(star + gamma_B * distances, star + N * gamma_B * sqrt(gap_max / (sigma_X * sigma_R))),
        },
    ),
    Claim(
        id="hambly2021.eq-3.27",
        title="The closed loop of K in terms of the largest loss",
        setting=Setting.LQ_POLICY,
        relation=Le(loop, star + N * reach),
        assumes=REGULAR,
        near_misses={"a third": Le(loop, star + N * reach / 3)},
    ),
    Claim(
        id="hambly2021.eq-3.28",
        title="The closed loop when one player moves",
        setting=Setting.LQ_PAIR,
        relation=Le(_symbol["deviation_loop_norm_i"], loop + gamma_B * step),
        kind="tight",
        near_misses={"half": Le(_symbol["deviation_loop_norm_i"], loop + gamma_B * step / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.29",
        title="The closed loop when player i returns to the equilibrium",
        setting=Setting.LQ_POLICY,
        relation=Le(star, mixed + gamma_B * at_time),
        kind="tight",
        near_misses={"half": Le(star, mixed + gamma_B * at_time / 2)},
        finding=Finding(
            kind="typo",
            summary="All three of player i's primes are printed as stars. What is printed is true, but it says nothing "
            "of K'^i: for the radius the proof needs the closed loop of (K'^i, K^{-i*}), as (3.28) needs that of "
            "(K'^i, K^{-i}).",
            survives="With K^{i'} for K^{i*} the inequality holds, and Lemma 3.14 uses it in that form.",
            corrected="hambly2021.eq-3.29.corrected",
        ),
    ),
    Claim(
        id="hambly2021.eq-3.29.corrected",
        title="The closed loop when one player moves and the others play the equilibrium",
        setting=Setting.LQ_PAIR,
        relation=Le(_symbol["other_mixed_loop_norm_i"], mixed + gamma_B * step),
        kind="tight",
        near_misses={"half": Le(_symbol["other_mixed_loop_norm_i"], mixed + gamma_B * step / 2)},
        corrects="hambly2021.eq-3.29",
    ),
    Claim(
        id="hambly2021.eq-3.30.step-1",
        title="Triangle inequality from the equilibrium to (K^i, K^{-i*})",
        setting=Setting.LQ_POLICY,
        relation=Le(mixed, star + gamma_B * at_time),
        kind="tight",
        near_misses={"half": Le(mixed, star + gamma_B * at_time / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.30.step-2",
        title="One player's distance in terms of the loss",
        setting=Setting.LQ_POLICY,
        relation=Le(
            star + gamma_B * at_time,
            star + gamma_B * sqrt(T * gap / (sigma_X * sigma_R)),
        ),
        assumes=REGULAR,
        near_misses={
            "half": Le(
                star + gamma_B * at_time,
                star + gamma_B * sqrt(T * gap / (sigma_X * sigma_R)) / 2,
            ),
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_RADIUS, *_LEMMA_3_14, *_DISTANCE, *_LOOPS)
