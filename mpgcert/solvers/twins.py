"""Actions that are exactly alike: same rewards for the player and same transitions, whatever the others do.

Their averaged Q-values are equal under every policy, which no enclosure could tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame

__all__ = ["action_classes"]

_LARGEST = 10**6  # kernel entries up to which sparse games are compared


def action_classes(game: MarkovGame, player: int) -> NDArray[np.int64]:
    """Labels [S, A_i]: actions of a player with equal labels in a state are alike there; kept with the game."""
    known = game.__dict__.setdefault("_action_classes", {})
    if player not in known:
        known[player] = _compare(game, player)
    return known[player]


def _compare(game: MarkovGame, player: int) -> NDArray[np.int64]:
    n_states, count = game.n_states, game.n_actions[player]
    labels = np.tile(np.arange(count), (n_states, 1))
    if game.is_sparse and n_states**2 * game.n_joint_actions > _LARGEST:
        return labels
    rewards = np.moveaxis(game.rewards.numerator[player], player + 1, 1).reshape(n_states, count, -1)
    kernel = np.moveaxis(game.dense_kernel().numerator, player + 1, 1).reshape(n_states, count, -1)
    for action in range(1, count):
        for earlier in range(action):
            alike = (rewards[:, action] == rewards[:, earlier]).all(axis=1)
            alike &= (kernel[:, action] == kernel[:, earlier]).all(axis=1)
            labels[alike, action] = np.minimum(labels[alike, action], labels[alike, earlier])
    return labels
