from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.games.builtin import builtin
from mpgcert.solvers.arrays import GameArrays, average_over_others
from mpgcert.solvers.best_response import best_response, nash_gap
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.explored import (
    evaluate_explored,
    exploration_rates,
    explored_policy,
    played_policy,
    trembled_game,
)

SMALL = {"max_players": 3, "max_states": 3, "max_actions": 3}
RATES = st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(3, 4), Fraction(1)])


@st.composite
def situations(draw):
    game = draw(strategies.games(**SMALL))
    return game, draw(strategies.policies(game)), [draw(RATES) for _ in range(game.n_players)]


def as_lists(tables):
    return [table.tolist() for table in tables]


@given(situations())
def test_the_fixed_point_and_the_trembled_game_agree(situation):
    game, policy, rates = situation
    found = evaluate_explored(GameArrays.of(game, EXACT), policy.lift(EXACT), rates)
    for player in range(game.n_players):
        other = evaluate(GameArrays.of(trembled_game(game, rates, player), EXACT), policy.lift(EXACT))
        assert found.q[player].tolist() == other.averaged_q(player).tolist()
        assert found.values[player].tolist() == other.values[player].tolist()
        assert (found.policy[player] * found.advantage(player)).sum(axis=1).tolist() == [0] * game.n_states


@given(situations())
def test_value_iteration_of_the_update_ends_there(situation):
    """Iterate the mean of update (4a): the others by pi-hat, the bootstrap by pi."""
    game, policy, rates = situation
    arrays, own = GameArrays.of(game), policy.lift(FLOAT)
    played = [(1 - float(rate)) * part + float(rate) / part.shape[1] for part, rate in zip(own, rates)]
    found = evaluate_explored(arrays, own, rates)
    exact = evaluate_explored(GameArrays.of(game, EXACT), policy.lift(EXACT), rates)
    for player in range(game.n_players):
        q = np.zeros_like(own[player])
        for _ in range(int(25 / (1 - float(game.discount)))):
            following = (own[player] * q).sum(axis=1)
            joint = arrays.rewards[player] + float(game.discount) * arrays.transition.expected(following)
            q = average_over_others(joint, played, player)
        scale = 1 + np.abs(q).max()
        assert np.abs(q - found.q[player]).max() < 1e-6 * scale
        assert np.abs(q - exact.q[player].astype(float)).max() < 1e-6 * scale


@given(situations())
def test_without_exploration_it_is_the_q_function(situation):
    game, policy, _ = situation
    found = evaluate_explored(GameArrays.of(game, EXACT), policy.lift(EXACT), [Fraction(0)] * game.n_players)
    usual = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))
    assert as_lists(found.q) == [usual.averaged_q(i).tolist() for i in range(game.n_players)]


@given(situations())
def test_balls_enclose_the_exact_values(situation):
    game, policy, rates = situation
    arithmetic = Ball(128)
    exact = evaluate_explored(GameArrays.of(game, EXACT), policy.lift(EXACT), rates)
    with arithmetic.context():
        balls = evaluate_explored(GameArrays.of(game, arithmetic), policy.lift(arithmetic), rates)
        for ball, number in zip(balls.q, exact.q):
            for wide, point in zip(ball.ravel(), number.ravel()):
                low, high = arithmetic.enclosure(wide)
                assert low <= EXACT.enclosure(point)[0] <= high
                assert high - low < 1e-20


@given(situations())
def test_a_best_reply_to_the_played_policies_maximises_everywhere(situation):
    """Bellman's equation: a best reply to pi-hat_{-i} uses maximisers of Q^theta, and only such replies are best."""
    game, policy, rates = situation
    arrays, lifted = GameArrays.of(game, EXACT), policy.lift(EXACT)
    played = explored_policy(EXACT, lifted, rates)
    for player in range(game.n_players):
        reply = best_response(arrays, played, player)
        chosen = (np.arange(game.n_actions[player]) == reply.choice[:, None]).tolist()
        changed = [
            [[Fraction(int(x)) for x in row] for row in chosen] if i == player else part.to_nested()
            for i, part in enumerate(policy.probabilities)
        ]
        at_reply = evaluate_explored(arrays, Policy.of(game, changed).lift(EXACT), rates)
        assert all(row.max() <= 0 for row in at_reply.advantage(player))
        assert at_reply.values[player].tolist() == reply.values.tolist()
        now = evaluate_explored(arrays, lifted, rates)
        is_best = now.values[player].tolist() == reply.values.tolist()
        assert is_best == all(row.max() <= 0 for row in now.advantage(player))


@given(situations())
def test_the_played_policy(situation):
    game, policy, rates = situation
    played = played_policy(policy, rates)
    assert as_lists(played.lift(EXACT)) == as_lists(explored_policy(EXACT, policy.lift(EXACT), rates))
    for part, rate in zip(played.probabilities, rates):
        assert part.sum(1).fractions() == [Fraction(1)] * game.n_states
        assert part.min() >= rate / part.shape[1]


def test_the_players_own_exploration_does_not_enter():
    game = builtin("trembling-team")
    policy, arrays = Policy.random(game, 1).lift(EXACT), GameArrays.of(game, EXACT)
    first = evaluate_explored(arrays, policy, [Fraction(1, 2), Fraction(1, 3)])
    second = evaluate_explored(arrays, policy, [Fraction(1, 5), Fraction(1, 3)])
    assert first.q[0].tolist() == second.q[0].tolist()
    assert first.q[1].tolist() != second.q[1].tolist()


def test_one_state_gives_equilibria_of_the_perturbed_game():
    """pi-hat is a Nash equilibrium among policies with at least theta / |A| on each action: Selten's perturbation."""
    game = MarkovGame.of(rewards=[[[[10, 0], [9, 5]]]] * 2)
    rates = exploration_rates(game, "1/2")
    perturbed = [[Fraction(1, 4), Fraction(3, 4)], [Fraction(3, 4), Fraction(1, 4)]]
    played = played_policy(Policy.deterministic(game, [[1], [0]]), rates)
    assert [part.fractions() for part in played.probabilities] == perturbed
    payoff = np.array([[10, 0], [9, 5]])

    def value(first, second):
        return first @ payoff @ second

    ends = [np.array([Fraction(k), 1 - Fraction(k)]) for k in ("1/4", "1/2", "3/4")]
    left, right = (np.array(row) for row in perturbed)
    assert all(value(other, right) <= value(left, right) for other in ends)
    assert all(value(left, other) <= value(left, right) for other in ends)
    assert nash_gap(game, Policy.of(game, [[perturbed[0]], [perturbed[1]]])).bracket[0] > 0


@pytest.mark.parametrize(
    ("given_rates", "part"),
    [("3/2", "between 0 and 1"), (-1, "between 0 and 1"), ([0.5], "one for each of 2"), ("x", "between 0 and 1")],
)
def test_bad_rates(given_rates, part):
    with pytest.raises(InvalidInput, match=part) as error:
        exploration_rates(builtin("trembling-team"), given_rates)
    assert error.value.field == "exploration"
