"""Theorem 3.5 of hambly2021: what it promises, what its proof shows on the way, and what the text says about it.

The step size of a whole run is `bounds.hambly2021.constants.eta_0`: limit (3.42) at K^(0), with rho-bar for rho_K and
Lemma 3.20's bound in place of the gradients.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Eq, Ge, Le, Max, Rel, exp, sqrt

from bounds.hambly2021.constants import alpha_hat, eta_0, geometric, gradient_bound, rho_bar, rho_K, rho_star
from bounds.hambly2021.noise_condition import ASSUMED, SYSTEM_NOISE
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "uneven_eta_0"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
N, T, d, M = (_symbol[name] for name in ("N_players", "horizon", "dimension", "iterations"))
sigma_X, sigma_R, sigma_Q, gamma_B = (_symbol[name] for name in ("sigma_X", "sigma_R", "sigma_Q", "gamma_B"))
eta, eta_min, psi = _symbol["step_size"], _symbol["step_size_min"], _symbol["psi"]
gap_sum, next_gap_sum, last_gap_sum = _symbol["gap_sum"], _symbol["next_gap_sum"], _symbol["last_gap_sum"]
weighted, next_weighted = _symbol["weighted_gap_sum"], _symbol["next_weighted_gap_sum"]
later_gap_max, norm_Sigma_star = _symbol["later_gap_max"], _symbol["norm_Sigma_star"]
x = _symbol["x"]

#: With step sizes of their own the players' costs need not fall together: each stays below C^i(K*) + psi.
uneven_eta_0 = eta_0.subs({_symbol["mixed_cost_sum"]: _symbol["nash_cost_sum"] + N * psi, gap_sum: N * psi})

_decay = sigma_X * sigma_R / norm_Sigma_star
#: coupling of one player to the others at rho-bar; (N-1) times it is the second term of alpha-hat
_leak = (
    20
    * (N - 1)
    * T**2
    * d
    * gamma_B**4
    * (_symbol["nash_cost_max"] + psi) ** 4
    / (sigma_X**4 * sigma_Q**2 * sigma_R)
    * geometric(rho_bar) ** 2
)


def _claim(label: str, title: str, setting: Setting, relation: Rel, misses: dict[str, Rel], **rest: Any) -> Claim:
    options: dict[str, Any] = {"assumes": ASSUMED} | rest
    return Claim(f"hambly2021.{label}", title, setting, relation=relation, near_misses=misses, **options)


def _along(label: str, title: str, relation: Rel, misses: dict[str, Rel], **rest: Any) -> Claim:
    """A statement about a run, or its first step, under the hypotheses of Theorem 3.5."""
    options: dict[str, Any] = {"setting": Setting.LQ_RUN, "given": (SYSTEM_NOISE, Le(eta, eta_0))} | rest
    return _claim(label, title, relation=relation, misses=misses, **options)


_THEOREM = (
    _along(
        "theorem-3.5",
        "Sum of losses after M iterations, for every epsilon: M >= log(sum / epsilon) / (alpha-hat eta)",
        Le(last_gap_sum, gap_sum * exp(-alpha_hat * eta * M)),
        {"fifty times the rate": Le(last_gap_sum, gap_sum * exp(-50 * alpha_hat * eta * M))},
    ),
    _along(
        "theorem-3.5.induction",
        "Sum of losses after M iterations",
        Le(last_gap_sum, gap_sum * (1 - alpha_hat * eta) ** M),
        {"fifty times the rate": Le(last_gap_sum, gap_sum * (1 - 50 * alpha_hat * eta) ** M)},
    ),
    _along(
        "theorem-3.5.linear-rate",
        "Every iteration reduces the sum of losses by a factor below 1",
        Le(_symbol["run_ratio"], 1 - alpha_hat * eta),
        {"fifty times the rate": Le(_symbol["run_ratio"], 1 - 50 * alpha_hat * eta)},
        finding=Finding(
            kind="typo",
            summary="The text adds that the sum after M iterations is O(e^{-M}), as in point 2 of the theorem. The "
            "theorem has no numbered points, and the exponent lacks a factor: what is shown is at most "
            "(1 - alpha-hat eta)^M, which is e^{-c M} with c = -log(1 - alpha-hat eta), usually far below 1.",
            survives="The theorem gives the exponential rate with the right constant.",
        ),
    ),
)

_STEP_SIZES = (
    _along(
        "theorem-3.5.step-sizes",
        "A step size for each player: the sum of losses contracts as with the smallest",
        Le(next_gap_sum, (1 - alpha_hat * eta_min) * gap_sum),
        {},
        setting=Setting.LQ_STEP,
        finding=Finding(
            kind="false",
            summary="The text says that the result extends to any step sizes eta_i < eta_0. The sum of the losses "
            "can grow: a player at the equilibrium with a long step is pulled away by another who is far from it and "
            "hardly moves. On the stored game (N = 2, d = T = 1, A = B = 1/10, everything else 1, K^1 = K^{1*}, "
            "K^2 = K^{2*} + 1/2, eta_1 = 1/1000, eta_2 = 10^-12) Assumption 3.3 holds with a factor 9.5 to spare, both "
            "step sizes are below eta_0 = 0.00115, and one step raises the sum from 101/400 by "
            "99979900000001030301/10^30.",
            survives="Convergence survives. Dividing (3.61) by eta_i and summing gives the contraction of the sum of "
            "losses over step sizes by 1 - alpha-hat min_i eta_i, at the price of a factor max eta / min eta inside "
            "the logarithm of M; as the plain sum need not fall, the run's eta_0 must then use C^i(K*) + psi for each "
            "player (hambly2021.theorem-3.5.step-sizes.corrected and its form for runs).",
            corrected="hambly2021.theorem-3.5.step-sizes.corrected",
            counterexample="theorem-3.5.step-sizes.json",
        ),
    ),
    _along(
        "theorem-3.5.step-sizes.corrected",
        "A step size for each player: the losses divided by the step sizes contract",
        Le(next_weighted, (1 - alpha_hat * eta_min) * weighted),
        {"fifty times the rate": Le(next_weighted, (1 - 50 * alpha_hat * eta_min) * weighted)},
        setting=Setting.LQ_STEP,
        corrects="hambly2021.theorem-3.5.step-sizes",
    ),
    _along(
        "theorem-3.5.step-sizes.run",
        "A step size for each player: contraction along a run",
        Le(_symbol["last_weighted_gap_sum"], (1 - alpha_hat * eta_min) ** M * weighted),
        {"fifty times the rate": Le(_symbol["last_weighted_gap_sum"], (1 - 50 * alpha_hat * eta_min) ** M * weighted)},
        given=(SYSTEM_NOISE, Le(eta, uneven_eta_0)),
    ),
)

_PROOF = (
    _claim(
        "theorem-3.5.step-1",
        "Cauchy-Schwarz for the norms of the gradients (both sides are the same at T = 1)",
        Setting.LQ_POLICY,
        Le(_symbol["gradient_norm_total_i"] ** 2, T * _symbol["gradient_squares_i"]),
        {"without T": Le(_symbol["gradient_norm_total_i"] ** 2, _symbol["gradient_squares_i"])},
        given=(Ge(T, 2),),
        kind="tight",
    ),
    _claim(
        "theorem-3.5.step-2",
        "The norms of the gradients by Lemma 3.20",
        Setting.LQ_POLICY,
        Le(_symbol["gradient_norm_total_i"], sqrt(T) * gradient_bound(rho_K)),
        {"without the root": Le(_symbol["gradient_norm_total_i"], T * gradient_bound(rho_K) ** 2)},
    ),
    _along(
        "theorem-3.5.step-3",
        "The bound with rho-bar serves every iterate",
        Le(_symbol["run_gradient_total"], sqrt(T) * gradient_bound(rho_bar)),
        {"a hundredth": Le(_symbol["run_gradient_total"], sqrt(T) * gradient_bound(rho_bar) / 100)},
    ),
    _claim(
        "eq-3.70",
        "rho_{K^(0)} is rho-bar: the largest loss is psi",
        Setting.LQ_POLICY,
        Eq(_symbol["gap_max"], _symbol["psi_by_costs"]),
        {"the sum": Eq(gap_sum, _symbol["psi_by_costs"])},
        kind="identity",
        finding=Finding(
            kind="ambiguity",
            summary="The inequality is announced as holding after one step of natural gradient descent, by Lemma 3.14. "
            "It is about K^(0), before any step, and is an equality by the definitions (3.10) and (3.37).",
            survives="Nothing else is needed at m = 0; for later iterates see the induction.",
        ),
    ),
    _claim(
        "theorem-3.5.step-4",
        "The closed loop at the equilibrium by the norms of its parts",
        Setting.LQ_GAME,
        Le(_symbol["closed_loop_star"], _symbol["gamma_A"] + gamma_B * _symbol["star_total"]),
        {"A alone": Le(_symbol["closed_loop_star"], _symbol["gamma_A"])},
        kind="tight",
    ),
    Claim(
        "hambly2021.theorem-3.5.step-5",
        "Powers of a sum, at n = 2 (without strictness, as the finding says)",
        Setting.SCALAR,
        relation=Ge(1 / (x**2 + 1), 1 / (x + 1) ** 2),
        interval=(Fraction(1, 100), Fraction(100)),
        near_misses={"1 / (x + 1)": Ge(1 / (x**2 + 1), 1 / (x + 1))},
        finding=Finding(
            kind="typo",
            summary="1 / (a^n + 1) > 1 / (a + 1)^n is used for all a > 0 and n >= 1; at n = 1 the two sides are equal. "
            "For n >= 2 it holds, as (a + 1)^n = a^n + 1 + positive terms.",
            survives="With >= in place of > all uses are right.",
        ),
    ),
    Claim(
        "hambly2021.theorem-3.5.step-6",
        "1 / rho-bar, I_1 and I_2 are bounded below by polynomials in the model parameters",
        Setting.LQ_POLICY,
        kind="evidence",
        latex=r"\eta_0\in\mathcal{H}\left(\frac{1}{\sum_iC^i(K^{i,(0)},K^{-i*})+1}\right)",
        finding=Finding(
            kind="ambiguity",
            summary="Only asserted: no polynomial is given, and rho-bar is said to be bounded by a polynomial or the "
            "constant 1 + xi, though it is delta that enters it through (3.9). The claim that an eta_0 > 0 exists "
            "needs no polynomials: min(I_1, I_2, 1/sigma_R) at K^(0), with rho-bar for rho_K and Lemma 3.20's bound "
            "for the gradients, is positive and below (3.42) at every iterate, since all that was replaced "
            "enters monotonically.",
            survives="eta_0 is computed here as that number (hambly2021.theorem-3.5.step-10 holds it against the run).",
        ),
    ),
    _along(
        "theorem-3.5.step-7",
        "The first step contracts",
        Le(next_gap_sum, (1 - alpha_hat * eta) * gap_sum),
        {"fifty times the rate": Le(next_gap_sum, (1 - 50 * alpha_hat * eta) * gap_sum)},
        setting=Setting.LQ_STEP,
    ),
    _along(
        "theorem-3.5.step-8",
        "A step for one player, with the others' losses",
        Le(
            _symbol["next_gap_i"],
            (1 - eta * _decay) * _symbol["gap_i"] + eta * _leak * _symbol["gap_others"],
        ),
        {
            "fifty times the decay": Le(
                _symbol["next_gap_i"],
                (1 - 50 * eta * _decay) * _symbol["gap_i"] + eta * _leak * _symbol["gap_others"],
            )
        },
        setting=Setting.LQ_STEP,
    ),
    _along(
        "theorem-3.5.step-9",
        "No loss exceeds psi along the run",
        Le(later_gap_max, psi),
        {"half of psi": Le(later_gap_max, psi / 2)},
    ),
    _along(
        "theorem-3.5.step-10",
        "The step size condition (3.42) stays true along the run",
        Le(eta, _symbol["later_limit"]),
        {"a hundredth of it": Le(eta, _symbol["later_limit"] / 100)},
    ),
    _along(
        "theorem-3.5.step-11",
        "rho of the iterates is at most rho-bar",
        Le(rho_star + N * gamma_B * sqrt(T * later_gap_max / (sigma_X * sigma_R)) + 1 / (20 * T**2), rho_bar),
        {
            "without 1 / (20 T^2)": Le(
                rho_star + N * gamma_B * sqrt(T * later_gap_max / (sigma_X * sigma_R)) + 1 / (20 * T**2),
                rho_bar - 1 / (20 * T**2),
            )
        },
    ),
    _along(
        "theorem-3.5.step-12",
        "The closed loops of the iterates have norm at most rho-bar",
        Le(Max(_symbol["later_radius"], rho_star), rho_bar),
        {"rho*": Le(_symbol["later_radius"], _symbol["closed_loop_star"])},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_THEOREM, *_STEP_SIZES, *_PROOF)
