"""Averages over the other players' actions, for all players in a few passes over the joint table.

Averaging player by player reads the table n times.  Here the players are halved: one product with the
joint probabilities of the right half leaves a table of the left half's actions, one with those of the left
half a table of the right half's, and the same is done inside each half.  The full table is read twice,
whatever the number of players.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.solvers.arrays import joint_probabilities

__all__ = ["averages", "averaging_depth"]

Array = NDArray[Any]


def averages(table: Array, policy: Sequence[Array]) -> list[Array]:
    """Mean over a_{-i} ~ pi_{-i}(. | s) for every player i.

    Args:
        table: [S, A, K], A joint actions in C order.
        policy: pi_i, [S, A_i] (or [1, A_i] for all S).

    Returns:
        For each player [S, A_i, K].
    """
    if len(policy) == 1:
        return [table]
    n_states, _, width = table.shape
    half = len(policy) // 2
    left, right = (joint_probabilities(list(part), len(part[0])) for part in (policy[:half], policy[half:]))
    n_left, n_right = left.shape[1], right.shape[1]
    rows = table.reshape(n_states, n_left, n_right * width)
    of_right = np.matmul(left[:, None, :], rows).reshape(n_states, n_right, width)
    if width == 1:
        of_left = np.matmul(rows, right[:, :, None])
    else:
        of_left = np.matmul(right[:, None, None, :], table.reshape(n_states, n_left, n_right, width))
    of_left = of_left.reshape(n_states, n_left, width)
    return averages(of_left, policy[:half]) + averages(of_right, policy[half:])


def averaging_depth(n_actions: Sequence[int]) -> int:
    """How many rounded operations any one term of `averages` passes through, at most.

    A product with the other half's joint probabilities costs one operation per player to form them and
    one per joint action to multiply and add up, in any order of summation.
    """
    if len(n_actions) == 1:
        return 0
    half = len(n_actions) // 2

    def through(removed: Sequence[int], kept: Sequence[int]) -> int:
        return len(removed) - 1 + math.prod(removed) + averaging_depth(kept)

    left, right = n_actions[:half], n_actions[half:]
    return max(through(left, right), through(right, left))
