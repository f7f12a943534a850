"""The exact policy that doubles stand for, and exact distances from what was computed with them."""

from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import Policy


def exactly_normalised(parts):
    """The exact policy that double rows stand for."""
    rows = [[[Fraction(p) for p in row] for row in part.tolist()] for part in parts]
    normal = [[[p / sum(row) for p in row] for row in part] for part in rows]
    return Policy(tuple(ExactArray.of_fractions(np.array(part, dtype=object)) for part in normal))


def fractions_of(values):
    return np.frompyfunc(lambda x: EXACT.enclosure(x)[0], 1, 1)(values)


def error(found, exact):
    """Largest |found - exact|, without rounding."""
    pairs = zip(np.asarray(found).ravel().tolist(), np.asarray(exact, dtype=object).ravel().tolist())
    return max(abs(Fraction(x) - y) for x, y in pairs)
