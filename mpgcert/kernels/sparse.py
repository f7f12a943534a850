"""Evaluation of one policy on a sparse Markov game, compiled.  `mpgcert.learn.sparse_twin` is its readable twin.

A chain is the kernel of one policy by rows: row s has the entries start[s] to start[s + 1] - 1 of `successor` and
`weight`.  Indices are uint32 throughout: signed ones cost a test for negative values at every access, which halves the
speed of a sweep.  What is computed here is a proposal: its residual, computed apart, says how good it is.  Importing
this module imports numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from mpgcert.kernels.sparse_systems import factorise, solve, solve_transposed, values, visitation

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

_compiled = njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
_ONE = np.uint32(1)


@_compiled
def _joint(policy: Any, s: int, columns: Any, into: Any) -> None:
    """Probabilities of the joint actions in state s, in C order, into [A]."""
    n_joint, n_players = columns.shape
    for a in range(n_joint):
        mass = policy[s, columns[a, 0]]
        for i in range(1, n_players):
            mass *= policy[s, columns[a, i]]
        into[a] = mass


@_compiled
def mix(
    policy: Any,
    columns: Any,
    row_start: Any,
    slot: Any,
    probability: Any,
    rewards: Any,
    state_start: Any,
    state_successor: Any,
) -> Any:
    """The chain of a policy, without entries that are 0, and its mean stage rewards.

    Args:
        policy: [S, B], the players' actions side by side.
        columns: the column of player i's action in joint action a, uint32 [A, n].
        row_start, slot, probability: entries of P by rows s * A + a; `slot` is the place of (s, s') in the pattern.
        rewards: stage rewards by row, [S * A, k].
        state_start, state_successor: the pattern, the union of the rows of a state.

    Returns:
        start [S + 1], successor, weight, and stage [S, k].
    """
    n_states, k = len(policy), rewards.shape[1]
    n_joint = len(columns)
    joint = np.empty(n_joint)
    start = np.empty(n_states + 1, dtype=np.uint32)
    successor = np.empty(len(state_successor), dtype=np.uint32)
    weight = np.zeros(len(state_successor))
    stage = np.zeros((n_states, k))
    filled = np.uint32(0)
    start[0] = filled
    row = np.uint32(0)
    for s in range(n_states):
        _joint(policy, s, columns, joint)
        for a in range(n_joint):
            mass = joint[a]
            if mass != 0.0:
                for c in range(k):
                    stage[s, c] += mass * rewards[row, c]
                for entry in range(row_start[row], row_start[row + _ONE]):
                    weight[slot[entry]] += mass * probability[entry]
            row += _ONE
        # close the gaps: places up to here are behind the pattern's, so nothing unread is overwritten
        for entry in range(state_start[s], state_start[s + 1]):
            found = weight[entry]
            if found != 0.0:
                weight[filled] = found
                successor[filled] = state_successor[entry]
                filled += _ONE
        start[s + 1] = filled
    return start, successor[:filled], weight[:filled], stage


@_compiled
def inflow(start: Any, successor: Any, weight: Any, masses: Any) -> Any:
    """P' masses, [S]."""
    out = np.zeros(len(masses))
    for s in range(len(masses)):
        for entry in range(start[s], start[s + 1]):
            out[successor[entry]] += masses[s] * weight[entry]
    return out


@_compiled
def look_ahead(
    policy: Any,
    columns: Any,
    row_start: Any,
    successor: Any,
    probability: Any,
    rewards: Any,
    discount: float,
    of_player: Any,
    worth: Any,
) -> Any:
    """Averaged Q of every player for its own stage reward, and the values that one Bellman step gives.

    Args:
        policy, columns, row_start, probability, rewards: as in `mix`; `successor` by entries of P.
        of_player: which stage reward is r_i, [n].
        worth: values [S, k] of the stage rewards.

    Returns:
        Qbar_i [S, B], and r_pi + discount P_pi worth [S, k].
    """
    n_states, k = worth.shape
    n_joint, n_players = columns.shape
    joint, ahead = np.empty(n_joint), np.empty((n_joint, k))
    averaged, step = np.zeros(policy.shape), np.zeros((n_states, k))
    row = np.uint32(0)
    for s in range(n_states):
        _joint(policy, s, columns, joint)
        for a in range(n_joint):
            low, high = row_start[row], row_start[row + _ONE]
            for c in range(k):
                total = 0.0
                for entry in range(low, high):
                    total += probability[entry] * worth[successor[entry], c]
                total = rewards[row, c] + discount * total
                ahead[a, c] = total
                step[s, c] += joint[a] * total
            row += _ONE
        for i in range(n_players):
            c = of_player[i]
            for a in range(n_joint):
                others = 1.0
                for j in range(n_players):
                    if j != i:
                        others *= policy[s, columns[a, j]]
                averaged[s, columns[a, i]] += others * ahead[a, c]
    return averaged, step


@_compiled
def look_ahead_of(
    policy: Any,
    columns: Any,
    row_start: Any,
    successor: Any,
    probability: Any,
    rewards: Any,
    discount: float,
    player: int,
    reward: int,
    worth: Any,
) -> Any:
    """Averaged Q of one player for stage reward `reward` and values `worth` [S], in that player's columns of [S, B]."""
    n_joint, n_players = columns.shape
    averaged = np.zeros(policy.shape)
    row = np.uint32(0)
    for s in range(len(policy)):
        for a in range(n_joint):
            total = 0.0
            for entry in range(row_start[row], row_start[row + _ONE]):
                total += probability[entry] * worth[successor[entry]]
            others = 1.0
            for j in range(n_players):
                if j != player:
                    others *= policy[s, columns[a, j]]
            averaged[s, columns[a, player]] += others * (rewards[row, reward] + discount * total)
            row += _ONE
    return averaged
