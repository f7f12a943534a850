import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.stationary import is_stationary, isolation
from mpgcert.solvers.supports import stationary_set, support_pairs


def matrix_game(*payoffs, **others):
    return MarkovGame.of(rewards=[[payoff] for payoff in payoffs], **others)


def check_segment(game, segment):
    """Ends and inner points are stationary, and differ."""
    assert segment.first != segment.second
    for share in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)):
        assert is_stationary(game, segment.at(share))
    for i, (first, second) in enumerate(zip(segment.first.probabilities, segment.second.probabilities)):
        for s in range(game.n_states):
            assert (first[s] == second[s]) == ((i, s) != (segment.player, segment.state))


def has_pure_tie(game):
    arrays = GameArrays.of(game, EXACT)
    for joint in itertools.product(range(game.n_joint_actions), repeat=game.n_states):
        choices = np.array(np.unravel_index(joint, game.n_actions))
        evaluation = evaluate(arrays, Policy.deterministic(game, choices.tolist()).lift(EXACT))
        for i in range(game.n_players):
            if (evaluation.averaged_advantage(i) == 0).sum() > game.n_states:
                return True
    return False


@given(strategies.games(max_players=3, max_states=2, max_actions=2))
def test_verdicts_on_any_game(game):
    result = isolation(game)
    active = sum(count > 1 for count in game.n_actions)
    if result.verdict == "violated":
        check_segment(game, result.segment)
    else:
        assert not has_pure_tie(game)
        assert (result.verdict == "holds") >= (active <= 1)
        assert result.reason
    if has_pure_tie(game):
        assert result.verdict == "violated"
    if result.verdict == "holds":
        pure = game.n_joint_actions**game.n_states
        assert result.n_stationary >= pure


@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 8, 100]))
def test_two_by_two_games_by_hand(seed, levels):
    a, b = np.random.default_rng(seed).integers(0, levels, size=(2, 2, 2))
    result = isolation(matrix_game(a.tolist(), b.tolist()))
    # Player 1 is indifferent at y when (a00 - a10) y + (a01 - a11) (1 - y) = 0, player 2 likewise at x.
    own, other = a[0] - a[1], b[:, 0] - b[:, 1]
    tie = not (own.all() and other.all())
    assert result.verdict == ("violated" if tie else "holds")
    if not tie:
        assert result.n_stationary == 4 + (own[0] * own[1] < 0 and other[0] * other[1] < 0)
        for row, column in result.mixed_profiles[0]:
            assert row[0] == Fraction(int(-other[1]), int(other[0] - other[1]))
            assert column[0] == Fraction(int(-own[1]), int(own[0] - own[1]))


def simplex_grid(size, parts):
    for cuts in itertools.product(range(parts + 1), repeat=size - 1):
        if sum(cuts) <= parts:
            yield np.array([*cuts, parts - sum(cuts)])


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 3), st.sampled_from([1, 4, 12, 60]))
def test_supports_against_a_grid_of_mixed_profiles(seed, m, k, levels):
    a, b = np.random.default_rng(seed).integers(-levels, levels + 1, size=(2, m, k))
    found = stationary_set(*(EXACT.array(ExactArray.of_integers(part)) for part in (a, b)))
    assert found.n_pairs == support_pairs(m, k)
    grid = set()
    for x, y in itertools.product(simplex_grid(m, 6), simplex_grid(k, 6)):
        own, other = a @ y, x @ b
        if (x * (6 * own - x @ own) == 0).all() and (y * (6 * other - other @ y) == 0).all():
            grid.add(tuple(tuple(Fraction(int(v), 6) for v in part) for part in (x, y)))
    if found.segment is None:
        assert grid <= set(found.points)
        assert len(set(found.points)) == len(found.points)
    ends = list(found.points)
    if found.segment is not None:
        (x, y), (x_end, y_end) = found.segment
        assert (x == x_end) != (y == y_end)  # one of the players moves
        middle = [tuple((p + q) / 2 for p, q in zip(*pair)) for pair in ((x, x_end), (y, y_end))]
        ends = [(x, y), (x_end, y_end), (middle[0], middle[1])]
    for x, y in ends:
        own, other = a @ np.array(y), np.array(x) @ b
        assert all(p * (v - own @ np.array(x)) == 0 for p, v in zip(x, own))
        assert all(p * (v - other @ np.array(y)) == 0 for p, v in zip(y, other))


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 3))
def test_equilibria_of_quantecon_are_among_the_stationary_points(quantecon, seed, m, k):
    theory = quantecon.game_theory

    a, b = np.random.default_rng(seed).integers(0, 1000, size=(2, m, k)).astype(float)
    result = stationary_set(*(EXACT.array(ExactArray.parse(part, "payoff")) for part in (a, b)))
    if result.segment is None:
        points = [tuple(float(v) for part in point for v in part) for point in result.points]
        for x, y in theory.support_enumeration(theory.NormalFormGame([theory.Player(a), theory.Player(b.T.copy())])):
            assert any(np.allclose([*x, *y], point, atol=1e-9) for point in points)


