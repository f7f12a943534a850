"""The schema of game files and the reader: what the reader takes is valid, what is invalid the reader refuses."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mpgcert.errors import InvalidInput
from mpgcert.games import CountGame, to_document
from mpgcert.games.builtin import builtin, names
from mpgcert.games.document import game_of
from mpgcert.games.json_text import parse_json
from mpgcert.games.schema import alternatives, check_structure, forms, game_schema, keys, kinds, numeric_keys, text_keys
from mpgcert.strategies import games, lq_games

VALIDATOR = Draft202012Validator(game_schema())

MARKOV = {
    "kind": "markov-game",
    "name": "two states",
    "discount": "0.9",
    "initial": [1, 0],
    "transition": {"sparse": [[0, 0, 0, 1], [0, 1, 1, 1], [1, 0, 0, "1/3"], [1, 0, 1, "2/3"], [1, 1, 1, 1]]},
    "common_reward": [[0, 1], [2, 3]],
    "states": ["one", "other"],
    "actions": [["stay", "go"]],
    "inexact": True,
    "notes": {"source": "here"},
}
COUNTS = {
    "kind": "congestion-game",
    "rewards": [[[3, 2], [2, 2]], [[1, 0], [1, 1]]],
    "weights": [1, "1/2"],
    "discount": 0.5,
    "initial": [1, 0],
    "transition": [
        [{"when": [{"facility": "some", "at_least": 2}], "next": [0, 1]}, {"next": [1, 0]}],
        [{"next": ["1/2", "1/2"]}],
    ],
    "facilities": ["left", "right"],
}
LQ = {
    "kind": "lq-game",
    "horizon": 2,
    "A": [[1]],
    "B": [[[1]], [[[1]], [[2]]]],
    "Q": [[[1]], [[1]]],
    "R": [[[1]], [[1]]],
    "W": [["1/10"]],
    "initial": {"points": [[0], [1]], "probabilities": [0.5, 0.5]},
    "policy": [[["0.3"]], [["0.4"]]],
    "players": ["one", "other"],
}
MATRIX = {"kind": "matrix-game", "payoffs": [[[4, 0], [3, 2]], [[4, 3], [0, 2]]], "players": ["row", "column"]}
EXAMPLES = [MARKOV, COUNTS, LQ, MATRIX]

JUNK = [
    *(None, True, 0, 3, -1.5, "1/3", "1/0", " 2 ", "1e3", "x", "", [], [[]], [1], [0.5, "1/2"], [[1, 0], [0, 1]], {}),
    *({"sparse": []}, {"mean": [0], "covariance": [[1]]}, {"second_moment": [[1]]}, ["a", "b"], [["a", "b"]]),
]
WORDS = sorted({*numeric_keys(), *text_keys(), "inexact", "colour", "sparse", "when", "next", "facility", "mean"})


def read(document):
    """Whether the reader takes the document, as it stands in a file."""
    try:
        game_of(parse_json(json.dumps(document).encode()), "unnamed")
    except InvalidInput:
        return False
    return True


def places(value, path=()):
    """Paths to every part of a document but itself."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in entries:
        yield (*path, key)
        yield from places(part, (*path, key))


@st.composite
def damaged(draw):
    """A good document with one or two changes: a part replaced, left out, wrapped, unwrapped, or a key more."""
    document = deepcopy(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(1, 2))):
        *path, last = draw(st.sampled_from(list(places(document)) or [("kind",)]))
        place = document
        for key in path:
            place = place[key]
        change = draw(st.sampled_from(["replace", "delete", "wrap", "unwrap", "add"]))
        if change == "delete" and last in (place if isinstance(place, dict) else range(len(place))):
            del place[last]
        elif change == "wrap":
            place[last] = [place.get(last) if isinstance(place, dict) else place[last]]
        elif change == "unwrap" and isinstance(place, list) and isinstance(place[last], list) and place[last]:
            place[last] = place[last][0]
        elif change == "add" and isinstance(place, dict):
            place[draw(st.sampled_from(WORDS))] = deepcopy(draw(st.sampled_from(JUNK)))
        else:
            place[last] = deepcopy(draw(st.sampled_from(JUNK)))
    return document


def test_the_schema_is_one():
    Draft202012Validator.check_schema(game_schema())


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: document["kind"])
def test_examples_are_valid_and_read(document):
    VALIDATOR.validate(document)
    assert read(document)


@pytest.mark.parametrize("name", names())
def test_built_in_games_are_valid(name):
    VALIDATOR.validate(to_document(builtin(name)))


@given(st.one_of(games(), lq_games()))
@settings(max_examples=25)
def test_drawn_games_are_valid(game):
    VALIDATOR.validate(to_document(game))


@given(damaged())
@settings(max_examples=1500)
def test_reader_and_schema_agree_on_damaged_documents(document):
    valid = VALIDATOR.is_valid(document)
    if not valid:
        assert not read(document)
    try:
        check_structure(parse_json(json.dumps(document).encode()))
    except InvalidInput:
        assert not valid  # the reader's tables are the schema's, so it finds nothing there that the schema allows


@given(st.from_regex(game_schema()["$defs"]["number"]["anyOf"][1]["pattern"], alphabet="0123456789+-./eE \t"))
@settings(max_examples=200)
def test_strings_that_the_schema_takes_for_numbers_are_read(text):
    long_exponent = "e" in text.lower() and len(text.lower().split("e")[1].strip()) > 3
    assert read({"kind": "matrix-game", "common_payoff": [text]}) or long_exponent or abs(float(text)) > 1e300


@given(st.text("0123456789+-./eE x", max_size=6))
@settings(max_examples=400)
def test_strings_that_are_read_are_numbers_for_the_schema(text):
    document = {"kind": "matrix-game", "common_payoff": [text]}
    assert VALIDATOR.is_valid(document) == read(document) or "e" in text.lower()


def test_what_the_readers_take_from_the_schema():
    assert kinds() == ("markov-game", "matrix-game", "congestion-game", "lq-game")
    assert alternatives("matrix-game") == ("payoffs", "common_payoff")
    assert alternatives("lq-game") == ()
    assert keys("condition", required=True) == ("facility",)
    assert forms("initial-state") == (("mean", "covariance"), ("second_moment",), ("points", "probabilities"))
    assert {"discount", "horizon", "transition", "initial", "policy", "weights"} <= numeric_keys()
    assert text_keys() == {"kind", "name", "states", "players", "actions", "facilities", "notes"}
    assert not numeric_keys() & text_keys()


def test_null_is_no_way_to_leave_a_key_out():
    for key in ("transition", "initial", "states"):
        assert not read(MARKOV | {key: None})
    for key in ("weights", "initial", "facilities"):
        assert not read(COUNTS | {key: None})


def test_the_command_prints_the_schema(mpgcert):
    status, out, _ = mpgcert("games", "schema")
    assert status == 0
    assert json.loads(out) == game_schema()


def test_a_count_game_is_written_as_the_schema_says():
    game = game_of(parse_json(json.dumps(COUNTS).encode()), "unnamed")
    assert isinstance(game, CountGame)
    VALIDATOR.validate(to_document(game))
