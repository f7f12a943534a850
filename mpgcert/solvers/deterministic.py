"""All deterministic joint policies of a game: enumeration, screening in doubles with proven errors, exact values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT
from mpgcert.arithmetic.matrices import product
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.reachability import support
from mpgcert.solvers.rounding import bellman_error

__all__ = ["DeterministicPolicies", "ExactProfile", "ScreenedBatch"]

Choice = NDArray[np.int64]
_BATCH_ENTRIES = 2**20


@dataclass(frozen=True, eq=False)
class ScreenedBatch:
    """Some deterministic joint policies, evaluated in doubles.

    Attributes:
        choices: joint actions [K, S], C order.
        advantages: Abar_i(s, a_i) for each player, [K, S, A_i]; 0 at the action played.
        error: [K]; each advantage is within it of the true value (infinite or undefined if doubles failed).
        played: actions [K, S, n] of the players.
        visited: [K, S]; states that the policy visits (exact).
    """

    choices: Choice
    advantages: tuple[NDArray[np.float64], ...]
    error: NDArray[np.float64]
    played: Choice
    visited: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ExactProfile:
    """One deterministic joint policy, exactly.

    Attributes:
        values: V_i(s), fmpq [n, S].
        returns: J_i.
        advantages: Abar_i(s, a_i) for each player, fmpq [S, A_i]; 0 at the action played.
        played: actions [S, n].
        visited: [S].
    """

    values: NDArray[Any]
    returns: tuple[Fraction, ...]
    advantages: tuple[NDArray[Any], ...]
    played: Choice
    visited: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class DeterministicPolicies:
    """The deterministic joint policies of a game, numbered in C order of their joint actions per state."""

    game: MarkovGame

    @property
    def count(self) -> int:
        return int(self.game.n_joint_actions**self.game.n_states)

    def numbered(self, numbers: Choice) -> Choice:
        """Joint actions [K, S] of the policies with these numbers (count below 2^63)."""
        weights = self.game.n_joint_actions ** np.arange(self.game.n_states - 1, -1, -1, dtype=np.int64)
        return numbers[:, None] // weights % self.game.n_joint_actions

    def batches(self, choices: Choice | None = None) -> Iterator[ScreenedBatch]:
        """All policies, or the given ones [K, S], in batches of bounded memory."""
        total = self.count if choices is None else len(choices)
        step = max(1, _BATCH_ENTRIES // (self.game.n_states**2 * sum(self.game.n_actions)))
        for first in range(0, total, step):
            last = min(first + step, total)
            part = self.numbered(np.arange(first, last)) if choices is None else choices[first:last]
            yield self._screen(part)

    def _screen(self, choices: Choice) -> ScreenedBatch:
        """Solve for values in doubles and bound the error from the residual.

        With e = `bellman_error` and |r + gamma P v - v| <= f along the policy as computed, v is within
        (f + e) / (1 - gamma) of its true values, since v -> r + gamma P v is a gamma-contraction.  An advantage
        computed from v is then within e + 2 (f + e) / (1 - gamma); 1.01 covers the rounding of this bound.
        """
        game, (rewards, rows, discount) = self.game, self._doubles
        n_states, states = game.n_states, np.arange(game.n_states)
        played_rows = rows[states, choices]
        stage = rewards[:, states, choices].transpose(1, 2, 0)  # [K, S, n]
        try:
            values = np.linalg.solve(np.eye(n_states) - discount * played_rows, stage)
        except np.linalg.LinAlgError:  # a discount that rounds to 1
            values = np.full(stage.shape, np.nan)
        residual = np.abs(stage + discount * np.matmul(played_rows, values) - values).max(axis=(1, 2))
        scale = np.abs(rewards).max()
        error = bellman_error(n_states, float(scale), 0.0) + np.abs(values).max(axis=(1, 2)) * (
            bellman_error(n_states, 0.0, 1.0)
        )
        error = 1.01 * (error + 2 * (residual + error) / float(1 - game.discount))
        played = self._played(choices)
        advantages = []
        for player in range(game.n_players):
            others = self._deviations(choices, played, player)
            index = np.broadcast_to(states[None, :, None], others.shape)
            value = values[:, :, player]
            expected = np.einsum("ksat,kt->ksa", rows[index, others], value)
            advantage = rewards[player][index, others] + discount * expected - value[..., None]
            np.put_along_axis(advantage, played[:, :, player, None], 0.0, axis=2)
            advantages.append(advantage)
        return ScreenedBatch(choices, tuple(advantages), error, played, self._visited(choices))

    def exact(self, choice: Choice) -> ExactProfile:
        """Exact values and advantages of one policy [S]."""
        game, arrays = self.game, self._exact
        rewards = arrays.rewards.reshape(game.n_players, game.n_states, -1)
        rows, states = self._exact_rows, np.arange(game.n_states)
        identity = arrays.identity()
        values = EXACT.solve(identity - rows[states, choice] * arrays.discount, rewards[:, states, choice].T).T
        played = self._played(choice[None])
        advantages = []
        for player in range(game.n_players):
            others = self._deviations(choice[None], played, player)[0]
            index = np.broadcast_to(states[:, None], others.shape)
            moved = product(rows[index, others].reshape(-1, game.n_states), values[player]).reshape(others.shape)
            advantages.append(rewards[player][index, others] + moved * arrays.discount - values[player][:, None])
        returns = tuple(EXACT.enclosure(mean)[0] for mean in values @ arrays.initial)
        return ExactProfile(values, returns, tuple(advantages), played[0], self._visited(choice[None])[0])

    def _played(self, choices: Choice) -> Choice:
        return np.stack(np.unravel_index(choices, self.game.n_actions), axis=-1).astype(np.int64)

    def _deviations(self, choices: Choice, played: Choice, player: int) -> Choice:
        """Joint actions [K, S, A_i] after the player's action is replaced by each of its own."""
        stride = math.prod(self.game.n_actions[player + 1 :])
        own = np.arange(self.game.n_actions[player])
        return choices[..., None] + (own - played[:, :, player, None]) * stride

    def _visited(self, choices: Choice) -> NDArray[np.bool_]:
        """States with positive visitation: reachable from the initial distribution (at once, for discount 0)."""
        visited = np.broadcast_to(self.game.initial.numerator > 0, choices.shape).copy()
        if self.game.discount > 0:
            graph = self._support[np.arange(self.game.n_states), choices]
            for _ in range(self.game.n_states - 1):
                reached = np.matmul(visited[:, None].astype(np.float32), graph)[:, 0] > 0
                if not (reached & ~visited).any():
                    break
                visited |= reached
        return visited

    @cached_property
    def _doubles(self) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        arrays, game = GameArrays.of(self.game), self.game
        rewards = arrays.rewards.reshape(game.n_players, game.n_states, -1)
        return rewards, arrays.transition.joint_rows(), arrays.discount

    @cached_property
    def _support(self) -> NDArray[np.float32]:
        return support(self.game).joint_rows().astype(np.float32)

    @cached_property
    def _exact(self) -> GameArrays:
        return GameArrays.of(self.game, EXACT)

    @cached_property
    def _exact_rows(self) -> NDArray[Any]:
        return self._exact.transition.joint_rows()
