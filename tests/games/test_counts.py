"""Congestion games: reading, refusing, writing, and the conversion to joint tensors."""

import itertools
import json

import numpy as np
import pytest
from count_games import count_games
from hypothesis import given

from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import CountGame, load, resolve, write
from mpgcert.games.document import game_of, to_document

TWO_STATES = {
    "kind": "congestion-game",
    "rewards": [[[3, 1], [2, 0]], [[1, 1], [0, "1/2"]]],
    "discount": 0.9,
    "initial": [1, 0],
    "transition": [
        [{"when": [{"facility": 0, "at_least": 2}], "next": [0, 1]}, {"next": ["1/3", "2/3"]}],
        [{"when": [{"facility": "every", "at_most": 1}], "next": [1, 0]}, {"next": [0, 1]}],
    ],
}


def changed(path, value):
    document = json.loads(json.dumps(TWO_STATES))
    part = document
    for key in path[:-1]:
        part = part[key]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return document


@given(count_games())
def test_joint_tensors_say_what_the_loads_say(game):
    joint = game.to_markov()
    kernel = joint.dense_kernel()
    for actions in itertools.product(range(game.n_facilities), repeat=game.n_players):
        loads = np.bincount(actions, minlength=game.n_facilities)
        for s in range(game.n_states):
            for i, k in enumerate(actions):
                expected = game.weights[i] * game.rewards[s, k, int(loads[k]) - 1]
                assert joint.rewards[(i, s, *actions)] == expected
            rule = next(r for r in game.rules[s] if all(bool(c.holds(loads)) for c in r.conditions))
            assert kernel[(s, *actions)] == rule.successor


@given(count_games())
def test_a_written_game_is_read_back_the_same(game):
    again = game_of(json.loads(json.dumps(to_document(game))), "other")
    assert isinstance(again, CountGame)
    assert again.fingerprint == game.fingerprint
    assert (again.rewards, again.weights, again.rules) == (game.rewards, game.weights, game.rules)


def test_files_hold_congestion_games(tmp_path):
    game = game_of(TWO_STATES, "two")
    write(game, tmp_path / "two.json")
    assert load(tmp_path / "two.json").fingerprint == game.fingerprint
    with pytest.raises(InvalidInput, match=r"\.json"):
        write(game, tmp_path / "two.npz")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (changed(["rewards"], None), "rewards: missing"),
        (changed(["rewards", 0, 0, 1], "x"), r"rewards\[0\]\[0\]\[1\]"),
        (changed(["rewards"], [1, 2]), r"\[S\]\[F\]\[n\]"),
        (changed(["weights"], [1, 0]), r"weights\[1\]: not positive"),
        (changed(["weights"], [1]), "weights"),
        (changed(["initial"], [1, 1]), "initial"),
        (changed(["discount"], 1), "discount"),
        (changed(["transition"], None), "rules for each of 2 states"),
        (changed(["transition", 0], []), r"transition\[0\]"),
        (changed(["transition", 0, 1], {"when": [{"facility": 0, "at_least": 1}], "next": [0, 1]}), "all but the last"),
        (changed(["transition", 0, 0, "next"], [1, 1]), "sums to 2"),
        (changed(["transition", 0, 0, "when", 0], {"facility": 0}), "at_least"),
        (changed(["transition", 0, 0, "when", 0, "facility"], 2), "between 0 and 1"),
        (changed(["transition", 0, 0, "when", 0, "at_least"], 3), "between 0 and 2"),
        (changed(["transition", 0, 0, "when", 0, "at_least"], 0.5), "between 0 and 2"),
        (changed(["transition", 0, 0, "then"], 1), "next"),
        (changed(["reward"], 1), "unknown key"),
        (changed(["facilities"], ["one"]), "list of 2 labels"),
    ],
)
def test_wrong_documents_are_refused_in_one_line(document, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        game_of(document, "two")
    assert "\n" not in str(caught.value)


def test_the_joint_tensor_of_many_players_is_refused_with_its_size():
    game = resolve("facilities")
    assert (game.n_players, game.n_facilities) == (100, 4)
    with pytest.raises(TooLarge, match=r"1\.6e62 rewards \(1\.3e63 bytes\)"):
        game.to_markov()


def test_the_distancing_game_is_the_one_of_joint_tensors():
    counted, joint = resolve("facilities-distancing:players=4").to_markov(), resolve("leonardos2021-congestion")
    assert counted.rewards == joint.rewards
    assert counted.dense_kernel() == joint.dense_kernel()
