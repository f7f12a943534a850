"""Sparse kernels as lists of entries `[s, a_1, ..., a_n, s', p]`, the form of JSON game files."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.json_text import JsonNumber
from mpgcert.games.markov import SparseKernel
from mpgcert.games.schema import keys

__all__ = ["kernel_entries", "kernel_of_entries"]

_FIELD = "transition.sparse"


def kernel_of_entries(transition: dict[str, Any], shape: tuple[int, ...]) -> SparseKernel:
    """The kernel of shape [S, A_1, ..., A_n, S] from `{"sparse": entries}`, entries in any order.

    Raises:
        InvalidInput: an entry of wrong length, an index that is no integer or out of range, a number that
            cannot be read, or a place given twice.
    """
    if set(transition) != set(keys("sparse-kernel")):
        raise InvalidInput(
            f"an object with the keys {sorted(transition)}"[:80], field="transition", expected='only "sparse"'
        )
    entries = transition["sparse"]
    if not isinstance(entries, list):
        raise InvalidInput(f"{entries!r:.40}", field=_FIELD, expected="a list of entries")
    width = len(shape) + 1
    for k, entry in enumerate(entries):
        if not isinstance(entry, list) or len(entry) != width:
            found = f"{len(entry)} numbers" if isinstance(entry, list) else f"{entry!r:.40}"
            raise InvalidInput(found, field=_FIELD, index=(k,), expected=f"[s, {_actions(shape)}, s', p]")
    places = np.array(
        [[_index(entry[j], shape[j], (k, j)) for j in range(width - 1)] for k, entry in enumerate(entries)],
        dtype=np.int64,
    ).reshape(-1, width - 1)
    try:
        probability = ExactArray.parse([entry[-1] for entry in entries], _FIELD, (len(entries),))
    except InvalidInput as error:
        index = (*error.index, width - 1)
        raise InvalidInput(error.problem, field=_FIELD, index=index, expected=error.expected) from None
    row = np.ravel_multi_index(tuple(places[:, :-1].T), shape[:-1])
    order = np.lexsort((places[:, -1], row))
    row, successor = row[order], places[order, -1]
    again = np.flatnonzero((np.diff(row) == 0) & (np.diff(successor) == 0))
    if len(again):
        first, second = sorted(order[again[0] : again[0] + 2].tolist())
        raise InvalidInput(
            f"gives the same place as entry {first}", field=_FIELD, index=(second,), expected="each place once"
        )
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=math.prod(shape[:-1])))])
    return SparseKernel(start.astype(np.int64), successor, probability[order])


def _index(token: Any, size: int, index: tuple[int, int]) -> int:
    number = -1
    if isinstance(token, JsonNumber) and token.isdecimal() and len(token) < 19:
        number = int(token)
    elif isinstance(token, int) and not isinstance(token, bool):
        number = token
    if not 0 <= number < size:
        raise InvalidInput(f"{token!r:.40}", field=_FIELD, index=index, expected=f"an integer between 0 and {size - 1}")
    return number


def _actions(shape: tuple[int, ...]) -> str:
    return ", ".join(f"a_{i}" for i in range(1, len(shape) - 1))


def kernel_entries(kernel: SparseKernel, shape: tuple[int, ...]) -> list[list[Any]]:
    """The entries of a kernel of shape [S, A_1, ..., A_n, S], row by row."""
    places = np.stack([*np.unravel_index(kernel.row, shape[:-1]), kernel.successor], axis=1)
    return [[*place, p] for place, p in zip(places.tolist(), kernel.probability.to_nested())]
