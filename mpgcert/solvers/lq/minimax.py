"""The step that makes the largest of |1 - 2 eta mu| least, with a bracket of that value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Ball
from mpgcert.arithmetic.matrices import nearest_doubles

__all__ = ["least_largest_modulus", "modulus"]

_BISECTIONS = 100


def least_largest_modulus(ball: Ball, eigenvalues: Sequence[tuple[Any, Any]]) -> tuple[Fraction, Any]:
    """A step eta near the best, and a ball around min over eta of max over mu of |1 - 2 eta mu|, all Re(mu) > 0.

    At any eta the maximum bounds the value from above. From below, |1 - 2 eta mu|^2 = 1 - 4 eta Re(mu) + 4 eta^2
    |mu|^2, so the maximum of two of them is at least their mean with weights w and 1 - w, whose least value over
    eta is 1 - a^2 / b with a and b the same means of Re(mu) and |mu|^2.  Eta, the two mu and w are found in
    doubles.
    """
    doubles = nearest_doubles(np.array([x for pair in eigenvalues for x in pair], dtype=object)).reshape(-1, 2)
    real, square = doubles[:, 0], (doubles**2).sum(1)
    step, first, second, weight = _saddle_point(real, square)
    eta = Fraction(step)
    upper = ball.maximum(np.array([modulus(ball, ball.number(eta), mu) for mu in eigenvalues]))
    w = ball.number(Fraction(weight))
    (a, b), (c, d) = eigenvalues[first], eigenvalues[second]
    mean = w * a + (1 - w) * c
    mean_square = w * (a * a + b * b) + (1 - w) * (c * c + d * d)
    lower = ball.sqrt(1 - mean * mean / mean_square)
    return eta, lower.union(upper)


def modulus(ball: Ball, eta: Any, eigenvalue: tuple[Any, Any]) -> Any:
    """|1 - 2 eta mu|."""
    real, imaginary = 1 - 2 * eta * eigenvalue[0], 2 * eta * eigenvalue[1]
    return ball.sqrt(real * real + imaginary * imaginary)


def _saddle_point(real: NDArray[np.float64], square: NDArray[np.float64]) -> tuple[float, int, int, float]:
    """The best step, the two eigenvalues that are largest on either side of it, and the weight of the first."""

    def largest(eta: float) -> int:
        return int(np.argmax(eta * square - real))

    low, high = 0.0, float((real / square).min())
    first, second = largest(low), largest(high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        active = largest(middle)
        if 2 * middle * square[active] < real[active]:
            low, first = middle, active
        else:
            high, second = middle, active
    slopes = [float(2 * low * square[k] - real[k]) for k in (first, second)]
    weight = slopes[1] / (slopes[1] - slopes[0]) if slopes[1] > 0 > slopes[0] else 1.0
    return low, first, second, weight
