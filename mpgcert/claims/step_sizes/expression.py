"""Expressions in one variable n: numbers, n, sums, products, powers, logarithms, exponentials, minima.

A tree is built through `add`, `multiply`, `power`, `log`, `exp` and `select`, which fold numbers exactly and drop
neutral elements; `elasticity` and `log_of` rewrite trees.  Nothing here knows about convergence.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mpgcert.arithmetic import format_fraction
from mpgcert.errors import InvalidInput

__all__ = [
    "INDEX",
    "ONE",
    "ZERO",
    "Exp",
    "Expression",
    "Index",
    "Log",
    "Number",
    "Power",
    "Product",
    "Select",
    "Sum",
    "add",
    "divide",
    "elasticity",
    "exact_power",
    "exp",
    "is_constant",
    "log",
    "log_of",
    "maximum",
    "minimum",
    "multiply",
    "negate",
    "power",
    "quotient",
]

_LARGEST_BITS = 4096


@dataclass(frozen=True)
class Number:
    """A rational."""

    value: Fraction


@dataclass(frozen=True)
class Index:
    """The count n."""


@dataclass(frozen=True)
class Sum:
    """left + right."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Product:
    """left * right."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Power:
    """base ^ exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True)
class Log:
    """The natural logarithm."""

    of: Expression


@dataclass(frozen=True)
class Exp:
    """The exponential function."""

    of: Expression


@dataclass(frozen=True)
class Select:
    """`below` where low <= high, else `above`: minima, maxima and their derivatives."""

    low: Expression
    high: Expression
    below: Expression
    above: Expression


Expression = Number | Index | Sum | Product | Power | Log | Exp | Select

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
INDEX = Index()


def add(left: Expression, right: Expression) -> Expression:
    """The sum."""
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value + right.value)
    if left == ZERO:
        return right
    return left if right == ZERO else Sum(left, right)


def multiply(left: Expression, right: Expression) -> Expression:
    """The product; 0 times anything is 0."""
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value * right.value)
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    return left if right == ONE else Product(left, right)


def negate(of: Expression) -> Expression:
    """Minus the expression."""
    return multiply(Number(Fraction(-1)), of)


def divide(above: Expression, below: Expression) -> Expression:
    """The quotient; raises InvalidInput for a division by the number 0."""
    return multiply(above, power(below, Number(Fraction(-1))))


def power(base: Expression, exponent: Expression) -> Expression:
    """The power; raises InvalidInput for 0 to a negative number and for numbers of thousands of digits."""
    if exponent == ONE:
        return base
    if exponent == ZERO or base == ONE:
        return ONE
    if isinstance(base, Number) and isinstance(exponent, Number):
        if base == ZERO and exponent.value < 0:
            raise InvalidInput("division by zero")
        size = max(base.value.numerator.bit_length(), base.value.denominator.bit_length())
        if base.value not in (0, 1, -1) and size * abs(exponent.value) > _LARGEST_BITS:
            raise InvalidInput("the number has too many digits", expected=f"at most {_LARGEST_BITS} bits")
        exact = exact_power(base.value, exponent.value)
        if exact is not None:
            return Number(exact)
    return Power(base, exponent)


def log(of: Expression) -> Expression:
    """The logarithm; raises InvalidInput for that of a number that is not positive."""
    if isinstance(of, Number) and of.value <= 0:
        raise InvalidInput(f"the logarithm of {format_fraction(of.value)} does not exist")
    if of == ONE:
        return ZERO
    return of.of if isinstance(of, Exp) else Log(of)


def exp(of: Expression) -> Expression:
    """The exponential."""
    if of == ZERO:
        return ONE
    return of.of if isinstance(of, Log) else Exp(of)


def minimum(left: Expression, right: Expression) -> Expression:
    """The smaller one."""
    return Select(left, right, left, right)


def maximum(left: Expression, right: Expression) -> Expression:
    """The larger one."""
    return Select(left, right, right, left)


def exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base ^ exponent where that is rational (and base >= 0 or the exponent an integer), else None; 0 ^ 0 is 1.

    >>> exact_power(Fraction(4, 9), Fraction(-1, 2)), exact_power(Fraction(2), Fraction(1, 2))
    (Fraction(3, 2), None)
    """
    if base == 0:
        return Fraction(exponent == 0) if exponent >= 0 else None
    if exponent.denominator == 1:
        return base**exponent.numerator
    if base == 1:
        return base
    if base < 0 or exponent.denominator > _LARGEST_BITS:
        return None
    roots = [_integer_root(part, exponent.denominator) for part in (base.numerator, base.denominator)]
    if roots[0] is None or roots[1] is None:
        return None
    return Fraction(roots[0], roots[1]) ** exponent.numerator


def _integer_root(value: int, degree: int) -> int | None:
    """The integer whose power of this degree is the value, if there is one (Newton's method from above)."""
    root = 1 << -(-value.bit_length() // degree)
    while True:
        smaller = ((degree - 1) * root + value // root ** (degree - 1)) // degree
        if smaller >= root:
            return root if root**degree == value else None
        root = smaller


def is_constant(of: Expression) -> bool:
    """Whether n does not occur."""
    match of:
        case Number():
            return True
        case Index():
            return False
        case Log(inner) | Exp(inner):
            return is_constant(inner)
        case Sum(left, right) | Product(left, right) | Power(left, right):
            return is_constant(left) and is_constant(right)
        case Select():
            return all(is_constant(part) for part in (of.low, of.high, of.below, of.above))


def elasticity(of: Expression) -> Expression:
    """n f'(n) / f(n): the exponent of a power, and the sum of the factors' exponents for a product.

    For a minimum or maximum it is that of the branch in force.
    """
    if is_constant(of):
        return ZERO
    match of:
        case Index():
            return ONE
        case Product(left, right):
            return add(elasticity(left), elasticity(right))
        case Power(base, exponent) if is_constant(exponent):
            return multiply(exponent, elasticity(base))
        case Power(base, exponent):
            return multiply(exponent, add(elasticity(base), multiply(elasticity(exponent), Log(base))))
        case Exp(inner):
            return multiply(inner, elasticity(inner))
        case Log(inner):
            return divide(elasticity(inner), log(inner))
        case Sum(left, right):
            slopes = add(multiply(left, elasticity(left)), multiply(right, elasticity(right)))
            return divide(slopes, of)
        case Select(low, high, below, above):
            return Select(low, high, elasticity(below), elasticity(above))
    raise AssertionError


def log_of(of: Expression) -> Expression:
    """log f with products and powers taken apart, for positive factors (others have no logarithm then)."""
    match of:
        case Product(left, right):
            return add(log_of(left), log_of(right))
        case Power(base, exponent):
            return multiply(exponent, log_of(base))
        case Exp(inner):
            return inner
        case Select(low, high, below, above):
            return Select(low, high, log_of(below), log_of(above))
    return ZERO if of == ONE else Log(of)


def quotient(above: Expression, below: Expression) -> Expression:
    """The quotient with common factors cancelled; raises InvalidInput for a division by the number 0."""
    factors = _factors(above, Fraction(1))
    for factor, exponent in _factors(below, Fraction(-1)).items():
        factors[factor] = factors.get(factor, Fraction(0)) + exponent
    result: Expression = ONE
    for factor, exponent in factors.items():
        result = multiply(result, power(factor, Number(exponent)))
    return result


def _factors(of: Expression, exponent: Fraction) -> dict[Expression, Fraction]:
    """The factors of expression ^ exponent with their rational exponents.

    Only an integer power of a product is the product of the powers whatever the factors' signs are.
    """
    match of:
        case Product(left, right) if exponent.denominator == 1:
            found = _factors(left, exponent)
            for factor, part in _factors(right, exponent).items():
                found[factor] = found.get(factor, Fraction(0)) + part
            return found
        case Power(base, Number(value)) if exponent.denominator == 1:
            return _factors(base, value * exponent)
    return {of: exponent}
