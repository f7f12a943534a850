"""Evaluation by distributions of loads against the joint tensors, exactly; and the decision on a potential."""

import itertools

import numpy as np
import pytest
from count_games import count_games
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, Ball
from mpgcert.errors import TooLarge
from mpgcert.games import CountGame, Policy
from mpgcert.kernels import counts as compiled
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.count_potential import count_potential
from mpgcert.solvers.counts import CountArrays, CountEvaluation, count_nash_gap, meet_distributions
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.load_vectors import LoadVectors
from mpgcert.solvers.potential import find_potential

seeds = st.integers(0, 2**32 - 1)


@given(count_games(), seeds)
def test_loads_give_the_numbers_of_the_joint_tensors(game, seed):
    joint = game.to_markov()
    policy = Policy.random(joint, seed)
    found = CountEvaluation.of(CountArrays.of(game, EXACT), np.stack(policy.lift(EXACT)))
    expected = evaluate(GameArrays.of(joint, EXACT), policy.lift(EXACT))
    assert (found.values == expected.values).all()
    assert (found.returns == expected.returns).all()
    assert (found.visitation == expected.visitation).all()
    for i in range(game.n_players):
        assert (found.averaged_q[i] == expected.averaged_q(i)).all()
        assert (found.averaged_advantage[i] == expected.averaged_advantage(i)).all()


@given(count_games(max_players=3), seeds)
@settings(max_examples=25)
def test_nash_gaps_are_those_of_the_joint_tensors(game, seed):
    joint = game.to_markov()
    policy = Policy.random(joint, seed)
    exact = nash_gap(joint, policy)
    assert (count_nash_gap(game, policy).lower == exact.lower).all()
    low, high = count_nash_gap(game, policy, Ball(128)).bracket
    assert low <= exact.bracket[0] <= high
    assert high - low < 2**-60


def test_load_vectors_are_all_of_them_by_total():
    vectors = LoadVectors.of(5, 4)
    everything = {loads for loads in itertools.product(range(6), repeat=3) if sum(loads) <= 5}
    assert {tuple(loads) for loads in vectors.loads.tolist()} == everything
    totals = vectors.loads.sum(axis=1)
    assert (np.diff(totals) >= 0).all()
    for k in range(3):
        inner = totals < 5
        step = np.eye(3, dtype=int)[k]
        assert (vectors.loads[vectors.following[inner, k]] == vectors.loads[inner] + step).all()
    with pytest.raises(TooLarge, match="GiB"):
        LoadVectors.of(100, 8)


@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 3), seeds)
@settings(max_examples=30)
def test_the_compiled_recursion_equals_its_twin(n_players, n_facilities, n_targets, seed):
    rng = np.random.default_rng(seed)
    vectors = LoadVectors.of(n_players, n_facilities)
    policy = rng.dirichlet(np.ones(n_facilities), size=n_players)
    target = rng.normal(size=(len(vectors.loads), n_targets))
    before = target.copy()
    found = compiled.meet(policy, vectors.following.astype(np.uint32), vectors.ends.astype(np.uint32), target)
    np.testing.assert_allclose(found, meet_distributions(vectors, policy, target), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(target, before)


@given(count_games(max_players=3, max_facilities=3, max_states=2))
@settings(max_examples=80)
def test_the_structure_decides_on_a_potential_as_the_general_procedure_does(game):
    joint = game.to_markov()
    general = find_potential(joint)
    if not game.moves_by_itself:
        with pytest.raises(TooLarge, match="loads"):
            count_potential(game)
        return
    found = count_potential(game)
    assert found.holds == (general.verdict == "holds")
    if found.cycle is not None:
        assert found.cycle.verify(game)


@given(count_games(max_states=1))
@settings(max_examples=80)
def test_a_potential_found_by_structure_has_the_players_differences(game):
    found = count_potential(game)
    if not found.holds:
        return

    def phi(actions):
        loads = np.bincount(actions, minlength=game.n_facilities).tolist()
        value = sum(found.by_load[0, k, load] for k, load in enumerate(loads))
        return value + sum(game.weights[i] * found.by_choice[0, k] for i, k in enumerate(actions))

    def reward(i, actions):
        return game.weights[i] * game.rewards[0, actions[i], actions.count(actions[i]) - 1]

    everything = list(itertools.product(range(game.n_facilities), repeat=game.n_players))
    for actions in everything:
        assert abs(phi(actions)) <= found.largest(game)
        for i, k in itertools.product(range(game.n_players), range(game.n_facilities)):
            other = (*actions[:i], k, *actions[i + 1 :])
            assert phi(other) - phi(actions) == reward(i, other) - reward(i, actions)
    values = [phi(actions) for actions in everything]
    assert found.range_in_one_state(game) == max(values) - min(values)


def test_two_weights_and_crowding_have_no_potential():
    game = CountGame.of(rewards=[[3, 1], [2, 0], [1, 1]], weights=[1, 2])
    found = count_potential(game)
    assert found.cycle is not None
    assert found.cycle.verify(game)
    assert found.cycle.value == 2  # (1 - 2) (c_1(2) - c_1(1))
