"""Linear-quadratic games through files: nothing changes, and 0.1 is a tenth."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mpgcert as mc
from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import Gains, InitialState, LQGame, load, policy_from_file, resolve, to_document, write
from mpgcert.games.builtin import builtin
from mpgcert.games.files import starting_policy, to_text

SMALL = {
    "kind": "lq-game",
    "horizon": 2,
    "A": [[0.1, 0], [0, "1/3"]],
    "B": [[[1], [0]], [[1, 2], [3, 4]]],
    "Q": [[[1, 0], [0, 1]], [[[1, 0], [0, 1]], [[2, 0], [0, 2]], [[3, 0], [0, 3]]]],
    "R": [[[1]], [[1, 0.5], [0.5, 1]]],
    "W": [[1, 0], [0, 0]],
    "initial": {"mean": [1, 2], "covariance": [[1, 0], [0, 1]]},
}


def same(first, second):
    """Whether everything that a file carries agrees."""
    return (
        first.fingerprint == second.fingerprint
        and (first.name, first.players, first.notes, first.start)
        == (second.name, second.players, second.notes, second.start)
        and first.initial.note == second.initial.note
    )


@pytest.mark.parametrize("suffix", ["json", "npz"])
@given(
    game=strategies.lq_games(definite=False),
    keep_start=st.booleans(),
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=9),
)
def test_round_trips_are_exact(suffix, tmp_path_factory, game, keep_start, name):
    path = tmp_path_factory.mktemp("lq") / f"game.{suffix}"
    given_game = LQGame.of(
        **{key: getattr(game, key) for key in ("horizon", "A", "B", "Q", "R", "W", "initial")},
        name=name,
        players=[f"{name} {i}" for i in range(game.n_players)],
        notes={"source": name, "step": 3, "list": ["1/3", [1]]},
    ).with_start(game.start if keep_start else None)
    assert given_game.fingerprint == game.fingerprint
    write(given_game, path)
    assert same(load(path), given_game)


@given(strategies.lq_games(definite=False))
def test_any_json_library_carries_the_document(game):
    document = json.loads(json.dumps(to_document(game)))
    again = LQGame.of(**{key: value for key, value in document.items() if key != "kind"})
    assert same(again, game)
    assert json.loads(to_text(game)).keys() == document.keys()


def test_numbers_are_read_exactly_and_constant_matrices_repeated(tmp_path):
    (tmp_path / "small.json").write_text(json.dumps(SMALL))
    game = mc.load(str(tmp_path / "small.json"))
    assert isinstance(game, mc.LQGame)
    assert (game.name, game.n_players, game.horizon, game.dimension) == ("small", 2, 2, 2)
    assert game.control_dimensions == (1, 2)
    assert game.control_slices == (slice(0, 1), slice(1, 3))
    assert game.A[1].fractions() == [Fraction(1, 10), 0, 0, Fraction(1, 3)]
    assert game.Q.shape == (2, 3, 2, 2)
    assert game.Q[0, 2].fractions() == [1, 0, 0, 1]
    assert game.Q[1, 2].fractions() == [3, 0, 0, 3]
    assert game.R[1][1].fractions() == [1, Fraction(1, 2), Fraction(1, 2), 1]
    assert game.initial.second_moment.fractions() == [2, 2, 2, 5]
    assert game.start is None
    written = to_document(game)
    assert {key: written[key] for key in ("horizon", "B", "Q", "W", "initial")} == {
        key: SMALL[key] for key in ("horizon", "B", "Q", "W", "initial")
    }
    assert written["A"] == [["0.1", 0], [0, "1/3"]]
    assert '[[0.1, 0], [0, "1/3"]]' in to_text(game)


def test_costs_that_are_not_definite_are_kept():
    """They violate assumption 2.1, which is for `check` to say."""
    game = LQGame.of(
        **{key: SMALL[key] for key in SMALL if key not in ("kind", "Q", "R")}
        | {
            "Q": [[[0, 1], [1, 0]], [[-1, 0], [0, 0]]],
            "R": [[[0]], [[-1, 0], [0, 1]]],
        }
    )
    assert game.Q.min() == -1


@given(strategies.lq_games(), st.data())
def test_second_moments_and_samples(game, data):
    """E[x x'] from its definition, and the mean square of many samples near it."""
    initial, d = game.initial, game.dimension
    moment = EXACT.array(initial.second_moment)
    if initial.points is not None:
        rows, weights = EXACT.array(initial.points), EXACT.array(initial.probabilities)
        direct = sum(p * np.outer(row, row) for p, row in zip(weights, rows))
    else:
        mean = EXACT.array(initial.mean)
        direct = EXACT.array(initial.covariance) + np.outer(mean, mean)
    assert (moment == direct).all()
    samples = initial.sample(np.random.default_rng(data.draw(st.integers(0, 99))), (4000,))
    assert samples.shape == (4000, d)
    squares = np.einsum("sj,sk->jk", samples, samples) / 4000
    scale = initial.second_moment.to_float().diagonal().max()
    assert np.abs(squares - initial.second_moment.to_float()).max() < 0.25 * scale
    assert InitialState(initial.second_moment).sample(np.random.default_rng(0), (2, 3)).shape == (2, 3, d)


def test_numpy_arrays_and_member_files(tmp_path):
    """Plain doubles in an archive, one array for all players or one for each."""
    plain = {key: np.array(SMALL[key]) for key in ("horizon", "W")} | {
        "kind": "lq-game",
        "A": np.array([[0.1, 0.0], [0.0, 0.25]]),
        "B_1": np.array([[1.0], [0.0]]),
        "B_2": np.array([[1.0, 2.0], [3.0, 4.0]]),
        "Q": np.array([np.eye(2), 0.3 * np.eye(2)]),
        "R_1": np.array([["1/3"]]),
        "R_2": np.eye(2),
        "initial_points": np.array([[1, 1], [1, 1.1]]),
        "initial_probabilities": np.array([0.5, 0.5]),
    }
    np.savez(tmp_path / "game.npz", **plain)
    game = load(tmp_path / "game.npz")
    assert game.A[0].fractions() == [Fraction(1, 10), 0, 0, Fraction(1, 4)]
    assert game.R[0][1].fractions() == [Fraction(1, 3)]
    assert game.Q[1, 2].fractions() == [Fraction(3, 10), 0, 0, Fraction(3, 10)]
    assert game.initial.second_moment[1, 1] == Fraction(221, 200)
    direct = LQGame.of(
        horizon=2,
        A=plain["A"],
        B=[plain["B_1"], plain["B_2"]],
        Q=plain["Q"],
        R=[plain["R_1"], plain["R_2"]],
        W=plain["W"],
        initial={"points": plain["initial_points"], "probabilities": plain["initial_probabilities"]},
    )
    assert direct.fingerprint == game.fingerprint


@given(strategies.lq_games(min_players=2), st.integers(0, 2**32 - 1))
def test_named_starting_gains(game, seed):
    assert starting_policy(game) == game.start
    assert starting_policy(game.with_start(None)) == Gains.zero(game)
    drawn = starting_policy(game, "random", seed)
    assert drawn == starting_policy(game, "random", seed)
    assert Gains.of(game, drawn.to_nested()) == drawn
    assert all(part.denominator in (1, 2, 5, 10) and part.min() >= -1 and part.max() <= 1 for part in drawn.parts)
    mixed = game.start.with_player(1, drawn)
    assert (mixed.parts[0], mixed.parts[1]) == (game.start.parts[0], drawn.parts[1])
    assert Gains.from_doubles([part.to_float() for part in Gains.zero(game).parts]) == Gains.zero(game)
    lifted = mixed.lift(EXACT)
    assert lifted.shape == (game.horizon, sum(game.control_dimensions), game.dimension)
    assert (lifted[:, game.control_slices[1]] == EXACT.array(drawn.parts[1])).all()


@given(strategies.lq_games(), st.data())
def test_gain_files(tmp_path_factory, game, data):
    folder = tmp_path_factory.mktemp("gains")
    gains = data.draw(strategies.gains(game))
    nested = gains.to_nested()
    (folder / "a.json").write_text(json.dumps(nested))
    (folder / "b.json").write_text(json.dumps({"policy": gains.to_compact()}))
    np.savez(folder / "c.npz", **{f"policy_{i}": np.array(part, dtype=str) for i, part in enumerate(nested, 1)})
    files = ["a.json", "b.json", "c.npz"]
    if len(set(game.control_dimensions)) == 1:
        np.savez(folder / "d.npz", policy=np.array(nested, dtype=str))
        files.append("d.npz")
    for name in files:
        assert policy_from_file(game, folder / name) == gains


@pytest.mark.parametrize(
    ("content", "mentions"),
    [
        ([[["0.2", "0.01"]]], ["policy: 1 entries", "2 players"]),
        ([[["0.2"]], [["0.2", 0]]], ["policy[0]: shape [1, 1]", "[1, 1, 2]"]),
        ([[["0.2", 0]], [["0.2", "x"]]], ["policy[1][0][1]: 'x'"]),
        ([[[["0.2", 0]]] * 3, [["0.2", 0]]], ["policy[0]: 3 stages", "1 stages"]),
        ({"policies": []}, ["unknown key 'policies'", "expected policy"]),
        ({"policy": [[["0.2", 0]]] * 2, "inexact": True}, ["unknown key 'inexact'"]),
        ({}, ["policy: missing", "[N][T][k_i][d]"]),
        ("uniform", ["policy: 'uniform'"]),
    ],
)
def test_broken_gain_files(content, mentions, tmp_path):
    (tmp_path / "start.json").write_text(json.dumps(content))
    with pytest.raises(InvalidInput) as caught:
        policy_from_file(builtin("hambly2021-remark-3.4"), tmp_path / "start.json")
    assert str(caught.value).startswith(str(tmp_path))
    assert all(mention in str(caught.value) for mention in mentions)
    with pytest.raises(InvalidInput, match="seed: -1"):
        Gains.random(builtin("lq-scalar"), -1)


def test_fingerprints_follow_the_content_alone():
    game = resolve("hambly2021-remark-3.4")
    renamed = LQGame.of(
        **{key: getattr(game, key) for key in ("horizon", "A", "B", "Q", "R", "W", "initial")}, name="other"
    )
    assert renamed.fingerprint == game.fingerprint
    for key, change in [
        ("A", [["0.2", 0], [0, "0.20000000000000000000001"]]),
        ("W", [["0.2", 0], [0, "0.3"]]),
        ("initial", InitialState(game.initial.second_moment)),
        ("R", [ExactArray.of_fractions([Fraction(1, 3)], (1, 1, 1)), game.R[1]]),
    ]:
        data = {name: getattr(game, name) for name in ("horizon", "A", "B", "Q", "R", "W", "initial")}
        assert LQGame.of(**data | {key: change}).fingerprint != game.fingerprint
    assert repr(game) == "LQGame('hambly2021-remark-3.4', players=2, horizon=1, dimension=2, controls=(1, 1))"
