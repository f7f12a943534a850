"""Enclosures of extreme visitations: against exact rationals, between engines, and at the limit of rounding."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers import visitation, visitation_operator
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.exploration import explore
from mpgcert.solvers.visitation import avoiding_policy, bound_visitation


def sparse_twin(game):
    kernel = SparseKernel.of_dense(game.dense_kernel())
    return MarkovGame.of(rewards=game.rewards, transition=kernel, discount=game.discount, initial=game.initial)


def random_sparse(states, actions, successors, seed, discount="9/10"):
    """Every action keeps one successor of the state, so that avoiding it is not always possible."""
    rng = np.random.default_rng(seed)
    kernel = np.zeros((states, actions, states), dtype=np.int64)
    common = rng.permutation(states)
    for s in range(states):
        for a in range(actions):
            others = rng.choice(states, size=successors, replace=False)
            kernel[s, a] = rng.multinomial(50, np.ones(successors) / successors) @ np.eye(states, dtype=int)[others]
            kernel[s, a, common[s]] += 50
    return MarkovGame.of(
        rewards=np.zeros((1, states, actions)),
        transition=SparseKernel.of_dense(ExactArray.of_integers(kernel, 100)),
        discount=discount,
    )


@given(strategies.games(full_support=True), st.sampled_from(["least", "largest"]), st.booleans())
def test_enclosures_of_exact_extremes(game, extreme, sparse):
    exact = explore(game)
    truth = exact.min_visitation if extreme == "least" else exact.max_visitation
    bounds = bound_visitation(sparse_twin(game) if sparse else game, extreme)
    for (value, _), low, high in zip(truth, bounds.low.tolist(), bounds.high.tolist()):
        assert Fraction(low) <= value <= Fraction(high)
        assert high - low <= 1e-8 * value + 1e-13 / (1 - float(game.discount))


@given(strategies.games(full_support=True))
def test_policy_and_certificate(game):
    exact = explore(game)
    state = exact.worst_state
    found = avoiding_policy(game, state)
    rows = game.dense_kernel().reshape(game.n_states, game.n_joint_actions, game.n_states)
    w = found.certificate
    for x, a in np.ndindex(game.n_states, game.n_joint_actions):
        successors = sum(p * v for p, v in zip(rows[x, a].fractions(), w))
        assert w[x] <= (1 - game.discount) * (x == state) + game.discount * successors
    bound = sum(p * v for p, v in zip(game.initial.fractions(), w))
    choice = np.stack(np.unravel_index(found.choice, game.n_actions))
    policy = Policy.deterministic(game, choice.tolist())
    attained = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT)).visitation[state]
    truth = exact.min_visitation[state][0]
    assert bound <= truth <= EXACT.enclosure(attained)[0]
    assert EXACT.enclosure(attained)[0] - bound <= Fraction(1, 10**9)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["1/2", "9/10", "99/100"]), st.sampled_from(["least", "largest"]))
def test_compiled_and_plain_sweeps_agree(seed, discount, extreme):
    game = random_sparse(40, 3, 3, seed, discount)
    plain = bound_visitation(game, extreme)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visitation_operator, "_COMPILED_WORK", 0)
        compiled = bound_visitation(game, extreme)
    exact = explore(game)
    truth = exact.min_visitation if extreme == "least" else exact.max_visitation
    for bounds in (plain, compiled):
        assert (bounds.high - bounds.low <= 1.1e-8 * bounds.low).all()
        for (value, _), low, high in zip(truth, bounds.low.tolist(), bounds.high.tolist()):
            assert Fraction(low) <= value <= Fraction(high)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_only_the_extreme_states_are_settled(seed, compiled):
    game = random_sparse(35, 2, 4, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visitation_operator, "_COMPILED_WORK", 0 if compiled else 2**62)
        few = bound_visitation(game, only_extreme=True)
    every = bound_visitation(game)
    assert few.is_settled[every.low.argmin()]
    assert few.high[few.is_settled].min() <= every.low.min() * (1 + 1e-7)
    assert (few.low <= every.high).all()
    assert (few.high >= every.low).all()


def test_slow_chains_are_solved_by_policy_iteration(monkeypatch):
    # a walk on a ring that moves rarely: value iteration alone would take a hundred thousand sweeps
    kernel = np.zeros((40, 2, 40), dtype=int)
    at = np.arange(40)
    kernel[at, :, at] = 990
    kernel[at, 0, (at + 1) % 40] = kernel[at, 1, (at - 1) % 40] = 10
    game = MarkovGame.of(
        rewards=np.zeros((1, 40, 2)), transition=ExactArray.of_integers(kernel, 1000), discount="999/1000"
    )
    monkeypatch.setattr(visitation, "_MAX_SWEEPS", 60)
    bounds, exact = bound_visitation(game), explore(game)
    for (value, _), low, high in zip(exact.min_visitation, bounds.low.tolist(), bounds.high.tolist()):
        assert Fraction(low) <= value <= Fraction(high)
        assert high - low < 1e-8 * value


def test_chosen_states_and_wide_brackets(monkeypatch):
    game = random_sparse(30, 2, 3, 1)
    every = bound_visitation(game)
    some = bound_visitation(game, states=np.array([7, 3]))
    assert some.states.tolist() == [7, 3]
    assert (some.low <= every.high[[7, 3]]).all()
    assert (some.high >= every.low[[7, 3]]).all()
    monkeypatch.setattr(visitation, "_MAX_SWEEPS", 2)
    wide = bound_visitation(game)
    assert (wide.low <= every.low * (1 + 1e-8)).all()
    assert (wide.high >= every.high * (1 - 1e-8)).all()
    assert (wide.high - wide.low).max() > (every.high - every.low).max()
