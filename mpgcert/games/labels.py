"""Names and labels: text, and as many as there is to label."""

from __future__ import annotations

from typing import Any

from mpgcert.errors import InvalidInput

__all__ = ["labels_of", "text_of"]


def text_of(value: Any, field: str, index: tuple[int, ...] = ()) -> str:
    """A text that can be written to a file.

    Raises:
        InvalidInput: no string, or one with lone surrogates.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{value!r:.40}", field=field, index=index, expected="a string")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidInput(f"{value!r:.40}", field=field, index=index, expected="Unicode text without lone surrogates")
    return str(value)


def labels_of(labels: Any, field: str, count: int, index: tuple[int, ...] = ()) -> tuple[str, ...]:
    """`count` labels; or none for a game (not for a player of a game that has some).

    Raises:
        InvalidInput: no list, another number of labels, or one that is no text.
    """
    if labels is None and not index:
        return ()
    if not isinstance(labels, (list, tuple)) or len(labels) != count:
        found = f"{len(labels)} labels" if isinstance(labels, (list, tuple)) else f"{labels!r:.40}"
        raise InvalidInput(found, field=field, index=index, expected=f"a list of {count} labels")
    return tuple(text_of(label, field, (*index, i)) for i, label in enumerate(labels))
