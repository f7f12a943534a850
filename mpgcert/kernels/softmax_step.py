"""What the compiled loops of softmax play do in each state: c, the step, the softmax; and the record of an iterate.

Twins: `mpgcert.learn.dynamics` and `mpgcert.learn.iterates`.  Importing this module imports numba.
"""

from __future__ import annotations

import math
from typing import Any

from mpgcert.kernels.compiling import in_line, in_order
from mpgcert.kernels.elementary import bounded_exp, log_from_1

__all__ = ["add_to_totals", "concentration", "least_ascent", "play_on", "rounding_doubt", "write_record"]

_UP = 1 + 2.0**-20


@in_order
def rounding_doubt(play: Any, residual: float) -> float:
    """Three times the error bound of averaged Q-values, see `Iteration._concentration`."""
    g, s, size = play.relative, play.scale, play.reward_size
    if g * s > 0.125:
        return math.inf
    underflow = play.underflow * (1 + s * (size + residual))
    error = _UP * (residual + g * size * (1 + 2 * s) + underflow) / (1 / s - 2 * g)
    return 3 * _UP * (g * (size + 2 * (s * size + error)) + error + underflow)


@in_line
def concentration(table: Any, policy: Any, low: int, high: int, doubt: float) -> Any:
    """Maximum among the slots `low` to `high` - 1; upper and lower bound of the mass on those that attain it.

    Any of those that rounding cannot tell from a maximum may be the only one: the lower bound is the least probability.

    Args:
        table: averaged Q-values, up to a common constant.
    """
    best = table[low]
    for k in range(low + 1, high):
        best = max(best, table[k])
    mass, rarest, least = 0.0, math.inf, best - doubt
    for k in range(low, high):
        if table[k] >= least:
            mass += policy[k]
            rarest = min(rarest, policy[k])
    return best, mass, rarest


@in_line
def play_on(
    play: Any, low: int, high: int, table: Any, centre: float, shift: float, visit: float, policy: Any, logs: Any
) -> float:
    """One step of one player in one state, in place; returns the sum of the new log-probabilities.

    Args:
        table: averaged Q-values are table + shift, advantages table - centre, in the slots `low` to `high` - 1.
        visit: d(s).
    """
    largest = -math.inf
    if not play.natural:
        slope = play.step_size * visit * play.horizon
        push = play.step_size * play.regularization
        pull = push * (high - low)
        for k in range(low, high):
            logs[k] += slope * (policy[k] * (table[k] - centre)) + (push - pull * policy[k])
            largest = max(largest, logs[k])
    elif play.regularization == 0.0 and play.truncation == math.inf:
        slope = play.step_size * play.horizon
        for k in range(low, high):
            logs[k] += slope * (table[k] - centre)
            largest = max(largest, logs[k])
    else:
        slope, cut = play.step_size * play.horizon, play.truncation
        push = play.step_size * play.regularization
        pull = push * (high - low) / max(visit, play.smallest) if play.centred and push > 0.0 else 0.0
        for k in range(low, high):
            exponent = slope * (table[k] - centre if play.centred else table[k] + shift)
            if push > 0.0:
                exponent += push / max(visit * policy[k], play.smallest)
                exponent -= pull
            logs[k] += min(max(exponent, -cut), cut)
            largest = max(largest, logs[k])
    total = 0.0
    for k in range(low, high):
        shifted = logs[k] - largest
        logs[k] = shifted
        weight = bounded_exp(shifted)
        policy[k] = weight
        total += weight
    logarithm, inverse, barrier = log_from_1(total), 1.0 / total, 0.0
    for k in range(low, high):
        policy[k] *= inverse
        logs[k] -= logarithm
        barrier += logs[k]
    return barrier


@in_order
def write_record(
    play: Any,
    offsets: Any,
    policy: Any,
    logs: Any,
    averaged_q: Any,
    values: Any,
    visitation: Any,
    returns: Any,
    gaps: Any,
    potential: float,
    doubt: float,
    totals: Any,
    out: Any,
    run: int,
    record: int,
) -> None:
    """Write down an iterate.

    Args:
        policy, logs: pi and log pi, [S, B].
        averaged_q: Qbar_i, up to a constant for each player, [S, B].
        values: V_i, up to the same constants, [n, S].
        visitation: d, [S].
        returns, gaps: [n].
    """
    n_states, barrier, least = len(policy), 0.0, math.inf
    for s in range(n_states):
        least = min(least, visitation[s])
        for k in range(offsets[-1]):
            barrier += logs[s, k]
            out.policies[run, record, 0, s, k] = policy[s, k]
            out.policies[run, record, 1, s, k] = logs[s, k]
    regularized = potential
    if play.regularization > 0.0:
        regularized += play.regularization * barrier
    numbers = out.numbers[run, record]
    numbers[0], numbers[1], numbers[2] = potential, regularized, least
    for k in range(len(totals)):
        numbers[3 + k] = totals[k]
    for i in range(len(gaps)):
        low, high = offsets[i], offsets[i + 1]
        square, regularized_square = 0.0, 0.0
        c, c_lower, c_first = math.inf, math.inf, math.inf
        for s in range(n_states):
            first = low
            for k in range(low, high):
                gradient = visitation[s] * play.horizon * policy[s, k] * (averaged_q[s, k] - values[i, s])
                square += gradient * gradient
                gradient += play.regularization - play.regularization * (high - low) * policy[s, k]
                regularized_square += gradient * gradient
                if averaged_q[s, k] > averaged_q[s, first]:
                    first = k
            _, mass, mass_lower = concentration(averaged_q[s], policy[s], low, high, doubt)
            c, c_lower, c_first = min(c, mass), min(c_lower, mass_lower), min(c_first, policy[s, first])
        row = out.players[run, record, i]
        row[0], row[1], row[2], row[3] = returns[i], max(gaps[i], 0.0), math.sqrt(square), math.sqrt(regularized_square)
        row[4], row[5], row[6] = c, c_lower, c_first


@in_line
def add_to_totals(totals: Any, gap: float, c: float, c_lower: float) -> None:
    """Count an iterate in."""
    totals[0] += gap
    totals[1] += gap * gap
    totals[2] = min(totals[2], gap)
    totals[3] = min(totals[3], c)
    totals[4] = min(totals[4], c_lower)


@in_line
def least_ascent(totals: Any, potential: float, regularization: float, barrier: float, before: float) -> float:
    """Note how much the regularised potential grew since `before` (nan: there is no before), and return it."""
    regularized = potential
    if regularization > 0.0:
        regularized += regularization * barrier
    if regularized - before < totals[5]:
        totals[5] = regularized - before
    return regularized
