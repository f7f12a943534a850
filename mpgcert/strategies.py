"""Hypothesis strategies for games and policies: property-test your own lemma on them.

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
from mpgcert.auditing.families import draw_blueprint, shape_for
from mpgcert.auditing.search import instance
from mpgcert.claims.claim import Claim
from mpgcert.claims.point import Point
from mpgcert.games import MarkovGame, Policy

__all__ = ["games", "instances", "policies"]

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
def instances(draw: Any, claim: Claim) -> Point:
    """Instances on which a claim can be decided: a game, with the policies, steps or runs that it speaks of.

    Drawn from the same named families as an audit, from integers that shrink.

    Args:
        claim: decides what is drawn: its setting, its hypotheses on the game, its limits on the step size.
    """
    return instance(claim, draw_blueprint(_DrawnSource(draw), shape_for(claim)))
