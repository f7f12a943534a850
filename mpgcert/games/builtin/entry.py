"""What the catalogue says of a built-in game."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mpgcert.arithmetic import format_fraction, parse_number
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.game import Game

__all__ = ["CountSize", "Entry", "LQSize", "MarkovSize", "Parameter", "require_size"]

_MAX_REWARDS = 10**7


@dataclass(frozen=True)
class Parameter:
    """A parameter of a built-in game; the type of the default is the type of the value.

    Attributes:
        name: as in `NAME:name=value`.
        default: an int, a Fraction, a bool, a string (one of `choices`), or a tuple of ints, which is written
            `2x3x2` and where one int serves all players.
        meaning: in a few words.
        minimum, maximum: bounds of a number (of each, for a tuple).
        choices: values of a string.
    """

    name: str
    default: Any
    meaning: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What values may look like, in words."""
        if self.choices:
            return " or ".join(self.choices)
        if isinstance(self.default, bool):
            return "true or false"
        kind = "a number" if isinstance(self.default, Fraction) else "an integer"
        if self.minimum is not None and self.maximum is not None:
            kind += f" between {self.minimum} and {self.maximum}"
        elif self.minimum is not None or self.maximum is not None:
            kind += f" of at least {self.minimum}" if self.maximum is None else f" of at most {self.maximum}"
        return f"{kind}, or one for each player as in 2x3" if isinstance(self.default, tuple) else kind

    def read(self, value: Any, game: str) -> Any:
        """The value, from a Python value or a text.

        Raises:
            InvalidInput: naming game and parameter.
        """
        wrong = InvalidInput(f"{value!r:.40}", source=game, field=self.name, expected=self.expected)
        if self.choices:
            if value not in self.choices:
                raise wrong
            return value
        if isinstance(self.default, bool):
            read = {"true": True, "false": False}.get(str(value).lower())
            if read is None:
                raise wrong
            return read
        if not isinstance(self.default, tuple):
            return self._number(value, wrong)
        sizes = value.split("x") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else [value]
        if not sizes:
            raise wrong
        return tuple(self._number(size, wrong) for size in sizes)

    def _number(self, value: Any, wrong: InvalidInput) -> int | Fraction:
        try:
            number = parse_number(value)
        except ValueError:
            raise wrong from None
        too_small = self.minimum is not None and number < self.minimum
        too_large = self.maximum is not None and number > self.maximum
        if too_small or too_large or not (isinstance(self.default, Fraction) or number.denominator == 1):
            raise wrong
        return number if isinstance(self.default, Fraction) else int(number)

    def text(self, value: Any) -> str:
        """The value as `read` accepts it."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, tuple):
            return "x".join(map(str, value))
        return format_fraction(value) if isinstance(value, Fraction) else str(value)


@dataclass(frozen=True)
class MarkovSize:
    """|S| and A_1, ..., A_n of a Markov game or matrix game."""

    states: int
    actions: tuple[int, ...]
    kind: ClassVar[str] = "markov-game"

    @property
    def players(self) -> int:
        return len(self.actions)

    def to_dict(self) -> dict[str, Any]:
        """The size as JSON data."""
        return {"players": self.players, "states": self.states, "actions": list(self.actions)}


@dataclass(frozen=True)
class CountSize:
    """|S|, F and n of a congestion game."""

    states: int
    facilities: int
    players: int
    kind: ClassVar[str] = "congestion-game"

    def to_dict(self) -> dict[str, Any]:
        """The size as JSON data."""
        return {"players": self.players, "states": self.states, "facilities": self.facilities}


@dataclass(frozen=True)
class LQSize:
    """T, d and k_1, ..., k_N of a linear-quadratic game."""

    horizon: int
    dimension: int
    controls: tuple[int, ...]
    kind: ClassVar[str] = "lq-game"

    @property
    def players(self) -> int:
        return len(self.controls)

    def to_dict(self) -> dict[str, Any]:
        """The size as JSON data."""
        return {
            "players": self.players,
            "horizon": self.horizon,
            "dimension": self.dimension,
            "controls": list(self.controls),
        }


@dataclass(frozen=True)
class Entry:
    """A built-in game.

    Attributes:
        name: as users write it.
        title: one line.
        source: where the game comes from.
        size: of the game with the default parameters.
        build: makes the game from values of all parameters.
        parameters: what can be chosen.
        about: what was reconstructed or chosen here, and why; may be empty.
    """

    name: str
    title: str
    source: str
    size: MarkovSize | CountSize | LQSize
    build: Callable[..., Game]
    parameters: tuple[Parameter, ...] = ()
    about: str = ""

    @property
    def kind(self) -> str:
        """`markov-game`, `congestion-game` or `lq-game`."""
        return self.size.kind

    def to_dict(self) -> dict[str, Any]:
        """The entry as JSON data."""
        return {
            "name": self.name,
            "kind": self.kind,
            "title": self.title,
            "source": self.source,
            "about": self.about,
            **self.size.to_dict(),
            "parameters": [
                {"name": p.name, "default": p.text(p.default), "meaning": p.meaning, "expected": p.expected}
                for p in self.parameters
            ],
        }


def require_size(n_states: int, n_actions: tuple[int, ...]) -> None:
    """Raise TooLarge if a game of this shape would have more rewards than a built-in game may."""
    rewards = len(n_actions) * n_states * math.prod(n_actions)
    if rewards > _MAX_REWARDS:
        raise TooLarge(f"the game would have {rewards:.3g} rewards; built-in games have at most {_MAX_REWARDS:.0e}")
