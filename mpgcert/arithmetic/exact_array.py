"""Arrays of rationals with one common denominator: the exact data of a game.

Integers over a common denominator are compact (int64 when they fit), reduce to a prime field or to
doubles in one vectorised operation, and are canonical: equal content has equal representation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.numbers import format_fraction, parse_number
from mpgcert.errors import InvalidInput

__all__ = ["ExactArray"]

_INT64_SAFE = 2**62
_DOUBLE_EXACT = 2**53
_MAX_LEVELS = 32


@dataclass(frozen=True, eq=False)
class ExactArray:
    """An array of rationals `numerator / denominator`.

    Attributes:
        numerator: int64 array, or object array of Python ints where int64 would overflow.
        denominator: positive int; no prime divides it and every numerator.
    """

    numerator: NDArray[Any]
    denominator: int

    @staticmethod
    def of_integers(numerator: NDArray[Any], denominator: int = 1) -> ExactArray:
        """Canonical form of an integer array over a positive denominator.

        An array that repeats one part along its first axis (of stride 0, as `numpy.broadcast_to` makes them) stays so:
        a reward that all players have is held once.
        """
        if _repeats(numerator):
            part = ExactArray.of_integers(numerator[0], denominator)
            return ExactArray(np.broadcast_to(part.numerator, numerator.shape), part.denominator)
        # numpy turns 0-d object arrays into ints, and large ints into uint64, which would wrap around
        if not isinstance(numerator, np.ndarray) or numerator.dtype.kind not in "bi":
            numerator = np.asarray(numerator, dtype=object)
        if denominator <= 0:
            raise ValueError(f"denominator {denominator} is not positive")
        if numerator.dtype == object:
            common = math.gcd(denominator, *numerator.ravel().tolist())
            if common > 1:
                numerator = np.asarray(numerator // common, dtype=object)
            if all(abs(k) < _INT64_SAFE for k in numerator.ravel().tolist()):
                numerator = numerator.astype(np.int64)
        else:
            numerator = numerator.astype(np.int64)
            common = math.gcd(denominator, int(np.gcd.reduce(numerator, axis=None, initial=0)))
            if common > 1:
                numerator = np.asarray(numerator // common)
            if numerator.size and not -_INT64_SAFE < numerator.min() <= numerator.max() < _INT64_SAFE:
                numerator = numerator.astype(object)
        numerator = np.asarray(numerator, order="C")
        numerator.flags.writeable = False
        return ExactArray(numerator, denominator // common if common else 1)

    @staticmethod
    def of_fractions(values: Sequence[Fraction] | NDArray[Any], shape: tuple[int, ...] | None = None) -> ExactArray:
        """From Fractions (or ints) in C order; `shape` defaults to that of `values`."""
        array = np.asarray(values, dtype=object)
        shape = array.shape if shape is None else shape
        flat = array.ravel().tolist()
        denominator = math.lcm(*(value.denominator for value in flat)) if flat else 1
        numerator = np.empty(len(flat), dtype=object)
        numerator[:] = [value.numerator * (denominator // value.denominator) for value in flat]
        return ExactArray.of_integers(numerator.reshape(shape), denominator)

    @staticmethod
    def parse(values: Any, field: str, shape: tuple[int, ...] | None = None) -> ExactArray:
        """Read nested lists or a numpy array of numbers, exactly.

        Args:
            values: nested lists (of ints, floats, Fractions or number strings), a numpy array, or an
                ExactArray (returned as it is).
            field: name for error messages.
            shape: required shape; without it the nesting decides.

        Raises:
            InvalidInput: ragged nesting, wrong shape, or an entry that is not a finite number; the message
                names the index.
        """
        if isinstance(values, ExactArray):
            array = values
        elif isinstance(values, np.ndarray) and values.dtype != object:
            array = _parse_typed(values, field)
        else:
            array = _parse_nested(values, field, shape)
        if shape is not None and array.shape != shape:
            raise InvalidInput(f"shape {list(array.shape)}", field=field, expected=f"shape {list(shape)}")
        return array

    @property
    def shape(self) -> tuple[int, ...]:
        return self.numerator.shape

    @property
    def size(self) -> int:
        return self.numerator.size

    def __getitem__(self, index: Any) -> Any:
        """An entry as a Fraction, or a part as an ExactArray."""
        part = self.numerator[index]
        if isinstance(part, np.ndarray):
            return ExactArray.of_integers(part, self.denominator)
        return Fraction(int(part), self.denominator)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ExactArray)
            and self.denominator == other.denominator
            and self.shape == other.shape
            and bool(np.all(self.numerator == other.numerator))
        )

    def __hash__(self) -> int:
        return hash((self.denominator, self.shape, tuple(self.numerator.flat[:64].tolist())))

    def __repr__(self) -> str:
        return f"ExactArray(shape={self.shape}, denominator={self.denominator})"

    def reshape(self, *shape: int) -> ExactArray:
        return ExactArray(self.numerator.reshape(*shape), self.denominator)

    def to_float(self) -> NDArray[np.float64]:
        """Correctly rounded doubles."""
        if self.is_repeated:
            return np.broadcast_to(self[0].to_float(), self.shape)
        numerator = self.numerator
        if numerator.dtype != object and self.denominator < _DOUBLE_EXACT:
            largest = int(np.abs(numerator).max(initial=0))
            if largest < _DOUBLE_EXACT:
                return np.asarray(numerator / self.denominator, dtype=np.float64)
        flat = [int(k) / self.denominator for k in numerator.ravel().tolist()]
        return np.array(flat, dtype=np.float64).reshape(self.shape)

    def fractions(self) -> list[Fraction]:
        """All entries in C order."""
        return [Fraction(k, self.denominator) for k in self.numerator.ravel().tolist()]

    def to_nested(self) -> Any:
        """Nested lists of ints (which doubles hold) and exact strings, as written in a game file."""
        cache: dict[int, int | str] = {}

        def token(k: int) -> int | str:
            if k not in cache:
                value = Fraction(k, self.denominator)
                small = value.denominator == 1 and abs(value) < _DOUBLE_EXACT
                cache[k] = value.numerator if small else format_fraction(value)
            return cache[k]

        def walk(part: Any) -> Any:
            return [walk(p) for p in part] if isinstance(part, list) else token(part)

        return walk(self.numerator.tolist())

    @property
    def is_repeated(self) -> bool:
        """Whether all parts along the first axis are one and the same memory."""
        return _repeats(self.numerator)

    def min(self) -> Fraction:
        return Fraction(int(self._once().min()), self.denominator)

    def max(self) -> Fraction:
        return Fraction(int(self._once().max()), self.denominator)

    def _once(self) -> NDArray[Any]:
        """The numerators, without repetitions."""
        return self.numerator[0] if self.is_repeated else self.numerator

    def sum(self, axis: int) -> ExactArray:
        """Exact sums along one axis."""
        numerator = self.numerator
        if numerator.dtype != object:
            largest = int(np.abs(numerator).max(initial=0))
            if largest * max(numerator.shape[axis], 1) >= _INT64_SAFE:
                numerator = numerator.astype(object)
        return ExactArray.of_integers(numerator.sum(axis=axis), self.denominator)

    def affine(self, scale: Fraction, offset: Fraction) -> ExactArray:
        """The array `(x - offset) / scale`, exactly."""
        if self.is_repeated:
            part = self[0].affine(scale, offset)
            return ExactArray(np.broadcast_to(part.numerator, self.shape), part.denominator)
        denominator = self.denominator * offset.denominator
        numerator = self.numerator.astype(object) * offset.denominator - offset.numerator * self.denominator
        return ExactArray.of_integers(numerator * scale.denominator, denominator * scale.numerator)


def _repeats(numerator: Any) -> bool:
    return (
        isinstance(numerator, np.ndarray)
        and numerator.ndim > 1
        and numerator.shape[0] > 1
        and numerator.strides[0] == 0
        and numerator.size > 0
    )


def _parse_typed(values: NDArray[Any], field: str) -> ExactArray:
    kind = values.dtype.kind
    if kind in "iu":
        return ExactArray.of_integers(values.astype(object) if kind == "u" else values)
    if kind not in "fU":
        raise InvalidInput(f"an array of dtype {values.dtype}", field=field, expected="numbers")
    unique, inverse = np.unique(values, return_inverse=True)
    fractions = np.empty(len(unique), dtype=object)
    for k, value in enumerate(unique):
        try:
            fractions[k] = parse_number(value)
        except ValueError as error:
            where = np.argwhere(np.isnan(values) if value != value else values == value)[0]
            raise InvalidInput(str(error), field=field, index=where.tolist()) from None
    exact = ExactArray.of_fractions(fractions)
    return ExactArray.of_integers(exact.numerator[inverse.ravel()].reshape(values.shape), exact.denominator)


def _parse_nested(values: Any, field: str, shape: tuple[int, ...] | None) -> ExactArray:
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if shape is None:
        shape = _shape_of_first(values)
        if len(shape) > _MAX_LEVELS:
            raise InvalidInput(f"{len(shape)} nested levels", field=field, expected=f"at most {_MAX_LEVELS}")
    flat: list[Any] = []
    _flatten(values, shape, field, (), flat)
    cache: dict[Any, Fraction] = {}
    fractions = []
    for position, token in enumerate(flat):
        key = (type(token), token)
        value = cache.get(key)
        if value is None:
            try:
                value = parse_number(token)
            except ValueError as error:
                index = [int(i) for i in np.unravel_index(position, shape)] if shape else []
                raise InvalidInput(str(error), field=field, index=index) from None
            cache[key] = value
        fractions.append(value)
    return ExactArray.of_fractions(fractions, shape)


def _shape_of_first(values: Any) -> tuple[int, ...]:
    shape = []
    while isinstance(values, (list, tuple)):
        shape.append(len(values))
        if not values:
            break
        values = values[0]
    return tuple(shape)


def _flatten(values: Any, shape: tuple[int, ...], field: str, index: tuple[int, ...], into: list[Any]) -> None:
    if not shape:
        if isinstance(values, (list, tuple, dict)) or values is None:
            found = "null" if values is None else f"a {type(values).__name__}"
            raise InvalidInput(found, field=field, index=index, expected="a number")
        into.append(values)
        return
    if not isinstance(values, (list, tuple)):
        raise InvalidInput(f"{values!r:.40}", field=field, index=index, expected=f"a list of {shape[0]} entries")
    if len(values) != shape[0]:
        raise InvalidInput(f"{len(values)} entries", field=field, index=index, expected=f"a list of {shape[0]} entries")
    for i, part in enumerate(values):
        _flatten(part, shape[1:], field, (*index, i), into)
