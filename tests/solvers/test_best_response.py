import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import best_response, nash_gap
from mpgcert.solvers.evaluation import evaluate

DILEMMA = MarkovGame.of(rewards=[[[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]])


@st.composite
def instances(draw, **limits):
    game = draw(strategies.games(**limits))
    return game, draw(strategies.policies(game))


def replies_of(game, player):
    """All deterministic policies [S, A_i] of one player, exact."""
    count = game.n_actions[player]
    for choice in itertools.product(range(count), repeat=game.n_states):
        yield EXACT.array(Policy.deterministic(game, replaced(game, player, choice)).probabilities[player])


def replaced(game, player, choice):
    return [choice if i == player else [0] * game.n_states for i in range(game.n_players)]


def gaps_by_enumeration(game, policy):
    arrays, lifted = GameArrays.of(game, EXACT), policy.lift(EXACT)
    now = evaluate(arrays, lifted).returns
    return [
        max(
            evaluate(arrays, [reply if j == i else p for j, p in enumerate(lifted)]).returns[i]
            for reply in replies_of(game, i)
        )
        - now[i]
        for i in range(game.n_players)
    ]


@given(instances(max_players=2))
def test_exact_gap_is_the_best_of_all_deterministic_replies(instance):
    gap = nash_gap(*instance)
    truth = gaps_by_enumeration(*instance)
    assert list(gap.lower) == truth == list(gap.upper) == list(gap.gaps)
    assert gap.bracket[0] == gap.bracket[1] == max(Fraction(int(x.p), int(x.q)) for x in truth)
    assert gap.is_equilibrium is (gap.maximum == 0)


@given(instances(max_players=2))
def test_replies_attain_the_gap(instance):
    game, policy = instance
    gap, arrays, lifted = nash_gap(game, policy), GameArrays.of(game, EXACT), policy.lift(EXACT)
    for i, reply in enumerate(gap.replies):
        changed = list(lifted)
        changed[i] = EXACT.array(Policy.deterministic(game, replaced(game, i, reply)).probabilities[i])
        assert evaluate(arrays, changed).returns[i] - gap.returns[i] == gap.gaps[i]


@given(instances())
def test_balls_enclose_the_gap_and_doubles_are_near(instance):
    truth = nash_gap(*instance).bracket[0]
    ball = nash_gap(*instance, Ball(128))
    assert ball.bracket[0] <= truth <= ball.bracket[1] <= truth + Fraction(1, 10**20)
    enclosure = Ball(128).enclosure(ball.maximum)
    assert enclosure[0] <= truth <= enclosure[1]
    low, high = nash_gap(*instance, FLOAT).bracket
    assert low == pytest.approx(float(truth), abs=1e-7)
    assert high == pytest.approx(float(truth), abs=1e-5)
    assert nash_gap(*instance, FLOAT).is_equilibrium is None


@given(instances(max_players=2))
def test_the_own_policy_does_not_matter_to_the_best_reply(instance):
    game, policy = instance
    arrays, lifted = GameArrays.of(game, EXACT), policy.lift(EXACT)
    uniform = [p * 0 + EXACT.number(Fraction(1, p.shape[1])) for p in lifted]
    for i in range(game.n_players):
        other = [uniform[j] if j == i else p for j, p in enumerate(lifted)]
        assert (best_response(arrays, lifted, i).values == best_response(arrays, other, i).values).all()


def test_prisoners_dilemma():
    cooperate, defect = (Policy.deterministic(DILEMMA, [[a], [a]]) for a in (0, 1))
    assert nash_gap(DILEMMA, cooperate).bracket == (2, 2)
    assert nash_gap(DILEMMA, defect).is_equilibrium is True
    half = Policy.of(DILEMMA, [[["1/2", "1/2"]], [["1/3", "2/3"]]])
    assert list(nash_gap(DILEMMA, half).gaps) == [EXACT.number(Fraction(2, 3)), EXACT.number(Fraction(1, 2))]


def test_a_gap_that_balls_cannot_resolve_stays_inside_their_bracket():
    tiny = Fraction(1, 10**40)
    game = MarkovGame.of(rewards=[[[1, 1 + tiny]]])
    policy = Policy.deterministic(game, [[0]])
    assert nash_gap(game, policy).bracket == (tiny, tiny)
    low, high = nash_gap(game, policy, Ball(64)).bracket
    assert low == 0
    assert tiny <= high < Fraction(1, 10**15)
    assert nash_gap(game, policy, Ball(64)).is_equilibrium is None
    assert nash_gap(game, policy, Ball(256)).is_equilibrium is False


def test_a_ball_gap_at_an_equilibrium_with_irrational_data_is_undecided_but_small():
    game = MarkovGame.of(rewards=[[["1/3", 0]]], discount="1/3")
    gap = nash_gap(game, Policy.of(game, [[["1", "0"]]]), Ball(64))
    assert gap.is_equilibrium is not False
    assert gap.bracket[1] < Fraction(1, 10**15)


def test_ragged_and_single_actions():
    rng = np.random.default_rng(3)
    game = MarkovGame.of(rewards=rng.integers(0, 9, size=(3, 2, 1, 3, 2)), transition=np.full((2, 1, 3, 2, 2), 0.5))
    gap = nash_gap(game, Policy.deterministic(game, [[0, 0], [1, 2], [0, 1]]))
    assert gap.gaps[0] == 0
    assert list(gap.gaps) == gaps_by_enumeration(game, Policy.deterministic(game, [[0, 0], [1, 2], [0, 1]]))
