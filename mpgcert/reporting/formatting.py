"""Numbers as people read them: exact where that is short, otherwise marked as rounded."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mpgcert.claims.quantity import Quantity

__all__ = ["brief", "count", "decimal", "exact", "middle", "plural", "powers", "quantity", "rounded", "superscript"]

_PLAIN, _RAISED = "-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPTS, _LOWERED = str.maketrans(_PLAIN, _RAISED), str.maketrans(_RAISED, _PLAIN)
_MISSING = "–"
_LONGEST_DECIMAL = 9


def superscript(exponent: int) -> str:
    """An integer in raised digits.

    >>> superscript(-12)
    '⁻¹²'
    """
    return str(exponent).translate(_SUPERSCRIPTS)


def powers(text: str, before: str = "^{", after: str = "}") -> str:
    """Raised digits as exponents of LaTeX, or between other marks.

    >>> powers("2.5 × 10⁻⁷")
    '2.5 × 10^{-7}'
    """
    return re.sub(f"[{_RAISED}]+", lambda found: before + found[0].translate(_LOWERED) + after, text)


def decimal(value: float | Fraction | None, digits: int = 5) -> str:
    """A decimal with about `digits` significant digits, as a power of ten when it is very large or small.

    >>> decimal(0.069444444), decimal(2.5e-7), decimal(Fraction(10) ** 400), decimal(0.0)
    ('0.069444', '2.5 × 10⁻⁷', '10⁴⁰⁰', '0')
    """
    if value is None or value != value:
        return _MISSING
    if not isinstance(value, Fraction):
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        value = Fraction(value)
    if value == 0:
        return "0"
    mantissa, exponent = _scientific(value, digits)
    if -4 <= exponent <= 5:
        return _plain(mantissa, exponent)
    leading = _plain(mantissa, 0)
    power = f"10{superscript(exponent)}"
    return {"1": power, "-1": f"-{power}"}.get(leading, f"{leading} × {power}")


def _scientific(value: Fraction, digits: int) -> tuple[str, int]:
    """Signed digits d and exponent e with value ~ d[0].d[1:]... x 10^e; works far beyond the range of doubles."""
    magnitude = abs(value)
    exponent = math.floor(_log10(magnitude))
    scaled = round(magnitude * Fraction(10) ** (digits - 1 - exponent))
    if scaled >= 10**digits:  # rounding (or the logarithm) carried into the next power
        exponent += 1
        scaled = round(magnitude * Fraction(10) ** (digits - 1 - exponent))
    return ("-" if value < 0 else "") + str(scaled), exponent


def _log10(value: Fraction) -> float:
    shift = value.numerator.bit_length() - value.denominator.bit_length()
    return math.log10(value / Fraction(2) ** shift) + shift * math.log10(2)


def _plain(signed: str, exponent: int) -> str:
    sign, digits = ("-", signed[1:]) if signed[0] == "-" else ("", signed)
    if exponent < 0:
        digits, exponent = "0" * -exponent + digits, 0
    whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :].rstrip("0")
    return sign + f"{int(whole):,}" + (f".{rest}" if rest else "")


def exact(value: Fraction | int | None, longest: int = 16) -> str:
    """A rational: as it is when that is short, with a decimal after it where that helps; `≈` marks rounding.

    Args:
        value: the number, or None for a missing one.
        longest: how many characters an exact form may have.

    >>> exact(Fraction(1, 20)), exact(Fraction(5, 72)), exact(Fraction(10**30 + 1, 7))
    ('0.05', '5/72 ≈ 0.069444', '≈ 1.4286 × 10²⁹')
    """
    if value is None:
        return _MISSING
    value = Fraction(value)
    if value.denominator == 1 and abs(value.numerator) < 10**longest:
        return f"{value.numerator:,}"
    terminating = _terminating(value)
    if terminating is not None:
        return terminating
    rounded_value = f"≈ {decimal(value)}"
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 4 * longest:
        return rounded_value
    fraction = f"{value.numerator}/{value.denominator}"
    return f"{fraction} {rounded_value}" if len(fraction) <= longest else rounded_value


def brief(value: Fraction | None) -> str:
    """A rational in as few characters as possible: the fraction or the decimal, not both.

    >>> brief(Fraction(5, 72)), brief(Fraction(1, 10**7 + 1))
    ('5/72', '≈ 10⁻⁷')
    """
    return exact(value, 9).split(" ≈ ")[0]


def _terminating(value: Fraction) -> str | None:
    """The decimal expansion, if it ends soon."""
    for places in range(1, _LONGEST_DECIMAL):
        scaled = value * 10**places
        if scaled.denominator == 1:
            text = f"{abs(scaled.numerator):0{places + 1}d}"
            shown = f"{'-' if value < 0 else ''}{int(text[:-places]):,}.{text[-places:]}"
            return shown if len(shown) <= _LONGEST_DECIMAL + 1 else None
    return None


def rounded(value: Any) -> str:
    """A double (or None) from a simulation or a JSON answer."""
    return decimal(None if value is None else float(value))


def count(value: int | None) -> str:
    """A number of iterations: all digits while a person can read them.

    >>> count(29160), count(10**15)
    ('29,160', '10¹⁵')
    """
    if value is None:
        return _MISSING
    return f"{value:,}" if abs(value) < 10**12 else decimal(Fraction(value), 3)


def quantity(value: Quantity, longest: int = 16) -> str:
    """A constant: exact, or its enclosure, or infinity."""
    if value.lower is None or value.upper is None:
        return "∞"
    if value.is_exact:
        return exact(value.lower, longest)
    low, high = decimal(value.lower, 12), decimal(value.upper, 12)
    return f"≈ {decimal((value.lower + value.upper) / 2)}" if low == high else f"in [{low}, {high}]"


def middle(value: Quantity) -> Fraction | None:
    """The middle of an enclosure, also beyond the range of doubles; None for infinity."""
    return None if value.lower is None or value.upper is None else (value.lower + value.upper) / 2


def plural(number: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "state"), plural(3, "state")
    ('1 state', '3 states')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
