"""Values and LaTeX of a paper's formula, all from its one sympy expression.

The tree is walked instead of being turned into Python source: `sympy.lambdify` would print 1/10 as a
division of Python ints, a double, and an enclosure built from it would miss the true value.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, reduce
from typing import Any

import numpy as np
import sympy

from mpgcert.arithmetic import Arithmetic, Exact
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.errors import Irrational

__all__ = ["compiled", "evaluate", "evaluate_exactly", "is_algebraic_identity", "latex", "relation_holds"]


Lookup = Callable[[str], Any]
Compiled = Callable[[Lookup, Arithmetic], Any]


def evaluate(expression: sympy.Expr, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    """The value of an expression, with its symbols' values given as numbers of `arithmetic`.

    Args:
        expression: built from symbols, rationals, + * / powers, Min, Max, Abs, exp, log, ceiling.
        values: symbol name -> number of the arithmetic; `name**2` may stand for the square of a symbol
            that is itself irrational, and serves its even powers.
        arithmetic: Float, Ball or Exact (ceiling only in Exact).

    Raises:
        KeyError: a symbol has no value.
        ZeroDivisionError: a denominator is (or, in balls, may be) zero.
    """
    with arithmetic.context():
        return compiled(expression)(values.__getitem__, arithmetic)


@cache
def compiled(node: sympy.Expr) -> Compiled:
    """The expression as a function of (symbol name -> value, arithmetic)."""
    if isinstance(node, sympy.Symbol):
        name = node.name
        return lambda look, F: look(name)
    if isinstance(node, sympy.Rational):
        constant = Fraction(int(node.p), int(node.q))
        return lambda look, F: F.number(constant)
    if isinstance(node, sympy.Pow):
        return _power(node.base, node.exp)
    parts = [compiled(argument) for argument in node.args]
    if isinstance(node, sympy.Add):
        return lambda look, F: reduce(operator.add, [part(look, F) for part in parts])
    if isinstance(node, sympy.Mul):
        return lambda look, F: reduce(operator.mul, [part(look, F) for part in parts])
    if isinstance(node, sympy.Max):
        return lambda look, F: _largest([part(look, F) for part in parts], F)
    if isinstance(node, sympy.Min):
        return lambda look, F: -_largest([-part(look, F) for part in parts], F)
    (part,) = parts
    if isinstance(node, sympy.Abs):
        return lambda look, F: _largest([part(look, F), -part(look, F)], F)
    if isinstance(node, sympy.exp):
        return lambda look, F: F.exp(part(look, F))
    if isinstance(node, sympy.log):
        return lambda look, F: F.log(part(look, F))
    if isinstance(node, sympy.ceiling):
        return lambda look, F: F.number(math.ceil(_exactly(part(look, F), F)))
    raise TypeError(f"{type(node).__name__} has no value")


def _exactly(value: Any, F: Arithmetic) -> Fraction:
    if not isinstance(F, Exact):
        raise Irrational(f"ceiling has no value in {F.name}")
    return F.enclosure(value)[0]


def _largest(values: list[Any], F: Arithmetic) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return F.maximum(array)


def _power(base: sympy.Expr, exponent: sympy.Expr) -> Compiled:
    if exponent.free_symbols and exponent.is_integer:
        return _counted_power(compiled(base), compiled(exponent))
    if not isinstance(exponent, sympy.Rational) or exponent.q not in (1, 2):
        raise TypeError(f"power {exponent} has no value")
    of_base, square, count = compiled(base), f"{base}**2", abs(int(exponent.p))
    may_be_square = isinstance(base, sympy.Symbol) and exponent.q == 1 and count % 2 == 0

    def value(look: Lookup, F: Arithmetic) -> Any:
        times = count
        try:
            factor = look(square) if may_be_square else None
        except KeyError:
            factor = None
        if factor is None:
            factor = of_base(look, F)
        else:
            times //= 2
        if exponent.q == 2:
            factor = F.sqrt(factor)
        if exponent.p > 0:
            return F.power(factor, times)
        if not F.is_nonzero(factor):
            raise ZeroDivisionError("a denominator is zero, or not told apart from zero")
        return F.power(factor, -times)

    return value


def _counted_power(base: Compiled, exponent: Compiled) -> Compiled:
    """A power whose exponent is an expression with whole values, such as 2 T."""

    def value(look: Lookup, F: Arithmetic) -> Any:
        count = exponent(look, F)
        low, high = (count, count) if F.name == "float" else F.enclosure(count)
        if low != high or int(low) != low:
            raise Irrational("an exponent is not a whole number")
        return F.power(base(look, F), int(low)) if low else F.number(1)

    return value


def evaluate_exactly(expression: sympy.Expr, values: Mapping[str, Fraction | int]) -> Fraction:
    """The rational value of a rational expression at rational arguments."""
    from mpgcert.arithmetic import EXACT

    exact = {name: EXACT.number(Fraction(value)) for name, value in values.items()}
    return EXACT.enclosure(evaluate(expression, exact, EXACT))[0]


def relation_holds(relation: sympy.Basic, values: Mapping[str, Fraction]) -> bool:
    """Whether a relation between rational expressions holds at rational values, exactly."""
    left, right = (evaluate_exactly(side, values) for side in (relation.lhs, relation.rhs))
    holds = {sympy.Le: left <= right, sympy.Ge: left >= right, sympy.Eq: left == right}
    return holds[type(relation)]


@cache
def is_algebraic_identity(relation: sympy.Basic | None) -> bool:
    """Whether both sides of an equation are the same rational expression of their symbols (and of roots of them)."""
    if not isinstance(relation, sympy.Eq) or relation.lhs.free_symbols != relation.rhs.free_symbols:
        return False
    return bool(sympy.cancel(sympy.together(relation.lhs - relation.rhs)) == 0)


def latex(expression: sympy.Basic) -> str:
    """LaTeX with the vocabulary's symbols."""
    names = {t.symbol: t.latex for t in VOCABULARY.values()}
    return str(sympy.latex(expression, symbol_names=names))
