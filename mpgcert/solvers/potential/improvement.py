"""The graph of unilateral changes of a one-shot game: improvement cycles and ordinal potentials."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import TooLarge

__all__ = ["Path", "ordinal_potential"]

Array = NDArray[Any]
Path = tuple[int, ...]
"""A joint action."""

MAX_EDGES = 20_000_000
_CYCLES_TRIED = 50


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
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    sizes = payoffs.shape[1:]
    count = int(np.prod(sizes))
    source, target, gains = _changes(payoffs)
    if strict:
        source, target, gains = source[gains], target[gains], gains[gains]
    graph = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(count, count)).tocsr()
    parts, part = connected_components(graph, directed=True, connection="strong")
    inside = np.flatnonzero(gains & (part[source] == part[target]))
    if len(inside):
        cycle = min((_way_back(graph, int(source[e]), int(target[e])) for e in inside[:_CYCLES_TRIED]), key=len)
        return None, tuple(tuple(int(a) for a in np.unravel_index(node, sizes)) for node in cycle)
    leaving = part[source] != part[target]
    levels = _longest_paths(int(parts), part[source[leaving]], part[target[leaving]])
    return levels[part].reshape(sizes), ()


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


def _way_back(graph: Any, start: int, target: int) -> list[int]:
    """The cycle start, target, ..., along a shortest path from target back to start."""
    from scipy.sparse.csgraph import breadth_first_order

    before = breadth_first_order(graph, target, return_predecessors=True)[1]
    path = [start]
    while path[-1] != target:
        path.append(int(before[path[-1]]))
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
