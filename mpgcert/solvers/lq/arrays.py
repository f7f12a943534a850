"""The data of a linear-quadratic game as arrays of one arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic
from mpgcert.games.lq import LQGame

__all__ = ["LQArrays"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LQArrays:
    """Matrices of a game; controls of all players are put below each other (k = k_1 + ... + k_N of them).

    Attributes:
        game: the game.
        arithmetic: what the entries are.
        A: [T, d, d].
        B: B_t = (B_t^1, ..., B_t^N), [T, d, k].
        Q: [N, T + 1, d, d].
        R: R_t^i of each player, [T, k_i, k_i].
        W: [d, d].
        sigma_0: E[x_0 x_0'], [d, d].
    """

    game: LQGame
    arithmetic: Arithmetic
    A: Array
    B: Array
    Q: Array
    R: tuple[Array, ...]
    W: Array
    sigma_0: Array

    @staticmethod
    def of(game: LQGame, arithmetic: Arithmetic) -> LQArrays:
        """The game's matrices in an arithmetic."""
        lift = arithmetic.array
        return LQArrays(
            game,
            arithmetic,
            A=lift(game.A),
            B=np.concatenate([lift(part) for part in game.B], axis=2),
            Q=lift(game.Q),
            R=tuple(lift(part) for part in game.R),
            W=lift(game.W),
            sigma_0=lift(game.initial.second_moment),
        )

    @property
    def horizon(self) -> int:
        return self.A.shape[0]

    @property
    def n_players(self) -> int:
        return len(self.R)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Rows of each player among all controls."""
        return self.game.control_slices

    def of_player(self, player: int) -> Array:
        """B^i, [T, d, k_i]."""
        return self.B[:, :, self.slices[player]]
