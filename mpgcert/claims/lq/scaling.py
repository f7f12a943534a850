"""For which scale factors does a condition hold? Certified sets of s, with no monotonicity presumed.

Both sides of the condition are enclosed for whole intervals of s at once, in ball arithmetic; an interval on which the
enclosures do not tell is halved.  Families: the noise alone (W -> s W), all noise ((W, Sigma_0) -> s (W, Sigma_0)), the
coupling (B -> s B), and the start (K^(0) -> K* + s (K^(0) - K*)).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.arithmetic import FLOAT, Arithmetic, Ball, format_fraction
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.constants import as_read
from mpgcert.claims.lq.point import LQLens, LQPoint
from mpgcert.claims.point_index import Index
from mpgcert.claims.sides import Sides
from mpgcert.claims.statements import Assumption, constants
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import Irrational, SingularMatrix
from mpgcert.solvers.lq.arrays import LQArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FAMILIES", "Piece", "ScaleSet", "scale_curve", "scale_set"]

_BALL = Ball(192)

Scaled = Callable[[LQArrays, Any], LQArrays]

FAMILIES: Mapping[str, str] = {
    "noise": "W -> s W",
    "all-noise": "(W, Sigma_0) -> s (W, Sigma_0)",
    "coupling": "B -> s B",
    "start": "K^(0) -> K* + s (K^(0) - K*)",
}
_SCALED: Mapping[str, Scaled] = {
    "noise": lambda arrays, s: replace(arrays, W=arrays.W * s),
    "all-noise": lambda arrays, s: replace(arrays, W=arrays.W * s, sigma_0=arrays.sigma_0 * s),
    "coupling": lambda arrays, s: replace(arrays, B=arrays.B * s),
    "start": lambda arrays, s: arrays,
}


@dataclass(frozen=True)
class Piece:
    """An interval of s on which one verdict is proved (or none)."""

    low: Fraction
    high: Fraction
    verdict: Verdict


@dataclass(frozen=True)
class ScaleSet:
    """The verdicts along a family.

    Attributes:
        family: name, see `FAMILIES`.
        pieces: contiguous, from the least s to the largest.
        evaluations: how many intervals were tried.
    """

    family: str
    pieces: tuple[Piece, ...]
    evaluations: int

    def intervals(self, verdict: Verdict) -> list[tuple[Fraction, Fraction]]:
        """The maximal intervals with a verdict."""
        merged: list[tuple[Fraction, Fraction]] = []
        for piece in self.pieces:
            if piece.verdict is not verdict:
                continue
            if merged and merged[-1][1] == piece.low:
                merged[-1] = merged[-1][0], piece.high
            else:
                merged.append((piece.low, piece.high))
        return merged

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: rational ends of the intervals."""
        return {
            "family": self.family,
            "change": FAMILIES[self.family],
            "range": [format_fraction(self.pieces[0].low), format_fraction(self.pieces[-1].high)],
            **{
                str(verdict): [[format_fraction(end) for end in pair] for pair in self.intervals(verdict)]
                for verdict in (Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED)
            },
        }


@dataclass(frozen=True, eq=False)
class _ScaledPoint(LQPoint):
    """A point of a family for all s in an interval."""

    family: str = "start"
    low: Fraction = Fraction(1)
    high: Fraction = Fraction(1)

    def lens(self, arithmetic: Arithmetic) -> _ScaledLens:
        return _ScaledLens(self, arithmetic)


class _ScaledLens(LQLens):
    """What is worked out about all games of the interval at once."""

    point: _ScaledPoint

    @cached_property
    def scale(self) -> Any:
        return self.arithmetic.between(self.point.low, self.point.high)

    @cached_property
    def arrays(self) -> LQArrays:
        return _SCALED[self.point.family](LQArrays.of(self.game, self.arithmetic), self.scale)

    @cached_property
    def gains(self) -> NDArray[Any]:
        given = super().gains
        if self.point.family != "start":
            return given
        return self.nash.gains + (given - self.nash.gains) * self.scale


