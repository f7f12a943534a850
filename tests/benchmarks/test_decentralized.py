"""Stages per second of decentralized learning, compiled and in plain Python (10 million are to be reached)."""

import numpy as np
import pytest

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame
from mpgcert.learn.decentralized import PowerStep, diagnose, run_decentralized

OPTIONS = {"alpha": PowerStep(1, 0.5), "beta": PowerStep(), "exploration": 0.1}


def dense_game(players, states=4, actions=2):
    rng = np.random.default_rng(0)
    sizes = (actions,) * players
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rng.integers(0, 100, (players, states, *sizes)), 100),
        transition=ExactArray.of_integers(rng.multinomial(100, np.ones(states) / states, size=(states, *sizes)), 100),
        discount="1/2",
    )


@pytest.mark.benchmark(group="4 million stages, 4 states, 2 actions each, compiled")
@pytest.mark.parametrize("players", [1, 2, 4])
def test_compiled_stages(benchmark, players):
    game = dense_game(players)
    run_decentralized(game, steps=10, engine="compiled", **OPTIONS)
    run = benchmark.pedantic(
        run_decentralized, [game], {"steps": 4 * 10**6, "engine": "compiled", "snapshots": 10, **OPTIONS}, rounds=7
    )
    assert run.state_visits[-1].sum() == 4 * 10**6
    assert benchmark.stats is None or benchmark.stats["min"] < 0.4 * max(1, players / 2)


@pytest.mark.benchmark(group="1000 stages, 4 states, 2 x 2 actions, plain Python")
def test_plain_stages(benchmark):
    game = dense_game(2)
    run = benchmark.pedantic(
        run_decentralized, [game], {"steps": 1000, "engine": "plain", "snapshots": 10, **OPTIONS}, rounds=5
    )
    assert run.n_steps == 1000


@pytest.mark.benchmark(group="Distances and gaps of one snapshot, 4 states, 2 actions each")
@pytest.mark.parametrize("players", [2, 4])
def test_diagnostics(benchmark, players):
    game = dense_game(players)
    run = run_decentralized(game, steps=1000, **OPTIONS)
    found = benchmark(diagnose, game, run, [-1])
    assert found.nash_gap.shape == (1, players)
