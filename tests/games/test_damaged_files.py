"""Files with random damage are read or refused, never anything else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.errors import InvalidInput
from mpgcert.games import load, to_document, write
from mpgcert.games.files import to_text

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.floats()
    | st.sampled_from(["1/3", "", "x", "1e400", "-0.5", "markov-game", "matrix-game", "\ud800", "9" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sparse", "kind", "x"]), inner),
    max_leaves=4,
)


def mutate(data, value, depth=0):
    """Replace, drop, or repeat one part of a JSON value."""
    if isinstance(value, (list, dict)) and value and (depth == 0 or data.draw(st.integers(0, 3))):
        key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        action = data.draw(st.sampled_from(["deeper", "deeper", "deeper", "drop", "move"]))
        copy = value.copy()
        if action == "deeper":
            copy[key] = mutate(data, value[key], depth + 1)
        elif action == "drop":
            del copy[key]
        elif isinstance(copy, dict):
            copy[data.draw(st.sampled_from(["rewards", "common_reward", "payoffs", "initial", "inexact"]))] = copy.pop(
                key
            )
        else:
            copy.insert(0, copy[key])
        return copy
    return data.draw(JUNK)


@given(st.data())
def test_mutated_documents_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "game.json"
    document = to_document(data.draw(strategies.games(max_players=2, max_states=2, max_actions=2)))
    for _ in range(data.draw(st.integers(1, 2))):
        document = mutate(data, document)
    path.write_text(json.dumps(document))
    read_or_refused(path)


@given(st.data())
def test_damaged_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / f"game.{data.draw(st.sampled_from(['json', 'npz']))}"
    write(data.draw(strategies.games(max_players=2, max_states=2, max_actions=2)), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    path.write_bytes(content)
    read_or_refused(path)


FOREIGN = {
    "nfg": b'NFG 1 R "t" { "A" "B" } { { "1" "2" } { "1" "2" } } "c" { { "x" 0.5, 2 } { "" 1/3, -4e-1 } } 1 0 2 1',
    "old.nfg": b'NFG 1 D "\\"t\\"" { "A" "B" }\n{ 2 3 }\n1 2 3/4 4 5 6 7 8 9 1.5 11 -12',
    "csv": b'state,a_x,u_x,to_state\ndelta,,0.9,\nhot,0,1,"hot: 1/2, cold: 0.5"\nhot,1,2,cold\ncold,1,3,\ncold,0,0,hot',
}
SPLINTERS = st.sampled_from([b"", b"1/0", b"9e9", *(bytes([k]) for k in b' \n{}",\\:0-x\xff')])


@given(st.sampled_from(sorted(FOREIGN)), st.data())
def test_damaged_files_of_others_are_read_or_refused(tmp_path_factory, suffix, data):
    path = tmp_path_factory.mktemp("fuzz") / f"game.{suffix}"
    content = bytearray(FOREIGN[suffix])
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.sampled_from([0, 1, 20]))] = data.draw(SPLINTERS)
    path.write_bytes(content)
    read_or_refused(path)


def read_or_refused(path):
    try:
        game = load(path)
    except InvalidInput as error:
        message = str(error)
        assert "\n" not in message
        assert message.startswith(str(path))
    else:
        assert to_text(game)
