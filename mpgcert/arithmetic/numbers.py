"""Reading and printing exact numbers.

A number of a game file is read exactly: `0.1` means 1/10, `"1/3"` means one third.  A binary double that
arrives from Python or from an npz file stands for the shortest decimal that reads back as it (what Python
prints), so `0.1` means 1/10 there too.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

import flint
import numpy as np

__all__ = ["brief_fraction", "format_fraction", "parse_number"]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?\d+/\d+", re.ASCII)
# A decimal exponent beyond this would make integers of more digits than any game needs: refuse it early.
_MAX_EXPONENT = 5000
# Python converts integers of more digits only through FLINT.
_PYTHON_DIGITS = 4000


def parse_number(value: Any) -> Fraction:
    """The exact rational that `value` stands for.

    Args:
        value: an int, a Fraction, a finite float, or a string such as "0.25", "-1e-3" or "2/3".

    Raises:
        ValueError: with a short description of what is wrong (no mention of where).

    >>> parse_number("0.1"), parse_number(0.1), parse_number("2/6")
    (Fraction(1, 10), Fraction(1, 10), Fraction(1, 3))
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{str(bool(value)).lower()} is not a number")
    if isinstance(value, Integral):
        return Fraction(int(value))
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        return Fraction(str(value)) if isinstance(value, np.floating) else Fraction(repr(value))
    if isinstance(value, (str, np.str_)):
        return _parse_text(str(value).strip())
    raise ValueError(f"{_KINDS.get(type(value), type(value).__name__)} is not a number")


_KINDS = {type(None): "null", list: "a list", tuple: "a list", dict: "an object"}


def _parse_text(text: str) -> Fraction:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a finite number")
    if "/" in text:
        numerator, denominator = text.split("/")
        below = _integer(denominator)
        if below == 0:
            raise ValueError(f"{text[:40]!r} divides by zero")
        return Fraction(_integer(numerator), below)
    mantissa, _, exponent = text.lower().partition("e")
    if len(exponent) > 12 or abs(int(exponent or 0)) > _MAX_EXPONENT:
        raise ValueError(f"{text[:40]!r} has an exponent beyond {_MAX_EXPONENT}")
    whole, _, places = mantissa.partition(".")
    power = int(exponent or 0) - len(places)
    digits = _integer(whole + places)
    return Fraction(digits * 10**power) if power >= 0 else Fraction(digits, 10**-power)


def _integer(text: str) -> int:
    return int(text) if len(text) <= _PYTHON_DIGITS else int(flint.fmpz(text.removeprefix("+")))


def _text(value: int) -> str:
    return str(value) if value.bit_length() <= 3 * _PYTHON_DIGITS else str(flint.fmpz(value))


def format_fraction(value: Fraction) -> str:
    """Shortest exact text of a rational: a decimal where it terminates soon, else `p/q`.

    >>> format_fraction(Fraction(1, 8)), format_fraction(Fraction(1, 3)), format_fraction(Fraction(4))
    ('0.125', '1/3', '4')
    """
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    places = max(twos, fives)
    if denominator != 1 or places > 20:
        return f"{_text(value.numerator)}/{_text(value.denominator)}"
    if places == 0:
        return _text(value.numerator)
    digits = _text(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def brief_fraction(value: Fraction, digits: int = 16) -> str:
    """Text of a rational for a message: exact if that is short, else rounded.

    >>> brief_fraction(Fraction(2, 3)), brief_fraction(Fraction(10**50 + 1, 10**50 + 2))
    ('2/3', 'about 1')
    """
    short = value.numerator.bit_length() + value.denominator.bit_length() < 160
    text = format_fraction(value) if short else ""
    if text and len(text) <= 24:
        return text
    return f"about {(Decimal(value.numerator) / Decimal(value.denominator)).normalize():.{digits}g}"
