"""Many instances of one shape at once: the data of their points as blocks of doubles, one lane for each instance.

A filter: what is claimed of an instance is decided on its exact `Point`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.lanes import Lane, Lanes, NotInLanes, as_lanes
from mpgcert.claims.point import Lens, Point
from mpgcert.claims.point_index import Index
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.lanes import LaneTransition

__all__ = ["LaneGame", "LaneLens", "LanePoint", "shape_of", "stack"]

Array = NDArray[Any]
Block = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LaneGame:
    """Sizes of the games, which all instances share; nothing else of a game is at hand."""

    n_states: int
    n_actions: tuple[int, ...]

    @property
    def n_players(self) -> int:
        return len(self.n_actions)

    @property
    def n_joint_actions(self) -> int:
        return int(np.prod(self.n_actions))

    def __getattr__(self, name: str) -> Any:
        raise NotInLanes(f"{name} of many games")


@dataclass(frozen=True, eq=False)
class _Extremes:
    """Stands for potentials where only their range is asked for."""

    block: Block

    def max(self) -> Lane:
        return Lane(self.block.reshape(-1, self.block.shape[-1]).max(axis=0))

    def min(self) -> Lane:
        return Lane(self.block.reshape(-1, self.block.shape[-1]).min(axis=0))


@dataclass(frozen=True, eq=False)
class LanePoint:
    """B instances of a statement with equal sizes; see `Point`.

    Attributes:
        kernel: P [S, A_1, ..., A_n, S, B].
        rewards: r [n, S, A_1, ..., A_n, B].
        discount: gamma [B].
        initial: rho [S, B].
        policies: the first policy, and the second where there is one, [S, A_i, B] of each player.
        potential: phi [S, A_1, ..., A_n, B], where the statement needs one.
        player, algorithm, steps: as in `Point`, the same for all.
        step_size, regularization: eta and lambda [B].
        point: the exact data of one instance.
    """

    kernel: Block
    rewards: Block
    discount: Block
    initial: Block
    policies: tuple[tuple[Block, ...], ...]
    point_of: Callable[[int], Point]
    potential: Block | None = None
    player: int | None = None
    algorithm: str | None = None
    step_size: Block | None = None
    regularization: Block | None = None
    steps: int = 0

    @property
    def count(self) -> int:
        return int(self.kernel.shape[-1])

    @cached_property
    def game(self) -> LaneGame:
        return LaneGame(int(self.rewards.shape[1]), self.rewards.shape[2:-1])

    def indices(self, uses: frozenset[str]) -> Iterator[Index]:
        """As for a `Point` of these sizes."""
        return Point.indices(self, uses)  # type: ignore[arg-type]

    @property
    def phi(self) -> _Extremes | None:
        return None if self.potential is None else _Extremes(self.potential)

    @property
    def other(self) -> tuple[Block, ...] | None:
        return self.policies[1] if len(self.policies) > 1 else None

    def lens(self, arithmetic: Lanes) -> LaneLens:
        return LaneLens(self, arithmetic)

    def take(self, chosen: NDArray[np.int64]) -> LanePoint:
        """Some of the instances."""

        def part(block: Block | None) -> Any:
            return None if block is None else np.ascontiguousarray(block[..., chosen])

        return replace(
            self,
            kernel=part(self.kernel),
            rewards=part(self.rewards),
            discount=part(self.discount),
            initial=part(self.initial),
            policies=tuple(tuple(part(x) for x in policy) for policy in self.policies),
            point_of=lambda k: self.point_of(int(chosen[k])),
            potential=part(self.potential),
            step_size=part(self.step_size),
            regularization=part(self.regularization),
        )

    def __getattr__(self, name: str) -> Any:
        raise NotInLanes(f"{name} of many instances")


class LaneLens(Lens):
    """Many points in one arithmetic, `Lanes`."""

    def __init__(self, point: LanePoint, arithmetic: Lanes) -> None:
        super().__init__(point, arithmetic)  # type: ignore[arg-type]
        self._lanes = point

    def alike(self, player: int) -> Any:
        """Not needed: entries of lanes are worked out alike, so actions that are alike tie in every bit."""
        return None

    @cached_property
    def arrays(self) -> GameArrays:
        data = self._lanes
        transition: Any = LaneTransition(data.kernel)
        return GameArrays(
            self.arithmetic,
            Lane(data.discount),
            as_lanes(data.initial),
            as_lanes(data.rewards),
            transition,
        )

    @cached_property
    def policy(self) -> list[Array]:
        return [as_lanes(part) for part in self._lanes.policies[0]]

    @cached_property
    def other(self) -> list[Array]:
        if self._lanes.other is not None:
            return [as_lanes(part) for part in self._lanes.other]
        return self._next_policy()

    @cached_property
    def step_size(self) -> Any:
        if self._lanes.step_size is None:
            raise NotInLanes("no step size")
        return Lane(self._lanes.step_size)

    @cached_property
    def regularization(self) -> Any:
        weight = self._lanes.regularization
        return 0.0 if weight is None or not weight.any() else Lane(weight)

    @cached_property
    def potential_stage(self) -> Array:
        if self._lanes.potential is None:
            raise NotInLanes("potentials that have to be found")
        return as_lanes(self._lanes.potential)[None]


def shape_of(point: Point) -> tuple[Any, ...] | None:
    """Points of equal shapes can be stacked; None for those that can not."""
    if point.game is None or point.game.is_sparse or point.learner is not None or point.number is not None:
        return None
    given = (point.phi is None, point.policy is None, point.other is None, point.step_size is None)
    return (*point.game.rewards.shape, *given, point.player, point.algorithm, point.steps)


def stack(points: Sequence[Point]) -> LanePoint:
    """Points of one shape as lanes, in their order."""

    def lanes(parts: Sequence[Any]) -> Block:
        return np.ascontiguousarray(np.moveaxis(np.array([part.to_float() for part in parts]), 0, -1))

    def numbers(values: Sequence[Fraction]) -> Block:
        return np.array([float(value) for value in values])

    first, games = points[0], [point.game for point in points]
    policies = []
    for name in ("policy", "other"):
        if getattr(first, name) is not None:
            tables = [getattr(point, name).probabilities for point in points]
            policies.append(tuple(lanes(parts) for parts in zip(*tables, strict=True)))
    return LanePoint(
        kernel=lanes([game.dense_kernel() for game in games if game is not None]),
        rewards=lanes([game.rewards for game in games if game is not None]),
        discount=numbers([game.discount for game in games if game is not None]),
        initial=lanes([game.initial for game in games if game is not None]),
        policies=tuple(policies),
        point_of=lambda k: points[k],
        potential=None if first.phi is None else lanes([point.phi for point in points]),
        player=first.player,
        algorithm=first.algorithm,
        step_size=None if first.step_size is None else numbers([point.step_size or Fraction(0) for point in points]),
        regularization=numbers([point.regularization for point in points]),
        steps=first.steps,
    )
