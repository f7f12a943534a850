"""The JSON Schema of game files, and what the readers take from it: kinds, keys, and which of them go together.

`schema.json` says once what a game file may hold.  The readers ask it for the keys of a kind, for those that must be
there, and for what a key holds; what a schema cannot say, they check themselves (shapes that fit, rows that sum to 1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from mpgcert.errors import InvalidInput
from mpgcert.games.keys import check_keys, found, refuse_numbers

__all__ = ["alternatives", "check_structure", "forms", "game_schema", "keys", "kinds", "numeric_keys", "text_keys"]

_REFERENCE = "#/$defs/"
# Readers of these forms say themselves, better, what is wrong with null.
_ANSWER_NULL = ("number", "text", "flag", "notes")


def game_schema() -> dict[str, Any]:
    """The schema of game files (JSON Schema, draft 2020-12), to be changed at will."""
    schema: dict[str, Any] = json.loads(files("mpgcert.games").joinpath("schema.json").read_text("utf-8"))
    return schema


def kinds() -> tuple[str, ...]:
    """The kinds of games that a file may hold, such as `markov-game`."""
    return tuple(map(_target, _schema()["oneOf"]))


def keys(name: str, *, required: bool = False) -> tuple[str, ...]:
    """The keys of a kind of game, or of another object of the schema such as `rule`: all, or those without default."""
    node = _definition(name)
    return tuple(node["required"] if required else node["properties"])


def alternatives(kind: str) -> tuple[str, ...]:
    """The keys of a kind of which a file has exactly one; none if all its keys are independent."""
    return tuple(part["required"][0] for part in _definition(kind).get("oneOf", ()))


def forms(name: str) -> tuple[tuple[str, ...], ...]:
    """For an object with several forms, such as `initial-state`: the keys of each."""
    return tuple(keys(_target(form), required=True) for form in _definition(name)["oneOf"])


@cache
def numeric_keys() -> frozenset[str]:
    """Keys of games whose values are made of numbers."""
    return frozenset(key for key, node in _properties() if _holds(node, "number", set()))


@cache
def text_keys() -> frozenset[str]:
    """Keys of games whose values are texts, labels or notes."""
    flags = {key for key, node in _properties() if _holds(node, "flag", set())}
    return frozenset(key for key, _ in _properties()) - numeric_keys() - flags


def check_structure(document: Any) -> str:
    """The kind of game that a document holds, if it has the keys of this kind.

    Args:
        document: what a file holds, see `mpgcert.games.document`.

    Raises:
        InvalidInput: no object, another kind, an unknown or a missing key, null, or a number in place of a text.
    """
    if not isinstance(document, dict):
        raise InvalidInput(f"{found(document)} at the top", expected='an object with the key "kind"')
    kind = _kind(document)
    check_keys(document, keys(kind))
    chosen = [key for key in alternatives(kind) if key in document]
    if len(chosen) > 1:
        raise InvalidInput(f"given beside {chosen[1]}", field=chosen[0], expected=f"either {' or '.join(chosen)}")
    if alternatives(kind) and not chosen:
        individual, common = alternatives(kind)
        raise InvalidInput("missing", field=individual, expected=f"{individual}, or {common} for identical interests")
    properties = _definition(kind)["properties"]
    for key in keys(kind, required=True):
        if key not in document:
            shape = properties[key].get("x-shape")
            expected = f"a value for every {kind}" + (f", {shape}" if shape else "")
            raise InvalidInput("missing", field=key, expected=expected)
    for key, value in document.items():
        form = _target(properties[key]) if key != "kind" else "text"
        if value is None and form not in _ANSWER_NULL:
            raise InvalidInput("null", field=key, expected="a list, or no such key")
        if form in ("text", "labels", "action-labels"):
            refuse_numbers(value, key)
    return kind


def _kind(document: dict[str, Any]) -> str:
    expected = ", ".join(f'"{kind}"' for kind in kinds()[:-1]) + f' or "{kinds()[-1]}"'
    if "kind" not in document:
        raise InvalidInput("missing", field="kind", expected=expected)
    kind = document["kind"]
    if not isinstance(kind, str) or kind not in kinds():
        raise InvalidInput(f"{kind!r:.40}", field="kind", expected=expected)
    return kind


@cache
def _schema() -> dict[str, Any]:
    return game_schema()


def _definition(name: str) -> dict[str, Any]:
    node: dict[str, Any] = _schema()["$defs"][name]
    return node


def _target(node: dict[str, Any]) -> str:
    return str(node["$ref"]).removeprefix(_REFERENCE)


def _properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in kinds():
        yield from _definition(kind)["properties"].items()


def _holds(node: Any, name: str, seen: set[str]) -> bool:
    """Whether a part of the schema leads to the definition `name`, not by way of those already seen."""
    if isinstance(node, list):
        return any(_holds(part, name, seen) for part in node)
    if not isinstance(node, dict):
        return False
    if "$ref" in node:
        target = _target(node)
        if target == name:
            return True
        if target in seen:
            return False
        seen.add(target)
        return _holds(_definition(target), name, seen)
    return any(_holds(part, name, seen) for part in node.values())
