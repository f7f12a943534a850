import itertools
import json
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.games.builtin import builtin
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.dominance import iterated_dominance
from mpgcert.solvers.equilibrium import pure_equilibria
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.explored import evaluate_explored, exploration_rates
from mpgcert.solvers.mean_field import mean_field, refutation, stationary_point

SMALL = {"max_players": 2, "max_states": 2, "max_actions": 3, "full_support": True}
RATES = st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)])
HALF = Fraction(1, 2)


def choices_of(game):
    for joint in itertools.product(range(game.n_joint_actions), repeat=game.n_states):
        yield np.array(np.unravel_index(joint, game.n_actions))


@given(strategies.games(**SMALL), RATES)
def test_the_pure_points_are_all_that_brute_force_finds(game, rate):
    rates, arrays = exploration_rates(game, rate), GameArrays.of(game, EXACT)
    expected = {}
    for choices in choices_of(game):
        policy = Policy.deterministic(game, choices.tolist())
        found = evaluate_explored(arrays, policy.lift(EXACT), rates)
        tables = [found.advantage(i) for i in range(game.n_players)]
        if all(table.max() <= 0 for table in tables):
            ties = sum(int((table == 0).sum()) for table in tables)
            expected[str(choices.tolist())] = ties == game.n_players * game.n_states
    field = mean_field(game, rate)
    pure = [point for point in field.points if point.policy.is_deterministic]
    assert {str(point.policy.choices().tolist()): point.is_strict for point in pure} == expected
    assert field.n_policies == game.n_joint_actions**game.n_states
    for point in field.points:
        assert point.nash_gap == nash_gap(game, point.policy).bracket[0]
        assert point == stationary_point(game, point.policy, rate)


@given(strategies.games(**SMALL))
def test_without_exploration_the_points_are_the_equilibria(game):
    found = [point for point in mean_field(game, 0).points if point.policy.is_deterministic]
    equilibria = list(pure_equilibria(game))
    assert [point.policy for point in found] == [equilibrium.policy for equilibrium in equilibria]
    assert [point.is_strict for point in found] == [equilibrium.is_strict for equilibrium in equilibria]
    assert all(point.nash_gap == 0 and point.played_gap == 0 for point in found)
    assert refutation(mean_field(game, 0)) is None


@settings(max_examples=60)
@given(strategies.games(**SMALL), RATES, st.booleans(), st.integers(0, 2**32 - 1))
def test_dominance_holds_at_random_policies(game, rate, paired, seed):
    """Every removal's margin is a lower bound at random policies that use only what was left before it."""
    dominance = iterated_dominance(game, rate, paired=paired)
    rng = np.random.default_rng(seed)
    left = [[set(range(count)) for _ in range(game.n_states)] for count in game.n_actions]
    for stage in range(1, dominance.rounds + 1):
        steps = [step for step in dominance.eliminations if step.stage == stage]
        for _ in range(5):
            tables = [random_policy(rng, left, game) for _ in range(1 if paired else 2)]
            q = [evaluate_explored(GameArrays.of(game), table, dominance.rates).q for table in tables]
            for step in steps:
                gain = q[0][step.player][step.state, step.by] - q[-1][step.player][step.state, step.action]
                assert step.margin > 0
                assert gain >= float(step.margin) - 1e-9 * (1 + abs(gain))
        for step in steps:
            left[step.player][step.state].remove(step.action)
    assert dominance.surviving == tuple(tuple(tuple(sorted(actions)) for actions in states) for states in left)


def random_policy(rng, left, game):
    tables = []
    for states, count in zip(left, game.n_actions):
        table = np.zeros((game.n_states, count))
        for state, actions in enumerate(states):
            chosen = sorted(actions)
            table[state, chosen] = rng.dirichlet(np.full(len(chosen), rng.choice([0.1, 1.0])))
        tables.append(table)
    return tables


