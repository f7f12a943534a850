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
from mpgcert.kernels.softmax_arrays import OneState, Play, Records, Standing
from mpgcert.kernels.softmax_step import (
    add_to_totals,
    concentration,
    least_ascent,
    play_on,
    rounding_doubt,
    write_record,
)

__all__ = ["advance"]

_SMALL = 8  # actions of a player up to which plain loops beat vectors


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
        n_players, width = len(game.of_player), game.tree.offsets[-1]
        doubt = rounding_doubt(play, 0.0)
        joint, means = np.zeros(game.tree.slots), np.zeros(game.tree.slots)
        pair = n_players == 2 and game.common >= 0 and game.common == max(game.potential, 0) and width <= 2 * _SMALL
        for run in range(len(standing.totals)):
            logs, totals = standing.log_policy[run, 0], standing.totals[run]
            for k in range(width):
                joint[k] = standing.policy[run, 0, k]
            done, due, record = 0, until_record, 0
            while True:
                steps = min(due, count - done)
                if pair:
                    _two_players(game, play, doubt, steps, joint, means, logs, totals)
                else:
                    _any_players(game, play, doubt, steps, joint, means, logs, totals)
                done += steps
                due -= steps
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


@in_line
def _two_players(
    game: Any, play: Any, doubt: float, steps: int, joint: Any, means: Any, logs: Any, totals: Any
) -> None:
    """`_any_players` for two players of few actions and one table, which is the potential if any is."""
    n_left, n_right = game.tree.nodes[0, 0], game.tree.nodes[0, 1]
    table = game.tables[game.common].reshape((n_left, n_right))
    left, right, of_left, of_right = joint[:n_left], joint[n_left:], means[:n_left], means[n_left:]
    logs_left, logs_right = logs[:n_left], logs[n_left:]
    discount, horizon, regularization = play.discount, play.horizon, play.regularization
    known = game.potential >= 0
    barrier, before = _sum(logs), math.nan
    # totals in registers: an array would have to be written after every iterate
    gap_sum, square_sum, min_gap, min_c, min_c_lower, ascent = (
        totals[0],
        totals[1],
        totals[2],
        totals[3],
        totals[4],
        totals[5],
    )
    for t in range(steps + 1):
        mean = 0.0
        for k in range(n_left):
            average = 0.0
            for r in range(n_right):
                average += table[k, r] * right[r]
            of_left[k] = average
            mean += left[k] * average
        for r in range(n_right):
            average = 0.0
            for k in range(n_left):
                average += left[k] * table[k, r]
            of_right[r] = average
        value = mean * horizon
        if known:
            regularized = value + regularization * barrier if regularization > 0.0 else value
            if regularized - before < ascent:
                ascent = regularized - before
            before = regularized
        if t == steps:
            break
        shift = discount * value
        top, c, c_lower = concentration(of_left, left, 0, n_left, doubt)
        other_top, other_c, other_c_lower = concentration(of_right, right, 0, n_right, doubt)
        barrier = play_on(play, 0, n_left, of_left, mean, shift, 1.0, left, logs_left)
        barrier += play_on(play, 0, n_right, of_right, mean, shift, 1.0, right, logs_right)
        gap = max(max(top, other_top) * horizon - value, 0.0)
        gap_sum += gap
        square_sum += gap * gap
        min_gap = min(min_gap, gap)
        min_c = min(min_c, min(c, other_c))
        min_c_lower = min(min_c_lower, min(c_lower, other_c_lower))
    totals[0], totals[1], totals[2] = gap_sum, square_sum, min_gap
    totals[3], totals[4], totals[5] = min_c, min_c_lower, ascent


@in_order
def _any_players(
    game: Any, play: Any, doubt: float, steps: int, joint: Any, means: Any, logs: Any, totals: Any
) -> None:
    """Evaluate, count in and step, `steps` times; then evaluate once more."""
    tree, tables, of_player, common, potential = game.tree, game.tables, game.of_player, game.common, game.potential
    offsets, n_players = tree.offsets, len(of_player)
    discount, horizon = play.discount, play.horizon
    barrier, before, room = _sum(logs), math.nan, np.zeros(tree.slots)
    for t in range(steps + 1):
        _average(game, joint, means)
        if potential >= 0:
            if potential == common:
                phi = _own_mean(offsets, 0, joint, means) * horizon
            else:
                phi = mean_of(tree, tables[potential], joint, room) * horizon
            before = least_ascent(totals, phi, play.regularization, barrier, before)
        if t == steps:
            return
        gap, least, least_lower, barrier = 0.0, math.inf, math.inf, 0.0
        mean = _own_mean(offsets, 0, joint, means)
        for i in range(n_players):
            low, high = offsets[i], offsets[i + 1]
            if common < 0 and i > 0:
                mean = _own_mean(offsets, i, joint, means)
            top, c, c_lower = concentration(means, joint, low, high, doubt)
            gap = max(gap, top * horizon - mean * horizon)
            least, least_lower = min(least, c), min(least_lower, c_lower)
            barrier += play_on(play, low, high, means, mean, discount * mean * horizon, 1.0, joint, logs)
        add_to_totals(totals, gap, least, least_lower)


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
