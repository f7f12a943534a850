"""Broken NPZ game files: each is refused in one line that says where and what."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from mpgcert.games import load


def archive(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npz(**arrays):
    """A good matrix game as NPZ, with some arrays replaced (None leaves one out)."""
    base = {"kind": "matrix-game", "payoffs": np.zeros((2, 2, 2))} | arrays
    return archive(**{key: value for key, value in base.items() if value is not None})


def markov(**arrays):
    base = {"kind": "markov-game", "discount": 0.5, "initial": [1, 0], "common_reward": np.zeros((2, 1)), **arrays}
    return archive(**{key: value for key, value in base.items() if value is not None})


SPARSE = {"transition_start": [0, 1, 2], "transition_successor": [0, 1], "transition_probability": [1, 1]}


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, content)
    return buffer.getvalue()


BAD_NPZ = {
    "empty": (b"", ["is empty", "NPZ"]),
    "no archive": (b'{"kind": "matrix-game"}', ["no NPZ archive", "numpy.savez"]),
    "cut off": (npz()[:-40], ["cannot be read", "NPZ archive"]),
    "other files": (zipped("readme.txt", "hello"), ["readme.txt: is no array"]),
    "damaged member": (zipped("payoffs.npy", b"\x93NUMPY junk"), ["payoffs: cannot be read"]),
    "pickle": (npz(payoffs=np.array([[None]], dtype=object)), ["payoffs: holds Python objects", "never read"]),
    "bare pickle": (zipped("payoffs.npy", pickle.dumps([1])), ["payoffs"]),
    "flags": (npz(payoffs=np.zeros((1, 2), dtype=bool)), ["payoffs: an array of dtype bool", "numbers"]),
    "complex": (npz(payoffs=np.zeros((1, 2), dtype=complex)), ["payoffs: an array of dtype complex128"]),
    "dates": (npz(payoffs=np.zeros((1, 2), dtype="M8[s]")), ["payoffs: an array of dtype datetime64"]),
    "NaN": (npz(payoffs=np.array([[0, np.nan]])), ["payoffs[0][1]: nan is not a finite number"]),
    "words": (npz(payoffs=np.array([["0", "x"]])), ["payoffs[0][1]: 'x' is not a finite number"]),
    "shape": (npz(payoffs=np.zeros((3, 2))), ["payoffs: 2 nested levels for 3 players"]),
    "kind a number": (npz(kind=3), ["kind: an array of dtype int64", "strings"]),
    "name a list": (npz(name=["a", "b"]), ["name: ['a', 'b']", "a string"]),
    "notes no JSON": (npz(notes="{"), ["notes: line 1", "JSON text"]),
    "unknown key": (npz(payoff=np.zeros(2)), ["unknown key 'payoff'", "expected payoffs"]),
    "no denominator": (npz(payoffs=None, payoffs_numerator=[[1]]), ["payoffs_denominator: missing"]),
    "denominator 0": (npz(payoffs=None, payoffs_numerator=[[1]], payoffs_denominator=0), ["payoffs_denominator: 0"]),
    "denominators": (
        npz(payoffs=None, payoffs_numerator=[[1]], payoffs_denominator=[1, 2]),
        ["payoffs_denominator: shape [2]", "one positive integer"],
    ),
    "numerator of doubles": (
        npz(payoffs=None, payoffs_numerator=[[0.5]], payoffs_denominator=2),
        ["payoffs_numerator: an array of dtype float64", "integers"],
    ),
    "numerator of decimals": (
        npz(payoffs=None, payoffs_numerator=[["0.5"]], payoffs_denominator=2),
        ["payoffs_numerator: an entry is no integer"],
    ),
    "pair and array": (
        npz(payoffs_numerator=[[1]], payoffs_denominator=1),
        ["payoffs_numerator: given beside payoffs"],
    ),
    "discount a list": (markov(discount=[0.5], **SPARSE), ["discount: shape [1]", "shape []"]),
    "sparse incomplete": (markov(transition_start=[0, 1, 2]), ["transition_successor: missing", "together"]),
    "sparse and dense": (markov(transition=np.zeros(3), **SPARSE), ["transition: given beside transition_start"]),
    "sparse start of doubles": (
        markov(**SPARSE | {"transition_start": [0.0, 1.0, 2.0]}),
        ["transition_start: an array"],
    ),
    "sparse start short": (markov(**SPARSE | {"transition_start": [0, 2]}), ["transition: 1 rows", "2 rows"]),
    "sparse start falls": (markov(**SPARSE | {"transition_start": [0, 3, 2]}), ["transition[0][0]: has no entry"]),
    "sparse start wraps": (
        markov(**SPARSE | {"transition_start": np.array([0, -(2**63), 2])}),
        ["transition_start", "small integers"],
    ),
    "sparse successor": (markov(**SPARSE | {"transition_successor": [0, 2]}), ["transition[1][0]: next state 2"]),
    "sparse probabilities": (markov(**SPARSE | {"transition_probability": [1, 1, 1]}), ["3 probabilities for 2"]),
    "sparse order": (
        markov(
            transition_start=[0, 2, 3],
            transition_successor=[1, 0, 1],
            transition_probability=["1/2", "1/2", "1"],
        ),
        ["transition[0][0]: next state 0 repeated or out of order", "increasing"],
    ),
}


@pytest.mark.parametrize("case", BAD_NPZ)
def test_broken_npz_files(case, tmp_path, refusal):
    content, mentions = BAD_NPZ[case]
    path = tmp_path / "game.npz"
    path.write_bytes(content)
    message = refusal(path)
    for mention in mentions:
        assert mention in message


@pytest.mark.parametrize("content", [npz(), markov(**SPARSE)])
def test_the_unbroken_files_are_read(content, tmp_path):
    (tmp_path / "game.npz").write_bytes(content)
    assert load(tmp_path / "game.npz").n_players in (1, 2)
