"""Algorithm 1: the batch against the single evaluation, exact steps, balls, and what the theory says of it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.arithmetic.matrices import nearest_doubles
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq.batch import BatchEvaluation, batch_of, cost_weights
from mpgcert.learn.lq.generic_step import next_gains
from mpgcert.learn.lq.measures import Target
from mpgcert.learn.lq.natural import natural_iterates
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import evaluate_gains
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.strategies import gains, lq_games

QUANTITIES = ["closed_loop", "P", "directions", "covariances", "gradients", "costs"]


def section_5_1(noise="0", horizon=10):
    return LQGame.of(
        horizon=horizon,
        A=[["0.588", "0.028"], ["0.570", "0.056"]],
        B=[[[1], [1]], [[0], [1]]],
        Q=[[["0.01", 0], [0, 1]], [[1, 0], [0, "0.147"]]],
        R=[[["0.01"]], [["0.01"]]],
        W=[[noise, 0], [0, noise]],
        initial={"points": [[1, 1], [1, "1.1"]], "probabilities": ["1/2", "1/2"]},
    )


def close(found, expected, tolerance=1e-12):
    """Agreement relative to the largest entry."""
    scale = np.abs(expected).max(initial=1)
    return np.abs(found - expected).max(initial=0) <= tolerance * scale


def double(rational):
    return int(rational.p) / int(rational.q)


def random_batch(game, count, seed, reach=1.0):
    shape = (count, game.horizon, sum(game.control_dimensions), game.dimension)
    return reach * np.random.default_rng(seed).standard_normal(shape)


@given(lq_games(definite=False), st.sampled_from([1, 3, 20]), st.integers(0, 99))
def test_batch_is_its_members(game, count, seed):
    arrays = LQArrays.of(game, FLOAT)
    starts = random_batch(game, count, seed)
    batch = BatchEvaluation(arrays, batch_of(starts))
    for index in (0, count // 2, count - 1):
        single = evaluate_gains(arrays, starts[index])
        for name in QUANTITIES:
            assert close(getattr(batch, name)[index], getattr(single, name)), name


@given(lq_games(), st.sampled_from([1, 20]), st.integers(0, 99), st.data())
def test_iterates_are_the_readable_steps(game, count, seed, data):
    rates = [data.draw(st.sampled_from([0.001, 0.01, 0.02])) for _ in range(game.n_players)]
    arrays = LQArrays.of(game, FLOAT)
    starts = random_batch(game, count, seed, 0.3)
    batches = list(natural_iterates(arrays, starts, rates, 3))
    assert len(batches) == 4
    plain = starts[-1]
    for batch in batches:
        assert np.isfinite(plain).all()
        assert close(batch.gains[-1], plain, 1e-11)
        plain = next_gains(evaluate_gains(arrays, plain), rates)


@given(lq_games(max_horizon=2), st.data())
def test_exact_step_is_equation_3_8(game, data):
    """Against the update written out for each player and stage; balls enclose it."""
    rates = [Fraction(1, data.draw(st.integers(2, 50))) for _ in range(game.n_players)]
    arrays = LQArrays.of(game, EXACT)
    evaluation = evaluate_gains(arrays, game.start.lift(EXACT))
    found = next_gains(evaluation, [EXACT.number(rate) for rate in rates])
    for i, own in enumerate(game.control_slices):
        for t in range(game.horizon):
            for row in range(own.start, own.stop):
                for column in range(game.dimension):
                    moved = (
                        evaluation.gains[t, row, column]
                        - 2 * EXACT.number(rates[i]) * (evaluation.directions[t, row, column])
                    )
                    assert found[t, row, column] == moved
    ball = Ball(128)
    with ball.context():
        enclosed = next_gains(
            evaluate_gains(LQArrays.of(game, ball), game.start.lift(ball)), [ball.number(rate) for rate in rates]
        )
    for exact, around in zip(found.ravel(), enclosed.ravel()):
        low, high = ball.enclosure(around)
        value = Fraction(int(exact.p), int(exact.q))
        assert low <= value <= high
        assert high - low <= Fraction(1, 2**40) * (1 + abs(value))


@given(lq_games(), st.integers(0, 99))
@settings(max_examples=25)
def test_gradients_are_differences_of_costs(game, seed):
    """C^i is a polynomial in each entry of K_t^i; central differences of exact costs have an error of order h^2."""
    arrays = LQArrays.of(game, EXACT)
    rng = np.random.default_rng(seed)
    K = game.start.lift(EXACT)
    batch = BatchEvaluation(LQArrays.of(game, FLOAT), batch_of(game.start.lift(FLOAT)[None]))
    t, row = rng.integers(game.horizon), rng.integers(K.shape[1])
    column = rng.integers(game.dimension)
    player = next(i for i, own in enumerate(game.control_slices) if own.start <= row < own.stop)
    shift = EXACT.number(Fraction(1, 10**8))
    ends = []
    for sign in (1, -1):
        moved = K.copy()
        moved[t, row, column] += shift * sign
        ends.append(evaluate_gains(arrays, moved).costs[player])
    difference = double((ends[0] - ends[1]) / (shift * 2))
    assert close(batch.gradients[0, t, row, column], difference, 1e-7)


@given(lq_games(), st.integers(0, 99))
def test_noise_and_initial_state_do_not_enter(game, seed):
    """The iterates of games that differ in W and x_0 are equal in every bit; only their costs differ."""
    other = replace(game, W=ExactArray.of_integers(7 * np.eye(game.dimension, dtype=np.int64)))
    starts = random_batch(game, 2, seed, 0.3)
    runs = [list(natural_iterates(LQArrays.of(g, FLOAT), starts, [0.01] * game.n_players, 3)) for g in (game, other)]
    weights = cost_weights(LQArrays.of(other, FLOAT))[None]
    for one, two in zip(*runs):
        assert np.array_equal(one.gains, two.gains)
        assert close(one.costs_for(weights)[0], two.costs)
    stars = [coupled_riccati(LQArrays.of(g, FLOAT)).gains for g in (game, other)]
    assert np.array_equal(*stars)


@given(lq_games(max_players=1), st.integers(0, 9))
@settings(max_examples=20)
def test_one_player_reaches_the_riccati_gains(game, seed):
    """With one player costs-to-go fall from the first on, so a step size below 1 / (2 ||R + B' P B||) converges."""
    arrays = LQArrays.of(game, FLOAT)
    star = coupled_riccati(arrays)
    start = random_batch(game, 1, seed, 0.1)
    P = BatchEvaluation(arrays, batch_of(start)).P[0, 0, 1:]
    R, B = arrays.R[0], arrays.B
    largest = np.linalg.norm(R + np.linalg.norm(P, 2, (1, 2)).max() * B.swapaxes(1, 2) @ B, 2, (1, 2)).max()
    smallest = min(np.linalg.eigvalsh(phi)[0] for phi in star.phi)
    rate = 0.5 / largest
    steps = 10 + int(25 * game.horizon / (2 * rate * smallest))
    assume(steps < 5000)
    *_, last = natural_iterates(arrays, start, [rate], steps)
    assert close(last.gains[0], star.gains, 1e-8)


def test_the_asymptotic_rate_is_the_spectral_radius():
    """At T = 1 the update is linear: errors shrink by the spectral radius of I - 2 diag(eta) Phi."""
    game = section_5_1(horizon=1)
    arrays = LQArrays.of(game, FLOAT)
    star = coupled_riccati(arrays)
    rates = np.array([0.1, 0.3])
    radius = np.abs(np.linalg.eigvals(np.eye(2) - 2 * rates[:, None] * star.phi[0])).max()
    distances = []
    for evaluation in natural_iterates(arrays, np.ones((1, 1, 2, 2)), rates, 400):
        distances.append(np.linalg.norm(evaluation.gains[0] - star.gains))
    assert distances[-1] / distances[-2] == pytest.approx(radius, rel=1e-8)


@given(lq_games(), st.data())
def test_cost_gap_is_the_difference_of_costs(game, data):
    """The gap without cancellation against exact costs of (K^i, K^{-i*}) and K*."""
    policy = data.draw(gains(game))
    exact = LQArrays.of(game, EXACT)
    star = coupled_riccati(exact).gains
    K = policy.lift(EXACT)
    nash = evaluate_gains(exact, star).costs
    measures = Target(LQArrays.of(game, FLOAT)).measure(policy.lift(FLOAT)[None])
    for i, own in enumerate(game.control_slices):
        mixed = star.copy()
        mixed[:, own] = K[:, own]
        gap = evaluate_gains(exact, mixed).costs[i] - nash[i]
        assert measures.cost_gap[0, i] == pytest.approx(double(gap), rel=1e-6, abs=1e-13)
        costs = evaluate_gains(exact, K).costs[i]
        expected = double((costs - nash[i]) / nash[i]) if nash[i] != 0 else np.nan
        assert measures.normalized_error[0, i] == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True)
        away = nearest_doubles(K[:, own] - star[:, own])
        distance = sum(np.linalg.svd(matrix, compute_uv=False)[0] for matrix in away)
        assert measures.distance[0, i] == pytest.approx(distance, rel=1e-6, abs=1e-9)


def test_start_at_the_equilibrium_stays():
    game = section_5_1("0.1", horizon=3)
    star = coupled_riccati(LQArrays.of(game, EXACT)).gains
    step = next_gains(evaluate_gains(LQArrays.of(game, EXACT), star), [EXACT.number(Fraction(1, 10))] * 2)
    assert (step == star).all()
