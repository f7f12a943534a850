"""Enclosures from doubles against exact rationals, and the induced processes against the contractions they replace."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers import enclosure
from mpgcert.solvers.arrays import GameArrays, average_over_others
from mpgcert.solvers.best_response import nash_gap, nash_gaps
from mpgcert.solvers.enclosure import enclose_policy
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.induced import induced_processes


@st.composite
def instances(draw, **options):
    game = draw(strategies.games(**options))
    if draw(st.booleans()):
        kernel = SparseKernel.of_dense(game.dense_kernel())
        game = MarkovGame.of(rewards=game.rewards, transition=kernel, discount=game.discount, initial=game.initial)
    return game, draw(strategies.policies(game))


def check_enclosed(game, policy, enclosed):
    exact = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))
    for found, truth in zip(enclosed.values.ravel().tolist(), exact.values.ravel()):
        assert abs(Fraction(found) - EXACT.enclosure(truth)[0]) <= Fraction(enclosed.value_radius)
    errors = [
        abs(Fraction(found) - EXACT.enclosure(truth)[0])
        for found, truth in zip(enclosed.visitation.tolist(), exact.visitation)
    ]
    assert sum(errors) <= Fraction(enclosed.visitation_radius)
    for low, high, gap in zip(*enclosed.gap_bounds.tolist(), nash_gaps(exact).lower):
        assert Fraction(low) <= EXACT.enclosure(gap)[0] <= Fraction(high)


@given(instances())
def test_enclosures_contain_the_exact_quantities(instance):
    game, policy = instance
    enclosed = enclose_policy(game, policy)
    check_enclosed(game, policy, enclosed)
    size = max(1, float(np.abs(game.rewards.to_float()).max())) / float(1 - game.discount) ** 2
    assert enclosed.value_radius <= 1e-12 * size
    assert np.ptp(enclosed.gap_bounds, axis=0).max() <= 5e-12 * size
    low, high = enclosed.nash_gap
    assert Fraction(low) <= nash_gap(game, policy).bracket[0] <= Fraction(high)


@given(instances(), st.integers(0, 2**32 - 1))
def test_bounds_hold_for_bad_proposals_too(instance, seed):
    """What is proved rests on residuals, not on how good the solves were."""
    game, policy = instance
    rng = np.random.default_rng(seed)
    arrays = GameArrays.of(game)
    induced = induced_processes(arrays, policy.lift(FLOAT))
    shape = (game.n_states, game.n_players)
    values, best = rng.normal(size=shape), rng.normal(size=shape)
    visitation = rng.normal(size=game.n_states)
    replies = np.stack([rng.integers(0, count, game.n_states) for count in game.n_actions])
    size = float(np.abs(arrays.rewards).max())
    slack = 1 - game.discount
    table = induced.look_ahead(best)
    enclosed = enclosure._enclosed(induced, slack, size, values, visitation, replies, best, table)
    check_enclosed(game, policy, enclosed)


@given(instances(max_players=3))
def test_induced_processes_are_the_players_own(instance):
    game, policy = instance
    arrays, probabilities = GameArrays.of(game), policy.lift(FLOAT)
    induced = induced_processes(arrays, probabilities)
    evaluation = evaluate(arrays, probabilities)
    assert induced.chain == pytest.approx(evaluation.state_kernel, abs=1e-14)
    np.testing.assert_allclose(induced.values().T, evaluation.values, rtol=1e-9, atol=1e-11)
    for i in range(game.n_players):
        columns = induced.columns(i)
        assert induced.rows[:, columns] == pytest.approx(arrays.transition.of_player(probabilities, i), abs=1e-14)
        own = average_over_others(arrays.rewards[i], probabilities, i)
        assert induced.rewards[:, columns] == pytest.approx(own, rel=1e-12, abs=1e-13)


@given(instances())
def test_estimated_gaps_are_the_exact_ones(instance):
    game, policy = instance
    estimate, exact = nash_gap(game, policy, FLOAT), nash_gap(game, policy)
    truth = [float(EXACT.enclosure(gap)[0]) for gap in exact.lower]
    size = max(1, float(np.abs(game.rewards.to_float()).max())) / float(1 - game.discount) ** 2
    assert estimate.lower == pytest.approx(truth, abs=1e-12 * size)
    for i, reply in enumerate(estimate.replies):
        parts = list(policy.probabilities)
        parts[i] = ExactArray.of_integers(np.eye(game.n_actions[i], dtype=int)[reply])
        returns = evaluate(GameArrays.of(game, EXACT), Policy(tuple(parts)).lift(EXACT)).returns[i]
        gained = float(EXACT.enclosure(returns - exact.returns[i])[0])
        assert gained == pytest.approx(truth[i], abs=1e-12 * size)


def test_a_discount_that_rounds_to_one_is_refused():
    game = MarkovGame.of(rewards=np.zeros((1, 1, 2)), transition=np.ones((1, 2, 1)), discount=1 - Fraction(1, 10**30))
    with pytest.raises(InvalidInput, match="balls"):
        enclose_policy(game, Policy.uniform(game))
