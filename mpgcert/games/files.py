"""Games from files and names: `load`, `write`, `resolve`; starting policies from files.

The format itself is described in `mpgcert.games.document` (JSON) and `mpgcert.games.npz` (NPZ).  Two formats of others
are read as well: Gambit's strategic games (`mpgcert.games.nfg`) and sgamesolver's tables
(`mpgcert.games.sgamesolver_table`).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, overload

from mpgcert.errors import InvalidInput, MpgcertError, require_memory
from mpgcert.games.builtin import builtin, names
from mpgcert.games.counts import CountGame
from mpgcert.games.document import game_of, to_document
from mpgcert.games.game import Game
from mpgcert.games.json_text import dump_json, parse_json
from mpgcert.games.keys import check_keys, inexact_flag, suggestion
from mpgcert.games.lq import Gains, LQGame
from mpgcert.games.markov import MarkovGame
from mpgcert.games.nfg import dump_nfg, parse_nfg
from mpgcert.games.npz import dump_npz, parse_npz
from mpgcert.games.policy import Policy
from mpgcert.games.schema import numeric_keys
from mpgcert.games.sgamesolver_table import parse_table

__all__ = [
    "load",
    "policy_from_file",
    "resolve",
    "starting_policy",
    "to_document",
    "to_text",
    "write",
    "write_atomically",
]

_SUFFIXES = (".json", ".npz", ".nfg", ".csv")
_BEGINNINGS = {b"PK": ".npz", b"NFG ": ".nfg"}
_JSON_FACTOR = 20  # bytes of memory for each byte of numbers in lists, measured


def load(path: str | os.PathLike[str]) -> Game:
    """The game in a JSON, NPZ, NFG or CSV file, read exactly: no number passes through a float.

    Raises:
        InvalidInput: one line that names the file, the field, the index, the value and what was expected.
    """
    source = os.fspath(path)
    try:
        name = Path(source).stem.encode("utf-8", "replace").decode()
        data, form = _content(source)
        if form == ".nfg":
            return parse_nfg(data, name)
        if form == ".csv":
            return parse_table(data, name)
        return game_of(_document(data, form), name)
    except InvalidInput as error:
        raise error.within(source) from None
    except RecursionError:
        raise InvalidInput("is nested too deeply", source=source, expected="at most a few dozen levels") from None


def write(game: Game, path: str | os.PathLike[str]) -> None:
    """Write a game to a `.json` or `.npz` file; loading it gives exactly the same game.

    A one-shot game can also be written to Gambit's `.nfg`, which keeps payoffs, name and labels.  The file appears
    whole or not at all.

    Raises:
        InvalidInput: another suffix, a game that has no place in the format, or a place that cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix == ".json":
        data = to_text(game).encode()
    elif suffix == ".npz":
        data = dump_npz(game)
    elif suffix == ".nfg":
        data = _nfg_text(game, os.fspath(path)).encode()
    else:
        raise InvalidInput(
            f"suffix {target.suffix!r}", source=os.fspath(path), expected="a file name ending in .json, .npz or .nfg"
        )
    write_atomically(target, data)


def _nfg_text(game: Game, path: str) -> str:
    if isinstance(game, LQGame):
        raise InvalidInput("a linear-quadratic game", source=path, expected="a one-shot game, for a .nfg file")
    try:
        return dump_nfg(game.to_markov() if isinstance(game, CountGame) else game)
    except InvalidInput as error:
        raise error.within(path) from None


def to_text(game: Game) -> str:
    """The JSON form of a game as text that a person can read."""
    return dump_json(to_document(game), numeric_keys())


def found_by_name(game: Game) -> bool:
    """Whether commands find the very data of a game by its name: a built-in game, not one that was changed."""
    from mpgcert.games.builtin import names

    try:
        return game.name.partition(":")[0] in names() and resolve(game.name).fingerprint == game.fingerprint
    except MpgcertError:
        return False


def resolve(text: str | os.PathLike[str]) -> Game:
    """The game that a user means: a file, or a built-in game such as `leonardos2021-congestion:players=8`.

    A text is a file if such a file exists, or if it is no built-in name and looks like a path (a separator, or the
    suffix .json, .npz, .nfg or .csv).

    Raises:
        InvalidInput: naming the nearest built-in games if there is neither.
    """
    text = os.fspath(text)
    path = Path(text)
    name, colon, assignments = text.partition(":")
    if name in names() and not path.is_file():
        return builtin(name, **_parameters(text, assignments) if colon else {})
    if path.suffix.lower() in _SUFFIXES or os.sep in text or path.exists():
        return load(text)
    raise InvalidInput("is no file and no built-in game", source=text, expected=_nearest_games(name))


