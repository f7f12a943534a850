import itertools
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.equilibrium import potential_maximiser, pure_equilibria
from mpgcert.solvers.evaluation import evaluate

SMALL = {"max_players": 2, "max_states": 3, "max_actions": 2}


def matrix_game(*payoffs, **others):
    return MarkovGame.of(rewards=[[payoff] for payoff in payoffs], **others)


def deterministic(game):
    """All deterministic joint policies as choices [n, S], the first state slowest."""
    for joint in itertools.product(range(game.n_joint_actions), repeat=game.n_states):
        yield np.array(np.unravel_index(joint, game.n_actions))


def returns(game, choices):
    policy = Policy.deterministic(game, choices.tolist()).lift(EXACT)
    return evaluate(GameArrays.of(game, EXACT), policy).returns


def loses_by_every_change(game, choices):
    now = returns(game, choices)
    for i, count in enumerate(game.n_actions):
        for other in itertools.product(range(count), repeat=game.n_states):
            changed = choices.copy()
            changed[i] = other
            if list(other) != choices[i].tolist() and returns(game, changed)[i] >= now[i]:
                return False
    return True


@given(strategies.games(**SMALL))
def test_exactly_the_policies_with_gap_zero(game):
    found = pure_equilibria(game)
    truth = [c for c in deterministic(game) if nash_gap(game, Policy.deterministic(game, c.tolist())).maximum == 0]
    assert [e.policy.choices().tolist() for e in found] == [c.tolist() for c in truth]
    for equilibrium, choices in zip(found, truth):
        assert [EXACT.number(v) for v in equilibrium.values] == list(returns(game, choices))
        assert equilibrium.is_strict == loses_by_every_change(game, choices)


@given(strategies.games(max_players=3, max_states=1))
def test_one_state_by_vectorised_comparison(game):
    found = [e.policy.choices().tolist() for e in pure_equilibria(game)]
    truth = [
        c.tolist()
        for c in deterministic(game)
        if nash_gap(game, Policy.deterministic(game, c.tolist())).is_equilibrium is True
    ]
    assert found == truth


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_bimatrix_games_agree_with_quantecon(quantecon, seed, rows, columns):
    theory = quantecon.game_theory

    a, b = np.random.default_rng(seed).integers(0, 4, size=(2, rows, columns))
    oracle = theory.pure_nash_brute(theory.NormalFormGame([theory.Player(a), theory.Player(b.T.copy())]))
    found = [tuple(e.policy.choices()[:, 0].tolist()) for e in pure_equilibria(matrix_game(a.tolist(), b.tolist()))]
    assert sorted(found) == sorted(tuple(int(x) for x in profile) for profile in oracle)


def test_known_games():
    pennies = matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert len(pure_equilibria(pennies)) == 0
    stag = pure_equilibria(matrix_game([[4, 1], [3, 3]], [[4, 3], [1, 3]], discount="1/2"))
    assert [(e.policy.choices()[:, 0].tolist(), e.values, e.is_strict) for e in stag] == [
        ([0, 0], (8, 8), True),
        ([1, 1], (6, 6), True),
    ]
    nothing = pure_equilibria(matrix_game([[0, 0], [0, 0]], [[0, 0], [0, 0]]))
    assert (len(nothing), nothing.strict.any()) == (4, False)
    single = pure_equilibria(matrix_game([[1]], [[2]]))
    assert (len(single), single[0].is_strict) == (1, True)


# From state 0 both players together reach state 1; there each has a better action than the one played.
TOGETHER = [[[[1, 0], [1, 0]], [[1, 0], [0, 1]]], [[[1, 0], [1, 0]], [[1, 0], [1, 0]]]]
# From state 0 player 1 alone reaches state 1 with action 1.
ALONE = [[[[1, 0], [1, 0]], [[0, 1], [0, 1]]], [[[1, 0], [1, 0]], [[1, 0], [1, 0]]]]


