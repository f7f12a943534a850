"""Many policies at once, in doubles: proposals for the distance from potential games, never evidence.

Policies come as arrays [B, S, A_i], one for each player; B policies are solved as one batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays

__all__ = ["Batch", "advantage_maps", "gap_advantages", "joint_weights", "pure_policies", "row_moves"]

Floats = NDArray[np.float64]
Batch = list[Floats]


def pure_policies(game: MarkovGame, count: int, rng: np.random.Generator) -> Batch:
    """Independent uniform deterministic policies."""
    choices = (rng.integers(size, size=(count, game.n_states)) for size in game.n_actions)
    return [np.eye(size)[choice] for size, choice in zip(game.n_actions, choices)]


def row_moves(policy: Batch, rng: np.random.Generator, count: int) -> Batch:
    """`count` copies of one policy ([1, S, A_i] each), one random row of each replaced by a pure or mixed one."""
    moved = [np.repeat(part, count, axis=0) for part in policy]
    for b, i in enumerate(rng.integers(len(policy), size=count)):
        _, states, size = policy[i].shape
        row = np.eye(size)[rng.integers(size)] if rng.random() < 0.7 else rng.dirichlet(np.ones(size))
        moved[i][b, rng.integers(states)] = row
    return moved


def joint_weights(policy: Batch) -> Floats:
    """Joint action probabilities [B, S, A]."""
    joint = policy[0]
    for part in policy[1:]:
        joint = (joint[..., :, None] * part[..., None, :]).reshape(*joint.shape[:2], -1)
    return joint


def _rows(game: MarkovGame) -> Floats:
    rows: Floats = GameArrays.of(game, FLOAT).transition.joint_rows()
    return rows


def values(game: MarkovGame, policy: Batch, rewards: Floats) -> Floats:
    """V [B, k, S] of stage rewards [k, S, A]."""
    joint = joint_weights(policy)
    kernel = np.matmul(joint.transpose(1, 0, 2), _rows(game)).transpose(1, 0, 2)
    mean = np.einsum("bsa,ksa->bsk", joint, rewards)
    solution: Floats = np.linalg.solve(np.eye(game.n_states) - float(game.discount) * kernel, mean)
    return solution.transpose(0, 2, 1)


def gap_advantages(game: MarkovGame, policy: Batch, phi: Floats) -> Floats:
    """Largest |Abar_{r_i - phi, i}^pi(s, a_i)| over i, s, a_i for each policy, [B]."""
    gaps = game.rewards.to_float().reshape(game.n_players, game.n_states, -1) - phi.reshape(game.n_states, -1)
    value = values(game, policy, gaps)
    rows = _rows(game)
    worst = np.zeros(len(value))
    for i in range(game.n_players):
        q = gaps[i] + float(game.discount) * np.einsum("sat,bt->bsa", rows, value[:, i])
        advantage = _average(q, policy, i, game.n_actions) - value[:, i, :, None]
        worst = np.maximum(worst, np.abs(advantage).max(axis=(1, 2)))
    return worst


def _average(q: Floats, policy: Batch, player: int, sizes: tuple[int, ...]) -> Floats:
    """Mean of a joint table [B, S, A] over the others' actions, [B, S, A_i]."""
    table = q.reshape(*q.shape[:2], *sizes)
    for j in reversed(range(len(sizes))):
        if j != player:
            weight = policy[j].reshape(*q.shape[:2], *(sizes[j] if k == j else 1 for k in range(j + 1)))
            weight = weight.reshape(*weight.shape, *(1,) * (table.ndim - weight.ndim))
            table = (table * weight).sum(axis=j + 2, keepdims=True)
    return table.reshape(*q.shape[:2], sizes[player])


def advantage_maps(game: MarkovGame, policy: Batch) -> list[Floats]:
    """For one policy ([1, S, A_i]): matrices [S A_i, S A] that take a stage reward to its Abar_i, per player."""
    n_states, gamma = game.n_states, float(game.discount)
    joint, rows = joint_weights(policy)[0], _rows(game)
    count = joint.shape[1]
    kernel = np.einsum("sa,sat->st", joint, rows)
    mean = np.einsum("st,sa->sta", np.eye(n_states), joint).reshape(n_states, -1)
    value = np.linalg.solve(np.eye(n_states) - gamma * kernel, mean)  # [S, S A]
    q = np.eye(n_states * count) + gamma * rows.reshape(-1, n_states) @ value
    maps = []
    for i, size in enumerate(game.n_actions):
        table: Any = q.T.reshape(-1, n_states, count)
        repeated = [np.repeat(part, len(table), axis=0) for part in policy]
        averaged = _average(table, repeated, i, game.n_actions)
        maps.append((averaged - value.T[:, :, None]).reshape(-1, n_states * size).T)
    return maps
