"""Named extremal families of instances, drawn from any source of integers.

Generic random instances miss what matters: statements fail where transitions ignore actions, states look
alike, policies or kernels are nearly deterministic, rewards sit at the ends of [0, 1], discounts are tiny or
large, a state is hardly ever visited, there is one state, one player, or a dummy action.  The same code
draws from `numpy` (searches) and from hypothesis (property tests, which shrink).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from mpgcert.auditing.blueprint import Blueprint
from mpgcert.auditing.learners import draw_learner
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.quantities import quantities_of

__all__ = [
    "DISCOUNTS",
    "NEARLY",
    "REGULARIZATIONS",
    "SHARES",
    "RandomSource",
    "Shape",
    "Source",
    "draw_blueprint",
    "floors_of",
    "shape_for",
]

T = TypeVar("T")
Integers = NDArray[np.int64]

DISCOUNTS = (Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(99, 100))
REGULARIZATIONS = (Fraction(1, 1000), Fraction(1, 100), Fraction(1, 10), Fraction(1), Fraction(10))
SHARES = (Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 10), Fraction(999, 1000))
NEARLY = 10**4


class Source(Protocol):
    """Where integers come from."""

    def integer(self, low: int, high: int) -> int: ...

    def choice(self, options: Sequence[T]) -> T: ...

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> Integers: ...


class RandomSource:
    """A numpy generator as a source."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def choice(self, options: Sequence[T]) -> T:
        return options[int(self.rng.integers(len(options)))]

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> Integers:
        return self.rng.integers(low, high + 1, size=shape)


@dataclass(frozen=True)
class Shape:
    """What kind of instance a statement needs.

    Attributes:
        setting: what the statement quantifies over.
        potential: rewards with a planted potential.
        visited: every state has a positive initial probability.
        interior: policies with every probability positive.
        regularized: with (True), without (False) or with and without (None) log-barrier.
        uniform_start: the policy is uniform.
        learner: the statement speaks of a learner.
        max_players, max_states, max_actions: largest sizes.
    """

    setting: Setting
    potential: bool = False
    visited: bool = False
    interior: bool = False
    regularized: bool | None = None
    uniform_start: bool = False
    learner: bool = False
    max_players: int = 3
    max_states: int = 3
    max_actions: int = 3

    @property
    def n_policies(self) -> int:
        return {Setting.GAME: 0, Setting.PAIR: 2, Setting.DEVIATION: 2}.get(self.setting, 1)


def shape_for(claim: Claim) -> Shape:
    """The shape that a claim's setting and hypotheses ask for."""
    moves = claim.setting in (Setting.STEP, Setting.RUN)
    return Shape(
        claim.setting,
        potential=any("potential" in name for name in claim.assumes),
        visited=any(name in ("every-state-visited", "irreducible-joint-action") for name in claim.assumes),
        interior=not (claim.boundary or floors_of(claim)),
        regularized=claim.regularized if moves else bool(claim.regularized),
        uniform_start=claim.uniform_start,
        learner=_speaks_of_learner(claim),
    )


def _speaks_of_learner(claim: Claim) -> bool:
    rules = quantities_of(claim.setting)
    relations = [relation for relation in (claim.relation, *claim.given) if relation is not None]
    return any(rules[symbol.name].learner for relation in relations for symbol in relation.free_symbols)


def floors_of(claim: Claim) -> list[Any]:
    """Lower limits that a claim's conditions set to the probabilities of its (first) policy."""
    names = ("least_probability_i", "least_probability")
    return [part.rhs for part in claim.given if type(part).__name__ == "GreaterThan" and str(part.lhs) in names]


def draw_blueprint(source: Source, shape: Shape) -> Blueprint:
    """One instance from a family chosen at random."""
    n = source.integer(1, shape.max_players)
    n_states = source.choice((1, 2, shape.max_states)) if shape.max_states > 2 else source.integer(1, shape.max_states)
    sizes = tuple(source.integer(1, shape.max_actions) for _ in range(n))
    player = source.integer(0, n - 1)
    levels = source.choice((1, 1, 10))
    kernel = _kernel(source, n_states, sizes)
    rewards = source.integers(0, levels, (n, n_states, *sizes))
    alike = n_states > 1 and source.integer(0, 4) == 0
    if alike:
        rewards = np.repeat(rewards[:, :1], n_states, axis=1)
        kernel = np.repeat(kernel[:1], n_states, axis=0)
    shaping = None
    if shape.potential:
        shaping = source.integers(-2, 2, (n, n_states)) * source.integer(0, 1)
    regularization = Fraction(0)
    if shape.regularized or (shape.regularized is None and source.integer(0, 1)):
        regularization = source.choice(REGULARIZATIONS)
    blueprint = Blueprint(
        kernel=kernel,
        rewards=rewards,
        levels=levels,
        discount=source.choice(DISCOUNTS),
        initial=_initial(source, n_states, shape.visited),
        policies=tuple(_policies(source, n_states, sizes, shape, player)),
        shaping=shaping,
        still=source.integer(0, 3) == 0,
        player=player,
        step_share=source.choice(SHARES),
        regularization=regularization,
        steps=source.integer(1, 4),
    )
    if shape.learner:
        blueprint = blueprint.changed(learner=draw_learner(source, n_states, sizes))
    return blueprint if shape.interior or source.integer(0, 2) else _with_twins(source, blueprint)


