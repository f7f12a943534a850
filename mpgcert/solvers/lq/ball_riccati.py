"""The coupled Riccati recursion in balls, with as many bits as it turns out to need.

**Few bits lost.**  (2.4) of hambly2021 says Phi K = W A with W = sum_i M_i P^i and Phi = W B + R, where M_i is B'
with the rows of all controls but player i's set to 0, and R is block-diagonal.  A ball solve of this system forgets
that Phi and W A hold the same P^i.  So its midpoints give K' only; with L' = A - B K' the true gain is

    K = K' + Phi^-1 (W A - Phi K') = K' + Phi^-1 (W L' - R K'),

where P^i enters the small correction by W L' alone, multiplied by the closed loop L' instead of by A and B K'
separately.  All three are balls, so K is enclosed whatever K' is.

**Adaptive precision.**  Balls still widen with every stage.  A run with few bits is watched: after each stage the
radius that the last gains would have is extrapolated from the widening so far, and once the promise is broken the run
starts again with the missing bits added.  Nothing rests on the extrapolation: what is returned are balls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from mpgcert.arithmetic import Ball, ExactArray
from mpgcert.arithmetic.ball_matrices import Lift, midpoint, solved, unpacked, widest
from mpgcert.errors import SingularMatrix
from mpgcert.games.lq import LQGame
from mpgcert.solvers.lq.riccati import RiccatiSolution

__all__ = ["FIRST_BITS", "LARGEST_BITS", "EnclosedRiccati", "enclosed_riccati"]

FIRST_BITS, LARGEST_BITS = 192, 2**15
_WATCHED = 5  # stages before the widening is judged
_MARGIN = 8  # bits
_GUESS_BITS = 64


@dataclass(frozen=True, eq=False)
class EnclosedRiccati:
    """The solution of (2.4) and (2.5) of hambly2021 in balls.

    Attributes:
        bits: precision of the balls.
        gains: K_t as matrices of FLINT, in the order of time; so are the next two.
        costs: P_t^i, [T + 1] lists of [N].
        systems: Phi_t.
        radius: the widest gain.
    """

    bits: int
    gains: list[Any]
    costs: list[list[Any]]
    systems: list[Any]
    radius: float

    @property
    def solution(self) -> RiccatiSolution:
        """The same as arrays of balls."""
        players = range(len(self.costs[0]))
        costs = np.stack([unpacked([stage[i] for stage in self.costs]) for i in players])
        return RiccatiSolution(unpacked(self.gains), costs, unpacked(self.systems))


class _TooWide(Exception):
    """A run was given up; `bits` are missing."""

    def __init__(self, bits: int) -> None:
        self.bits = bits


def enclosed_riccati(game: LQGame, radius: float = 1e-15, first_bits: int = FIRST_BITS) -> EnclosedRiccati:
    """Gains, costs-to-go and Phi_t in balls, every gain within `radius`.

    Args:
        game: its exact numbers are meant.
        radius: to reach; at 2^15 bits wider balls are returned.
        first_bits: precision of the first run.

    Raises:
        SingularMatrix: some Phi_t is not told from a singular matrix by 2^15 bits; the message names t.
    """
    bits = first_bits
    while True:
        try:
            with Ball(bits).context():
                return _run(game, radius, bits)
        except _TooWide as wide:
            bits = min(LARGEST_BITS, bits + max(wide.bits, 16))
        except SingularMatrix:
            if bits == LARGEST_BITS:
                raise
            bits = min(LARGEST_BITS, 2 * bits)


def _run(game: LQGame, radius: float, bits: int) -> EnclosedRiccati:
    players, lift = range(game.n_players), Lift()
    columns, masked, weights = _padded(game)
    after = [lift(game.Q.numerator[i, -1], game.Q.denominator) for i in players]
    costs, gains, systems = [after], [], []
    widths: list[float] = []
    for t in reversed(range(game.horizon)):
        A, B = lift(game.A.numerator[t], game.A.denominator), lift(columns[0][t], columns[1])
        R = [lift(part[t], weights[1]) for part in weights[0]]
        weighted = _sum([lift(part[t], columns[1]) * cost for part, cost in zip(masked, after)])
        all_weights = _sum(R)
        phi = weighted * B + all_weights
        try:
            guess = _guess(phi, weighted, A, bits)
            correction = weighted * (A - B * guess) - all_weights * guess
            with Ball(max(_GUESS_BITS, bits - _GUESS_BITS // 2)).context():  # it is small: relative precision suffices
                correction = solved(phi, correction)
            gain = guess + correction
        except SingularMatrix as error:
            raise SingularMatrix(f"Phi_{t}: {error}") from None
        widths.append(widest(gain))
        _promise(widths, t, radius, bits)
        loop = A - B * gain
        turned, paid = loop.transpose(), gain.transpose()
        after = [
            lift(game.Q.numerator[i, t], game.Q.denominator) + paid * (R[i] * gain) + turned * (after[i] * loop)
            for i in players
        ]
        costs.append(after)
        gains.append(gain)
        systems.append(phi)
    return EnclosedRiccati(bits, gains[::-1], costs[::-1], systems[::-1], max(widths))


def _guess(phi: Any, weighted: Any, A: Any, bits: int) -> Any:
    """K' near Phi^-1 W A, without radii; few bits do."""
    if bits > _GUESS_BITS:
        try:
            with Ball(_GUESS_BITS).context():
                return midpoint(solved(midpoint(phi), midpoint(weighted) * A))
        except SingularMatrix:
            pass
    return midpoint(solved(midpoint(phi), midpoint(weighted * A)))


