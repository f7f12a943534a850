"""Algorithm 1 of maheshwari2023, compiled.  `mpgcert.learn.decentralized.stages` is its readable twin.

Every number is computed by the same operations in the same order as there, so both give the same trajectory to the
last bit.  Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from mpgcert.kernels.arrays import FIRST, UNIFORM, Arena, Runs

__all__ = ["advance", "cache_path"]

_UNIT = 2.0**-53
_LINEAR_SEARCH = 8

_compiled = njit(cache=True, nogil=True, error_model="numpy")


def advance(arena: Arena, runs: Runs, stages: int) -> Runs:
    """The same runs after `stages` further iterates; the given ones are not changed."""
    after = runs.copy()
    _advance(arena, after, stages)
    return after


def cache_path() -> str:
    """The folder in which compiled code is kept."""
    return str(_advance.stats.cache_path)


@_compiled
def _advance(arena: Any, runs: Any, stages: int) -> None:
    rewards, row_start, successor, cumulative = arena.rewards, arena.row_start, arena.successor, arena.cumulative
    offsets, strides, exploration, discount = arena.offsets, arena.strides, arena.exploration, arena.discount
    ties, reply_to_updated = arena.ties, arena.reply_to_updated
    alpha_rule, beta_rule = arena.alpha_rule, arena.beta_rule
    step_tables, step_powers = arena.step_tables, arena.step_powers
    for run in range(len(runs.step)):
        actions, q, policy = runs.actions[run], runs.q[run], runs.policy[run]
        state_visits, action_visits = runs.state_visits[run], runs.action_visits[run]
        reply, reply_changes = runs.reply[run], runs.reply_changes[run]
        largest_q, generator = runs.largest_q[run], runs.generator[run]
        n_players, n_states = len(actions), len(q)
        n_joint, tabulated = len(rewards) // n_states, step_tables.shape[1]
        a, b, c, d = generator[0], generator[1], generator[2], generator[3]
        s = runs.state[run]
        row = s * n_joint
        for i in range(n_players):
            row += actions[i] * strides[i]
        for _ in range(stages):
            # s^t: the first entry with u below its cumulative probability, the last one if rounding leaves none
            a, b, c, d, u = _uniform(a, b, c, d)
            entry, last = row_start[row], row_start[row + 1] - 1
            while last - entry > _LINEAR_SEARCH:
                middle = (entry + last) // 2
                if u < cumulative[middle]:
                    last = middle
                else:
                    entry = middle + 1
            found = entry
            for k in range(entry, last):
                found += u >= cumulative[k]
            following = successor[found]

            state_visits[s] += 1
            visit = state_visits[s]
            for i in range(n_players):
                low, high = offsets[i], offsets[i + 1]
                own = low + actions[i]
                use = action_visits[s, own] + 1
                action_visits[s, own] = use
                rule = alpha_rule[i]
                if use <= tabulated:
                    alpha = step_tables[rule, use - 1]
                else:
                    alpha = _power(step_powers[rule, 0], step_powers[rule, 1], step_powers[rule, 2], use)
                rule = beta_rule[i]
                if visit <= tabulated:
                    beta = step_tables[rule, visit - 1]
                else:
                    beta = _power(step_powers[rule, 0], step_powers[rule, 1], step_powers[rule, 2], visit)

                # (4a), written down before the reply or after it
                continuation = 0.0
                for k in range(low, high):
                    continuation += policy[following, k] * q[following, k]
                updated = q[s, own] + alpha * (rewards[row, i] + discount * continuation - q[s, own])
                if reply_to_updated:
                    q[s, own] = updated

                # (5a)
                best, largest, count = low, q[s, low], 1
                for k in range(low + 1, high):
                    if q[s, k] > largest:
                        best, largest, count = k, q[s, k], 1
                    elif q[s, k] == largest:
                        count += 1
                if reply[s, i] != best - low:
                    reply_changes[s, i] += reply[s, i] >= 0
                    reply[s, i] = best - low
                if count == 1 or ties == FIRST:
                    for k in range(low, high):
                        policy[s, k] += beta * ((1.0 if k == best else 0.0) - policy[s, k])
                else:
                    _mixed_reply(ties, beta, count, largest, s, low, high, q, policy)
                q[s, own] = updated
                largest_q[i] = max(largest_q[i], abs(updated))

            # (6)
            s = following
            row = s * n_joint
            for i in range(n_players):
                low, last = offsets[i], offsets[i + 1] - 1
                a, b, c, d, u = _uniform(a, b, c, d)
                kept, floor = 1.0 - exploration[i], exploration[i] / (last + 1 - low)
                mass, drawn = 0.0, 0
                for k in range(low, last):
                    mass += kept * policy[s, k] + floor
                    drawn += u >= mass
                actions[i] = drawn
                row += drawn * strides[i]
        runs.state[run] = s
        generator[0], generator[1], generator[2], generator[3] = a, b, c, d
        runs.step[run] += stages


@_compiled
def _mixed_reply(
    ties: int, beta: float, count: int, largest: float, s: int, low: int, high: int, q: Any, policy: Any
) -> None:
    """(5a) where several actions attain the maximum: towards a mixture of them, or none if `STAY` keeps the policy."""
    mass, outside = 0.0, 0.0
    for k in range(low, high):
        if q[s, k] == largest:
            mass += policy[s, k]
        else:
            outside += policy[s, k]
    if ties == UNIFORM or mass == 0.0:
        for k in range(low, high):
            policy[s, k] += beta * ((1.0 / count if q[s, k] == largest else 0.0) - policy[s, k])
    elif outside > 0.0:
        for k in range(low, high):
            policy[s, k] += beta * ((policy[s, k] / mass if q[s, k] == largest else 0.0) - policy[s, k])


@_compiled
def _power(scale: float, exponent: float, shift: float, member: int) -> float:
    if exponent == 1.0:
        return scale / (member + shift)
    if exponent == 0.5:
        return scale / np.sqrt(member + shift)
    return scale * (member + shift) ** -exponent


@_compiled
def _uniform(a: Any, b: Any, c: Any, d: Any) -> Any:
    """The next state of xoshiro256++ (Blackman and Vigna), and a multiple of 2^-53 in [0, 1)."""
    out = _rotated(a + d, 23) + a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    return a, b, c, _rotated(d, 45), np.float64(out >> np.uint64(11)) * _UNIT


@_compiled
def _rotated(word: Any, count: int) -> Any:
    return (word << np.uint64(count)) | (word >> np.uint64(64 - count))
