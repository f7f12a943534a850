"""Broken JSON game files: each is refused in one line that says where and what."""

import json

import pytest

from mpgcert.games import load

GOOD = {
    "kind": "markov-game",
    "name": "good",
    "discount": "0.9",
    "initial": [1, 0],
    "transition": [[[[1, 0], [0.5, 0.5]]], [[[0, 1], ["1/3", "2/3"]]]],
    "rewards": [[[[0, 1]], [[2, 3]]], [[[0, 1]], [[2, -3]]]],
}
MATRIX = {"kind": "matrix-game", "payoffs": [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]}


def changed(*path, to, base=GOOD):
    """The document with the entry at `path` replaced."""
    document = json.loads(json.dumps(base))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(document)


def without(*keys, base=GOOD):
    return json.dumps({key: value for key, value in base.items() if key not in keys})


def sparse(*entries):
    return changed("transition", to={"sparse": list(entries)})


ENTRIES = [[0, 0, 0, 0, 1], [0, 0, 1, 1, 1], [1, 0, 0, 1, 1], [1, 0, 1, 0, 1]]

# (content of the file, what the message must mention)
BAD_JSON = {
    "empty": ("", ["is empty", "JSON object"]),
    "only blanks": (" \n\t", ["is empty"]),
    "not JSON": ("{kind: 1}", ["line 1, column 2", "valid JSON"]),
    "cut off": (json.dumps(GOOD)[:100], ["line 1, column", "valid JSON"]),
    "trailing comma": ('{"kind":\n "matrix-game",\n}', ["line 3, column 1"]),
    "two values": ("{} {}", ["line 1, column 4", "Extra data"]),
    "not UTF-8": (b'{"kind": "\xff"}', ["byte 10 is 0xff", "UTF-8"]),
    "UTF-16": (json.dumps(GOOD).encode("utf-16"), ["byte 0 is 0xff", "UTF-8"]),
    "top is a list": ("[1, 2]", ["a list at the top", '"kind"']),
    "top is a number": ("3", ["3 at the top", '"kind"']),
    "huge nesting": ("[" * 100_000, ["nested too deeply"]),
    "deep rewards": (changed("rewards", to=json.loads("[" * 60 + "]" * 60)), ["rewards: 60 nested levels", "32"]),
    "repeated key": ('{"kind": "matrix-game", "kind": "matrix-game"}', ["'kind' occurs 2 times", "once"]),
    "kind missing": (without("kind"), ["kind: missing", "markov-game"]),
    "kind unknown": (changed("kind", to="bimatrix"), ["kind: 'bimatrix'", '"matrix-game"']),
    "kind a number": (changed("kind", to=7), ["kind: 7"]),
    "keys of another kind": (changed("kind", to="lq-game"), ["unknown key 'discount'", "horizon"]),
    "key misspelt": (changed("transitions", to=[]), ["unknown key 'transitions'", "expected transition"]),
    "key unknown": (changed("colour", to="red"), ["unknown key 'colour'", "discount"]),
    "discount missing": (without("discount"), ["discount: missing", "markov-game"]),
    "initial missing": (without("initial"), ["initial: missing"]),
    "transition missing": (without("transition"), ["transition: missing"]),
    "rewards missing": (without("rewards"), ["rewards: missing", "common_reward"]),
    "payoffs missing": (without("payoffs", base=MATRIX), ["payoffs: missing", "common_payoff"]),
    "both rewards": (changed("common_reward", to=[[[0]]]), ["rewards: given beside common_reward", "either"]),
    "discount 1": (changed("discount", to=1), ["discount: 1", "[0, 1)"]),
    "discount huge": (changed("discount", to="1e4321"), ["discount: about 1e+4321", "[0, 1)"]),
    "initial huge": (changed("initial", 1, to="1e400"), ["initial: sums to about 1e+400, off by 1e+400"]),
    "discount negative": (changed("discount", to=-0.1), ["discount: -0.1", "[0, 1)"]),
    "discount true": (changed("discount", to=True), ["discount: true is not a number"]),
    "discount null": (changed("discount", to=None), ["discount: null is not a number"]),
    "discount a list": (changed("discount", to=[0.5]), ["discount: a list is not a number"]),
    "discount words": (changed("discount", to="high"), ["discount: 'high'", "[0, 1)"]),
    "initial sums to 2": (changed("initial", 1, to=1), ["initial: sums to 2", "exactly 1"]),
    "initial negative": (changed("initial", to=[2, -1]), ["initial[1]: -1 is negative", "probability"]),
    "initial short": (changed("initial", to=[1]), ["initial: 1 entries", "2 entries"]),
    "reward not a number": (changed("rewards", 1, 0, 0, 1, to="one"), ["rewards[1][0][0][1]: 'one'", "number"]),
    "reward true": (changed("rewards", 0, 0, 0, 0, to=True), ["rewards[0][0][0][0]: true is not a number"]),
    "reward null": (changed("rewards", 0, 1, 0, 0, to=None), ["rewards[0][1][0][0]: null", "a number"]),
    "reward NaN": (changed("rewards", 0, 0, 0, 0, to=float("nan")), ["rewards[0][0][0][0]: 'NaN'", "finite"]),
    "reward infinite": (changed("rewards", 0, 0, 0, 1, to=float("inf")), ["rewards[0][0][0][1]: 'Infinity'"]),
    "reward over zero": (changed("rewards", 0, 0, 0, 1, to="1/0"), ["rewards[0][0][0][1]: '1/0' divides by zero"]),
    "reward astronomic": (changed("rewards", 0, 0, 0, 1, to="1e999999999"), ["rewards[0][0][0][1]", "exponent"]),
    "reward beyond doubles": (
        changed("rewards", 0, 0, 0, 1, to="-1e301"),
        ["rewards[0][0][0][1]: about -1e+301", "1e300"],
    ),
    "reward an object": (changed("rewards", 0, 0, 0, 1, to={}), ["rewards[0][0][0][1]"]),
    "rewards ragged": (changed("rewards", 0, 1, 0, to=[1]), ["rewards[0][1][0]: 1 entries", "2 entries"]),
    "rewards too deep": (changed("rewards", to=[[[[1]]]]), ["rewards: 4 nested levels for 1 players", "[n][S]"]),
    "rewards a number": (changed("rewards", to=4), ["rewards: 0 nested levels", "[n][S]"]),
    "rewards empty": (changed("rewards", to=[[[]]]), ["rewards: shape [1, 1, 0] is empty"]),
    "rewards an empty list": (changed("rewards", to=[]), ["rewards: 1 nested levels"]),
    "payoffs flat": (changed("payoffs", to=[1, 2], base=MATRIX), ["payoffs: 1 nested levels", "[n][A_1]"]),
    "row sums to 0.9": (
        changed("transition", 1, 0, 0, to=[0.5, 0.4]),
        ["transition[1][0][0]: sums to 0.9", "exactly 1", '"inexact": true'],
    ),
    "row of doubles": (changed("transition", 1, 0, 0, to=[0.3333333333333333, 0.6666666666666666]), ['"inexact"']),
    "row negative": (changed("transition", 0, 0, 1, to=[1.5, -0.5]), ["transition[0][0][1][1]: -0.5 is negative"]),
    "row too long": (changed("transition", 0, 0, 1, to=[1, 0, 0]), ["transition[0][0][1]: 3 entries", "2 entries"]),
    "row a number": (changed("transition", 0, 0, 1, to=1), ["transition[0][0][1]: 1", "a list of 2 entries"]),
    "kernel one state short": (changed("transition", to=GOOD["transition"][:1]), ["transition: 1 entries"]),
    "inexact not a flag": (changed("inexact", to="yes"), ["inexact: 'yes'", "true or false"]),
    "inexact too far": (
        json.dumps(GOOD | {"inexact": True, "initial": [0.5, 0.499999]}),
        ["initial: sums to 0.999999", "within 1e-09"],
    ),
    "sparse not a list": (changed("transition", to={"sparse": 3}), ["transition.sparse: 3", "a list of entries"]),
    "sparse unknown key": (changed("transition", to={"entries": []}), ["transition", 'only "sparse"']),
    "sparse entry short": (sparse([0, 0, 0, 1]), ["transition.sparse[0]: 4 numbers", "[s, a_1, a_2, s', p]"]),
    "sparse no such state": (sparse([0, 0, 0, 2, 1]), ["transition.sparse[0][3]: 2", "between 0 and 1"]),
    "sparse fractional action": (sparse([0, 0, 0.5, 0, 1]), ["transition.sparse[0][2]: 0.5", "integer"]),
    "sparse flag as state": (sparse([True, 0, 0, 0, 1]), ["transition.sparse[0][0]: True", "integer"]),
    "sparse twice": (
        sparse(*ENTRIES, [0, 0, 0, 0, 1]),
        ["transition.sparse[4]: gives the same place as entry 0", "once"],
    ),
    "sparse row missing": (sparse(*ENTRIES[:3]), ["transition[1][0][1]: has no entry", "sums to 1"]),
    "sparse nothing": (sparse(), ["transition[0][0][0]: has no entry"]),
    "sparse row sum": (sparse(*ENTRIES[:3], [1, 0, 1, 0, 0.5]), ["transition[1][0][1]: sums to 0.5", "exactly 1"]),
    "sparse negative": (sparse(*ENTRIES, [1, 0, 1, 1, -1]), ["transition[1][0][1][1]: -1 is negative"]),
    "sparse not a number": (sparse([0, 0, 0, 0, "p"]), ["transition.sparse[0][4]: 'p'", "number"]),
    "labels too few": (changed("states", to=["one"]), ["states: 1 labels", "2 labels"]),
    "label a number": (changed("states", to=["one", 2]), ["states[1]: 2", "a string"]),
    "labels a string": (changed("players", to="both"), ["players: 'both'", "2 labels"]),
    "action labels flat": (changed("actions", to=["left", "right"]), ["actions[0]: 'left'", "1 labels"]),
    "name a number": (changed("name", to=3), ["name: 3", "a string"]),
    "name with half a letter": (
        '{"name": "\\ud800", ' + json.dumps(GOOD)[1:].replace('"name": "good", ', ""),
        ["name"],
    ),
    "notes a list": (changed("notes", to=[1]), ["notes: a list", "an object"]),
    "states in a matrix game": (changed("states", to=["s"], base=MATRIX), ["unknown key 'states'"]),
}


@pytest.mark.parametrize("case", BAD_JSON)
def test_broken_json_files(case, tmp_path, refusal):
    content, mentions = BAD_JSON[case]
    path = tmp_path / "game.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    message = refusal(path)
    for mention in mentions:
        assert mention in message


@pytest.mark.parametrize("content", [json.dumps(GOOD), json.dumps(MATRIX), sparse(*ENTRIES)])
def test_the_unbroken_files_are_read(content, tmp_path):
    (tmp_path / "game.json").write_text(content)
    assert load(tmp_path / "game.json").n_players == 2
