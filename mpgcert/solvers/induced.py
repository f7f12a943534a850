"""The decision processes that all players face under one policy, in doubles, from one pass over the kernel.

Column k = (i, a_i) of a policy's *weights* W(s, k, a) is the probability of the joint action a when player i plays a_i
and the others follow the policy.  One product of W(s) with the rows P(. | s, .) then gives every player's induced
kernel, and with r(s, .) the induced rewards; the mean over a player's own actions gives the chain of the policy itself.

**Rounding.**  All terms of a weight, of an induced probability and of an induced chain are non-negative, and each
meets at most `roundings` = A + 2 n + max_i A_i + 3 roundings: of P and the n policies on entry, at most n products,
at most A - 1 additions (contracting player by player takes sum_j (A_j - 1) <= A - 1 of them), then for the chain a
product and at most A_i - 1 additions.  So with u = 2^-53 and g(k) = k u / (1 - k u) every computed induced probability
is p (1 + t) with |t| <= g(roundings), and an induced reward is off by at most g(roundings) times the same mean of |r|
(Higham, Accuracy and Stability of Numerical Algorithms, lemma 3.1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpgcert.solvers.arrays import DenseTransition, GameArrays, average_over_others, joint_probabilities

__all__ = ["Induced", "induced_processes"]

Floats = NDArray[np.float64]
Choice = NDArray[np.int64]

_MAX_SWEEPS = 200
_RELATIVE_GAIN = 1e-12  # gains below this share of the values are rounding, to a proposal
_WEIGHT_ENTRIES = 2**22
_WARM_SWEEPS = 2


@dataclass(frozen=True, eq=False)
class Induced:
    """What each player faces when the others follow a policy; column k belongs to player `owner[k]`.

    Attributes:
        rows: P_i(. | s, a_i) for all players side by side, [S, A_1 + ... + A_n, S].
        rewards: r_i(s, a_i), [S, A_1 + ... + A_n].
        own: pi_i(a_i | s), [S, A_1 + ... + A_n].
        chain: P_pi, [S, S].
        offsets: where each player's columns begin, and the end, [n + 1].
        roundings: how many roundings a term of rows, rewards or chain met (see above).
    """

    rows: Floats
    rewards: Floats
    own: Floats
    chain: Floats
    offsets: Choice
    discount: float
    initial: Floats
    roundings: int

    @property
    def n_players(self) -> int:
        return len(self.offsets) - 1

    @property
    def n_states(self) -> int:
        return int(self.rows.shape[0])

    def columns(self, player: int) -> slice:
        return slice(int(self.offsets[player]), int(self.offsets[player + 1]))

    def values(self) -> Floats:
        """V_i of the policy, [S, n], by one factorisation."""
        weighted = self.own * self.rewards
        stage = np.add.reduceat(weighted, self.offsets[:-1], axis=1)
        system = np.eye(self.n_states) - self.discount * self.chain
        return np.asarray(np.linalg.solve(system, stage), dtype=np.float64)

    def visitation(self) -> Floats:
        """d of the policy, [S]."""
        system = np.eye(self.n_states) - self.discount * self.chain.T
        return np.asarray(np.linalg.solve(system, (1 - self.discount) * self.initial), dtype=np.float64)

    def look_ahead(self, values: Floats) -> Floats:
        """r_i(s, a_i) + gamma E[values_i], [S, A_1 + ... + A_n], for values [S, n]."""
        owner = np.repeat(np.arange(self.n_players), np.diff(self.offsets))
        expected = self.rows.reshape(-1, self.n_states) @ values
        expected = expected.reshape(self.n_states, -1, self.n_players)
        return self.rewards + self.discount * expected[:, np.arange(len(owner)), owner]

    def best(self, table: Floats) -> Floats:
        """The largest entry of each player, [S, n]."""
        return np.maximum.reduceat(table, self.offsets[:-1], axis=1)

    def replies(self, start: Floats) -> tuple[Choice, Floats, Floats]:
        """Policy iteration of every player at once: replies [n, S], their values [S, n], and the last `look_ahead`.

        Args:
            start: values [S, n] to begin with; good are those of the policy.
        """
        values = start
        for _ in range(_WARM_SWEEPS):
            values = self.best(self.look_ahead(values))
        table = self.look_ahead(values)
        choice = self._greedy(table)
        states, identity = np.arange(self.n_states), np.eye(self.n_states)
        for _ in range(_MAX_SWEEPS):
            column = choice + self.offsets[:-1, None]
            system = identity - self.discount * self.rows[states, column]
            values = np.linalg.solve(system, self.rewards[states, column][..., None])[..., 0].T
            table = self.look_ahead(values)
            gain = self.best(table) - values
            switch = (gain > _RELATIVE_GAIN * np.abs(values).max(axis=0)).T
            if not switch.any():
                break
            choice = np.where(switch, self._greedy(table), choice)
        return choice, values, table

    def _greedy(self, table: Floats) -> Choice:
        """The first best action of each player, [n, S]."""
        sizes = np.diff(self.offsets)
        if (sizes == sizes[0]).all():
            return table.reshape(self.n_states, -1, sizes[0]).argmax(axis=2).T
        return np.stack([table[:, self.columns(i)].argmax(axis=1) for i in range(self.n_players)])


def induced_processes(arrays: GameArrays, policy: list[Floats]) -> Induced:
    """All players' decision processes under a policy.

    Args:
        arrays: a game over doubles, dense or sparse (the result is dense).
        policy: pi_i [S, A_i] for each player.
    """
    n_states, sizes = arrays.n_states, arrays.n_actions
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    own = np.concatenate(policy, axis=1)
    n_joint = math.prod(sizes)
    if (
        isinstance(arrays.transition, DenseTransition)
        and own.shape[1] <= 4 * n_states
        and own.shape[1] * n_joint * n_states <= _WEIGHT_ENTRIES
    ):
        weights = _weights(policy, n_states, sizes, offsets)
        rows = weights @ arrays.transition.joint_rows()
        owner = np.repeat(np.arange(len(sizes)), sizes)
        stage = weights @ arrays.rewards.reshape(len(sizes), n_states, n_joint).transpose(1, 2, 0)
        rewards = stage[:, np.arange(len(owner)), owner]
    else:
        players = range(len(sizes))
        rows = np.concatenate([arrays.transition.of_player(policy, i) for i in players], axis=1)
        rewards = np.concatenate([average_over_others(arrays.rewards[i], policy, i) for i in players], axis=1)
    # the player with the fewest actions adds the fewest roundings
    first = int(np.argmin(sizes))
    part = slice(int(offsets[first]), int(offsets[first + 1]))
    chain = np.matmul(own[:, None, part], rows[:, part])[:, 0]
    roundings = n_joint + 2 * len(sizes) + max(sizes) + 3
    return Induced(rows, rewards, own, chain, offsets, float(arrays.discount), arrays.initial, roundings)


def _weights(policy: list[Floats], n_states: int, sizes: tuple[int, ...], offsets: Choice) -> Floats:
    """W [S, A_1 + ... + A_n, A] of the module docstring."""
    out = np.zeros((n_states, int(offsets[-1]), math.prod(sizes)))
    for i, count in enumerate(sizes):
        others = joint_probabilities(policy[:i] + policy[i + 1 :], n_states)
        before, after = math.prod(sizes[:i]), math.prod(sizes[i + 1 :])
        # the column of a_i has the others' probabilities where player i plays a_i, and 0 elsewhere
        place = out[:, offsets[i] : offsets[i + 1]].reshape(n_states, count, before, count, after)
        actions = np.arange(count)
        place[:, actions, :, actions] = others.reshape(n_states, before, after)
    return out
