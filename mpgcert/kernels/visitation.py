"""Value iteration for a block of targets on a sparse kernel, compiled.

`_plain_block` of `mpgcert.solvers.visitation` is its readable twin.  Importing this module imports numba.

The value vectors of a block lie side by side, so that one entry of the kernel is read once and multiplies `WIDTH`
adjacent numbers: a vector operation of the processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["WIDTH", "iterate"]

WIDTH = 16

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_compiled = njit(cache=True, nogil=True, error_model="numpy")


def iterate(
    start: Integers,
    successor: Integers,
    probability: Floats,
    initial: Floats,
    discount: float,
    slack: float,
    n_actions: int,
    targets: Integers,
    sign: float,
    tolerance: float,
    cutoff: float,
    max_sweeps: int,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Sweep until the bracket of every target is narrow, or its lower bound is above `cutoff`.

    Args:
        start, successor, probability: the kernel by rows s * A + a, as in `SparseKernel`.
        initial: rho [S].
        discount, slack: gamma and 1 - gamma.
        n_actions: A, joint actions per state.
        targets: at most `WIDTH` states.
        sign: 1 to minimise visitation, -1 to maximise it.
        tolerance: relative width to reach.
        max_sweeps: sweeps to make at most.

    Returns:
        Of the sweep with the narrowest bracket of each target [K]: rho . w, rho . |w|, min (w - v), max (w - v),
        max(|v|, |w|).
    """
    padded = np.concatenate([targets, np.repeat(targets[-1:], WIDTH - len(targets))])
    out = np.empty((5, WIDTH))
    _iterate(
        start, successor, probability, initial, discount, slack, n_actions, padded, sign, tolerance, cutoff,
        max_sweeps, out,
    )  # fmt: skip
    out = out[:, : len(targets)]
    return out[0], out[1], out[2], out[3], out[4]


@_compiled
def _iterate(
    start: Any,
    successor: Any,
    probability: Any,
    initial: Any,
    discount: float,
    slack: float,
    n_actions: int,
    targets: Any,
    sign: float,
    tolerance: float,
    cutoff: float,
    max_sweeps: int,
    out: Any,
) -> None:
    n_states, factor = len(initial), discount / slack
    values, after = np.zeros((n_states, WIDTH)), np.empty((n_states, WIDTH))
    best, total = np.empty(WIDTH), np.empty(WIDTH)
    least, most, mean, absolute = np.empty(WIDTH), np.empty(WIDTH), np.empty(WIDTH), np.empty(WIDTH)
    size, old_size = np.empty(WIDTH), np.zeros(WIDTH)
    narrowest, stalled = np.full(WIDTH, np.inf), np.zeros(WIDTH)
    for k in range(WIDTH):
        values[targets[k], k] = sign * slack
        old_size[k] = slack
    for _ in range(max_sweeps):
        for k in range(WIDTH):
            least[k], most[k], mean[k], absolute[k], size[k] = np.inf, -np.inf, 0.0, 0.0, 0.0
        for x in range(n_states):
            for k in range(WIDTH):
                best[k] = np.inf
            for row in range(x * n_actions, (x + 1) * n_actions):
                for k in range(WIDTH):
                    total[k] = 0.0
                for entry in range(start[row], start[row + 1]):
                    p, y = probability[entry], successor[entry]
                    for k in range(WIDTH):
                        total[k] += p * values[y, k]
                for k in range(WIDTH):
                    best[k] = min(best[k], total[k])
            for k in range(WIDTH):
                after[x, k] = discount * best[k]
            for k in range(WIDTH):
                if targets[k] == x:
                    after[x, k] += sign * slack
            weight = initial[x]
            for k in range(WIDTH):
                value = after[x, k]
                change = value - values[x, k]
                least[k] = min(least[k], change)
                most[k] = max(most[k], change)
                mean[k] += weight * value
                absolute[k] += weight * abs(value)
                size[k] = max(size[k], abs(value))
        values, after = after, values
        finished = True
        for k in range(WIDTH):
            span = most[k] - least[k]
            stalled[k] = 0.0 if span < narrowest[k] else stalled[k] + 1.0
            if span < narrowest[k]:
                narrowest[k] = span
                out[0, k], out[1, k], out[2, k], out[3, k] = mean[k], absolute[k], least[k], most[k]
                out[4, k] = max(size[k], old_size[k])
            old_size[k] = size[k]
            low, high = out[0, k] + factor * out[2, k], out[0, k] + factor * out[3, k]
            narrow = high - low <= 0.5 * tolerance * abs(low)
            finished = finished and (narrow or low > cutoff or stalled[k] >= 8.0)
        if finished:
            return