@given(strategies.games(**SMALL), RATES)
def test_where_dominance_leaves_one_policy_it_is_the_only_point_and_strict(game, rate):
    dominance = iterated_dominance(game, rate)
    if dominance.is_solved:
        (point,) = mean_field(game, rate).points
        assert point.policy == dominance.policy(game)
        assert point.is_strict
    else:
        assert dominance.policy(game) is None


def test_mixed_points_of_a_coordination_game_by_hand():
    """Against pi-hat = (p + 1/2) / 2 on `first`, indifference at pi-hat = 1/3 asks for p = 1/6."""
    game = MarkovGame.of(rewards=[[[[2, 0], [0, 1]]]] * 2)
    field = mean_field(game, HALF)
    assert field.is_complete
    mixed = [point for point in field.points if not point.policy.is_deterministic]
    assert [part.fractions() for part in mixed[0].policy.probabilities] == [[Fraction(1, 6), Fraction(5, 6)]] * 2
    assert len(field.points) == 3
    assert len(mixed) == 1
    assert [part.fractions() for part in mixed[0].played.probabilities] == [[Fraction(1, 3), Fraction(2, 3)]] * 2
    assert mixed[0].played_gap == 0 < mixed[0].nash_gap
    assert mixed[0].margin is None


def test_states_that_no_action_moves_combine_their_points():
    stage = [[2, 0], [0, 1]]
    kernel = [[[["1/2", "1/2"]] * 2] * 2] * 2
    game = MarkovGame.of(rewards=[[stage, stage]] * 2, transition=kernel, discount="1/2")
    field = mean_field(game, HALF)
    assert (len(field.points), field.is_complete) == (9, True)


def test_what_is_not_enumerated_is_said():
    stage = [[2, 0], [0, 1]]
    kernel = [[[[1, 0], [0, 1]], [[0, 1], [1, 0]]]] * 2
    field = mean_field(MarkovGame.of(rewards=[[stage, stage]] * 2, transition=kernel, discount="1/2"), HALF)
    assert not field.is_complete
    assert "not enumerated" in field.mixed


def test_matching_pennies_has_one_mixed_point():
    (point,) = mean_field(builtin("matching-pennies"), HALF).points
    assert point.policy == Policy.uniform(builtin("matching-pennies"))
    assert not point.is_strict


@pytest.mark.parametrize(("rate", "choices"), [("1/10", [[1], [2]]), ("1/2", [[2], [2]])])
def test_an_attracting_point_of_the_climbing_game_is_no_equilibrium(rate, choices):
    """(second, second) pays 7, but next to opponents who tremble its third neighbour is better: a local limit."""
    game = builtin("climbing")
    found = refutation(mean_field(game, rate))
    assert found.point.policy == Policy.deterministic(game, choices)
    assert (found.is_global, found.point.nash_gap) == (False, 1)
    assert "that start near" in found.argument


def test_too_many_policies():
    with pytest.raises(TooLarge):
        mean_field(builtin("random-potential"), HALF)
    with pytest.raises(TooLarge):
        iterated_dominance(builtin("random-potential"), limit=10)


