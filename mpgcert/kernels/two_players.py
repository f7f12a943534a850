"""Softmax play of two players with up to three actions each, in one state and without regularisation, in registers.

A handful of numbers is played on in tens of nanoseconds, if none of them goes through memory and no logarithm is
taken: policies are multiplied by exp(step) and normalised, as long as every probability is far from underflow.  Players
with fewer actions get further ones that are never played.  Twin: `mpgcert.learn.iterates` over `_OneState`.  Importing
this module imports numba.
"""

from __future__ import annotations

import math
from typing import Any

from mpgcert.kernels.compiling import in_line, in_order
from mpgcert.kernels.elementary import bounded_exp

__all__ = ["SLOTS", "is_tiny", "play_in_registers", "steps_are_short"]

SLOTS = 3  # actions of a player
_LONGEST = 64.0  # of a step
_TINY = 1e-270  # a probability that steps of that length could push out of the range of doubles soon


@in_order
def steps_are_short(table: Any, play: Any) -> bool:
    """Whether no logit can move by more than 64 in a step.

    Advantages are at most the spread D of the table in size, and pi (Q - V) is at most D / 4.
    """
    least, most = table[0, 0], table[0, 0]
    for row in table:
        for entry in row:
            least, most = min(least, entry), max(most, entry)
    reach = play.step_size * play.horizon * (most - least)
    return reach <= _LONGEST if play.natural else reach <= 4.0 * _LONGEST


@in_line
def is_tiny(policy: Any) -> bool:
    """Whether some probability needs its logarithm to be played on."""
    least = policy[0]
    for k in range(1, len(policy)):
        least = min(least, policy[k])
    return least < _TINY


@in_order
def play_in_registers(table: Any, play: Any, doubt: float, steps: int, joint: Any, logs: Any, totals: Any) -> int:
    """Evaluate, count in and step, in place, `steps` times or until a probability is tiny; returns how often.

    The policies alone are what is played on, and the logarithms are taken of the last ones: where a run is
    interrupted and resumed makes no difference.

    Args:
        table: common reward, [A_1, A_2], which is the potential.
        play: without regularisation or truncation.
        doubt: what averaged rewards may differ by where rounding cannot tell them apart.
        joint, logs: pi and log pi, [A_1 + A_2].
        totals: gap, gap^2, least gap, c, c_lower, ascent.
    """
    n_left, n_right = table.shape
    rows = (_row(table, 0), _row(table, min(1, n_left - 1)), _row(table, n_left - 1))
    unplayed, other_unplayed = _unplayed(n_left), _unplayed(n_right)
    left, right = _triple(joint[:n_left]), _triple(joint[n_left:])
    horizon, natural = play.horizon, play.natural
    slope, before = play.step_size * horizon, math.nan
    gap_sum, square_sum, min_gap = totals[0], totals[1], totals[2]
    min_c, min_c_lower, ascent = totals[3], totals[4], totals[5]
    done = 0
    for t in range(steps + 1):
        of_left = (_dot(rows[0], right), _dot(rows[1], right), _dot(rows[2], right))
        of_right = (_column(rows, 0, left), _column(rows, 1, left), _column(rows, 2, left))
        mean = _dot(of_right, right)
        value = mean * horizon
        if value - before < ascent:
            ascent = value - before
        before = value
        done = t
        if t == steps or min(_least(left, unplayed), _least(right, other_unplayed)) < _TINY:
            break
        top, other_top = _greatest(of_left), _greatest(of_right)
        c = min(_mass(of_left, left, top - doubt), _mass(of_right, right, other_top - doubt))
        c_lower = min(
            _rarest(of_left, left, unplayed, top - doubt), _rarest(of_right, right, other_unplayed, other_top - doubt)
        )
        gap = max(max(top, other_top) * horizon - value, 0.0)
        gap_sum += gap
        square_sum += gap * gap
        min_gap, min_c, min_c_lower = min(min_gap, gap), min(min_c, c), min(min_c_lower, c_lower)
        left, right = (
            _stepped(left, of_left, mean, slope, natural),
            _stepped(right, of_right, mean, slope, natural),
        )
    totals[0], totals[1], totals[2] = gap_sum, square_sum, min_gap
    totals[3], totals[4], totals[5] = min_c, min_c_lower, ascent
    if done > 0:
        for k in range(n_left):
            joint[k], logs[k] = left[k], math.log(left[k])
        for k in range(n_right):
            joint[n_left + k], logs[n_left + k] = right[k], math.log(right[k])
    return done


@in_line
def _triple(numbers: Any) -> Any:
    return numbers[0], numbers[1] if len(numbers) > 1 else 0.0, numbers[2] if len(numbers) > 2 else 0.0


@in_line
def _row(table: Any, k: int) -> Any:
    """A row, its last entry repeated."""
    last = table.shape[1] - 1
    return table[k, 0], table[k, min(1, last)], table[k, last]


@in_line
def _unplayed(count: int) -> Any:
    """What to add to probabilities so that actions that do not exist are never the rarest."""
    return 0.0, 0.0 if count > 1 else math.inf, 0.0 if count > 2 else math.inf


@in_line
def _dot(a: Any, b: Any) -> float:
    return (a[0] * b[0] + a[1] * b[1]) + a[2] * b[2]


@in_line
def _column(rows: Any, k: int, weights: Any) -> float:
    return (rows[0][k] * weights[0] + rows[1][k] * weights[1]) + rows[2][k] * weights[2]


@in_line
def _greatest(a: Any) -> float:
    return max(max(a[0], a[1]), a[2])


@in_line
def _least(policy: Any, unplayed: Any) -> float:
    return min(min(policy[0], policy[1] + unplayed[1]), policy[2] + unplayed[2])


@in_line
def _mass(table: Any, policy: Any, least: float) -> float:
    """Probability of the actions that attain `least`."""
    return ((policy[0] if table[0] >= least else 0.0) + (policy[1] if table[1] >= least else 0.0)) + (
        policy[2] if table[2] >= least else 0.0
    )


@in_line
def _rarest(table: Any, policy: Any, unplayed: Any, least: float) -> float:
    """The smallest probability of an action that attains `least`."""
    return min(
        min(
            policy[0] if table[0] >= least else math.inf,
            policy[1] + unplayed[1] if table[1] >= least else math.inf,
        ),
        policy[2] + unplayed[2] if table[2] >= least else math.inf,
    )


@in_line
def _stepped(policy: Any, table: Any, mean: float, slope: float, natural: bool) -> Any:
    """pi exp(slope A) or pi exp(slope pi A), normalised."""
    u, v, w = (slope, slope, slope) if natural else (slope * policy[0], slope * policy[1], slope * policy[2])
    x, y, z = u * (table[0] - mean), v * (table[1] - mean), w * (table[2] - mean)
    a, b, c = policy[0] * bounded_exp(x), policy[1] * bounded_exp(y), policy[2] * bounded_exp(z)
    inverse = 1.0 / ((a + b) + c)
    return a * inverse, b * inverse, c * inverse
