"""Step sizes given as expressions, as the functions of n that runs use."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mpgcert.claims.step_sizes import StepSizes
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
)
from mpgcert.claims.step_sizes.notation import text
from mpgcert.learn.decentralized.step_sizes import PowerStep, StepSize

__all__ = ["DEFAULT_STEP_SIZES", "ExpressionStep", "steps_of"]

#: Meets every clause of maheshwari2023.assumption-3.2.
DEFAULT_STEP_SIZES = "alpha = 0.9*n^-0.6; beta = 0.9*n^-0.9"


@dataclass(frozen=True)
class ExpressionStep:
    """A sequence that is no power of n, evaluated in doubles."""

    expression: Expression

    def __call__(self, n: int) -> float:
        return _value(self.expression, float(n))

    @property
    def __name__(self) -> str:
        return text(self.expression)


def steps_of(step_sizes: StepSizes) -> tuple[list[StepSize], list[StepSize]]:
    """alpha_i and beta_i of all players for a run."""
    return [_step(of) for of in step_sizes.alpha], [_step(of) for of in step_sizes.beta]


def _step(of: Expression) -> StepSize:
    power = _power(of)
    return ExpressionStep(of) if power is None or power[1] > 0 else PowerStep(power[0], -power[1], power[2])


def _power(of: Expression) -> tuple[float, float, float] | None:
    """(z, e, h) if the expression is z (n + h)^e."""
    match of:
        case Number(value):
            return float(value), 0.0, 0.0
        case Index():
            return 1.0, 1.0, 0.0
        case Sum(Index(), Number(shift)) | Sum(Number(shift), Index()):
            return 1.0, 1.0, float(shift)
        case Power(base, Number(exponent)):
            inner = _power(base)
            if inner is None or inner[0] <= 0:
                return None
            return inner[0] ** float(exponent), inner[1] * float(exponent), inner[2]
        case Product(left, right):
            first, second = _power(left), _power(right)
            if first is None or second is None or (first[1] and second[1] and first[2] != second[2]):
                return None
            return first[0] * second[0], first[1] + second[1], (first if first[1] else second)[2]
    return None


def _value(of: Expression, n: float) -> float:
    match of:
        case Number(value):
            return float(value)
        case Index():
            return n
        case Sum(left, right):
            return _value(left, n) + _value(right, n)
        case Product(left, right):
            return _value(left, n) * _value(right, n)
        case Power(base, exponent):
            return float(_value(base, n) ** _value(exponent, n))
        case Log(inner):
            return math.log(_value(inner, n))
        case Exp(inner):
            return math.exp(_value(inner, n))
        case Select(low, high, below, above):
            return _value(below if _value(low, n) <= _value(high, n) else above, n)
