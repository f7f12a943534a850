"""Linear feedback policies u_t^i = -K_t^i x_t as exact data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.lq.stages import common_stage, per_player, per_stage

if TYPE_CHECKING:
    from mpgcert.games.lq.game import LQGame

__all__ = ["Gains"]


@dataclass(frozen=True)
class Gains:
    """K = (K^1, ..., K^N), each exact [T, k_i, d]."""

    parts: tuple[ExactArray, ...]

    @staticmethod
    def of(game: LQGame, gains: Sequence[Any], field: str = "policy") -> Gains:
        """Validated gains from [N][T][k_i][d], or [N][k_i][d] for gains that do not change with time.

        Raises:
            InvalidInput: wrong shape, or an entry that is not a finite number.
        """
        parts = per_player(gains, field, game.n_players)
        shapes = [(game.horizon, k, game.dimension) for k in game.control_dimensions]
        return Gains(tuple(per_stage(part, f"{field}[{i}]", shapes[i]) for i, part in enumerate(parts)))

    @staticmethod
    def zero(game: LQGame) -> Gains:
        """No control."""
        return Gains(
            tuple(
                ExactArray.of_integers(np.zeros((game.horizon, k, game.dimension), dtype=np.int64))
                for k in game.control_dimensions
            )
        )

    @staticmethod
    def random(game: LQGame, seed: int) -> Gains:
        """Gains that change with time, with uniform entries in {-1, -0.9, ..., 1}; a seed means the same everywhere.

        Raises:
            InvalidInput: a seed outside [0, 2^32).
        """
        if not 0 <= seed < 2**32:
            raise InvalidInput(str(seed), field="seed", expected="an integer between 0 and 2^32 - 1")
        generator = np.random.RandomState(seed)
        parts = []
        for k in game.control_dimensions:
            uniform = generator.random_sample((game.horizon, k, game.dimension))
            parts.append(ExactArray.of_integers(np.floor(uniform * 21).astype(np.int64) - 10, 10))
        return Gains(tuple(parts))

    @staticmethod
    def from_doubles(gains: Sequence[NDArray[np.float64]]) -> Gains:
        """The exact gains that doubles stand for, each [T, k_i, d]."""
        return Gains(
            tuple(
                ExactArray.of_fractions([Fraction(float(x)) for x in part.ravel()], part.shape)
                for part in map(np.asarray, gains)
            )
        )

    def with_player(self, player: int, other: Gains) -> Gains:
        """(K'^i, K^{-i}): these gains with those of one player taken from `other`."""
        return Gains((*self.parts[:player], other.parts[player], *self.parts[player + 1 :]))

    def lift(self, arithmetic: Arithmetic) -> NDArray[Any]:
        """All players' gains below each other, [T, k_1 + ... + k_N, d], in an arithmetic."""
        return np.concatenate([arithmetic.array(part) for part in self.parts], axis=1)

    def to_nested(self) -> list[Any]:
        """[N][T][k_i][d] as exact ints and strings."""
        return [part.to_nested() for part in self.parts]

    def to_compact(self) -> list[Any]:
        """As `to_nested`, with one matrix [k_i][d] for a player whose gains do not change with time."""
        return [common_stage(part).to_nested() for part in self.parts]