def _parameters(text: str, assignments: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for part in assignments.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not (key and equals and value):
            raise InvalidInput(f"{part!r:.40}", source=text, expected="NAME:key=value,key=value")
        if key in parameters:
            raise InvalidInput("given twice", source=text, field=key, expected="each parameter once")
        parameters[key] = value
    return parameters


@overload
def policy_from_file(game: MarkovGame | CountGame, path: str | os.PathLike[str]) -> Policy: ...
@overload
def policy_from_file(game: LQGame, path: str | os.PathLike[str]) -> Gains: ...
def policy_from_file(game: Game, path: str | os.PathLike[str]) -> Policy | Gains:
    """A starting policy, read exactly: probabilities [n][S][A_i], or gains [N][T][k_i][d] or [N][k_i][d].

    JSON: the nested list itself, or `{"policy": ...}`, where `"inexact": true` completes rows of probabilities that
    come from floating point (see `Policy.of`).  NPZ: one array `policy` (numbers or strings), or for players whose
    parts differ in shape `policy_1` to `policy_n`; `inexact` likewise.

    Raises:
        InvalidInput: one line that names the file, the field, the index, the value and what was expected.
    """
    source = os.fspath(path)
    options = ("inexact",) if not isinstance(game, LQGame) else ()
    try:
        document = _read(source)
        if not isinstance(document, dict):
            document = {"policy": document}
        parts = [f"policy_{i}" for i in range(1, game.n_players + 1)]
        if parts[0] in document:
            check_keys(document, (*parts, *options))
            missing = [part for part in parts if part not in document]
            if missing:
                raise InvalidInput("missing", field=missing[0], expected=f"policies of {game.n_players} players")
            policies: Any = [document[part] for part in parts]
        else:
            check_keys(document, ("policy", *options))
            if "policy" not in document:
                form = "probabilities [n][S][A_i]" if not isinstance(game, LQGame) else "gains [N][T][k_i][d]"
                raise InvalidInput("missing", field="policy", expected=form)
            given = document["policy"]
            policies = given if isinstance(given, list) or not getattr(given, "shape", ()) else list(given)
        if isinstance(game, LQGame):
            return Gains.of(game, policies)
        return Policy.of(game, policies, inexact=inexact_flag(document))
    except InvalidInput as error:
        raise error.within(source) from None
    except RecursionError:
        raise InvalidInput("is nested too deeply", source=source, expected="at most a few dozen levels") from None


@overload
def starting_policy(game: MarkovGame | CountGame, start: str = "uniform", seed: int = 0) -> Policy: ...
@overload
def starting_policy(game: LQGame, start: str = "uniform", seed: int = 0) -> Gains: ...
def starting_policy(game: Game, start: str = "uniform", seed: int = 0) -> Policy | Gains:
    """The policy that `--start` names: `uniform`, `random` (with a seed), or a file.

    For a linear-quadratic game `uniform` means its own starting gains if it has some, else no control.

    Raises:
        InvalidInput: see `policy_from_file`.
    """
    if isinstance(game, LQGame):
        if start == "uniform":
            return game.start or Gains.zero(game)
        return Gains.random(game, seed) if start == "random" else policy_from_file(game, start)
    if start == "uniform":
        return Policy.uniform(game)
    return Policy.random(game, seed) if start == "random" else policy_from_file(game, start)


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file aside and move it into place, so that nobody ever sees half of it.

    Raises:
        InvalidInput: the place cannot be written.
    """
    target = Path(os.path.realpath(path))
    aside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        try:
            aside.write_bytes(data)
            os.replace(aside, target)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInput(
            f"cannot be written ({error.strerror or error})", source=os.fspath(path), expected="a writable place"
        ) from None


def _read(source: str) -> Any:
    """The document in a file that is no .nfg or .csv."""
    return _document(*_content(source))


def _document(data: bytes, form: str) -> Any:
    return parse_npz(data) if form == ".npz" else parse_json(data)


def _content(source: str) -> tuple[bytes, str]:
    """What is in a file, and its form: the suffix, or what the first bytes say."""
    path = Path(source)
    _require_room(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            raise InvalidInput("no such file", expected=_nearest_games(path.stem)) from None
        reason = "is a directory" if path.is_dir() else f"cannot be read ({getattr(error, 'strerror', error)})"
        raise InvalidInput(reason, expected=f"a file that can be read ({', '.join(_SUFFIXES)})") from None
    suffix = path.suffix.lower()
    if suffix in _SUFFIXES:
        return data, suffix
    return data, next((form for start, form in _BEGINNINGS.items() if data.startswith(start)), ".json")


def _require_room(path: Path) -> None:
    """Refuse a text file whose values do not fit into memory (NPZ files: see `parse_npz`)."""
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        return
    suffix = path.suffix.lower()
    if suffix != ".npz":
        form = suffix[1:].upper() if suffix in _SUFFIXES else "JSON"
        require_memory(_JSON_FACTOR * size, f"reading {size / 2**20:.3g} MiB of {form}", "an .npz file takes less")


def _nearest_games(word: str) -> str:
    near = suggestion(word, names())
    return f"a game file, or a built-in game such as {near or ', '.join(names()[:4])} (see `mpgcert games`)"
