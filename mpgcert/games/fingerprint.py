"""What identifies the content of a Markov game, whatever file or program it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from mpgcert.arithmetic import format_fraction

if TYPE_CHECKING:
    from mpgcert.games.markov import MarkovGame

__all__ = ["content_hash"]

_PORTION = 2**16


def content_hash(game: MarkovGame) -> str:
    """SHA-256 of the exact content (not of names, labels or notes), in hexadecimal."""
    digest = hashlib.sha256()
    kernel = game.sparse_kernel
    digest.update(f"{list(game.rewards.shape)} {format_fraction(game.discount)}".encode())
    for indices in (kernel.start, kernel.successor):
        digest.update(indices.astype("<i8").tobytes())
    for array in (game.initial, kernel.probability, game.rewards):
        digest.update(f"|{array.denominator:x}|".encode())
        if array.is_repeated:
            once = ",".join(_hexadecimal(array.numerator[0])).encode()
            for copy in range(array.shape[0]):
                digest.update((b"," if copy else b"") + once)
        else:
            for position, text in enumerate(_hexadecimal(array.numerator)):
                digest.update(f",{text}".encode() if position else text.encode())
    return digest.hexdigest()


def _hexadecimal(numerator: NDArray[Any]) -> Iterator[str]:
    """The numbers in C order, joined by commas in portions."""
    flat = numerator.reshape(-1)
    for first in range(0, len(flat), _PORTION):
        yield ",".join([f"{k:x}" for k in flat[first : first + _PORTION].tolist()])
