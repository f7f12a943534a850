"""Algorithm 2: against a plain loop with the same random numbers, unbiasedness, degenerate covariances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import TooLarge
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq import model_free
from mpgcert.learn.lq.model_free import SAMPLED_COSTS, ModelFree, SingularCovariance
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import evaluate_gains
from mpgcert.strategies import lq_games

SCALAR = {
    "A": [["1/2"]],
    "B": [[[1]], [["1/3"]]],
    "Q": [[[1]], [[2]]],
    "R": [[[1]], [[1]]],
    "W": [["1/4"]],
    "initial": {"mean": [1], "covariance": [["1/2"]]},
    "policy": [[["1/4"]], [["-1/5"]]],
}


def plain_loop(evaluation, algorithm, player, iteration, to_go):
    """hambly2021.eq-4.1 as Algorithm 2 is written, one trajectory after another."""
    arrays, T = evaluation.arrays, evaluation.horizon
    count, radius = algorithm.trajectories[player], algorithm.smoothing[player]
    own = arrays.slices[player]
    draws = algorithm.draw(player, iteration, 0, count)
    D = (own.stop - own.start) * arrays.A.shape[-1]
    gradient = np.zeros((T, own.stop - own.start, arrays.A.shape[-1]))
    covariance = np.zeros((T, arrays.A.shape[-1], arrays.A.shape[-1]))
    for sample in range(count):
        for t in range(T):
            x, cost = draws.start[sample], 0.0
            for s in range(T):
                gains = evaluation.gains[s].copy()
                if s == t:
                    gains[own] += draws.perturbation[t, sample]
                    covariance[t] += np.outer(x, x) / count
                u = -gains @ x
                if s >= t or not to_go:
                    cost += x @ arrays.Q[player, s] @ x + u[own] @ arrays.R[player][s] @ u[own]
                x = arrays.A[s] @ x + arrays.B[s] @ u + draws.noise[s, t, sample]
            cost += x @ arrays.Q[player, T] @ x
            gradient[t] += D / radius**2 * cost * draws.perturbation[t, sample] / count
    return gradient, covariance


@given(
    lq_games(), st.integers(1, 7), st.sampled_from([0.1, 0.5, 2.0]), st.sampled_from(SAMPLED_COSTS), st.integers(0, 9)
)
def test_estimates_are_those_of_a_plain_loop(game, count, radius, sampled_cost, seed):
    arrays = LQArrays.of(game, FLOAT)
    n = game.n_players
    algorithm = ModelFree(arrays, [radius] * n, [count] * n, seed, sampled_cost)
    evaluation = evaluate_gains(arrays, game.start.lift(FLOAT))
    for player in range(n):
        found = algorithm.estimate(evaluation, player, iteration=3)
        expected = plain_loop(evaluation, algorithm, player, 3, sampled_cost == "cost-to-go")
        for mine, theirs in zip(found, expected):
            scale = max(np.abs(theirs).max(), 1e-300)
            assert np.abs(mine - theirs).max() <= 1e-9 * scale


@given(lq_games(), st.sampled_from([0.25, 3.0]), st.integers(0, 9))
def test_perturbations_lie_on_the_sphere(game, radius, seed):
    algorithm = ModelFree(LQArrays.of(game, FLOAT), [radius] * game.n_players, [5] * game.n_players, seed)
    draws = [algorithm.draw(i, 0, 0, 5) for i in range(game.n_players)]
    for draw in draws:
        norms = np.linalg.norm(draw.perturbation, axis=(2, 3))
        assert norms == pytest.approx(radius)
        assert np.array_equal(draw.start, draws[0].start), "x_0^l is shared by the players"
    assert draws[0].noise.any() == bool(game.W.numerator.any())


@pytest.mark.parametrize("sampled_cost", SAMPLED_COSTS)
def test_estimates_are_unbiased(sampled_cost):
    """Odd moments of the sphere vanish and c is quadratic in U_t, so the mean of eq-4.1 is the very gradient."""
    game = LQGame.of(horizon=2, **SCALAR)
    arrays = LQArrays.of(game, FLOAT)
    evaluation = evaluate_gains(arrays, game.start.lift(FLOAT))
    algorithm = ModelFree(arrays, [0.5, 0.7], [400, 400], 0, sampled_cost)
    for player, own in enumerate(game.control_slices):
        estimates = [algorithm.estimate(evaluation, player, m) for m in range(400)]
        for name, expected in (("gradient", evaluation.gradients[:, own]), ("covariance", evaluation.covariances[:-1])):
            samples = np.stack([getattr(estimate, name) for estimate in estimates])
            error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
            assert (np.abs(samples.mean(axis=0) - expected) < 4 * error).all()
            assert (error < 0.05 * np.abs(expected).max() + 0.02).all()


def test_costs_to_go_have_less_variance():
    game = LQGame.of(horizon=4, **SCALAR)
    arrays = LQArrays.of(game, FLOAT)
    evaluation = evaluate_gains(arrays, game.start.lift(FLOAT))
    spread = {}
    for sampled_cost in SAMPLED_COSTS:
        algorithm = ModelFree(arrays, [0.5, 0.5], [50, 50], 1, sampled_cost)
        last = [algorithm.estimate(evaluation, 0, m).gradient[-1, 0, 0] for m in range(200)]
        spread[sampled_cost] = np.std(last)
    assert spread["cost-to-go"] < spread["trajectory"]


def test_perturbation_is_uniform_on_the_sphere():
    """Second moments of a uniform direction in D dimensions are the identity over D; odd ones vanish."""
    game = LQGame.of(horizon=1, **{**SCALAR, "B": [[[1, 1]], [[1]]], "R": [[[1, 0], [0, 1]], [[1]]], "policy": None})
    draws = ModelFree(LQArrays.of(game, FLOAT), [1.0, 1.0], [1, 1], 5).draw(0, 0, 0, 20000)
    flat = draws.perturbation[0].reshape(20000, 2)
    assert flat.T @ flat / 20000 == pytest.approx(np.eye(2) / 2, abs=0.02)
    assert flat.mean(axis=0) == pytest.approx(0, abs=0.02)
    angles = np.arctan2(*flat.T)
    counts, _ = np.histogram(angles, bins=8, range=(-np.pi, np.pi))
    assert counts == pytest.approx(2500, abs=5 * 50)


@given(lq_games(max_players=2), st.integers(0, 9))
@settings(max_examples=15)
def test_blocks_add_up(game, seed):
    """Many small blocks give the average over what the blocks draw."""
    arrays = LQArrays.of(game, FLOAT)
    n = game.n_players
    evaluation = evaluate_gains(arrays, game.start.lift(FLOAT))
    algorithm = ModelFree(arrays, [0.5] * n, [5] * n, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_free, "_BLOCK_SAMPLES", 2)
        assert algorithm.block_samples == 2
        whole = algorithm.estimate(evaluation, 0, 0)
        gradient, covariance = 0.0, 0.0
        for block, samples in enumerate((2, 2, 1)):
            draws = algorithm.draw(0, 0, block, samples)
            costs, states = model_free.perturbed_costs(evaluation, 0, draws)
            D = draws.perturbation[0, 0].size
            gradient += (costs[:, :, None, None] * draws.perturbation).sum(axis=1) * D / 0.25 / 5
            covariance += np.einsum("tli,tlj->tij", states, states) / 5
    assert np.allclose(whole.gradient, gradient, rtol=1e-9, atol=1e-9 * (np.abs(gradient).max() + 1))
    assert np.allclose(whole.covariance, covariance, rtol=1e-9, atol=1e-9 * (np.abs(covariance).max() + 1))


def test_singular_covariance_is_named():
    """One sample makes a matrix of rank one."""
    square = [[1, 0], [0, 1]]
    game = LQGame.of(
        horizon=2, A=square, B=[[[1], [0]]], Q=[square], R=[[[1]]], W=[[0, 0], [0, 0]],
        initial={"mean": [1, 2], "covariance": square},
    )  # fmt: skip
    algorithm = ModelFree(LQArrays.of(game, FLOAT), [0.5], [1], 0)
    with pytest.raises(SingularCovariance, match="player 1 at stage 0 is singular"):
        algorithm.directions(np.zeros((2, 1, 2)), 0)


def test_memory_is_estimated_first():
    game = LQGame.of(horizon=20000, **SCALAR)
    with pytest.raises(TooLarge, match="GiB"):
        ModelFree(LQArrays.of(game, FLOAT), [0.5, 0.5], [200, 200], 0)
