"""Fast evaluation of one policy in doubles: everything that a step and its diagnostics need.

Oracles with one interface, chosen by `oracle_of`: for one state, for dense kernels and for sparse ones, which have
another of their own when there are many states (`mpgcert.learn.sparse_oracle`).
They compute what `mpgcert.solvers.evaluation` defines, with the tables of all players averaged together and
one factorisation for values and visitation; `mpgcert.learn.rounding` bounds their errors.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import CountGame, MarkovGame
from mpgcert.learn.averages import averages
from mpgcert.learn.layout import ActionLayout
from mpgcert.learn.replies import InducedProcess, best_reply, factorise
from mpgcert.solvers.arrays import GameArrays, SparseTransition, average_over_others, joint_probabilities

__all__ = ["BestReplies", "Common", "Evaluated", "Oracle", "StageRewards", "oracle_of"]

_log = logging.getLogger(__name__)

Array = NDArray[Any]

# Sparse games with at least so many states are evaluated without an S x S matrix: from about here on that is faster,
# the loading of compiled code (half a second) included from a few hundred steps on.
_MANY_STATES = 400


class Evaluated(NamedTuple):
    """What one policy gives.

    Attributes:
        values: V of each stage reward, [k, S].
        averaged_q: Qbar_i, [S, B].
        advantage: Abar_i, [S, B].
        visitation: d, [S].
        residual: largest |values - T_pi values| found, over stage rewards and states.
        averaged: the averaged tables that best replies start from.
        visitation_residual: |d - (1 - gamma) rho - gamma P_pi' d| found, in the 1-norm.
    """

    values: Array
    averaged_q: Array
    advantage: Array
    visitation: Array
    residual: float
    averaged: Any
    visitation_residual: float


class BestReplies(NamedTuple):
    """Best replies of every player to a policy.

    Attributes:
        values: of the best replies, [n, S].
        choices: deterministic replies that attain them, int64 [n, S].
        residual: largest |values - T_i values| found, T_i the Bellman operator of player i.
    """

    values: Array
    choices: NDArray[np.int64]
    residual: float


@dataclass(frozen=True, eq=False)
class StageRewards:
    """The distinct stage rewards of a game in doubles: one for all players if interests are identical.

    Attributes:
        table: [k, S, A_1, ..., A_n].
        of_player: which of them is r_i, [n].
        potential: which of them is phi, if one is known.
    """

    table: NDArray[np.float64]
    of_player: NDArray[np.int64]
    potential: int | None

    @staticmethod
    def of(game: MarkovGame, potential: ExactArray | None = None) -> StageRewards:
        """Collect them; in a game of identical interest the common reward is the potential by default.

        Raises:
            InvalidInput: `potential` has not the shape [S, A_1, ..., A_n], or a number is beyond doubles.
        """
        identical = game.is_identical_interest
        exact = [game.rewards[0]] if identical else [game.rewards[i] for i in range(game.n_players)]
        index = 0 if identical else None
        if potential is not None:
            if potential.shape != game.rewards.shape[1:]:
                expected = f"shape {list(game.rewards.shape[1:])}"
                raise InvalidInput(f"shape {list(potential.shape)}", field="potential", expected=expected)
            if not (identical and potential == exact[0]):
                index = len(exact)
                exact.append(potential)
        try:
            table = np.stack([part.to_float() for part in exact])
        except OverflowError:
            raise InvalidInput("a number beyond the range of doubles", field="rewards") from None
        of_player = np.zeros(game.n_players, dtype=np.int64) if identical else np.arange(game.n_players)
        return StageRewards(table, of_player, index)


class Oracle(Protocol):
    """Evaluates policies [S, B] of one game."""

    layout: ActionLayout
    rewards: StageRewards
    initial: Array
    discount: float

    def evaluate(self, policy: Array) -> Evaluated: ...

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        """Best replies to `policy`, found from the replies `start` [n, S]."""


def oracle_of(game: MarkovGame | CountGame, potential: ExactArray | None = None) -> Oracle:
    """The oracle that suits the game; `potential` (phi, [S, A_1, ..., A_n]) is evaluated along with the rewards.

    A congestion game brings its own potential, where it has one by structure.
    """
    if isinstance(game, CountGame):
        from mpgcert.learn.count_oracle import CountOracle

        return CountOracle(game)
    rewards = StageRewards.of(game, potential)
    if game.n_states == 1:
        _log.info("policies are evaluated without a system: there is one state")
        return _OneState(game, rewards)
    if game.is_sparse and game.n_states >= _MANY_STATES:
        from mpgcert.learn.sparse_oracle import SparseOracle

        _log.info("policies are evaluated by sparse methods: %d states with few transitions", game.n_states)
        return SparseOracle(game, rewards)
    _log.info("policies are evaluated by dense factors of %d x %d entries", game.n_states, game.n_states)
    return (_Sparse if game.is_sparse else _Dense)(game, rewards)


class Common:
    """What every oracle has: see `Oracle`."""

    def __init__(self, game: MarkovGame, rewards: StageRewards) -> None:
        self.layout = ActionLayout(game.n_actions)
        self.rewards = rewards
        self.initial = game.initial.to_float()
        self.discount = float(game.discount)
        self.n_states = game.n_states
        self._columns = rewards.of_player.tolist()

    @cached_property
    def _last_columns(self) -> Array:
        """The stage rewards as [S, A, k]."""
        flat = self.rewards.table.reshape(len(self.rewards.table), self.n_states, -1)
        return np.ascontiguousarray(np.moveaxis(flat, 0, -1))

    def _flow_residual(self, kernel: Array, visitation: Array) -> float:
        flow = (1 - self.discount) * self.initial + self.discount * (visitation @ kernel)
        return float(np.abs(visitation - flow).sum())


class _OneState(Common):
    """A matrix game, repeated: no system to solve, the kernel is 1."""

    def __init__(self, game: MarkovGame, rewards: StageRewards) -> None:
        super().__init__(game, rewards)
        self._table = rewards.table.reshape(len(rewards.table), -1, 1)
        self._scale = float(1 - game.discount)
        self._visitation = np.ones(1)

    def evaluate(self, policy: Array) -> Evaluated:
        parts = self.layout.split(policy)
        means = averages(self._table, parts)  # [k, A_i, 1] each, the stage rewards in the place of states
        own = np.concatenate([mean[k] for mean, k in zip(means, self._columns)]).T
        stage = np.matmul(parts[0], means[0])[:, 0]  # [k, 1]
        values = stage / self._scale
        advantage = own - self.layout.spread(stage[self.rewards.of_player].T)
        averaged_q = own if self.discount == 0 else own + self.discount * self._of_players(values)
        return Evaluated(values, averaged_q, advantage, self._visitation, 0.0, own, 0.0)

    def _of_players(self, values: Array) -> Array:
        return self.layout.spread(values[self.rewards.of_player].T)

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        best = self.layout.maximum(evaluated.averaged).T
        return BestReplies(best / self._scale, start, 0.0)


class _Dense(Common):
    """Averages kernel and rewards together, as one table [S, A, S + k]."""

    def __init__(self, game: MarkovGame, rewards: StageRewards) -> None:
        super().__init__(game, rewards)
        kernel = game.dense_kernel().to_float().reshape(self.n_states, -1, self.n_states)
        self._table = np.concatenate([kernel, self._last_columns], axis=2)

    def evaluate(self, policy: Array) -> Evaluated:
        S = self.n_states
        parts = self.layout.split(policy)
        means = averages(self._table, parts)  # [S, A_i, S + k] each
        on_policy = np.matmul(parts[0][:, None, :], means[0])[:, 0]
        kernel, stage = on_policy[:, :S], on_policy[:, S:]
        system = factorise(kernel, self.discount)
        values = system.solve(stage)  # [S, k]
        visitation = system.solve_transposed((1 - self.discount) * self.initial)
        residual = float(np.abs(values - (stage + self.discount * (kernel @ values))).max())
        own = [values[:, k] for k in self._columns]
        averaged_q = self.layout.join(
            [mean[..., S + k] + self.discount * _expected(mean, v) for mean, k, v in zip(means, self._columns, own)]
        )
        advantage = averaged_q - self.layout.spread(np.stack(own, axis=1))
        return Evaluated(
            values.T, averaged_q, advantage, visitation, residual, means, self._flow_residual(kernel, visitation)
        )

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        S = self.n_states
        states = np.arange(S)

        def process(player: int) -> InducedProcess:
            mean = evaluated.averaged[player]
            reward = mean[..., S + self._columns[player]]
            return InducedProcess(
                self.discount,
                lambda choice: (reward[states, choice], mean[states, choice, :S]),
                lambda values: reward + self.discount * _expected(mean, values),
            )

        return _replies([process(i) for i in range(len(start))], start)


def _expected(mean: Array, values: Array) -> Array:
    """E[values(s') | s, a_i], [S, A_i], from an averaged table whose first S columns are the kernel."""
    n_states, count, width = mean.shape
    return (mean.reshape(-1, width)[:, :n_states] @ values).reshape(n_states, count)


class _Sparse(Common):
    """Looks ahead along the non-zero transitions, then averages; the kernel of one policy is dense [S, S]."""

    def __init__(self, game: MarkovGame, rewards: StageRewards) -> None:
        super().__init__(game, rewards)
        transition = GameArrays.of(game).transition
        assert isinstance(transition, SparseTransition)
        self._transition = transition

    def evaluate(self, policy: Array) -> Evaluated:
        parts = self.layout.split(policy)
        joint = joint_probabilities(parts, self.n_states)
        stage = np.matmul(joint[:, None, :], self._last_columns)[:, 0]
        kernel = self._transition.under(joint)
        system = factorise(kernel, self.discount)
        values = system.solve(stage)
        visitation = system.solve_transposed((1 - self.discount) * self.initial)
        expected = self._transition.expected(values).reshape(self._last_columns.shape)
        means = averages(self._last_columns + self.discount * expected, parts)
        residual = float(np.abs(values - np.matmul(parts[0][:, None, :], means[0])[:, 0]).max())
        averaged_q = self.layout.join([mean[..., k] for mean, k in zip(means, self._columns)])
        advantage = averaged_q - self.layout.spread(values[:, self._columns])
        balance = self._flow_residual(kernel, visitation)
        return Evaluated(values.T, averaged_q, advantage, visitation, residual, None, balance)

    def best_replies(self, policy: Array, evaluated: Evaluated, start: NDArray[np.int64]) -> BestReplies:
        parts = self.layout.split(policy)

        def process(player: int) -> InducedProcess:
            reward = self.rewards.table[self._columns[player]]
            own = np.arange(self.layout.n_actions[player])
            averaged = average_over_others(reward, parts, player)

            def under(choice: NDArray[np.int64]) -> tuple[Array, Array]:
                reply = (choice[:, None] == own).astype(np.float64)
                joint = joint_probabilities([*parts[:player], reply, *parts[player + 1 :]], self.n_states)
                return averaged[np.arange(self.n_states), choice], self._transition.under(joint)

            def look_ahead(values: Array) -> Array:
                target = reward + self.discount * self._transition.expected(values)
                return average_over_others(target, parts, player)

            return InducedProcess(self.discount, under, look_ahead)

        return _replies([process(i) for i in range(len(start))], start)


def _replies(processes: list[InducedProcess], start: NDArray[np.int64]) -> BestReplies:
    found = [best_reply(process, choice) for process, choice in zip(processes, start)]
    return BestReplies(
        np.stack([reply.values for reply in found]),
        np.stack([reply.choice for reply in found]),
        max(reply.residual for reply in found),
    )
