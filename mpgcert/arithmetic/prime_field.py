"""Integers modulo a random prime, as an arithmetic without order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.interface import NoContext, ObjectArrays
from mpgcert.errors import SingularMatrix

__all__ = ["PrimeField"]


@dataclass(frozen=True)
class PrimeField(ObjectArrays, NoContext):
    """Integers modulo a prime: identities of rational functions are tested at random points here.

    Draw the prime with `PrimeField.draw`: a fixed prime could divide a number of the game.
    """

    prime: int

    @staticmethod
    def draw(generator: random.Random) -> PrimeField:
        """A field with a prime drawn from [2^60, 2^61)."""
        while True:
            candidate = generator.randrange(2**60, 2**61) | 1
            if flint.fmpz(candidate).is_prime():
                return PrimeField(candidate)

    @property
    def name(self) -> str:
        return f"prime({self.prime})"

    def number(self, value: Fraction | int) -> Any:
        if value.denominator % self.prime == 0:
            raise SingularMatrix(f"the prime {self.prime} divides a denominator: draw another")
        return flint.nmod(value.numerator, self.prime) / flint.nmod(value.denominator, self.prime)

    def random_elements(self, generator: random.Random, shape: tuple[int, ...]) -> NDArray[Any]:
        """Independent uniform elements."""
        out = np.empty(int(np.prod(shape)), dtype=object)
        out[:] = [flint.nmod(generator.randrange(self.prime), self.prime) for _ in range(out.size)]
        return out.reshape(shape)

    def combiner(self, rows: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """The map w -> w @ rows for integer weights w [m], with rows [m, k] converted once for many uses."""
        matrix = self._matrix(rows)

        def combine(weights: NDArray[Any]) -> NDArray[Any]:
            left = flint.nmod_mat(1, len(weights), [int(w) for w in weights.tolist()], self.prime)
            out = np.empty(rows.shape[1], dtype=object)
            out[:] = (left * matrix).entries()
            return out

        return combine

    def _quotients(self, numerators: list[int], denominator: int) -> list[Any]:
        unit = self.number(Fraction(1, denominator))
        return [flint.nmod(k, self.prime) * unit for k in numerators]

    def _matrix(self, entries: NDArray[Any]) -> Any:
        return flint.nmod_mat(*entries.shape, entries.ravel().tolist(), self.prime)

    def sqrt(self, value: Any) -> Any:
        raise TypeError("a prime field has no order and no roots here")

    exp = log = maximum = enclosure = doubles = sqrt

    def sign(self, value: Any) -> int | None:
        return 0 if value == 0 else None

    def at_most(self, left: Any, right: Any) -> bool | None:
        return True if left == right else None
