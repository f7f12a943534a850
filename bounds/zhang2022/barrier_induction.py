"""The second half of the induction step of Lemma 24 of zhang2022.

See `barrier_steps` for what is wrong with the printed induction step and how it is repaired.
"""

from __future__ import annotations

from sympy import Ge, Le, Lt, Rational

from bounds.zhang2022.barrier_terms import FLOOR_I, SAFE, STATED, X_i, lost_factor, of_policy, of_step, symbol
from mpgcert.claims.claim import Claim

__all__ = ["CLAIMS"]

M, eta, lam = (symbol[name] for name in ("M", "step_size", "regularization"))
f, probability, Z = (symbol[name] for name in ("barrier_direction", "probability", "normalizer"))
mean_square, factor, change = (symbol[name] for name in ("mean_squared_direction", "step_factor", "relative_change"))
following = symbol["next_probability"]

_floor, _middle = lam / (4 * X_i), lam / (3 * X_i)
_mostly, _rarely = Ge(probability, _middle), Lt(probability, _middle)
_second_order = eta**2 * mean_square
_ratio = (1 + 2 * eta * X_i) / (1 + Rational(5, 3) * eta * X_i)
_better_ratio = (1 + 2 * eta * X_i) / (1 + eta * X_i / 3)

CLAIMS: tuple[Claim, ...] = (
    of_step(
        "lemma-24.step-7",
        "The factor of a step is above its first order (both sides times the normaliser)",
        Ge(factor, 1 + eta * f),
        kind="tight",
        near_misses={"twice the slope": Ge(factor, 1 + 2 * eta * f)},
    ),
    of_step(
        "lemma-24.step-8",
        "The relative first order is at least 21/25",
        Ge((1 + eta * f) / Z, Rational(21, 25)),
        finding=lost_factor("lemma-24.step-8", "The normaliser can be so large that this ratio is near 0."),
    ),
    of_step(
        "lemma-24.step-8.corrected",
        "The relative first order is at least 21/25, with the corrected step",
        Ge((1 + eta * f) / Z, Rational(21, 25)),
        given=SAFE,
        near_misses={"at least 1": Ge((1 + eta * f) / Z, 1)},
        corrects="zhang2022.lemma-24.step-8",
    ),
    of_step(
        "lemma-24.step-9",
        "Likely actions stay likely",
        Ge(following, Rational(21, 25) * _middle),
        given=(*STATED, _mostly),
        finding=lost_factor("lemma-24.step-9", "A single action with a large exponent takes the mass of all others."),
    ),
    of_step(
        "lemma-24.step-9.corrected",
        "Likely actions stay likely, with the corrected step",
        Ge(following, Rational(21, 25) * _middle),
        given=(*SAFE, _mostly),
        near_misses={"twice": Ge(following, 2 * _middle)},
        corrects="zhang2022.lemma-24.step-9",
    ),
    of_policy(
        "lemma-24.step-10",
        "21/25 of a third is more than a quarter",
        Ge(Rational(21, 25) * _middle, _floor),
        near_misses={"two thirds of a third": Ge(Rational(2, 3) * _middle, _floor)},
    ),
    of_policy(
        "lemma-24.step-11",
        "Unlikely actions have a large direction",
        Ge(f, 2 * X_i),
        given=(FLOOR_I, _rarely),
        near_misses={"three": Ge(f, 3 * X_i)},
    ),
    of_step(
        "lemma-24.step-12",
        "Normalisers through the mean square",
        Le(Z, 1 + _second_order),
        finding=lost_factor("lemma-24.step-12", "This joins (24) and (25), and falls with (24)."),
    ),
    of_step(
        "lemma-24.step-12.corrected",
        "Normalisers through the mean square, with the corrected step",
        Le(Z, 1 + _second_order),
        given=SAFE,
        kind="tight",
        near_misses={"a third of the square": Le(Z, 1 + _second_order / 3)},
        corrects="zhang2022.lemma-24.step-12",
    ),
    of_policy(
        "lemma-24.step-13",
        "Mean square of the directions",
        Le(mean_square, 25 * X_i**2),
        finding=lost_factor("lemma-24.step-13", "The mean square of the directions grows with M."),
    ),
    of_policy(
        "lemma-24.step-13.corrected",
        "Mean square of the directions, from both their bounds and their mean 0",
        Le(mean_square, 5 * M * X_i**2),
        near_misses={"without M": Le(mean_square, 25 * X_i**2), "a tenth": Le(mean_square, M * X_i**2 / 2)},
        corrects="zhang2022.lemma-24.step-13",
    ),
    of_step(
        "lemma-24.step-14",
        "One step size less",
        Le(1 + 25 * eta**2 * X_i**2, 1 + Rational(5, 3) * eta * X_i),
        kind="tight",
        near_misses={"one and a half": Le(1 + 25 * eta**2 * X_i**2, 1 + Rational(3, 2) * eta * X_i)},
    ),
    of_step(
        "lemma-24.step-15",
        "Unlikely actions gain",
        Ge(1 + change, _ratio),
        given=(*STATED, _rarely),
        finding=lost_factor("lemma-24.step-15", "Of two unlikely actions the less likely one takes the other's mass."),
    ),
    of_step(
        "lemma-24.step-15.corrected",
        "Unlikely actions gain, with the corrected step",
        Ge(1 + change, _better_ratio),
        given=(*SAFE, _rarely),
        near_misses={"at least by a tenth": Ge(1 + change, Rational(11, 10))},
        corrects="zhang2022.lemma-24.step-15",
    ),
    of_step(
        "lemma-24.step-16",
        "Gaining means at least keeping",
        Ge(_ratio, 1),
        near_misses={"twice the normaliser": Ge((1 + 2 * eta * X_i) / (1 + 3 * eta * X_i), 1)},
    ),
    of_step(
        "lemma-24.induction",
        "The induction step: the bound is kept by a step",
        Ge(following, _floor),
        finding=lost_factor(
            "lemma-24.induction",
            "From a policy that meets the bound one step of the printed size can leave it.",
        ),
    ),
    of_step(
        "lemma-24.induction.corrected",
        "The bound is kept by a corrected step",
        Ge(following, _floor),
        given=SAFE,
        near_misses={"four thirds of the bound": Ge(following, _middle)},
        corrects="zhang2022.lemma-24.induction",
    ),
)
