"""The graph of unilateral changes of a one-shot game: improvement cycles and ordinal potentials."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import TooLarge

__all__ = ["SMALL", "Path", "components", "ordinal_potential"]

Array = NDArray[Any]
Ints = NDArray[np.int64]
Path = tuple[int, ...]
"""A joint action."""

MAX_EDGES = 20_000_000
_CYCLES_TRIED, _EDGES_TRIED = 50, 10**7
_SHORTEST = 4  # changes in a cycle with a strict one: at least two players move, and move back
SMALL = 128  # joint actions up to which scipy is not asked


def ordinal_potential(payoffs: Array, strict: bool) -> tuple[NDArray[np.int64] | None, tuple[Path, ...]]:
    """An ordinal potential with integer values, or an improvement cycle.

    Args:
        payoffs: u_i, [n, A_1, ..., A_n].
        strict: look at strict improvements only (the generalised ordinal potential); otherwise at changes that do
            not hurt the mover, of which one in a cycle must be strict.

    Returns:
        The potential [A_1, ..., A_n] and (), or None and the joint actions of a cycle, whose first change is strict.

    Strongly connected parts of the graph hold all its cycles.  If none contains a strict change, the length of the
    longest path of parts that leads to a joint action is a potential: equal inside a part, larger after any
    change that leaves it.

    Raises:
        TooLarge: more than `MAX_EDGES` unilateral changes.
    """
    sizes = payoffs.shape[1:]
    count = int(np.prod(sizes))
    source, target, gains = _changes(payoffs)
    if strict:
        source, target, gains = source[gains], target[gains], gains[gains]
    parts, part = components(count, source, target)
    inside = np.flatnonzero(gains & (part[source] == part[target]))
    if len(inside):
        cycle = _short_cycle(_Changes(count, source, target), source, target, inside)
        return None, tuple(tuple(int(a) for a in np.unravel_index(node, sizes)) for node in cycle)
    leaving = part[source] != part[target]
    levels = _longest_paths(parts, part[source[leaving]], part[target[leaving]])
    return levels[part].reshape(sizes), ()


def _short_cycle(changes: _Changes, source: Ints, target: Ints, inside: Ints) -> list[int]:
    """The shortest cycle through one of the first strict changes `inside` strongly connected parts."""
    tries = max(1, min(_CYCLES_TRIED, _EDGES_TRIED // len(source)))
    shortest: list[int] = []
    for e in inside[:tries].tolist():
        cycle = changes.cycle(int(source[e]), int(target[e]))
        if not shortest or len(cycle) < len(shortest):
            shortest = cycle
        if len(shortest) == _SHORTEST:
            break
    return shortest


def _changes(payoffs: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Unilateral changes that do not hurt the mover: from, to, and whether the mover gains."""
    sizes = payoffs.shape[1:]
    joint = np.arange(int(np.prod(sizes))).reshape(sizes)
    edges = joint.size * sum(size - 1 for size in sizes)
    if edges > MAX_EDGES:
        raise TooLarge(f"the stage game has {edges:.2g} unilateral changes, the limit is {MAX_EDGES:.2g}")
    pieces = []
    for i, u in enumerate(payoffs):
        level = np.unique(u, return_inverse=True)[1].reshape(sizes)  # small integers in the order of u
        own, index = np.moveaxis(level, i, 0), np.moveaxis(joint, i, 0)
        allowed = own[None] >= own[:, None]
        allowed[np.arange(sizes[i]), np.arange(sizes[i])] = False
        before, after = (np.broadcast_to(k, allowed.shape)[allowed] for k in (index[:, None], index[None]))
        pieces.append((before, after, (own[None] > own[:, None])[allowed]))
    source, target, gains = (np.concatenate(parts) for parts in zip(*pieces))
    return source, target, gains


def components(
    count: int, source: NDArray[np.int64], target: NDArray[np.int64], small: int = SMALL
) -> tuple[int, NDArray[np.int64]]:
    """Strongly connected parts of a graph: how many, and the number of each node's, [count].

    Graphs of up to `small` nodes by squaring, so that small games do not wait until scipy is loaded.
    """
    if count > small:
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        graph = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(count, count)).tocsr()
        parts, part = connected_components(graph, directed=True, connection="strong")
        return int(parts), part.astype(np.int64)
    reached = np.eye(count, dtype=np.float32)
    reached[source, target] = 1
    for _ in range(count.bit_length()):
        reached = (reached @ reached > 0).astype(np.float32)
    first, own = np.unique((reached * reached.T).argmax(axis=1), return_inverse=True)
    return len(first), own.ravel().astype(np.int64)


class _Changes:
    """The changes by the joint action where they begin, in their order."""

    def __init__(self, count: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> None:
        order = np.argsort(source, kind="stable")
        self.target = target[order]
        self.start = np.searchsorted(source[order], np.arange(count + 1))

    def cycle(self, start: int, target: int) -> list[int]:
        """start, target, ..., along a shortest path from target back to start."""
        before, front = {target: target}, [target]
        while start not in before:
            following = []
            for node in front:
                for other in self.target[self.start[node] : self.start[node + 1]].tolist():
                    if other not in before:
                        before[other] = node
                        following.append(other)
            front = following
        path = [start]
        while path[-1] != target:
            path.append(before[path[-1]])
        return [start, *reversed(path[1:])]


def _longest_paths(count: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each node of an acyclic graph, the number of edges of the longest path that ends there."""
    order = np.argsort(source, kind="stable")
    source, target = source[order], target[order]
    start = np.searchsorted(source, np.arange(count + 1))
    waiting = np.bincount(target, minlength=count)
    levels = np.zeros(count, dtype=np.int64)
    front, level = np.flatnonzero(waiting == 0), 0
    while len(front):
        levels[front] = level
        length = start[front + 1] - start[front]
        edge = np.arange(length.sum()) + np.repeat(start[front] - np.cumsum(length) + length, length)
        reached, times = np.unique(target[edge], return_counts=True)
        waiting[reached] -= times
        front, level = reached[waiting[reached] == 0], level + 1
    return levels
