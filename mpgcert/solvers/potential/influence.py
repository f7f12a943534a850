"""Which transitions a player can move, and from where that player's rewards are out of reach of the own actions.

For player i let D_i be the set of states s' whose probability the player can shift: P(s' | s, a_i, a_-i)
depends on a_i for some s, a_-i (nothing counts when gamma = 0).  `reach` R_i is everything that can be
reached from D_i in zero or more steps, whatever is played; it is closed under transitions.

A stage reward u(s, a_-i) that does not depend on a_i and vanishes on R_i leaves every averaged advantage of
player i at zero.  Proof: V_u = 0 on R_i, so sum_s' P(s' | s, a) V_u(s') takes the same value for every a_i
(rows of different a_i differ on D_i only).  Hence Abar_u(s, .) is constant in a_i, and its pi_i-mean is 0.
For a player who moves no transition R_i is empty, and u may be any function of (s, a_-i).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame

__all__ = ["reach"]


def reach(game: MarkovGame) -> NDArray[np.bool_]:
    """R_i of every player as booleans [n, S]; see the module docstring."""
    out = np.zeros((game.n_players, game.n_states), dtype=bool)
    if game.discount == 0 or game.n_states == 1:
        return out
    kernel = game.sparse_kernel
    source, joint = np.divmod(kernel.row, game.n_joint_actions)
    edges = np.divmod(np.unique(source * game.n_states + kernel.successor), game.n_states)
    actions = np.unravel_index(joint, game.n_actions)
    for i, count in enumerate(game.n_actions):
        if count > 1:
            others = [np.zeros_like(joint) if j == i else a for j, a in enumerate(actions)]
            cell = (source * game.n_joint_actions + np.ravel_multi_index(others, game.n_actions)) * game.n_states
            shifted = _shifted(cell + kernel.successor, kernel.probability.numerator, count)
            out[i, shifted % game.n_states] = True
            _close(out[i], *edges)
    return out


def _shifted(cell: NDArray[np.int64], weight: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Cells (s, a_-i, s') that do not have the same probability under all `count` own actions."""
    order = np.argsort(cell, kind="stable")
    cell, weight = cell[order], weight[order]
    first = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))
    differs = np.concatenate([[False], (cell[1:] == cell[:-1]) & (weight[1:] != weight[:-1])])
    uneven = np.add.reduceat(differs.astype(np.int64), first) > 0
    lengths = np.diff(np.append(first, len(cell)))
    return cell[first[uneven | (lengths < count)]]


def _close(reached: NDArray[np.bool_], source: NDArray[np.int64], target: NDArray[np.int64]) -> None:
    """Add to `reached` all states that its states lead to."""
    size = -1
    while size != (size := int(reached.sum())):
        reached[target[reached[source]]] = True
