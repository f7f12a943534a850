"""Compile every kernel before anything needs it: for images, new machines and the workers of a cluster.

Each entry does a little work by one kernel, which leaves its machine code in numba's cache (`NUMBA_CACHE_DIR`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mpgcert.games import MarkovGame

__all__ = ["KERNELS"]


_STAGE = np.array([[3, 1], [0, 2]])  # a common reward of two players


def _dense_game() -> MarkovGame:
    from mpgcert.games import MarkovGame

    kernel = np.eye(2, dtype=int)[[0, 1, 1, 0, 1, 0, 0, 1]].reshape(2, 2, 2, 2)
    return MarkovGame.of(rewards=np.tile(_STAGE, (2, 2, 1, 1)).tolist(), transition=kernel.tolist(), discount="1/2")


@cache
def _ring() -> MarkovGame:
    """Enough states that a sparse kernel is not written out; every joint action moves on by one."""
    from mpgcert.arithmetic import ExactArray
    from mpgcert.games import MarkovGame, SparseKernel

    states = 40
    successor = np.repeat((np.arange(states) + 1) % states, _STAGE.size)
    one = ExactArray.of_integers(np.ones(len(successor), dtype=np.int64))
    rewards = ExactArray.of_integers(np.tile(_STAGE, (2, states, 1, 1)))
    kernel = SparseKernel(np.arange(len(successor) + 1), successor, one)
    return MarkovGame.of(rewards=rewards, transition=kernel, discount="1/2")


def _one_state() -> None:
    from mpgcert.games import MarkovGame
    from mpgcert.learn.run import run

    game = MarkovGame.of(rewards=[[_STAGE.tolist()]] * 2)
    run(game, "gradient-play", steps=2, step_size=0.1, engine="compiled")


def _dense() -> None:
    from mpgcert.learn.run import run

    run(_dense_game(), "gradient-play", steps=2, step_size=0.1, engine="compiled")


def _sparse() -> None:
    from mpgcert.learn.oracle import StageRewards
    from mpgcert.learn.sparse_oracle import SparseOracle

    game = _ring()
    policy, replies = np.full((game.n_states, 4), 0.5), np.zeros((2, game.n_states), dtype=np.int64)
    for by_factors in (True, False):
        oracle = SparseOracle(game, StageRewards.of(game))
        vars(oracle)["elimination"] = oracle.pattern.elimination() if by_factors else None  # else it chooses
        oracle.best_replies(policy, oracle.evaluate(policy), replies)


def _decentralized() -> None:
    from mpgcert.learn.decentralized import PowerStep, run_decentralized

    steps = PowerStep(1, 0.6)
    run_decentralized(_dense_game(), steps=2, alpha=steps, beta=steps, exploration=0.1, engine="compiled")


def _loads() -> None:
    from mpgcert.games import resolve
    from mpgcert.games.counts import CountGame
    from mpgcert.learn.count_oracle import CountOracle

    game = resolve("facilities-distancing:players=3")
    assert isinstance(game, CountGame)
    CountOracle(game, compiled=True).evaluate(np.full((game.n_states, sum(game.n_actions)), 1 / game.n_facilities))


def _gaps() -> None:
    from mpgcert.solvers.gaps import nash_gaps_of_policies

    nash_gaps_of_policies(_dense_game(), np.full((1, 2, 4), 0.5), engine="compiled")


def _visitation() -> None:
    from mpgcert.solvers.visitation import compiled_block
    from mpgcert.solvers.visitation_operator import Operator

    compiled_block(Operator.of(_ring()), np.arange(2), 1.0, 1e-8, np.inf, False)


KERNELS: Mapping[str, Callable[[], None]] = {
    "softmax play, one state": _one_state,
    "softmax play, dense": _dense,
    "softmax play, sparse": _sparse,
    "decentralized learning": _decentralized,
    "loads of a congestion game": _loads,
    "NE-gaps": _gaps,
    "visitation": _visitation,
}
