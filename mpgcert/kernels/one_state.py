"""Softmax play of a game with one state, compiled; `mpgcert.learn.iterates` over `_OneState` is its readable twin.

Importing this module imports numba.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mpgcert.kernels.compiling import entry, in_line, in_order, sources
from mpgcert.kernels.contractions import (
    averages_of_halves,
    averages_of_one,
    joint_of_halves,
    mean_of,
    product_and_transposed,
)
from mpgcert.kernels.elementary import bounded_exp, log_from_1
from mpgcert.kernels.softmax_arrays import OneState, Play, Records, Standing
from mpgcert.kernels.softmax_step import (
    add_to_totals,
    concentration,
    least_ascent,
    play_on,
    rounding_doubt,
    write_record,
)
from mpgcert.kernels.two_players import SLOTS, is_tiny, play_in_registers, steps_are_short

__all__ = ["advance"]


def advance(
    game: OneState, play: Play, standing: Standing, count: int, until_record: int, stride: int, last: bool, out: Records
) -> Standing:
    """The runs `count` iterates later; the given standing is not changed.

    Args:
        until_record: after how many iterates the next record is due.
        stride: iterates between records.
        last: record the iterate reached, too, whether or not a record is due.
        out: where records are written, from its beginning.
    """
    after = standing.copy()
    _advance(game, play, after, count, until_record, stride, last, out)
    return after


def _entry(digest: str) -> Any:
    @entry
    def loop(
        game: Any, play: Any, standing: Any, count: int, until_record: int, stride: int, last: bool, out: Any
    ) -> None:
        digest  # noqa: B018 - makes it part of the key of the cache
        width, doubt = game.tree.offsets[-1], rounding_doubt(play, 0.0)
        joint, means = np.zeros(game.tree.slots), np.zeros(game.tree.slots)
        small = _is_small(game, play)
        for run in range(len(standing.totals)):
            logs, totals = standing.log_policy[run, 0], standing.totals[run]
            for k in range(width):
                joint[k] = standing.policy[run, 0, k]
            done, due, record = 0, until_record, 0
            while True:
                steps = min(due, count - done)
                due -= steps
                steps += done
                while done < steps:
                    if small and not is_tiny(joint[:width]):
                        done += play_in_registers(_pair_table(game), play, doubt, steps - done, joint, logs, totals)
                    else:
                        done += _any_players(game, play, doubt, steps - done, small, joint, means, logs, totals)
                ending = done == count
                if last if ending else due == 0:
                    _record(game, play, doubt, joint, logs, totals, out, run, record)
                    record += 1
                    due = stride
                if ending:
                    break
            for k in range(width):
                standing.policy[run, 0, k] = joint[k]

    return loop


_advance = _entry(sources())


@in_order
def _is_small(game: Any, play: Any) -> bool:
    """Whether `mpgcert.kernels.two_players` is for this game and this dynamics."""
    plain = play.regularization == 0.0 and play.truncation == math.inf
    if len(game.of_player) != 2 or game.common < 0 or game.common != game.potential or not plain:
        return False
    if game.tree.nodes[0, 0] > SLOTS or game.tree.nodes[0, 1] > SLOTS:
        return False
    return steps_are_short(_pair_table(game), play)


@in_line
def _pair_table(game: Any) -> Any:
    """The common reward of two players."""
    return game.tables[game.common].reshape((game.tree.nodes[0, 0], game.tree.nodes[0, 1]))


@in_order
def _any_players(
    game: Any, play: Any, doubt: float, steps: int, while_tiny: bool, joint: Any, means: Any, logs: Any, totals: Any
) -> int:
    """Evaluate, count in and step, `steps` times; then evaluate once more; returns how many steps were made.

    Args:
        while_tiny: stop once no probability is tiny any more.
    """
    tree, tables, of_player, common, potential = game.tree, game.tables, game.of_player, game.common, game.potential
    offsets, n_players = tree.offsets, len(of_player)
    discount, horizon = play.discount, play.horizon
    together = play.regularization == 0.0 and play.truncation == math.inf
    barrier, before, room = _sum(logs), math.nan, np.zeros(tree.slots)
    for t in range(steps + 1):
        _average(game, joint, means)
        if potential >= 0:
            if potential == common:
                phi = _own_mean(offsets, 0, joint, means) * horizon
            else:
                phi = mean_of(tree, tables[potential], joint, room) * horizon
            before = least_ascent(totals, phi, play.regularization, barrier, before)
        if t == steps or (while_tiny and t > 0 and not is_tiny(joint[: len(logs)])):
            return t
        gap, least, least_lower, barrier = 0.0, math.inf, math.inf, 0.0
        mean = _own_mean(offsets, 0, joint, means)
        for i in range(n_players):
            low, high = offsets[i], offsets[i + 1]
            if common < 0 and i > 0:
                mean = _own_mean(offsets, i, joint, means)
            top, c, c_lower = concentration(means, joint, low, high, doubt)
            gap = max(gap, top * horizon - mean * horizon)
            least, least_lower = min(least, c), min(least_lower, c_lower)
            if together:
                for k in range(low, high):
                    means[k] -= mean
            else:
                barrier += play_on(play, low, high, means, mean, discount * mean * horizon, 1.0, joint, logs)
        if together:
            _play_together(play, offsets, means, joint, logs)
        add_to_totals(totals, gap, least, least_lower)
    return steps


@in_line
def _play_together(play: Any, offsets: Any, advantages: Any, policy: Any, logs: Any) -> None:
    """`play_on` for every player at once, without a regularizer: most loops run over the actions of all."""
    width, slope = len(logs), play.step_size * play.horizon
    if play.natural:
        for k in range(width):
            logs[k] += slope * advantages[k]
    else:
        for k in range(width):
            logs[k] += slope * (policy[k] * advantages[k])
    for i in range(len(offsets) - 1):
        largest = -math.inf
        for k in range(offsets[i], offsets[i + 1]):
            largest = max(largest, logs[k])
        for k in range(offsets[i], offsets[i + 1]):
            logs[k] -= largest
    for k in range(width):
        policy[k] = bounded_exp(logs[k])
    for i in range(len(offsets) - 1):
        total = 0.0
        for k in range(offsets[i], offsets[i + 1]):
            total += policy[k]
        logarithm, inverse = log_from_1(total), 1.0 / total
        for k in range(offsets[i], offsets[i + 1]):
            policy[k] *= inverse
            logs[k] -= logarithm


@in_line
def _average(game: Any, joint: Any, means: Any) -> None:
    """Averaged rewards of every player, up to a common constant of each."""
    tree, nodes, n_players = game.tree, game.tree.nodes, len(game.of_player)
    joint_of_halves(nodes, joint)
    if n_players == 1:
        table = game.tables[max(game.common, 0)]
        for k in range(len(table)):
            means[k] = table[k]
    elif game.common >= 0:
        n_left, n_right, left, right = nodes[0, 0], nodes[0, 1], nodes[0, 2], nodes[0, 3]
        product_and_transposed(
            game.tables[game.common],
            joint[left : left + n_left],
            joint[right : right + n_right],
            means[left : left + n_left],
            means[right : right + n_right],
        )
        averages_of_halves(nodes, joint, means)
    else:
        # one path never overwrites the slots where another one ends
        for i in range(n_players):
            averages_of_one(nodes, tree.paths[i], game.tables[game.of_player[i]], joint, means)


@in_line
def _sum(numbers: Any) -> float:
    total = 0.0
    for k in range(len(numbers)):
        total += numbers[k]
    return total


@in_line
def _own_mean(offsets: Any, player: int, joint: Any, means: Any) -> float:
    mean = 0.0
    for k in range(offsets[player], offsets[player + 1]):
        mean += joint[k] * means[k]
    return mean


@in_order
def _record(
    game: Any, play: Any, doubt: float, joint: Any, logs: Any, totals: Any, out: Any, run: int, record: int
) -> None:
    offsets, of_player, room = game.tree.offsets, game.of_player, np.zeros(game.tree.slots)
    n_players, width = len(of_player), len(logs)
    all_means = np.zeros(game.tree.slots)
    _average(game, joint, all_means)
    policy, log_policy, means = np.empty((1, width)), np.empty((1, width)), np.empty((1, width))
    for k in range(width):
        policy[0, k], log_policy[0, k], means[0, k] = joint[k], logs[k], all_means[k]
    values, returns, gaps = np.empty((n_players, 1)), np.empty(n_players), np.empty(n_players)
    for i in range(n_players):
        mean = _own_mean(offsets, i if game.common < 0 else 0, joint, all_means)
        values[i, 0] = mean
        top, _, _ = concentration(all_means, joint, offsets[i], offsets[i + 1], doubt)
        gaps[i] = top * play.horizon - mean * play.horizon
        if of_player[i] != game.common:
            mean = mean_of(game.tree, game.tables[of_player[i]], joint, room)
        returns[i] = mean * play.horizon
    potential = math.nan
    if game.potential >= 0:
        potential = mean_of(game.tree, game.tables[game.potential], joint, room) * play.horizon
    write_record(
        play,
        offsets,
        policy,
        log_policy,
        means,
        values,
        np.ones(1),
        returns,
        gaps,
        potential,
        doubt,
        totals,
        out,
        run,
        record,
    )