@pytest.mark.parametrize(
    ("payoffs", "count"),
    [
        (([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 5),  # matching pennies
        (([[3, 0], [5, 1]], [[3, 5], [0, 1]]), 4),  # prisoners' dilemma
        (([[4, 1], [3, 2]], [[4, 3], [1, 2]]), 5),  # stag hunt without ties
        (([[-10, 1.4], [1.6, 1.5], [2, -10]],) * 2, 7),  # zhang2022, figure 1: one mixed point
    ],
)
def test_known_isolated_games(payoffs, count):
    result = isolation(matrix_game(*payoffs))
    assert (result.verdict, result.n_stationary) == ("holds", count)


def test_rock_paper_scissors_has_mixed_points_on_faces():
    payoff = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    game = matrix_game(payoff.tolist(), (-payoff).tolist())
    result = isolation(game)
    assert result.verdict == "holds"
    third = (Fraction(1, 3),) * 3
    assert (third, third) in result.mixed_profiles[0]
    assert all(is_stationary(game, Policy.of(game, [[row] for row in rows])) for rows in result.mixed_profiles[0])
    assert len(set(result.mixed_profiles[0])) == 6 + 1  # on faces with two actions each, and all three
    assert result.n_stationary == 9 + 7


@pytest.mark.parametrize(
    "payoffs",
    [
        ([[1, 0], [0, 0]], [[1, 0], [0, 0]]),  # coordination with a tie
        ([[2, 2]], [[1, 1]]),
        ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
        ([[1, -1, 2], [0, 0, 0]], [[0, 1, 3], [4, 3, 1]]),  # no tie among pure policies, a mixed continuum
    ],
)
def test_known_continua(payoffs):
    game = matrix_game(*payoffs)
    result = isolation(game)
    assert result.verdict == "violated"
    check_segment(game, result.segment)


def test_a_mixed_continuum_has_no_tied_pure_actions():
    result = isolation(matrix_game([[1, -1, 2], [0, 0, 0]], [[0, 1, 3], [4, 3, 1]]))
    assert result.segment.actions is None
    assert result.n_support_pairs == support_pairs(2, 3)


def test_states_that_actions_do_not_move_multiply():
    rewards = [[[[1, -1], [-1, 1]], [[3, 0], [5, 1]]], [[[-1, 1], [1, -1]], [[3, 5], [0, 1]]]]
    kernel = np.broadcast_to(np.array([[1, 3], [2, 2]])[:, None, None], (2, 2, 2, 2))
    game = MarkovGame.of(
        rewards=rewards, transition=ExactArray.of_integers(np.array(kernel), 4), discount=Fraction(9, 10)
    )
    twin = MarkovGame.of(rewards=rewards, transition=SparseKernel.of_dense(game.dense_kernel()), discount="0.9")
    for each in (game, twin):
        result = isolation(each)
        assert (result.verdict, result.n_stationary, len(result.mixed_profiles)) == ("holds", 5 * 4, 2)
    moved = np.array(kernel)
    moved[0, 0, 0] = [2, 2]
    coupled = MarkovGame.of(rewards=rewards, transition=ExactArray.of_integers(moved, 4), discount="0.9")
    sparse = MarkovGame.of(rewards=rewards, transition=SparseKernel.of_dense(coupled.dense_kernel()), discount="0.9")
    for each in (coupled, sparse):
        assert (isolation(each).verdict, isolation(each).n_policies) == ("undecided", 16)


def test_one_player_without_ties_has_only_deterministic_stationary_policies():
    kernel = ExactArray.of_integers(np.array([[[1, 3], [2, 2]], [[3, 1], [1, 3]]]), 4)
    game = MarkovGame.of(rewards=[[[0, 1], [5, 3]]], transition=kernel, discount="1/2")
    assert not has_pure_tie(game)
    result = isolation(game)
    assert (result.verdict, result.n_stationary) == ("holds", 4)
    tied = MarkovGame.of(rewards=[[[1, 1], [5, 3]]], transition=[[[1, 0]] * 2, [[0, 1], [1, 0]]], discount="1/2")
    check_segment(tied, isolation(tied).segment)


def test_a_near_tie_is_no_tie():
    kernel = [[["1/2", "1/2"], ["1/3", "2/3"]], [["1/2", "1/2"], ["1/4", "3/4"]]]
    values = {True: "holds", False: "violated"}
    for tiny in (Fraction(0), Fraction(1, 10**30)):
        # Both states pay the same, so values do not depend on transitions, and actions tie up to `tiny`.
        game = MarkovGame.of(rewards=[[[1, 1 + tiny], [1, 1 + 2 * tiny]]], transition=kernel, discount="1/2")
        assert isolation(game).verdict == values[tiny > 0]
        assert has_pure_tie(game) == (tiny == 0)
    assert isolation(game, policy_limit=2).verdict == "undecided"


def test_limits_leave_it_undecided_with_the_reason():
    rng = np.random.default_rng(5)
    three = MarkovGame.of(rewards=rng.permutation(3 * 8).reshape(3, 1, 2, 2, 2))
    assert "3 players" in isolation(three).reason
    two = matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert isolation(two, pair_limit=8).verdict == "undecided"
    weights = rng.integers(1, 100, size=(3, 2, 2, 3))
    rows = [[[[Fraction(int(w), int(c.sum())) for w in c] for c in b] for b in a] for a in weights]
    game = MarkovGame.of(rewards=rng.random((2, 3, 2, 2)), transition=rows, discount="0.9")
    assert isolation(game).n_policies == 64
    sampled = isolation(game, policy_limit=10)
    assert (sampled.verdict, sampled.n_policies) == ("undecided", 10)
    assert "sample" in sampled.reason


def test_no_choice_at_all():
    result = isolation(matrix_game([[[1]]], [[[2]]], [[[3]]]))
    assert (result.verdict, result.n_stationary) == ("holds", 1)