def _padded(game: LQGame) -> tuple[tuple[Any, int], list[Any], tuple[list[Any], int]]:
    """B_t [T, d, k] with its denominator, M_i [T, k, d] for each player, and R^i [T, k, k] with theirs; integers."""
    slices = game.control_slices
    size = slices[-1].stop
    B, below = _common(game.B)
    R, under = _common(game.R)
    columns = np.concatenate(B, axis=2)
    masked, weights = [], []
    for own, part in zip(slices, R):
        rows = np.zeros((game.horizon, size, columns.shape[1]), dtype=columns.dtype)
        rows[:, own] = columns[:, :, own].transpose(0, 2, 1)
        masked.append(rows)
        square = np.zeros((game.horizon, size, size), dtype=part.dtype)
        square[:, own, own] = part
        weights.append(square)
    return (columns, below), masked, (weights, under)


def _common(parts: tuple[ExactArray, ...]) -> tuple[list[Any], int]:
    """Numerators over one denominator."""
    denominator = math.lcm(*(part.denominator for part in parts))
    out = []
    for part in parts:
        factor = denominator // part.denominator
        scaled = ExactArray.of_integers(part.numerator.astype(object) * factor)  # int64 again where that suffices
        out.append(part.numerator if factor == 1 else scaled.numerator)
    return out, denominator


def _sum(matrices: list[Any]) -> Any:
    total = matrices[0]
    for matrix in matrices[1:]:
        total = total + matrix
    return total


def _promise(widths: list[float], remaining: int, radius: float, bits: int) -> None:
    """Give up a run whose last gains would be wider than `radius`, if the balls go on widening like this."""
    if bits >= LARGEST_BITS or (len(widths) <= _WATCHED and remaining):
        return
    last = _exponent(widths[-1])
    lag = max(1, len(widths) // 2)  # the first stages widen faster
    slope = max(0.0, (last - _exponent(widths[-1 - lag])) / lag) if len(widths) > 1 else 0.0
    missing = last + slope * remaining - math.log2(radius)
    if missing > 0:
        raise _TooWide(math.ceil(missing) + _MARGIN)


def _exponent(width: float) -> float:
    return math.log2(width) if 0 < width < math.inf else (-1074.0 if width == 0 else 1024.0)
