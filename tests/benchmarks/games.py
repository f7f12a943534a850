"""Games that several benchmarks share; each is made once."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
from lq_games import varying_game

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.games.lq import LQGame

__all__ = ["dense_game", "long_lq_game", "random_policy", "shaped_game", "sparse_game", "varying_lq_game"]


@cache
def dense_game(states=50, sizes=(4, 4, 4), seed=0):
    """A full kernel and common interest, so a potential game; discount 0.9."""
    rng = np.random.default_rng(seed)
    kernel = rng.multinomial(10**4, np.ones(states) / states, size=(states, *sizes))
    rewards = rng.integers(0, 1001, size=(1, states, *sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(np.broadcast_to(rewards, (len(sizes), states, *sizes)), 1000),
        transition=ExactArray.of_integers(kernel, 10**4),
        discount="0.9",
    )


@cache
def shaped_game(states=50, sizes=(4, 4, 4), seed=0, broken=False):
    """A common reward plus potential-based shaping of each player; `broken` moves one reward by 10^-5."""
    rng = np.random.default_rng(seed)
    kernel = rng.multinomial(10**4, np.ones(states) / states, size=(states, *sizes))
    common = 100 * rng.integers(0, 1001, size=(states, *sizes))
    rewards = []
    for _ in sizes:
        w = rng.integers(-5, 6, states)
        rewards.append(common + 10**5 * w.reshape(-1, *(1,) * len(sizes)) - 9 * (kernel @ w))
    rewards = np.stack(rewards)
    rewards[(0,) * rewards.ndim] += broken
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, 10**5),
        transition=ExactArray.of_integers(kernel, 10**4),
        discount="0.9",
    )


@cache
def sparse_game(states=2000, sizes=(2, 3), successors=5, seed=0):
    """Random successors, two players; discount 0.9."""
    rng = np.random.default_rng(seed)
    rows = states * int(np.prod(sizes))
    drawn = np.sort(np.stack([rng.choice(states, size=successors, replace=False) for _ in range(rows)]), axis=1)
    weight = rng.multinomial(1000 - successors, np.ones(successors) / successors, size=rows) + 1
    kernel = SparseKernel(
        np.arange(0, rows * successors + 1, successors),
        drawn.ravel(),
        ExactArray.of_integers(weight.ravel(), 1000),
    )
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rng.integers(0, 101, size=(len(sizes), states, *sizes)), 100),
        transition=kernel,
        discount="0.9",
    )


def random_policy(game, seed=0):
    """An exact policy with positive probabilities."""
    rng = np.random.default_rng(seed)
    parts = []
    for count in game.n_actions:
        weights = rng.integers(1, 100, (game.n_states, count))
        parts.append([[Fraction(int(w), int(row.sum())) for w in row] for row in weights])
    return Policy.of(game, parts)


@cache
def long_lq_game():
    """Two players, 100 stages, 2 states; the data of a game with endless time, which do not change."""
    A, B = np.array([[0.588, 0.028], [0.570, 0.056]]), [np.array([[1.0], [1.0]]), np.array([[0.0], [1.0]])]
    Q, R = [np.diag([0.01, 1]), np.diag([1, 0.147])], np.array([[0.01]])
    return LQGame.of(horizon=100, A=A, B=B, Q=Q, R=[R, R], W=np.eye(2), initial={"second_moment": np.eye(2)})


@cache
def varying_lq_game(horizon=20, d=6, controls=(2, 2, 2), seed=0):
    """Time-varying data with definite costs."""
    return varying_game(horizon, d, controls, seed)
