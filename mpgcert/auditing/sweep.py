"""Many instances of a claim, drawn and screened in blocks: doubles choose the few that are worth a proof.

Drawing, building and comparing one instance at a time costs hundreds of microseconds; in blocks a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.lanes import Diverging, Lane, Lanes, NotInLanes
from mpgcert.auditing.blocks import BlueprintBlock, draw_block, draw_sizes
from mpgcert.auditing.blueprint import Blueprint
from mpgcert.auditing.equilibria import needs_equilibrium
from mpgcert.auditing.families import Shape, floors_of, shape_for
from mpgcert.auditing.limits import step_limits
from mpgcert.auditing.tabular_world import TabularWorld
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.lane_point import LanePoint
from mpgcert.claims.point_index import Index
from mpgcert.claims.screening import Screenings, screen_lanes
from mpgcert.claims.sides import Sides
from mpgcert.errors import SingularMatrix

__all__ = ["Swept", "drawn_in_blocks", "goes_in_blocks", "instances_of", "sweep"]

_BLOCK = 4096
_PROBED_SIZES = 3, (2, 3)
_PROBED = 64  # instances of the first block, which shows whether lanes can do a claim
_HEAP = 30 * 2**17
_ENTRIES = 2**20  # of the kernels of a block


@dataclass(frozen=True, eq=False)
class Swept:
    """A block and what doubles say of its instances."""

    block: BlueprintBlock
    screenings: Screenings

    @property
    def non_vacuous(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.screenings.ratio)))

    def worst(self, most: int) -> Iterator[tuple[float, Blueprint]]:
        """Instances of the largest ratios, each ratio once, the largest first."""
        ratio = np.round(np.where(np.isnan(self.screenings.ratio), -np.inf, self.screenings.ratio), 9)
        _, first = np.unique(-ratio, return_index=True)
        for k in first[:most]:
            if ratio[k] > -np.inf:
                yield float(self.screenings.ratio[k]), self.block.blueprint(int(k))


def drawn_in_blocks(claim: Claim) -> bool:
    """Whether instances of a claim are drawn in blocks; those at equilibria, above floors or with a learner are not."""
    if claim.setting not in _SETTINGS or needs_equilibrium(claim) or floors_of(claim):
        return False
    return not shape_for(claim).learner


_SETTINGS = (Setting.GAME, Setting.POLICY, Setting.PAIR, Setting.DEVIATION, Setting.STEP, Setting.RUN)


@cache
def goes_in_blocks(claim: Claim) -> bool:
    """Whether blocks gain something, as one small block shows: not where most instances have to be screened alone.

    Those are the claims whose quantities need one game at a time (M), or ask questions that instances answer in too
    many ways (which actions are greedy).
    """
    return drawn_in_blocks(claim) and _pays(next(sweep(claim, np.random.default_rng(0), _PROBED)))


def _pays(swept: Swept) -> bool:
    return 2 * swept.screenings.alone <= swept.block.count


def sweep(
    claim: Claim,
    rng: np.random.Generator,
    count: int,
    *,
    sizes: tuple[int, tuple[int, ...]] | None = None,
    block: int = _BLOCK,
) -> Iterator[Swept]:
    """Draw and screen up to `count` instances, block by block.

    It ends after a first small block where most instances had to be screened one at a time: then blocks gain nothing.

    Args:
        claim: one that is `drawn_in_blocks`.
        rng: all randomness comes from here.
        count: how many instances.
        sizes: numbers of states and of the players' actions; drawn anew for each block but the first by default.
        block: instances of a block.
    """
    shape, world = shape_for(claim), TabularWorld(claim)
    np.empty(_HEAP)  # glibc keeps what is freed for the next block from now on, instead of faulting pages in again
    done = 0
    while done < count:
        n_states, actions = sizes or (draw_sizes(rng, shape) if done else _PROBED_SIZES)
        fitting = max(_ENTRIES // (n_states**2 * int(np.prod(actions))), 1)
        size = min(block, fitting, count - done) if done else min(_PROBED, count)
        swept = _one_block(claim, world, rng, shape, n_states, actions, size)
        yield swept
        if not done and not _pays(swept):
            return
        done += size


def _one_block(
    claim: Claim,
    world: TabularWorld,
    rng: np.random.Generator,
    shape: Shape,
    n_states: int,
    actions: tuple[int, ...],
    size: int,
) -> Swept:
    drawn = draw_block(rng, shape, n_states, actions, size)
    return Swept(drawn, screen_lanes(claim, instances_of(claim, world, drawn)))


def instances_of(claim: Claim, world: TabularWorld, drawn: BlueprintBlock) -> LanePoint:
    """The instances of a block in doubles, with player, algorithm and step sizes as `TabularWorld.point` sets them."""
    point = drawn.lanes(lambda k: world.point(drawn.blueprint(k)))
    if claim.setting is Setting.DEVIATION:
        return replace(point, player=drawn.player)
    if claim.setting not in (Setting.STEP, Setting.RUN):
        return point
    algorithm = claim.algorithm or ("gradient-play", "natural-gradient-play")[drawn.steps % 2]
    point = replace(point, algorithm=algorithm)
    steps = drawn.step_share
    _scale_steps(claim, point, np.arange(drawn.count), steps)
    return replace(point, step_size=steps)


def _scale_steps(claim: Claim, point: LanePoint, where: NDArray[np.int64], steps: NDArray[np.float64]) -> None:
    """Turn shares into step sizes: times the largest that the conditions allow; parted as in `screening`."""
    part = point if len(where) == point.count else point.take(where)
    try:
        steps[where] *= _limits(claim, part)
    except Diverging as parted:
        for mask in (parted.mask, ~parted.mask):
            _scale_steps(claim, point, where[mask], steps)
    except NotInLanes:
        for k in where.tolist():
            steps[k] = float(point.point_of(k).step_size or 0)


def _limits(claim: Claim, part: LanePoint) -> Any:
    sides: Any = Sides(claim, part, Lanes(part.count))  # type: ignore[arg-type]
    found = []
    for limit in step_limits(claim):
        try:
            with np.errstate(all="ignore"):
                value = sides.evaluate(limit, Index())
        except (ZeroDivisionError, SingularMatrix):
            continue
        found.append(value.values if isinstance(value, Lane) else np.full(part.count, float(value)))
    return np.minimum.reduce(found) if found else np.ones(part.count)
