"""Which joint actions make the state chain irreducible and aperiodic, decided on the graph of possible transitions.

Only supports matter, so everything here is exact.  A closed class is found by going from a state to one that it reaches
but that does not lead back, as long as there is one.  The period of an irreducible chain is the greatest common divisor
of `level(u) + 1 - level(v)` over its transitions u -> v, with levels by breadth-first search: along a closed walk these
sum to its length, and each of them is the difference of the lengths of two closed walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame, SparseKernel

__all__ = ["Chain", "Communication", "chain", "communication"]

_TRIES = 4096
_EDGES = 2**25


@dataclass(frozen=True, eq=False)
class Chain:
    """What the support of one state kernel says.

    Attributes:
        closed: a closed class that is not the whole state set, [k] increasing; None if the chain is irreducible.
        period: of an irreducible chain, else None.
        phase: [S] cyclic class of each state of an irreducible chain, numbered along the transitions; else None.
    """

    closed: NDArray[np.int64] | None
    period: int | None
    phase: NDArray[np.int64] | None

    @property
    def is_irreducible(self) -> bool:
        return self.closed is None

    @property
    def mixes(self) -> bool:
        """Irreducible and aperiodic."""
        return self.period == 1

    def cyclic_classes(self) -> list[list[int]]:
        """The states of each cyclic class of an irreducible chain, in the order in which they are visited."""
        assert self.period is not None
        assert self.phase is not None
        return [np.flatnonzero(self.phase == k).tolist() for k in range(self.period)]


@dataclass(frozen=True, eq=False)
class Communication:
    """The search for a joint action whose constant play makes the chain irreducible and aperiodic.

    Attributes:
        witness: C-order index of such a joint action (the same action in every state), or None.
        tried: the chains of the joint actions without this property that were examined, by C-order index.
        n_joint_actions: how many there are.
        full_support: the chain under every stationary policy that gives each joint action positive probability.
    """

    witness: int | None
    tried: dict[int, Chain]
    n_joint_actions: int
    full_support: Chain

    @property
    def is_decided(self) -> bool:
        """Whether a witness was found, or shown not to exist.

        A transition under one joint action is one under full support too.  So where the full-support chain has a
        proper closed class, or a period above 1, every constant joint action has the same defect.
        """
        return self.witness is not None or not self.full_support.mixes or len(self.tried) == self.n_joint_actions


def chain(source: NDArray[np.int64], target: NDArray[np.int64], n_states: int) -> Chain:
    """Classes and period of the chain with the transitions `source[k] -> target[k]`; every state has one at least.

    >>> chain(np.array([0, 1, 2]), np.array([1, 2, 0]), 3).period
    3
    """
    forward, backward = _Neighbours.of(source, target, n_states), _Neighbours.of(target, source, n_states)
    root = 0
    while True:
        level = forward.levels(root)
        one_way = (level >= 0) & (backward.levels(root) < 0)
        if not one_way.any():
            break
        root = int(one_way.argmax())  # what it reaches leaves out the root before, so this ends
    if (level < 0).any():
        return Chain(np.flatnonzero(level >= 0), None, None)
    period = int(np.gcd.reduce(level[source] + 1 - level[target]))
    return Chain(None, period, level % period)


@dataclass(frozen=True, eq=False)
class _Neighbours:
    """A directed graph by its lists of neighbours: those of u are `node[start[u] : start[u + 1]]`."""

    start: NDArray[np.int64]
    node: NDArray[np.int64]

    @staticmethod
    def of(source: NDArray[np.int64], target: NDArray[np.int64], n_states: int) -> _Neighbours:
        start = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=n_states))])
        return _Neighbours(start, target[np.argsort(source, kind="stable")])

    def levels(self, root: int) -> NDArray[np.int64]:
        """Number of steps from the root to each node, -1 where there is no way (breadth first)."""
        level = np.full(len(self.start) - 1, -1)
        level[root] = 0
        frontier, depth = np.array([root]), 0
        while frontier.size:
            depth += 1
            first, count = self.start[frontier], self.start[frontier + 1] - self.start[frontier]
            entry = np.arange(count.sum()) + np.repeat(first - np.cumsum(count) + count, count)
            found = self.node[entry]
            frontier = np.unique(found[level[found] < 0])
            level[frontier] = depth
        return level


def communication(game: MarkovGame, tries: int = _TRIES) -> Communication:
    """Look for a joint action whose constant play makes the chain irreducible and aperiodic.

    Joint actions with the most possible transitions come first (in C order among equals); the search stops at the
    first witness, after `tries` joint actions, or when it has looked at a few ten million transitions.
    Source: maheshwari2023.assumption-3.1.
    """
    n_joint = game.n_joint_actions
    state, action, successor = _transitions(game)
    pairs = np.unique(state * game.n_states + successor)
    everything = chain(pairs // game.n_states, pairs % game.n_states, game.n_states)
    tried: dict[int, Chain] = {}
    if everything.mixes:
        for index, source, target in islice(_by_action(state, action, successor, n_joint), tries):
            found = chain(source, target, game.n_states)
            if found.mixes:
                return Communication(index, tried, n_joint, everything)
            tried[index] = found
    return Communication(None, tried, n_joint, everything)


def _transitions(game: MarkovGame) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """State, joint action (C order) and successor of every transition of positive probability."""
    kernel = game.transition
    if isinstance(kernel, SparseKernel):
        possible = kernel.probability.numerator > 0
        row, successor = kernel.row[possible], kernel.successor[possible]
    else:
        row, successor = np.nonzero(kernel.numerator.reshape(-1, game.n_states) > 0)
    state, action = np.divmod(row, game.n_joint_actions)
    return state, action, successor


def _by_action(
    state: NDArray[np.int64], action: NDArray[np.int64], successor: NDArray[np.int64], n_joint: int
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """The transitions of each joint action, those with most transitions first, up to a total."""
    order = np.argsort(action, kind="stable")
    count = np.bincount(action, minlength=n_joint)
    end = np.cumsum(count)
    seen = 0
    for index in np.argsort(-count, kind="stable").tolist():
        seen += int(count[index])
        if seen > _EDGES:
            return
        rows = order[end[index] - count[index] : end[index]]
        yield index, state[rows], successor[rows]
