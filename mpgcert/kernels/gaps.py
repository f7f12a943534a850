"""NE-gaps of many policies of one dense game, compiled.

`mpgcert.solvers.induced` is its readable twin.  Importing this module imports numba.

The rows of the kernel are read once for each policy: row P(. | s, a) is added to the induced row of (s, a_i) of every
player, weighted by the probability of the others' actions.  What follows works on S x (A_1 + ... + A_n) x S numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.kernels.compiling import entry, in_order, sources, sums
from mpgcert.kernels.linear import factorise, solve

__all__ = ["gaps"]

_WARM_SWEEPS = 2
_MAX_SWEEPS = 200
_RELATIVE_GAIN = 1e-12


def gaps(
    kernel: Any,
    rewards: Any,
    columns: Any,
    offsets: Any,
    discount: float,
    initial: Any,
    policies: Any,
    found: Any,
    returns: Any,
) -> None:
    """Write NE-gaps and returns of policies.

    Args:
        kernel: P, [S, A, S].
        rewards: r, [n, S, A].
        columns: int64 [A, n]; where player i's part of a joint action is in a policy's rows.
        offsets: int64 [n + 1]; where each player's columns begin.
        discount, initial: gamma and rho [S].
        policies: [K, S, A_1 + ... + A_n].
        found: NE-gap_i, [K, n], written.
        returns: J_i, [K, n], written.
    """
    _gaps(kernel, rewards, columns, offsets, discount, initial, policies, found, returns)


def _entry(digest: str) -> Any:
    @entry
    def loop(
        kernel: Any,
        rewards: Any,
        columns: Any,
        offsets: Any,
        discount: float,
        initial: Any,
        policies: Any,
        found: Any,
        returns: Any,
    ) -> None:
        digest  # noqa: B018 - makes it part of the key of the cache
        n_players, n_states, n_columns = len(rewards), len(kernel), policies.shape[2]
        rows, induced = np.empty((n_states, n_columns, n_states)), np.empty((n_states, n_columns))
        factors, values = np.empty((n_states, n_states)), np.empty((n_players, n_states))
        choice, best = np.empty(n_states, dtype=np.int64), np.empty(n_states)
        for k in range(len(policies)):
            policy = policies[k]
            _induce(kernel, rewards, columns, policy, rows, induced)
            _evaluate(policy, rows, induced, offsets, discount, factors, values)
            for i in range(n_players):
                value = values[i]
                returns[k, i] = _dot(initial, value)
                _best_reply(rows, induced, offsets[i], offsets[i + 1], discount, factors, value, best, choice)
                found[k, i] = _dot(initial, value) - returns[k, i]

    return loop


_gaps = _entry(sources())


@in_order
def _evaluate(policy: Any, rows: Any, induced: Any, offsets: Any, discount: float, factors: Any, values: Any) -> None:
    """V_i under the policy, [n, S]; the system of the first player's rows is that of all."""
    values[:] = 0.0
    factors[:] = 0.0
    for s in range(len(factors)):
        for i in range(len(values)):
            for c in range(offsets[i], offsets[i + 1]):
                values[i, s] += policy[s, c] * induced[s, c]
        for c in range(offsets[0], offsets[1]):
            weight = discount * policy[s, c]
            for y in range(len(factors)):
                factors[s, y] -= weight * rows[s, c, y]
        factors[s, s] += 1.0
    factorise(factors)
    for i in range(len(values)):
        solve(factors, values[i])


@in_order
def _best_reply(
    rows: Any, induced: Any, first: int, last: int, discount: float, factors: Any, value: Any, best: Any, choice: Any
) -> None:
    """Overwrite V_i under the policy by the value of a best reply."""
    n_states = len(value)
    for _ in range(_WARM_SWEEPS):
        _look_ahead(rows, induced, first, last, discount, value, best, choice)
        value[:] = best
    _look_ahead(rows, induced, first, last, discount, value, best, choice)
    before = np.empty_like(choice)
    for _ in range(_MAX_SWEEPS):
        for s in range(n_states):
            for y in range(n_states):
                factors[s, y] = -discount * rows[s, choice[s], y]
            factors[s, s] += 1.0
            value[s] = induced[s, choice[s]]
        factorise(factors)
        solve(factors, value)
        largest = np.abs(value).max()
        switched = False
        before[:] = choice
        _look_ahead(rows, induced, first, last, discount, value, best, choice)
        for s in range(n_states):
            if best[s] - value[s] > _RELATIVE_GAIN * largest:
                switched = True
            else:
                choice[s] = before[s]
        if not switched:
            break


@sums
def _induce(kernel: Any, rewards: Any, columns: Any, policy: Any, rows: Any, induced: Any) -> None:
    """All players' induced rows [S, A_1 + ... + A_n, S] and rewards [S, A_1 + ... + A_n]."""
    n_players, n_states, n_joint = len(rewards), len(kernel), kernel.shape[1]
    before = np.empty(n_players + 1)
    rows[:] = 0.0
    induced[:] = 0.0
    for s in range(n_states):
        for a in range(n_joint):
            before[0] = 1.0
            for i in range(n_players):
                before[i + 1] = before[i] * policy[s, columns[a, i]]
            after = 1.0
            for i in range(n_players - 1, -1, -1):
                c = columns[a, i]
                weight = before[i] * after
                after *= policy[s, c]
                induced[s, c] += weight * rewards[i, s, a]
                for y in range(n_states):
                    rows[s, c, y] += weight * kernel[s, a, y]


@sums
def _look_ahead(
    rows: Any, induced: Any, first: int, last: int, discount: float, value: Any, best: Any, choice: Any
) -> None:
    """The best of r_i(s, a_i) + gamma E[value], and the column of the first action that attains it."""
    for s in range(len(rows)):
        for c in range(first, last):
            total = 0.0
            for y in range(len(value)):
                total += rows[s, c, y] * value[y]
            total = induced[s, c] + discount * total
            if c == first or total > best[s]:
                best[s], choice[s] = total, c


@sums
def _dot(left: Any, right: Any) -> float:
    total = 0.0
    for k in range(len(left)):
        total += left[k] * right[k]
    return total
