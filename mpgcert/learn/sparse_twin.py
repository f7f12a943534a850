"""What `mpgcert.kernels.sparse` computes, in numpy and scipy: the same functions, to be read and compared with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "factorise",
    "inflow",
    "look_ahead",
    "look_ahead_of",
    "mix",
    "solve",
    "solve_transposed",
    "values",
    "visitation",
]

Array = NDArray[Any]


def mix(
    policy: Array,
    columns: Array,
    row_start: Array,
    slot: Array,
    probability: Array,
    rewards: Array,
    state_start: Array,
    state_successor: Array,
) -> tuple[Array, Array, Array, Array]:
    """The chain of a policy (start [S + 1], successor, weight), and its mean stage rewards [S, k]."""
    joint = policy[:, columns].prod(axis=2)  # [S, A]
    stage = np.einsum("sa,sak->sk", joint, rewards.reshape(*joint.shape, -1))
    ends = row_start.astype(np.int64)
    mass = np.repeat(joint.ravel(), ends[1:] - ends[:-1])
    weight = np.bincount(slot, weights=mass * probability, minlength=len(state_successor))
    kept = weight != 0
    start = np.concatenate([[0], np.cumsum(kept)])[state_start]
    return start, state_successor[kept].astype(np.int64), weight[kept], stage


def values(
    start: Array,
    successor: Array,
    weight: Array,
    stage: Array,
    discount: float,
    guess: Array,
    tolerance: float,
    sweeps: int,
) -> tuple[Array, int, bool]:
    """V with V = stage + discount P V by value iteration, each sweep followed by the best constant shift."""
    chain = _matrix(start, successor, weight)
    current, before = guess, math.inf
    for sweep in range(sweeps):
        following = stage + discount * (chain @ current)
        change = following - current
        least, most = change.min(axis=0), change.max(axis=0)
        current = following + (least + most) / 2 * (discount / (1 - discount))
        span, size = float((most - least).max()), float(np.abs(current).max())
        if span <= tolerance * size or before <= span <= 1e3 * tolerance * size:
            return current, sweep + 1, True
        before = span
    return current, sweeps, False


def visitation(
    start: Array, successor: Array, weight: Array, initial: Array, discount: float, tolerance: float, sweeps: int
) -> tuple[Array, int, bool]:
    """d with d = (1 - discount) initial + discount P' d by repeated steps."""
    backward = _matrix(start, successor, weight).T.tocsr()
    current, before = initial, math.inf
    for sweep in range(sweeps):
        following = (1 - discount) * initial + discount * (backward @ current)
        change = float(np.abs(following - current).sum())
        current = following
        if change <= tolerance or before <= change <= 1e3 * tolerance:
            return current, sweep + 1, True
        before = change
    return current, sweeps, False


def inflow(start: Array, successor: Array, weight: Array, masses: Array) -> Array:
    """P' masses, [S]."""
    out: Array = _matrix(start, successor, weight).T @ masses
    return out


def look_ahead(
    policy: Array,
    columns: Array,
    row_start: Array,
    successor: Array,
    probability: Array,
    rewards: Array,
    discount: float,
    of_player: Array,
    worth: Array,
) -> tuple[Array, Array]:
    """Qbar_i [S, B] of every player for its own stage reward, and r_pi + discount P_pi worth [S, k]."""
    ahead = rewards + discount * (_matrix(row_start, successor, probability, len(worth)) @ worth)
    ahead = ahead.reshape(len(policy), len(columns), -1)
    step = np.einsum("sa,sak->sk", policy[:, columns].prod(axis=2), ahead)
    parts = [_averaged(policy, columns, ahead[:, :, k], i) for i, k in enumerate(of_player)]
    return sum(parts[1:], parts[0]), step


def look_ahead_of(
    policy: Array,
    columns: Array,
    row_start: Array,
    successor: Array,
    probability: Array,
    rewards: Array,
    discount: float,
    player: int,
    reward: int,
    worth: Array,
) -> Array:
    """Averaged Q of one player for stage reward `reward` and values `worth` [S], in that player's columns of [S, B]."""
    ahead = rewards[:, reward] + discount * (_matrix(row_start, successor, probability, len(worth)) @ worth)
    return _averaged(policy, columns, ahead.reshape(len(policy), -1), player)


def _averaged(policy: Array, columns: Array, table: Array, player: int) -> Array:
    """Mean of a joint table [S, A] over the others' actions, in the player's columns of [S, B]."""
    others = policy[:, np.delete(columns, player, axis=1)].prod(axis=2) * table
    out = np.zeros(policy.shape)
    np.add.at(out.T, columns[:, player], others.T)
    return out


def factorise(
    start: Array,
    successor: Array,
    weight: Array,
    discount: float,
    order: Array,
    place: Array,
    lower: tuple[Array, Array],
    upper: tuple[Array, Array],
) -> Any:
    """LU factors of I - discount P in the given order, without pivoting."""
    from scipy.sparse import identity
    from scipy.sparse.linalg import splu

    chain = _matrix(start, successor, weight)
    system = (identity(len(order)) - discount * chain).tocsr()[order][:, order]
    return splu(system.tocsc(), permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def solve(factors: Any, order: Array, lower: Any, upper: Any, given: Array) -> Array:
    """x with (I - discount P) x = given, [S, k]."""
    out = np.empty(given.shape)
    out[order] = factors.solve(given[order])
    return out


def solve_transposed(factors: Any, order: Array, lower: Any, upper: Any, given: Array) -> Array:
    """x with (I - discount P)' x = given, [S]."""
    out = np.empty(given.shape)
    out[order] = factors.solve(given[order], trans="T")
    return out


def _matrix(start: Array, successor: Array, weight: Array, n_columns: int | None = None) -> Any:
    from scipy.sparse import csr_array

    n_rows = len(start) - 1
    indices, starts = successor.astype(np.int64), start.astype(np.int64)
    return csr_array((weight, indices, starts), shape=(n_rows, n_columns or n_rows))
