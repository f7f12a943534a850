"""Evaluation against naive sums over policies, states and actions in exact fractions."""

import itertools
import random
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball, PrimeField
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import concentration, evaluate, policy_gradient
from mpgcert.solvers.twins import action_classes


def fraction(value):
    return EXACT.enclosure(value)[0]


def naive(game, policy):
    """Bellman residuals and averages by explicit loops; returns functions of (V, d)."""
    rows = [part.fractions() for part in policy.probabilities]
    pi = [lambda s, a, i=i: rows[i][s * game.n_actions[i] + a] for i in range(game.n_players)]
    joint = list(itertools.product(*map(range, game.n_actions)))
    kernel = game.dense_kernel()

    def probability(s, a, skip=None):
        out = Fraction(1)
        for i, action in enumerate(a):
            if i != skip:
                out *= pi[i](s, action)
        return out

    return joint, kernel, probability


@settings(max_examples=25)
@given(st.data())
def test_values_averages_and_visitation_satisfy_their_definitions(data):
    game = data.draw(strategies.games(max_states=3, max_players=3, max_actions=2, unit_rewards=False))
    policy = data.draw(strategies.policies(game))
    joint, kernel, probability = naive(game, policy)
    result = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))
    S, gamma = range(game.n_states), game.discount
    for i in range(game.n_players):
        V = [fraction(value) for value in result.values[i]]
        q = {
            (s, a): game.rewards[(i, s, *a)] + gamma * sum(kernel[(s, *a, t)] * V[t] for t in S)
            for s in S
            for a in joint
        }
        assert [sum(probability(s, a) * q[s, a] for a in joint) for s in S] == V
        assert fraction(result.returns[i]) == sum(game.initial[s] * V[s] for s in S)
        averaged = result.averaged_q(i)
        for s in S:
            for own in range(game.n_actions[i]):
                expected = sum(probability(s, a, skip=i) * q[s, a] for a in joint if a[i] == own)
                assert fraction(averaged[s, own]) == expected
    d = [fraction(value) for value in result.visitation]
    flow = [sum(d[s] * probability(s, a) * kernel[(s, *a, t)] for s in S for a in joint) for t in S]
    assert d == [(1 - gamma) * game.initial[t] + gamma * flow[t] for t in S]


@settings(max_examples=25)
@given(st.data())
def test_arithmetics_and_representations_agree(data):
    game = data.draw(strategies.games())
    policy = data.draw(strategies.policies(game))
    sparse = MarkovGame.of(
        rewards=game.rewards, transition=game.sparse_kernel, discount=game.discount, initial=game.initial
    )
    assert sparse.fingerprint == game.fingerprint
    exact = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))
    field = PrimeField.draw(random.Random(0))
    for arithmetic in (FLOAT, Ball(128), EXACT, field):
        for form in (game, sparse):
            arrays = GameArrays.of(form, arithmetic)
            result = evaluate(arrays, policy.lift(arithmetic))
            for player in range(game.n_players):
                own = arrays.transition.of_player(result.policy, player)
                assert own.shape == (game.n_states, game.n_actions[player], game.n_states)
                pairs = [
                    (result.values, exact.values),
                    (result.visitation, exact.visitation),
                    (result.averaged_advantage(player), exact.averaged_advantage(player)),
                    (policy_gradient(result, player), policy_gradient(exact, player)),
                ]
                for found, expected in pairs:
                    for x, y in zip(found.ravel(), expected.ravel()):
                        truth = fraction(y)
                        if arithmetic is FLOAT:
                            assert abs(x - float(truth)) <= 1e-9 * (1 + abs(float(truth)))
                        elif arithmetic is field:
                            assert x == field.number(truth)
                        else:
                            low, high = arithmetic.enclosure(x)
                            assert low <= truth <= high


def test_concentration_counts_all_maximisers():
    game = MarkovGame.of(rewards=[[[1, 1, 0]]])
    policy = strategies.Policy.of(game, [[["1/5", "3/10", "1/2"]]])
    for arithmetic in (EXACT, FLOAT):
        result = evaluate(GameArrays.of(game, arithmetic), policy.lift(arithmetic))
        assert concentration(result, 0)[0] == arithmetic.number(Fraction(1, 2))


def test_gradient_is_the_derivative_of_the_return():
    """zhang2022.eq-4 against a difference quotient in balls of high precision."""
    rng = np.random.default_rng(3)
    game = MarkovGame.of(
        rewards=rng.integers(0, 9, size=(2, 2, 2, 3)),
        transition=[[[["1/3", "2/3"], ["1", "0"], ["0.4", "0.6"]], [["0.5", "0.5"], ["0.25", "0.75"], ["0", "1"]]]] * 2,
        discount="0.8",
    )
    ball = Ball(400)
    with ball.context():
        arrays = GameArrays.of(game, ball)
        theta = [[[Fraction(int(k), 7) for k in rng.integers(-5, 5, size=A)] for _ in range(2)] for A in game.n_actions]

        def returns(parameters):
            policy = []
            for player in parameters:
                weight = np.array([[ball.exp(ball.number(x)) for x in row] for row in player], dtype=object)
                policy.append(weight / weight.sum(axis=1, keepdims=True))
            return evaluate(arrays, policy)

        base = returns(theta)
        step = Fraction(1, 2**120)
        for player in range(2):
            gradient = policy_gradient(base, player)
            for s, a in np.ndindex(gradient.shape):
                moved = [[[*row] for row in part] for part in theta]
                moved[player][s][a] += step
                slope = (returns(moved).returns[player] - base.returns[player]) / ball.number(step)
                assert abs(float((slope - gradient[s, a]).mid())) < 1e-30


def test_concentration_encloses_every_case_that_balls_leave_open():
    """Two actions of equal value behind an irrational probability, a third that is certainly worse."""
    ball = Ball(64)
    with ball.context():
        root = ball.sqrt(ball.number(2)) - 1
        game = MarkovGame.of(rewards=[[[[3, 3], [3, 3], [0, 0]]]] * 2)
        own = np.array([[root / 4, 1 - root / 2, root / 4]], dtype=object)
        other = np.array([[root, 1 - root]], dtype=object)
        result = evaluate(GameArrays.of(game, ball), [own, other])
        low, high = ball.enclosure(concentration(result, 0)[0])
        exact_low, exact_high = ball.enclosure(1 - root / 4)
        assert low <= exact_low <= exact_high <= high
        assert low > 0
        smallest = ball.enclosure(root / 4)[1]
        assert low <= smallest  # either of the two alone is not excluded


@settings(max_examples=30)
@given(st.data())
def test_actions_that_are_alike_have_equal_averages_under_every_policy(data):
    game = data.draw(strategies.games(max_actions=3))
    policy = data.draw(strategies.policies(game))
    result = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))
    for player in range(game.n_players):
        labels, averaged = action_classes(game, player), result.averaged_q(player)
        exact = concentration(result, player)
        assert (concentration(result, player, labels) == exact).all()
        for s, a, b in np.ndindex(len(labels), labels.shape[1], labels.shape[1]):
            assert labels[s, a] != labels[s, b] or averaged[s, a] == averaged[s, b]
        ball = Ball(64)
        enclosed = concentration(evaluate(GameArrays.of(game, ball), policy.lift(ball)), player, labels)
        for found, value in zip(enclosed, exact):
            low, high = ball.enclosure(found)
            assert low <= fraction(value) <= high
