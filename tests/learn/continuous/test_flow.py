from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import FLOAT, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import Policy
from mpgcert.games.builtin import builtin
from mpgcert.learn.continuous import (
    best_response_flow,
    largest_potential,
    lyapunov,
    potential_derivative,
    right_hand_side,
)
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.explored import evaluate_explored, exploration_rates
from mpgcert.solvers.mean_field import mean_field

SMALL = {"max_players": 2, "max_states": 3, "max_actions": 3, "min_players": 2, "full_support": True}
TEAM = builtin("trembling-team")
TIMES = np.linspace(0, 3, 31)


def excess(game, rates, policy, replies):
    """How far the replies are from maximal, relative to the size of the values."""
    tables = evaluate_explored(GameArrays.of(game), policy, rates).q
    short = max(float((q.max(axis=1) - (q * b).sum(axis=1)).max()) for q, b in zip(tables, replies))
    return short / (1 + max(float(np.abs(q).max()) for q in tables))


@settings(max_examples=25)
@given(strategies.games(**SMALL), st.integers(0, 99), st.sampled_from([0, "1/2"]), st.sampled_from([1, "1/3"]))
def test_the_replies_stay_best_on_their_piece(game, seed, exploration, gamma):
    flow = best_response_flow(game, Policy.random(game, seed), 3.0, exploration=exploration, gamma=gamma, tie=1e-9)
    rates = exploration_rates(game, exploration)
    ends = [*flow.switches, flow.end]
    for piece, end in zip(flow.pieces, ends):
        for share in (0.0, 0.37, 0.99):
            time = piece.start + share * (end - piece.start)
            assert excess(game, rates, flow.policy_at(time), piece.replies) <= 1e-8
    for table in flow.policy_at(flow.end):
        assert np.abs(table.sum(axis=1) - 1).max() < 1e-12


@pytest.mark.parametrize("exploration", [0, "1/2"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_against_small_steps_of_euler(seed, exploration):
    """The inclusion integrated naively, with different speeds per player and state."""
    gamma = [[0.3, 0.7], [1.0, 0.5]]
    flow = best_response_flow(TEAM, Policy.random(TEAM, seed), 3.0, gamma=gamma, exploration=exploration)
    arrays, rates = GameArrays.of(TEAM), exploration_rates(TEAM, exploration)
    policy, steps = Policy.random(TEAM, seed).lift(FLOAT), 3000
    for _ in range(steps):
        tables = evaluate_explored(arrays, policy, rates).q
        replies = [(q == q.max(axis=1, keepdims=True)).astype(float) for q in tables]
        policy = [p + 3.0 / steps * x for p, x in zip(policy, right_hand_side(FLOAT, policy, replies, gamma))]
    for found, expected in zip(flow.policy_at(3.0), policy):
        assert np.abs(found - expected).max() < 3e-3


def test_a_switch_is_where_the_actions_tie():
    flow = best_response_flow(TEAM, Policy.random(TEAM, 0), 3.0)
    assert flow.switches
    for time, before, after in zip(flow.switches, flow.pieces, flow.pieces[1:]):
        evaluation = evaluate(GameArrays.of(TEAM), flow.policy_at(time))
        changed = 0
        for player in range(2):
            q = evaluation.averaged_q(player)
            moved = np.abs(before.replies[player] - after.replies[player]).sum(axis=1) > 0
            assert np.abs(q[moved, 0] - q[moved, 1]).max(initial=0.0) < 1e-11
            changed += int(moved.sum())
        assert changed == 1


@settings(max_examples=15)
@given(strategies.games(potential=True, **SMALL), st.integers(0, 99))
def test_the_lyapunov_function_falls(game, seed):
    """Common interest: the reward is the potential, and its total only grows along solutions."""
    team = game.with_rewards(ExactArray.of_integers(game.rewards.numerator[[0, 0]], game.rewards.denominator))
    flow = best_response_flow(team, Policy.random(team, seed), 3.0, tie=1e-9)
    values = lyapunov(team, team.rewards[0], flow, [time for time in TIMES if time <= flow.end])
    scale = 1 + np.abs(values).max()
    assert (np.diff(values) <= 1e-7 * scale).all()
    assert values.min() >= -1e-9 * scale


def test_its_slope_is_the_derivative():
    flow = best_response_flow(TEAM, Policy.random(TEAM, 1), 3.0, gamma="1/2")
    arrays, table, h = GameArrays.of(TEAM), FLOAT.array(TEAM.rewards[0]), 1e-5
    for piece, end in zip(flow.pieces, [*flow.switches, flow.end]):
        middle = (piece.start + end) / 2
        behind, ahead = lyapunov(TEAM, TEAM.rewards[0], flow, np.array([middle - h, middle + h]))
        slope = potential_derivative(arrays, table, flow.policy_at(middle), piece.replies, "1/2")
        assert (ahead - behind) / (2 * h) == pytest.approx(slope, rel=1e-6)


def test_where_it_ends_with_and_without_exploration():
    """The solution of (7) ends at the equilibrium; the mean field of the dynamics as played does not."""
    ends = {}
    for exploration in (0, "1/2"):
        flow = best_response_flow(TEAM, Policy.uniform(TEAM), 60.0, exploration=exploration)
        (point,) = mean_field(TEAM, exploration).points
        for found, limit in zip(flow.policy_at(60.0), point.policy.lift(FLOAT)):
            assert np.abs(found - limit).max() < 1e-12
        ends[exploration] = point.nash_gap
        assert lyapunov(TEAM, TEAM.rewards[0], flow, np.array([60.0]))[0] == pytest.approx(float(point.nash_gap))
    assert ends == {0: 0, "1/2": Fraction(11, 6)}
    assert largest_potential(TEAM, TEAM.rewards[0]) == Fraction(29, 2)


def test_the_selection_at_ties():
    game = builtin("battle-of-the-sexes")
    mixed = Policy.of(game, [[["2/3", "1/3"]], [["1/3", "2/3"]]])
    resting = best_response_flow(game, mixed, 5.0, selection="stay", tie=1e-9)
    assert [table.tolist() for table in resting.policy_at(5.0)] == [table.tolist() for table in mixed.lift(FLOAT)]
    for rule, target in (("first", 0), ("last", 1)):
        flow = best_response_flow(game, mixed, 40.0, selection=rule, tie=1e-9)
        assert all(table[0, target] > 1 - 1e-9 for table in flow.policy_at(40.0))


def test_switches_that_accumulate_end_the_solution_early():
    """Matching pennies has no potential: solutions spiral into the mixed equilibrium, with ever faster switches."""
    game = builtin("matching-pennies")
    flow = best_response_flow(game, Policy.random(game, 4), 50.0, max_pieces=12)
    assert (len(flow.pieces), flow.is_complete) == (12, False)
    assert flow.end < 50.0
    late = Policy.from_doubles(flow.policy_at(flow.end))
    assert nash_gap(game, late).maximum < nash_gap(game, Policy.random(game, 4)).maximum
    with pytest.raises(InvalidInput, match="between 0 and"):
        flow.policy_at(flow.end + 1)


@pytest.mark.parametrize(("name", "value"), [("horizon", 0.0), ("horizon", float("nan")), ("tie", -1.0)])
def test_bad_numbers(name, value):
    with pytest.raises(InvalidInput) as error:
        best_response_flow(TEAM, Policy.uniform(TEAM), **({"horizon": 1.0} | {name: value}))
    assert error.value.field == name
