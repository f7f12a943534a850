"""The vectors of loads that many players can put on a few facilities, ordered to suit recursions over players."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import TooLarge
from mpgcert.games.count_rules import applicable
from mpgcert.games.counts import CountGame
from mpgcert.kernels.blocks import BLOCK

__all__ = ["LoadVectors", "is_large", "summands"]

_MEMORY = 2**31  # bytes of distributions of load vectors
_MANY_VECTORS = 20_000


@dataclass(frozen=True, eq=False)
class LoadVectors:
    """The loads of the first F - 1 facilities under at most n players, ordered by their sum.

    Those that i players can make come first: their sum is at most i, the others use the last facility.

    Attributes:
        loads: int64 [V, F - 1].
        ends: how many vectors have a sum of at most 0, 1, ..., n: [n + 1].
        following: the index of each vector with one more user of facility k; 0 where the sum is n, int32 [V, F - 1].
    """

    loads: NDArray[np.int64]
    ends: NDArray[np.int64]
    following: NDArray[np.int32]

    @staticmethod
    def of(n_players: int, n_facilities: int) -> LoadVectors:
        """All of them.

        Raises:
            TooLarge: their distributions after 0, ..., n players would take more than 2 GiB, with the estimate.
        """
        width = n_facilities - 1
        stored = math.comb(n_players + n_facilities, n_facilities)
        needed = 8 * stored + (12 * width + 16) * math.comb(n_players + width, width)
        if needed > _MEMORY:
            raise TooLarge(
                f"transitions by the loads of {n_players} players on {n_facilities} facilities need about "
                f"{needed / 2**30:.3g} GiB for distributions of load vectors; the limit is {_MEMORY / 2**30:.0f} GiB"
            )
        base = n_players + 1
        keys, total = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        for _ in range(width):
            more = np.arange(base)
            sums = total[:, None] + more
            kept = sums <= n_players
            keys, total = (keys[:, None] * base + more)[kept], sums[kept]
        order = np.lexsort((keys, total))
        keys, total = keys[order], total[order]
        strides = base ** np.arange(width - 1, -1, -1, dtype=np.int64)
        by_key = np.argsort(keys)
        sorted_keys = keys[by_key]
        following = np.zeros((len(keys), width), dtype=np.int32)
        inner = total < n_players
        for k, stride in enumerate(strides.tolist()):
            following[inner, k] = by_key[np.searchsorted(sorted_keys, keys[inner] + stride)]
        ends = np.searchsorted(total, np.arange(n_players + 1), side="right")
        return LoadVectors(keys[:, None] // strides % base, ends, following)

    def outcomes(self, game: CountGame, state: int) -> NDArray[np.int64]:
        """Which rule of a state decides, for each vector: int64 [V]."""
        last = game.n_players - self.loads.sum(axis=1, keepdims=True)
        return applicable(game.rules[state], np.concatenate([self.loads, last], axis=1))


def is_large(game: CountGame) -> bool:
    """Whether there are so many load vectors that compiled code is worth its loading."""
    return _n_vectors(game) >= _MANY_VECTORS


def summands(game: CountGame) -> int:
    """How many additions a term passes through at most where forward and backward part meet (doubles)."""
    if game.moves_by_itself:
        return game.n_players
    count = _n_vectors(game)
    return max(game.n_players, BLOCK + count // BLOCK + 2 if is_large(game) else count)


def _n_vectors(game: CountGame) -> int:
    width = game.n_facilities - 1
    return math.comb(game.n_players + width, width)
