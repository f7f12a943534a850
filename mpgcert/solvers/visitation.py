"""The least and the largest visitation of states over all policies, enclosed by value iteration in doubles.

For a fixed state s, d_pi(s) is the value of the stage reward (1 - gamma) 1{state = s}.  Many targets s share a kernel,
so all are iterated at once: a sweep is one product of the kernel with a block of value vectors.  The largest
visitation is minus the least total of the reward -(1 - gamma) 1{state = s}; below all is said for the minimum.

**The bracket** (MacQueen 1966).  Let (T v)(x) = r(x) + gamma min_a sum_y P(y | x, a) v(y) with fixed point v*; T is
monotone and T(v + c) = T v + gamma c.  If v + m <= T v <= v + M everywhere, then T^(k+1) v - T^k v lies in
[gamma^k m, gamma^k M], and summing over k >= 1

    T v + gamma m / (1 - gamma) <= v* <= T v + gamma M / (1 - gamma).

The same holds for the operator of a policy that attains the minimum in T v, so this policy's values lie there too.
The mean under rho of both sides encloses the least d(s).  Its width is gamma (M - m) / (1 - gamma): the span of T v - v
counts, not its size, so it closes as fast as the chain mixes, even if gamma is almost 1.

**Rounding.**  Let w be the computed T v, in any order of summation.  By `bellman_error`, with e its value for the
longest row, every computed w(x) is within e of (T v)(x) for the exact kernel, reward and discount (whose roundings it
counts; a minimum commutes with monotone rounding, and |min_a x_a - min_a y_a| <= max_a |x_a - y_a|), and every
computed w(x) - v(x) within e of (T v - v)(x).  So m = min (w - v) - e and M = max (w - v) + e are valid, and v* lies in
[w - e + gamma m / (1 - gamma), w + e + gamma M / (1 - gamma)].  The computed rho . w is within
(S + 4) u / (1 - (S + 4) u) of the sum of |rho w| from the exact mean: S products, S - 1 additions, the rounding of rho
(Higham, lemma 3.1).  The factor gamma / (1 - gamma) is computed from rounded gamma and 1 - gamma with relative error
below 4 u.  `Operator.enclose` adds these, and 16 u of each term for its own few additions.

**A certificate** for a lower bound is w' = v + m / (1 - gamma): T w' = T v + gamma m / (1 - gamma) >= v + m + gamma m /
(1 - gamma) = w', which anyone can check row by row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import SparseTransition
from mpgcert.solvers.visitation_operator import Operator

__all__ = ["AvoidingPolicy", "VisitationBounds", "avoiding_policy", "bound_visitation"]

Floats = NDArray[np.float64]
Choice = NDArray[np.int64]

_PATIENCE = 8  # sweeps without a narrower bracket after which rounding has the last word
_MAX_SWEEPS = 20_000


@dataclass(frozen=True, eq=False)
class VisitationBounds:
    """Proven bounds on extreme visitations.

    Attributes:
        states: the targets, int64 [K].
        low, high: the extreme d(s) over all policies lies in [low, high], doubles [K].
        is_settled: [K]; False where the search for the least of all was stopped because another target is lower.
    """

    states: Choice
    low: Floats
    high: Floats
    is_settled: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AvoidingPolicy:
    """A policy that (nearly) attains the least visitation of a state, and a certificate that none does much better.

    Attributes:
        choice: joint actions [S], C order.
        certificate: w [S] with w(x) <= (1 - gamma) 1{x = s} + gamma sum_y P(y|x,a) w(y), exact rationals.
    """

    choice: Choice
    certificate: list[Fraction]


def bound_visitation(
    game: MarkovGame,
    extreme: Literal["least", "largest"] = "least",
    states: Choice | None = None,
    *,
    tolerance: float = 1e-8,
    only_extreme: bool = False,
) -> VisitationBounds:
    """Enclose min over policies (or max) of d(s) for some states s.

    Args:
        game: dense or sparse; the enclosures are of its exact numbers.
        extreme: over which policies.
        states: targets; all by default.
        tolerance: relative width at which a target is settled; rounding may leave more.
        only_extreme: settle the states of the least minimum (largest maximum) only, and stop for the others as soon
            as their bounds show that they are not.

    Raises:
        TooLarge: the arrays would take more than 4 GB; the message has the estimate.
    """
    targets = np.arange(game.n_states) if states is None else np.asarray(states, dtype=np.int64)
    operator = Operator.of(game)
    sign = 1.0 if extreme == "least" else -1.0
    low, high = np.full(len(targets), -np.inf), np.full(len(targets), np.inf)
    settled = np.zeros(len(targets), dtype=bool)
    cutoff = np.inf
    sweep_all = compiled_block if operator.is_worth_compiling(len(targets)) else plain_block
    width = operator.block_width(sweep_all is compiled_block)
    for first in range(0, len(targets), width):
        part = slice(first, first + width)
        stopped = sweep_all(operator, targets[part], sign, tolerance, cutoff, only_extreme)
        low[part], high[part] = operator.enclose(*stopped)
        if only_extreme:
            cutoff = min(cutoff, high[part].min())
    settled = low <= cutoff if only_extreme else np.ones(len(targets), dtype=bool)
    if sign < 0:
        low, high = -high, -low
    return VisitationBounds(targets, low, high, settled)


def avoiding_policy(game: MarkovGame, state: int) -> AvoidingPolicy:
    """Policy and certificate for the least visitation of one state, as narrow as doubles allow."""
    operator = Operator.of(game)
    targets = np.array([state])
    values, after = operator.first_sweep(targets, 1.0)
    narrowest, best, stalled = np.inf, values, 0
    for _ in range(_MAX_SWEEPS):
        span = float(np.ptp(after - values))
        stalled = 0 if span < narrowest else stalled + 1
        if span < narrowest:
            narrowest, best = span, values
        if stalled >= _PATIENCE or span == 0:
            break
        values = after
        after, choice = operator.sweep(values, targets, 1.0, choose=operator.can_solve)
        if choice is not None:
            followed = operator.followed(choice, targets, 1.0)
            values = values if followed is None else followed
            after = operator.sweep(values, targets, 1.0)[0]
    after, choice = operator.sweep(best, targets, 1.0, choose=True)
    assert choice is not None
    shift = Fraction(float((after - best).min())) - Fraction(
        float(operator.error(np.maximum(abs(after), abs(best)))[0])
    )
    shift /= 1 - game.discount
    return AvoidingPolicy(choice[:, 0], [Fraction(value) + shift for value in best[:, 0].tolist()])


Stopped = tuple[Floats, Floats, Floats, Floats, Floats]
"""Of the last sweep of each target [K]: rho . w, rho . |w|, min (w - v), max (w - v), max(|v|, |w|)."""


def plain_block(
    operator: Operator, targets: Choice, sign: float, tolerance: float, cutoff: float, only_extreme: bool
) -> Stopped:
    """Sweeps until every target is settled; slow convergence calls for policy iteration where it is affordable."""
    out, count = np.zeros((5, len(targets))), len(targets)
    narrowest, stalled = np.full(count, np.inf), np.zeros(count, dtype=np.int64)
    active, ratio, remaining = np.arange(count), 0.0, 0.0
    values, after = operator.first_sweep(targets, sign)
    for sweeps in range(_MAX_SWEEPS):
        solve = operator.can_solve and remaining > operator.solve_cost
        choice = None
        if sweeps:
            after, choice = operator.sweep(values, targets[active], sign, choose=solve)
        change, size = after - values, np.abs(after)
        least, most = change.min(axis=0), change.max(axis=0)
        largest = np.maximum(size.max(axis=0), np.abs(values).max(axis=0))
        now = operator.initial @ after, operator.initial @ size, least, most, largest
        span = most - least
        better = span < narrowest[active]
        for kept, new in zip(out, now):
            kept[active[better]] = new[better]
        stalled[active] = np.where(better, 0, stalled[active] + 1)
        before = float(narrowest[active].max())
        ratio = min(1.0, float(span.max()) / before) if 0 < before < math.inf else 0.0
        narrowest[active] = np.minimum(span, narrowest[active])
        low, high = operator.enclose(*out[:, active])
        going = (high - low > tolerance * np.abs(low)) & (stalled[active] < _PATIENCE)
        if only_extreme:
            cutoff = min(cutoff, float(high.min()))
            going &= low <= cutoff
        if not going.any():
            break
        with np.errstate(divide="ignore"):
            excess = float(((high - low) / np.abs(low))[going].max()) / tolerance
        remaining = _sweeps_needed(ratio, excess)
        if choice is not None:
            followed = operator.followed(choice, targets[active], sign)
            after = after if followed is None else followed
        active, values = active[going], after[:, going]
    return out[0], out[1], out[2], out[3], out[4]


def _sweeps_needed(ratio: float, excess: float) -> float:
    """How many sweeps bring a bracket that is `excess` times too wide to its goal, at this contraction."""
    if not 0 < ratio < 1:
        return math.inf if ratio else 0.0
    return math.log(max(excess, 1.0)) / -math.log(ratio)


def compiled_block(
    operator: Operator, targets: Choice, sign: float, tolerance: float, cutoff: float, only_extreme: bool
) -> Stopped:
    from mpgcert.kernels.visitation import iterate

    assert isinstance(operator.rows, SparseTransition)
    return iterate(
        operator.rows.start,
        operator.rows.successor,
        operator.rows.probability,
        operator.initial,
        operator.discount,
        operator.slack,
        operator.n_actions,
        targets,
        sign,
        tolerance,
        cutoff if only_extreme else np.inf,
        _MAX_SWEEPS,
    )
