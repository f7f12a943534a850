"""Softmax play of a game with several states and a dense kernel, compiled.

`mpgcert.learn.iterates` over `_Dense` is its readable twin.  Importing this module imports numba.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mpgcert.kernels.compiling import entry, in_line, in_order, sources, sums
from mpgcert.kernels.contractions import joint_of_halves
from mpgcert.kernels.linear import factorise, solve, solve_transposed
from mpgcert.kernels.softmax_arrays import Play, Records, Standing, States
from mpgcert.kernels.softmax_step import (
    add_to_totals,
    concentration,
    least_ascent,
    play_on,
    rounding_doubt,
    write_record,
)
from mpgcert.kernels.wide import weighted_rows, wide_averages

__all__ = ["advance"]

_NOISE = 2.0**-48  # as in `mpgcert.learn.replies`


def advance(
    game: States, play: Play, standing: Standing, count: int, until_record: int, stride: int, last: bool, out: Records
) -> Standing:
    """The runs `count` iterates later; arguments as of `mpgcert.kernels.one_state.advance`."""
    after = standing.copy()
    _advance(game, play, after, count, until_record, stride, last, out)
    return after


def _entry(digest: str) -> Any:
    @entry
    def loop(
        game: Any, play: Any, standing: Any, count: int, until_record: int, stride: int, last: bool, out: Any
    ) -> None:
        digest  # noqa: B018 - makes it part of the key of the cache
        n_players, n_states, n_slots = len(game.of_player), len(game.initial), game.tree.slots
        width, columns = game.tree.offsets[-1], game.columns
        joint, rest = np.zeros(n_slots), np.zeros((n_slots - width) * columns)
        means, on_policy = np.zeros((n_states, width * columns)), np.zeros((n_states, columns))
        factors = np.zeros((n_states, n_states))
        # rows: stage rewards, best replies of the players, the visitation, what is being solved, gains of replies
        values = np.zeros((game.n_rewards + n_players + 3, n_states))
        averaged_q, numbers = np.zeros((n_states, width)), np.zeros((2, n_players))
        turns = np.zeros((2, n_states), dtype=np.int64)
        for run in range(len(standing.totals)):
            policy, logs, totals = standing.policy[run], standing.log_policy[run], standing.totals[run]
            replies = standing.replies[run]
            done, due, record = 0, until_record, 0
            before = math.nan
            while True:
                ending = done == count
                phi, doubt = _evaluate(
                    game,
                    play,
                    policy,
                    logs,
                    replies,
                    totals,
                    joint,
                    rest,
                    means,
                    on_policy,
                    factors,
                    values,
                    averaged_q,
                    numbers,
                    turns,
                )
                barrier = 0.0
                for s in range(n_states):
                    for k in range(width):
                        barrier += logs[s, k]
                if game.potential >= 0:
                    before = least_ascent(totals, phi, play.regularization, barrier, before)
                if last if ending else due == 0:
                    _record(game, play, doubt, policy, logs, values, averaged_q, numbers, phi, totals, out, run, record)
                    record += 1
                    due = stride
                if ending:
                    break
                _step(game, play, doubt, policy, logs, values, averaged_q, numbers, totals)
                done += 1
                due -= 1

    return loop


_advance = _entry(sources())


@in_order
def _evaluate(
    game: Any,
    play: Any,
    policy: Any,
    logs: Any,
    replies: Any,
    totals: Any,
    joint: Any,
    rest: Any,
    means: Any,
    on_policy: Any,
    factors: Any,
    values: Any,
    averaged_q: Any,
    numbers: Any,
    turns: Any,
) -> Any:
    """Fill `values`, `averaged_q` and `numbers` (gaps and returns); Phi (nan if unknown) and the doubt of Qbar."""
    nodes, offsets, of_player, initial = game.tree.nodes, game.tree.offsets, game.of_player, game.initial
    n_players, n_states, width = len(of_player), len(initial), offsets[-1]
    n_rewards, discount = game.n_rewards, play.discount
    for s in range(n_states):
        for k in range(width):
            joint[k] = policy[s, k]
        joint_of_halves(nodes, joint)
        wide_averages(nodes, game.columns, game.table[s], joint, means[s], rest)
        weighted_rows(joint[: offsets[1]], means[s], on_policy[s])
    visitation, work = values[n_rewards + n_players], values[n_rewards + n_players + 1]
    for s in range(n_states):
        _system_row(factors, s, on_policy[s], discount)
        visitation[s] = (1.0 - discount) * initial[s]
        for k in range(n_rewards):
            values[k, s] = on_policy[s, n_states + k]
    factorise(factors)
    solve_transposed(factors, visitation)
    residual = 0.0
    for k in range(n_rewards):
        own = values[k]
        solve(factors, own)
        for s in range(n_states):
            defect = own[s] - (on_policy[s, n_states + k] + discount * _dot(on_policy[s], own))
            residual = max(residual, abs(defect))
    totals[6] = max(totals[6], residual)
    for i in range(n_players):
        own, best, reward = values[of_player[i]], values[n_rewards + i], n_states + of_player[i]
        _look_ahead(means, offsets[i], offsets[i + 1], reward, discount, own, averaged_q)
        found = _best_reply(
            means,
            game.columns,
            offsets[i],
            offsets[i + 1],
            reward,
            discount,
            replies[i],
            factors,
            best,
            work,
            values[n_rewards + n_players + 2],
            turns,
        )
        totals[7] = max(totals[7], found)
        gap, total = 0.0, 0.0
        for s in range(n_states):
            gap += (best[s] - own[s]) * initial[s]
            total += own[s] * initial[s]
        numbers[0, i], numbers[1, i] = max(gap, 0.0), total
    phi = math.nan
    if game.potential >= 0:
        phi = 0.0
        for s in range(n_states):
            phi += values[game.potential, s] * initial[s]
    return phi, rounding_doubt(play, residual)


@sums
def _dot(row: Any, vector: Any) -> float:
    """Over the length of the vector."""
    total = 0.0
    for j in range(len(vector)):
        total += row[j] * vector[j]
    return total


@in_line
def _system_row(system: Any, s: int, kernel: Any, discount: float) -> None:
    row = system[s]
    for j in range(len(row)):
        row[j] = -discount * kernel[j]
    row[s] += 1.0


@in_line
def _look_ahead(means: Any, low: int, high: int, reward: int, discount: float, values: Any, ahead: Any) -> None:
    """r + gamma E[values] for every state and own action."""
    columns = len(means[0]) // ahead.shape[1]
    for s in range(len(values)):
        for k in range(low, high):
            row = means[s, k * columns : (k + 1) * columns]
            ahead[s, k] = row[reward] + discount * _dot(row, values)


@in_order
def _best_reply(
    means: Any,
    columns: int,
    low: int,
    high: int,
    reward: int,
    discount: float,
    choice: Any,
    factors: Any,
    best: Any,
    work: Any,
    gains: Any,
    turns: Any,
) -> float:
    """Policy iteration as in `mpgcert.learn.replies.best_reply`: `choice` and `best` are replaced by what it finds."""
    n_states, residual, reached, first = len(choice), 0.0, -math.inf, True
    following, greedy = turns[0], turns[1]
    for s in range(n_states):
        following[s] = choice[s]
    while True:
        for s in range(n_states):
            own = (low + following[s]) * columns
            row = means[s, own : own + columns]
            _system_row(factors, s, row, discount)
            work[s] = row[reward]
        factorise(factors)
        solve(factors, work)
        total = 0.0
        for s in range(n_states):
            total += work[s]
        if not first and not total > reached:
            return residual
        reached, residual, largest, gain = total, 0.0, 0.0, 0.0
        for s in range(n_states):
            choice[s], best[s] = following[s], work[s]
            most, kept = -math.inf, 0.0
            for k in range(low, high):
                row = means[s, k * columns : (k + 1) * columns]
                ahead = row[reward] + discount * _dot(row, work)
                if k - low == following[s]:
                    kept = ahead
                if ahead > most:
                    most, greedy[s] = ahead, k - low
            residual = max(residual, abs(most - work[s]))
            largest = max(largest, abs(most))
            gains[s] = most - kept
            gain = max(gain, gains[s])
        first = False
        if not gain > _NOISE * largest:
            return residual
        for s in range(n_states):
            if gains[s] > _NOISE * largest:
                following[s] = greedy[s]


@in_order
def _step(
    game: Any,
    play: Any,
    doubt: float,
    policy: Any,
    logs: Any,
    values: Any,
    averaged_q: Any,
    numbers: Any,
    totals: Any,
) -> None:
    """Count the iterate in and make the step of every player."""
    offsets, of_player = game.tree.offsets, game.of_player
    n_players, n_states = len(of_player), len(game.initial)
    visitation = values[len(values) - 3]
    gap, least, least_lower = 0.0, math.inf, math.inf
    for i in range(n_players):
        gap = max(gap, numbers[0, i])
        own = values[of_player[i]]
        for s in range(n_states):
            low, high = offsets[i], offsets[i + 1]
            _, c, c_lower = concentration(averaged_q[s], policy[s], low, high, doubt)
            least, least_lower = min(least, c), min(least_lower, c_lower)
            play_on(play, low, high, averaged_q[s], own[s], 0.0, visitation[s], policy[s], logs[s])
    add_to_totals(totals, gap, least, least_lower)


@in_order
def _record(
    game: Any,
    play: Any,
    doubt: float,
    policy: Any,
    logs: Any,
    values: Any,
    averaged_q: Any,
    numbers: Any,
    phi: float,
    totals: Any,
    out: Any,
    run: int,
    record: int,
) -> None:
    n_players = len(game.of_player)
    own = np.empty((n_players, len(policy)))
    for i in range(n_players):
        for s in range(len(policy)):
            own[i, s] = values[game.of_player[i], s]
    visitation = values[len(values) - 3]
    write_record(
        play,
        game.tree.offsets,
        policy,
        logs,
        averaged_q,
        own,
        visitation,
        numbers[1],
        numbers[0],
        phi,
        doubt,
        totals,
        out,
        run,
        record,
    )
