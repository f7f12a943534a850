"""Screening many instances at once: the ratios that `engine.screen` gives one by one, up to rounding.

Instances of one shape become lanes.  Where they disagree on a question that a quantity asks, they are parted;
what is left of a few, and what lanes cannot do, is screened one at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from mpgcert.arithmetic.lanes import Diverging, Lane, Lanes, NotInLanes
from mpgcert.claims.claim import Claim
from mpgcert.claims.engine import EDGE, NOISE, Screening, screen, uses
from mpgcert.claims.lane_point import LanePoint, shape_of, stack
from mpgcert.claims.point import Point
from mpgcert.claims.point_index import Index
from mpgcert.claims.sides import Sides
from mpgcert.errors import MpgcertError, SingularMatrix

__all__ = ["Screenings", "screen_all", "screen_lanes"]

Block = NDArray[np.float64]

_FEW = 12  # instances that are screened one at a time rather than parted again


@dataclass(frozen=True, eq=False)
class Screenings:
    """What doubles say of B instances.

    Attributes:
        ratio: [B] the largest ratio of each, not a number where the statement seems vacuous.
        place: [B] number of the index where it is, in `indices`.
        indices: all indices.
        alone: how many had to be screened one at a time.
    """

    ratio: Block
    place: NDArray[np.int64]
    indices: tuple[Index, ...]
    alone: int = 0

    def __getitem__(self, k: int) -> Screening | None:
        ratio = float(self.ratio[k])
        return None if np.isnan(ratio) else Screening(ratio, self.indices[self.place[k]])


def screen_all(claim: Claim, points: Sequence[Point]) -> list[Screening | None]:
    """`screen` of every point; points of one shape are screened together."""
    out: list[Screening | None] = [None] * len(points)
    groups: dict[Any, list[int]] = {}
    for k, point in enumerate(points):
        groups.setdefault(shape_of(point), []).append(k)
    for shape, members in groups.items():
        if shape is None or len(members) <= _FEW:
            for k in members:
                out[k] = screen(claim, points[k])
            continue
        found = screen_lanes(claim, stack([points[k] for k in members]))
        for position, k in enumerate(members):
            out[k] = found[position]
    return out


def screen_lanes(claim: Claim, instances: LanePoint) -> Screenings:
    """The largest ratio over all indices for each of many instances."""
    indices = tuple(instances.indices(uses(claim)))
    ratio, place = np.full(instances.count, np.nan), np.zeros(instances.count, dtype=np.int64)
    alone = _fill(claim, instances, indices, np.arange(instances.count), ratio, place)
    return Screenings(ratio, place, indices, alone)


def _fill(
    claim: Claim,
    instances: LanePoint,
    indices: tuple[Index, ...],
    where: NDArray[np.int64],
    ratio: Block,
    place: NDArray[np.int64],
) -> int:
    """Screen the instances numbered `where`; returns how many were screened one at a time."""
    part = instances if len(where) == instances.count else instances.take(where)
    try:
        if len(where) <= _FEW < instances.count:
            raise NotInLanes("few")
        with np.errstate(all="ignore"):  # a ratio that is not a number is left out
            ratio[where], place[where] = _together(claim, part, indices)
        return 0
    except Diverging as parted:
        return sum(_fill(claim, instances, indices, where[m], ratio, place) for m in (parted.mask, ~parted.mask))
    except NotInLanes:
        for k in where.tolist():
            found = _alone(claim, instances.point_of(k))
            if found is not None:
                ratio[k], place[k] = found.ratio, indices.index(found.index)
        return len(where)


def _alone(claim: Claim, point: Point) -> Screening | None:
    try:
        return screen(claim, point)
    except MpgcertError:
        return None


def _together(claim: Claim, part: LanePoint, indices: tuple[Index, ...]) -> tuple[Block, NDArray[np.int64]]:
    """Ratios and places of instances that agree on all questions; see `engine.screen`."""
    relation, count = claim.relation, part.count
    assert relation is not None
    sides: Any = Sides(claim, part, Lanes(count))  # type: ignore[arg-type]
    best, place = np.full(count, np.nan), np.zeros(count, dtype=np.int64)
    for number, index in enumerate(indices):
        try:
            holds = np.ones(count, dtype=bool)
            for condition in claim.given:
                holds &= _seems_to_hold(condition, sides, index)
            if not holds.any():
                continue
            left, right = (_doubles(sides.evaluate(side, index), count) for side in (relation.lhs, relation.rhs))
        except (SingularMatrix, ZeroDivisionError, FloatingPointError):
            continue
        if isinstance(relation, sympy.Eq):
            scale = np.maximum(np.abs(left), np.abs(right))
            found = np.where(scale > NOISE, 1 + np.abs(left - right) / scale, np.where(np.isnan(scale), np.nan, 0.0))
        else:
            reverse = isinstance(relation, (sympy.Ge, sympy.Gt))
            found = _ratios(right, left) if reverse else _ratios(left, right)
        better = holds & ~np.isnan(found) & ~(found <= best)
        best[better], place[better] = found[better], number
    return best, place


def _doubles(value: Any, count: int) -> Block:
    return value.values if isinstance(value, Lane) else np.full(count, float(value))


def _seems_to_hold(relation: sympy.Basic, sides: Any, index: Index) -> NDArray[np.bool_]:
    """`engine.float_holds` for each instance."""
    count = sides.arithmetic.count
    left, right = (_doubles(sides.evaluate(side, index), count) for side in (relation.lhs, relation.rhs))
    slack = EDGE * np.maximum(np.abs(left), np.abs(right))
    if isinstance(relation, sympy.Eq):
        return np.abs(left - right) <= slack + NOISE
    small, large = (left, right) if isinstance(relation, (sympy.Le, sympy.Lt)) else (right, left)
    return small <= large + slack


def _ratios(small: Block, large: Block) -> Block:
    """How close to violation each instance is; see `engine.screen` (the cases in the same order)."""
    plain = np.asarray(small / large)
    negative = large <= 0
    if negative.any():
        mirrored = np.where((small < 0) & (large != 0), large / small, np.inf)
        plain = np.where(negative, mirrored, plain)
    infinite = np.isinf(small) | np.isinf(large)
    if infinite.any():
        plain = np.where(infinite, np.where(np.isinf(large), 0.0, np.inf), plain)
    nothing = (np.maximum(np.abs(small), np.abs(large)) <= NOISE) | ((small <= 0) & (large >= 0))
    return np.where(nothing, 0.0, plain)
