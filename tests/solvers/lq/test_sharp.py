"""The sharp criterion against hand computation, exact root counts on the boundary, and the algorithm itself."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.errors import InvalidInput, SingularMatrix
from mpgcert.games.lq import LQGame
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import evaluate_gains
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.solvers.lq.sharp import certify_step_sizes, sharp_criterion
from mpgcert.solvers.lq.solution import solve_riccati
from mpgcert.solvers.lq.stability import eigenvalues_in_right_half_plane, eigenvalues_in_unit_disc
from mpgcert.strategies import lq_games


def one_stage(B, Q, R=(1, 1), A=1):
    """Scalar state, Phi = diag(R) + (b_i q_i b_j)."""
    return LQGame.of(
        horizon=1,
        A=[[A]],
        B=[[[b]] for b in B],
        Q=[[[[1]], [[q]]] for q in Q],
        R=[[[r]] for r in R],
        W=[[1]],
        initial={"second_moment": [[1]]},
    )


def iterate(game, gains, steps, count):
    """Algorithm 1 in doubles; the largest distance to K* after each iteration."""
    arrays = LQArrays.of(game, FLOAT)
    best = coupled_riccati(arrays).gains
    scale = np.concatenate([np.full(k, float(s)) for s, k in zip(steps, game.control_dimensions)])
    distances = []
    for _ in range(count):
        gains = gains - 2 * scale[:, None] * evaluate_gains(arrays, gains).directions
        distances.append(np.abs(gains - best).max())
    return distances


def test_two_symmetric_players_by_hand():
    """Phi = [[2, 1], [1, 2]] has the eigenvalues 1 and 3: largest step 1/3, best 1/4 with rate 1/2."""
    solution = solve_riccati(one_stage((1, 1), (1, 1)))
    criterion = sharp_criterion(solution)
    ball = criterion.ball
    for value, truth in ((criterion.largest_step, Fraction(1, 3)), (criterion.best_rate, Fraction(1, 2))):
        low, high = ball.enclosure(value)
        assert low <= truth <= high
        assert high - low < Fraction(1, 10**15)
    assert criterion.best_step == Fraction(1, 4)
    assert certify_step_sizes(solution, [Fraction(1, 3) - Fraction(1, 10**40)] * 2).outcome == "converges"
    boundary = certify_step_sizes(solution, [Fraction(1, 3)] * 2)  # exactly 1: decided in rationals
    assert boundary.outcome == "fails"
    assert "not below 1" in boundary.reason
    assert certify_step_sizes(solution, [Fraction(1, 3) + Fraction(1, 10**20)] * 2).outcome == "fails"
    assert certify_step_sizes(solution, [Fraction(1, 100), Fraction(49, 100)]).outcome == "converges"


def test_complex_eigenvalues():
    # Phi = [[4, 3], [-3, -2]]: the double eigenvalue 1, not diagonalisable
    criterion = sharp_criterion(solve_riccati(one_stage((1, 1), (3, -3))))
    low, high = criterion.ball.enclosure(criterion.largest_step)
    assert low <= 1 <= high
    assert high - low < Fraction(1, 10**12)
    # Phi = [[3, -2], [1, 2]], mu = (5 +- i sqrt 7) / 2
    criterion = sharp_criterion(solve_riccati(one_stage((1, -1), (2, -1), R=(1, 3))))
    low, high = criterion.ball.enclosure(criterion.largest_step)
    assert low <= Fraction(5, 2) / 8 <= high
    low, high = criterion.ball.enclosure(criterion.best_rate)  # |Im mu| / |mu| = sqrt(7 / 32)
    assert low**2 <= Fraction(7, 32) <= high**2
    assert high - low < Fraction(1, 10**12)


def test_no_step_size_works():
    """det(Phi) = 1 + q_1 + q_2 < 0, so that one eigenvalue is negative."""
    for Q, B in (((-3, -3), (1, 1)), ((1, -4), (1, 1))):
        criterion = sharp_criterion(solve_riccati(one_stage(B, Q)))
        assert criterion.exists is False
        assert criterion.largest_step is None
        assert "no step size" in criterion.reason
        solution = solve_riccati(one_stage(B, Q))
        for step in (Fraction(1, 10**6), Fraction(1, 10), Fraction(1)):
            assert certify_step_sizes(solution, [step] * 2).outcome == "fails"


def test_purely_imaginary_eigenvalues_are_seen_exactly():
    """Phi = [[2, 6], [-2, -2]], mu = +- i sqrt 8."""
    solution = solve_riccati(one_stage((1, 2), (3, -1), R=(-1, 2)))
    criterion = sharp_criterion(solution)
    assert criterion.exists is False
    assert certify_step_sizes(solution, [Fraction(1, 10**9)] * 2).outcome == "fails"


@given(lq_games(), st.lists(st.integers(1, 4), min_size=3, max_size=3))
def test_the_supremum_is_bracketed_by_verdicts(game, ratios):
    """Just below it converges, just above it fails, for any ratios; the rates agree with numpy's eigenvalues."""
    ratios = ratios[: game.n_players]
    solution = solve_riccati(game)
    criterion = sharp_criterion(solution, ratios)
    if not criterion.exists:
        assert criterion.exists is False
        assert certify_step_sizes(solution, [Fraction(r, 10**6) for r in ratios]).outcome == "fails"
        return
    low, high = criterion.ball.enclosure(criterion.largest_step)
    tiny = Fraction(1, 10**6)
    assert certify_step_sizes(solution, [r * low * (1 - tiny) for r in ratios]).outcome == "converges"
    assert certify_step_sizes(solution, [r * high * (1 + tiny) for r in ratios]).outcome == "fails"
    doubles = coupled_riccati(LQArrays.of(game, FLOAT)).phi
    weights = np.concatenate([np.full(k, float(r)) for r, k in zip(ratios, game.control_dimensions)])
    eta = float(criterion.best_step)
    radii = [np.abs(np.linalg.eigvals(np.eye(len(M)) - 2 * eta * weights[:, None] * M)).max() for M in doubles]
    assert max(radii) == pytest.approx(sum(criterion.ball.doubles(criterion.rate(criterion.best_step))) / 2, abs=1e-5)
    low, high = criterion.ball.doubles(criterion.best_rate)
    assert max(radii) >= low - 1e-5
    for factor in (Fraction(9, 10), Fraction(99, 100), Fraction(101, 100), Fraction(11, 10)):
        assert criterion.ball.doubles(criterion.rate(criterion.best_step * factor))[1] >= low


