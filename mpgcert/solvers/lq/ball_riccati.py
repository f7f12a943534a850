"""The coupled Riccati recursion in balls, with as many bits as it turns out to need.

**Few bits lost.**  (2.4) of hambly2021 says Phi K = W A with W = sum_i M_i P^i and Phi = W B + R, where M_i is B'
with the rows of all controls but player i's set to 0, and R is block-diagonal.  A ball solve of this system forgets
that Phi and W A hold the same P^i.  So its midpoints give K' only; with L' = A - B K' the true gain is

    K = K' + Phi^-1 (W A - Phi K') = K' + Phi^-1 (W L' - R K'),

where P^i enters the small correction by W L' alone, multiplied by the closed loop L' instead of by A and B K'
separately.  All three are balls, so K is enclosed whatever K' is.

**Short numbers.**  Everything is multiplied by the game's matrices times their common denominator D: these are
integers, which are faster to multiply by than quotients, and have no radius.

**Adaptive precision.**  Balls still widen with every stage.  A run with few bits is watched: after each stage the
radius that the last gains would have is extrapolated from the widening so far, and where even half of that would break
the promise, the run starts again with the missing bits added.  And bits that are lost already are not worked with any
more: a stage has 12 bits more than the gains before it are known to (up to 128 bits, FLINT is twice as fast).  Nothing
rests on either: what is returned are balls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Ball, ExactArray
from mpgcert.arithmetic.ball_matrices import Lifted, exact, midpoint, solved, unpacked, widest
from mpgcert.errors import SingularMatrix
from mpgcert.games.lq import LQGame
from mpgcert.solvers.lq.riccati import RiccatiSolution

__all__ = ["FEWEST_BITS", "LARGEST_BITS", "EnclosedRiccati", "enclosed_riccati"]

FEWEST_BITS, LARGEST_BITS = 128, 2**15
_MOST_FIRST_BITS = 192
_BITS_AT_LAST, _BITS_PER_STAGE = 60, 5  # a first guess of what is needed
_WATCHED = 5  # stages before the widening is judged
_MARGIN = 8  # bits
_GUESS_BITS = 64
_GUARD = 12  # bits beyond those that are known


@dataclass(frozen=True, eq=False)
class EnclosedRiccati:
    """The solution of (2.4) and (2.5) of hambly2021 in balls.

    Attributes:
        bits: precision of the first stages, at the end of time.
        gains: K_t as matrices of FLINT, in the order of time; so are the next two.
        scaled_costs: D P_t^i, [T + 1] lists of [N].
        scaled_systems: D^3 Phi_t.
        denominator: D.
        radius: the widest gain.
    """

    bits: int
    gains: list[Any]
    scaled_costs: list[list[Any]]
    scaled_systems: list[Any]
    denominator: int
    radius: float

    @property
    def solution(self) -> RiccatiSolution:
        """The same as arrays of balls, in the game's units."""
        players = range(len(self.scaled_costs[0]))
        with Ball(self.bits).context():
            down, systems_down = 1 / exact(self.denominator), 1 / exact(self.denominator**3)
            costs = np.stack([unpacked([stage[i] * down for stage in self.scaled_costs]) for i in players])
            return RiccatiSolution(
                unpacked(self.gains), costs, unpacked([system * systems_down for system in self.scaled_systems])
            )


class _TooWide(Exception):
    """A run was given up; `bits` are missing."""

    def __init__(self, bits: int) -> None:
        self.bits = bits


def enclosed_riccati(game: LQGame, radius: float = 1e-15, first_bits: int | None = None) -> EnclosedRiccati:
    """Gains, costs-to-go and Phi_t in balls, every gain within `radius`.

    Args:
        game: its exact numbers are meant.
        radius: to reach; at 2^15 bits wider balls are returned.
        first_bits: precision of the first run; a guess if None.

    Raises:
        SingularMatrix: some Phi_t is not told from a singular matrix by 2^15 bits; the message names t.
    """
    guess = _BITS_AT_LAST + _BITS_PER_STAGE * game.horizon
    bits = min(max(guess, FEWEST_BITS), _MOST_FIRST_BITS) if first_bits is None else first_bits
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


