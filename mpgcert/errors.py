"""Exceptions of mpgcert. Each message is one line and says what to do next.

`InvalidInput` is the only exception for wrong data: it names the source (a file or an argument), the
field, the index inside the field, the value found and what was expected.  The command line prints it and
exits with status 2.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["InvalidInput", "Irrational", "MpgcertError", "SingularMatrix", "TooLarge"]


class MpgcertError(Exception):
    """Base class of all exceptions that mpgcert raises on purpose."""


class InvalidInput(MpgcertError, ValueError):
    """Data from outside does not have the promised form.

    Attributes:
        problem: what is wrong, in a few words.
        source: the file or call the data came from, if known.
        field: name of the entry, as in the file format (`transition`).
        index: position inside the field.
        expected: what would have been accepted.
    """

    def __init__(
        self,
        problem: str,
        *,
        source: str | None = None,
        field: str | None = None,
        index: Sequence[int] = (),
        expected: str | None = None,
    ) -> None:
        self.problem = problem
        self.source = source
        self.field = field
        self.index = tuple(index)
        self.expected = expected
        super().__init__(str(self))

    def __str__(self) -> str:
        place = (self.field or "") + "".join(f"[{i}]" for i in self.index)
        parts = [part for part in (self.source, place) if part]
        text = ": ".join([*parts, self.problem])
        if self.expected:
            text += f"; expected {self.expected}"
        return " ".join(text.split())

    def within(self, source: str) -> InvalidInput:
        """The same error, with the file or call that it belongs to."""
        return InvalidInput(self.problem, source=source, field=self.field, index=self.index, expected=self.expected)


class SingularMatrix(MpgcertError, ArithmeticError):
    """A linear system has no unique solution (or none that this precision can certify)."""


class Irrational(MpgcertError, TypeError):
    """A quantity has no rational value: it can be enclosed by balls, but not computed exactly."""


class TooLarge(MpgcertError):
    """The computation would exceed a stated limit; the message gives the estimate and the limit."""
