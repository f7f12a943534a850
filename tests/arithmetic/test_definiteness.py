"""Exact LDL^T against eigenvalues, Sylvester's criterion, and its own certificate."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.arithmetic.definiteness import ldl
from mpgcert.errors import InvalidInput


@st.composite
def symmetric(draw, max_size=5):
    """Generic, semidefinite of low rank, or with zeros on the diagonal; entries share a denominator."""
    m = draw(st.integers(1, max_size))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["generic", "definite", "low rank", "hollow", "nearly singular"]))
    if kind in ("generic", "hollow"):
        matrix = rng.integers(-3, 4, size=(m, m))
        matrix = matrix + matrix.T
        if kind == "hollow":
            np.fill_diagonal(matrix, rng.integers(0, 2, size=m))
    else:
        rank = m if kind != "low rank" else rng.integers(0, m + 1)
        factor = rng.integers(-3, 4, size=(m, rank))
        matrix = 10 * factor @ factor.T + (rng.integers(-1, 2) if kind == "nearly singular" else 0) * np.eye(
            m, dtype=int
        )
    return ExactArray.of_integers(matrix, draw(st.sampled_from([1, 7, 1000])))


def rows(array):
    """As an object array of Fractions."""
    return np.array(array.fractions(), dtype=object).reshape(array.shape)


def verdict_by_minors(matrix):
    """Sylvester: definite if leading minors are positive, semidefinite if all principal minors are not negative."""
    m = matrix.shape[0]

    def minor(places):
        return sympy.Matrix(matrix.numerator[np.ix_(places, places)].tolist()).det()

    if all(minor(range(k)) > 0 for k in range(1, m + 1)):
        return "positive definite"
    every = itertools.chain.from_iterable(itertools.combinations(range(m), k) for k in range(1, m + 1))
    return "positive semidefinite" if all(minor(places) >= 0 for places in every) else "not semidefinite"


@given(symmetric(max_size=4))
def test_verdicts_are_those_of_principal_minors(matrix):
    assert ldl(matrix).verdict == verdict_by_minors(matrix)


@given(symmetric(max_size=8))
def test_factors_and_witnesses_prove_the_verdict(matrix):
    result = ldl(matrix)
    size = len(result.pivots)
    lower, full = rows(result.factor), rows(matrix)
    assert (lower @ np.diag(result.pivots) @ lower.T == full[:size, :size]).all()
    assert (np.triu(lower, 1) == 0).all()
    assert (np.diag(lower) == 1).all()
    eigenvalues = np.linalg.eigvalsh(matrix.to_float())
    tolerance = 1e-9 * max(1, abs(eigenvalues).max())
    if result.is_definite:
        assert result.is_semidefinite
        assert (result.witness, result.value, result.index) == (None, None, None)
        assert min(result.pivots) > 0
        assert size == len(full)
        assert eigenvalues[0] > -tolerance
        assert "positive" in result.reason
        return
    vector = rows(result.witness)
    assert vector @ full @ vector == result.value
    assert any(vector)
    assert all(pivot > 0 or (pivot == 0 and not result.is_semidefinite) for pivot in result.pivots[: result.index])
    assert f"index {result.index}" in result.reason
    if result.is_semidefinite:
        assert result.value == 0
        assert result.pivots[result.index] == 0 == min(result.pivots)
        assert size == len(full)
        assert abs(eigenvalues[0]) <= tolerance
    else:
        assert result.value < 0
        assert result.pivots[-1] <= 0
        assert eigenvalues[0] < tolerance


@pytest.mark.parametrize("shift", [0, Fraction(1, 10**40), -Fraction(1, 10**40)])
def test_the_20_by_20_hilbert_matrix_and_its_neighbours(shift):
    """Condition number above 1e28: far beyond doubles; the shift is far below the least eigenvalue."""
    hilbert = [[Fraction(1, i + j + 1) + (shift if i == j else 0) for j in range(20)] for i in range(20)]
    result = ldl(hilbert)
    assert result.verdict == "positive definite"
    determinant = sympy.Rational(1)
    for pivot in result.pivots:
        determinant *= sympy.Rational(pivot.numerator, pivot.denominator)
    assert determinant == sympy.Matrix(20, 20, lambda i, j: sympy.Rational(*hilbert[i][j].as_integer_ratio())).det()


def test_a_matrix_just_beside_the_definite_ones():
    tiny = Fraction(1, 10**60)
    assert ldl([[1, 1], [1, 1 + tiny]]).verdict == "positive definite"
    assert ldl([[1, 1], [1, 1]]).verdict == "positive semidefinite"
    assert ldl([[1, 1], [1, 1 - tiny]]).value == -tiny


@pytest.mark.parametrize(
    ("matrix", "mention"),
    [
        ([[1, 2], [3, 4]], "not symmetric"),
        ([[1, 2]], "square matrix"),
        ([], "square matrix"),
        ([[float("nan")]], "finite"),
        (3, "square matrix"),
    ],
)
def test_what_is_no_symmetric_matrix(matrix, mention):
    with pytest.raises(InvalidInput, match=mention):
        ldl(matrix)
