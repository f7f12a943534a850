"""Which states can be avoided for ever, decided on the graph of possible transitions (no numbers involved)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame, SparseKernel
from mpgcert.solvers.arrays import DenseTransition, SparseTransition

__all__ = ["StayingSets", "reachable", "staying_sets", "support"]

_CHUNK_ENTRIES = 2**23


@dataclass(frozen=True, eq=False)
class StayingSets:
    """For each of K states s the largest set without s that a joint policy never leaves; may it start there?

    Attributes:
        states: the states s, [K].
        avoidable: [K]; some policy never visits s.
        inside: [K, S]; `inside[k, x]` says that x is in the set for states[k].
        choice: [K, S]; `choice[k, x]` is a joint action (C order) that stays inside, for x inside (0 elsewhere).
    """

    states: NDArray[np.int64]
    avoidable: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    choice: NDArray[np.int64]


def support(game: MarkovGame) -> DenseTransition | SparseTransition:
    """The kernel with every positive probability replaced by 1.0 (no probability underflows)."""
    kernel = game.transition
    if isinstance(kernel, SparseKernel):
        weight = (kernel.probability.numerator > 0).astype(np.float64)
        return SparseTransition(kernel.start, kernel.row, kernel.successor, weight, game.n_actions, game.n_states)
    return DenseTransition((kernel.numerator > 0).astype(np.float64))


def reachable(game: MarkovGame, choice: NDArray[np.int64]) -> NDArray[np.bool_]:
    """States [S] with positive visitation under a deterministic policy (joint action per state [S], C order)."""
    graph = support(game)
    found = game.initial.numerator > 0
    frontier = np.flatnonzero(found) if game.discount > 0 else np.empty(0, dtype=np.int64)
    while len(frontier):
        rows = frontier * game.n_joint_actions + choice[frontier]
        if isinstance(graph, SparseTransition):
            length = graph.start[rows + 1] - graph.start[rows]
            entry = np.arange(length.sum()) + np.repeat(graph.start[rows] - np.cumsum(length) + length, length)
            reached = graph.successor[entry[graph.probability[entry] > 0]]
        else:
            reached = np.nonzero(graph.kernel.reshape(-1, game.n_states)[rows])[1]
        new = np.zeros_like(found)
        new[reached] = True
        frontier = np.flatnonzero(new & ~found)
        found = found | new
    return found


def staying_sets(game: MarkovGame, states: NDArray[np.int64] | None = None) -> StayingSets:
    """Decide for every state (or the given ones) whether some joint policy avoids it from the initial distribution.

    State s is avoidable if and only if there is a set W of states without s that contains the support of rho and
    in each of whose states some joint action leads to W only.  (If: play these actions.  Only if: take the states
    that a policy avoiding s ever visits; an action it plays there leads to W only.)  Unions of such closed sets
    are closed, so the largest one decides; it is what remains of S - {s} after repeatedly striking the states
    where every joint action may leave.  With discount 0 only the first state counts, and every set stays.
    """
    n_states = game.n_states
    states = np.arange(n_states) if states is None else states
    start = game.initial.numerator > 0
    inside = np.ones((len(states), n_states), dtype=bool)
    inside[np.arange(len(states)), states] = False
    choice = np.zeros(inside.shape, dtype=np.int64)
    if game.discount > 0 and len(states):
        graph = support(game)
        step = max(1, _CHUNK_ENTRIES // (n_states * game.n_joint_actions))
        for first in range(0, len(states), step):
            _strike(graph, inside[first : first + step], choice[first : first + step])
    return StayingSets(states, np.asarray(inside[:, start].all(axis=1)), inside, choice)


def _strike(graph: DenseTransition | SparseTransition, inside: NDArray[Any], choice: NDArray[np.int64]) -> None:
    """Shrink each row of `inside` [K, S] to its largest closed subset; record staying actions in `choice`."""
    n_states = inside.shape[1]
    while True:
        escapes = graph.expected((~inside).T.astype(np.float64)).reshape(n_states, -1, len(inside))
        fewest = escapes.argmin(axis=1)
        stays = (np.take_along_axis(escapes, fewest[:, None], axis=1)[:, 0] == 0).T
        if not (inside & ~stays).any():
            choice[:] = np.where(inside, fewest.T, 0)
            return
        inside &= stays
