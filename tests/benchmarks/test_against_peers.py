"""Each task beside what a user has today, in one run: compare the rows of a group (`make bench`)."""

import numpy as np
import pytest

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame
from mpgcert.games.builtin import builtin
from mpgcert.learn.run import run
from mpgcert.solvers.exploration import explore
from mpgcert.solvers.potential import find_potential


def dense_game(states=50, sizes=(4, 4, 4), seed=0):
    """Common interest, full support: a potential game with states * 64 joint actions."""
    rng = np.random.default_rng(seed)
    kernel = rng.multinomial(10**4, np.ones(states) / states, size=(states, *sizes))
    common = rng.integers(0, 1001, size=(states, *sizes))
    rewards = np.stack([common] * len(sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, 1000),
        transition=ExactArray.of_integers(kernel, 10**4),
        discount="0.9",
    )


@pytest.mark.benchmark(group="M, 50 states, 64 joint actions")
@pytest.mark.parametrize("tool", ["mpgcert (exact)", "quantecon (doubles)"])
def test_exploration_constant(benchmark, tool):
    game = dense_game()

    def quantecon():
        from quantecon.markov import DiscreteDP

        kernel = game.dense_kernel().to_float().reshape(50, 64, 50)
        least = []
        for state in range(50):
            cost = np.zeros((50, 64))
            cost[state] = -(1 - 0.9)
            least.append(-np.mean(DiscreteDP(cost, kernel, 0.9).solve(method="policy_iteration").v))
        return 1 / min(least)

    value = benchmark.pedantic(
        quantecon if tool.startswith("quantecon") else lambda: float(explore(game).M[1]), rounds=2, iterations=1
    )
    assert value == pytest.approx(float(explore(game).M[1]), rel=1e-9)


@pytest.mark.benchmark(group="Is it a potential game? 10 states, 8 joint actions")
@pytest.mark.parametrize("tool", ["mpgcert (exact)", "least squares (doubles)"])
def test_potential_decision(benchmark, tool):
    game = dense_game(states=10, sizes=(2, 2, 2))

    def least_squares():
        """The linear equations of sampled policies, stacked and solved."""
        from mpgcert.solvers.arrays import GameArrays
        from mpgcert.solvers.evaluation import evaluate

        rng, arrays = np.random.default_rng(0), GameArrays.of(game)
        unknowns = 80
        basis = np.eye(unknowns).reshape(unknowns, 10, 2, 2, 2)
        rows, right = [], []
        for _ in range(12):
            policy = [rng.dirichlet(np.ones(2), size=10) for _ in range(3)]
            own, units = evaluate(arrays, policy), evaluate(arrays, policy, basis)
            for player in range(3):
                right.append(own.averaged_advantage(player).ravel())
                rows.append(np.stack([units.averaged_advantage(player, k).ravel() for k in range(unknowns)], axis=1))
        matrix, target = np.concatenate(rows), np.concatenate(right)
        solution = np.linalg.lstsq(matrix, target, rcond=None)[0]
        return float(np.abs(matrix @ solution - target).max()) < 1e-9

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
