"""Linear-quadratic games beside what a user has today, and the speeds that issue 4 asks for."""

import numpy as np
import pytest
from benchmarks.games import long_lq_game
from benchmarks.peers import quantecon_gains
from lq_games import varying_game

from mpgcert.arithmetic import FLOAT, Ball, ExactArray, spectral_norm
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.solvers.lq.sharp import sharp_criterion
from mpgcert.solvers.lq.solution import solve_riccati


@pytest.mark.benchmark(group="Equilibrium gains in doubles")
@pytest.mark.parametrize(("horizon", "d", "controls"), [(20, 6, [2] * 3), (1000, 20, [4] * 5)], ids=str)
def test_float_gains(benchmark, horizon, d, controls):
    arrays = LQArrays.of(varying_game(horizon, d, controls), FLOAT)
    solution = benchmark.pedantic(coupled_riccati, [arrays], rounds=3, iterations=1)
    assert np.isfinite(solution.gains).all()
    assert benchmark.stats is None or benchmark.stats["min"] < 2


@pytest.mark.benchmark(group="Equilibrium gains with proof")
@pytest.mark.parametrize(
    ("horizon", "d", "controls", "exact"), [(8, 2, [1, 1], True), (20, 6, [2] * 3, False)], ids=str
)
def test_certified_gains(benchmark, horizon, d, controls, exact):
    game = varying_game(horizon, d, controls)
    solution = benchmark.pedantic(solve_riccati, [game], rounds=3, iterations=1)
    assert solution.is_exact == exact
    assert solution.radius < 1e-12
    assert solution.uniqueness.verdict == "holds"
    assert benchmark.stats is None or benchmark.stats["min"] < 2


@pytest.mark.benchmark(group="Two players for a long time, 2 states")
@pytest.mark.parametrize("tool", ["mpgcert (doubles)", "mpgcert (proved)", "quantecon (doubles)"])
def test_long_horizon(benchmark, tool):
    game = long_lq_game()

    def doubles():
        return coupled_riccati(LQArrays.of(game, FLOAT)).gains[0]

    def proved():
        return np.mean(solve_riccati(game, radius=1e-12).gain_bounds, axis=0)[0]

    task = {
        "mpgcert (doubles)": doubles,
        "mpgcert (proved)": proved,
        "quantecon (doubles)": lambda: quantecon_gains(game),
    }[tool]
    task()
    gains = benchmark.pedantic(task, rounds=3, iterations=1)
    assert gains == pytest.approx(quantecon_gains(game), abs=1e-9)


@pytest.mark.benchmark(group="Largest step size of natural policy gradient, enclosed")
def test_sharp_criterion(benchmark):
    solution = solve_riccati(varying_game(6, 3, [1, 1]))
    criterion = benchmark.pedantic(sharp_criterion, [solution], rounds=3, iterations=1)
    assert criterion.exists is not None


@pytest.mark.benchmark(group="A spectral norm in balls of 128 bits")
@pytest.mark.parametrize("size", [2, 8])
def test_spectral_norm(benchmark, size):
    entries = np.random.default_rng(0).integers(-9, 10, (size, size))
    ball = Ball(128)
    matrix = ball.array(ExactArray.of_integers(entries, 7))
    value = benchmark(spectral_norm, ball, matrix)
    low, high = ball.doubles(value)
    assert low <= np.linalg.norm(entries / 7, 2) * (1 + 1e-12)
    assert np.linalg.norm(entries / 7, 2) * (1 - 1e-12) <= high