def _with_twins(source: Source, blueprint: Blueprint) -> Blueprint:
    """A player's first two actions have the same effect, and are mixed: stationary points need not be deterministic."""
    players = [i for i, size in enumerate(blueprint.rewards.shape[2:]) if size > 1]
    if not players:
        return blueprint
    player = source.choice(players)
    rewards, kernel = (np.moveaxis(x.copy(), player + k, 0) for x, k in ((blueprint.rewards, 2), (blueprint.kernel, 1)))
    rewards[1], kernel[1] = rewards[0], kernel[0]
    policies = [list(policy) for policy in blueprint.policies]
    mixed: dict[int, Integers] = {}  # what two policies share, they go on sharing
    for policy in policies:
        part = policy[player]
        if id(part) not in mixed:
            mixed[id(part)] = part.copy()
            mixed[id(part)][:, 1] = part[:, 0] * source.integer(1, 3)
        policy[player] = mixed[id(part)]
    return blueprint.changed(
        rewards=np.moveaxis(rewards, 0, player + 2),
        kernel=np.moveaxis(kernel, 0, player + 1),
        policies=tuple(tuple(policy) for policy in policies),
    )


def _kernel(source: Source, n_states: int, sizes: tuple[int, ...]) -> Integers:
    kind = source.choice(("generic", "deterministic", "sparse", "lazy"))
    shape = (n_states, *sizes, n_states)
    if kind == "deterministic":
        target = source.integers(0, n_states - 1, shape[:-1])
        return (target[..., None] == np.arange(n_states)).astype(np.int64)
    weights = source.integers(0, 1 if kind == "sparse" else 9, shape)
    if kind == "lazy":
        stay = np.eye(n_states, dtype=np.int64).reshape(n_states, *[1] * len(sizes), n_states)
        return weights + 100 * stay
    return weights


def _initial(source: Source, n_states: int, visited: bool) -> Integers:
    kind = source.choice(("uniform", "one state", "rare state"))
    if kind == "uniform":
        return np.ones(n_states, dtype=np.int64)
    weights = np.full(n_states, 1 if visited else 0, dtype=np.int64)
    weights[source.integer(0, n_states - 1)] = 1 if kind == "one state" and not visited else 50
    return weights


def _policies(
    source: Source, n_states: int, sizes: tuple[int, ...], shape: Shape, mover: int
) -> list[tuple[Integers, ...]]:
    if shape.uniform_start:
        return [tuple(np.ones((n_states, size), dtype=np.int64) for size in sizes)]
    if not shape.interior and shape.n_policies == 1 and source.integer(0, 1):  # deterministic
        return [tuple(_vertex(source, n_states, size) for size in sizes)]
    first = tuple(_weights(source, n_states, size, shape.interior) for size in sizes)
    found = [first]
    if shape.setting is Setting.PAIR:
        far = tuple(_weights(source, n_states, size, shape.interior) for size in sizes)
        found.append(_with_one_row(source, first, far) if source.integer(0, 2) == 0 else far)
    if shape.setting is Setting.DEVIATION:
        own = _weights(source, n_states, sizes[mover], shape.interior)
        found.append(tuple(own if i == mover else part for i, part in enumerate(first)))
    return found


def _with_one_row(source: Source, policy: tuple[Integers, ...], other: tuple[Integers, ...]) -> tuple[Integers, ...]:
    """The policy, but in one state one player plays as in the other policy."""
    player, state = source.integer(0, len(policy) - 1), source.integer(0, len(policy[0]) - 1)
    changed = policy[player].copy()
    changed[state] = other[player][state]
    return (*policy[:player], changed, *policy[player + 1 :])


def _weights(source: Source, n_states: int, size: int, interior: bool) -> Integers:
    kind = source.choice(
        ("generic", "uniform", "nearly deterministic", "same everywhere") + (() if interior else ("vertex", "face"))
    )
    if kind == "uniform":
        return np.ones((n_states, size), dtype=np.int64)
    if kind == "generic":
        return source.integers(1, 9, (n_states, size))
    if kind == "same everywhere":
        return np.repeat(source.integers(1, 9, (1, size)), n_states, axis=0)
    if kind == "face":  # some probabilities are 0
        return _vertex(source, n_states, size) + source.integers(0, 1, (n_states, size))
    peak = _vertex(source, n_states, size)
    return peak if kind == "vertex" else 1 + NEARLY * peak


def _vertex(source: Source, n_states: int, size: int) -> Integers:
    chosen = source.integers(0, size - 1, (n_states,))
    return (chosen[:, None] == np.arange(size)).astype(np.int64)
