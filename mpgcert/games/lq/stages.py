"""Matrices that are given for each player and each stage, or once for all stages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput

__all__ = ["common_stage", "per_player", "per_stage", "stack"]

_INT64_SAFE = 2**62


def per_player(values: Any, field: str, n_players: int | None = None) -> list[Any]:
    """One entry for each player (at least one, if their number is not known yet).

    Raises:
        InvalidInput: no list, or another number of entries.
    """
    expected = "one entry for each player" if n_players is None else f"one entry for each of {n_players} players"
    if isinstance(values, (ExactArray, np.ndarray)) and values.shape:
        entries = [values[i] for i in range(values.shape[0])]
    elif isinstance(values, (list, tuple)):
        entries = list(values)
    else:
        raise InvalidInput("null" if values is None else f"{values!r:.40}", field=field, expected=expected)
    if not entries or len(entries) != (n_players or len(entries)):
        raise InvalidInput(f"{len(entries)} entries", field=field, expected=expected)
    return entries


def per_stage(values: Any, field: str, shape: tuple[int, int, int]) -> ExactArray:
    """[T, m, k] from that shape, or from one matrix [m, k] for all stages.

    Raises:
        InvalidInput: another shape, or an entry that is not a finite number.
    """
    exact = ExactArray.parse(values, field)
    if exact.shape == shape[1:]:
        return ExactArray.of_integers(np.broadcast_to(exact.numerator, shape), exact.denominator)
    if exact.shape == shape:
        return exact
    one = f"one matrix {list(shape[1:])} for all"
    if len(exact.shape) == 3 and exact.shape[1:] == shape[1:]:
        raise InvalidInput(f"{exact.shape[0]} stages", field=field, expected=f"{shape[0]} stages, or {one}")
    expected = f"shape {list(shape)}, or {one}"
    raise InvalidInput(f"shape {list(exact.shape)}", field=field, expected=expected)


def common_stage(stages: ExactArray) -> ExactArray:
    """The one matrix [m, k] if all stages [T, m, k] have it, else the stages as they are."""
    same = np.array_equal(stages.numerator, np.broadcast_to(stages.numerator[:1], stages.shape))
    return stages[0] if same else stages


def stack(parts: Sequence[ExactArray]) -> ExactArray:
    """Arrays of one shape behind each other along a new first axis."""
    denominator = math.lcm(*(part.denominator for part in parts))
    factors = [denominator // part.denominator for part in parts]
    largest = max(
        max(int(part.numerator.max()), -int(part.numerator.min())) * factor for part, factor in zip(parts, factors)
    )
    kind = np.int64 if largest < _INT64_SAFE else object
    scaled = [part.numerator.astype(kind) * factor for part, factor in zip(parts, factors)]
    return ExactArray.of_integers(np.stack(scaled), denominator)
