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
    """For each state s the largest set without s that a joint policy never leaves, and whether it may start there.

    Attributes:
        avoidable: [S]; some policy never visits s.
        inside: [S, S]; `inside[s, x]` says that x is in the set for s.
        choice: [S, S]; `choice[s, x]` is a joint action (C order) that stays inside, for x inside (0 elsewhere).
    """

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
    played = np.arange(game.n_joint_actions) == choice[:, None]
    graph = support(game).under(played.astype(np.float64).reshape(game.n_states, *game.n_actions)) > 0
    found = game.initial.numerator > 0
    frontier = found if game.discount > 0 else np.zeros_like(found)
    while frontier.any():
        frontier = graph[frontier].any(axis=0) & ~found
        found = found | frontier
    return found


def staying_sets(game: MarkovGame) -> StayingSets:
    """Decide for every state whether some joint policy avoids it from the initial distribution.

    State s is avoidable if and only if there is a set W of states without s that contains the support of rho and
    in each of whose states some joint action leads to W only.  (If: play these actions.  Only if: take the states
    that a policy avoiding s ever visits; an action it plays there leads to W only.)  Unions of such closed sets
    are closed, so the largest one decides; it is what remains of S - {s} after repeatedly striking the states
    where every joint action may leave.  With discount 0 only the first state counts, and every set stays.
    """
    n_states = game.n_states
    start = game.initial.numerator > 0
    inside: NDArray[np.bool_] = np.logical_not(np.eye(n_states, dtype=bool))
    choice = np.zeros((n_states, n_states), dtype=np.int64)
    if game.discount > 0:
        graph = support(game)
        step = max(1, _CHUNK_ENTRIES // (n_states * game.n_joint_actions))
        for first in range(0, n_states, step):
            _strike(graph, inside[first : first + step], choice[first : first + step])
    return StayingSets(np.asarray(inside[:, start].all(axis=1)), inside, choice)


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