class TestTremblingTeam:
    """The built-in example: what it promises, from independent computations where possible."""

    game = builtin("trembling-team")

    def test_unique_strict_equilibrium(self):
        dominance = iterated_dominance(self.game)
        (equilibrium,) = pure_equilibria(self.game)
        assert dominance.policy(self.game) == equilibrium.policy == Policy.deterministic(self.game, [[0, 0], [0, 0]])
        assert equilibrium.is_strict
        assert dominance.margin == Fraction(19, 24)
        assert self.game.is_identical_interest
        assert self.game.dense_kernel().min() > 0

    def test_the_limit_and_its_gap(self):
        found = refutation(mean_field(self.game, HALF))
        assert found.is_global
        assert found.point.policy == Policy.deterministic(self.game, [[1, 1], [0, 0]])
        assert found.point.nash_gap == Fraction(11, 6)
        assert found.point.played_gap == Fraction(45, 32)
        assert [table.to_float().tolist() for table in found.point.q] == [
            [[10.453125, 11.25], [11.953125, 12.75]],
            [[12.515625, 7.8046875], [13.765625, 10.0546875]],
        ]
        assert "with probability 1; its NE-gap is 11/6" in found.argument
        json.dumps(found.argument)

    def test_dominance_needs_no_separation_of_timescales(self):
        dominance = iterated_dominance(self.game, HALF, paired=False)
        assert dominance.is_solved
        assert dominance.margin == Fraction(17, 32)

    def test_the_gap_by_hand(self):
        """From (careful, help) the next state is a coin flip: v = u + (v_lean + v_rich) / 8, so the values add up to
        19 / (1 - 1/4); bold instead gives (10 and 12, to lean with 3/4): w = u + 3/16 w_lean + 1/16 w_rich."""
        limit = Fraction(19) / (1 - Fraction(1, 4)) / 2
        lean, rich = Fraction(27, 2), Fraction(31, 2)
        assert lean == 10 + Fraction(3, 16) * lean + Fraction(1, 16) * rich
        assert rich == 12 + Fraction(3, 16) * lean + Fraction(1, 16) * rich
        assert (lean + rich) / 2 - limit == Fraction(11, 6)

    @pytest.mark.parametrize("seed", [1, 2])
    def test_the_algorithm_ends_there(self, seed):
        """Algorithm 1 in plain Python: q near Q^theta, not near Q, and pi near (careful, help)."""
        q, policy = simulate(self.game, 0.5, 150_000, seed)
        limit = Policy.deterministic(self.game, [[1, 1], [0, 0]])
        for own, pure in zip(policy, limit.lift(FLOAT)):
            assert np.abs(own - pure).max() < 0.02
        tracked = evaluate_explored(GameArrays.of(self.game), policy, [HALF, HALF]).q
        claimed = evaluate(GameArrays.of(self.game), policy)
        for player in range(2):
            assert np.abs(q[player] - tracked[player]).max() < 0.5
            assert np.abs(q[player] - claimed.averaged_q(player)).max() > 1.5


def simulate(game, theta, stages, seed):
    """Algorithm 1 with alpha = n^-0.6, beta = n^-1, the first maximiser at ties: q and pi after some stages."""
    rng = random.Random(seed)
    rewards, kernel = game.rewards.to_float(), game.dense_kernel().to_float()
    discount, n = float(game.discount), game.n_players
    q = [[[0.0] * count for _ in range(game.n_states)] for count in game.n_actions]
    policy = [[[1 / count] * count for _ in range(game.n_states)] for count in game.n_actions]
    seen = [[[0] * count for _ in range(game.n_states)] for count in game.n_actions]
    visits = [0] * game.n_states

    def act(state):
        return tuple(
            rng.randrange(count) if rng.random() < theta else rng.choices(range(count), policy[i][state])[0]
            for i, count in enumerate(game.n_actions)
        )

    state = 0
    action = act(state)
    for _ in range(stages):
        following = rng.choices(range(game.n_states), kernel[(state, *action)])[0]
        visits[state] += 1
        beta = 0.99 / visits[state]
        for i in range(n):
            own = action[i]
            seen[i][state][own] += 1
            alpha = 0.99 * seen[i][state][own] ** -0.6
            top = q[i][state].index(max(q[i][state]))
            ahead = sum(p * value for p, value in zip(policy[i][following], q[i][following]))
            target = rewards[(i, state, *action)] + discount * ahead
            q[i][state][own] += alpha * (target - q[i][state][own])
            policy[i][state] = [p + beta * ((a == top) - p) for a, p in enumerate(policy[i][state])]
        state, action = following, act(following)
    return [np.array(table) for table in q], [np.array(table) for table in policy]
