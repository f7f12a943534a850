"""Games from the arrays of other programs, which are mostly doubles: `MarkovGame.from_arrays`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.markov import MarkovGame

__all__ = ["game_of_arrays", "holds_floats", "needs_completion"]


def game_of_arrays(
    transition: Any,
    rewards: Any,
    discount: Any,
    *,
    initial: Any,
    name: str,
    states: Sequence[str] | None,
    players: Sequence[str] | None,
    actions: Sequence[Sequence[str]] | None,
    notes: dict[str, Any] | None,
) -> MarkovGame:
    """See `MarkovGame.from_arrays`."""
    kernel = ExactArray.parse(transition, "transition")
    n_players = len(kernel.shape) - 2
    if n_players < 1:
        raise InvalidInput(f"{len(kernel.shape)} axes", field="transition", expected="[S][A_1]...[A_n][S]")
    given = ExactArray.parse(rewards, "rewards")
    if len(given.shape) == n_players + 1:
        shared = np.broadcast_to(given.numerator, (n_players, *given.shape))
        given = ExactArray.of_integers(shared, given.denominator)
    elif len(given.shape) != n_players + 2:
        expected = f"[n][S][A_1]...[A_n] or [S][A_1]...[A_n] for {n_players} players, as the transition has them"
        raise InvalidInput(f"{len(given.shape)} axes", field="rewards", expected=expected)
    start = None if initial is None else ExactArray.parse(initial, "initial")
    return MarkovGame.of(
        rewards=given,
        transition=kernel,
        discount=discount,
        initial=start,
        name=name,
        states=states,
        players=players,
        actions=actions,
        notes=notes,
        inexact=needs_completion(transition, kernel) or (start is not None and needs_completion(initial, start)),
    )


def needs_completion(given: Any, rows: ExactArray) -> bool:
    """Whether rows [..., k] do not all sum to exactly 1 and were given as doubles, whose rounding may be why."""
    if not rows.shape or not holds_floats(given):
        return False
    total = rows.sum(axis=-1)
    return bool(np.any(total.numerator != total.denominator))


def holds_floats(values: Any) -> bool:
    """Whether there is a binary floating-point number in nested lists or an array."""
    if isinstance(values, np.ndarray) and values.dtype != object:
        return values.dtype.kind == "f"
    if isinstance(values, (list, tuple, np.ndarray)):
        return any(map(holds_floats, values))
    return isinstance(values, (float, np.floating))
