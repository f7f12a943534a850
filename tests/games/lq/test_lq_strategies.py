"""What the strategies promise, and that the corners where statements fail are among the draws."""

import pytest
from hypothesis import find, given

from mpgcert import strategies
from mpgcert.arithmetic.definiteness import ldl


@given(strategies.lq_games(noisy=True, gaussian=True))
def test_promises_are_kept(game):
    assert all(ldl(game.Q[i, t]).is_definite for i in range(game.n_players) for t in range(game.horizon + 1))
    assert ldl(game.W).is_definite
    assert game.initial.is_gaussian
    assert ldl(game.initial.covariance).is_definite
    assert [part.shape for part in game.start.parts] == [
        (game.horizon, k, game.dimension) for k in game.control_dimensions
    ]


@given(strategies.lq_games(definite=False, min_players=2, max_players=2, max_controls=1))
def test_sizes_are_kept(game):
    assert (game.n_players, game.control_dimensions) == (2, (1, 1))
    assert all(ldl(part[t]).is_definite for part in game.R for t in range(game.horizon))


@pytest.mark.parametrize(
    "corner",
    [
        lambda game: game.W.max() == 0,
        lambda game: not ldl(game.Q[0, 0]).is_semidefinite,
        lambda game: max(part.max() for part in game.B) == 0,
        lambda game: game.n_players > 1 and game.horizon > 1 and game.A[0] != game.A[1],
        lambda game: game.n_players > 1 and game.B[0] == game.B[1] and game.Q[0] == game.Q[1] and game.B[0].max() > 0,
        lambda game: len(set(game.control_dimensions)) > 1,
        lambda game: game.initial.points is not None,
        lambda game: game.Q.max() > 100 and game.horizon == 3,
    ],
)
def test_corners_are_reached(corner):
    assert corner(find(strategies.lq_games(definite=False), corner))
