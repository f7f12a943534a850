"""Runs by the compiled loops of `mpgcert.kernels`: when they are worth loading, what they are given, what they leave.

They compute what `mpgcert.learn.iterates` computes, in another order of summation, so both trajectories agree up to
rounding, and the proven error bounds hold for either.  Which one made a trajectory is kept in it: a continued run is
the one that one long run would have been.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import CountGame, MarkovGame
from mpgcert.kernels.blocks import filled_up, zeros_on_lines
from mpgcert.kernels.softmax_arrays import (
    NUMBER_COLUMNS,
    PLAYER_COLUMNS,
    TOTALS,
    OneState,
    Play,
    Records,
    Standing,
    States,
    Tree,
)
from mpgcert.learn.dynamics import LARGEST_EXPONENT, StepRule
from mpgcert.learn.iterates import Iteration, Totals
from mpgcert.learn.oracle import StageRewards

__all__ = ["ENGINES", "Block", "CompiledLoop", "columns_of", "engine_for", "reason_for"]

ENGINES = ("auto", "plain", "compiled")

# Measured: what plain numpy needs for one iterate, and that loading a compiled loop pays from about 2 s of it on.
_WORTH_COMPILING = 2.0
_PER_ITERATE, _PER_PLAYER, _PER_STATE = 2.5e-5, 5e-6, 5e-6
_PER_ENTRY_OF_ONE_STATE, _PER_ENTRY = 8e-9, 2.5e-9

# Larger systems are left to plain numpy, whose blocked factorisation is faster; so are sparse kernels that would not
# fit into a few megabytes as dense ones.
_MOST_STATES = 160
_MOST_ENTRIES_OF_SPARSE = 200_000

_SECONDS_BETWEEN = 0.05  # two looks at the keyboard
_FIRST_COUNT = 8
_RECORDED_NUMBERS = 2**20  # written at once


def engine_for(name: str, game: MarkovGame | CountGame, steps: int) -> str:
    """`plain` or `compiled`, from the game and the number of steps alone.

    Raises:
        InvalidInput: no such engine, or none that is compiled for a game of this size.
    """
    if name not in ENGINES:
        raise InvalidInput(f"{name!r:.40}", field="engine", expected=" or ".join(ENGINES))
    if isinstance(game, CountGame) or not _fits(game):
        if name == "compiled":
            why = f"has more than {_MOST_STATES} states, or a large sparse kernel"
            if isinstance(game, CountGame):
                why = "is a congestion game by its loads"
            raise InvalidInput("'compiled'", field="engine", expected=f"plain or auto: this game {why}")
        return "plain"
    if name != "auto":
        return name
    return "compiled" if steps * _plain_seconds(game) > _WORTH_COMPILING else "plain"


def reason_for(asked: str, chosen: str, game: MarkovGame | CountGame, steps: int) -> str:
    """The engine that `engine_for` chose, and why, in words."""
    name = {"plain": "plain numpy", "compiled": "the compiled loop"}[chosen]
    if asked != "auto":
        return f"{name}, as asked"
    if isinstance(game, CountGame) or not _fits(game):
        return f"{name}, as none is compiled for a game of this size and kind"
    seconds = steps * _plain_seconds(game)
    return f"{name}, as {steps:,} iterations would take plain numpy about {seconds:.2g} s"


def _fits(game: MarkovGame) -> bool:
    if game.n_states == 1:
        return True
    entries = game.n_states**2 * game.n_joint_actions
    return game.n_states <= _MOST_STATES and not (game.is_sparse and entries > _MOST_ENTRIES_OF_SPARSE)


def _plain_seconds(game: MarkovGame) -> float:
    """Of one iterate, roughly."""
    tables = 1 if game.is_identical_interest else game.n_players
    fixed = _PER_ITERATE + _PER_PLAYER * game.n_players
    if game.n_states == 1:
        return fixed + _PER_ENTRY_OF_ONE_STATE * tables * game.n_joint_actions
    entries = game.n_states * game.n_joint_actions * (game.n_states + tables)
    return 3 * fixed + _PER_STATE * game.n_states + _PER_ENTRY * entries


class Block(NamedTuple):
    """Consecutive records of one run.

    Attributes:
        steps: int64 [K].
        records: with a leading axis of runs.
    """

    steps: NDArray[np.int64]
    records: Records


class CompiledLoop:
    """A step rule on one game, compiled."""

    def __init__(self, game: MarkovGame, iteration: Iteration, potential: ExactArray | None) -> None:
        oracle, rule = iteration.oracle, iteration.rule
        self.n_states, self.layout = game.n_states, iteration.layout
        self.play = _play(rule, iteration, game)
        if game.n_states == 1:
            from mpgcert.kernels import one_state

            self._advance: Callable[..., Standing] = one_state.advance
            self.world: OneState | States = _one_state(game, oracle.rewards, potential, rule)
        else:
            from mpgcert.kernels import dense

            self._advance = dense.advance
            self.world = _states(game, oracle.rewards)

    def standing(
        self, policies: list[Any], log_policies: list[Any], replies: list[NDArray[np.int64]], totals: list[Totals]
    ) -> Standing:
        """Runs that stand at policies [S, B], with the replies [n, S] to the iterates before."""
        return Standing(
            np.array([np.ascontiguousarray(policy) for policy in policies], dtype=np.float64),
            np.array([np.ascontiguousarray(policy) for policy in log_policies], dtype=np.float64),
            np.array([np.ascontiguousarray(reply) for reply in replies], dtype=np.int64),
            np.array(totals, dtype=np.float64),
        )

    def stretches(
        self, standing: Standing, step: int, steps: int, stride: int
    ) -> Iterator[tuple[Standing, int, Block]]:
        """Where the runs stand after every twentieth of a second or so, and what was recorded on the way.

        The last iterate is recorded in any case.
        """
        runs, width = len(standing.totals), len(self.layout.owner)
        most = max(1, _RECORDED_NUMBERS // (runs * (2 * self.n_states * width + TOTALS)))
        count = _FIRST_COUNT
        while True:
            made = min(count, steps - step, most * stride)
            began = time.perf_counter()
            standing, block = self.stretch(standing, step, made, stride, step + made == steps)
            step += made
            yield standing, step, block
            if step == steps:
                return
            if time.perf_counter() - began < _SECONDS_BETWEEN / 2:
                count *= 2

    def stretch(self, standing: Standing, step: int, count: int, stride: int, last: bool) -> tuple[Standing, Block]:
        """The runs `count` iterates after iterate `step`; records every iterate that the stride divides.

        The one reached is recorded if `last`, and otherwise left to the next stretch.
        """
        until_record = -step % stride
        steps = np.arange(step + until_record, step + count, stride, dtype=np.int64)
        if last:
            steps = np.append(steps, step + count)
        records = Records.empty(
            len(standing.totals), len(steps), self.n_states, len(self.layout.n_actions), len(self.layout.owner)
        )
        after = self._advance(self.world, self.play, standing, count, until_record, stride, last, records)
        return after, Block(steps, records)


def columns_of(blocks: list[Block], run: int) -> dict[str, Any]:
    """The recorded numbers of one run, by the names of `Trajectory` (policies as tables [K, S, B])."""
    policies, players, numbers = (
        np.concatenate([block.records[part][run] for block in blocks]) for part in range(len(Records._fields))
    )
    columns: dict[str, Any] = {"policy": policies[:, 0], "log_policy": policies[:, 1]}
    columns["steps"] = np.concatenate([block.steps for block in blocks])
    columns |= {name: players[:, :, k] for k, name in enumerate(PLAYER_COLUMNS)}
    columns |= {name: numbers[:, k] for k, name in enumerate((*NUMBER_COLUMNS, *Totals._fields))}
    return {name: np.ascontiguousarray(column) for name, column in columns.items()}


def _play(rule: StepRule, iteration: Iteration, game: MarkovGame) -> Play:
    bound = iteration.bound
    return Play(
        natural=rule.algorithm == "natural-gradient-play",
        step_size=rule.step_size,
        regularization=rule.regularization,
        truncation=math.inf if rule.truncation is None else rule.truncation,
        centred=rule.truncation is None or rule.truncation_of == "centred",
        smallest=max(rule.step_size * rule.regularization / LARGEST_EXPONENT, 1e-300),
        discount=float(game.discount),
        horizon=float(1 / (1 - game.discount)),
        relative=bound.relative,
        reward_size=bound.reward_size,
        scale=bound.scale,
        underflow=bound.underflow,
    )


def _one_state(game: MarkovGame, rewards: StageRewards, potential: ExactArray | None, rule: StepRule) -> OneState:
    tables = np.ascontiguousarray(rewards.table.reshape(len(rewards.table), -1))
    common = -1
    if game.is_identical_interest:
        common = 0
    elif potential is not None and rule.truncation_of == "centred" and _moves_every_player(game, potential):
        assert rewards.potential is not None
        common = rewards.potential
    return OneState(
        tree=Tree.of(game.n_actions),
        tables=tables,
        of_player=rewards.of_player.astype(np.int64),
        potential=-1 if rewards.potential is None else rewards.potential,
        common=common,
    )


def _moves_every_player(game: MarkovGame, potential: ExactArray) -> bool:
    """Whether r_i - phi does not depend on a_i, for every player: exactly.

    Then all advantages and gaps are those of phi.
    """
    rewards, phi = game.rewards.numerator, potential.numerator
    sizes = [int(np.abs(part).max()) for part in (rewards, phi)]
    if sizes[0] * potential.denominator + sizes[1] * game.rewards.denominator >= 2**62:
        rewards, phi = rewards.astype(object), phi.astype(object)
    for i in range(game.n_players):
        rest = rewards[i] * potential.denominator - phi * game.rewards.denominator
        if not np.all(rest == rest.take([0], axis=1 + i)):
            return False
    return True


def _states(game: MarkovGame, rewards: StageRewards) -> States:
    n_states = game.n_states
    kernel = game.dense_kernel().to_float().reshape(n_states, -1, n_states)
    stage = np.moveaxis(rewards.table.reshape(len(rewards.table), n_states, -1), 0, -1)
    used = n_states + len(rewards.table)
    columns = filled_up(used)
    table = zeros_on_lines(n_states, game.n_joint_actions, columns)
    table[:, :, :n_states], table[:, :, n_states:used] = kernel, stage
    return States(
        tree=Tree.of(game.n_actions),
        table=table.reshape(n_states, -1),
        n_rewards=len(rewards.table),
        columns=columns,
        of_player=rewards.of_player.astype(np.int64),
        potential=-1 if rewards.potential is None else rewards.potential,
        initial=game.initial.to_float(),
    )
