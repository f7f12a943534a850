"""Lemmas 23 and 24 of zhang2022: natural gradient play with log-barrier stays away from the boundary.

Lemma 24 is proved by induction: if every pi_i(a_i|s) is at least B_i = lambda / (4 X_i), X_i = 1/(1-gamma)^2 +
lambda |A_i| M, then so it is after a step of size at most 1/(15 X_i).  The statements below hold each display of
the induction step under what it has at hand (that bound and that step size).

The display f_i <= 5 X_i loses the factor 1/d(s), which is up to M, of lambda / (d(s) pi_i): with d(s) >= 1/M and
pi_i >= B_i it is at most 4 M X_i.  The induction works for steps of at most 1/(15 M X_i):

* -X_i <= f_i <= 1/(1-gamma)^2 + 4 M X_i <= 5 M X_i, as |Abar_i| <= 1/(1-gamma) and M >= 1; so eta f_i lies in
  [-1/15, 1/3] as before, and Z <= 1 + eta^2 sum_a pi_i f_i^2 <= 10/9.
* f_i has mean 0 under pi_i (Lemma 23), so 0 <= sum_a pi_i (5 M X_i - f_i)(f_i + X_i) gives sum_a pi_i f_i^2 <=
  5 M X_i^2 (not 25 M^2 X_i^2, which would not do), hence Z <= 1 + eta X_i / 3.
* where pi_i >= lambda / (3 X_i), the factor e^(eta f_i) / Z is at least (1 - 1/15) / (10/9) = 21/25 > 3/4.
* where pi_i < lambda / (3 X_i), f_i >= -X_i + lambda / pi_i >= 2 X_i (as d(s) <= 1), and the factor is at least
  (1 + 2 eta X_i) / (1 + eta X_i / 3) >= 1.
"""

from __future__ import annotations

from sympy import Eq, Ge, Le, Rational

from bounds.zhang2022.barrier_terms import KEPT, SAFE, X_i, lost_factor, of_policy, of_run, of_step, symbol
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]

A_i, M, eta, lam = (symbol[name] for name in ("A_i", "M", "step_size", "regularization"))
f, Z, mean_square = (symbol[name] for name in ("barrier_direction", "normalizer", "mean_squared_direction"))
lowest = symbol["run_least_probability_i"]

_floor = lam / (4 * X_i)
_second_order = eta**2 * mean_square

_LEMMA_23 = (
    Claim(
        id="zhang2022.definition-f",
        title="Directions, normalisers and relative changes of regularised natural gradient play",
        setting=Setting.STEP,
        kind="definition",
        latex=r"f_i^{(t)} = \frac{\bar A_i^{(t)}(s, a_i)}{1-\gamma} + \frac{\lambda}{d^{(t)}(s)\pi_i^{(t)}(a_i|s)}"
        r" - \frac{\lambda|\mathcal A_i|}{d^{(t)}(s)},\quad "
        r"Z_t^{i,s} = \sum_{a_i}\pi_i^{(t)}(a_i|s) e^{\eta f_i^{(t)}},"
        r"\quad \Delta_i^{(t)} = \frac{\pi_i^{(t+1)}(a_i|s)}{\pi_i^{(t)}(a_i|s)} - 1",
    ),
    of_policy(
        "lemma-23.part-1",
        "Directions have mean 0",
        Eq(symbol["mean_direction"], 0),
        given=(),
        kind="identity",
        near_misses={"mean lambda": Eq(symbol["mean_direction"], lam)},
    ),
    Claim(
        id="zhang2022.lemma-23.part-2",
        title="Relative changes have mean 0",
        setting=Setting.PAIR,
        relation=Eq(symbol["mean_change"], 0),
        kind="identity",
        near_misses={"absolute changes": Eq(symbol["mean_absolute_changes"], 0)},
    ),
    of_step(
        "lemma-23.part-3",
        "Normalisers are at least 1",
        Ge(Z, 1),
        given=(),
        kind="tight",
        near_misses={"more": Ge(Z, 1 + eta)},
    ),
    of_step(
        "lemma-23.step-1",
        "Normalisers are above their first order",
        Ge(Z, symbol["linear_normalizer"]),
        given=(),
        kind="tight",
        near_misses={"twice": Ge(Z, 2 * symbol["linear_normalizer"])},
    ),
    of_step(
        "lemma-23.step-2",
        "The first order of a normaliser is 1",
        Eq(symbol["linear_normalizer"], 1),
        given=(),
        kind="identity",
        near_misses={"more": Eq(symbol["linear_normalizer"], 1 + eta)},
    ),
)

