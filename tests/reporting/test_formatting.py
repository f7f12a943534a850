import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mpgcert.claims.quantity import Quantity
from mpgcert.reporting.formatting import brief, count, decimal, exact, quantity, superscript

FRACTIONS = st.fractions(max_denominator=10**6) | st.builds(
    lambda m, e: Fraction(m) * Fraction(10) ** e, st.integers(-(10**6), 10**6), st.integers(-400, 400)
)
_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text: str) -> Fraction:
    """The number that a text stands for; the opposite of `decimal`."""
    text = text.replace(",", "")
    power = re.fullmatch(r"(-?)(?:([\d.]+) × )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if power:
        sign, mantissa, exponent = power.groups()
        value = Fraction(mantissa or 1) * Fraction(10) ** int(exponent.translate(_DIGITS))
        return -value if sign else value
    return Fraction(text)


@given(FRACTIONS)
def test_a_decimal_is_right_to_its_digits(value):
    shown = read(decimal(value, 5))
    assert abs(shown - value) <= abs(value) * Fraction(1, 2 * 10**4)


@given(FRACTIONS)
def test_what_is_not_marked_as_rounded_is_exact(value):
    for form in (exact(value), brief(value)):
        if form.startswith("≈ "):
            assert abs(read(form[2:]) - value) <= abs(value) / 10**4
        else:
            assert read(form.split(" ≈ ")[0]) == value
    assert len(exact(value)) <= 40


@given(st.integers(0, 10**30))
def test_a_count_keeps_all_digits_while_they_can_be_read(number):
    shown = read(count(number))
    assert shown == number if number < 10**12 else abs(shown - number) <= Fraction(number, 100)


@given(st.integers(-(10**6), 10**6))
def test_superscripts_are_digits(number):
    assert int(superscript(number).translate(_DIGITS)) == number


def test_values_that_are_no_numbers():
    assert decimal(None) == decimal(float("nan")) == exact(None) == count(None) == "–"
    assert (decimal(float("inf")), decimal(float("-inf"))) == ("∞", "-∞")


def test_a_quantity_shows_what_is_known():
    assert quantity(Quantity.exactly(Fraction(1, 20), "")) == "0.05"
    assert quantity(Quantity(None, None, "")) == "∞"
    assert quantity(Quantity(Fraction(1), Fraction(2), "")) == "in [1, 2]"
    tight = Quantity(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**20), "")
    assert quantity(tight).startswith("≈ 0.3333")
