"""Strict JSON: numbers are kept as their text, keys occur once; and JSON that a person can read."""

from __future__ import annotations

import json
import re
from typing import Any

from mpgcert.errors import InvalidInput
from mpgcert.games.encoding import decoded

__all__ = ["JsonNumber", "dump_json", "parse_json", "to_plain"]

_LINE = 100
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class JsonNumber(str):
    """The text of a JSON number, so that no digit is lost; not to be taken for a JSON string."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def parse_json(data: bytes) -> Any:
    """The value of a JSON text, with numbers (also NaN and Infinity, to be refused in place) as `JsonNumber`.

    Raises:
        InvalidInput: not UTF-8, empty, not JSON (with line and column), or an object with a repeated key.
    """
    text = decoded(data, "JSON text")
    if not text.strip():
        raise InvalidInput("is empty", expected="a JSON object")
    try:
        return json.loads(
            text,
            parse_float=JsonNumber,
            parse_int=JsonNumber,
            parse_constant=JsonNumber,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise InvalidInput(f"line {error.lineno}, column {error.colno}: {error.msg}", expected="valid JSON") from None
    except RecursionError:
        raise InvalidInput("is nested too deeply", expected="at most a few dozen levels") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise InvalidInput(f"key {repeated!r:.40} occurs {keys.count(repeated)} times", expected="each key once")
    return found


def to_plain(value: Any) -> Any:
    """The value with integers as ints and other numbers as exact strings, for data that are not computed with."""
    if isinstance(value, JsonNumber):
        return int(value) if value.lstrip("-").isdecimal() and len(value) < 1000 else str(value)
    if isinstance(value, dict):
        return {key: to_plain(part) for key, part in value.items()}
    return [to_plain(part) for part in value] if isinstance(value, list) else value


def dump_json(document: dict[str, Any], numeric: frozenset[str]) -> str:
    """JSON text with short lists on one line, one key of the document per line.

    Args:
        document: JSON data; exact numbers are ints and strings.
        numeric: keys whose decimal strings are written as bare numbers (`0.14` for "0.14"), which `parse_json`
            reads back exactly.
    """
    entries = [f"{json.dumps(key)}: {_render(value, 1, key in numeric)}" for key, value in document.items()]
    return "{\n" + ",\n".join("  " + entry for entry in entries) + "\n}\n"


def _render(value: Any, level: int, bare: bool) -> str:
    if isinstance(value, dict) and value:
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_render(v, level + 1, bare)}" for key, v in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list) and any(isinstance(part, (list, dict)) for part in value):
        parts = [_render(part, level + 1, bare) for part in value]
        opening, closing = "[", "]"
    elif isinstance(value, list):
        return "[" + ", ".join([_scalar(part, bare) for part in value]) + "]"
    else:
        return _scalar(value, bare)
    if sum(map(len, parts)) + 2 * len(parts) <= _LINE and not any("\n" in part for part in parts):
        return opening + ", ".join(parts) + closing
    indent = "  " * level
    return f"{opening}\n" + ",\n".join(f"{indent}  {part}" for part in parts) + f"\n{indent}{closing}"


def _scalar(value: Any, bare: bool) -> str:
    if type(value) is int or (bare and isinstance(value, str) and _DECIMAL.fullmatch(value)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
