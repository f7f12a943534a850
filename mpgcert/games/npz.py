"""The NPZ form of documents: the keys of the JSON form as numpy arrays, without pickles.

* Numbers: an array of numbers (a double means the shortest decimal that reads back as it) or of strings
  (`"1/3"`), or the exact pair `<key>_numerator` (integers, or strings of digits) and `<key>_denominator` (one).
* A sparse kernel: `transition_start`, `transition_successor`, `transition_probability`, the compressed rows of
  `mpgcert.games.SparseKernel`.
* A linear-quadratic game: see `mpgcert.games.lq.npz`.
* `kind`, `name`: a string; `states`, `players`: an array of strings; `actions`, `notes`: JSON text.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, brief_fraction, format_fraction
from mpgcert.errors import InvalidInput, TooLarge, require_memory
from mpgcert.games.counts import CountGame
from mpgcert.games.document import to_document
from mpgcert.games.game import Game
from mpgcert.games.json_text import parse_json
from mpgcert.games.lq import LQGame
from mpgcert.games.lq.npz import gathered, lq_members
from mpgcert.games.markov import MarkovGame, SparseKernel
from mpgcert.games.schema import text_keys

__all__ = ["dump_npz", "parse_npz"]

_SPARSE = ("transition_start", "transition_successor", "transition_probability")
_FACTOR = 4  # bytes of memory for each byte of the arrays: both, and exact ones of 64 bits
_JSON_KEYS = ("actions", "notes")
_PLAIN_KEYS = ("kind", "name", "states", "players", "horizon")


def parse_npz(data: bytes) -> dict[str, Any]:
    """The document in an NPZ archive; numbers become arrays or exact arrays.

    Raises:
        InvalidInput: no archive, a damaged or pickled member, or a key whose array has the wrong type.
    """
    arrays = _members(data)
    document: dict[str, Any] = {}
    for key, array in arrays.items():
        if key in text_keys():
            document[key] = _text(key, array)
        elif key == "inexact":
            document[key] = array.item() if array.ndim == 0 else array.tolist()
        elif key.endswith("_denominator") and key.removesuffix("_denominator") + "_numerator" in arrays:
            continue
        elif key.endswith("_numerator"):
            base = key.removesuffix("_numerator")
            if base in arrays:
                raise InvalidInput(f"given beside {base}", field=key, expected="either of them")
            document[base] = _pair(key, array, arrays.get(f"{base}_denominator"))
        else:
            document[key] = array
    sparse = [key for key in _SPARSE if key in document]
    if sparse:
        if "transition" in document:
            raise InvalidInput(f"given beside {sparse[0]}", field="transition", expected="either form of the kernel")
        document["transition"] = _sparse_kernel({key: document.pop(key) for key in sparse})
    if "discount" in document:
        document["discount"] = ExactArray.parse(document["discount"], "discount", ())[()]
    return gathered(document) if document.get("kind") == "lq-game" else document


def _members(data: bytes) -> dict[str, NDArray[Any]]:
    if not data:
        raise InvalidInput("is empty", expected="an NPZ archive")
    if not data.startswith(b"PK"):
        raise InvalidInput("is no NPZ archive", expected="a file written by numpy.savez")
    arrays: dict[str, NDArray[Any]] = {}
    key: str | None = None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as members:
            size = sum(member.file_size for member in members.infolist())
        require_memory(_FACTOR * size, f"reading {size / 2**20:.3g} MiB of arrays")
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            for key in archive.files:
                if key in arrays:
                    raise InvalidInput("occurs twice", field=key, expected="each key once")
                arrays[key] = archive[key]
    except (InvalidInput, TooLarge):
        raise
    except Exception as error:  # numpy, zipfile and zlib raise many kinds on damaged bytes
        if "allow_pickle" in str(error):
            raise InvalidInput(
                "holds Python objects (a pickle), which are never read", field=key, expected="numbers or strings"
            ) from None
        raise InvalidInput(
            f"cannot be read ({type(error).__name__}: {error})"[:200], field=key, expected="an intact NPZ archive"
        ) from None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise InvalidInput("is no array", field=name, expected="members written by numpy.savez")
    return arrays


def _text(key: str, array: NDArray[Any]) -> Any:
    if array.dtype.kind != "U":
        raise InvalidInput(f"an array of dtype {array.dtype}", field=key, expected="strings")
    if key not in _JSON_KEYS or array.ndim > 0:
        return array.tolist()
    try:
        return parse_json(array.item().encode("utf-8", "surrogatepass"))
    except InvalidInput as error:
        raise InvalidInput(error.problem, field=key, expected="JSON text") from None


def _integers(key: str, array: NDArray[Any]) -> ExactArray:
    if array.dtype.kind not in "iuU":
        raise InvalidInput(f"an array of dtype {array.dtype}", field=key, expected="integers")
    exact = ExactArray.parse(array, key)
    if exact.denominator != 1:
        raise InvalidInput("an entry is no integer", field=key, expected="integers")
    return exact


def _pair(key: str, array: NDArray[Any], below: NDArray[Any] | None) -> ExactArray:
    denominator_key = key.removesuffix("_numerator") + "_denominator"
    if below is None:
        raise InvalidInput("missing", field=denominator_key, expected=f"one positive integer beside {key}")
    denominator = _integers(denominator_key, below)
    if denominator.shape != () or denominator.min() <= 0:
        found = f"shape {list(denominator.shape)}" if denominator.shape else brief_fraction(denominator.min())
        raise InvalidInput(found, field=denominator_key, expected="one positive integer")
    return ExactArray.of_integers(_integers(key, array).numerator, int(denominator.min()))


def _sparse_kernel(parts: dict[str, Any]) -> SparseKernel:
    for key in _SPARSE:
        if key not in parts:
            raise InvalidInput("missing", field=key, expected=f"{', '.join(_SPARSE)} together")
    indices = []
    for key in _SPARSE[:2]:
        exact = _integers(key, parts[key])
        if len(exact.shape) != 1 or exact.numerator.dtype == object:
            raise InvalidInput(f"shape {list(exact.shape)}", field=key, expected="a list of small integers")
        indices.append(exact.numerator)
    probability = ExactArray.parse(parts[_SPARSE[2]], _SPARSE[2])
    return SparseKernel(indices[0], indices[1], probability)


def dump_npz(game: Game) -> bytes:
    """The NPZ form of a game; reading it gives exactly the same game."""
    if isinstance(game, CountGame):
        raise InvalidInput("a congestion game", field="kind", expected="a file name ending in .json for this kind")
    document = to_document(game, tables=False)
    arrays: dict[str, Any] = {key: document[key] for key in _PLAIN_KEYS if key in document}
    for key in _JSON_KEYS:
        if key in document:
            arrays[key] = json.dumps(document[key], ensure_ascii=False)
    for key, values in (lq_members(game) if isinstance(game, LQGame) else _members_of(game, document)).items():
        arrays.update(_exact_arrays(key, values))
    if isinstance(game, MarkovGame) and isinstance(game.transition, SparseKernel):
        arrays.update(transition_start=game.transition.start, transition_successor=game.transition.successor)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _members_of(game: MarkovGame, document: dict[str, Any]) -> dict[str, ExactArray]:
    """The exact arrays of a Markov game by their keys, as far as the document has them."""
    members = {
        "discount": ExactArray.of_fractions([game.discount], ()),
        "initial": game.initial,
        "rewards": game.rewards,
        "common_reward": game.rewards[0],
        "payoffs": game.rewards[:, 0],
        "common_payoff": game.rewards[0, 0],
    }
    members = {key: values for key, values in members.items() if key in document}
    if isinstance(game.transition, SparseKernel):
        return members | {"transition_probability": game.transition.probability}
    return members | ({"transition": game.transition} if "transition" in document else {})


def _exact_arrays(key: str, values: ExactArray) -> dict[str, Any]:
    if values.numerator.dtype == object:
        texts = [format_fraction(value) for value in values.fractions()]
        return {key: np.array(texts).reshape(values.shape)}
    small = values.denominator < 2**62
    return {
        f"{key}_numerator": values.numerator,
        f"{key}_denominator": values.denominator if small else str(values.denominator),
    }
