"""Inequalities in one real variable that the proofs of zhang2022 use, on the intervals where they use them.

They are proved on the whole interval by `mpgcert.claims.scalar_proofs`.  Comparisons of numbers have an interval of
one point.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Abs, Eq, Expr, Ge, Le, Rational, exp, log

from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

x = VOCABULARY["x"].symbol

Interval = tuple[Fraction, Fraction]
_ONE_EACH_WAY: Interval = (Fraction(-1), Fraction(1))
_EXPONENTS: Interval = (Fraction(-1, 15), Fraction(1, 3))  # eta f of Corollary 25
_CHANGES: Interval = (Fraction(-1, 5), Fraction(1, 2))  # Delta of Corollary 25
_STEPS: Interval = (Fraction(0), Fraction(1, 15))  # eta ((1 - gamma)^-2 + lambda |A_i| M) of Lemma 24
_POINT: Interval = (Fraction(0), Fraction(0))


def _fact(label: str, title: str, relation: Any, left: Expr, right: Expr, interval: Interval, **misses: Expr) -> Claim:
    """A relation between two expressions; a near miss has another right side."""
    return Claim(
        f"zhang2022.{label}",
        title,
        Setting.SCALAR,
        relation=relation(left, right, evaluate=False),
        interval=interval,
        near_misses={name.replace("_", " "): relation(left, other, evaluate=False) for name, other in misses.items()},
    )


def _number(label: str, title: str, relation: Any, left: Expr, right: Expr, **misses: Expr) -> Claim:
    return _fact(label, title, relation, left, right, _POINT, **misses)


def _q(numerator: int, denominator: int = 1) -> Rational:
    return Rational(numerator, denominator)


CLAIMS: tuple[Claim, ...] = (
    _fact(
        "lemma-14.elementary-1",
        "Half of the first-order term is left",
        Ge,
        x - x**2 / 2,
        x / 2,
        (Fraction(0), Fraction(1)),
        three_fifths=3 * x / 5,
    ),
    _number(
        "lemma-19.elementary-1",
        "What is left of a quarter",
        Ge,
        _q(1, 4) - _q(1, 16) - _q(1, 16),
        _q(1, 8),
        a_seventh=_q(1, 7),
    ),
    _fact(
        "theorem-4.elementary-1",
        "exp to second order, with a quarter",
        Ge,
        exp(x),
        1 + x + x**2 / 4,
        _ONE_EACH_WAY,
        half=1 + x + x**2 / 2,
        two_fifths=1 + x + 2 * x**2 / 5,
    ),
    _fact("lemma-21.elementary-1", "exp to first order", Ge, exp(x), 1 + x, _ONE_EACH_WAY, steeper=1 + 11 * x / 10),
    _fact(
        "lemma-21.elementary-2",
        "exp to second order, for positive arguments",
        Ge,
        exp(x),
        1 + x + x**2 / 2,
        (Fraction(0), Fraction(1)),
        three_quarters=1 + x + 3 * x**2 / 4,
    ),
    _fact(
        "lemma-21.elementary-3",
        "log from below, with two thirds",
        Ge,
        log(1 + x),
        2 * x / 3,
        (Fraction(0), Fraction(1, 2)),
        five_sixths=5 * x / 6,
    ),
    _fact(
        "lemma-24.elementary-1",
        "exp from above",
        Le,
        exp(x),
        1 + x + x**2,
        _EXPONENTS,
        half=1 + x + x**2 / 2,
    ),
    _fact(
        "lemma-24.elementary-2", "The square is at most 1/9", Le, 1 + x**2, _q(10, 9), _EXPONENTS, a_tenth=_q(11, 10)
    ),
    _fact(
        "lemma-24.elementary-3",
        "The least factor of a probability",
        Ge,
        (1 + x) * _q(9, 10),
        _q(21, 25),
        _EXPONENTS,
        more=_q(22, 25),
    ),
    _number("lemma-24.elementary-4", "A third of 21/25", Ge, _q(21, 25) * _q(1, 3), _q(1, 4), two_sevenths=_q(2, 7)),
    _fact(
        "lemma-24.elementary-5",
        "Square against step",
        Le,
        25 * x**2,
        5 * x / 3,
        _STEPS,
        three_halves=3 * x / 2,
    ),
    _fact(
        "lemma-24.elementary-6",
        "Growth beats the normaliser",
        Ge,
        (1 + 2 * x) / (1 + 5 * x / 3),
        1 + 0 * x,
        _STEPS,
        by_a_third=1 + x / 3,
    ),
    _number("corollary-25.elementary-1", "21/25 is at least 4/5", Ge, _q(21, 25), _q(4, 5), six_sevenths=_q(6, 7)),
    _number("corollary-25.elementary-2", "exp(1/3)", Le, exp(_q(1, 3)), _q(3, 2), four_thirds=_q(4, 3)),
    _fact(
        "lemma-26.elementary-1",
        "x and log(1 + x) have the same sign",
        Eq,
        x * log(1 + x),
        Abs(x) * Abs(log(1 + x)),
        _CHANGES,
        half=Abs(x) * Abs(log(1 + x)) / 2,
    ),
    _fact(
        "lemma-26.elementary-2",
        "log against its argument",
        Ge,
        Abs(log(1 + x)),
        Abs(x) / 2,
        _CHANGES,
        nine_tenths=9 * Abs(x) / 10,
    ),
    _fact(
        "lemma-26.elementary-3",
        "log to second order",
        Ge,
        log(1 + x) - x,
        -(x**2),
        _CHANGES,
        half=-(x**2) / 2,
    ),
    _fact(
        "lemma-27.elementary-1",
        "exp(x) - 1 against x",
        Ge,
        Abs(exp(x) - 1),
        Abs(x) / 2,
        _ONE_EACH_WAY,
        seven_tenths=7 * Abs(x) / 10,
    ),
    _fact(
        "lemma-27.elementary-2",
        "A quarter less the square",
        Ge,
        x * (_q(1, 4) - x),
        x * (_q(1, 4) - _q(1, 9)),
        (Fraction(0), Fraction(1, 9)),
        a_tenth=x * (_q(1, 4) - _q(1, 10)),
    ),
    _number(
        "lemma-27.elementary-3",
        "The constant of Lemma 27",
        Ge,
        _q(9, 10) ** 2 * (_q(1, 4) - _q(1, 9)),
        _q(1, 9),
        an_eighth=_q(1, 8),
    ),
    _fact(
        "lemma-28.elementary-1",
        "Square of a sum against four times the product",
        Ge,
        (x + 1) ** 2,
        4 * x,
        (Fraction(-100), Fraction(100)),
        more=41 * x / 10,
    ),
)
