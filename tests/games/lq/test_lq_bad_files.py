"""Broken files of linear-quadratic games: status 2, and one line that says where and what."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import InitialState, LQGame, load, to_document
from mpgcert.games.builtin import builtin

I2 = [[1, 0], [0, 1]]
GOOD = {
    "kind": "lq-game",
    "name": "good",
    "horizon": 4,
    "A": [[0.5, 0.25], [0, 0.5]],
    "B": [[[1], [0]], [[0, 1], [1, 0]]],
    "Q": [I2, I2],
    "R": [[[1]], I2],
    "W": I2,
    "initial": {"mean": [1, 1], "covariance": I2},
    "policy": [[[0.1, 0]], [[0, 0.1], [0, 0]]],
    "players": ["left", "right"],
    "notes": {"source": "here"},
}
POINTS = GOOD | {"initial": {"points": [[1, 1], [1, "1.1"]], "probabilities": [0.5, 0.5]}}


def changed(*path, to, base=GOOD):
    """The document with the entry at `path` replaced."""
    document = json.loads(json.dumps(base))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return document


def without(key):
    return {name: value for name, value in GOOD.items() if name != key}


NAN, INF = float("nan"), float("inf")

# (document, what the message must mention)
BAD = {
    "horizon missing": (without("horizon"), ["horizon: missing", "every lq-game"]),
    "A missing": (without("A"), ["A: missing"]),
    "initial missing": (without("initial"), ["initial: missing"]),
    "key misspelt": (changed("horizn", to=3), ["unknown key 'horizn'", "expected horizon"]),
    "key in the wrong case": (changed("noise", to=I2), ["unknown key 'noise'"]),
    "key of a Markov game": (changed("discount", to=0.5), ["unknown key 'discount'"]),
    "kind misspelt": (changed("kind", to="lqgame"), ["kind: 'lqgame'", '"lq-game"']),
    "horizon 0": (changed("horizon", to=0), ["horizon: 0", "positive whole number"]),
    "horizon negative": (changed("horizon", to=-3), ["horizon: -3"]),
    "horizon fractional": (changed("horizon", to=2.5), ["horizon: 2.5", "positive whole number"]),
    "horizon true": (changed("horizon", to=True), ["horizon: true is not a number"]),
    "horizon null": (changed("horizon", to=None), ["horizon: null is not a number"]),
    "horizon NaN": (changed("horizon", to=NAN), ["horizon: 'NaN'"]),
    "horizon infinite": (changed("horizon", to=INF), ["horizon: 'Infinity'"]),
    "horizon a list": (changed("horizon", to=[4]), ["horizon: a list is not a number"]),
    "horizon a word": (changed("horizon", to="ten"), ["horizon: 'ten'"]),
    "horizon enormous": (changed("horizon", to=10**12), ["horizon 1000000000000", "2 players", "20,000,000"]),
    "horizon astronomic": (changed("horizon", to=10**400), ["horizon about 1e+400", "20,000,000"]),
    "A of 3 stages": (changed("A", to=[I2] * 3), ["A: 3 stages", "4 stages, or one matrix [2, 2] for all"]),
    "A not square": (changed("A", to=[[1, 0, 0], [0, 1, 0]]), ["A: shape [2, 3]", "[d][d] or [T][d][d]"]),
    "A a number": (changed("A", to=1), ["A: shape []", "[d][d]"]),
    "A a list": (changed("A", to=[1, 2]), ["A: shape [2]"]),
    "A empty": (changed("A", to=[]), ["A: shape [0] is empty"]),
    "A of nothing": (changed("A", to=[[]]), ["A: shape [1, 0] is empty"]),
    "A ragged": (changed("A", to=[[1, 0], [0]]), ["A[1]: 1 entries", "2 entries"]),
    "A NaN": (changed("A", 1, 0, to=NAN), ["A[1][0]: 'NaN' is not a finite number"]),
    "A infinite": (changed("A", 0, 1, to=-INF), ["A[0][1]: '-Infinity' is not a finite number"]),
    "A a word": (changed("A", 0, 0, to="half"), ["A[0][0]: 'half'"]),
    "A null": (changed("A", 0, 0, to=None), ["A[0][0]: null"]),
    "A beyond doubles": (changed("A", 0, 1, to="-1e301"), ["A[0][1]: about -1e+301", "1e300"]),
    "B without players": (changed("B", to=[]), ["B: 0 entries", "one entry for each player"]),
    "B a number": (changed("B", to=1), ["B: 1", "one entry for each player"]),
    "B null": (changed("B", to=None), ["B: null"]),
    "B of another state": (changed("B", 0, to=[[1], [0], [0]]), ["B[0]: shape [3, 1]", "[2, 1] for all"]),
    "B without controls": (changed("B", 0, to=[[], []]), ["B[0]: shape [2, 0] is empty"]),
    "B a vector": (changed("B", 0, to=[1, 0]), ["B[0]: shape [2]", "[d][k_i] or [T][d][k_i]"]),
    "B infinite": (changed("B", 1, 0, 1, to=INF), ["B[1][0][1]: 'Infinity'"]),
    "B of 5 stages": (changed("B", 0, to=[[[1], [0]]] * 5), ["B[0]: 5 stages", "4 stages"]),
    "Q of T stages": (changed("Q", 1, to=[I2] * 4), ["Q[1]: 4 stages", "5 stages"]),
    "Q of one player": (changed("Q", to=[I2]), ["Q: 1 entries", "2 players"]),
    "Q of three players": (changed("Q", to=[I2] * 3), ["Q: 3 entries", "2 players"]),
    "Q not symmetric": (
        changed("Q", 0, to=[[1, 0.5], [0.25, 1]]),
        ["Q[0][0][1]: 0.5, but Q[0][1][0] is 0.25", "symmetric"],
    ),
    "Q not symmetric at the end": (
        changed("Q", 1, to=[I2] * 4 + [[[1, 2], ["1/3", 1]]]),
        ["Q[1][4][0][1]: 2, but Q[1][4][1][0] is 1/3"],
    ),
    "Q true": (changed("Q", 0, 0, 0, to=True), ["Q[0][0][0]: true is not a number"]),
    "R of one player": (changed("R", to=[[[1]]]), ["R: 1 entries", "2 players"]),
    "R of another size": (changed("R", 0, to=I2), ["R[0]: shape [2, 2]", "[1, 1] for all"]),
    "R not symmetric": (changed("R", 1, 0, 1, to=1), ["R[1][0][1]: 1, but R[1][1][0] is 0"]),
    "R of T + 1 stages": (changed("R", 0, to=[[[1]]] * 5), ["R[0]: 5 stages", "4 stages"]),
    "R an object": (changed("R", 0, to={}), ["R[0]"]),
    "W not symmetric": (changed("W", 1, 0, to=0.1), ["W[0][1]: 0, but W[1][0] is 0.1"]),
    "W negative": (changed("W", to=[[1, 0], [0, -2]]), ["W: pivot -2 at index 1", "v'Mv = -2 for v = (0, 1)"]),
    "W indefinite": (changed("W", to=[[0, 1], [1, 0]]), ["W: pivot 0 at index 0", "v'Mv = -1 for v = (-0.5, 1)"]),
    "W just indefinite": (changed("W", to=[[1, 1], [1, "0.99999999999999999999"]]), ["W: pivot", "index 1"]),
    "W of another size": (changed("W", to=[[1]]), ["W: shape [1, 1]", "[2, 2]"]),
    "W changing with time": (changed("W", to=[I2] * 4), ["W: shape [4, 2, 2]"]),
    "initial a list": (changed("initial", to=[1, 1]), ["initial:", "mean and covariance"]),
    "initial empty": (changed("initial", to={}), ["initial:", "second_moment"]),
    "initial misspelt": (changed("initial", to={"means": [1, 1]}), ["initial: unknown key 'means'", "expected mean"]),
    "covariance missing": (changed("initial", to={"mean": [1, 1]}), ["initial.covariance: missing"]),
    "mean short": (changed("initial", "mean", to=[1]), ["initial.mean: 1 entries", "2 entries"]),
    "mean NaN": (changed("initial", "mean", 1, to=NAN), ["initial.mean[1]: 'NaN'"]),
    "covariance negative": (
        changed("initial", "covariance", to=[[-0.2, 0], [0, 1]]),
        ["initial.covariance: pivot -0.2 at index 0"],
    ),
    "covariance not symmetric": (
        changed("initial", "covariance", to=[[1, 0.5], [0, 1]]),
        ["initial.covariance[0][1]: 0.5, but initial.covariance[1][0] is 0"],
    ),
    "moment beside mean": (changed("initial", "second_moment", to=I2), ["initial.second_moment: given beside mean"]),
    "moment negative": (changed("initial", to={"second_moment": [[1, 2], [2, 1]]}), ["second_moment: pivot -3"]),
    "probabilities missing": (changed("initial", to={"points": [[1, 1]]}), ["initial.probabilities: missing"]),
    "probabilities sum to 0.9": (
        changed("initial", "probabilities", 1, to=0.4, base=POINTS),
        ["initial.probabilities: sums to 0.9", "exactly 1"],
    ),
    "probability negative": (
        changed("initial", "probabilities", to=[1.5, -0.5], base=POINTS),
        ["initial.probabilities[1]: -0.5 is negative"],
    ),
    "probabilities too few": (changed("initial", "probabilities", to=[1], base=POINTS), ["1 entries", "2 entries"]),
    "points of another size": (
        changed("initial", "points", to=[[1], [2]], base=POINTS),
        ["initial.points: shape [2, 1]", "[m][2]"],
    ),
    "points none": (changed("initial", "points", to=[], base=POINTS), ["initial.points: shape [0] is empty"]),
    "policy of one player": (changed("policy", to=[[[0.1, 0]]]), ["policy: 1 entries", "2 players"]),
    "policy of 2 stages": (changed("policy", 0, to=[[[0.1, 0]]] * 2), ["policy[0]: 2 stages", "4 stages"]),
    "policy transposed": (changed("policy", 0, to=[[0.1], [0]]), ["policy[0]: shape [2, 1]", "[1, 2] for all"]),
    "policy NaN": (changed("policy", 0, 0, 1, to=NAN), ["policy[0][0][1]: 'NaN'"]),
    "policy null": (changed("policy", to=None), ["policy: null"]),
    "policy beyond doubles": (changed("policy", 0, 0, 1, to="1e301"), ["policy[0]", "1e300"]),
    "players too few": (changed("players", to=["one"]), ["players: 1 labels", "2 labels"]),
    "player a number": (changed("players", 1, to=2), ["players[1]: 2", "a string"]),
    "players null": (changed("players", to=None), ["players: null"]),
    "name a number": (changed("name", to=3), ["name: 3", "a string"]),
    "name null": (changed("name", to=None), ["name: None", "a string"]),
    "notes a list": (changed("notes", to=[]), ["notes: a list", "an object"]),
}


@pytest.mark.parametrize("case", BAD)
def test_broken_files(case, tmp_path, mpgcert):
    document, mentions = BAD[case]
    path = tmp_path / "game.json"
    path.write_text(json.dumps(document))
    status, out, err = mpgcert("check", path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("mpgcert: error: ")
    for mention in mentions:
        assert mention in err


@pytest.mark.parametrize("document", [GOOD, POINTS, without("policy"), without("players")])
def test_the_unbroken_files_are_read(document, tmp_path):
    (tmp_path / "game.json").write_text(json.dumps(document))
    assert load(tmp_path / "game.json").n_players == 2


MEMBERS = {
    "kind": "lq-game",
    "horizon": 2,
    "A": np.eye(2),
    "B": np.ones((2, 2, 1)),
    "Q": np.array([np.eye(2)] * 2),
    "R": np.ones((2, 1, 1)),
    "W": np.eye(2),
    "initial_second_moment": np.eye(2),
}
BAD_MEMBERS = {
    "nan": ({"A": np.array([[1, 0], [NAN, 1]])}, ["A[1][0]", "finite"]),
    "horizon a list": ({"horizon": np.array([2])}, ["horizon: shape [1]"]),
    "horizon fractional": ({"horizon": 2.5}, ["horizon: 2.5", "whole"]),
    "both forms": ({"B_1": np.ones((2, 1))}, ["B: given beside B_1", "either"]),
    "second player missing": ({"B": None, "B_1": np.ones((2, 1)), "B_3": np.ones((2, 1))}, ["B_2: missing", "B_3"]),
    "one player only": ({"B": None, "B_1": np.ones((2, 1))}, ["Q: 2 entries", "1 players"]),
    "mixed initial": ({"initial_mean": np.ones(2)}, ["initial.", "given beside"]),
    "words": ({"W": np.array([["a", "b"], ["c", "d"]])}, ["W", "'a'"]),
    "flags": ({"W": np.eye(2, dtype=bool)}, ["W: an array of dtype bool"]),
    "unknown": ({"initial_men": np.ones(2)}, ["unknown key 'initial_men'", "initial"]),
}


@pytest.mark.parametrize("case", BAD_MEMBERS)
def test_broken_archives(case, tmp_path, refusal):
    changes, mentions = BAD_MEMBERS[case]
    members = {key: value for key, value in (MEMBERS | changes).items() if value is not None}
    np.savez(tmp_path / "game.npz", **members)
    message = refusal(tmp_path / "game.npz")
    for mention in mentions:
        assert mention in message
    np.savez(tmp_path / "good.npz", **MEMBERS)
    assert load(tmp_path / "good.npz").horizon == 2


@given(strategies.lq_games(max_players=2), st.data())
def test_documents_with_random_damage_are_read_or_refused(game, data):
    """Whatever part is dropped, doubled or replaced: a game, or one line."""
    document = to_document(game)
    place = document
    key = data.draw(st.sampled_from(sorted(place)))
    while isinstance(place[key], (list, dict)) and place[key] and data.draw(st.integers(0, 3)):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    junk = st.sampled_from([None, True, 0, -1, 2, "1/3", "x", [], {}, [[]], [1, 2], NAN, INF, "9" * 400, 10**400])
    if isinstance(place, list) and data.draw(st.booleans()):
        place.insert(key, place[key])
    else:
        place[key] = data.draw(junk)
    try:
        game = LQGame.of(**{name: value for name, value in document.items() if name not in ("kind", "notes")})
        said = game.fingerprint
    except (InvalidInput, TooLarge) as error:
        said = str(error)
    assert said
    assert "\n" not in said


def test_an_initial_state_of_another_size_is_refused():
    game = builtin("hambly2021-remark-3.4")
    data = {name: getattr(game, name) for name in ("horizon", "A", "B", "Q", "R", "W")}
    with pytest.raises(InvalidInput, match="initial: a distribution of 1 components; expected 2 components"):
        LQGame.of(**data, initial=InitialState(builtin("lq-scalar").W))
