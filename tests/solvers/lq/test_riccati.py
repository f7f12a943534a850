"""Coupled Riccati equations against hand-checked values, their own definition, QuantEcon, and finite differences."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lq_games import varying_game

from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.arithmetic.matrices import nearest_doubles
from mpgcert.errors import SingularMatrix, TooLarge
from mpgcert.games.lq import LQGame
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.best_response import best_response, nash_residual
from mpgcert.solvers.lq.evaluation import evaluate_gains
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.solvers.lq.solution import solve_riccati
from mpgcert.strategies import lq_games


def fractions(values):
    return [EXACT.enclosure(x)[0] for x in np.asarray(values).flat]


def two_players(horizon, terminal=None):
    """The example of issue 4, whose long-horizon limit QuantEcon knows."""
    Q = [[["0.01", 0], [0, 1]], [[1, 0], [0, "0.147"]]]
    return LQGame.of(
        horizon=horizon,
        A=[["0.588", "0.028"], ["0.570", "0.056"]],
        B=[[[1], [1]], [[0], [1]]],
        Q=[[q] * horizon + [terminal or q] for q in Q],
        R=[[["0.01"]], [["0.01"]]],
        W=[[1, 0], [0, 1]],
        initial={"second_moment": [[1, 0], [0, 1]]},
    )


def scalar(horizon, terminal=1):
    return LQGame.of(
        horizon=horizon,
        A=[[1]],
        B=[[[1]], [[1]]],
        Q=[[[[1]]] * horizon + [[[terminal]]]] * 2,
        R=[[[1]], [[1]]],
        W=[[1]],
        initial={"second_moment": [[1]]},
    )


def test_scalar_game_by_hand():
    solution = solve_riccati(scalar(3))
    for player in range(2):
        assert fractions(solution.gains[:, player, 0]) == [Fraction(1181, 3323), Fraction(11, 31), Fraction(1, 3)]
    assert fractions(solution.found.P[0, 1:, 0, 0]) == [Fraction(1181, 961), Fraction(11, 9), 1]


@given(st.fractions(min_value=0, max_value=50, max_denominator=20))
def test_the_terminal_cost_is_honoured(terminal):
    """(1 + q) k_1 + q k_2 = q and its mirror image: k = q / (1 + 2 q)."""
    gains = coupled_riccati(LQArrays.of(scalar(1, terminal), EXACT)).gains
    assert fractions(gains) == [terminal / (1 + 2 * terminal)] * 2


def test_one_stage_exactly():
    solution = solve_riccati(two_players(1))
    assert fractions(solution.gains) == [
        Fraction(55193, 109500),
        Fraction(5033, 109500),
        Fraction(1127, 18250),
        Fraction(343, 36500),
    ]
    (stage,) = solution.uniqueness.stages
    assert EXACT.enclosure(stage.determinant)[0] == Fraction(657, 50000)
    assert solution.exact_gains.parts[1].fractions() == fractions(solution.gains)[2:]


def test_long_horizon_is_quantecons_equilibrium(quantecon):
    A, B = np.array([[0.588, 0.028], [0.570, 0.056]]), np.array([[[1.0], [1.0]], [[0.0], [1.0]]])
    Q, R = [np.diag([0.01, 1]), np.diag([1, 0.147])], np.array([[0.01]])
    none, cross = np.zeros((1, 1)), np.zeros((2, 1))
    F1, F2, _, _ = quantecon.nnash(A, *B, *Q, R, R, none, none, cross, cross, none, none, tol=1e-14)
    gains = coupled_riccati(LQArrays.of(two_players(60), FLOAT)).gains
    assert gains[0] == pytest.approx(np.concatenate([F1, F2]), abs=1e-10)
    published = [[0.513358684363, 0.043947917030], [0.052474340448, 0.011406439522]]
    # printed from a run with the default tolerance 1e-8, hence right to 4e-10 only
    assert gains[0] == pytest.approx(np.array(published), abs=1e-9)


@given(lq_games())
def test_the_equations_of_the_paper_hold_exactly(game):
    """(2.4) by explicit inverse for each player, and (2.5) by evaluating the gains."""
    arrays = LQArrays.of(game, EXACT)
    solution = coupled_riccati(arrays)
    evaluation = evaluate_gains(arrays, solution.gains)
    assert (evaluation.P == solution.P).all()
    assert all(x == 0 for x in evaluation.gradients.flat)
    for t in range(game.horizon):
        for i, own in enumerate(arrays.slices):
            others = arrays.A[t] - arrays.B[t] @ solution.gains[t] + arrays.B[t][:, own] @ solution.gains[t][own]
            weighted = arrays.B[t][:, own].T @ solution.P[i, t + 1]
            inverted = EXACT.solve(arrays.R[i][t] + weighted @ arrays.B[t][:, own], weighted @ others)
            assert (inverted == solution.gains[t][own]).all()


@given(lq_games())
def test_doubles_follow_the_exact_recursion(game):
    exact, doubles = coupled_riccati(LQArrays.of(game, EXACT)), coupled_riccati(LQArrays.of(game, FLOAT))
    for name in ("gains", "P", "phi"):
        truth = nearest_doubles(getattr(exact, name))
        assert getattr(doubles, name) == pytest.approx(truth, rel=1e-6, abs=1e-6 * (1 + np.abs(truth).max()))


@given(lq_games())
def test_costs_by_both_recursions_agree_exactly(game):
    arrays = LQArrays.of(game, EXACT)
    evaluation = evaluate_gains(arrays, game.start.lift(EXACT))
    assert (evaluation.costs == evaluation.costs_by_covariance).all()


@given(lq_games(definite=False), st.data())
def test_gradients_are_exact_directional_derivatives(game, data):
    """In one K_t^i a cost is a quadratic polynomial, so that central differences are exact."""
    arrays = LQArrays.of(game, EXACT)
    gains = game.start.lift(EXACT)
    t = data.draw(st.integers(0, game.horizon - 1))
    i = data.draw(st.integers(0, game.n_players - 1))
    own = arrays.slices[i]
    row, column = data.draw(st.integers(own.start, own.stop - 1)), data.draw(st.integers(0, game.dimension - 1))
    moved = []
    for step in (1, -1):
        other = gains.copy()
        other[t, row, column] += step
        moved.append(evaluate_gains(arrays, other).costs[i])
    assert evaluate_gains(arrays, gains).gradients[t, row, column] == (moved[0] - moved[1]) / 2


@given(lq_games(max_horizon=4))
def test_gradients_by_finite_differences_of_trajectories(game):
    """Costs by propagating the states from a square root of Sigma_0 and of W, with no recursion for values."""
    arrays = LQArrays.of(game, FLOAT)
    gains = game.start.lift(FLOAT)

    def cost(gains, player):
        starts = [(0, arrays.sigma_0), *((t, arrays.W) for t in range(1, game.horizon + 1))]
        total = 0.0
        for begin, moment in starts:
            values, vectors = np.linalg.eigh(moment)
            x = vectors * np.sqrt(values.clip(0))
            for t in range(begin, game.horizon + 1):
                total += np.einsum("ai,ab,bi", x, arrays.Q[player, t], x)
                if t < game.horizon:
                    u = -gains[t] @ x
                    own = u[arrays.slices[player]]
                    total += np.einsum("ai,ab,bi", own, arrays.R[player][t], own)
                    x = arrays.A[t] @ x + arrays.B[t] @ u
        return total

    evaluation = evaluate_gains(arrays, gains)
    scale = 1 + np.abs(evaluation.costs).max() + np.abs(evaluation.gradients).max()
    for i, own in enumerate(arrays.slices):
        assert cost(gains, i) == pytest.approx(evaluation.costs[i], rel=1e-9, abs=1e-9)
        step = np.zeros_like(gains)
        step[0, own.start, 0] = 1.0
        slope = (cost(gains + step, i) - cost(gains - step, i)) / 2
        assert slope == pytest.approx(evaluation.gradients[0, own.start, 0], abs=1e-7 * scale)


@given(lq_games())
def test_every_best_response_to_the_equilibrium_is_the_equilibrium(game):
    arrays = LQArrays.of(game, EXACT)
    gains = coupled_riccati(arrays).gains
    residual = nash_residual(arrays, gains)
    assert residual.is_certain
    assert residual.largest == 0
    for i, own in enumerate(arrays.slices):
        assert (residual.responses[i].gains == gains[:, own]).all()
        assert (coupled_riccati(arrays).P[i] == residual.responses[i].P).all()


@given(lq_games(), st.integers(-3, 3))
def test_no_other_gains_beat_the_best_response(game, step):
    arrays = LQArrays.of(game, EXACT)
    gains = game.start.lift(EXACT)
    residual = nash_residual(arrays, gains)
    assert residual.is_certain
    assert all(saving >= 0 for saving in residual.savings)
    for i, own in enumerate(arrays.slices):
        replaced = gains.copy()
        replaced[:, own] = residual.responses[i].gains
        assert evaluate_gains(arrays, replaced).costs[i] == residual.responses[i].cost
        replaced[0, own.start, -1] += step
        assert evaluate_gains(arrays, replaced).costs[i] >= residual.responses[i].cost


def test_a_stationary_response_that_is_a_maximum_is_not_called_best():
    game = LQGame.of(horizon=1, A=[[1]], B=[[[1]]], Q=[[[-3]]], R=[[[1]]], W=[[0]], initial={"second_moment": [[1]]})
    for arithmetic in (EXACT, FLOAT, Ball(64)):
        arrays = LQArrays.of(game, arithmetic)
        assert best_response(arrays, arithmetic.array(ExactArray.parse([[[0]]], "K")), 0).is_minimum is False


@given(lq_games(), st.sampled_from([128, 256, 1000]))
def test_balls_contain_the_exact_solution(game, bits):
    exact, ball = solve_riccati(game), Ball(bits)
    with ball.context():
        enclosed = coupled_riccati(LQArrays.of(game, ball))
        pairs = [*zip(enclosed.gains.flat, exact.gains.flat), *zip(enclosed.P.flat, exact.found.P.flat)]
        for value, truth in pairs:
            low, high = ball.enclosure(value)
            assert low <= EXACT.enclosure(truth)[0] <= high


@settings(max_examples=15)
@given(lq_games())
def test_without_a_budget_the_solution_is_enclosed(game):
    exact, enclosed = solve_riccati(game), solve_riccati(game, exact_bits=0, radius=1e-30)
    assert exact.is_exact
    assert exact.radius == 0
    assert exact.uniqueness.verdict == enclosed.uniqueness.verdict == "holds"
    if game.horizon > 1:
        assert not enclosed.is_exact
        assert enclosed.exact_gains is None
        assert enclosed.radius <= 1e-30
        for value, truth in zip(enclosed.costs, exact.costs):
            low, high = enclosed.arithmetic.enclosure(value)
            assert low <= EXACT.enclosure(truth)[0] <= high
        low, high = enclosed.gain_bounds
        assert ((low <= enclosed.twin.gains + 1e-6) & (enclosed.twin.gains - 1e-6 <= high)).all()
        with pytest.raises(TooLarge, match="budget"):
            solve_riccati(game, exact_bits=0, insist_on_exact=True)


def test_exact_where_digits_stay_few_and_enclosed_where_not():
    assert solve_riccati(varying_game(8, 2, [1, 1])).is_exact
    assert solve_riccati(varying_game(60, 3, [2])).is_exact  # one player: digits grow linearly
    enclosed = solve_riccati(varying_game(20, 6, [2, 2, 2]))
    assert not enclosed.is_exact
    assert enclosed.radius < 1e-15
    with enclosed.arithmetic.context():
        residual = nash_residual(enclosed.arrays, enclosed.gains)
        low, high = enclosed.arithmetic.doubles(residual.largest)
    assert residual.is_certain
    assert low <= 0 <= high < 1e-12
    assert enclosed.twin.gains == pytest.approx(np.mean(enclosed.gain_bounds, axis=0), abs=1e-6)


def one_stage(Q, A=0, later=(), terminal=None, R=1):
    """Scalar game of two players with B = 1 and the same costs, by stage."""
    costs = [*later, Q] if terminal is None else [*later, Q, terminal]
    costs = [[[q]] for q in costs]
    T = len(costs) - 1
    return LQGame.of(
        horizon=T,
        A=[[A]],
        B=[[[1]], [[1]]],
        Q=[costs, costs],
        R=[[[R]], [[R]]],
        W=[[1]],
        initial={"second_moment": [[1]]},
    )


@pytest.mark.parametrize(
    ("game", "verdict", "solutions", "word"),
    [
        # Phi = [[1 + q, q], [q, 1 + q]] is singular for q = -1/2, b = q A (1, 1)'
        (one_stage("-1/2", A=1, later=[1]), "violated", "none", "no gains"),
        (one_stage("-1/2", A=0, later=[1]), "violated", "several", "infinitely many"),
        (one_stage("-1/2", A=0, later=[1, 1]), "violated", "several", "two lead to stage 0"),
        (one_stage("-1/2", A=1, later=[1, 1]), "violated", "none", "Phi_1"),
        (one_stage("-1", A=1, later=[1]), "violated", None, "inverts"),
        (one_stage("-2/5", A=1, later=[1]), "holds", "one", "regular"),
    ],
)
def test_singular_stages(game, verdict, solutions, word):
    for exact_bits in (2_000_000, 0):
        solution = solve_riccati(game, exact_bits=exact_bits)
        found = solution.uniqueness
        assert (found.verdict, found.solutions) == (verdict, solutions)
        assert word in found.reason
    if solutions in ("none", "several"):
        with pytest.raises(SingularMatrix, match="singular"):
            _ = solution.gains


def test_infinitely_many_gains_of_which_none_is_seen_to_lead_on():
    """With Q_t = -1/2 and A = 0 each choice at the last stage leads to another singular one; no verdict is guessed."""
    solution = solve_riccati(one_stage("-1/2", A=0, later=["-1/2"] * 3))
    assert solution.uniqueness.verdict == "undecided"
    assert "was not found" in solution.uniqueness.reason


def test_nearly_singular_is_not_singular():
    nearly = Fraction(-1, 2) + Fraction(1, 10**60)
    solution = solve_riccati(one_stage(str(nearly), A=1, later=[1]), exact_bits=0)
    assert solution.uniqueness.verdict == "holds"
    assert solution.uniqueness.stages[0].condition > 1e15
