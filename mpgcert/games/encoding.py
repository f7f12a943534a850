"""Bytes of text files as text."""

from __future__ import annotations

from mpgcert.errors import InvalidInput

__all__ = ["decoded"]


def decoded(data: bytes, what: str) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Args:
        data: its bytes.
        what: what was expected, for the refusal.

    Raises:
        InvalidInput: the bytes are not UTF-8; naming the first that is not.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is {data[error.start]:#04x}, which is not UTF-8"
        raise InvalidInput(found, expected=what) from None
