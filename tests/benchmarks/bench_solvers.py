"""Solvers beside what a user has today: M, NE-gap, pure equilibria, potential decision, LQ games, exact algebra."""

from __future__ import annotations

from functools import cache

import numpy as np
from benchmarks.harness import Growth, Row

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame


@cache
def dense_game(states=50, sizes=(4, 4, 4), seed=0, common=True):
    """A full kernel; common interest by default, so a potential game."""
    rng = np.random.default_rng(seed)
    kernel = rng.multinomial(10**4, np.ones(states) / states, size=(states, *sizes))
    rewards = rng.integers(0, 1001, size=(1 if common else len(sizes), states, *sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(np.broadcast_to(rewards, (len(sizes), states, *sizes)), 1000),
        transition=ExactArray.of_integers(kernel, 10**4),
        discount="0.9",
    )


def least_visitation_by_quantecon(game, targets=None):
    """min over policies of d(s), by DiscreteDP's policy iteration for each state s."""
    from quantecon.markov import DiscreteDP

    states, actions = game.n_states, game.n_joint_actions
    kernel, discount = game.dense_kernel().to_float().reshape(states, actions, states), float(game.discount)
    least = []
    for state in range(states) if targets is None else targets:
        cost = np.zeros((states, actions))
        cost[state] = -(1 - discount)
        least.append(-np.mean(DiscreteDP(cost, kernel, discount).solve(method="policy_iteration").v))
    return np.array(least)


def exploration_row():
    from mpgcert.solvers.exploration import explore

    return Row(
        "M, 50 states, 64 joint actions",
        lambda: float(explore(dense_game()).M[1]),
        lambda: 1 / least_visitation_by_quantecon(dense_game()).min(),
        "QuantEcon DiscreteDP, policy iteration",
        group="Exploration",
        goal=5,
        agree=lambda ours, peer: abs(ours - peer) < 1e-7 * ours,
        limit_bytes=50 * 64 * 50 * 8,
        limit_note="one read of the kernel",
    )


def rows():
    return [exploration_row()]


def growth():
    from mpgcert.solvers.exploration import explore

    def task(states):
        game = dense_game(states, (2, 2))
        return lambda: explore(game)

    return [Growth("M, dense, 4 joint actions", "|S|", [8, 16, 32], task)]
