"""All players' actions side by side on one axis, so that one array operation serves every player.

A table over own actions, such as pi_i(a_i | s), is held as [S, B] with B = A_1 + ... + A_n: first the
actions of player 1, then those of player 2, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ActionLayout"]

Array = NDArray[Any]


class ActionLayout:
    """Where each player's actions lie on the joint axis.

    Attributes:
        n_actions: A_1, ..., A_n.
        offsets: first column of each player, [n].
        owner: the player of each column, [B].
    """

    def __init__(self, n_actions: Sequence[int]) -> None:
        self.n_actions = tuple(n_actions)
        self.offsets = np.concatenate([[0], np.cumsum(self.n_actions)[:-1]]).astype(np.intp)
        self.owner = np.repeat(np.arange(len(self.n_actions)), self.n_actions)
        self._slices = [slice(int(k), int(k) + count) for k, count in zip(self.offsets, self.n_actions)]

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """|A_i| in every column of player i, [B]."""
        return np.array(self.n_actions, dtype=np.float64)[self.owner]

    def own(self, player: int) -> slice:
        """The columns of one player."""
        return self._slices[player]

    def join(self, parts: Sequence[Array]) -> Array:
        """[S, A_1], ..., [S, A_n] -> [S, B]."""
        return np.concatenate(parts, axis=1)

    def split(self, table: Array) -> list[Array]:
        """[..., B] -> views [..., A_1], ..., [..., A_n]."""
        return [table[..., own] for own in self._slices]

    def total(self, table: Array) -> Array:
        """Sum over each player's actions: [S, B] -> [S, n]."""
        return np.add.reduceat(table, self.offsets, 1)

    def maximum(self, table: Array) -> Array:
        """Largest entry among each player's actions: [S, B] -> [S, n]."""
        return np.maximum.reduceat(table, self.offsets, 1)

    def spread(self, per_player: Array) -> Array:
        """Repeat for each action of the player: [S, n] -> [S, B]."""
        return per_player.take(self.owner, 1)