def scale_set(
    analysis: LQAnalysis,
    condition: Assumption,
    family: str,
    *,
    low: Fraction = Fraction(1, 2**20),
    high: Fraction = Fraction(2**20),
    budget: int = 1500,
    finest: float = 1e-6,
) -> ScaleSet:
    """The set of s in [low, high] for which a condition between two constants holds.

    Args:
        analysis: the game, its start and delta; of the noise and the coupling the gains K^(0) stay what they are.
        condition: an assumption with `sides`.
        family: see `FAMILIES`; the start is scaled from 0 (the equilibrium) to 1 (where it is).
        low, high: ends of the range.
        budget: intervals to try, the widest first.
        finest: intervals of less than this relative width are left undecided.
    """
    if family == "start":
        low, high = Fraction(0), Fraction(1)
    base = _point(analysis, family)
    pieces: list[Piece] = []
    pending = [(-math.inf, low, high)]
    evaluations = 0
    while pending:
        width, start, end = heapq.heappop(pending)
        verdict = Verdict.UNDECIDED
        if evaluations < budget:
            evaluations += 1
            verdict = _decided(condition, replace(base, low=start, high=end))
        if verdict is Verdict.UNDECIDED and -width > finest and evaluations < budget:
            middle = _between(start, end)
            for part in ((start, middle), (middle, end)):
                heapq.heappush(pending, (-_width(*part), *part))
        else:
            pieces.append(Piece(start, end, verdict))
    return ScaleSet(family, tuple(sorted(pieces, key=lambda piece: piece.low)), evaluations)


def scale_curve(
    analysis: LQAnalysis, condition: Assumption, family: str, scales: Sequence[Fraction]
) -> list[tuple[float, float]]:
    """Both sides of the condition at some s, in doubles, for plots; nan where doubles give none."""
    assert condition.sides is not None
    formulas, base = _formulas(analysis), _point(analysis, family)
    out = []
    for s in scales:
        values = Sides(Setting.LQ_POLICY, replace(base, low=s, high=s), FLOAT)
        try:
            with np.errstate(all="ignore"):
                left, right = (float(values.evaluate(formulas[name], Index())) for name in condition.sides)
        except (SingularMatrix, ZeroDivisionError, Irrational):
            left = right = math.nan
        out.append((left, right))
    return out


def _point(analysis: LQAnalysis, family: str) -> _ScaledPoint:
    return _ScaledPoint(
        analysis.game,
        gains=analysis.start,
        delta=analysis.delta,
        xi=analysis.delta,
        shared={"analysis": analysis},
        family=family,
    )


def _formulas(analysis: LQAnalysis) -> dict[str, Any]:
    """Formulas of the constants with the analysis's reading of sigma_X."""
    along = analysis.sigma_x == "policy"
    return {entry.name: as_read(entry.formula) if along else entry.formula for entry in constants("lq-game")}


def _decided(condition: Assumption, point: _ScaledPoint) -> Verdict:
    """The verdict for all s of the point's interval at once."""
    assert condition.sides is not None
    analysis = point.analysis
    formulas, values = _formulas(analysis), Sides(Setting.LQ_POLICY, point, _BALL)

    def enclosed(name: str) -> tuple[Fraction, Fraction] | None:
        try:
            return _BALL.enclosure(values.evaluate(formulas[name], Index()))
        except (SingularMatrix, ZeroDivisionError, Irrational):
            return None

    with _BALL.context():
        if condition.needs_below_one is not None and analysis.sigma_x == "paper":  # proved for that reading
            necessary = enclosed(condition.needs_below_one)
            if necessary is not None and necessary[0] >= 1:
                return Verdict.VIOLATED
        left, right = (enclosed(name) for name in condition.sides)
    if left is None or right is None:
        return Verdict.UNDECIDED
    if left[0] > right[1]:
        return Verdict.HOLDS
    return Verdict.VIOLATED if left[1] <= right[0] else Verdict.UNDECIDED


def _width(low: Fraction, high: Fraction) -> float:
    """Relative width; intervals that reach down to 0 count as wide as they are."""
    return float(high - low) / max(float(low), 1e-6) if low > 0 else float(high - low)


def _between(start: Fraction, end: Fraction) -> Fraction:
    """A short rational near the geometric middle (the arithmetic one where the interval reaches 0)."""
    if start <= 0:
        return (start + end) / 2
    middle = math.sqrt(float(start) * float(end))
    for digits in (4, 8, 16, 32, 64):
        scale = Fraction(2) ** (digits - math.floor(math.log2(middle)))
        candidate = Fraction(round(middle * scale)) / scale
        if start < candidate < end:
            return candidate
    return (start + end) / 2
