"""The Nash equilibrium of a linear-quadratic game with its evidence: exact where digits stay few, else enclosed.

The digits of exact gains grow about (N + 1)-fold with each stage. So the exact recursion runs as long as its
measured growth promises to stay within a budget; otherwise balls solve the game, with twice the bits until they are
narrow.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, FLOAT, Arithmetic, Ball, ExactArray
from mpgcert.arithmetic.matrices import widest_radius
from mpgcert.errors import SingularMatrix, TooLarge
from mpgcert.games.lq import Gains, LQGame
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.ball_riccati import LARGEST_BITS, enclosed_riccati
from mpgcert.solvers.lq.evaluation import trace_of_product
from mpgcert.solvers.lq.riccati import RiccatiSolution, RiccatiStage, collected, coupled_riccati, riccati_stages
from mpgcert.solvers.lq.uniqueness import Uniqueness, evidence_of, singular_stage

__all__ = ["NashSolution", "solve_riccati"]

Array = NDArray[Any]
_log = logging.getLogger(__name__)

_FREE_PART = 50  # the growth of digits is judged once this part of the budget is used


@dataclass(frozen=True, eq=False)
class NashSolution:
    """The solution of (2.4) and (2.5) of hambly2021, if it was found, and the verdict on its uniqueness.

    Attributes:
        arrays: the game in the arithmetic of the solution (rationals or balls).
        riccati: gains, P and Phi; None unless the solution exists and was found.
        method: how it was computed, one sentence.
        uniqueness: evidence for hambly2021.assumption-2.3.
    """

    arrays: LQArrays
    riccati: RiccatiSolution | None
    method: str
    uniqueness: Uniqueness

    @property
    def game(self) -> LQGame:
        return self.arrays.game

    @property
    def arithmetic(self) -> Arithmetic:
        return self.arrays.arithmetic

    @property
    def found(self) -> RiccatiSolution:
        """Gains, P and Phi.

        Raises:
            SingularMatrix: there are none, with the reason.
        """
        if self.riccati is None:
            raise SingularMatrix(self.uniqueness.reason)
        return self.riccati

    @property
    def gains(self) -> Array:
        """K*_t, [T, k, d]; raises SingularMatrix as `found`."""
        return self.found.gains

    @property
    def is_exact(self) -> bool:
        return self.arithmetic is EXACT

    @property
    def exact_gains(self) -> Gains | None:
        """The gains as exact data; None where they are enclosed."""
        if not self.is_exact:
            return None
        parts = []
        for rows in self.game.control_slices:
            part = self.gains[:, rows]
            parts.append(ExactArray.of_fractions([EXACT.enclosure(x)[0] for x in part.flat], part.shape))
        return Gains(tuple(parts))

    @cached_property
    def gain_bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Doubles below and above the gains, each [T, k, d]."""
        pairs = np.array([self.arithmetic.doubles(x) for x in self.gains.flat])
        return pairs[:, 0].reshape(self.gains.shape), pairs[:, 1].reshape(self.gains.shape)

    @property
    def radius(self) -> float:
        """Half the width of the widest enclosure among the gains; 0 where they are exact."""
        return widest_radius(self.gains)

    @cached_property
    def costs(self) -> Array:
        """C^i(K*), [N] (hambly2021.lemma-2.5)."""
        arrays = self.arrays
        with self.arithmetic.context():
            return np.array(
                [
                    trace_of_product(arrays.sigma_0, own[0]) + sum(trace_of_product(arrays.W, P) for P in own[1:])
                    for own in self.found.P
                ]
            )

    @cached_property
    def twin(self) -> RiccatiSolution:
        """The same recursion in doubles.

        Raises:
            SingularMatrix: doubles meet a singular system.
        """
        with np.errstate(all="ignore"):
            return coupled_riccati(LQArrays.of(self.game, FLOAT))


