"""The recursion in balls of FLINT against exact rationals and against the recursion on arrays of balls."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, Ball, ExactArray
from mpgcert.errors import SingularMatrix
from mpgcert.games.lq import LQGame
from mpgcert.solvers.lq import ball_riccati
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.ball_riccati import enclosed_riccati
from mpgcert.solvers.lq.riccati import coupled_riccati


def random_game(seed, horizon, d, controls):
    rng = np.random.default_rng(seed)

    def definite(*shape):
        factor = rng.integers(-2, 3, shape)
        return ExactArray.of_integers(factor @ factor.swapaxes(-1, -2) + 2 * np.eye(shape[-1], dtype=int), 3)

    return LQGame.of(
        horizon=horizon,
        A=ExactArray.of_integers(rng.integers(-9, 10, (horizon, d, d)), 10),
        B=[ExactArray.of_integers(rng.integers(-9, 10, (horizon, d, k)), 7 + k) for k in controls],
        Q=[definite(horizon + 1, d, d) for _ in controls],
        R=[definite(horizon, k, k) for k in controls],
        W=definite(d, d),
        initial={"second_moment": definite(d, d)},
    )


@settings(max_examples=25)
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 3), st.lists(st.integers(1, 2), min_size=1, max_size=3)
)
def test_balls_contain_the_exact_solution(seed, horizon, d, controls):
    game = random_game(seed, horizon, d, controls)
    try:
        exact = coupled_riccati(LQArrays.of(game, EXACT))
    except SingularMatrix:
        return
    found = enclosed_riccati(game)
    assert found.radius <= 1e-15
    for part in ("gains", "P", "phi"):
        for ball, truth in zip(getattr(found.solution, part).flat, getattr(exact, part).flat, strict=True):
            low, high = Ball(found.bits).enclosure(ball)
            assert low <= EXACT.enclosure(truth)[0] <= high


def test_precision_grows_as_needed():
    game = random_game(0, 12, 4, [1, 2])
    few = enclosed_riccati(game, radius=1e-3, first_bits=64)
    many = enclosed_riccati(game, radius=1e-60, first_bits=64)
    assert few.radius <= 1e-3
    assert many.radius <= 1e-60
    assert many.bits > few.bits
    ball = Ball(512)
    with ball.context():
        reference = coupled_riccati(LQArrays.of(game, ball)).gains
        for found in (few, many):
            assert all(mine.overlaps(other) for mine, other in zip(found.solution.gains.flat, reference.flat))


def test_a_singular_stage_is_named(monkeypatch):
    monkeypatch.setattr(ball_riccati, "LARGEST_BITS", 256)
    zero = [[0]]
    game = LQGame.of(
        horizon=2, A=[[1]], B=[[[1]]], Q=[zero], R=[zero], W=[[1]], initial={"second_moment": [[Fraction(1)]]}
    )
    with pytest.raises(SingularMatrix, match="Phi_1"):
        enclosed_riccati(game)
