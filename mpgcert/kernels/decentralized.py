"""Algorithm 1 of maheshwari2023, compiled.  `mpgcert.learn.decentralized.stages` is its readable twin.

Every number is computed by the same operations in the same order as there, so both give the same trajectory to the
last bit.  Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from mpgcert.kernels.arrays import FIRST, UNIFORM, Arena, Runs

__all__ = ["advance"]

_UNIT = 2.0**-53
_LINEAR_SEARCH = 8

_compiled = njit(cache=True, nogil=True, error_model="numpy")
_inlined = njit(cache=True, nogil=True, error_model="numpy", inline="always")


def advance(arena: Arena, runs: Runs, stages: int) -> Runs:
    """The same runs after `stages` further iterates; the given ones are not changed."""
    after = runs.copy()
    _advance(arena, after, stages)
    return after


@_compiled
def _advance(arena: Any, runs: Any, stages: int) -> None:
    for r in range(len(runs.step)):
        _advance_one(
            arena.rewards,
            arena.row_start,
            arena.successor,
            arena.cumulative,
            arena.offsets,
            arena.strides,
            arena.discount,
            arena.exploration,
            arena.ties,
            arena.reply_to_updated,
            arena.alpha_rule,
            arena.beta_rule,
            arena.step_tables,
            arena.step_powers,
            stages,
            runs.state[r : r + 1],
            runs.actions[r],
            runs.q[r],
            runs.policy[r],
            runs.state_visits[r],
            runs.action_visits[r],
            runs.reply[r],
            runs.reply_changes[r],
            runs.largest_q[r],
            runs.generator[r],
        )
        runs.step[r] += stages


@_compiled
def _advance_one(
    rewards: Any,
    row_start: Any,
    successor: Any,
    cumulative: Any,
    offsets: Any,
    strides: Any,
    discount: float,
    exploration: Any,
    ties: int,
    reply_to_updated: bool,
    alpha_rule: Any,
    beta_rule: Any,
    step_tables: Any,
    step_powers: Any,
    stages: int,
    position: Any,
    actions: Any,
    q: Any,
    policy: Any,
    state_visits: Any,
    action_visits: Any,
    reply: Any,
    reply_changes: Any,
    largest_q: Any,
    generator: Any,
) -> None:
    n_players, n_states = len(actions), len(q)
    n_joint = len(rewards) // n_states
    a, b, c, d = generator[0], generator[1], generator[2], generator[3]
    s = position[0]
    row = s * n_joint
    for i in range(n_players):
        row += actions[i] * strides[i]
    for _ in range(stages):
        a, b, c, d, u = _uniform(a, b, c, d)
        following = successor[_search(cumulative, row_start[row], row_start[row + 1] - 1, u)]

        state_visits[s] += 1
        for i in range(n_players):
            low, high = offsets[i], offsets[i + 1]
            own = low + actions[i]
            action_visits[s, own] += 1
            continuation = 0.0
            for k in range(low, high):
                continuation += policy[following, k] * q[following, k]
            alpha = _step_size(step_tables, step_powers, alpha_rule[i], action_visits[s, own])
            beta = _step_size(step_tables, step_powers, beta_rule[i], state_visits[s])
            if not reply_to_updated:
                _reply(ties, beta, s, i, low, high, q, policy, reply, reply_changes)
            updated = q[s, own] + alpha * (rewards[row, i] + discount * continuation - q[s, own])
            q[s, own] = updated
            largest_q[i] = max(largest_q[i], abs(updated))
            if reply_to_updated:
                _reply(ties, beta, s, i, low, high, q, policy, reply, reply_changes)

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
            row += actions[i] * strides[i]
    position[0] = s
    generator[0], generator[1], generator[2], generator[3] = a, b, c, d


@_inlined
def _reply(
    ties: int, beta: float, s: int, i: int, low: int, high: int, q: Any, policy: Any, reply: Any, changes: Any
) -> None:
    """(5a) of player i at state s: a step towards a best reply to q."""
    best, count = low, 1
    for k in range(low + 1, high):
        if q[s, k] > q[s, best]:
            best, count = k, 1
        elif q[s, k] == q[s, best]:
            count += 1
    if reply[s, i] != best - low:
        changes[s, i] += reply[s, i] >= 0
        reply[s, i] = best - low
    if count == 1 or ties == FIRST:
        for k in range(low, high):
            policy[s, k] += beta * ((1.0 if k == best else 0.0) - policy[s, k])
    else:
        _mixed_reply(ties, beta, count, q[s, best], s, low, high, q, policy)


@_compiled
def _mixed_reply(
    ties: int, beta: float, count: int, largest: float, s: int, low: int, high: int, q: Any, policy: Any
) -> None:
    """The same where several actions attain the maximum: their mixture, or none where `STAY` keeps the policy."""
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
def _step_size(tables: Any, powers: Any, rule: int, member: int) -> float:
    if member <= tables.shape[1]:
        return tables[rule, member - 1]
    return powers[rule, 0] * (member + powers[rule, 2]) ** -powers[rule, 1]


@_compiled
def _search(cumulative: Any, low: int, high: int, u: float) -> int:
    """The first entry from `low` on with u < cumulative[entry]; `high` if rounding leaves none."""
    while high - low > _LINEAR_SEARCH:
        middle = (low + high) // 2
        if u < cumulative[middle]:
            high = middle
        else:
            low = middle + 1
    found = low
    for entry in range(low, high):
        found += u >= cumulative[entry]
    return found


@_inlined
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


@_inlined
def _rotated(word: Any, count: int) -> Any:
    return (word << np.uint64(count)) | (word >> np.uint64(64 - count))
