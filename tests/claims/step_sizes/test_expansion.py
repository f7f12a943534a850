"""Expansions at infinity: the remainder bound at counts of the tail, leading terms against sympy's limits."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.claims.step_sizes.constants import Beyond, enclosed, sign_of
from mpgcert.claims.step_sizes.evaluation import BALLS, ball, evaluate
from mpgcert.claims.step_sizes.expansion import Expander, Lost
from mpgcert.claims.step_sizes.expression import elasticity, log_of
from mpgcert.claims.step_sizes.growth import growth
from mpgcert.claims.step_sizes.monomials import NotYet, Tail
from mpgcert.claims.step_sizes.parser import parse

SOURCES = st.recursive(
    st.sampled_from(["n", "(n+3)", "2", "(1/3)", "log(n)", "log(log(n))", "n^-0.6", "(1/n)"]),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*/"), part).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(part, st.sampled_from(["-1", "2", "-0.5", "(1/3)"])).map(lambda t: f"({t[0]})^{t[1]}"),
        part.map(lambda t: f"log(1 + ({t})^2)"),
        part.map(lambda t: f"exp(1/(1 + ({t})^2))"),
        st.tuples(part, part).map(lambda t: f"min({t[0]}, {t[1]})"),
    ),
    max_leaves=5,
)


def monomial_at(monomial, n):
    levels = [BALLS.number(n)]
    for _ in monomial:
        levels.append(BALLS.log(levels[-1]))
    return BALLS.exp(sum(enclosed(e) * levels[k + 1] for k, e in enumerate(monomial)))


@settings(max_examples=80)
@given(SOURCES, st.sampled_from([3, 6]))
def test_the_remainder_is_a_bound_on_the_tail(source, order):
    if source.count("min") > 4:
        return
    try:
        of = parse(source)
        with BALLS.context():
            found = Expander(Tail(1000), order).expand(of)
    except (Beyond, NotYet, Lost, ValueError):
        return
    with BALLS.context():
        for n in (1000, 12345, 10**9, 10**40):
            exact = ball(evaluate(of, Fraction(n)))
            error = exact - sum(enclosed(factor) * monomial_at(part, n) for part, factor in found.terms)
            bound = BALLS.number(0) if found.rest is None else found.rest[1] * monomial_at(found.rest[0], n)
            assert not abs(error) > bound


@pytest.mark.parametrize(
    ("source", "factor", "exponents"),
    [
        ("1/n - 1/(n+1)", "1", "-2 0 0 0"),
        ("sqrt(n+1) - sqrt(n)", "1/2", "-1/2 0 0 0"),
        ("log(n+1) - log(n) - 1/n + 1/(2*n^2)", "1/3", "-3 0 0 0"),
        ("1 - exp(-1/n)", "1", "-1 0 0 0"),
        ("log(log(n+20))/n^(1/3)", "1", "-1/3 0 1 0"),
        ("(1+1/n)^n/n", "E", "-1 0 0 0"),
        ("exp(-2*log(n)+3*log(log(n)))", "1", "-2 3 0 0"),
        ("n^(1/log(n+1))", "E", "0 0 0 0"),
        ("log(2*n^3)/sqrt(2)", "3/sqrt(2)", "0 1 0 0"),
        ("log(8)*n - 3*log(2)*n + 1", "1", "0 0 0 0"),
        ("sqrt(2)*sqrt(8)*n - 4*n + 1/log(n)", "1", "0 -1 0 0"),
        ("min(n^-0.5, 3*n^-0.6)", "3", "-3/5 0 0 0"),
        ("max(log(n), n^0.01)", "1", "1/100 0 0 0"),
    ],
)
def test_leading_terms(source, factor, exponents):
    found = growth(parse(source))
    assert sympy.simplify(found.factor - sympy.sympify(factor)) == 0
    assert list(found.exponents) == [sympy.Rational(e) for e in exponents.split()]


@pytest.mark.parametrize(
    "source", ["n^-0.6*log(n+1)", "n/(n^2+10)", "exp(-sqrt(n))/n", "(1+1/n)^n", "log(log(n+9))^-2"]
)
def test_elasticity_and_logarithm_against_sympy(source):
    n = sympy.Symbol("n", positive=True)
    f = sympy.sympify(source.replace("^", "**"), locals={"n": n})
    for ours, theirs in ((elasticity, n * f.diff(n) / f), (log_of, sympy.log(f))):
        for at in (2, 5, 30):
            value = float(ball(evaluate(ours(parse(source)), Fraction(at))).mid())
            assert value == pytest.approx(float(theirs.subs(n, at)), rel=1e-12)


def test_signs_of_constants_are_certain():
    root = sympy.sqrt(2)
    assert sign_of(root - sympy.Rational("1.41421356237309504880")) == 1
    assert sign_of(root * root - 2) == 0
    assert sign_of(sympy.log(8) - 3 * sympy.log(2)) == 0
    with pytest.raises(Beyond, match="not known"):
        sign_of(sympy.sqrt(2) + sympy.sqrt(3) - sympy.sqrt(5 + 2 * sympy.sqrt(6)))
