"""Against spectra known by construction, exact root counts, numpy, and the definitions themselves."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import (
    EXACT,
    FLOAT,
    Ball,
    ExactArray,
    PrimeField,
    least_singular_value,
    operator_norm_of_difference,
    spectral_norm,
    squared_spectral_norm,
    symmetric_eigenvalue_range,
)
from mpgcert.arithmetic.complex_eigenvalues import complex_eigenvalues
from mpgcert.arithmetic.eigenvalues import symmetric_eigenvalues
from mpgcert.errors import Irrational, SingularMatrix

entries = st.fractions(min_value=-9, max_value=9, max_denominator=12)
precisions = st.sampled_from([64, 128, 300, 1200])


@st.composite
def matrices(draw, rows=None, columns=None, most=4):
    m, k = rows or draw(st.integers(1, most)), columns or draw(st.integers(1, most))
    return np.array(draw(st.lists(entries, min_size=m * k, max_size=m * k)), dtype=object).reshape(m, k)


@st.composite
def reflections(draw, size):
    """Rational orthogonal matrices I - 2 v v' / v'v."""
    v = np.array(draw(st.lists(st.integers(-5, 5), min_size=size, max_size=size).filter(any)), dtype=object)
    return np.eye(size, dtype=object) * Fraction(1) - np.outer(v, v) * Fraction(2, int(v @ v))


@st.composite
def known_spectra(draw, most=6):
    """A symmetric rational matrix and its eigenvalues: simple, multiple, or closer than doubles can tell."""
    size = draw(st.integers(1, most))
    values = draw(st.lists(st.integers(-4, 4).map(Fraction), min_size=size, max_size=size))
    gaps = draw(st.lists(st.sampled_from([Fraction(0), Fraction(1, 10**25)]), min_size=size, max_size=size))
    values = [value + gap for value, gap in zip(values, gaps)]
    Q = draw(reflections(size)) @ draw(reflections(size))
    return Q @ np.diag(np.array(values, dtype=object)) @ Q.T, sorted(values)


def lift(arithmetic, matrix):
    return arithmetic.array(ExactArray.of_fractions(matrix))


def contains(ball, value, exact):
    low, high = ball.enclosure(value)
    return low <= exact <= high


def width(ball, value):
    low, high = ball.enclosure(value)
    return high - low


def characteristic_polynomial(matrix):
    """Faddeev and LeVerrier, leading coefficient first."""
    size = len(matrix)
    identity, M, coefficients = np.eye(size, dtype=object) * Fraction(1), 0, [Fraction(1)]
    for k in range(1, size + 1):
        M = matrix @ M + coefficients[-1] * identity if k > 1 else identity
        coefficients.append(-Fraction((matrix @ M).trace()) / k)
    return coefficients


def roots_above(coefficients, x):
    """How many roots of a polynomial with real roots only exceed x: sign changes of p(x + y)."""
    shifted = list(coefficients)
    for k in range(len(shifted) - 1, 0, -1):
        for j in range(1, k + 1):
            shifted[j] += x * shifted[j - 1]
    signs = [c > 0 for c in shifted if c]
    return sum(a != b for a, b in itertools.pairwise(signs))


@given(matrices(), precisions)
def test_eigenvalues_are_where_exact_root_counts_say(matrix, bits):
    S, ball = matrix @ matrix.T - matrix[:1, :1] * np.eye(len(matrix), dtype=object), Ball(bits)
    polynomial = characteristic_polynomial(S)
    for k, value in enumerate(symmetric_eigenvalues(ball, lift(ball, S))):
        low, high = ball.enclosure(value)
        tiny = Fraction(1, 10**500)
        assert roots_above(polynomial, high) <= len(S) - 1 - k
        assert roots_above(polynomial, low - tiny) >= len(S) - k
        assert high - low <= Fraction(1, 2 ** (bits - 40))


@given(known_spectra(), precisions)
def test_known_spectra_multiple_or_clustered(known, bits):
    S, values = known
    ball = Ball(bits)
    enclosed = symmetric_eigenvalues(ball, lift(ball, S))
    assert all(contains(ball, x, value) for x, value in zip(enclosed, values, strict=True))
    assert all(width(ball, x) < Fraction(1, 2 ** (bits - 20)) for x in enclosed)
    exact = symmetric_eigenvalue_range(EXACT, lift(EXACT, S))
    assert [EXACT.enclosure(x)[0] for x in exact] == [values[0], values[-1]]
    norm = max(abs(value) for value in values)
    assert EXACT.enclosure(spectral_norm(EXACT, lift(EXACT, S)))[0] == norm
    assert contains(ball, spectral_norm(ball, lift(ball, S), symmetric=True), norm)
    least = min(abs(value) for value in values)
    assert EXACT.enclosure(least_singular_value(EXACT, lift(EXACT, S)))[0] == least
    assert contains(ball, least_singular_value(ball, lift(ball, S), symmetric=True), least)


@given(known_spectra(), st.data())
def test_radii_of_the_entries_are_kept(known, data):
    """Balls around a matrix that is off by up to 2^-30 in each entry enclose the spectrum of the true one."""
    S, values = known
    ball, reach = Ball(128), Fraction(1, 2**30)
    off = [reach * data.draw(st.integers(-8, 8)) / 8 for _ in range(S.size)]
    moved = np.array([ball.between(x + e - reach, x + e + reach) for x, e in zip(S.ravel(), off)]).reshape(S.shape)
    enclosed = symmetric_eigenvalues(ball, moved)
    assert all(contains(ball, x, value) for x, value in zip(enclosed, values, strict=True))
    assert all(width(ball, x) <= 4 * len(S) ** 2 * reach for x in enclosed)
    assert contains(ball, spectral_norm(ball, moved), max(abs(value) for value in values))


@given(st.integers(1, 4), st.data(), precisions)
def test_singular_values_of_matrices_that_are_not_symmetric(size, data, bits):
    values = [Fraction(x) for x in data.draw(st.lists(st.integers(0, 5), min_size=size, max_size=size))]
    M = data.draw(reflections(size)) @ np.diag(np.array(values, dtype=object)) @ data.draw(reflections(size))
    ball = Ball(bits)
    assert EXACT.enclosure(spectral_norm(EXACT, lift(EXACT, M)))[0] == max(values)
    assert EXACT.enclosure(least_singular_value(EXACT, lift(EXACT, M)))[0] == min(values)
    assert contains(ball, spectral_norm(ball, lift(ball, M)), max(values))
    assert contains(ball, least_singular_value(ball, lift(ball, M)), min(values))
    assert least_singular_value(FLOAT, M.astype(float)) == pytest.approx(float(min(values)), abs=1e-12)


@given(matrices(), precisions)
def test_norms_in_all_arithmetics_agree(matrix, bits):
    expected, ball = np.linalg.norm(matrix.astype(float), 2), Ball(bits)
    assert spectral_norm(FLOAT, matrix.astype(float)) == pytest.approx(expected, abs=1e-12)
    for norm, truth in ((spectral_norm, expected), (squared_spectral_norm, expected**2)):
        low, high = ball.doubles(norm(ball, lift(ball, matrix)))
        assert low - 1e-9 <= truth <= high + 1e-9
    vector = matrix[:, 0]
    assert EXACT.enclosure(squared_spectral_norm(EXACT, lift(EXACT, vector)))[0] == vector @ vector


@pytest.mark.parametrize(
    ("matrix", "squared"),
    [
        ([[1, 1], [1, -1]], 2),
        ([[0, 0], [0, 0]], 0),
        ([[0, 3, 0], [0, 0, 0]], 9),
        ([[Fraction(1, 2), 0, 0], [0, 2, 1], [0, 1, 2]], 9),
        ([[0, 0, 2], [0, -5, 0], [2, 0, 0]], 25),
    ],
)
def test_rational_squares_are_found(matrix, squared):
    assert squared_spectral_norm(EXACT, lift(EXACT, np.array(matrix, dtype=object))) == squared


@pytest.mark.parametrize("matrix", [[[1, 1], [1, 0]], [[1, 1, 0], [1, 0, 1], [0, 1, 2]]])
def test_irrational_answers_are_refused(matrix):
    S = np.array(matrix, dtype=object)
    for function in (spectral_norm, squared_spectral_norm, symmetric_eigenvalue_range, least_singular_value):
        with pytest.raises(Irrational):
            function(EXACT, lift(EXACT, S))
    field = PrimeField(10**9 + 7)
    with pytest.raises(Irrational):
        symmetric_eigenvalue_range(field, lift(field, S))


@pytest.mark.parametrize("exponent", [-5000, 5000])
def test_matrices_outside_the_range_of_doubles(exponent):
    S = np.array([[2, 1, 0], [1, 2, 0], [0, 0, 1]], dtype=object) * Fraction(2) ** exponent
    ball = Ball(128)
    assert contains(ball, symmetric_eigenvalues(ball, lift(ball, S))[-1], 3 * Fraction(2) ** exponent)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_unbounded_balls_are_refused(size):
    ball = Ball(64)
    S = lift(ball, np.eye(size, dtype=object))
    with ball.context():
        S[0, 0] = ball.number(1) / (ball.between(Fraction(-1), Fraction(1)))
    for function in (spectral_norm, symmetric_eigenvalue_range, complex_eigenvalues):
        with pytest.raises(SingularMatrix):
            function(*((ball, S)))


def test_a_ball_of_matrices_with_a_singular_member_reaches_zero():
    ball = Ball(128)
    M = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 5]], dtype=object)
    for value in (least_singular_value(ball, lift(ball, M)), least_singular_value(ball, lift(ball, M), symmetric=True)):
        low, high = ball.enclosure(value)
        assert low <= 0 <= high < Fraction(1, 10**9)


@given(st.data(), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_difference_of_congruences_bounds_every_image(data, m, k, seed):
    Y, Z = data.draw(matrices(m, k)), data.draw(matrices(m, k))
    ball = Ball(128)
    low, high = ball.doubles(operator_norm_of_difference(ball, lift(ball, Y), lift(ball, Z)))
    y, z = Y.astype(float), Z.astype(float)
    assert operator_norm_of_difference(FLOAT, y, z) == pytest.approx(high, rel=1e-9, abs=1e-6)
    assert high - low <= 1e-7 + 1e-9 * high
    u = np.random.default_rng(seed).standard_normal(m)
    for _ in range(5):  # the best X for u, then the best u for X
        values, vectors = np.linalg.eigh(y.T @ np.outer(u, u) @ y - z.T @ np.outer(u, u) @ z)
        X = (vectors * np.where(values >= 0, 1, -1)) @ vectors.T
        values, vectors = np.linalg.eigh(y @ X @ y.T - z @ X @ z.T)
        top = int(np.abs(values).argmax())
        u = vectors[:, top]
        assert abs(values[top]) <= high + 1e-9


@given(st.sampled_from([2, 3]), st.data())
def test_difference_of_congruences_over_all_directions(m, data):
    Y, Z = data.draw(matrices(m, m)), data.draw(matrices(m, m))
    ball = Ball(128)
    _, high = ball.doubles(operator_norm_of_difference(ball, lift(ball, Y), lift(ball, Z)))
    angle = np.linspace(0, np.pi, 301)
    u = np.stack([np.cos(angle), np.sin(angle)])
    if m == 3:
        u = np.concatenate([u[:1].repeat(301, 1), np.kron(u[1:], u)])
    S, D = (Y + Z).astype(float), (Y - Z).astype(float)
    products = np.linalg.norm(S.T @ u, axis=0) * np.linalg.norm(D.T @ u, axis=0)
    assert products.max() == pytest.approx(high, rel=2e-3, abs=1e-6)


@given(matrices(3, 3), entries)
def test_exact_norms_of_differences(Y, c):
    D = np.diag(np.diag(Y))
    largest = max(abs(x) for x in D.ravel()) ** 2
    value = operator_norm_of_difference(EXACT, lift(EXACT, D), lift(EXACT, D * c))
    assert EXACT.enclosure(value)[0] == abs(1 - c**2) * largest
    assert operator_norm_of_difference(EXACT, lift(EXACT, Y), lift(EXACT, -Y)) == 0
    assert operator_norm_of_difference(FLOAT, D.astype(float), D.astype(float)) == 0


BLOCKS = [
    ([[2]], [(2, 0)]),
    ([[2, 1], [0, 2]], [(2, 0)] * 2),
    ([[1, 3], [-3, 1]], [(1, 3), (1, -3)]),
    ([[0, 0], [0, 0]], [(0, 0)] * 2),
    ([[1, -1], [1, -1]], [(0, 0)] * 2),
]


@given(
    st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=3), st.integers(0, 2**32 - 1), st.sampled_from([128, 512])
)
def test_complex_eigenvalues_of_known_matrices(blocks, seed, bits):
    size = sum(len(block) for block, _ in blocks)
    M, start = np.zeros((size, size), dtype=object), 0
    for block, _ in blocks:
        M[start : start + len(block), start : start + len(block)] = block
        start += len(block)
    rng = np.random.default_rng(seed)
    lower = np.tril(rng.integers(-2, 3, (size, size)), -1).astype(object) + np.eye(size, dtype=object)
    inverse = np.eye(size, dtype=object)
    for _ in range(size):  # Neumann series of the nilpotent part
        inverse = np.eye(size, dtype=object) - (lower - np.eye(size, dtype=object)) @ inverse
    assert (lower @ inverse == np.eye(size)).all()
    ball = Ball(bits)
    boxes = complex_eigenvalues(ball, lift(ball, lower @ M @ inverse))
    known = [pair for _, pairs in blocks for pair in pairs]
    assert len(boxes) == size
    for real, imaginary in set(known):
        inside = [contains(ball, x, real) and contains(ball, y, imaginary) for x, y in boxes]
        assert sum(inside) == known.count((real, imaginary))
    assert all(width(ball, x) < Fraction(1, 1000) for pair in boxes for x in pair)