def solve_riccati(
    game: LQGame, *, exact_bits: int = 2_000_000, radius: float = 1e-15, insist_on_exact: bool = False
) -> NashSolution:
    """The Nash equilibrium in linear feedback policies, exactly or enclosed.

    Args:
        game: the game.
        exact_bits: budget of the exact recursion: bits of all gains of all stages together (about a second for
            the default).
        radius: of every gain, where they are enclosed.
        insist_on_exact: refuse balls.

    Raises:
        TooLarge: `insist_on_exact`, but the budget does not suffice; the message has the estimate.

    >>> scalar = LQGame.of(horizon=2, A=[[1]], B=[[[1]], [[1]]], Q=[[[1]], [[1]]], R=[[[1]], [[1]]],
    ...                    W=[[1]], initial={"second_moment": [[1]]})
    >>> [str(x) for x in solve_riccati(scalar).gains[:, 0, 0]]
    ['11/31', '1/3']
    """
    arrays = LQArrays.of(game, EXACT)
    try:
        stages = _exact_stages(arrays, exact_bits)
    except _Singular as stop:
        return NashSolution(arrays, None, "exact rationals", singular_stage(arrays, stop.solved))
    except TooLarge as error:
        if insist_on_exact:
            raise
        _log.info("Riccati equations of %s in balls: %s", game.name, error)
        return _enclosed(game, arrays, exact_bits, radius)
    _log.info("Riccati equations of %s in exact rationals", game.name)
    solution = collected(arrays, stages)
    return NashSolution(arrays, solution, "exact rationals", evidence_of(arrays, solution.phi))


class _Singular(Exception):
    """The exact recursion met a singular system after these stages."""

    def __init__(self, solved: list[RiccatiStage]) -> None:
        self.solved = solved


def _exact_stages(arrays: LQArrays, budget: int, look_ahead: bool = True) -> list[RiccatiStage]:
    stages: list[RiccatiStage] = []
    sizes: list[int] = []
    try:
        for step in riccati_stages(arrays):
            stages.append(step)
            sizes.append(sum(x.p.bit_length() + x.q.bit_length() for x in step.gain.flat))
            estimate = _total(sizes, step.stage) if look_ahead else sum(sizes)
            if estimate > budget and sum(sizes) > budget / _FREE_PART and step.stage:
                raise TooLarge(
                    f"exact gains of all {arrays.horizon} stages would have about {float(estimate):.2g} bits; "
                    f"the budget is {budget}: raise it, or let balls enclose them"
                )
    except SingularMatrix:
        raise _Singular(stages) from None
    return stages


def _total(sizes: list[int], remaining: int) -> float:
    """Bits of all stages, if increments go on growing as they did over the last half of the stages."""
    if len(sizes) < 3:
        return float(sum(sizes))
    increments = np.maximum(np.diff(sizes), 1).astype(float)
    lag = max(1, len(increments) // 2)
    ratio = (increments[-1] / increments[-1 - lag]) ** (1 / lag)
    size, total, increment = float(sizes[-1]), float(sum(sizes)), float(increments[-1])
    for _ in range(remaining):
        increment = min(increment * ratio, 1e300)
        size += increment
        total += size
    return total


def _enclosed(game: LQGame, exact: LQArrays, exact_bits: int, radius: float) -> NashSolution:
    best: NashSolution | None = None
    failure, bits = "", None
    while bits is None or bits <= LARGEST_BITS:
        try:
            found = enclosed_riccati(game, radius, bits)
        except SingularMatrix as error:
            failure = str(error)
            break
        ball = Ball(found.bits)
        with ball.context():
            arrays, solution = LQArrays.of(game, ball), found.solution
            uniqueness = evidence_of(arrays, solution.phi)
        how = f"balls of {found.bits} bits; every gain within {found.radius:.1e}"
        _log.info("%s: %s, uniqueness %s", game.name, how, uniqueness.verdict)
        best = NashSolution(arrays, solution, how, uniqueness)
        if uniqueness.verdict == "holds" and found.radius <= radius:
            return best
        bits = 2 * found.bits
    if best is not None:
        return best
    try:  # perhaps the system that balls do not tell from a singular one is singular
        _exact_stages(exact, exact_bits, look_ahead=False)
    except _Singular as stop:
        return NashSolution(exact, None, "exact rationals", singular_stage(exact, stop.solved))
    except TooLarge as error:
        failure = f"{failure}; {error}"
    undecided = Uniqueness("undecided", failure, ())
    return NashSolution(exact, None, f"not solved by balls of up to {LARGEST_BITS} bits", undecided)
