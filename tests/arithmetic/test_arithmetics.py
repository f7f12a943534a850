import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray, PrimeField
from mpgcert.errors import SingularMatrix

entries = st.fractions(min_value=-20, max_value=20, max_denominator=30)


def matrices(size):
    return st.lists(entries, min_size=size * size, max_size=size * size)


def by_cramer(matrix, right):
    """Gaussian elimination over Fractions; None if singular."""
    rows = [[*row, value] for row, value in zip(matrix, right)]
    size = len(rows)
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for r in range(size):
            if r != k and rows[r][k]:
                factor = rows[r][k] / rows[k][k]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[k])]
    return [rows[k][size] / rows[k][k] for k in range(size)]


@given(st.integers(1, 4), st.data())
def test_linear_systems_in_every_arithmetic(size, data):
    flat = data.draw(matrices(size))
    right = data.draw(st.lists(entries, min_size=size, max_size=size))
    matrix = [flat[k * size : (k + 1) * size] for k in range(size)]
    solution = by_cramer(matrix, right)
    A, b = ExactArray.of_fractions(flat, (size, size)), ExactArray.of_fractions(right)
    if solution is None:
        for arithmetic in (EXACT, Ball(64)):
            with pytest.raises(SingularMatrix):
                arithmetic.solve(arithmetic.array(A), arithmetic.array(b))
        return
    exact = EXACT.solve(EXACT.array(A), EXACT.array(b))
    assert [EXACT.enclosure(x)[0] for x in exact] == solution
    ball = Ball(256)
    with ball.context():
        for value, expected in zip(ball.solve(ball.array(A), ball.array(b)), solution):
            low, high = ball.enclosure(value)
            assert low <= expected <= high
            assert high - low < Fraction(1, 2**100)
    field = PrimeField.draw(random.Random(size))
    modular = field.solve(field.array(A), field.array(b))
    assert all(value == field.number(expected) for value, expected in zip(modular, solution))


@given(entries, entries)
def test_decisions_are_certain_or_none(a, b):
    for arithmetic in (EXACT, Ball(64)):
        with arithmetic.context():
            x, y = arithmetic.number(a), arithmetic.number(b)
            answer = arithmetic.at_most(x, y)
            assert answer is None or answer == (a <= b)
            assert arithmetic.sign(x) in (None, (a > 0) - (a < 0))
            low, high = arithmetic.enclosure(arithmetic.maximum(np.array([x, y], dtype=object)))
            assert low <= max(a, b) <= high
    assert EXACT.at_most(EXACT.number(a), EXACT.number(b)) is not None


@given(entries.filter(lambda x: x > 0 and x != 1))
def test_irrational_functions_are_enclosed_or_refused(x):
    ball = Ball(64)
    with ball.context():
        value = ball.number(x)
        root_low, root_high = ball.enclosure(ball.sqrt(value))
        assert root_low**2 <= x <= root_high**2
        low, high = ball.enclosure(ball.log(ball.exp(value)))
        assert low <= x <= high
    for function in (EXACT.exp, EXACT.log):
        with pytest.raises(TypeError):
            function(EXACT.number(x))
    assert EXACT.enclosure(EXACT.sqrt(EXACT.number(x * x)))[0] == x


def test_balls_do_not_guess():
    ball = Ball(64)
    with ball.context():
        two = ball.sqrt(ball.number(2)) ** 2
        assert ball.at_most(two, ball.number(2)) is None
        assert ball.sign(two - 2) is None
        wide = ball.between(Fraction(0), Fraction(1))
        low, high = ball.enclosure(wide)
        assert low <= 0
        assert high >= 1
    assert FLOAT.between(Fraction(0), Fraction(1)) == 0.5
    with pytest.raises(TypeError):
        EXACT.between(Fraction(0), Fraction(1))


def test_exact_refuses_floats():
    with pytest.raises(TypeError):
        EXACT.number(1) + 0.1


def test_precision_is_restored_after_use():
    import flint

    before = flint.ctx.prec
    with Ball(300).context():
        assert flint.ctx.prec == 300
    assert flint.ctx.prec == before

    def fail():
        with Ball(300).context():
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert flint.ctx.prec == before


def test_prime_fields_are_random_and_refuse_their_own_prime():
    first, second = PrimeField.draw(random.Random(1)), PrimeField.draw(random.Random(2))
    assert first.prime != second.prime
    assert PrimeField.draw(random.Random(1)) == first
    with pytest.raises(SingularMatrix):
        first.number(Fraction(1, first.prime))


@given(entries.filter(lambda x: x > 0), entries.filter(lambda x: x > 0), st.sampled_from([-3, -2, -1, 1, 2, 3]))
def test_powers_of_wide_balls_are_as_narrow_as_their_ends(a, b, exponent):
    ball = Ball(128)
    low, high = min(a, b), max(a, b)
    with ball.context():
        found = ball.enclosure(ball.power(ball.between(low, high), exponent))
    expected = sorted((low**exponent, high**exponent))
    assert found[0] <= expected[0]
    assert expected[1] <= found[1]
    assert found[0] > 0
    assert EXACT.enclosure(EXACT.power(EXACT.number(a), exponent))[0] == a**exponent
    assert FLOAT.power(float(a), exponent) == pytest.approx(float(a) ** exponent)
