"""Exceptions of mpgcert. Each message is one line and says what to do next.

`InvalidInput` is the only exception for wrong data: it names the source (a file or an argument), the
field, the index inside the field, the value found and what was expected.  The command line prints it and
exits with status 2.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

__all__ = [
    "InvalidInput",
    "Irrational",
    "MpgcertError",
    "SingularMatrix",
    "TooLarge",
    "available_memory",
    "require_memory",
]


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


def require_memory(needed: float, what: str, advice: str = "") -> None:
    """Refuse work before it is begun if the memory that it takes is not there.

    Args:
        needed: bytes, estimated.
        what: the work, as the subject of a sentence.
        advice: what to do instead.

    Raises:
        TooLarge: with the estimate and what is available.
    """
    if needed < _ALWAYS_THERE:
        return
    available = available_memory()
    if needed > available:
        text = f"{what} needs about {needed / 2**30:.3g} GiB of memory; {available / 2**30:.3g} GiB are available"
        raise TooLarge(f"{text}; {advice}" if advice else text)


_ALWAYS_THERE = 2**26


def available_memory() -> float:
    """Bytes that can be had without swapping; infinite where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as stream:
            for line in stream:
                if line.startswith("MemAvailable:"):
                    return float(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return float("inf")
