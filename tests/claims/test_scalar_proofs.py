"""Scalar inequalities: proofs that can be re-checked, refutations with a point, and no claim without either."""

import itertools
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Eq, Ge, Le, Rational, exp, log

from mpgcert.claims.scalar_proofs import prove, simplest_between

x = sympy.Symbol("x", real=True)
HALF = Fraction(1, 2)

TRUE = [
    (Ge(exp(x), 1 + x), (-3, 3)),
    (Ge(exp(x), 1 + x + x**2 / 4), (-1, 1)),
    (Le(exp(x), 1 + x + x**2), (Fraction(-1, 15), Fraction(1, 3))),
    (Ge(log(1 + x), 2 * x / 3), (0, HALF)),
    (Ge(Abs(exp(x) - 1), Abs(x) / 2), (-1, 1)),
    (Ge(Abs(log(1 + x)), Abs(x) / 2), (Fraction(-1, 5), HALF)),
    (Ge(log(1 + x) - x, -(x**2)), (Fraction(-1, 5), HALF)),
    (Ge(exp(x), 1 + x + x**2 / 2), (0, 2)),
    (Ge(Rational(9, 10) ** 2 * (Rational(1, 4) - Rational(1, 9)), Rational(1, 9), evaluate=False), (0, 0)),
    (Eq((1 + x) ** 2, 1 + 2 * x + x**2), (-2, 2)),
    (Ge(x**2, 0, evaluate=False), (-1, 1)),
    (Le(x**3, 0), (-1, 0)),
]
FALSE = [
    (Ge(exp(x), 1 + x + x**2 / 4), (-4, 1)),
    (Ge(exp(x), 1 + x + x**2 / 2), (-1, 1)),
    (Le(exp(x), 1 + x + x**2), (0, 2)),
    (Ge(log(1 + x), 2 * x / 3), (0, 2)),
    (Ge(Abs(exp(x) - 1), Abs(x) * Rational(9, 10)), (-1, 1)),
    (Eq(exp(x), 1 + x), (0, 1)),
]


def as_fractions(interval):
    return Fraction(interval[0]), Fraction(interval[1])


@pytest.mark.parametrize(("relation", "interval"), TRUE, ids=str)
def test_true_inequalities_are_proved_on_the_whole_interval(relation, interval):
    proof = prove(relation, as_fractions(interval))
    assert proof.verdict == "proved"
    if isinstance(relation, sympy.Eq) or not proof.pieces:
        return
    ends = [piece.interval for piece in proof.pieces]
    assert (ends[0][0], ends[-1][1]) == as_fractions(interval)
    assert all(left[1] == right[0] for left, right in itertools.pairwise(ends))
    assert all(piece.bound >= 0 for piece in proof.pieces)


@pytest.mark.parametrize(("relation", "interval"), FALSE, ids=str)
def test_false_inequalities_are_refuted_at_a_point(relation, interval):
    proof = prove(relation, as_fractions(interval))
    assert proof.verdict == "falsified"
    low, high = as_fractions(interval)
    assert low <= proof.witness <= high
    at = relation.subs(x, Rational(proof.witness.numerator, proof.witness.denominator))
    assert not bool(at)


def test_what_needs_more_is_undecided():
    # touches 0 at the irrational point sqrt(2), where no rational centre serves
    assert prove(Ge((x**2 - 2) ** 2, 0, evaluate=False), as_fractions((1, 2))).verdict == "undecided"
    assert prove(Ge((x**3 - 2) * (x**3 - 2), 0, evaluate=False), as_fractions((1, 2))).verdict == "undecided"


@given(st.fractions(-5, 5), st.fractions(-5, 5))
def test_simplest_rational(a, b):
    low, high = min(a, b), max(a, b)
    found = simplest_between(low, high)
    assert low <= found <= high
    for denominator in range(1, min(found.denominator, 50)):
        assert -(-low * denominator // 1) > high * denominator // 1  # none with a smaller denominator


def test_a_strict_inequality_needs_more_than_its_weak_form():
    """x^2 >= 0 everywhere, and x^2 > 0 except at 0."""
    interval = (Fraction(-1), Fraction(1))
    assert prove(sympy.Ge(x**2, 0, evaluate=False), interval).verdict == "proved"
    strict = prove(sympy.Gt(x**2, 0, evaluate=False), interval)
    assert strict.verdict == "falsified"
    assert strict.witness == 0
    assert prove(sympy.Gt(x**2 + 1, 0, evaluate=False), interval).verdict == "proved"
    assert prove(sympy.Lt(-(x**2), 0, evaluate=False), (Fraction(1), Fraction(2))).verdict == "proved"
