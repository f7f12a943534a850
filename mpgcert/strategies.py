"""Hypothesis strategies for games and policies of both kinds: property-test your own lemma on them.

Draws come from generic games and from the extremal families where statements tend to fail: transitions
that ignore actions, identical states, deterministic kernels, ties, rewards at the ends of [0, 1], tiny and
large discounts, planted potentials.  Needs the extra `testing`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.auditing.search import world_of
from mpgcert.claims.claim import Claim
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point import Point
from mpgcert.games import Gains, LQGame, MarkovGame, Policy

__all__ = ["gains", "games", "instances", "lq_games", "policies"]

_DISCOUNTS = (Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(99, 100))


@st.composite
def games(
    draw: Any,
    max_players: int = 3,
    max_states: int = 3,
    max_actions: int = 3,
    min_players: int = 1,
    potential: bool | None = None,
    unit_rewards: bool = True,
    full_support: bool = False,
) -> MarkovGame:
    """Small exact Markov games.

    Args:
        potential: True plants a potential (common interest plus shaping), False or None leaves it to chance.
        unit_rewards: rewards in [0, 1] (not with `potential=True`, where shaping moves them).
        full_support: an initial distribution that is positive everywhere.
    """
    n = draw(st.integers(min_players, max_players))
    S = draw(st.integers(1, max_states))
    A = tuple(draw(st.integers(1, max_actions)) for _ in range(n))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    discount = draw(st.sampled_from(_DISCOUNTS))
    kernel = rng.multinomial(20, np.ones(S) / S, size=(S, *A))
    if draw(st.booleans()):  # deterministic
        kernel = 20 * (kernel.argmax(-1)[..., None] == np.arange(S)).astype(int)
    if draw(st.booleans()):  # actions do not move the state
        kernel = np.broadcast_to(kernel[(slice(None), *[slice(0, 1)] * n)], kernel.shape)
    levels = draw(st.sampled_from([2, 11, 1001]))  # 2: ends of the interval, many ties
    rewards = rng.integers(0, levels, size=(n, S, *A))
    if potential:
        rewards[:] = rewards[:1]
    if draw(st.booleans()):  # identical states
        kernel, rewards = np.broadcast_to(kernel[:1], kernel.shape), np.broadcast_to(rewards[:, :1], rewards.shape)
    unit = ExactArray.of_integers(np.array(rewards), levels - 1)
    if potential and draw(st.booleans()):
        shaping = rng.integers(-3, 4, size=(n, S))
        unit = _shaped(unit, shaping, np.array(kernel), discount)
    if not unit_rewards and draw(st.booleans()):
        unit = unit.affine(Fraction(1, 7), Fraction(1, 3))
    start = rng.multinomial(10, np.ones(S) / S) + (1 if full_support else 0)
    return MarkovGame.of(
        rewards=unit,
        transition=ExactArray.of_integers(np.array(kernel), 20),
        discount=discount,
        initial=ExactArray.of_integers(start, int(start.sum())),
        name="drawn",
    )


def _shaped(rewards: ExactArray, shaping: Any, kernel: Any, discount: Fraction) -> ExactArray:
    """r_i(s, a) + w_i(s) - gamma E[w_i(s')]; leaves every advantage as it is."""
    n = len(shaping)
    expected = np.stack([kernel @ shaping[i] for i in range(n)])  # times 20
    own = shaping.reshape(*shaping.shape, *[1] * (kernel.ndim - 2))
    p, q = discount.numerator, discount.denominator
    numerator = rewards.numerator * 20 * q + rewards.denominator * (own * 20 * q - p * expected)
    return ExactArray.of_integers(numerator, rewards.denominator * 20 * q)


@st.composite
def policies(draw: Any, game: MarkovGame, interior: bool = False) -> Policy:
    """Exact product policies of a game: uniform, deterministic, near-deterministic or generic rows.

    Args:
        interior: only rows with every probability positive.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parts = []
    for count in game.n_actions:
        kind = draw(st.sampled_from(["generic", "uniform", "near-deterministic"] + ([] if interior else ["vertex"])))
        S = game.n_states
        if kind == "uniform":
            weight = np.ones((S, count), dtype=np.int64)
        elif kind == "generic":
            weight = rng.integers(1 if interior else 0, 9, size=(S, count))
            weight[:, 0] += weight.sum(1) == 0
        else:
            weight = (10**6 - 1) * (rng.integers(0, count, size=S)[:, None] == np.arange(count)).astype(np.int64)
            weight += 1 if kind == "near-deterministic" else 0
        total = weight.sum(1)
        parts.append([[Fraction(int(w), int(t)) for w in row] for row, t in zip(weight, total)])
    return Policy.of(game, parts)


@st.composite
def lq_games(
    draw: Any,
    max_players: int = 3,
    max_dimension: int = 3,
    max_controls: int = 2,
    max_horizon: int = 3,
    min_players: int = 1,
    definite: bool = True,
    noisy: bool = False,
    gaussian: bool = False,
) -> LQGame:
    """Small exact linear-quadratic games with starting gains.

    Draws include data that do not change with time, dynamics and controls that are 0, players who are alike, costs of
    very different sizes, and initial states on points.

    Args:
        definite: Q and R are positive definite; otherwise Q may be indefinite (R stays definite).
        noisy: W is positive definite.
        gaussian: x_0 is Gaussian with a positive definite covariance.
    """
    N = draw(st.integers(min_players, max_players))
    d = draw(st.integers(1, max_dimension))
    T = draw(st.integers(1, max_horizon))
    controls = tuple(draw(st.integers(1, max_controls)) for _ in range(N))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stages = T if draw(st.booleans()) else 1
    alike = draw(st.booleans())
    if alike:
        controls = controls[:1] * N

    def entries(*shape: int) -> Any:
        return rng.integers(-4, 5, size=shape)

    def weights(count: int, size: int) -> Any:
        """Positive definite over 4, diagonal or full, of size near 1 or near 100."""
        factor = draw(st.sampled_from([0, 1, 10])) * entries(count, size, size)
        return factor @ factor.swapaxes(1, 2) + np.eye(size, dtype=np.int64)

    def staged(numerator: Any, denominator: int) -> ExactArray:
        return ExactArray.of_integers(np.repeat(numerator, T // stages, axis=0), denominator)

    def per_player(build: Any) -> list[Any]:
        first = build(0)
        return [first] * N if alike else [first, *map(build, range(1, N))]

    def state_costs(_: int) -> ExactArray:
        numerator = weights(stages + 1, d) - (0 if definite else draw(st.integers(0, 3)) * np.eye(d, dtype=np.int64))
        return ExactArray.of_integers(numerator[np.minimum(np.arange(T + 1) * stages // T, stages)], 4)

    reach = [draw(st.sampled_from([0, 1, 1])) for _ in range(2)]
    floor = 1 if noisy else draw(st.integers(0, 1))
    initial: Any = {"mean": ExactArray.of_integers(entries(d), 2), "covariance": _one(weights(1, d), 4)}
    if not gaussian and draw(st.booleans()):
        initial = {"points": ExactArray.of_integers(entries(3, d), 2), "probabilities": ["1/2", "1/3", "1/6"]}
    game = LQGame.of(
        horizon=T,
        A=staged(reach[0] * entries(stages, d, d), 5),
        B=per_player(lambda i: staged(reach[1] * entries(stages, d, controls[i]), 5)),
        Q=per_player(state_costs),
        R=per_player(lambda i: staged(weights(stages, controls[i]), 4)),
        W=_one(floor * weights(1, d), 4),
        initial=initial,
        name="drawn",
    )
    return game.with_start(draw(gains(game)))


def _one(numerator: Any, denominator: int) -> ExactArray:
    return ExactArray.of_integers(numerator[0], denominator)


@st.composite
def gains(draw: Any, game: LQGame) -> Gains:
    """Exact gains of a linear-quadratic game: none, the same at every stage, or generic; small or large."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stages = draw(st.sampled_from([1, game.horizon]))
    denominator = draw(st.sampled_from([1, 3, 10, 1000]))
    reach = draw(st.sampled_from([0, 5, 5]))
    parts = []
    for k in game.control_dimensions:
        numerator = rng.integers(-reach, reach + 1, size=(stages, k, game.dimension))
        parts.append(ExactArray.of_integers(np.repeat(numerator, game.horizon // stages, axis=0), denominator))
    return Gains(tuple(parts))


class _DrawnSource:
    """Hypothesis as a source of integers: what is drawn shrinks."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def choice(self, options: Any) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def integers(self, low: int, high: int, shape: tuple[int, ...]) -> Any:
        size = int(np.prod(shape))
        flat = self.draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        return np.array(flat, dtype=np.int64).reshape(shape)


@st.composite
def instances(draw: Any, claim: Claim) -> Point | LQPoint:
    """Instances on which a claim can be decided: a game, with the policies, steps or runs that it speaks of.

    Drawn from the same named families as an audit, from integers that shrink.

    Args:
        claim: decides what is drawn: its setting, its hypotheses on the game, its limits on the step size.
    """
    world = world_of(claim)
    return world.point(world.draw(_DrawnSource(draw)))
