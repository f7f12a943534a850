"""The extremal families of `families`, drawn for many instances of one size at once.

Every instance of a block is a `Blueprint`: the integers are drawn as arrays with the instances along the last
axis, each feature (kind of kernel, of policies, of rewards, ...) for every instance on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.auditing.blueprint import Blueprint
from mpgcert.auditing.families import DISCOUNTS, NEARLY, REGULARIZATIONS, SHARES, Shape
from mpgcert.claims.claim import Setting
from mpgcert.claims.lane_point import LanePoint
from mpgcert.claims.point import Point

__all__ = ["BlueprintBlock", "draw_block", "draw_sizes"]

Integers = NDArray[Any]
Block = NDArray[np.float64]

_ALL = 255
_GENERIC = 10  # weights below it


@dataclass(frozen=True, eq=False)
class BlueprintBlock:
    """B blueprints of one size; fields as in `Blueprint`, with the instances along the last axis.

    Attributes:
        discount, share, weight: numbers of the entries in DISCOUNTS, SHARES and REGULARIZATIONS (-1: none) [B].
        player, steps: the same for all.
    """

    kernel: Integers
    rewards: Integers
    levels: Integers
    discount: Integers
    initial: Integers
    policies: tuple[tuple[Integers, ...], ...]
    shaping: Integers | None
    still: Integers
    share: Integers
    weight: Integers
    player: int
    steps: int

    @property
    def count(self) -> int:
        return int(self.levels.shape[0])

    def blueprint(self, k: int) -> Blueprint:
        """One instance on its own."""

        def part(values: Integers) -> Integers:
            return values[..., k].astype(np.int64)

        parts: dict[int, Integers] = {}  # what two policies share, they go on sharing

        def policy(tables: Sequence[Integers]) -> tuple[Integers, ...]:
            return tuple(parts.setdefault(id(table), part(table)) for table in tables)

        return Blueprint(
            kernel=part(self.kernel),
            rewards=part(self.rewards),
            levels=int(self.levels[k]),
            discount=DISCOUNTS[self.discount[k]],
            initial=part(self.initial),
            policies=tuple(policy(tables) for tables in self.policies),
            shaping=None if self.shaping is None else part(self.shaping),
            still=bool(self.still[k]),
            player=self.player,
            step_share=SHARES[self.share[k]],
            regularization=REGULARIZATIONS[self.weight[k]] if self.weight[k] >= 0 else REGULARIZATIONS[0] * 0,
            steps=self.steps,
        )

    def lanes(self, point_of: Callable[[int], Point]) -> LanePoint:
        """The instances in doubles, as `blueprint.build` builds them one by one; `point_of` gives the exact ones."""
        rewards = self.rewards.astype(np.float64)
        rewards /= self.levels
        kernel = self._kernel()
        gamma = np.array([float(value) for value in DISCOUNTS])[self.discount]
        potential = None
        if self.shaping is not None:
            rewards, potential = _planted(rewards[0], self.shaping.astype(float), kernel, gamma)
        weights = np.array([*map(float, REGULARIZATIONS), 0.0])
        return LanePoint(
            kernel=kernel,
            rewards=rewards,
            discount=gamma,
            initial=_shares(self.initial, 0),
            policies=tuple(tuple(_shares(table, 1) for table in policy) for policy in self.policies),
            point_of=point_of,
            potential=potential,
            regularization=weights[self.weight],
            steps=self.steps,
        )

    @property
    def step_share(self) -> Block:
        """Step sizes as shares of what the statement allows [B]."""
        return np.array([float(value) for value in SHARES])[self.share]

    def _kernel(self) -> Block:
        weights = self.kernel
        if self.still.any():
            n_states = len(weights)
            first = weights.reshape(n_states, -1, n_states, self.count)[:, :1]
            first = first.reshape(n_states, *(1,) * (weights.ndim - 3), n_states, self.count)
            weights = _either(_everywhere(self.still), first, weights)
        return _shares(weights, -2)


def _shares(weights: Integers, axis: int) -> Block:
    """Weights as probabilities along an axis; uniform where all are 0."""
    values = weights.astype(np.float64)
    total = values.sum(axis=axis, keepdims=True)
    empty = total == 0
    if empty.any():
        values += empty
        total = values.sum(axis=axis, keepdims=True)
    values /= total
    return values


def _planted(common: Block, shaping: Block, kernel: Block, gamma: Block) -> tuple[Block, Block]:
    """Rewards in [0, 1] with a planted potential, and the potential; see `blueprint.build`."""
    n, n_states, count = shaping.shape
    rows = kernel.reshape(n_states, -1, n_states, count)
    expected = np.einsum("satb,itb->isab", rows, shaping).reshape(n, *common.shape)
    own = shaping.reshape(n, n_states, *(1,) * (common.ndim - 2), count)
    shaped = common + own - gamma * expected
    flat = shaped.reshape(n, -1, count)
    low = flat.min(axis=1)
    scale = np.maximum((flat.max(axis=1) - low).max(axis=0), 1)
    return (shaped - low.reshape(n, *(1,) * (common.ndim - 1), count)) / scale, common / scale


def draw_sizes(rng: np.random.Generator, shape: Shape) -> tuple[int, tuple[int, ...]]:
    """Number of states and numbers of actions, as `families.draw_blueprint` chooses them."""
    n = int(rng.integers(1, shape.max_players + 1))
    options = (1, 2, shape.max_states) if shape.max_states > 2 else tuple(range(1, shape.max_states + 1))
    n_states = options[int(rng.integers(len(options)))]
    return n_states, tuple(int(k) for k in rng.integers(1, shape.max_actions + 1, size=n))


def draw_block(
    rng: np.random.Generator, shape: Shape, n_states: int, sizes: tuple[int, ...], count: int
) -> BlueprintBlock:
    """`count` instances with these numbers of states and actions, from families chosen at random for each.

    Args:
        rng: all randomness comes from here.
        shape: what the statement needs; without a learner.
        n_states, sizes: S and A_1, ..., A_n.
        count: B.
    """
    n = len(sizes)
    levels = np.array((1, 1, 10), dtype=np.uint16)[_below(rng, 3, (count,))]
    kernel = _kernels(rng, n_states, sizes, count)
    scaled = _bytes(rng, (n, n_states, *sizes, count)).astype(np.uint16)
    scaled *= levels + 1
    scaled >>= 8
    rewards = scaled.astype(np.uint8)
    if n_states > 1:
        alike = _everywhere(_below(rng, 5, (count,)) == 0)
        rewards = _either(alike, rewards[:, :1], rewards)
        kernel = _either(alike, kernel[:1], kernel)
    shaping = None
    if shape.potential:
        shaping = (_below(rng, 5, (n, n_states, count)).astype(np.int8) - 2) * _below(rng, 2, (count,)).astype(np.int8)
    weight = _below(rng, len(REGULARIZATIONS), (count,)).astype(np.int64)
    if shape.regularized is None:
        weight[_below(rng, 2, (count,)) == 0] = -1
    elif not shape.regularized:
        weight[:] = -1
    player = int(rng.integers(n))
    return BlueprintBlock(
        kernel=kernel,
        rewards=rewards,
        levels=levels,
        discount=_below(rng, len(DISCOUNTS), (count,)),
        initial=_initials(rng, n_states, shape.visited, count),
        policies=_policies(rng, n_states, sizes, shape, player, count),
        shaping=shaping,
        still=_below(rng, 4, (count,)) == 0,
        share=_below(rng, len(SHARES), (count,)),
        weight=weight,
        player=player,
        steps=int(rng.integers(1, 5)),
    )


def _bytes(rng: np.random.Generator, shape: tuple[int, ...]) -> Integers:
    return np.frombuffer(rng.bytes(int(np.prod(shape))), dtype=np.uint8).reshape(shape)


def _below(rng: np.random.Generator, bound: int, shape: tuple[int, ...]) -> Integers:
    """Integers in 0, ..., bound - 1, each from one random byte: nearly uniform, and cheap."""
    wide = _bytes(rng, shape).astype(np.uint16)
    wide *= np.uint16(bound)
    wide >>= 8
    return wide.astype(np.uint8)


def _kernels(rng: np.random.Generator, n_states: int, sizes: tuple[int, ...], count: int) -> Integers:
    """Weights [S, A_1, ..., A_n, S, B]: generic, sparse, lazy or deterministic."""
    kind = _below(rng, 4, (count,))
    weights = _below(rng, _GENERIC, (n_states, *sizes, n_states, count))
    weights &= np.where(kind == 1, 1, _ALL).astype(np.uint8)  # sparse
    stay = 100 * np.eye(n_states, dtype=np.uint8).reshape(n_states, *(1,) * len(sizes), n_states, 1)
    weights += stay * (kind == 2)
    target = _below(rng, n_states, (n_states, *sizes, 1, count))
    there = (target == np.arange(n_states, dtype=np.uint8)[:, None]).view(np.uint8)
    return _either(_everywhere(kind == 3), there, weights)


def _everywhere(mask: NDArray[np.bool_]) -> Integers:
    """A mask as bytes with all bits alike: choosing by bits is far cheaper than copying where a mask says so."""
    return mask.view(np.uint8) * np.uint8(_ALL)


def _either(mask: Integers, chosen: Integers, other: Integers) -> Integers:
    """Bytes of `chosen` where the mask is set, else of `other`."""
    return other ^ ((other ^ chosen) & mask)


def _initials(rng: np.random.Generator, n_states: int, visited: bool, count: int) -> Integers:
    """Weights [S, B]: uniform, one state, or one rare state among others."""
    kind, chosen = _below(rng, 3, (count,)), _below(rng, n_states, (count,))
    peak = (chosen == np.arange(n_states)[:, None]).astype(np.uint8)
    weights = np.ones((n_states, count), dtype=np.uint8)
    np.copyto(weights, np.maximum(50 * peak, visited), where=kind != 0)
    return weights


def _policies(
    rng: np.random.Generator, n_states: int, sizes: tuple[int, ...], shape: Shape, mover: int, count: int
) -> tuple[tuple[Integers, ...], ...]:
    if not shape.n_policies:
        return ()
    if shape.uniform_start:
        return (tuple(np.ones((n_states, size, count), dtype=np.uint16) for size in sizes),)
    pure = _below(rng, 2, (count,)) == 0  # all players play a deterministic policy
    if shape.interior or shape.n_policies > 1:
        pure[:] = False
    first = tuple(_weights(rng, n_states, size, shape.interior, pure) for size in sizes)
    if shape.setting is Setting.DEVIATION:
        own = _weights(rng, n_states, sizes[mover], shape.interior, pure)
        return first, tuple(own if i == mover else part for i, part in enumerate(first))
    if shape.setting is Setting.PAIR:
        far = tuple(_weights(rng, n_states, size, shape.interior, pure) for size in sizes)
        near = _below(rng, 3, (count,)) == 0  # one player in one state only
        player, state = _below(rng, len(sizes), (count,)), _below(rng, n_states, (count,))
        for i, part in enumerate(far):
            same = near & ~((player == i) & (state == np.arange(n_states)[:, None]))
            np.copyto(part, first[i], where=same[:, None])
        return first, far
    return (first,)


def _weights(rng: np.random.Generator, n_states: int, size: int, interior: bool, pure: Integers) -> Integers:
    """Weights [S, A_i, B]: generic, uniform, nearly deterministic, the same in every state, a vertex or a face."""
    kind = _below(rng, 4 if interior else 6, (pure.shape[0],))
    weights = (1 + _below(rng, _GENERIC - 1, (n_states, size, pure.shape[0]))).astype(np.uint16)
    np.copyto(weights, np.uint16(1), where=kind == 1)
    np.copyto(weights, weights[:1], where=kind == 3)
    chosen = _below(rng, size, (n_states, 1, pure.shape[0]))
    peak = (chosen == np.arange(size, dtype=np.uint8)[:, None]).astype(np.uint16)
    np.copyto(weights, 1 + NEARLY * peak, where=kind == 2)
    if not interior:
        np.copyto(weights, peak + _below(rng, 2, peak.shape), where=kind == 5)
        np.copyto(weights, peak, where=(kind == 4) | pure)
    return weights
