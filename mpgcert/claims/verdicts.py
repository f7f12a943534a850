"""The words of a verdict, and the exit status that belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["Verdict", "all_of", "exit_status", "tally"]


class Verdict(StrEnum):
    """Outcome on one instance; decided exactly or by disjoint enclosures, else `undecided`."""

    HOLDS = "holds"
    VIOLATED = "violated"
    VACUOUS = "vacuous"
    UNDECIDED = "undecided"


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on a conjunction: one violation refutes it, else one doubt leaves it open."""
    found = set(verdicts)
    for word in (Verdict.VIOLATED, Verdict.UNDECIDED):
        if word in found:
            return word
    return Verdict.HOLDS


def exit_status(verdicts: Iterable[Verdict]) -> int:
    """0 everything holds (or says nothing here), 1 something is violated, 3 something is undecided.

    >>> exit_status([Verdict.HOLDS, Verdict.UNDECIDED])
    3
    """
    return {Verdict.VIOLATED: 1, Verdict.UNDECIDED: 3}.get(all_of(verdicts), 0)


def tally(verdicts: Iterable[Verdict]) -> str:
    """How many verdicts there are of each word.

    >>> tally([Verdict.HOLDS, Verdict.VIOLATED, Verdict.HOLDS])
    '2 holds, 1 violated'
    """
    found = list(verdicts)
    return ", ".join(f"{found.count(word)} {word}" for word in Verdict if word in found) or "nothing compared"