def _run(game: LQGame, radius: float, first_bits: int) -> EnclosedRiccati:
    whole = _WholeNumbers.of(game)
    after = [part(game.horizon) for part in whole.Q]
    costs, gains, systems = [after], [], []
    widths: list[float] = []
    bits = first_bits
    for t in reversed(range(game.horizon)):
        if widths:
            bits = max(min(bits, math.ceil(-_exponent(widths[-1])) + _GUARD), _GUESS_BITS + _GUARD)
        with Ball(bits).context():
            try:
                gain, system, after = _stage(whole, t, after, bits)
            except SingularMatrix as error:
                raise SingularMatrix(f"Phi_{t}: {error}") from None
        widths.append(widest(gain))
        _promise(widths, t, radius, first_bits)
        costs.append(after)
        gains.append(gain)
        systems.append(system)
    return EnclosedRiccati(first_bits, gains[::-1], costs[::-1], systems[::-1], whole.denominator, max(widths))


def _stage(whole: _WholeNumbers, t: int, after: list[Any], bits: int) -> tuple[Any, Any, list[Any]]:
    """K_t, D^3 Phi_t and D P_t^i from D P_{t+1}^i."""
    A, B, R = whole.A(t), whole.B(t), whole.R(t)
    rows = B.transpose()
    weighted = _sum([(own * rows) * cost for own, cost in zip(whole.own, after)])  # D^2 W
    all_weights = R * exact(whole.denominator**2)  # D^3 R
    phi = weighted * B + all_weights
    guess = _guess(phi, weighted, A, bits)
    correction = weighted * (A - B * guess) - all_weights * guess
    with Ball(max(_GUESS_BITS, bits - _GUESS_BITS // 2)).context():  # it is small: relative precision suffices
        correction = solved(phi, correction)
    gain = guess + correction
    loop = (A - B * gain) * (1 / exact(whole.denominator))
    turned, paid, weighted_gain = loop.transpose(), gain.transpose(), R * gain
    before = [
        Q(t) + (paid * own) * weighted_gain + turned * (cost * loop) for Q, own, cost in zip(whole.Q, whole.own, after)
    ]
    return gain, phi, before


def _guess(phi: Any, weighted: Any, A: Any, bits: int) -> Any:
    """K' near Phi^-1 W A, without radii; few bits do."""
    if bits > _GUESS_BITS:
        try:
            with Ball(_GUESS_BITS).context():
                return midpoint(solved(midpoint(phi), midpoint(weighted) * A))
        except SingularMatrix:
            pass
    return midpoint(solved(midpoint(phi), midpoint(weighted * A)))


@dataclass(frozen=True, eq=False)
class _WholeNumbers:
    """A game times the common denominator D of A, B, Q and R.

    Attributes:
        denominator: D.
        A, B, R: at each time; B for the controls of all players, R block-diagonal.
        Q: for each player.
        own: diagonal matrices that keep the controls of a player.
    """

    denominator: int
    A: Lifted
    B: Lifted
    R: Lifted
    Q: list[Lifted]
    own: list[Any]

    @staticmethod
    def of(game: LQGame) -> _WholeNumbers:
        slices = game.control_slices
        size = slices[-1].stop
        D = math.lcm(*(part.denominator for part in (game.A, *game.B, game.Q, *game.R)))
        blocks = [_times(part, D) for part in game.R]
        weights = np.zeros((game.horizon, size, size), dtype=np.result_type(*blocks))
        own = np.zeros((len(slices), 1, size, size), dtype=np.int64)
        for i, (part, block) in enumerate(zip(slices, blocks)):
            weights[:, part, part] = block
            own[i, 0, part, part] = np.eye(part.stop - part.start, dtype=np.int64)
        columns = np.concatenate([_times(part, D) for part in game.B], axis=2)
        return _WholeNumbers(
            D,
            Lifted(_times(game.A, D)),
            Lifted(columns),
            Lifted(weights),
            [Lifted(part) for part in _times(game.Q, D)],
            [Lifted(part)(0) for part in own],
        )


def _times(array: ExactArray, denominator: int) -> NDArray[Any]:
    """`denominator` times an array, as integers."""
    factor = denominator // array.denominator
    if factor == 1:
        return array.numerator
    if array.numerator.dtype != object and factor < 2**62 // max(1, int(np.abs(array.numerator).max(initial=0))):
        return array.numerator * factor
    return ExactArray.of_integers(array.numerator.astype(object) * factor).numerator  # int64 again where that suffices


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
    if missing - slope * remaining / 2 > 0:
        raise _TooWide(math.ceil(missing) + _MARGIN)


def _exponent(width: float) -> float:
    return math.log2(width) if 0 < width < math.inf else (-1074.0 if width == 0 else 1024.0)
