"""The potential of least range, which makes the bounds of zhang2022 (they grow with phi_max - phi_min) smallest.

The potentials of a game are f = phi - M w, (M w)(s, a) = w(s) - gamma sum_s' P(s' | s, a) w(s'), for w in R^S (see
`construct`).  Least range is the linear program: minimise t - b subject to b <= f(s, a) <= t.

Lower bounds come from multipliers: let x(s, a) have positive part of sum 1 and negative part of sum -1.  Then
t - b >= sum x f = sum x phi - (x'M) w.  If x'M = 0 the bound is sum x phi, whatever w is.  Otherwise, with
R = max phi - min phi: an optimal f can be shifted (by a constant w) into [min phi, min phi + R], so |phi - f| <= R;
w is the value of the stage reward phi - f under any policy, so |w| <= R / (1 - gamma), and
t - b >= sum x phi - |x'M|_1 R / (1 - gamma).

HiGHS proposes w and x in doubles.  They are then solved for exactly from the constraints that are tight and the
multipliers that are positive; where this does not work out, rounded ones still give an enclosure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.arithmetic.matrices import product
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.potential.construct import transition_rows
from mpgcert.solvers.potential.exact_systems import fraction, particular_solution, rounded, to_exact_array
from mpgcert.solvers.potential.linear_programs import blocks, minimise, shaping_matrix

__all__ = ["LeastRange", "least_range_potential"]

Array = NDArray[Any]

MAX_EXACT_STATES = 80
"""Beyond this many states the tight constraints are not solved exactly; the enclosure remains."""
_MAX_STATES, _MAX_ENTRIES = 400, 2**17
"""Beyond these the given potential stays: its range is an upper bound of the least, 0 a lower one."""
_TIGHT = 1e-9
_NEAR = 1e-8


@dataclass(frozen=True)
class LeastRange:
    """A potential of (nearly) least range.

    Attributes:
        potential: phi, exact [S, A_1, ..., A_n].
        lower: no potential of the game has a smaller range.
        upper: the range of `potential`.
        multipliers: x [S, A_1, ..., A_n], the proof of `lower`: positive entries sum to 1, negative ones to -1
            (all 0 where `lower` is 0, which needs no proof).
    """

    potential: ExactArray
    lower: Fraction
    upper: Fraction
    multipliers: ExactArray

    @property
    def proved(self) -> bool:
        """Whether the range is proved to be the least."""
        return self.lower == self.upper

    def verify(self, game: MarkovGame) -> bool:
        """Recompute both bounds exactly from the potential and the multipliers."""
        arrays = GameArrays.of(game, EXACT)
        phi, x = EXACT.array(self.potential), EXACT.array(self.multipliers)
        return self.upper == self.potential.max() - self.potential.min() and (
            self.lower <= 0 or (_is_balanced(x) and self.lower <= _lower_bound(arrays, phi, x))
        )


def least_range_potential(game: MarkovGame, potential: ExactArray) -> LeastRange:
    """Minimise the range over all stage potentials of a Markov potential game.

    Args:
        game: the game.
        potential: any of its potentials, exact [S, A_1, ..., A_n].
    """
    if game.discount == 0 or game.n_states == 1 or potential.min() == potential.max():
        return _separate_states(potential)
    if game.n_states > _MAX_STATES or potential.size > _MAX_ENTRIES:
        no_proof = ExactArray.of_integers(np.zeros(potential.shape, dtype=np.int64))
        return LeastRange(potential, Fraction(0), potential.max() - potential.min(), no_proof)
    arrays = GameArrays.of(game, EXACT)
    phi = EXACT.array(potential)
    w_float, x_float = _linear_program(game, potential)
    upper, best = potential.max() - potential.min(), phi
    for w in _primal_candidates(arrays, phi, w_float, x_float):
        shaped = _shaped(arrays, phi, w)
        span = fraction(EXACT.maximum(shaped)) + fraction(EXACT.maximum(-shaped))
        if span < upper:
            upper, best = span, shaped
    bounds = [(_lower_bound(arrays, phi, x), x) for x in _dual_candidates(arrays, phi, x_float)]
    nothing = np.full(phi.shape, EXACT.number(0), dtype=object)
    lower, x = max([(Fraction(0), nothing), *bounds], key=lambda bound: bound[0])
    return LeastRange(to_exact_array(best), lower, upper, to_exact_array(x))


def _separate_states(potential: ExactArray) -> LeastRange:
    """gamma = 0: each state is shifted on its own, to start at 0. One state, or a constant: so is all of it."""
    n_states = potential.shape[0]
    flat = potential.numerator.reshape(n_states, -1).astype(object)
    low, high = flat.argmin(axis=1), flat.argmax(axis=1)
    states = np.arange(n_states)
    spans = flat[states, high] - flat[states, low]
    widest = int(spans.argmax())
    x = np.zeros(flat.shape, dtype=np.int64)
    x[widest, high[widest]] += 1
    x[widest, low[widest]] -= 1
    shifted = flat - flat[states, low][:, None]
    span = Fraction(int(spans[widest]), potential.denominator)
    return LeastRange(
        ExactArray.of_integers(shifted.reshape(potential.shape), potential.denominator),
        span,
        span,
        ExactArray.of_integers(x.reshape(potential.shape)),
    )


def _shaped(arrays: GameArrays, phi: Array, w: Array) -> Array:
    own = w.reshape(-1, *(1,) * (phi.ndim - 1))
    return phi - own + arrays.transition.expected(w) * arrays.discount


def _rows(arrays: GameArrays, pairs: NDArray[np.int64]) -> Array:
    """Rows of M for flat indices (s, a), [len(pairs), S]."""
    n_joint = int(np.prod(arrays.n_actions))
    rows = [transition_rows(arrays.transition, np.array([p // n_joint]), np.array([p % n_joint]))[0] for p in pairs]
    own = arrays.identity()[pairs // n_joint]
    return own - np.concatenate(rows) * arrays.discount


def _linear_program(game: MarkovGame, potential: ExactArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """w [S] (with w_0 = 0) and x [S A] in doubles; a failure of the solver gives zeros, which prove nothing."""
    shaping, n_states = shaping_matrix(game), game.n_states
    flat = potential.to_float().ravel()
    scale = float(np.ptp(flat))
    target, count = (flat - flat.min()) / scale, len(flat)
    ones = np.ones((count, 1))
    solution = minimise(
        np.concatenate([np.zeros(n_states), [1.0, -1.0]]),
        blocks([[-shaping, -ones, None], [shaping, None, ones]]),
        np.concatenate([-target, target]),
        fixed=0,
        method="highs-ds",
    )
    if solution is None:
        return np.zeros(n_states), np.zeros(count)
    x, multipliers = solution
    return x[:n_states] * scale, multipliers[:count] - multipliers[count:]


def _primal_candidates(
    arrays: GameArrays, phi: Array, w_float: NDArray[np.float64], x_float: NDArray[np.float64]
) -> list[Array]:
    """Exact w: the rounded one, and the one that makes the nearly tight constraints tight."""
    w = rounded(w_float)
    candidates = [w]
    n_states = arrays.n_states
    if n_states > MAX_EXACT_STATES:
        return candidates
    flat = _shaped(arrays, phi, w).ravel()
    values = np.array([float(fraction(value)) for value in flat])
    scale = float(fraction(EXACT.maximum(phi) + EXACT.maximum(-phi)))
    if np.ptp(values) < _NEAR * scale:  # perhaps phi is all shaping: then one joint action tells by which w
        kernel = transition_rows(arrays.transition, np.arange(n_states), np.array([0]))[:, 0]
        first = phi.reshape(n_states, -1)[:, 0]
        candidates.append(EXACT.solve(arrays.identity() - kernel * arrays.discount, first))
    # Multipliers name constraints that are tight for sure; nearness adds those that a degenerate vertex needs.
    slack = np.stack([values.max() - values, values - values.min()]) / scale
    slack[0, x_float > _TIGHT] = slack[1, x_float < -_TIGHT] = 0
    side, pair = np.unravel_index(np.argsort(slack, axis=None, kind="stable"), slack.shape)
    tight = slack[side, pair] < _NEAR
    side, pair = (index[tight][: 3 * (n_states + 2)] for index in (side, pair))
    # Unknowns: the change of w_1, w_2, ... (w_0 stays), then t and b.
    one, zero = EXACT.number(1), EXACT.number(0)
    ends = np.where((side[:, None] == np.arange(2)), one, zero)
    matrix = np.concatenate([_rows(arrays, pair)[:, 1:], ends], axis=1)
    change = particular_solution(matrix, flat[pair])
    if change is not None:
        candidates.append(np.concatenate([w[:1], w[1:] + change[: n_states - 1]]))
    return candidates


def _dual_candidates(arrays: GameArrays, phi: Array, x_float: NDArray[np.float64]) -> list[Array]:
    """Exact x: the rounded one, and the one that satisfies x'M = 0 on the same support."""
    size = len(x_float)
    x = rounded(x_float)
    for sign in (1, -1):  # each part sums to exactly 1
        part = np.flatnonzero(np.sign(x_float) == sign)
        place = int(part[np.abs(x_float[part]).argmax()]) if len(part) else int((sign * phi.ravel()).argmax())
        others = [k for k in part if k != place]
        x[place] = EXACT.number(sign) - sum((x[k] for k in others), EXACT.number(0))
    candidates = [x]
    support = np.flatnonzero(np.abs(x_float) > _TIGHT)
    if 0 < len(support) <= 2 * (MAX_EXACT_STATES + 2) and arrays.n_states <= MAX_EXACT_STATES:
        one, zero = EXACT.number(1), EXACT.number(0)
        positive = np.where(x_float[support] > 0, one, zero)
        matrix = np.concatenate([_rows(arrays, support).T, positive[None], (1 - positive)[None]])
        right = np.array([zero] * arrays.n_states + [one, -one], dtype=object)
        exact = particular_solution(matrix, right)
        if exact is not None:
            full = np.full(size, zero, dtype=object)
            full[support] = exact
            candidates.append(full)
    return [c.reshape(phi.shape) for c in candidates if _is_balanced(c)]


def _is_balanced(x: Array) -> bool:
    """Positive entries sum to 1, negative ones to -1."""
    zero = EXACT.number(0)
    values = [v for v in x.ravel().tolist() if v != 0]
    return sum((v for v in values if v > 0), zero) == 1 and sum((v for v in values if v < 0), zero) == -1


def _lower_bound(arrays: GameArrays, phi: Array, x: Array) -> Fraction:
    """sum x phi - |x'M|_1 R / (1 - gamma); see the module docstring."""
    flat, values = x.ravel(), phi.ravel()
    support = np.flatnonzero(flat != 0)
    weights = flat[support]
    residual = product(weights[None], _rows(arrays, support))[0]
    spread = EXACT.maximum(values) + EXACT.maximum(-values)
    bound = product(weights[None], values[support])[0] - abs(residual).sum() * spread / (1 - arrays.discount)
    return max(fraction(bound), Fraction(0))