@pytest.mark.parametrize(("kernel", "stable"), [(TOGETHER, True), (ALONE, False)])
def test_gains_where_the_policy_never_goes(kernel, stable):
    # In state 1 action 1 of player 1 pays 9; the policy plays 0 everywhere, and starts in state 0.
    payoff = [[[0, 0], [0, 0]], [[0, 0], [9, 9]]]
    game = MarkovGame.of(
        rewards=[payoff, [[[0, 0], [0, 0]]] * 2], transition=kernel, initial=[1, 0], discount=Fraction(1, 2)
    )
    idle = [[0, 0], [0, 0]]
    found = {str(e.policy.choices().tolist()): e for e in pure_equilibria(game)}
    assert (str(idle) in found) == stable
    assert nash_gap(game, Policy.deterministic(game, idle)).is_equilibrium is stable
    if stable:
        assert not found[str(idle)].is_strict  # the other action in state 1 changes nothing


def test_a_state_never_visited_keeps_an_equilibrium_from_being_strict():
    payoffs = [[[[1, 1], [0, 0]]] * 2, [[[1, 0], [1, 0]]] * 2]  # action 0 is strictly better everywhere
    for initial, strict in (([1, 0], False), (["1/2", "1/2"], True)):
        game = MarkovGame.of(rewards=payoffs, transition=TOGETHER, initial=initial, discount="1/2")
        (equilibrium,) = [e for e in pure_equilibria(game) if not e.policy.choices().any()]
        assert equilibrium.is_strict is strict


def test_discount_zero_counts_only_the_first_state():
    kernel = np.broadcast_to(np.array([0, 1]), (2, 2, 2))
    game = MarkovGame.of(rewards=[[[1, 0], [0, 1]]], transition=kernel, initial=[1, 0])
    assert [e.policy.choices().tolist() for e in pure_equilibria(game)] == [[[0, 0]], [[0, 1]]]


def test_limits_and_shapes():
    kernel = np.broadcast_to(np.eye(3, dtype=int)[:, None], (3, 4, 3))
    game = MarkovGame.of(rewards=np.zeros((1, 3, 4)), transition=kernel, discount="1/2")
    assert len(pure_equilibria(game, limit=64)) == 64
    with pytest.raises(TooLarge, match="64 deterministic policies"):
        pure_equilibria(game, limit=63)
    with pytest.raises(InvalidInput, match="phi"):
        potential_maximiser(game, ExactArray.of_integers(np.zeros((3, 3), dtype=int)))


@given(strategies.games(**SMALL))
def test_maximiser_of_a_common_reward_is_the_best_equilibrium(game):
    common = game.rewards[0]
    numerator = np.stack([common.numerator] * game.n_players)
    shared = game.with_rewards(ExactArray.of_integers(numerator, common.denominator))
    best = potential_maximiser(shared, common)
    assert best.nash_gap == 0
    assert best.values == (best.potential,) * game.n_players
    assert best.potential == max(e.values[0] for e in pure_equilibria(shared))


@given(strategies.games(**SMALL), st.integers(0, 2**32 - 1))
def test_reported_gap_is_true_also_when_phi_is_no_potential(game, seed):
    phi = ExactArray.of_integers(np.random.default_rng(seed).integers(0, 5, size=game.rewards.shape[1:]))
    best = potential_maximiser(game, phi)
    assert best.nash_gap == nash_gap(game, best.policy).bracket[1]
    assert [EXACT.number(v) for v in best.values] == list(returns(game, best.policy.choices()))


def test_eight_players_with_three_actions_are_decided_at_once():
    payoff = np.random.default_rng(1).integers(0, 10**9, size=(3,) * 8)
    game = matrix_game(*[payoff.tolist()] * 8)
    start = time.process_time()
    found = pure_equilibria(game)
    assert time.process_time() - start < 0.1
    top = np.unravel_index(payoff.argmax(), payoff.shape)
    assert any(e.policy.choices()[:, 0].tolist() == list(top) and e.is_strict for e in found)
    for equilibrium in list(found)[:20]:
        at = tuple(equilibrium.policy.choices()[:, 0])
        for i in range(8):
            line = payoff[(*at[:i], slice(None), *at[i + 1 :])]
            assert line.max() == payoff[at] == equilibrium.values[i]
