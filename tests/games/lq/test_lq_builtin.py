"""Built-in linear-quadratic games against the paper's text, hand calculation and fixed-point equations."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic.definiteness import ldl
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import LQGame, load, resolve, write
from mpgcert.games.builtin import builtin, catalogue

ENTRIES = [entry for entry in catalogue() if entry.kind == "lq-game"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_catalogue_says_what_is_built(entry, tmp_path):
    game = builtin(entry.name)
    size = entry.size
    assert isinstance(game, LQGame)
    assert (game.name, game.horizon, game.dimension) == (entry.name, size.horizon, size.dimension)
    assert (game.control_dimensions, game.n_players) == (size.controls, size.players)
    assert game.notes["source"] == entry.source
    assert builtin(entry.name, **{p.name: p.text(p.default) for p in entry.parameters}).fingerprint == game.fingerprint
    for suffix in ("json", "npz"):
        write(game, tmp_path / f"game.{suffix}")
        again = load(tmp_path / f"game.{suffix}")
        assert (again.fingerprint, again.notes, again.start) == (game.fingerprint, game.notes, game.start)
    assert entry.to_dict()["kind"] == "lq-game"
    assert all(ldl(game.Q[i, t]).is_definite for i in range(game.n_players) for t in range(game.horizon + 1))
    assert all(ldl(part[t]).is_definite for part in game.R for t in range(game.horizon))


def test_the_names_promised(answer, mpgcert):
    status, document = answer("games")
    shown = {entry["name"]: entry for entry in document["games"]}
    promised = {"hambly2021-remark-3.4", "hambly2021-section-5.1", "hambly2021-section-5.2"}
    assert promised | {"lq-scalar", "lq-three-equilibria", "lq-random", "lq-contraction"} <= set(shown)
    assert status == 0
    first = shown["hambly2021-section-5.1"]
    assert (first["players"], first["horizon"], first["dimension"], first["controls"]) == (2, 10, 2, [1, 1])
    assert (shown["stag-hunt"]["states"], shown["stag-hunt"]["actions"]) == (1, [2, 2])
    assert shown["stag-hunt"]["kind"] == "markov-game"
    table = mpgcert("games")[1]
    assert all(name in table for name in shown)
    assert "horizon" in table


def test_remark_3_4():
    game = builtin("hambly2021-remark-3.4")
    assert game.B[0][0].fractions() == [Fraction(1, 10), 0]
    assert game.B[1][0].fractions() == [0, -Fraction(1, 10)]
    assert game.start.to_nested() == [[[["0.2", "0.01"]]]] * 2
    variance = game.initial.second_moment
    assert variance.fractions() == [Fraction(29, 100), Fraction(12, 100), Fraction(12, 100), Fraction(46, 100)]
    deviation = builtin("hambly2021-remark-3.4", spread="deviation").initial
    assert deviation.covariance.fractions() == [Fraction(4, 100), 0, 0, Fraction(9, 100)]
    assert deviation.mean == game.initial.mean
    assert game.initial.is_gaussian


def test_the_experiments():
    first = resolve("hambly2021-section-5.1:noise=0")
    assert first.W.max() == 0
    assert first.initial.second_moment.fractions() == [1, Fraction(21, 20), Fraction(21, 20), Fraction(221, 200)]
    assert not first.initial.is_gaussian
    assert first.start is None
    second = builtin("hambly2021-section-5.2", noise="1/1000")
    assert second.W.fractions() == [Fraction(1, 1000), 0, 0, Fraction(1, 1000)]
    assert second.initial.covariance.fractions() == [2, 0, 0, 3]
    assert second.start.parts[1][4].fractions() == [Fraction(3, 10), Fraction(15, 100)]
    assert second.notes["experiment"]["trajectories"] == 200
    for game in (first, second):
        assert game.A[0].fractions()[0] == Fraction(588, 1000)
    with pytest.raises(InvalidInput, match="noise: '-1'; expected a number of at least 0"):
        resolve("hambly2021-section-5.2:noise=-1")


def scalar_gains(game, number=Fraction):
    """Backward in time by Cramer's rule, straight from (2.4) and (2.5) for two players and one state."""
    P = [number(game.Q[i, game.horizon, 0, 0]) for i in range(2)]
    gains = []
    for t in reversed(range(game.horizon)):
        a, b, c, r, s = (number(part[t, 0, 0]) for part in (game.A, *game.B, *game.R))
        phi = [[r + b * P[0] * b, b * P[0] * c], [c * P[1] * b, s + c * P[1] * c]]
        right = [b * P[0] * a, c * P[1] * a]
        determinant = phi[0][0] * phi[1][1] - phi[0][1] * phi[1][0]
        k = [
            (right[0] * phi[1][1] - phi[0][1] * right[1]) / determinant,
            (phi[0][0] * right[1] - right[0] * phi[1][0]) / determinant,
        ]
        loop = a - b * k[0] - c * k[1]
        P = [number(game.Q[i, t, 0, 0]) + k[i] ** 2 * (r, s)[i] + loop**2 * P[i] for i in range(2)]
        gains.append(tuple(k))
    return gains[::-1]


