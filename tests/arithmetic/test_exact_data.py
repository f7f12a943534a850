from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mpgcert.arithmetic import ExactArray, format_fraction, parse_number
from mpgcert.errors import InvalidInput

fractions = st.fractions(max_denominator=10**6)
wide = st.one_of(fractions, st.fractions(), st.integers(-(10**30), 10**30).map(Fraction))


@given(wide)
def test_printed_numbers_read_back_exactly(value):
    assert parse_number(format_fraction(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_means_its_shortest_decimal(value):
    assert float(parse_number(value)) == value
    assert parse_number(value) == Fraction(repr(value)) == parse_number(np.float64(value))


@pytest.mark.parametrize(
    "bad",
    ["", "1/0", "nan", "inf", "1e", "0x10", "1_000", "1,5", "١", True, None, float("nan"), [1], "1e999999", "--1"],
)
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match=r"\S"):
        parse_number(bad)


@given(st.lists(wide, min_size=1, max_size=12))
def test_arrays_hold_rationals_in_canonical_form(values):
    array = ExactArray.of_fractions(values)
    assert array.fractions() == values
    doubled = ExactArray.of_integers(array.numerator.astype(object) * 6, array.denominator * 6)
    assert doubled == array
    assert array.numerator.dtype == doubled.numerator.dtype
    assert (array.min(), array.max()) == (min(values), max(values))
    assert array.sum(0)[()] == sum(values)
    assert array.to_float().tolist() == [float(value) for value in values]
    assert ExactArray.parse(array.to_nested(), "x") == array


@given(hnp.arrays(np.float64, (2, 3), elements=st.floats(-1e6, 1e6)), fractions, fractions.filter(lambda x: x > 0))
def test_affine_map_and_float_arrays(values, offset, scale):
    array = ExactArray.parse(values, "x")
    assert (array.to_float() == values).all()
    expected = [(Fraction(repr(float(v))) - offset) / scale for v in values.ravel()]
    assert array.affine(scale, offset).fractions() == expected


def test_sums_beyond_64_bits_are_exact():
    array = ExactArray.of_integers(np.full(8, 2**61 - 1))
    assert array.sum(0)[()] == 8 * (2**61 - 1)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ([[1, 2], [3]], r"x\[1\]"),
        ([[1, 2], 3], r"x\[1\]"),
        ([[1, 2], [3, [4]]], r"x\[1\]\[1\]"),
        ([[1, 2], [3, None]], r"x\[1\]\[1\]"),
        ([[1, 2], [3, "a"]], r"x\[1\]\[1\]"),
        ([[1, 2], [True, 1]], r"x\[1\]\[0\]"),
        (np.array([[0.5, np.nan]]), r"x\[0\]\[1\]"),
        (np.array([[1j]]), "x"),
    ],
)
def test_broken_arrays_name_the_entry(values, where):
    with pytest.raises(InvalidInput, match=where):
        ExactArray.parse(values, "x")


def test_shape_is_checked():
    with pytest.raises(InvalidInput, match=r"shape \[2\].*shape \[3\]"):
        ExactArray.parse(np.zeros(2), "x", (3,))
