"""How an expression behaves as n grows: leading term, limit, exponent, convergence of sums of its powers.

Where an expression has the normal form f ~ C n^e0 (log n)^e1 (log log n)^e2 (log log log n)^e3, everything follows from
C and the exponents.  Exponentials such as 2^-n or exp(-sqrt(log n)) have none; for them the exponent is the limit of
n f'(n) / f(n) (with a finite limit f varies regularly, with an infinite one it outruns every power), and the limit of
f is that of exp(log f).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import sympy

from mpgcert.arithmetic import brief_fraction
from mpgcert.claims.step_sizes.constants import Beyond, Constant, shown, sign_of
from mpgcert.claims.step_sizes.evaluation import BALLS
from mpgcert.claims.step_sizes.expansion import Expander, Expansion, Lost
from mpgcert.claims.step_sizes.expression import Expression, elasticity, log_of
from mpgcert.claims.step_sizes.monomials import LEVELS, UNIT, Monomial, NotYet, Tail, compare, raised

__all__ = ["TAILS", "Growth", "growth", "in_tail"]

TAILS = tuple(10**k for k in (2, 3, 4, 6, 9, 20, 50, 100, 300, 1000, 3000, 10000))
_FAR = TAILS[4:]
_ORDERS = (4, 8, 16)
T = TypeVar("T")


def in_tail(start: int, ask: Callable[[Expander], T]) -> T:
    """The answer of an expander for all n >= start, to the order that it needs.

    Raises:
        NotYet: a later start may do.
        Beyond: outside the class.
    """
    with BALLS.context():
        for order in _ORDERS:
            try:
                return ask(Expander(Tail(start), order))
            except Lost:
                continue
    raise Beyond("the leading terms cancel to a high order")


def _eventually(of: Expression) -> Expansion:
    """The expansion from some count on, with a leading term or zero."""

    def found(expander: Expander) -> Expansion:
        expansion = expander.expand(of)
        if expansion.rest is not None:
            _ = expansion.lead
        return expansion

    for start in _FAR:
        try:
            return in_tail(start, found)
        except NotYet:
            continue
    raise Beyond(f"no expansion holds from n = {brief_fraction(Fraction(_FAR[-1]))} on")


@dataclass(frozen=True)
class Growth:
    """The behaviour of f(n) as n grows.

    Attributes:
        limit: of f; 0, an exact constant, oo or -oo.
        exponent: the limit of n f' / f; oo or -oo if f outruns every power.
        factor, exponents: of the normal form, where there is one (both None, or factor 0 for f = 0).
    """

    limit: Constant
    exponent: Constant
    factor: Constant | None = None
    exponents: Monomial | None = None

    @property
    def text(self) -> str:
        """The normal form, or what else is known."""
        if self.exponents is None:
            fast = self.exponent.is_infinite
            kind = "faster than every power of n" if fast else f"as n^({shown(self.exponent)}), up to slower factors"
            return f"{'falls' if self.limit == 0 else 'grows'} {kind}"
        names = ("n", "log(n)", "log(log(n))", "log(log(log(n)))")
        powers = [f"{name}^({shown(exponent)})" for name, exponent in zip(names, self.exponents) if exponent != 0]
        return " * ".join([shown(self.factor), *powers])

    def sum_converges(self, power: Constant = sympy.S.One) -> bool:
        """Whether the sum over n of f(n)^power is finite, for an f that is positive from some n on (Bertrand's test).

        The first of e0 power, e1 power, ... that is not -1 decides, by whether it is below -1.  Without a normal form
        the exponent e0 decides if it is not -1: f varies regularly, or falls faster than every power.

        Raises:
            Beyond: an exponent -1 without normal form.
        """
        if self.exponent.is_infinite:
            return self.exponent is sympy.S.NegativeInfinity
        exponents = raised(self.exponents, power) if self.exponents else (self.exponent * power,)
        for exponent in exponents:
            if found := sign_of(exponent + 1):
                return found < 0
        if self.exponents is None:
            raise Beyond("the sum is a borderline case without a normal form")
        return False

    def stays_comparable(self) -> bool:
        """Whether sup f([x n]) / f(n) is finite for every x in (0, 1), for an f that is positive everywhere.

        With a finite exponent e the ratio tends to x^e (regular variation), with -oo it tends to infinity, and with oo
        to 0; the finitely many other n do no harm.
        """
        return self.exponent is not sympy.S.NegativeInfinity


def growth(of: Expression) -> Growth:
    """The behaviour of an expression as n grows; raises Beyond where it is outside the class."""
    try:
        expansion = _eventually(of)
    except Beyond as reason:
        try:
            return _by_logarithm(of)
        except Beyond:
            raise reason from None
    if expansion.is_zero:
        return Growth(sympy.S.Zero, sympy.S.NegativeInfinity, sympy.S.Zero)
    exponents, factor = expansion.lead
    return Growth(_limit(expansion), exponents[0], factor, exponents)


def _limit(of: Expansion) -> Constant:
    if of.is_zero:
        return sympy.S.Zero
    monomial, factor = of.lead
    relation = compare(monomial, UNIT)
    if relation > 0:
        return sympy.S.Infinity if sign_of(factor) > 0 else sympy.S.NegativeInfinity
    return factor if relation == 0 else sympy.S.Zero


def _by_logarithm(of: Expression) -> Growth:
    limit = _limit(_eventually(log_of(of)))
    exponent = _limit(_eventually(elasticity(of)))
    if not limit.is_infinite:
        value = sympy.exp(limit)
        return Growth(value, exponent, value, (sympy.S.Zero,) * LEVELS)
    return Growth(sympy.S.Infinity if limit > 0 else sympy.S.Zero, exponent)
