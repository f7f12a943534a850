"""The settings of a run on a linear-quadratic game, read and checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq.model_free import SAMPLED_COSTS, ModelFree
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["ALGORITHMS", "MODEL_FREE", "NATURAL", "Number", "Settings", "whole_number"]

NATURAL = "natural-policy-gradient"
MODEL_FREE = "model-free-natural-policy-gradient"
ALGORITHMS = (NATURAL, MODEL_FREE)

Number = float | Fraction | str

_SMOOTHING, _TRAJECTORIES = "0.5", 200  # Section 5.2


@dataclass(frozen=True)
class Settings:
    """Which algorithm runs, and how; see `LQTrajectory` for the meaning of each."""

    algorithm: str
    step_size: tuple[float, ...]
    smoothing: tuple[float, ...] | None
    trajectories: tuple[int, ...] | None
    seed: int | None
    sampled_cost: str | None

    @staticmethod
    def of(
        game: LQGame,
        algorithm: str,
        step_size: Number | Sequence[Number],
        smoothing: Number | Sequence[Number] | None,
        trajectories: int | Sequence[int] | None,
        seed: int,
        sampled_cost: str = "trajectory",
    ) -> Settings:
        """Settings with one entry for each player.

        Raises:
            InvalidInput: an unknown algorithm, a number out of its range, a wrong number of entries, or an option of
                the model-free algorithm given to the other.
        """
        if algorithm not in ALGORITHMS:
            raise InvalidInput(f"{algorithm!r}", field="algorithm", expected=" or ".join(ALGORITHMS))
        sizes = tuple(_positive(value, "step_size", i) for i, value in _each(step_size, game, "step_size"))
        if algorithm == NATURAL:
            for field, value in (("smoothing", smoothing), ("trajectories", trajectories)):
                if value is not None:
                    raise InvalidInput(f"{value!r}", field=field, expected=f"none; it belongs to {MODEL_FREE}")
            return Settings(algorithm, sizes, None, None, None, None)
        if sampled_cost not in SAMPLED_COSTS:
            raise InvalidInput(f"{sampled_cost!r}", field="sampled_cost", expected=" or ".join(SAMPLED_COSTS))
        radii = _each(_SMOOTHING if smoothing is None else smoothing, game, "smoothing")
        counts = _each(_TRAJECTORIES if trajectories is None else trajectories, game, "trajectories")
        return Settings(
            algorithm,
            sizes,
            tuple(_positive(value, "smoothing", i) for i, value in radii),
            tuple(whole_number(value, "trajectories", 1, (i,)) for i, value in counts),
            whole_number(seed, "seed", 0),
            sampled_cost,
        )

    def model_free(self, arrays: LQArrays) -> ModelFree | None:
        """Algorithm 2 with these settings, or None for Algorithm 1."""
        if self.smoothing is None or self.trajectories is None or self.seed is None or self.sampled_cost is None:
            return None
        return ModelFree(arrays, self.smoothing, self.trajectories, self.seed, self.sampled_cost)


def whole_number(value: Any, field: str, least: int, index: tuple[int, ...] = ()) -> int:
    """A checked count."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        expected = f"a whole number that is at least {least}"
        raise InvalidInput(f"{value!r:.40}", field=field, index=index, expected=expected)
    return int(value)


def _each(value: Any, game: LQGame, field: str) -> list[tuple[int, Any]]:
    """(player, value): one value for all, or one for each."""
    if not isinstance(value, (list, tuple, np.ndarray)):
        return [(i, value) for i in range(game.n_players)]
    if len(value) != game.n_players:
        raise InvalidInput(f"{len(value)} entries", field=field, expected=f"one, or {game.n_players}, one per player")
    return list(enumerate(value))


def _positive(value: Any, field: str, player: int) -> float:
    expected = "a positive number in the range of doubles"
    try:
        number = float(parse_number(value))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(str(error), field=field, index=(player,), expected=expected) from None
    if not 0 < number < math.inf:
        raise InvalidInput(f"{value!r:.40}", field=field, index=(player,), expected=expected)
    return number
