import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers import exploration, visitation_operator
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.exploration import exploration_constant, explore, mismatch
from mpgcert.solvers.reachability import reachable, staying_sets

SMALL = {"max_players": 2, "max_states": 3, "max_actions": 2}


def visitations(game):
    """d [S] of every deterministic joint policy, exact."""
    arrays = GameArrays.of(game, EXACT)
    for joint in itertools.product(range(game.n_joint_actions), repeat=game.n_states):
        policy = Policy.deterministic(game, np.array(np.unravel_index(joint, game.n_actions)).tolist())
        yield [Fraction(int(d.p), int(d.q)) for d in evaluate(arrays, policy.lift(EXACT)).visitation]


@given(strategies.games(**SMALL))
def test_constants_against_all_deterministic_joint_policies(game):
    least, most = ([f(column) for column in zip(*visitations(game))] for f in (min, max))
    result = explore(game)
    assert result.assumption_holds == (min(least) > 0)
    if result.assumption_holds:
        assert result.is_exact
        assert [low for low, _ in result.min_visitation] == least
        assert [low for low, _ in result.max_visitation] == most
        assert (1 / min(least),) * 2 == result.M
        assert result.D_inf == (max(high / low for low, high in zip(least, most)),) * 2
        assert least[result.worst_state] == min(least)
    else:
        assert result.M is None
        assert result.D_inf is None
        assert least[result.avoidance.state] == 0
        assert result.avoidance.visitation[result.avoidance.state] == 0


@given(strategies.games(), st.integers(0, 2**32 - 1))
def test_reachable_states_are_those_with_positive_visitation(game, seed):
    choice = np.random.default_rng(seed).integers(0, game.n_joint_actions, size=game.n_states)
    policy = Policy.deterministic(game, np.array(np.unravel_index(choice, game.n_actions)).tolist())
    visitation = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT)).visitation
    assert list(reachable(game, choice)) == [d > 0 for d in visitation]


@given(strategies.games(**SMALL))
def test_every_avoidable_state_is_found(game):
    least = [min(column) for column in zip(*visitations(game))]
    assert list(staying_sets(game).avoidable) == [low == 0 for low in least]


def check_certificates(game, result):
    rows = game.dense_kernel().reshape(game.n_states, game.n_joint_actions, game.n_states)
    assert result.lower_certificates
    for s, w in result.lower_certificates.items():
        values = w.fractions()
        for x, a in np.ndindex(game.n_states, game.n_joint_actions):
            successors = sum(p * v for p, v in zip(rows[x, a].fractions(), values))
            assert values[x] <= (1 - game.discount) * (x == s) + game.discount * successors
        bound = sum(p * v for p, v in zip(game.initial.fractions(), values))
        low, high = result.min_visitation[s]
        bound = max(bound, (1 - game.discount) * game.initial[s])
        assert bound == low if result.is_exact else bound <= high <= bound * (1 + Fraction(1, 10**6))


@given(strategies.games(full_support=True))
def test_certificates_and_minimising_policies(game):
    result = explore(game)
    assert result.assumption_holds
    check_certificates(game, result)
    for s in range(game.n_states):
        policy = result.minimising_policy(game, s)
        reached = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT)).visitation[s]
        assert reached == EXACT.number(result.min_visitation[s][0])


@given(strategies.games(full_support=True), st.data())
def test_no_policy_visits_less_than_M_says(game, data):
    evaluation = evaluate(GameArrays.of(game, EXACT), data.draw(strategies.policies(game)).lift(EXACT))
    result = explore(game)
    assert mismatch(evaluation) <= EXACT.number(result.M[1])
    assert mismatch(evaluation) == 1 / min(evaluation.visitation.tolist())
    crude = max(1 / ((1 - game.discount) * p) for p in game.initial.fractions())
    assert 1 <= result.D_inf[0] <= result.M[0] <= crude


@given(strategies.games(full_support=True, max_states=4))
def test_doubles_enclose_the_exact_constants(game):
    if game.n_states == 1 or game.discount == 0:
        game = MarkovGame.of(
            rewards=np.zeros((1, 2, 2)), transition=[[[0, 1], ["1/3", "2/3"]], [[1, 0], ["1/7", "6/7"]]], discount=0.9
        )
    exact, enclosed = explore(game), exploration._enclosed(game)
    pairs = [(exact.M, enclosed.M), (exact.D_inf, enclosed.D_inf)]
    pairs += zip(exact.min_visitation + exact.max_visitation, enclosed.min_visitation + enclosed.max_visitation)
    for (truth, _), (low, high) in pairs:
        assert low <= truth <= high <= low + truth * Fraction(1, 10**6)
    check_certificates(game, enclosed)


def test_one_state_and_discount_zero():
    game = MarkovGame.of(rewards=[[[1, 2]]], discount="0.9")
    assert explore(game).M == explore(game).D_inf == (1, 1)
    still = MarkovGame.of(
        rewards=np.zeros((1, 3, 1)), transition=np.eye(3)[:, None].tolist(), initial=["1/2", "1/3", "1/6"]
    )
    assert explore(still).M == (6, 6)
    assert explore(still).D_inf == (1, 1)
    missing = MarkovGame.of(rewards=np.zeros((1, 2, 1)), transition=np.full((2, 1, 2), 0.5), initial=[1, 0])
    assert explore(missing).avoidance.state == 1
    moving = MarkovGame.of(
        rewards=np.zeros((1, 2, 1)), transition=np.full((2, 1, 2), 0.5), initial=[1, 0], discount="1/2"
    )
    assert explore(moving).M == (4, 4)


