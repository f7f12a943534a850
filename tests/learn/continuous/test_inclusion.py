from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.errors import InvalidInput
from mpgcert.games import Policy
from mpgcert.games.builtin import builtin
from mpgcert.learn.continuous import SELECTIONS, right_hand_side, select_replies
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate

SMALL = {"max_players": 3, "max_states": 3, "max_actions": 3}


@st.composite
def situations(draw):
    game = draw(strategies.games(**SMALL))
    policy = draw(strategies.policies(game)).lift(EXACT)
    evaluation = evaluate(GameArrays.of(game, EXACT), policy)
    return policy, [evaluation.averaged_q(i) for i in range(game.n_players)]


@given(situations(), st.sampled_from(SELECTIONS))
def test_every_rule_selects_a_best_reply(situation, rule):
    policy, q = situation
    for table, chosen, own in zip(q, select_replies(EXACT, q, policy, rule), policy):
        for values, row, now in zip(table.tolist(), chosen.tolist(), own.tolist()):
            best = [a for a, value in enumerate(values) if value == max(values)]
            assert sum(row) == 1
            assert min(row) >= 0
            assert sum(x * value for x, value in zip(row, values)) == max(values)
            expected = {
                "first": [int(a == best[0]) for a in range(len(row))],
                "last": [int(a == best[-1]) for a in range(len(row))],
                "uniform": [EXACT.number(Fraction(int(a in best), len(best))) for a in range(len(row))],
            }
            rests = sum(now[a] for a in best) == 1
            assert row == (now if rests else expected["first"]) if rule == "stay" else row == expected[rule]


@given(situations(), st.integers(1, 9))
def test_the_right_hand_side(situation, ninths):
    policy, q = situation
    replies = select_replies(EXACT, q, policy)
    gamma = [[EXACT.number(Fraction(ninths + i + s, 20)) for s in range(len(policy[0]))] for i in range(len(policy))]
    for i, speed in enumerate(right_hand_side(EXACT, policy, replies, gamma)):
        assert speed.sum(axis=1).tolist() == [0] * len(speed)
        for s, row in enumerate(speed):
            assert row.tolist() == [gamma[i][s] * (b - p) for b, p in zip(replies[i][s], policy[i][s])]


def test_arithmetics_agree():
    game = builtin("trembling-team")
    exact, *others = [
        right_hand_side(
            arithmetic,
            (policy := Policy.random(game, 3).lift(arithmetic)),
            select_replies(arithmetic, [part * 0 + part for part in policy], policy),
            "1/3",
        )
        for arithmetic in (EXACT, FLOAT, Ball(128))
    ]
    for other in others:
        for table, expected in zip(other, exact):
            assert np.abs(table.astype(float) - expected.astype(float)).max() < 1e-15


def test_a_tie_within_the_tolerance():
    q, policy = [np.array([[1.0, 1.0 + 1e-14]])], [np.array([[0.5, 0.5]])]
    assert select_replies(FLOAT, q, policy, "first")[0].tolist() == [[0, 1]]
    assert select_replies(FLOAT, q, policy, "first", Fraction(1, 10**12))[0].tolist() == [[1, 0]]
    assert select_replies(FLOAT, q, policy, "stay", Fraction(1, 10**12))[0].tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("gamma", [0, -1, "x", float("nan"), [[1.0]], [[1.0, 0.0], [1.0, 1.0]]])
def test_bad_rates_of_change(gamma):
    policy = [np.full((2, 2), 0.5)] * 2
    with pytest.raises(InvalidInput) as error:
        right_hand_side(FLOAT, policy, policy, gamma)
    assert error.value.field == "gamma"


def test_an_unknown_rule():
    policy = [np.full((2, 2), 0.5)]
    with pytest.raises(InvalidInput, match="first or last or uniform or stay"):
        select_replies(FLOAT, policy, policy, "second")
