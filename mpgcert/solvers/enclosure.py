"""Values, visitation and NE-gap of a policy enclosed with doubles: a floating-point solve and a proven residual bound.

Doubles propose V, d and best replies; what is proved does not depend on how they were found.  Let u = 2^-53, r and
P_pi the exact averaged rewards and chain of the exact policy, and k = `Induced.roundings` + S + 6.  Each term of the
computed residuals below meets at most k roundings (those of `induced_processes`, a product with gamma and a value, S
additions, two more additions), so the computed residual is within g(k) = k u / (1 - k u) times the sum of the
absolute values of all exact terms from the exact residual of the same doubles (Higham, lemma 3.1).  The exact rows of
P_pi sum to 1 although their doubles do not; with |r| <= R and |V| <= v as doubles, the sums of absolute terms are

* at most R + 2 v for V -> r + gamma P_pi V - V and for r_i + gamma P_i v - v, for every state (and action),
* at most 1 + 2 |d|_1, summed over all states, for d -> (1 - gamma) rho + gamma P_pi' d - d.

`bellman_error(S + roundings, size, value)` = 4 (S + roundings + 8) u (size + 2 value) exceeds g(k) times these with
room for the roundings of R, v, |d|_1 and of the bound itself (its docstring).  Call it e.  Then

* **values.**  V -> r + gamma P_pi V is a gamma-contraction in the maximum norm with fixed point V_pi, so
  |V - V_pi| <= (max |residual| + e) / (1 - gamma).
* **visitation.**  d -> (1 - gamma) rho + gamma P_pi' d is one in the 1-norm with fixed point d_pi, so
  |d - d_pi|_1 <= (|residual|_1 + e) / (1 - gamma).
* **NE-gap.**  Bellman's operator T_i of the induced process is monotone and moves constants by gamma.  With values v,
  their largest gain e+ = max (T_i v - v)_+ + e and, along a reply, largest loss e- = max (v - T_reply v)_+ + e, the
  best reply's values lie between v - e- / (1 - gamma) and v + e+ / (1 - gamma).  So NE-gap_i lies within e- or e+ over
  1 - gamma plus the radius of V_i of the exact mean rho . (v - V_i), whose computation errs by less than
  bellman_error(S, 0, v + V).

The factor 1.01 in the code covers the rounding of sums of absolute residuals, quotients and final additions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.induced import Induced, induced_processes
from mpgcert.solvers.rounding import bellman_error

__all__ = ["PolicyEnclosure", "enclose_policy"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PolicyEnclosure:
    """Doubles with proven radii for one exact policy of an exact game.

    Attributes:
        values: V_i(s) within `value_radius`, [n, S].
        visitation: d(s) within `visitation_radius` (also their sum of errors), [S].
        gap_bounds: NE-gap_i lies between the two rows, [2, n].
        replies: best replies that attain the gaps within the bounds, [n, S].
        value_radius, visitation_radius: proven.
    """

    values: Floats
    visitation: Floats
    gap_bounds: Floats
    replies: NDArray[np.int64]
    value_radius: float
    visitation_radius: float

    @property
    def nash_gap(self) -> tuple[float, float]:
        """The NE-gap, max over players, lies between these."""
        low, high = self.gap_bounds.max(axis=1)
        return float(low), float(high)


def enclose_policy(game: MarkovGame, policy: Policy) -> PolicyEnclosure:
    """Enclose V, d and the NE-gap of a policy; far faster than balls, with radii near 1e-13 / (1 - gamma)^2.

    Args:
        game: its exact numbers are meant.
        policy: exact; its rows sum to exactly 1.

    Raises:
        InvalidInput: a discount so near 1 that doubles meet a singular system (use balls).

    >>> game = MarkovGame.of(rewards=[[[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]])
    >>> low, high = enclose_policy(game, Policy.deterministic(game, [[0], [0]])).nash_gap
    >>> low <= 2 <= high < low + 1e-12
    True
    """
    arrays = GameArrays.of(game)
    induced = induced_processes(arrays, policy.lift(FLOAT))
    slack = 1 - game.discount
    try:
        values, visitation = induced.values(), induced.visitation()
        replies, best, table = induced.replies(values)
    except np.linalg.LinAlgError:
        raise InvalidInput(
            f"{game.discount!s:.40}", field="discount", expected="a discount further from 1; use balls"
        ) from None
    return _enclosed(induced, slack, float(np.abs(arrays.rewards).max()), values, visitation, replies, best, table)


def _enclosed(
    induced: Induced,
    slack: Fraction,
    size: float,
    values: Floats,
    visitation: Floats,
    replies: NDArray[np.int64],
    best: Floats,
    table: Floats,
) -> PolicyEnclosure:
    """The bounds of the module docstring."""
    n_states, terms = induced.n_states, induced.n_states + induced.roundings
    scale = 1.01 / float(slack)
    stage = np.add.reduceat(induced.own * induced.rewards, induced.offsets[:-1], axis=1)
    largest, largest_best = float(np.abs(values).max()), float(np.abs(best).max())

    residual = stage + induced.discount * (induced.chain @ values) - values
    value_radius = scale * (float(np.abs(residual).max()) + bellman_error(terms, size, largest))

    flow = float(slack) * induced.initial + induced.discount * (visitation @ induced.chain) - visitation
    mass = float(np.abs(visitation).sum())
    visitation_radius = scale * (float(np.abs(flow).sum()) + bellman_error(terms, 1.0, mass))

    error = bellman_error(terms, size, largest_best)
    followed = table[np.arange(n_states), replies + induced.offsets[:-1, None]].T
    above = scale * (np.maximum(induced.best(table) - best, 0).max(axis=0) + error)
    below = scale * (np.maximum(best - followed, 0).max(axis=0) + error)
    rounding = value_radius + bellman_error(n_states, 0.0, largest + largest_best)
    gap = induced.initial @ (best - values)
    bounds = np.stack([np.maximum(gap - 1.01 * (below + rounding), 0.0), gap + 1.01 * (above + rounding)])
    return PolicyEnclosure(values.T, visitation, bounds, replies, value_radius, visitation_radius)
