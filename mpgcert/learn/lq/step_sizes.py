"""Step sizes of one number for all players, or of one for each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import brief_fraction, parse_number
from mpgcert.errors import InvalidInput

__all__ = ["step_sizes_of"]


def step_sizes_of(given: Any, n_players: int) -> tuple[Fraction, ...]:
    """Positive rationals, one for each player, from a number, a sequence of numbers, or a text as `0.001,0.01`.

    Raises:
        InvalidInput: not a positive number, or neither one nor one for each player.
    """
    values = given.split(",") if isinstance(given, str) else given if isinstance(given, (list, tuple)) else [given]
    if len(values) not in (1, n_players):
        expected = f"one number, or one for each of {n_players} players"
        raise InvalidInput(f"{len(values)} numbers", field="step_size", expected=expected)
    sizes = []
    for value in values:
        try:
            size = parse_number(value.strip() if isinstance(value, str) else value)
        except ValueError as error:
            raise InvalidInput(str(error), field="step_size", expected="a positive number") from None
        if size <= 0:
            raise InvalidInput(brief_fraction(size), field="step_size", expected="a positive number")
        sizes.append(size)
    return tuple(sizes) if len(sizes) > 1 else (sizes[0],) * n_players