_upper = Le(f, 5 * X_i)

_LEMMA_24 = (
    of_run(
        "lemma-24",
        "Policies stay away from the boundary",
        Ge(lowest, _floor),
        near_misses={"four times the bound": Ge(lowest, 4 * lam / X_i)},
        finding=Finding(
            kind="proof-gap",
            summary="The proof is by induction, and its induction step is false (zhang2022.lemma-24.induction): the "
            "upper bound of f_i loses a factor 1/d(s). Whether the conclusion holds on every run from the uniform "
            "policy with the printed step size is open: no run was found that breaks it, although Corollary 25 does "
            "fall on such runs.",
            survives=KEPT,
            corrected="zhang2022.lemma-24.corrected",
        ),
    ),
    of_run(
        "lemma-24.corrected",
        "Policies stay away from the boundary, for steps that account for rarely visited states",
        Ge(lowest, _floor),
        given=SAFE,
        uniform_start=False,
        near_misses={"four thirds of the bound": Ge(lowest, lam / (3 * X_i))},
        corrects="zhang2022.lemma-24",
    ),
    of_policy(
        "lemma-24.step-1",
        "The uniform policy meets the bound",
        Ge(1 / A_i, _floor),
        given=(),
        near_misses={"eight times the bound": Ge(1 / A_i, 8 * _floor)},
    ),
    of_policy(
        "lemma-24.step-2",
        "Directions from below",
        Ge(f, -X_i),
        near_misses={"half": Ge(f, -X_i / 2)},
    ),
    of_policy(
        "lemma-24.step-3",
        "Directions from above",
        _upper,
        finding=lost_factor("lemma-24.step-3", "Directions can exceed 5 X_i."),
    ),
    of_policy(
        "lemma-24.step-3.corrected",
        "Directions from above, with the visitation",
        Le(f, 5 * M * X_i),
        near_misses={"without the visitation": _upper, "half": Le(f, 5 * M * X_i / 2)},
        corrects="zhang2022.lemma-24.step-3",
    ),
    of_step(
        "lemma-24.step-4",
        "Exponents from below",
        Ge(eta * f, -Rational(1, 15)),
        near_misses={"half": Ge(eta * f, -Rational(1, 30))},
    ),
    of_step(
        "lemma-24.step-5",
        "Exponents from above",
        Le(eta * f, Rational(1, 3)),
        finding=lost_factor("lemma-24.step-5", "The exponent can exceed 1/3."),
    ),
    of_step(
        "lemma-24.step-5.corrected",
        "Exponents from above, with the corrected step",
        Le(eta * f, Rational(1, 3)),
        given=SAFE,
        near_misses={"half": Le(eta * f, Rational(1, 6))},
        corrects="zhang2022.lemma-24.step-5",
    ),
    of_step(
        "eq-24",
        "Normalisers are below their second order",
        Le(Z, symbol["quadratic_normalizer"]),
        finding=lost_factor("eq-24", "e^x <= 1 + x + x^2 is used for exponents beyond 1.793."),
    ),
    of_step(
        "eq-24.corrected",
        "Normalisers are below their second order, with the corrected step",
        Le(Z, symbol["quadratic_normalizer"]),
        given=SAFE,
        kind="tight",
        near_misses={"less than 1": Le(Z, symbol["quadratic_normalizer"] - eta / 1000)},
        corrects="zhang2022.eq-24",
    ),
    of_step(
        "eq-25",
        "The second order of a normaliser",
        Eq(symbol["quadratic_normalizer"], 1 + _second_order),
        kind="identity",
        near_misses={"half the square": Eq(symbol["quadratic_normalizer"], 1 + _second_order / 2)},
    ),
    of_step(
        "lemma-24.step-6",
        "The second order is at most 10/9",
        Le(1 + _second_order, Rational(10, 9)),
        finding=lost_factor("lemma-24.step-6", "The second order can exceed 10/9."),
    ),
    of_step(
        "lemma-24.step-6.corrected",
        "The second order is at most 10/9, with the corrected step",
        Le(1 + _second_order, Rational(10, 9)),
        given=SAFE,
        near_misses={"a two hundredth above 1": Le(1 + _second_order, Rational(201, 200))},
        corrects="zhang2022.lemma-24.step-6",
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA_23, *_LEMMA_24)