@settings(max_examples=20)
@given(lq_games(max_horizon=2), st.integers(0, 2**32 - 1))
def test_the_algorithm_does_what_the_criterion_says(game, seed):
    solution = solve_riccati(game)
    criterion = sharp_criterion(solution)
    if not criterion.exists:
        return
    bound = Fraction(criterion.ball.doubles(criterion.largest_step)[0])
    start = coupled_riccati(LQArrays.of(game, FLOAT)).gains
    start = start + 1e-3 * np.random.default_rng(seed).standard_normal(start.shape)
    with np.errstate(all="ignore"):
        fast = iterate(game, start, [criterion.best_step] * game.n_players, 300)
        slow = iterate(game, start, [bound * Fraction(3, 2)] * game.n_players, 100)
    if criterion.ball.doubles(criterion.best_rate)[1] < 0.93:  # below 1e-9 after 300 steps
        assert fast[-1] < 1e-7
    assert not slow[-1] < 1e2 * slow[0]


def test_enclosed_equilibria():
    rng = np.random.default_rng(1)
    game = LQGame.of(
        horizon=12,
        A=ExactArray.of_integers(rng.integers(-9, 10, (4, 4)), 40),
        B=[ExactArray.of_integers(rng.integers(-9, 10, (4, 1)), 20) for _ in range(3)],
        Q=[np.eye(4, dtype=int)] * 3,
        R=[[[1]]] * 3,
        W=np.eye(4, dtype=int),
        initial={"second_moment": np.eye(4, dtype=int)},
    )
    solution = solve_riccati(game)
    assert isinstance(solution.arithmetic, Ball)
    criterion = sharp_criterion(solution)
    assert criterion.exists
    low, high = criterion.ball.enclosure(criterion.largest_step)
    assert high - low < Fraction(1, 10**12)
    assert certify_step_sizes(solution, [low * Fraction(999, 1000)] * 3).outcome == "converges"
    assert certify_step_sizes(solution, [high * Fraction(1001, 1000)] * 3).outcome == "fails"
    assert certify_step_sizes(solution, [Fraction(float(low))] * 3).outcome in ("converges", "fails", "undecided")


entries = st.fractions(min_value=-2, max_value=2, max_denominator=3)


@given(st.integers(1, 4), st.data(), st.sampled_from([EXACT, Ball(256)]))
def test_where_eigenvalues_lie(size, data, arithmetic):
    flat = data.draw(st.lists(entries, min_size=size * size, max_size=size * size))
    exact = ExactArray.of_fractions(flat, (size, size))
    values = np.linalg.eigvals(exact.to_float())
    with arithmetic.context():
        matrix = arithmetic.array(exact)
        disc = eigenvalues_in_unit_disc(arithmetic, matrix)
        plane = eigenvalues_in_right_half_plane(arithmetic, matrix)
    if abs(np.abs(values).max() - 1) > 1e-3:
        assert disc is bool(np.abs(values).max() < 1)
    if abs(values.real.min()) > 1e-3 and np.abs(values + 1).min() > 1e-3:
        assert plane is bool(values.real.min() > 0)


@pytest.mark.parametrize("steps", [[1], [1, 0], [1, -1], [1, 1, 1]])
def test_bad_step_sizes(steps):
    solution = solve_riccati(one_stage((1, 1), (1, 1)))
    with pytest.raises(InvalidInput, match="step_sizes"):
        certify_step_sizes(solution, steps)
    with pytest.raises(InvalidInput, match="ratios"):
        sharp_criterion(solution, steps)


def test_without_an_equilibrium_there_is_nothing_to_converge_to():
    solution = solve_riccati(one_stage((1, 1), ("-1/2", "-1/2")))
    with pytest.raises(SingularMatrix):
        sharp_criterion(solution)
