"""Least and largest value of the ratio of two sequences over all counts, enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.step_sizes.constants import Constant, shown
from mpgcert.claims.step_sizes.evaluation import BALLS, Undefined, ball, evaluate, interval
from mpgcert.claims.step_sizes.everywhere import non_increasing
from mpgcert.claims.step_sizes.expression import Expression, Number, power
from mpgcert.claims.step_sizes.growth import TAILS, in_tail
from mpgcert.claims.step_sizes.monomials import NotYet

__all__ = ["Extent", "extent"]

_TRIED = 256
_PIECES = 2000
_NARROW = 0.01


@dataclass(frozen=True)
class Extent:
    """Infimum and supremum of f(n) over n >= first.

    Attributes:
        infimum, supremum: enclosures, as pairs of doubles.
        exact: both as exact numbers in text, where f is monotone and they are a rational value or a limit; or None.
    """

    infimum: tuple[float, float]
    supremum: tuple[float, float]
    exact: tuple[str | None, str | None]

    @property
    def is_constant(self) -> bool:
        return self.exact[0] is not None and self.exact[0] == self.exact[1]

    def to_dict(self) -> dict[str, Any]:
        return {
            "infimum": {"exact": self.exact[0], "enclosure": list(self.infimum)},
            "supremum": {"exact": self.exact[1], "enclosure": list(self.supremum)},
        }


def extent(of: Expression, first: int) -> Extent | None:
    """Enclosures of inf and sup of an expression that is positive for n >= first and has a positive finite limit.

    The values at the first counts (and the limit) bound the infimum from above and the supremum from below; they,
    intervals up to a late count and the expansion from there on bound them from the other side.  If f or 1/f does not
    increase, the first value and the limit are the ends.  None where the intervals did not settle.
    """
    with BALLS.context():
        for start in TAILS:
            try:
                limit = in_tail(start, lambda tail: tail.expand(of)).lead[1]
                far = in_tail(start, lambda tail: tail.bounds(of))
            except NotYet:
                continue
            if far > 0:
                ends = _between(of, first, start, far)
                return ends and Extent(*ends, _exact_ends(of, first, limit))
    return None


def _exact_ends(of: Expression, first: int, limit: Constant) -> tuple[str | None, str | None]:
    """Infimum and supremum of a monotone sequence: its first value and its limit, in their order."""
    value = evaluate(of, Fraction(first))
    ends = (shown(limit), format_fraction(value) if isinstance(value, Fraction) else None)
    if non_increasing(of, first).holds:
        return ends
    inverse = power(of, Number(Fraction(-1)))
    return (ends[1], ends[0]) if non_increasing(inverse, first).holds else (None, None)


def _between(
    of: Expression, first: int, start: int, far: Any
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    points = [BALLS.doubles(ball(evaluate(of, Fraction(n)))) for n in range(first, first + _TRIED)]
    ranges = [*points, BALLS.doubles(far)]
    pieces, budget = [(first + _TRIED, start)] if first + _TRIED < start else [], _PIECES
    while pieces:
        low, high = pieces.pop()
        budget -= 1
        if budget < 0:
            return None
        ends = _over(of, low, high)
        if ends is not None and ends[1] - ends[0] <= _NARROW * ends[0]:
            ranges.append(ends)
        elif high <= low + 1:
            ranges += [BALLS.doubles(ball(evaluate(of, Fraction(n)))) for n in (low, high)]
        else:
            middle = (low + high) // 2
            pieces += [(low, middle), (middle, high)]
    least, most = min(low for low, _ in ranges), max(high for _, high in ranges)
    limit = BALLS.doubles(far)
    infimum = least, min([limit[1], *(high for _, high in points)])
    return infimum, (max([limit[0], *(low for low, _ in points)]), most)


def _over(of: Expression, low: int, high: int) -> tuple[float, float] | None:
    try:
        value = ball(evaluate(of, interval(low, high)))
    except Undefined:
        return None
    return BALLS.doubles(value) if value > 0 and value.is_finite() else None