def test_a_state_that_only_two_players_together_can_avoid():
    # State 1 is left out only if both play action 1 in state 0; then play stays in state 0.
    kernel = [[[[0, 1], [0, 1]], [[0, 1], [1, 0]]], [[[1, 0], [1, 0]], [[1, 0], [1, 0]]]]
    game = MarkovGame.of(rewards=np.zeros((2, 2, 2, 2)), transition=kernel, initial=[1, 0], discount="1/2")
    result = explore(game)
    assert (result.assumption_holds, result.avoidance.state) == (False, 1)
    assert result.avoidance.policy.choices()[:, 0].tolist() == [1, 1]
    assert result.avoidance.visitation == ExactArray.of_integers(np.array([1, 0]))


def test_a_probability_below_the_smallest_double_still_counts():
    tiny = Fraction(1, 10**400)
    kernel = [[[1 - tiny, tiny]], [[1, 0]]]
    game = MarkovGame.of(rewards=np.zeros((1, 2, 1)), transition=kernel, initial=[1, 0], discount="1/2")
    result = explore(game)
    assert result.assumption_holds
    assert result.M[0] > 10**400


@given(strategies.games(max_states=3))
def test_sparse_kernels_give_the_same(game):
    kernel = SparseKernel.of_dense(game.dense_kernel())
    twin = MarkovGame.of(rewards=game.rewards, transition=kernel, discount=game.discount, initial=game.initial)
    assert explore(twin).M == explore(game).M
    assert explore(twin).D_inf == explore(game).D_inf


def ring(n_states):
    """One player; step on around a ring, or stay."""
    rows = np.zeros((n_states, 2, n_states), dtype=int)
    rows[np.arange(n_states), 0, np.arange(n_states)] = 1
    rows[np.arange(n_states), 1, (np.arange(n_states) + 1) % n_states] = 1
    return rows


def test_larger_games_are_enclosed():
    game = MarkovGame.of(rewards=np.zeros((1, 70, 2)), transition=ring(70), discount="1/2")
    result = explore(game)  # staying in one's state visits the next 1/2 * 1/70 only
    assert not result.is_exact
    assert result.M[0] <= 140 <= result.M[1]
    assert result.M[1] - result.M[0] < Fraction(1, 10**5)
    check_certificates(game, result)
    avoiding = MarkovGame.of(
        rewards=np.zeros((1, 70, 2)), transition=ring(70), discount="1/2", initial=np.eye(70, dtype=int)[0]
    )
    result = explore(avoiding)
    assert (result.assumption_holds, result.avoidance.state, result.avoidance.visitation) == (False, 1, None)


def test_of_a_huge_game_some_states_are_searched(monkeypatch):
    game = MarkovGame.of(rewards=np.zeros((1, 70, 2)), transition=SparseKernel.of_dense(parsed(ring(70))), discount=0.5)
    everything = explore(game)
    monkeypatch.setattr(exploration, "SWEEP_WORK", 140 * 5)
    some = explore(game)
    assert len(everything.searched_states) == 70
    assert len(some.searched_states) == 5
    assert some.M[0] <= everything.M[1]
    assert everything.M[0] <= some.M[1]
    assert some.D_inf[0] <= everything.D_inf[1]
    assert everything.D_inf[0] <= some.D_inf[1]
    monkeypatch.setattr(visitation_operator, "MEMORY_LIMIT", 1000)
    with pytest.raises(TooLarge, match="limit"):
        explore(game)


def parsed(kernel):
    return ExactArray.of_integers(kernel)


def test_avoidable_states_of_a_huge_game_are_not_guessed(monkeypatch):
    initial = np.eye(70, dtype=int)[0]
    game = MarkovGame.of(rewards=np.zeros((1, 70, 2)), transition=ring(70), discount="1/2", initial=initial)
    monkeypatch.setattr(exploration, "SWEEP_WORK", 1000)
    with pytest.raises(TooLarge, match="may be avoidable"):
        explore(game)


def test_a_visitation_too_small_for_doubles_is_refused_not_guessed(monkeypatch):
    tiny = Fraction(1, 10**30)
    kernel = [[[1 - tiny, tiny]], [[1, 0]]]
    game = MarkovGame.of(rewards=np.zeros((1, 2, 1)), transition=kernel, initial=[1, 0], discount="1/2")
    assert explore(game).M[0] > 10**29
    monkeypatch.setattr(exploration, "EXACT_STATES", 1)
    with pytest.raises(TooLarge, match="too small"):
        explore(game)
    with pytest.raises(TooLarge, match="too small"):
        exploration_constant(game)


@given(strategies.games(full_support=True, max_states=4))
def test_the_constant_alone_is_that_of_all_states(game):
    low, high = exploration_constant(game)
    truth = explore(game).M[0]
    assert low <= truth <= high <= low * (1 + Fraction(1, 10**6))


def test_mismatch_of_one_policy():
    kernel = [[[0, 1]], [[0, 1]]]
    game = MarkovGame.of(rewards=np.zeros((1, 2, 1)), transition=kernel, initial=[0, 1], discount="1/2")
    policy = Policy.deterministic(game, [[0, 0]])
    assert mismatch(evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))) is None
    half = MarkovGame.of(rewards=np.zeros((1, 2, 1)), transition=kernel, discount="1/2")
    for arithmetic in (FLOAT, EXACT, Ball(64)):
        with arithmetic.context():
            assert mismatch(evaluate(GameArrays.of(half, arithmetic), policy.lift(arithmetic))) == 4
