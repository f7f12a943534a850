"""What the readers of documents of every kind share: their keys, and words for what they find."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import format_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games.json_text import JsonNumber, to_plain

__all__ = ["check_keys", "found", "inexact_flag", "notes_of", "plain", "refuse_numbers", "suggestion"]


def check_keys(document: Iterable[str], known: tuple[str, ...]) -> None:
    """Raise InvalidInput for a key that the format does not have, with the nearest one that it has."""
    for key in document:
        if key not in known:
            raise InvalidInput(f"unknown key {key!r:.40}", expected=suggestion(key, known) or ", ".join(known))


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known words nearest to `word`, as text; empty if none is near."""
    return " or ".join(difflib.get_close_matches(word[:80], list(known), n=2, cutoff=0.55))


def notes_of(document: dict[str, Any]) -> dict[str, Any]:
    """The optional key `notes`, with plain numbers."""
    notes = document.get("notes", {})
    if not isinstance(notes, dict):
        raise InvalidInput(found(notes), field="notes", expected="an object")
    return {str(key): to_plain(value) for key, value in notes.items()}


def inexact_flag(document: dict[str, Any]) -> bool:
    """The value of the optional key `inexact`."""
    inexact = document.get("inexact", False)
    if not isinstance(inexact, bool):
        raise InvalidInput(found(inexact), field="inexact", expected="true or false")
    return inexact


def refuse_numbers(value: Any, field: str, index: tuple[int, ...] = ()) -> None:
    """Raise InvalidInput for a number of a JSON file where text belongs; `value` is a text or nested lists of them."""
    if isinstance(value, JsonNumber):
        raise InvalidInput(f"{value!r:.40}", field=field, index=index, expected="a string")
    if isinstance(value, list):
        for i, part in enumerate(value):
            refuse_numbers(part, field, (*index, i))


def found(value: Any) -> str:
    """What stands in a document, in words."""
    names = {list: "a list", dict: "an object", bool: str(value).lower(), type(None): "null"}
    return names.get(type(value), f"{value!r:.40}")


def plain(value: Any) -> Any:
    """The value in what JSON has: exact numbers as ints or strings."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else format_fraction(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
