"""Evaluation of large sparse games: compiled loops against their twin, and both against exact evaluation."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from exact_policies import exactly_normalised, fractions_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.kernels import sparse
from mpgcert.learn import run, sparse_twin
from mpgcert.learn.dynamics import softmax
from mpgcert.learn.oracle import StageRewards, oracle_of
from mpgcert.learn.rounding import RoundingBound
from mpgcert.learn.sparse_oracle import SparseOracle
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gaps
from mpgcert.solvers.evaluation import evaluate
from mpgcert.strategies import games

seeds = st.integers(0, 2**32 - 1)
backends = st.sampled_from([sparse, sparse_twin])


def sparse_game(successors, sizes=(2, 3), discount="9/10", seed=0):
    """A game whose rows have the given successors, [S][...], with random weights and rewards."""
    rng = np.random.default_rng(seed)
    n_states, n_joint = len(successors), int(np.prod(sizes))
    rows = [sorted(own) for own in successors for _ in range(n_joint)]
    lengths = np.array([len(row) for row in rows])
    start = np.concatenate([[0], np.cumsum(lengths)])
    weights = rng.integers(1, 100, size=start[-1])
    weights[start[:-1]] += 1000 - np.add.reduceat(weights, start[:-1])
    kernel = SparseKernel(start, np.concatenate(rows), ExactArray.of_integers(weights, 1000))
    rewards = rng.integers(0, 100, size=(len(sizes), n_states, *sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, 100), transition=kernel, discount=Fraction(discount), name="sparse"
    )


def scattered(n_states, seed=0, count=5):
    rng = np.random.default_rng(seed)
    return [rng.choice(n_states, count, replace=False).tolist() for _ in range(n_states)]


def grid(height, width):
    def near(y, x):
        cells = {(max(y - 1, 0), x), (min(y + 1, height - 1), x), (y, max(x - 1, 0)), (y, min(x + 1, width - 1))}
        return [b * width + a for b, a in cells]

    return [near(y, x) for y in range(height) for x in range(width)]


def distances(found, exact):
    return [abs(Fraction(x) - y) for x, y in zip(np.asarray(found).ravel().tolist(), exact.ravel().tolist())]


@given(games(max_states=4, max_players=3, unit_rewards=False), seeds, st.booleans(), backends)
@settings(max_examples=120)
def test_no_error_exceeds_its_bound(game, seed, by_factors, backend):
    game = replace(game, transition=game.sparse_kernel)
    rng = np.random.default_rng(seed)
    oracle = SparseOracle(game, StageRewards.of(game), backend)
    oracle.__dict__["elimination"] = oracle.pattern.elimination() if by_factors else None
    layout = oracle.layout
    logits = rng.choice([0.0, 1.0, 40.0]) * rng.normal(size=(game.n_states, sum(game.n_actions)))
    policy, _ = softmax(logits, layout)
    found = oracle.evaluate(policy)
    start = np.stack([rng.integers(0, count, size=game.n_states) for count in game.n_actions])
    best = oracle.best_replies(policy, found, start)
    arrays = GameArrays.of(game, EXACT)
    exact = evaluate(arrays, exactly_normalised(layout.split(policy)).lift(EXACT))
    bound = RoundingBound.of(game)
    own = oracle.rewards.of_player
    assert max(distances(found.values[own], fractions_of(exact.values))) <= bound.values(found.residual)
    assert sum(distances(found.visitation, fractions_of(exact.visitation))) <= bound.visitation(
        found.visitation_residual
    )
    for i, part in enumerate(layout.split(found.averaged_q)):
        assert max(distances(part, fractions_of(exact.averaged_q(i)))) <= bound.averaged_q(found.residual)
    gaps = (best.values - found.values[own]) @ oracle.initial
    exact_gaps = fractions_of(nash_gaps(exact).lower)
    assert max(distances(gaps, exact_gaps)) <= bound.nash_gap(found.residual, best.residual)
    # bounds that always hold could still be useless: what was computed is accurate to rounding
    size = max(1.0, bound.reward_size) * bound.scale
    assert max(found.residual, best.residual) <= 1e-13 * size
    assert found.visitation_residual <= 1e-13


@given(games(max_states=5, max_players=3), seeds)
def test_compiled_loops_equal_their_twin(game, seed):
    game = replace(game, transition=game.sparse_kernel)
    policy, _ = softmax(
        np.random.default_rng(seed).normal(size=(game.n_states, sum(game.n_actions))), oracle_of(game).layout
    )
    rewards = StageRewards.of(game)
    found, expected = (SparseOracle(game, rewards, backend).evaluate(policy) for backend in (sparse, sparse_twin))
    scale = 1e-13 / float(1 - game.discount) ** 2
    for one, other in zip(found[:4], expected[:4]):
        np.testing.assert_allclose(one, other, rtol=0, atol=scale)


@pytest.mark.parametrize(("successors", "factors"), [(scattered(500), False), (grid(20, 25), True)])
@pytest.mark.parametrize("sizes", [(2, 3), (2, 2, 2)])
def test_the_structure_decides_how_systems_are_solved(successors, factors, sizes):
    game = sparse_game(successors, sizes)
    oracle = oracle_of(game)
    assert isinstance(oracle, SparseOracle)
    assert (oracle.elimination is not None) == factors
    policy = oracle.layout.join([part.to_float() for part in Policy.random(game, 3).probabilities])
    found = oracle.evaluate(policy)
    expected = evaluate(GameArrays.of(game), oracle.layout.split(policy))
    np.testing.assert_allclose(found.values, expected.values, rtol=0, atol=1e-11)
    np.testing.assert_allclose(found.visitation, expected.visitation, rtol=0, atol=1e-14)
    best = oracle.best_replies(policy, found, np.zeros((game.n_players, game.n_states), dtype=np.int64))
    gaps = (best.values - found.values) @ oracle.initial
    np.testing.assert_allclose(gaps, nash_gaps(expected).lower, rtol=0, atol=1e-10)


def test_slow_mixing_beyond_the_limit_of_sweeps_falls_back_on_factors():
    # every state is absorbing: value iteration gains a factor of 0.99999 per sweep
    game = sparse_game([[s] for s in range(6)], discount="99999/100000")
    oracle = SparseOracle(game, StageRewards.of(game), sparse)
    oracle.__dict__["elimination"] = None
    policy = oracle.layout.join([part.to_float() for part in Policy.uniform(game).probabilities])
    found = oracle.evaluate(policy)
    assert found.residual < 1e-9
    assert found.visitation_residual < 1e-9


@pytest.mark.parametrize("successors", [scattered(400), grid(16, 25)])
def test_resumed_runs_give_the_numbers_of_one_long_run(successors):
    game = sparse_game(successors)
    whole = run(game, "natural-gradient-play", steps=9, step_size="1/10", record_every=4)
    part = run(game, "natural-gradient-play", steps=5, step_size="1/10", record_every=4)
    resumed = run(game, "natural-gradient-play", steps=9, step_size="1/10", resume=part)
    np.testing.assert_array_equal(resumed.nash_gap[-1], whole.nash_gap[-1])
    np.testing.assert_array_equal(resumed.policies[0][-1], whole.policies[0][-1])
