"""Linear systems of the chain of one policy, compiled: by value iteration, or by sparse factors in a given order.

Chains are held as in `mpgcert.kernels.sparse`.  Importing this module imports numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["factorise", "solve", "solve_transposed", "values", "visitation"]

_compiled = njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
_ONE = np.uint32(1)


@_compiled
def values(
    start: Any, successor: Any, weight: Any, stage: Any, discount: float, guess: Any, tolerance: float, sweeps: int
) -> Any:
    """V with V = stage + discount P V by value iteration, each sweep followed by the best constant shift.

    A constant defect m moves V by m / (1 - discount) everywhere; taking it out at once leaves the rate at which the
    chain forgets its start.

    Args:
        stage, guess: [S, k].
        tolerance: relative to the largest value found, stops when the defect's span is below.
        sweeps: at most so many.

    Returns:
        V [S, k], the number of sweeps, and whether the tolerance was met.
    """
    n_states, k = stage.shape
    current, following = guess.copy(), np.empty((n_states, k))
    least, most = np.empty(k), np.empty(k)
    size = 0.0
    before = np.inf
    for sweep in range(sweeps):
        least[:] = np.inf
        most[:] = -np.inf
        if k == 1:
            _sweep_1(start, successor, weight, stage, discount, current, following, least, most)
        elif k == 2:
            _sweep_2(start, successor, weight, stage, discount, current, following, least, most)
        elif k == 3:
            _sweep_3(start, successor, weight, stage, discount, current, following, least, most)
        else:
            _sweep(start, successor, weight, stage, discount, current, following, least, most)
        span = 0.0
        for c in range(k):
            span = max(span, most[c] - least[c])
            shift = 0.5 * (most[c] + least[c]) * (discount / (1.0 - discount))
            for s in range(n_states):
                following[s, c] += shift
        size = 0.0
        for c in range(k):
            for s in range(n_states):
                size = max(size, abs(following[s, c]))
        current, following = following, current
        if span <= tolerance * size:
            return current, sweep + 1, True
        if span >= before and span <= 1e3 * tolerance * size:  # rounding leaves no more
            return current, sweep + 1, True
        before = span
    return current, sweeps, False


@_compiled
def _sweep_1(
    start: Any, successor: Any, weight: Any, stage: Any, discount: float, old: Any, new: Any, least: Any, most: Any
) -> None:
    low, high = np.inf, -np.inf
    for s in range(len(stage)):
        total = 0.0
        for entry in range(start[s], start[s + 1]):
            total += weight[entry] * old[successor[entry], 0]
        found = stage[s, 0] + discount * total
        new[s, 0] = found
        change = found - old[s, 0]
        low, high = min(low, change), max(high, change)
    least[0], most[0] = low, high


@_compiled
def _sweep_2(
    start: Any, successor: Any, weight: Any, stage: Any, discount: float, old: Any, new: Any, least: Any, most: Any
) -> None:
    low_0, high_0, low_1, high_1 = np.inf, -np.inf, np.inf, -np.inf
    for s in range(len(stage)):
        total_0, total_1 = 0.0, 0.0
        for entry in range(start[s], start[s + 1]):
            p, following = weight[entry], successor[entry]
            total_0 += p * old[following, 0]
            total_1 += p * old[following, 1]
        found_0, found_1 = stage[s, 0] + discount * total_0, stage[s, 1] + discount * total_1
        new[s, 0], new[s, 1] = found_0, found_1
        change = found_0 - old[s, 0]
        low_0, high_0 = min(low_0, change), max(high_0, change)
        change = found_1 - old[s, 1]
        low_1, high_1 = min(low_1, change), max(high_1, change)
    least[0], most[0], least[1], most[1] = low_0, high_0, low_1, high_1


@_compiled
def _sweep_3(
    start: Any, successor: Any, weight: Any, stage: Any, discount: float, old: Any, new: Any, least: Any, most: Any
) -> None:
    for s in range(len(stage)):
        total_0, total_1, total_2 = 0.0, 0.0, 0.0
        for entry in range(start[s], start[s + 1]):
            p, following = weight[entry], successor[entry]
            total_0 += p * old[following, 0]
            total_1 += p * old[following, 1]
            total_2 += p * old[following, 2]
        new[s, 0] = stage[s, 0] + discount * total_0
        new[s, 1] = stage[s, 1] + discount * total_1
        new[s, 2] = stage[s, 2] + discount * total_2
        for c in range(3):
            change = new[s, c] - old[s, c]
            least[c], most[c] = min(least[c], change), max(most[c], change)


@_compiled
def _sweep(
    start: Any, successor: Any, weight: Any, stage: Any, discount: float, old: Any, new: Any, least: Any, most: Any
) -> None:
    n_states, k = stage.shape
    for s in range(n_states):
        for c in range(k):
            new[s, c] = 0.0
        for entry in range(start[s], start[s + 1]):
            p, following = weight[entry], successor[entry]
            for c in range(k):
                new[s, c] += p * old[following, c]
        for c in range(k):
            found = stage[s, c] + discount * new[s, c]
            new[s, c] = found
            change = found - old[s, c]
            least[c], most[c] = min(least[c], change), max(most[c], change)


@_compiled
def visitation(
    start: Any, successor: Any, weight: Any, initial: Any, discount: float, tolerance: float, sweeps: int
) -> Any:
    """d with d = (1 - discount) initial + discount P' d by repeated steps; d sums to 1 throughout.

    Returns:
        d [S], the number of sweeps, and whether the change of the last one was within `tolerance` in the 1-norm.
    """
    n_states = len(initial)
    current, following = initial.copy(), np.empty(n_states)
    before = np.inf
    for sweep in range(sweeps):
        for s in range(n_states):
            following[s] = (1.0 - discount) * initial[s]
        for s in range(n_states):
            mass = discount * current[s]
            if mass != 0.0:
                for entry in range(start[s], start[s + 1]):
                    following[successor[entry]] += mass * weight[entry]
        change = 0.0
        for s in range(n_states):
            change += abs(following[s] - current[s])
        current, following = following, current
        if change <= tolerance or (change >= before and change <= 1e3 * tolerance):
            return current, sweep + 1, True
        before = change
    return current, sweeps, False


@_compiled
def factorise(
    start: Any, successor: Any, weight: Any, discount: float, order: Any, place: Any, lower: Any, upper: Any
) -> Any:
    """LU factors of I - discount P in the given order, without pivoting, row by row.

    The matrix is strictly diagonally dominant by rows, so elimination without pivoting exists, and its off-diagonal
    entries stay negative: nothing cancels.

    Args:
        order, place: the state of each row, and the row of each state, [S].
        lower, upper: (start [S + 1], column), the places of the factors left and right of the diagonal by rows,
            columns increasing.

    Returns:
        the entries left of the diagonal, those right of it, and the reciprocals of the diagonal, [S].
    """
    lower_start, lower_column = lower
    upper_start, upper_column = upper
    n_states = len(order)
    left, right, inverse = np.empty(len(lower_column)), np.empty(len(upper_column)), np.empty(n_states)
    work = np.zeros(n_states)
    for row in range(n_states):
        s = order[row]
        work[row] = 1.0
        for entry in range(start[s], start[s + _ONE]):
            work[place[successor[entry]]] -= discount * weight[entry]
        for entry in range(lower_start[row], lower_start[row + 1]):
            pivot = lower_column[entry]
            factor = work[pivot] * inverse[pivot]
            work[pivot] = 0.0
            left[entry] = factor
            if factor != 0.0:
                for k in range(upper_start[pivot], upper_start[pivot + _ONE]):
                    work[upper_column[k]] -= factor * right[k]
        inverse[row] = 1.0 / work[row]
        work[row] = 0.0
        for entry in range(upper_start[row], upper_start[row + 1]):
            column = upper_column[entry]
            right[entry] = work[column]
            work[column] = 0.0
    return left, right, inverse


@_compiled
def solve(factors: Any, order: Any, lower: Any, upper: Any, given: Any) -> Any:
    """x with (I - discount P) x = given, [S, k], from what `factorise` returns."""
    left, right, inverse = factors
    lower_start, lower_column = lower
    upper_start, upper_column = upper
    n_states, k = given.shape
    out = np.empty((n_states, k))
    x = np.empty(n_states)
    for c in range(k):
        for row in range(n_states):
            total = given[order[row], c]
            for entry in range(lower_start[row], lower_start[row + 1]):
                total -= left[entry] * x[lower_column[entry]]
            x[row] = total
        for row in range(n_states - 1, -1, -1):
            total = x[row]
            for entry in range(upper_start[row], upper_start[row + 1]):
                total -= right[entry] * x[upper_column[entry]]
            x[row] = total * inverse[row]
            out[order[row], c] = x[row]
    return out


@_compiled
def solve_transposed(factors: Any, order: Any, lower: Any, upper: Any, given: Any) -> Any:
    """x with (I - discount P)' x = given, [S]."""
    left, right, inverse = factors
    lower_start, lower_column = lower
    upper_start, upper_column = upper
    n_states = len(given)
    x = np.empty(n_states)
    for row in range(n_states):
        x[row] = given[order[row]]
    for row in range(n_states):
        found = x[row] * inverse[row]
        x[row] = found
        for entry in range(upper_start[row], upper_start[row + 1]):
            x[upper_column[entry]] -= right[entry] * found
    for row in range(n_states - 1, -1, -1):
        found = x[row]
        for entry in range(lower_start[row], lower_start[row + 1]):
            x[lower_column[entry]] -= left[entry] * found
    out = np.empty(n_states)
    for row in range(n_states):
        out[order[row]] = x[row]
    return out
