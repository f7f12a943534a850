"""What solvers branch on, for many instances at once: best replies and greedy actions, and transitions as blocks.

Arrays are object arrays of `Lane` outside, blocks [..., B] of doubles inside (see `arithmetic.lanes`); each
function here gives every instance what the code in doubles gives it alone, up to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.lanes import Lane, Lanes, NotInLanes, as_block, as_lanes, eliminate
from mpgcert.solvers.arrays import GameArrays, average_over_others, joint_probabilities
from mpgcert.solvers.evaluation import Evaluation

__all__ = ["LaneTransition", "best_choices", "best_replies", "greedy_mass"]

Array = NDArray[Any]
Block = NDArray[np.float64]

_MAX_SWEEPS = 200
_RELATIVE_GAIN = 1e-12  # as in `solvers.mdp`


@dataclass(frozen=True, eq=False)
class LaneTransition:
    """P of many games as a block [S, A_1, ..., A_n, S, B]."""

    kernel: Block

    @property
    def rows(self) -> Block:
        """[S, A, S, B] with one axis for the joint action."""
        n_states, count = self.kernel.shape[0], self.kernel.shape[-1]
        return self.kernel.reshape(n_states, -1, n_states, count)

    def expected(self, values: Array) -> Array:
        """E[values(s') | s, a]: [S, k] -> [S, A_1, ..., A_n, k]; [S] -> [S, A_1, ..., A_n]."""
        block = as_block(values.reshape(len(values), -1), self.kernel.shape[-1])
        found = np.einsum("satb,tkb->sakb", self.rows, block)
        return as_lanes(found).reshape(*self.kernel.shape[:-2], *values.shape[1:])

    def under(self, joint: Array) -> Array:
        """State kernel [S, S] under joint action probabilities [S, A_1, ..., A_n]."""
        block = as_block(joint.reshape(len(joint), -1), self.kernel.shape[-1])
        return as_lanes(np.einsum("satb,sab->stb", self.rows, block))

    def of_player(self, policy: list[Array], player: int) -> Array:
        """Kernel [S, A_i, S] that player i faces when the others play `policy`."""
        return as_lanes(self.block_of_player(self.others(policy, player), player))

    def others(self, policy: list[Array], player: int) -> Block:
        """Probabilities [S, A_-i, B] of what the others play."""
        n_states = self.kernel.shape[0]
        joint = joint_probabilities([p for j, p in enumerate(policy) if j != player], n_states)
        return as_block(joint, self.kernel.shape[-1])

    def block_of_player(self, others: Block, player: int) -> Block:
        """`of_player` as a block [S, A_i, S, B]."""
        n_states, count = self.kernel.shape[0], self.kernel.shape[-1]
        moved = np.moveaxis(self.kernel, player + 1, 1)
        rows = moved.reshape(n_states, moved.shape[1], -1, n_states, count)
        return np.einsum("sactb,scb->satb", rows, others)

    def joint_rows(self) -> Array:
        """[S, A, S] with one axis for the joint action."""
        return as_lanes(self.rows)


class _Undisclosed:
    """Stands for what differs between instances and has no place in an array of numbers."""

    def _refuse(self, *_: Any) -> Any:
        raise NotInLanes("the best replies of many instances")

    __getattr__ = __getitem__ = __len__ = __iter__ = __array__ = _refuse


def evaluate_block(
    arithmetic: Lanes, arrays: GameArrays, policy: list[Array], stage: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Values, returns, visitation, state kernel and Q of stage rewards [k, S, A_1, ..., A_n]; see `Evaluation`."""
    count = arithmetic.count
    transition: Any = arrays.transition
    k, n_states = stage.shape[:2]
    gamma = arrays.discount.values
    joint = as_block(joint_probabilities(policy, n_states), count)
    reward, initial = as_block(stage.reshape(k, n_states, -1), count), as_block(arrays.initial, count)
    kernel = np.einsum("satb,sab->stb", transition.rows, joint)
    system = kernel * -gamma
    for state in range(n_states):
        system[state, state] += 1
    # both are dominated by their diagonals, along rows and along columns: rows of P sum to 1
    values = eliminate(system.copy(), np.einsum("ksab,sab->skb", reward, joint))
    visitation = eliminate(np.swapaxes(system, 0, 1), (initial * (1 - gamma))[:, None])[:, 0]
    q = np.einsum("satb,tkb->ksab", transition.rows, values)
    q *= gamma
    q += reward
    returns = np.einsum("skb,sb->kb", values, initial)
    return (
        as_lanes(np.swapaxes(values, 0, 1)),
        as_lanes(returns),
        as_lanes(visitation),
        as_lanes(kernel),
        as_lanes(q).reshape(stage.shape),
    )


def best_choices(arithmetic: Lanes, rows: Array, reward: Array, discount: Any) -> tuple[Any, Array, Any]:
    """Policy iteration for many decision processes at once; see `solvers.mdp.solve_mdp`.

    Args:
        arithmetic: says how many.
        rows: [S, A, S].
        reward: [S, A].
        discount: gamma.

    Returns:
        choices (not to be used), values [S] and the residual.
    """
    count = arithmetic.count
    kernel, stage = as_block(rows, count), as_block(reward, count)
    gamma = discount.values if isinstance(discount, Lane) else np.full(count, discount)
    values, residual = _policy_iteration(kernel, stage, gamma, _first_largest(stage)[0])
    return _Undisclosed(), as_lanes(values), Lane(residual)


def best_replies(arithmetic: Lanes, evaluation: Evaluation, player: int) -> tuple[Any, Array, Any]:
    """`best_choices` of a player against the others, from the greedy actions on."""
    arrays, count = evaluation.arrays, arithmetic.count
    transition: Any = arrays.transition
    kernel = transition.block_of_player(transition.others(evaluation.policy, player), player)
    stage = as_block(average_over_others(arrays.rewards[player], evaluation.policy, player), count)
    gamma = arrays.discount.values
    value = as_block(evaluation.values[player], count)
    values, residual = _policy_iteration(kernel, stage, gamma, _first_largest(_backup(kernel, stage, gamma, value))[0])
    return _Undisclosed(), as_lanes(values), Lane(residual)


def _backup(kernel: Block, stage: Block, gamma: Block, value: Block) -> Block:
    """r + gamma P v, [S, A, B]."""
    found = np.einsum("satb,tb->sab", kernel, value)
    found *= gamma
    found += stage
    return found


def _policy_iteration(kernel: Block, stage: Block, gamma: Block, choice: NDArray[np.int8]) -> tuple[Block, Block]:
    """Values [S, B] of the best choices, and the largest gain [B] that is left."""
    n_states, _, count = stage.shape
    out, residual = np.empty((n_states, count)), np.empty(count)
    active: Any = slice(None)
    for _ in range(_MAX_SWEEPS):
        value = _values_of(kernel, stage, gamma, choice)
        gain = _backup(kernel, stage, gamma, value)
        gain -= value[:, None]
        best, largest = _first_largest(gain)
        switch = largest > _RELATIVE_GAIN * np.abs(value).max(axis=0)
        moves = switch.any(axis=0)
        out[:, active], residual[active] = value, np.maximum(largest.max(axis=0), 0)
        if not moves.any():
            break
        choice = np.where(switch, best, choice)
        if 4 * np.count_nonzero(moves) < 3 * len(moves):  # go on with those that move
            kept = np.flatnonzero(moves)
            active = kept if isinstance(active, slice) else active[kept]
            kernel, stage, gamma, choice = kernel[..., kept], stage[..., kept], gamma[kept], choice[:, kept]
    return out, residual


def _first_largest(values: Block) -> tuple[NDArray[np.int8], Block]:
    """argmax and maximum over axis 1 of [S, A, B], action by action: numpy's own argmax would gather each column."""
    best, largest = np.zeros((values.shape[0], values.shape[2]), dtype=np.int8), values[:, 0]
    for action in range(1, values.shape[1]):
        np.copyto(best, action, where=values[:, action] > largest)
        largest = np.maximum(largest, values[:, action])
    return best, largest


def _values_of(kernel: Block, stage: Block, gamma: Block, choice: NDArray[np.int8]) -> Block:
    """v [S, B] of deterministic choices [S, B]."""
    rows, reward = kernel[:, 0], stage[:, 0]
    for action in range(1, kernel.shape[1]):
        chosen = choice == action
        reward = np.where(chosen, stage[:, action], reward)
        rows = np.where(chosen[:, None], kernel[:, action], rows)
    system = rows * -gamma
    for state in range(len(system)):
        system[state, state] += 1
    return eliminate(system, reward[:, None].copy())[:, 0]  # dominated by its diagonal: rows of P sum to 1


def greedy_mass(arithmetic: Lanes, averaged: Array, own: Array, alike: NDArray[np.integer[Any]] | None) -> Array:
    """Per state the probability of the maximisers of Qbar_i, [S]; see `solvers.evaluation.concentration`.

    Args:
        arithmetic: says how many.
        averaged: Qbar_i [S, A_i].
        own: pi_i [S, A_i].
        alike: labels [S, A_i, B] of actions that are exactly alike.
    """
    value, mass = as_block(averaged, arithmetic.count), as_block(own, arithmetic.count)
    if alike is not None:  # an action counts as the first one that it is like
        for action in range(1, value.shape[1]):
            for earlier in range(action):
                value[:, action] = np.where(alike[:, action] == earlier, value[:, earlier], value[:, action])
    return as_lanes(((value >= value.max(axis=1, keepdims=True)) * mass).sum(axis=1))
