"""Seeded random games: planted potential games, and general ones.

Draws come from numpy's legacy generator, whose streams never change, so a name such as
`random-potential:seed=7` means the same game everywhere.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.builtin.entry import Entry, MarkovSize, Parameter, require_size
from mpgcert.games.markov import MarkovGame

__all__ = ["RANDOM_GAMES"]

_LEVELS = 100  # rewards and potentials are k / 100
_UNITS = 20  # probabilities are k / 20


def _random_game(seed: int, states: int, players: int, actions: tuple[int, ...], discount: Fraction) -> MarkovGame:
    """Independent uniform rewards in {0, 0.01, ..., 1}; rows of the kernel are counts of 20 uniform draws."""
    sizes = _sizes(states, players, actions)
    rng = np.random.RandomState(seed)
    kernel = _kernel(rng, states, sizes)
    rewards = _integers(rng, _LEVELS + 1, (players, states, *sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, _LEVELS),
        transition=ExactArray.of_integers(kernel, _UNITS),
        discount=discount,
    )


def _random_potential(
    seed: int,
    states: int,
    players: int,
    actions: tuple[int, ...],
    discount: Fraction,
    shaping: bool,
    dummy: bool,
) -> MarkovGame:
    """A planted Markov potential game: r_i = phi + shaping_i + dummy_i with a random stage potential phi.

    * phi has uniform values in {0, 0.01, ..., 1}.
    * shaping_i = w_i(s) - gamma sum_s' P(s'|s, a) w_i(s') with uniform w_i in {-1, -0.9, ..., 1}: V_i moves by
      w_i(s), whatever the policy, so that all advantages stay those of phi.
    * dummy_i = u_i(s, a_{-i}), any function that does not depend on player i's own action.  Its value is free of
      pi_i only if pi_i does not move the visited states either: with transitions that depend on a_i the term
      would reward steering to states where it is large.  So with `dummy` the transitions ignore the actions.
    """
    sizes = _sizes(states, players, actions)
    rng = np.random.RandomState(seed)
    kernel = _kernel(rng, states, (1,) * players if dummy else sizes)
    kernel = np.broadcast_to(kernel, (states, *sizes, states))
    rewards = np.repeat(_integers(rng, _LEVELS + 1, (1, states, *sizes)), players, axis=0)
    if dummy:
        for i in range(players):
            others = (*sizes[:i], 1, *sizes[i + 1 :])
            rewards[i] += _integers(rng, _LEVELS + 1, (states, *others))
    denominator = _LEVELS
    if shaping:
        tenths = _integers(rng, 21, (players, states)) - 10
        rewards, denominator = _shaped(rewards, tenths, kernel, discount)
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, denominator),
        transition=ExactArray.of_integers(kernel, _UNITS),
        discount=discount,
    )


def _shaped(
    rewards: NDArray[Any], tenths: NDArray[np.int64], kernel: NDArray[np.int64], discount: Fraction
) -> tuple[NDArray[Any], int]:
    """Numerators and denominator of r_i + w_i(s) - gamma E[w_i(s')], where w = tenths / 10."""
    common = _LEVELS * _UNITS * discount.denominator
    if common * 1000 >= 2**62:
        rewards, tenths = rewards.astype(object), tenths.astype(object)
    own = tenths.reshape(*tenths.shape, *[1] * (rewards.ndim - 2))
    expected = np.stack([kernel @ w for w in tenths])  # times 10 * _UNITS
    numerator = (
        rewards * (common // _LEVELS)
        + own * (common // 10)
        - expected * (common // (10 * _UNITS * discount.denominator) * discount.numerator)
    )
    return numerator, common


def _sizes(states: int, players: int, actions: tuple[int, ...]) -> tuple[int, ...]:
    sizes = actions * players if len(actions) == 1 else actions
    if len(sizes) != players:
        raise InvalidInput(
            f"{len(sizes)} sizes for {players} players", field="actions", expected=f"one size, or {players} sizes"
        )
    require_size(states, sizes)
    require_size(states, (*sizes, states))
    return sizes


def _integers(rng: np.random.RandomState, count: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Uniform in 0, ..., count - 1."""
    return np.floor(rng.random_sample(shape) * count).astype(np.int64)


def _kernel(rng: np.random.RandomState, states: int, sizes: tuple[int, ...]) -> NDArray[np.int64]:
    """[S, A_1, ..., A_n, S] numerators over _UNITS: how often each state comes up in _UNITS uniform draws."""
    rows = states * int(np.prod(sizes))
    drawn = _integers(rng, states, (rows, _UNITS)) + states * np.arange(rows)[:, None]
    return np.bincount(drawn.ravel(), minlength=rows * states).reshape(states, *sizes, states)


_SHAPE = (
    Parameter("seed", 0, "of the generator", minimum=0, maximum=2**32 - 1),
    Parameter("states", 5, "number of states", minimum=1),
    Parameter("players", 3, "number of players", minimum=1, maximum=20),
    Parameter("actions", (3,), "number of actions", minimum=1),
    Parameter("discount", Fraction(9, 10), "gamma, below 1", minimum=0, maximum=1),
)

RANDOM_GAMES: tuple[Entry, ...] = (
    Entry(
        "random-potential",
        "Random Markov potential game with a planted potential",
        "mpgcert",
        MarkovSize(5, (3, 3, 3)),
        _random_potential,
        (
            *_SHAPE,
            Parameter("shaping", True, "add w_i(s) - gamma E[w_i(s')] to the rewards of player i"),
            Parameter("dummy", False, "add terms free of a_i, and let transitions ignore the actions"),
        ),
    ),
    Entry(
        "random-game",
        "Random Markov game with independent rewards",
        "mpgcert",
        MarkovSize(5, (3, 3, 3)),
        _random_game,
        _SHAPE,
    ),
)
