from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.games.builtin import builtin
from mpgcert.learn.continuous import (
    SELECTIONS,
    descent,
    potential_derivative,
    right_hand_side,
    select_replies,
    total_potential,
    value_derivative,
)
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import best_response, nash_gap
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.potential import find_potential

SMALL = {"max_players": 3, "max_states": 3, "max_actions": 2, "full_support": True}


@st.composite
def situations(draw, potential=True):
    """A potential game, a policy, a selection of best replies, gamma_i(s) >= eta, eta."""
    game = draw(strategies.games(potential=potential, **SMALL))
    policy = draw(strategies.policies(game)).lift(EXACT)
    evaluation = evaluate(GameArrays.of(game, EXACT), policy)
    q = [evaluation.averaged_q(i) for i in range(game.n_players)]
    replies = select_replies(EXACT, q, policy, draw(st.sampled_from(SELECTIONS)))
    eta = Fraction(draw(st.integers(1, 5)), 5)
    numbers = st.integers(0, 8)
    gamma = [
        [EXACT.number(eta + Fraction(draw(numbers), 4)) for _ in range(game.n_states)] for _ in range(game.n_players)
    ]
    return game, evaluation, replies, gamma, EXACT.number(eta)


@given(situations())
def test_the_derivative_of_the_lyapunov_function_is_what_12_says(situation):
    game, evaluation, replies, gamma, _ = situation
    found = find_potential(game)
    assert found.verdict == "holds"
    assert found.potential is not None
    table = EXACT.array(found.potential)
    derivative = potential_derivative(evaluation.arrays, table, evaluation.policy, replies, gamma)
    assert derivative == value_derivative(evaluation, replies, gamma)


@given(situations(potential=False), st.integers(0, 2**32 - 1))
def test_the_derivative_against_exact_difference_quotients(situation, seed):
    """Any table will do as a potential; central differences in rationals err by O(h^2)."""
    game, evaluation, replies, gamma, _ = situation
    arrays, policy = evaluation.arrays, evaluation.policy
    entries = np.random.default_rng(seed).integers(-9, 10, size=game.rewards.shape[1:])
    table = EXACT.array(ExactArray.of_integers(entries, 3))
    speed, h = right_hand_side(EXACT, policy, replies, gamma), EXACT.number(Fraction(1, 10**12))
    ahead, behind = (
        total_potential(arrays, table, [p + x * step for p, x in zip(policy, speed)]) for step in (h, h * -1)
    )
    quotient = (behind - ahead) / (h * 2)
    derivative = potential_derivative(arrays, table, policy, replies, gamma)
    assert abs(float(quotient - derivative)) <= 1e-9 * (1 + abs(float(derivative)))


@given(situations())
def test_the_chain_of_inequalities(situation):
    game, evaluation, replies, gamma, eta = situation
    quantities = descent(game, evaluation.policy, EXACT)
    chain = quantities.chain(eta)
    bounds = [value_derivative(evaluation, replies, gamma), *chain, EXACT.number(0)]
    assert all(left <= right for left, right in pairwise(bounds))
    assert chain[2] == chain[3]


@given(situations(potential=None))
def test_the_quantities_from_their_definitions(situation):
    game, evaluation, _, _, _ = situation
    quantities, policy = descent(game, evaluation.policy, EXACT), evaluation.policy
    n, scale = game.n_players, 1 - evaluation.arrays.discount
    tables = [evaluation.averaged_q(i) for i in range(n)]
    gains = [
        [max(q) - sum(p * x for p, x in zip(own, q)) for q, own in zip(tables[i].tolist(), policy[i].tolist())]
        for i in range(n)
    ]
    assert quantities.gain == sum(d * g for row in gains for d, g in zip(evaluation.visitation, row))
    ratios, reply_gain, advantage = [], EXACT.number(0), EXACT.number(0)
    for i in range(n):
        choice = best_response(evaluation.arrays, policy, i).choice
        pure = EXACT.array(ExactArray.of_integers((choice[:, None] == np.arange(game.n_actions[i])).astype(int)))
        changed = evaluate(evaluation.arrays, [pure if j == i else part for j, part in enumerate(policy)])
        ratios += [d / mu / scale for d, mu in zip(changed.visitation, evaluation.arrays.initial)]
        reply_gain = reply_gain + sum(d * g for d, g in zip(changed.visitation, gains[i]))
        rows = enumerate(zip(changed.visitation, choice))
        advantage = advantage + sum(d * (tables[i][s, a] - evaluation.values[i, s]) for s, (d, a) in rows)
        assert quantities.gaps[i] == changed.returns[i] - evaluation.returns[i]
    assert quantities.constant == max(ratios)
    assert quantities.reply_gain == reply_gain
    assert quantities.reply_advantage == advantage


@given(st.integers(0, 2**32 - 1))
def test_strictly_negative_exactly_off_equilibrium(seed):
    """lemma-3.5 on a team game: 0 at the equilibrium whatever the selection, below 0 elsewhere."""
    game = builtin("trembling-team")
    arrays, table = GameArrays.of(game, EXACT), EXACT.array(game.rewards[0])
    for policy in (Policy.deterministic(game, [[0, 0], [0, 0]]), Policy.random(game, seed)):
        lifted = policy.lift(EXACT)
        evaluation = evaluate(arrays, lifted)
        replies = select_replies(EXACT, [evaluation.averaged_q(i) for i in range(2)], lifted)
        derivative = potential_derivative(arrays, table, lifted, replies)
        assert (derivative == 0) == nash_gap(game, policy).is_equilibrium
        assert derivative <= 0


def test_balls_and_doubles_agree_with_rationals():
    game = builtin("trembling-team")
    policy, arithmetic = Policy.random(game, 5), Ball(128)
    exact = descent(game, policy.lift(EXACT), EXACT)
    doubles = descent(game, policy.lift(FLOAT), FLOAT)
    with arithmetic.context():
        balls = descent(game, policy.lift(arithmetic), arithmetic)
        for name in ("gain", "reply_gain", "reply_advantage", "constant"):
            truth = EXACT.enclosure(getattr(exact, name))[0]
            low, high = arithmetic.enclosure(getattr(balls, name))
            assert low <= truth <= high
            assert getattr(doubles, name) == pytest.approx(float(truth), rel=1e-12)


def test_a_state_without_initial_probability():
    game = MarkovGame.of(rewards=[[[1, 0], [0, 1]]], transition=[[[1, 0], [0, 1]]] * 2, discount="1/2", initial=[1, 0])
    with pytest.raises(InvalidInput, match="positive") as error:
        descent(game, Policy.uniform(game).lift(EXACT), EXACT)
    assert (error.value.field, error.value.index) == ("initial", (1,))
