"""Formulas have one value in every arithmetic, and their LaTeX names every symbol."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.claims.formula import evaluate, evaluate_exactly, latex
from mpgcert.claims.statements import constants, run_claims, theorems
from mpgcert.claims.symbols import VOCABULARY

FORMULAS = [
    formula
    for theorem in theorems()
    for formula in (theorem.step_size, theorem.regularization, theorem.iterations)
    if formula is not None
] + [constant.formula for constant in constants()]

positive = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=60)


DISCOUNT = st.fractions(min_value=0, max_value=Fraction(99, 100), max_denominator=100)
COUNTS = ("n", "S", "A_max", "A_i", "steps")
COUNT = st.integers(1, 9).map(Fraction)


def draw_values(data, formula):
    kinds = {"discount": DISCOUNT, **dict.fromkeys(COUNTS, COUNT)}
    names = sorted(symbol.name for symbol in formula.free_symbols)
    return {name: data.draw(kinds.get(name, positive), label=name) for name in names}


@given(st.data(), st.sampled_from(FORMULAS))
def test_ball_encloses_exact_and_float_is_close(data, formula):
    values = draw_values(data, formula)
    exact = evaluate_exactly(formula, values)
    substituted = formula.subs(
        {s: sympy.Rational(values[s.name].numerator, values[s.name].denominator) for s in formula.free_symbols}
    )
    assert exact == Fraction(int(substituted.p), int(substituted.q))
    if formula.has(sympy.ceiling):
        return
    ball = Ball(64)
    low, high = ball.enclosure(evaluate(formula, {k: ball.number(v) for k, v in values.items()}, ball))
    assert low <= exact <= high
    assert evaluate(formula, {k: FLOAT.number(v) for k, v in values.items()}, FLOAT) == pytest.approx(float(exact))


def test_a_tenth_is_a_tenth():
    tenth = sympy.Rational(1, 10) * VOCABULARY["M"].symbol
    low, high = Ball(64).enclosure(evaluate(tenth, {"M": Ball(64).number(1)}, Ball(64)))
    assert low <= Fraction(1, 10) <= high
    assert evaluate_exactly(tenth, {"M": 1}) == Fraction(1, 10)


def test_square_roots_are_enclosed_and_refused_by_exact():
    root = sympy.sqrt(VOCABULARY["A_i"].symbol)
    low, high = Ball(64).enclosure(evaluate(root, {"A_i": Ball(64).number(2)}, Ball(64)))
    assert low**2 <= 2 <= high**2
    with pytest.raises(TypeError):
        evaluate(root, {"A_i": EXACT.number(2)}, EXACT)


def test_division_by_what_may_be_zero_is_refused():
    inverse = 1 / VOCABULARY["M"].symbol
    with pytest.raises(ZeroDivisionError):
        evaluate_exactly(inverse, {"M": 0})


def test_latex_speaks_the_vocabulary():
    texts = [latex(formula) for formula in FORMULAS] + [latex(claim.relation) for claim in run_claims()]
    for name in VOCABULARY:
        if "_" in name and name not in ("D_inf", "A_i"):
            assert not any(name in text for text in texts)
