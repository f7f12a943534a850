"""Numbers of a report with their exact values behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import format_fraction
from mpgcert.reporting import formatting
from mpgcert.reporting.blocks import Value

if TYPE_CHECKING:
    from mpgcert.claims.quantity import Quantity

__all__ = ["certificate_of", "constant", "double", "fraction", "short_fraction", "trace", "whole"]

_LONGEST = 160  # characters of an exact value that are written out
_DIGITS = 25


def fraction(
    value: Fraction | int | None, source: str = "", record: str = "", proof: str = "", *, longest: int = 16
) -> Value:
    """A number that is known exactly.

    >>> fraction(Fraction(5, 72)).text, fraction(Fraction(1, 3**30)).full
    ('5/72 ≈ 0.069444', '1/205891132094649')
    """
    shown = formatting.exact(value, longest)
    return (
        Value(shown)
        if value is None
        else Value(shown, _in_full(Fraction(value)), source, record, proof, Fraction(value))
    )


def short_fraction(value: Fraction | None, source: str = "", record: str = "", proof: str = "") -> Value:
    """The same in as few characters as possible."""
    shown = formatting.brief(value)
    return Value(shown) if value is None else Value(shown, _in_full(value), source, record, proof, value)


def whole(value: int | None, source: str = "", record: str = "", proof: str = "") -> Value:
    """A count.

    >>> whole(10**15 + 1).text, whole(10**15 + 1).full
    ('10¹⁵', '1000000000000001')
    """
    shown = formatting.count(value)
    return (
        Value(shown)
        if value is None
        else Value(shown, _in_full(Fraction(value)), source, record, proof, Fraction(value))
    )


def double(value: Any, source: str = "", record: str = "", proof: str = "") -> Value:
    """A number that was computed in double precision, with all its digits.

    >>> double(1 / 3).text, double(1 / 3).full
    ('0.33333', '0.3333333333333333')
    """
    number = math.nan if value is None else float(value)
    shown = formatting.rounded(number)
    if math.isnan(number):
        return Value(shown)
    return Value(shown, repr(number), source, record, proof, number if math.isinf(number) else Fraction(number))


def constant(value: Quantity, source: str = "", record: str = "", proof: str = "", *, below: bool = False) -> Value:
    """A constant that is known exactly, or enclosed, or infinite.

    Args:
        below: to be read after a word such as "below", so without the sign of rounding.
    """
    shown = formatting.quantity(value)
    if below:
        shown = shown.removeprefix("≈ ")
    if value.lower is None or value.upper is None:
        return Value(shown, "", source, record, proof, math.inf)
    middle = (value.lower + value.upper) / 2
    if value.is_exact:
        return Value(shown, _in_full(middle), source, record, proof, middle)
    low, high = value.to_dict()["enclosure"]  # rounded outwards
    if math.isinf(low) or math.isinf(high):
        return Value(shown, f"≈ {formatting.decimal(middle, _DIGITS)}, beyond doubles", source, record, proof, middle)
    return Value(shown, f"in [{low!r}, {high!r}]", source, record, proof, middle)


def trace(value: Value, certificates: Mapping[str, str]) -> str:
    """What a number stands for, in one line: the exact value, the statement, the place in the JSON form, the proof."""
    proof = certificate_of(value, certificates)
    parts = (
        "" if value.full == value.text.replace(",", "") else value.full,
        value.source,
        f"JSON: {value.record}" if value.record else "",
        f"certificate: {proof}" if proof else "",
    )
    return " · ".join(part for part in parts if part)


def certificate_of(value: Value, certificates: Mapping[str, str]) -> str:
    """The file that proves what a number is said to be; empty if there is none."""
    return certificates.get(value.proof or value.source, "")


def _in_full(value: Fraction) -> str:
    written = format_fraction(value)
    if len(written) <= _LONGEST:
        return written
    return f"≈ {formatting.decimal(value, _DIGITS)}, a fraction that takes {len(written):,} characters"
