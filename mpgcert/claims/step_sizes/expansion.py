"""Expansions at infinity with a proven remainder: f = sum of C_k m_k + R with |R| <= b m_R for all n >= N.

The m_k are monomials of n and its iterated logarithms with exact exponents, in falling order, the C_k exact constants
other than 0, and m_R is smaller than every m_k.  Sums, products, powers, logarithms and exponentials of expansions are
expansions again (the latter three by Taylor's theorem for (1 + e)^p, log(1 + e), exp(e) with e -> 0), so the leading
term of an expression is exact, and so is its sign for all n >= N if the other terms cannot outweigh it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any

import sympy

from mpgcert.claims.step_sizes.constants import Beyond, Constant, constant, enclosed, sign_of
from mpgcert.claims.step_sizes.evaluation import BALLS
from mpgcert.claims.step_sizes.expression import (
    Exp,
    Expression,
    Index,
    Log,
    Number,
    Power,
    Product,
    Select,
    Sum,
    add,
    negate,
)
from mpgcert.claims.step_sizes.monomials import LEVELS, UNIT, Monomial, NotYet, Tail, compare, level, raised, times

__all__ = ["Expander", "Expansion", "Lost"]

_LARGEST_BITS = 20_000


class Lost(Exception):
    """The leading terms cancelled, so that an expansion to a higher order is needed."""


@dataclass(frozen=True)
class Expansion:
    """Terms (monomial, constant) in falling order, and the remainder as (monomial, ball around its bound) or None."""

    terms: tuple[tuple[Monomial, Constant], ...]
    rest: tuple[Monomial, Any] | None = None

    @property
    def is_zero(self) -> bool:
        return not self.terms and self.rest is None

    @property
    def lead(self) -> tuple[Monomial, Constant]:
        """The leading term of an expansion that is not zero."""
        if not self.terms:
            raise Lost
        return self.terms[0]


@dataclass(frozen=True)
class Expander:
    """Expands expressions for all n of a tail, to a number of terms.

    Its methods raise `NotYet` (a later tail may do), `Lost` (more terms may do) and `Beyond` (outside the class).
    """

    tail: Tail
    order: int
    _known: dict[int, Expansion] = field(default_factory=dict, repr=False, compare=False)

    def sign(self, of: Expression) -> int:
        """The sign of the expression at every n of the tail."""
        found = self.expand(of)
        if found.is_zero:
            return 0
        monomial, first = found.lead
        if not self._relative(found, monomial) < abs(enclosed(first)):
            raise NotYet
        return sign_of(first)

    def bounds(self, of: Expression) -> Any:
        """A ball around all values on the tail of an expression with a limit other than 0 and infinity."""
        found = self.expand(of)
        monomial, first = found.lead
        if compare(monomial, UNIT):
            raise Beyond("the limit is 0 or infinite")
        spread = self._relative(found, monomial)
        return enclosed(first) + (-spread).union(spread)

    def _relative(self, of: Expansion, monomial: Monomial) -> Any:
        """A bound on all but the leading term, divided by the monomial."""
        return self._magnitude(Expansion(of.terms[1:], of.rest), monomial)

    def _magnitude(self, of: Expansion, monomial: Monomial) -> Any:
        """A bound on the expansion, divided by a monomial that dominates it."""
        total = BALLS.number(0)
        for part, factor in of.terms:
            total = total + abs(enclosed(factor)) * self.tail.supremum(times(part, monomial, -1))
        if of.rest is not None:
            total = total + of.rest[1] * self.tail.supremum(times(of.rest[0], monomial, -1))
        return total

    def expand(self, of: Expression) -> Expansion:
        """The expansion of an expression; one part of it that occurs often is expanded once."""
        if id(of) not in self._known:
            self._known[id(of)] = self._work_out(of)
        return self._known[id(of)]

    def _work_out(self, of: Expression) -> Expansion:
        match of:
            case Number(value):
                return _single(UNIT, constant(value))
            case Index():
                return _single(level(0), sympy.S.One)
            case Sum(left, right):
                return self._sum(self.expand(left), self.expand(right))
            case Product(left, right):
                return self._product(self.expand(left), self.expand(right))
            case Power(base, exponent):
                return self._general_power(self.expand(base), self.expand(exponent))
            case Log(inner):
                return self._log(self.expand(inner))
            case Exp(inner):
                return self._exp(self.expand(inner))
            case Select(low, high, below, above):
                return self.expand(below if self.sign(add(high, negate(low))) >= 0 else above)

    def _collect(self, terms: list[tuple[Monomial, Constant]], rests: list[tuple[Monomial, Any]]) -> Expansion:
        """Like terms united, what is too small or too far down moved to the remainder."""
        key = cmp_to_key(compare)
        united: list[tuple[Monomial, Constant]] = []
        for monomial, factor in sorted(terms, key=lambda term: key(term[0]), reverse=True):
            if united and compare(united[-1][0], monomial) == 0:
                united[-1] = (monomial, united[-1][1] + factor)
            else:
                united.append((monomial, factor))
        kept = [(monomial, factor) for monomial, factor in united if sign_of(factor)]
        largest = max([part for part, _ in rests], key=key, default=None)
        cut = sum(largest is None or compare(part, largest) > 0 for part, _ in kept)
        if cut > self.order:
            cut, largest = self.order, kept[self.order][0]
        if largest is None:
            return Expansion(tuple(kept))
        bound = self._magnitude(Expansion(tuple(kept[cut:])), largest)
        for part, size in rests:
            bound = bound + size * self.tail.supremum(times(part, largest, -1))
        return Expansion(tuple(kept[:cut]), (largest, bound))

    def _sum(self, left: Expansion, right: Expansion) -> Expansion:
        return self._collect([*left.terms, *right.terms], [rest for rest in (left.rest, right.rest) if rest])

    def _product(self, left: Expansion, right: Expansion) -> Expansion:
        if left.is_zero or right.is_zero:
            return Expansion(())
        terms = [(times(m, k), a * b) for m, a in left.terms for k, b in right.terms]
        rests = []
        for one, other in ((left, right), (right, Expansion(left.terms))):
            if one.rest is not None and not other.is_zero:
                dominant = _dominant(other)
                rests.append((times(one.rest[0], dominant), one.rest[1] * self._magnitude(other, dominant)))
        return self._collect(terms, rests)

    def _general_power(self, base: Expansion, exponent: Expansion) -> Expansion:
        if exponent.rest is None and not exponent.terms:
            return _single(UNIT, sympy.S.One)
        if exponent.rest is None and len(exponent.terms) == 1 and exponent.lead[0] == UNIT:
            return self._power(base, exponent.lead[1])
        if not base.is_zero and sign_of(base.lead[1]) < 0:
            raise Beyond("a power of a negative number oscillates")
        return self._exp(self._product(exponent, self._log(base)))

    def _power(self, base: Expansion, p: Constant) -> Expansion:
        if base.is_zero:
            if sign_of(p) > 0:
                return base
            raise Beyond("division by zero")
        monomial, factor = base.lead
        if sign_of(factor) < 0 and not p.is_Integer:
            raise Beyond("a fractional power of negative numbers")
        if factor.is_Rational and factor not in (1, -1):
            bits = max(int(factor.p).bit_length(), int(factor.q).bit_length())
            if not abs(enclosed(p)) * bits < _LARGEST_BITS:
                raise Beyond("a constant with too many digits")
        coefficients = [sympy.S.One]
        for k in range(self.order):
            coefficients.append(coefficients[-1] * (p - k) / (k + 1))

        def remainder(e: Any) -> Any:
            power = enclosed(p - self.order)
            largest = BALLS.exp(abs(power * BALLS.log(1 - e)))  # at least (1 + t)^(p - K) for |t| <= e
            return abs(enclosed(coefficients[-1])) * largest

        series = self._series(self._relative_part(base), coefficients[:-1], remainder)
        return self._product(_single(raised(monomial, p), sympy.Pow(factor, p)), series)

    def _log(self, of: Expansion) -> Expansion:
        if of.is_zero or sign_of(of.lead[1]) < 0:
            raise Beyond("the logarithm of numbers that are not positive")
        monomial, factor = of.lead
        terms = [(UNIT, sympy.log(factor))] if factor != 1 else []
        for k, exponent in enumerate(monomial):
            if exponent != 0:
                if k + 1 == LEVELS:
                    raise Beyond(f"more than {LEVELS - 1} nested logarithms of n")
                terms.append((level(k + 1), exponent))
        coefficients = [sympy.S.Zero, *(sympy.Rational((-1) ** (k + 1), k) for k in range(1, self.order))]
        series = self._series(
            self._relative_part(of), coefficients, lambda e: BALLS.exp(-self.order * BALLS.log(1 - e)) / self.order
        )
        return self._sum(Expansion(tuple(terms)), series)

    def _exp(self, of: Expansion) -> Expansion:
        if of.rest is not None and compare(of.rest[0], UNIT) >= 0:
            raise Lost
        monomial, factor, small = UNIT, sympy.S.One, []
        for part, value in of.terms:
            relation = compare(part, UNIT)
            if relation < 0:
                small.append((part, value))
            elif relation == 0:
                factor = sympy.exp(value)
            else:
                k = next((k for k in range(1, LEVELS) if part == level(k)), None)
                if k is None:
                    raise Beyond("an exponential that is no product of powers of n and its logarithms")
                monomial = times(monomial, raised(level(k - 1), value))
        coefficients = [1 / sympy.factorial(k) for k in range(self.order)]
        series = self._series(
            Expansion(tuple(small), of.rest), coefficients, lambda e: BALLS.exp(e) / int(sympy.factorial(self.order))
        )
        return self._product(_single(monomial, factor), series)

    def _relative_part(self, of: Expansion) -> Expansion:
        """The e of f = C m (1 + e)."""
        monomial, factor = of.lead
        rest = of.rest and (times(of.rest[0], monomial, -1), of.rest[1] / abs(enclosed(factor)))
        return Expansion(tuple((times(part, monomial, -1), value / factor) for part, value in of.terms[1:]), rest)

    def _series(self, small: Expansion, coefficients: Sequence[Constant], remainder: Callable[[Any], Any]) -> Expansion:
        """sum of c_k e^k for k below the order, with Taylor's remainder `remainder(bound on |e|) |e|^order`."""
        total = self._collect([(UNIT, coefficients[0])], [])
        if small.is_zero:
            return total
        dominant = _dominant(small)
        size = self._magnitude(small, dominant)
        bound = size * self.tail.supremum(dominant)
        if not bound < 1:
            raise NotYet
        power = _single(UNIT, sympy.S.One)
        for factor in coefficients[1:]:
            power = self._product(power, small)
            total = self._sum(total, self._product(_single(UNIT, factor), power)) if factor != 0 else total
        left = remainder(bound) * size**self.order
        last = None if BALLS.sign(left) == 0 else (raised(dominant, sympy.Integer(self.order)), left)
        return self._collect(list(total.terms), [rest for rest in (total.rest, last) if rest])


def _single(monomial: Monomial, factor: Constant) -> Expansion:
    return Expansion(((monomial, factor),) if sign_of(factor) else ())


def _dominant(of: Expansion) -> Monomial:
    """The largest monomial of an expansion that is not zero."""
    if of.terms:
        return of.terms[0][0]
    assert of.rest is not None
    return of.rest[0]