def test_gains_of_the_scalar_game():
    expected = [Fraction(1181, 3323), Fraction(11, 31), Fraction(1, 3)]
    assert scalar_gains(builtin("lq-scalar")) == [(k, k) for k in expected]
    other = builtin("lq-scalar", horizon=1, players=3, terminal="1/2", noise=0)
    assert (other.n_players, other.Q[2, 1, 0, 0], other.W[0, 0]) == (3, Fraction(1, 2), 0)


@pytest.mark.parametrize(
    ("horizon", "terminal", "equilibrium"),
    [
        (60, ("1", "1"), (4.700288, 0.103970)),
        (60, ("1", "3"), (0.224425, 4.570865)),
        (1, ("6.614214", "14.722289"), (2.208366, 2.457752)),  # its own costs, as backward in time it repels
    ],
)
def test_three_equilibria(horizon, terminal, equilibrium):
    """The early gains are near published equilibria of the game without end, so they solve its equations."""
    game = builtin("lq-three-equilibria", horizon=horizon, terminal_1=terminal[0], terminal_2=terminal[1])
    k = scalar_gains(game, float)[0]
    assert np.allclose(k, equilibrium, atol=2e-6)
    loop = 5 - sum(k)
    for i, r in enumerate((1, 2)):  # r k_i = P_i loop, where P_i = 1 + r k_i^2 + loop^2 P_i
        assert abs(r * k[i] - loop * (1 + r * k[i] ** 2) / (1 - loop**2)) < 1e-4


def test_the_contracting_game_meets_assumption_3_3():
    """(3.11) by hand for T = d = 1, where the power of rho-bar is 1, in rationals throughout."""
    game = builtin("lq-contraction")
    a, b, c = game.A[0, 0, 0], game.B[0][0, 0, 0], game.B[1][0, 0, 0]
    optimal = scalar_gains(game)[0]

    def cost(i, k):
        return 1 + k[i] ** 2 + (a - b * k[0] - c * k[1]) ** 2 + 1

    start = [part[0, 0, 0] for part in game.start.parts]
    mixed = [(start[0], optimal[1]), (optimal[0], start[1])]
    psi = max(cost(i, mixed[i]) - cost(i, optimal) for i in range(2))
    assert psi > 0
    norm_of_states = 1 + (a - b * optimal[0] - c * optimal[1]) ** 2 + 1
    worst = max(cost(i, optimal) for i in range(2)) + psi
    assert 1 / norm_of_states > 20 * b**4 * worst**4


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.integers(1, 4),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    st.booleans(),
)
def test_random_games_are_reproducible_definite_and_differ(seed, horizon, dimension, controls, varying):
    shape = {"players": len(controls), "dimension": dimension, "controls": controls, "horizon": horizon}
    game = builtin("lq-random", seed=seed, **shape, varying=varying)
    assert resolve(game.name).fingerprint == game.fingerprint
    assert (game.horizon, game.dimension, game.control_dimensions) == (horizon, dimension, tuple(controls))
    assert builtin("lq-random", seed=seed ^ 1, **shape).fingerprint != game.fingerprint
    assert all(ldl(game.Q[i, t]).is_definite for i in range(len(controls)) for t in range(horizon + 1))
    assert all(ldl(part[t]).is_definite for part in game.R for t in range(horizon))
    assert ldl(game.W).is_definite
    assert ldl(game.initial.covariance).is_definite
    assert max(part.denominator for part in (game.A, *game.B, game.Q, *game.R, game.W)) <= 20
    if not varying:
        assert all(game.A[t] == game.A[0] for t in range(horizon))
        assert all(game.Q[i, t] == game.Q[i, 0] for i in range(len(controls)) for t in range(horizon + 1))


def test_the_largest_random_game_is_moderate():
    """Spectral norms stay near 1, so that twenty stages neither vanish nor explode."""
    game = builtin("lq-random", players=5, dimension=8, horizon=20, controls="1x2x3x4x8")
    norms = np.linalg.norm(game.A.to_float(), 2, axis=(1, 2))
    assert 0.5 < norms.min() <= norms.max() < 2
    assert game.control_dimensions == (1, 2, 3, 4, 8)


def test_the_streams_of_random_games_never_change():
    game = builtin("lq-random", dimension=2, horizon=2)
    assert game.A.to_nested() == [[["0.15", "0.05"], ["-0.1", "0.2"]], [["-0.1", "0.55"], ["0.65", "-0.15"]]]
    with pytest.raises(InvalidInput, match="controls: 2 sizes for 3 players"):
        builtin("lq-random", players=3, controls=(1, 2))
    with pytest.raises(InvalidInput, match="dimension: 9; expected an integer between 1 and 8"):
        builtin("lq-random", dimension=9)
    with pytest.raises(TooLarge, match="matrix entries"):
        LQGame.of(horizon=10**7, A=[[1]], B=[[[1]]], Q=[[[1]]], R=[[[1]]], W=[[1]], initial={"second_moment": [[1]]})
