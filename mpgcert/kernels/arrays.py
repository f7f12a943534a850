"""The arrays that a compiled loop of decentralized learning shares with its readable twin.

A table over own actions is held as [S, B] with B = A_1 + ... + A_n, as in `mpgcert.learn.layout`; a joint action has
its C-order index, so row s * A + a belongs to state s and joint action a.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["FIRST", "STAY", "UNIFORM", "Arena", "Runs"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIRST, UNIFORM, STAY = range(3)  # which best reply is taken where several actions attain the maximum


class Arena(NamedTuple):
    """What stays the same while Algorithm 1 of maheshwari2023 runs: the game and the settings.

    Attributes:
        rewards: u_i by row and player, [S * A, n].
        row_start: int64 [S * A + 1]; the successors of row k are entries row_start[k] to row_start[k + 1] - 1.
        successor: int64 [entries], next states of positive probability.
        cumulative: their probabilities, summed up inside the row, [entries].
        offsets: int64 [n + 1]; player i owns the columns offsets[i] to offsets[i + 1] - 1.
        strides: int64 [n]; what an action of player i adds to the index of the joint action.
        discount: delta.
        exploration: theta_i, [n].
        ties: FIRST, UNIFORM or STAY.
        reply_to_updated: whether players reply to q^t in iterate t, and not to q^(t-1).
        alpha_rule, beta_rule: int64 [n], the sequence of step sizes of each player.
        step_tables: entry [k, m - 1] is member m of sequence k, [sequences, tabulated].
        step_powers: scale z, exponent c and shift h of sequence k, [sequences, 3]; member m beyond the table is
            z (m + h)^-c.
    """

    rewards: Floats
    row_start: Integers
    successor: Integers
    cumulative: Floats
    offsets: Integers
    strides: Integers
    discount: float
    exploration: Floats
    ties: int
    reply_to_updated: bool
    alpha_rule: Integers
    beta_rule: Integers
    step_tables: Floats
    step_powers: Floats


class Runs(NamedTuple):
    """Where R independent runs stand after iterate t: all that is needed to go on.

    Attributes:
        step: t, int64 [R].
        state: s^t, int64 [R].
        actions: a_i^t, int64 [R, n].
        q, policy: q_i^t and pi_i^t, [R, S, B].
        state_visits, action_visits: the counters n^t [R, S] and n-tilde_i^t [R, S, B], int64.
        reply: the first maximiser that player i found at the last update of state s, int64 [R, S, n]; -1 before.
        reply_changes: how often it was another one than at the update before, int64 [R, S, n].
        largest_q: max of |q_i| over all entries and all iterates up to t, [R, n].
        generator: the four words of xoshiro256++, uint64 [R, 4].
    """

    step: Integers
    state: Integers
    actions: Integers
    q: Floats
    policy: Floats
    state_visits: Integers
    action_visits: Integers
    reply: Integers
    reply_changes: Integers
    largest_q: Floats
    generator: NDArray[np.uint64]

    def copy(self) -> Runs:
        return Runs._make(np.array(part, order="C") for part in self)

    def run(self, index: int) -> Runs:
        """One run, its arrays as views with a leading axis of length 1."""
        return Runs._make(part[index : index + 1] for part in self)

    @staticmethod
    def stack(runs: list[Runs]) -> Runs:
        """Several sets of runs as one."""
        return Runs._make(map(np.concatenate, zip(*runs)))
