"""A number that is reported: known exactly, or enclosed between two rationals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import format_fraction

__all__ = ["Quantity"]

_LONGEST_EXACT = 2000


@dataclass(frozen=True)
class Quantity:
    """A real number in [lower, upper]; both None when it is infinite.

    Attributes:
        lower, upper: rationals around the value, equal when it is known exactly.
        meaning: what it is, for readers.
    """

    lower: Fraction | None
    upper: Fraction | None
    meaning: str

    @staticmethod
    def exactly(value: Fraction | int, meaning: str) -> Quantity:
        return Quantity(Fraction(value), Fraction(value), meaning)

    @property
    def is_exact(self) -> bool:
        return self.lower is not None and self.lower == self.upper

    @property
    def is_infinite(self) -> bool:
        return self.upper is None

    @property
    def value(self) -> float:
        """Nearest double to the middle of the enclosure (infinity if infinite)."""
        if self.lower is None or self.upper is None:
            return math.inf
        return to_double((self.lower + self.upper) / 2)

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `constants`."""
        if self.lower is None or self.upper is None:
            return {"value": None, "exact": "infinity", "enclosure": None, "meaning": self.meaning}
        exact = format_fraction(self.lower) if self.is_exact else None
        if exact is not None and len(exact) > _LONGEST_EXACT:
            exact = None
        return {
            "value": self.value,
            "exact": exact,
            "enclosure": [_outward(self.lower, -math.inf), _outward(self.upper, math.inf)],
            "meaning": self.meaning,
        }


def to_double(value: Fraction) -> float:
    """Nearest double; infinity beyond their range."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _outward(value: Fraction, direction: float) -> float:
    double = to_double(value)
    if math.isinf(double) or Fraction(double) == value:
        return double
    below = Fraction(double) < value
    return double if below == (direction < 0) else math.nextafter(double, direction)
