"""Lemma 21 of zhang2022: the normalisers of natural gradient play against the squared gap."""

from __future__ import annotations

from dataclasses import replace

from sympy import Eq, Expr, Ge, Integer, Le, Rational, Rel, log

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS, VISITED
from bounds.zhang2022.natural_ascent import step
from bounds.zhang2022.unregularized import UNCHECKED_STEP
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
M, D, eta, c, gap = (_symbol[name] for name in ("M", "phi_range", "step_size", "c", "nash_gap"))
log_normalizers, normalizer = _symbol["log_normalizers"], _symbol["natural_normalizer"]
largest, concentration = _symbol["largest_advantage_at"], _symbol["concentration_at"]
horizon = 1 - _symbol["discount"]
x_largest = eta * largest / horizon

_SMALL = Le(eta, horizon**2)
_UNIT = (UNIT_REWARDS.property,)
_UNIT_VISITED = (*_UNIT, VISITED.property)


def _largest_squares(factor: Expr, squared: Expr) -> Rel:
    """The last but one line of Lemma 21's proof."""
    return Ge(
        c * eta**2 * _symbol["summed_squares"] / (3 * horizon**2), factor * c * eta**2 / (3 * M * horizon**2) * squared
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "zhang2022.lemma-21.step-1",
        "The gap is at most the largest averaged advantage over 1 - gamma",
        Setting.POLICY,
        relation=Le(gap, _symbol["greatest_advantage"] / horizon),
        kind="tight",
        near_misses={"half": Le(gap, _symbol["greatest_advantage"] / (2 * horizon))},
    ),
    step(
        "lemma-21.step-2",
        "The normaliser from below, greedy actions to second order",
        Ge(normalizer, _symbol["natural_normalizer_below"]),
        {"a twentieth more": Ge(normalizer, _symbol["natural_normalizer_below"] + x_largest**2 * concentration / 20)},
    ),
    step(
        "lemma-21.step-3",
        "The first-order terms sum to 1",
        Eq(_symbol["natural_normalizer_below"], 1 + concentration * x_largest**2 / 2),
        {"without the half": Eq(_symbol["natural_normalizer_below"], 1 + concentration * x_largest**2)},
        kind="identity",
    ),
    step(
        "lemma-21.step-4",
        "The normaliser against c",
        Ge(normalizer, 1 + c * x_largest**2 / 2),
        {"without the half": Ge(normalizer, 1 + c * x_largest**2)},
    ),
    step(
        "lemma-21.step-5",
        "The second-order term is at most 1/2",
        Le(c * x_largest**2 / 2, Rational(1, 2)),
        {"a fiftieth": Le(c * x_largest**2 / 2, Rational(1, 50))},
        given=(_SMALL,),
        assumes=_UNIT,
    ),
    step(
        "lemma-21.step-6",
        "The logarithm of the normaliser",
        Ge(log(normalizer), c * x_largest**2 / 3),
        {"without the third": Ge(log(normalizer), c * x_largest**2)},
        given=(_SMALL,),
        assumes=_UNIT,
    ),
    step(
        "lemma-21.step-7",
        "One state and player out of the sum, with the squares of all advantages",
        _largest_squares(Integer(1), _symbol["greatest_square"]),
        {},
        given=(_SMALL,),
        assumes=_UNIT_VISITED,
        finding=Finding(
            kind="ambiguity",
            summary="The maximum over i, s and a_i is printed before the square of the advantage. The sum on the "
            "left has squares of largest advantages, and a large negative advantage can have a larger square. "
            "Rewards (1, 99/100, 0), one state, discount 0, probabilities (50, 49, 1) / 100: the largest advantage "
            "is 149 / 10^4, the largest square (9851 / 10^4)^2.",
            survives="With the square of the maximum the line is true, and the next line, which compares the maximum "
            "with the gap by Lemma 13, needs no more. Lemma 21 stands.",
            corrected="zhang2022.lemma-21.step-7.corrected",
            counterexample="lemma-21.step-7.json",
        ),
    ),
    step(
        "lemma-21.step-7.corrected",
        "One state and player out of the sum, with the square of the largest advantage",
        _largest_squares(Integer(1), _symbol["greatest_advantage"] ** 2),
        {"twice": _largest_squares(Integer(2), _symbol["greatest_advantage"] ** 2)},
        given=(_SMALL,),
        assumes=_UNIT_VISITED,
        kind="tight",
        corrects="zhang2022.lemma-21.step-7",
    ),
    step(
        "lemma-21",
        "Normalisers against the squared gap",
        Ge(log_normalizers, c * eta**2 / (3 * M) * gap**2),
        {"twice": Ge(log_normalizers, 2 * c * eta**2 / (3 * M) * gap**2)},
        given=(_SMALL,),
        assumes=_UNIT_VISITED,
        finding=replace(UNCHECKED_STEP, corrected="zhang2022.lemma-21.corrected"),
    ),
    step(
        "lemma-21.corrected",
        "Normalisers against the squared gap, under the step size of Theorem 5",
        Ge(log_normalizers, c * eta**2 / (3 * M) * gap**2),
        {"twice": Ge(log_normalizers, 2 * c * eta**2 / (3 * M) * gap**2)},
        given=(Le(D * eta, horizon**2),),
        assumes=(POTENTIAL.property, VISITED.property),
        corrects="zhang2022.lemma-21",
    ),
)
