"""Many instances at once in doubles: a number of this arithmetic holds one double for each instance.

A `Lane` is such a number, [B] doubles behind the operators of a number, so that object arrays of lanes go
through code that is generic in the arithmetic.  A question about numbers (`sign`, `at_most`) must have one
answer for all instances; where it has several, `Diverging` says which instances answer yes, and the caller
goes on with the two parts separately.  `NotInLanes` says that something has no meaning for many instances at
once, and the caller goes on with one at a time.

Like `Float` a filter, never a verdict.  Blocks are the same data as one array [..., B] of doubles; loops over
the leading axes that are whole-array operations over the last are what makes this fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.exact_array import ExactArray
from mpgcert.arithmetic.interface import NoContext

__all__ = ["Diverging", "Lane", "Lanes", "NotInLanes", "as_block", "as_lanes", "eliminate", "solve_block"]

Block = NDArray[np.float64]
Mask = NDArray[np.bool_]


class NotInLanes(Exception):
    """Asked for something that many instances at once do not have; one at a time has it."""


class Diverging(Exception):
    """Instances disagree on a question.

    Attributes:
        mask: [B] the instances that answer as the first one does.
    """

    def __init__(self, mask: Mask) -> None:
        super().__init__("instances disagree")
        self.mask = mask


def _refuse(*_: Any) -> NoReturn:
    raise NotInLanes("numbers of many instances are compared through the arithmetic only")


class Lane:
    """One double for each of B instances, with the operators of a number.

    Attributes:
        values: [B].
    """

    __slots__ = ("values",)

    def __init__(self, values: Block) -> None:
        self.values = values

    def __repr__(self) -> str:
        return f"Lane({self.values!r})"

    def __add__(self, other: Any) -> Any:
        if type(other) is Lane:
            return Lane(self.values + other.values)
        return NotImplemented if isinstance(other, np.ndarray) else Lane(self.values + other)

    def __sub__(self, other: Any) -> Any:
        if type(other) is Lane:
            return Lane(self.values - other.values)
        return NotImplemented if isinstance(other, np.ndarray) else Lane(self.values - other)

    def __mul__(self, other: Any) -> Any:
        if type(other) is Lane:
            return Lane(self.values * other.values)
        return NotImplemented if isinstance(other, np.ndarray) else Lane(self.values * other)

    def __truediv__(self, other: Any) -> Any:
        if type(other) is Lane:
            return Lane(self.values / other.values)
        return NotImplemented if isinstance(other, np.ndarray) else Lane(self.values / other)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else Lane(other - self.values)

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else Lane(other / self.values)

    def __neg__(self) -> Lane:
        return Lane(-self.values)

    def __abs__(self) -> Lane:
        return Lane(np.abs(self.values))

    def __pow__(self, exponent: int) -> Lane:
        return Lane(self.values**exponent)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = __float__ = __int__ = _refuse
    __hash__ = None  # type: ignore[assignment]


def _values(number: Any) -> Any:
    return number.values if type(number) is Lane else number


def as_lanes(block: Block) -> NDArray[Any]:
    """A block [..., B] as an object array [...] of lanes, which share its memory."""
    out = np.empty(block.shape[:-1], dtype=object)
    flat = block.reshape(-1, block.shape[-1])
    out.reshape(-1)[:] = [Lane(part) for part in flat]
    return out


def as_block(lanes: NDArray[Any], count: int) -> Block:
    """An object array [...] of lanes (and doubles, which all instances share) as a block [..., count]."""
    out = np.empty((*lanes.shape, count))
    for row, number in zip(out.reshape(-1, count), lanes.ravel()):
        row[:] = _values(number)
    return out


def solve_block(matrix: Block, right: Block) -> Block:
    """The x with `matrix @ x = right` for each instance: [m, m, B] and [m, k, B] -> [m, k, B].

    Elimination without exchanges of rows, over all instances at once, where every matrix is dominated by its
    diagonal (along rows, or along columns, as I - gamma P and its transpose are), which keeps it stable; LAPACK,
    one instance after the other, elsewhere.

    Raises:
        NotInLanes: some matrix is singular.
    """
    diagonal = np.abs(np.einsum("iib->ib", matrix))
    sizes = np.abs(matrix)
    if not any((2 * diagonal > sizes.sum(axis=axis)).all() for axis in (1, 0)):
        try:
            solution = np.linalg.solve(np.moveaxis(matrix, 2, 0), np.moveaxis(right, 2, 0))
        except np.linalg.LinAlgError:
            raise NotInLanes("some system is singular") from None
        return np.ascontiguousarray(np.moveaxis(solution, 0, 2))
    return eliminate(matrix.copy(), right.copy())


def eliminate(upper: Block, out: Block) -> Block:
    """`solve_block` by elimination in place: `upper` [m, m, B] is used up, `out` [m, k, B] becomes the solution."""
    size = len(upper)
    for pivot in range(size):
        inverse = 1 / upper[pivot, pivot]
        upper[pivot, pivot] = inverse
        for row in range(pivot + 1, size):
            factor = upper[row, pivot] * inverse
            upper[row, pivot + 1 :] -= factor * upper[pivot, pivot + 1 :]
            out[row] -= factor * out[pivot]
    for pivot in reversed(range(size)):
        for row in range(pivot + 1, size):
            out[pivot] -= upper[pivot, row] * out[row]
        out[pivot] *= upper[pivot, pivot]
    return out


@dataclass(frozen=True)
class Lanes(NoContext):
    """Doubles of `count` instances at once.

    Attributes:
        count: B.
    """

    count: int
    name: str = "lanes"

    def number(self, value: Any) -> Any:
        """A rational, the same for all instances, as its double; a lane as it is."""
        return value if isinstance(value, Lane) else float(value)

    def array(self, values: ExactArray) -> NDArray[Any]:
        return values.to_float().astype(object)

    def power(self, value: Any, exponent: int) -> Any:
        return value**exponent

    def solve(self, matrix: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
        size = len(matrix)
        columns = as_block(right.reshape(size, -1), self.count)
        return as_lanes(solve_block(as_block(matrix, self.count), columns)).reshape(right.shape)

    def sqrt(self, value: Any) -> Any:
        return _apply(np.sqrt, value)

    def exp(self, value: Any) -> Any:
        return _apply(np.exp, value)

    def log(self, value: Any) -> Any:
        return _apply(np.log, value)

    def is_nonzero(self, value: Any) -> bool:
        return bool(_agreed(_values(value) != 0))

    def sign(self, value: Any) -> int | None:
        return int(_agreed(np.sign(_values(value))))

    def at_most(self, left: Any, right: Any) -> bool | None:
        return bool(_agreed(_values(left) <= _values(right)))

    def maximum(self, values: NDArray[Any]) -> Any:
        flat = values.ravel().tolist()
        if len(flat) == 1:
            return flat[0]
        largest = reduce(np.maximum, [_values(value) for value in flat])
        return Lane(largest) if isinstance(largest, np.ndarray) else largest

    def enclosure(self, value: Any) -> tuple[Fraction, Fraction]:
        if isinstance(value, Lane):
            raise NotInLanes("a double encloses nothing")
        return Fraction(value), Fraction(value)

    def doubles(self, value: Any) -> tuple[float, float]:
        raise NotInLanes("one pair of doubles for many instances")

    def between(self, low: Fraction, high: Fraction) -> float:
        return float((low + high) / 2)


def _apply(function: Callable[[Any], Any], value: Any) -> Any:
    return Lane(function(value.values)) if isinstance(value, Lane) else function(value)


def _agreed(answers: Any) -> Any:
    """The one answer of all instances."""
    if not isinstance(answers, np.ndarray):
        return answers
    first = answers[0]
    same = answers == first
    if same.all():
        return first
    if not same[0]:  # not a number: nothing equals it
        raise NotInLanes("some instance has no answer")
    raise Diverging(same)
