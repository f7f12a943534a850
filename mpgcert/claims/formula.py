"""Values and LaTeX of a paper's formula, all from its one sympy expression.

The tree is walked instead of being turned into Python source: `sympy.lambdify` would print 1/10 as a
division of Python ints, a double, and an enclosure built from it would miss the true value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy

from mpgcert.arithmetic import Arithmetic, Exact
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["evaluate", "evaluate_exactly", "latex", "relation_holds"]


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
        return _walk(expression, values, arithmetic)


def _walk(node: sympy.Expr, values: Mapping[str, Any], F: Arithmetic) -> Any:
    if isinstance(node, sympy.Symbol):
        return values[node.name]
    if isinstance(node, sympy.Rational):
        return F.number(Fraction(int(node.p), int(node.q)))
    if isinstance(node, sympy.Pow):
        square = values.get(f"{node.base}**2")
        if square is not None and node.exp.is_even:
            return _power(square, node.exp / 2, F)
        return _power(_walk(node.base, values, F), node.exp, F)
    arguments = [_walk(argument, values, F) for argument in node.args]
    if isinstance(node, sympy.Add):
        return reduce(lambda a, b: a + b, arguments)
    if isinstance(node, sympy.Mul):
        return reduce(lambda a, b: a * b, arguments)
    if isinstance(node, sympy.Max):
        return _largest(arguments, F)
    if isinstance(node, sympy.Min):
        return -_largest([-a for a in arguments], F)
    if isinstance(node, sympy.Abs):
        return _largest([arguments[0], -arguments[0]], F)
    if isinstance(node, sympy.exp):
        return F.exp(arguments[0])
    if isinstance(node, sympy.log):
        return F.log(arguments[0])
    if isinstance(node, sympy.ceiling) and isinstance(F, Exact):
        return F.number(math.ceil(F.enclosure(arguments[0])[0]))
    raise TypeError(f"{type(node).__name__} has no value in {F.name}")


def _largest(values: list[Any], F: Arithmetic) -> Any:
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = values
    return F.maximum(array)


def _power(base: Any, exponent: sympy.Expr, F: Arithmetic) -> Any:
    if not isinstance(exponent, sympy.Rational) or exponent.q not in (1, 2):
        raise TypeError(f"power {exponent} has no value in {F.name}")
    if exponent.q == 2:
        base = F.sqrt(base)
    power = reduce(lambda a, b: a * b, [base] * abs(int(exponent.p)))
    if exponent.p > 0:
        return power
    if F.sign(power) in (0, None):
        raise ZeroDivisionError("a denominator is zero, or not told apart from zero")
    return F.number(1) / power


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


def latex(expression: sympy.Basic) -> str:
    """LaTeX with the vocabulary's symbols."""
    names = {t.symbol: t.latex for t in VOCABULARY.values()}
    return str(sympy.latex(expression, symbol_names=names))
