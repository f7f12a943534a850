"""Each task beside what a user has today, in one run: compare the rows of a group (`make bench`)."""

import numpy as np
import pytest
from benchmarks.games import dense_game
from benchmarks.peers import least_squares_potential, quantecon_visitations

from mpgcert.games.builtin import builtin
from mpgcert.learn.run import run
from mpgcert.solvers.exploration import explore
from mpgcert.solvers.potential import find_potential


@pytest.mark.benchmark(group="M, 50 states, 64 joint actions")
@pytest.mark.parametrize("tool", ["mpgcert (exact)", "quantecon (doubles)"])
def test_exploration_constant(benchmark, tool):
    game = dense_game()

    def quantecon():
        return 1 / quantecon_visitations(game, range(50)).min()

    value = benchmark.pedantic(
        quantecon if tool.startswith("quantecon") else lambda: float(explore(game).M[1]), rounds=2, iterations=1
    )
    assert value == pytest.approx(float(explore(game).M[1]), rel=1e-9)


@pytest.mark.benchmark(group="Is it a potential game? 10 states, 8 joint actions")
@pytest.mark.parametrize("tool", ["mpgcert (exact)", "least squares (doubles)"])
def test_potential_decision(benchmark, tool):
    game = dense_game(states=10, sizes=(2, 2, 2))

    def least_squares():
        return least_squares_potential(game) < 1e-9

    task = least_squares if tool.startswith("least") else lambda: find_potential(game).verdict == "holds"
    assert benchmark.pedantic(task, rounds=3, iterations=1)


@pytest.mark.benchmark(group="100 iterations with all diagnostics, 8 players, 3 actions")
@pytest.mark.parametrize("tool", ["mpgcert", "einsum per player"])
def test_iterations(benchmark, tool):
    game = builtin("zhang2022-figure-3")
    payoff = game.rewards.to_float()[0, 0]
    letters = "abcdefgh"

    def einsum():
        policies = [np.full(3, 1 / 3) for _ in range(8)]
        for _ in range(100):
            averaged = []
            for i in range(8):
                others = [letters[j] for j in range(8) if j != i]
                operands = [policies[j] for j in range(8) if j != i]
                averaged.append(
                    np.einsum(f"{letters},{','.join(others)}->{letters[i]}", payoff, *operands, optimize=True)
                )
            gaps = [float(q.max() - q @ p) for q, p in zip(averaged, policies)]
            policies = [p * np.exp(0.1 * q) for p, q in zip(policies, averaged)]
            policies = [p / p.sum() for p in policies]
        return max(gaps)

    def mpgcert():
        return run(game, "natural-gradient-play", steps=99, step_size=0.1, record_every=99).nash_gap[-1].max()

    value = benchmark.pedantic(einsum if tool.startswith("einsum") else mpgcert, rounds=2, iterations=1)
    assert value == pytest.approx(einsum(), rel=1e-6)
