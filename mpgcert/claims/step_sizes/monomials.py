"""The scale on which step sizes are measured: C n^e0 (log n)^e1 (log log n)^e2 (log log log n)^e3, for all n >= N.

Monomials are ordered lexicographically by their exponents: m / m' -> 0 if and only if the first exponent in which
they differ is smaller in m.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from mpgcert.claims.step_sizes.constants import Constant, enclosed, sign_of
from mpgcert.claims.step_sizes.evaluation import BALLS

__all__ = ["LEVELS", "UNIT", "Monomial", "NotYet", "Tail", "compare", "level", "raised", "times"]

LEVELS = 4
Monomial = tuple[Constant, ...]
UNIT: Monomial = (sympy.S.Zero,) * LEVELS


class NotYet(Exception):
    """A bound that holds from some larger count on does not hold from this one on."""


def level(k: int) -> Monomial:
    """The k-th iterated logarithm of n."""
    return tuple(sympy.S.One if j == k else sympy.S.Zero for j in range(LEVELS))


def times(left: Monomial, right: Monomial, exponent: int = 1) -> Monomial:
    """left * right ^ exponent."""
    return tuple(a + exponent * b for a, b in zip(left, right))


def raised(base: Monomial, exponent: Constant) -> Monomial:
    """base ^ exponent."""
    return tuple(part * exponent for part in base)


def compare(left: Monomial, right: Monomial) -> int:
    """1 if left / right -> infinity, -1 if it tends to 0, 0 if they are equal."""
    for a, b in zip(left, right):
        if a != b and (found := sign_of(a - b)):
            return found
    return 0


@dataclass(frozen=True)
class Tail:
    """All counts n >= `start` (at least 20, where every level of the scale is positive)."""

    start: int

    @cached_property
    def _levels(self) -> list[Any]:
        """n, log n, log log n, log log log n and log log log log n at the start; all but the last are positive."""
        values = [BALLS.number(self.start)]
        for _ in range(LEVELS):
            values.append(BALLS.log(values[-1]))
        return values

    def supremum(self, of: Monomial) -> Any:
        """A ball around the largest value on the tail of a monomial that tends to 0 (or is 1).

        With j the first level in the monomial, d log m / d log l_j = e_j + sum over k > j of e_k / (l_{j+1} ... l_k).
        The denominators grow with n, so if the positive terms at the start do not outweigh e_j < 0, the monomial
        decreases on the tail, and its value at the start is the largest.

        Raises:
            NotYet: they do.
        """
        levels = self._levels
        first = next((k for k, exponent in enumerate(of) if exponent != 0), None)
        if first is None:
            return BALLS.number(1)
        slope, size, product = enclosed(of[first]), 0, BALLS.number(1)
        for k in range(first, LEVELS):
            if of[k] == 0:
                product = product * levels[k + 1] if k + 1 < LEVELS else product
                continue
            exponent = enclosed(of[k])
            if k > first and sign_of(of[k]) > 0:
                slope = slope + exponent / product
            size = size + exponent * levels[k + 1]
            product = product * levels[k + 1] if k + 1 < LEVELS else product
        if not slope <= 0:
            raise NotYet
        return BALLS.exp(size)
