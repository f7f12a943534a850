"""How a symbol gets its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from mpgcert.claims.point_index import Index

__all__ = ["Rule", "kept", "per", "root", "square"]


@dataclass(frozen=True)
class Rule:
    """A quantity.

    Attributes:
        function: of the instance in an arithmetic, and the index where it is taken.
        uses: which indices (`player`, `state`, `time`, ...) it depends on.
        square: for square roots: gives the radicand, so that even powers stay rational.
        learner: whether it speaks of a learner (`Point.learner`): exploration, estimates, update rates.
    """

    function: Callable[[Any, Index], Any]
    uses: frozenset[str]
    square: Callable[[Any, Index], Any] | None = None
    learner: bool = False


def per(*uses: str, learner: bool = False) -> Callable[[Callable[[Any, Index], Any]], Rule]:
    """A rule for a function that depends on the named indices: `per("player")(function)`."""
    return lambda function: Rule(function, frozenset(uses), learner=learner)


def root(*uses: str) -> Callable[[Callable[[Any, Index], Any]], Rule]:
    """A rule for the square root of what the function gives."""
    return lambda square: Rule(lambda at, k: at.arithmetic.sqrt(square(at, k)), frozenset(uses), square)


def kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a lens and hashable arguments, worked out once for each lens."""

    @wraps(function)
    def wrapper(at: Any, *arguments: Any) -> Any:
        store = at.__dict__.setdefault("_kept", {})
        key = (wrapper, arguments)
        if key not in store:
            store[key] = function(at, *arguments)
        return store[key]

    return wrapper


def square(values: Any) -> Any:
    """x * x: a power of a ball that contains 0 is not a number in FLINT."""
    return values * values
