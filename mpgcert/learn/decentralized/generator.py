"""The random numbers of a run: xoshiro256++ in plain integers.

A run has its own generator, so what it draws does not depend on other runs, on pauses, or on who computes it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Generator", "seeded_words"]

_MASK = 2**64 - 1


def seeded_words(seed: int) -> NDArray[np.uint64]:
    """The first four words of the generator with this seed, as numpy's SeedSequence spreads it."""
    return np.random.SeedSequence(seed).generate_state(4, np.uint64).astype(np.uint64)


class Generator:
    """xoshiro256++ of Blackman and Vigna (period 2^256 - 1), one uniform number a time."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words: list[int] = words.tolist()

    def uniform(self) -> float:
        """A multiple of 2^-53 in [0, 1)."""
        return (self.bits() >> 11) * 2.0**-53

    def bits(self) -> int:
        """64 random bits."""
        a, b, c, d = self.words
        out = (_rotated((a + d) & _MASK, 23) + a) & _MASK
        shifted = (b << 17) & _MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        self.words = [a, b, c, _rotated(d, 45)]
        return out


def _rotated(word: int, count: int) -> int:
    return ((word << count) | (word >> (64 - count))) & _MASK
