"""Built-in games: examples of the papers, textbook games, and seeded random families.

`catalogue()` lists them, `builtin(name, **parameters)` builds one.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Any

from mpgcert.errors import InvalidInput
from mpgcert.games.builtin.congestion import CONGESTION
from mpgcert.games.builtin.counts import COUNT_GAMES
from mpgcert.games.builtin.decentralized import DECENTRALIZED_GAMES
from mpgcert.games.builtin.entry import Entry, Parameter
from mpgcert.games.builtin.hambly2021 import HAMBLY2021_GAMES
from mpgcert.games.builtin.lq import LQ_GAMES
from mpgcert.games.builtin.matrix import MATRIX_GAMES
from mpgcert.games.builtin.random_games import RANDOM_GAMES
from mpgcert.games.builtin.routing import ROUTING
from mpgcert.games.builtin.zhang2022 import ZHANG2022_GAMES
from mpgcert.games.game import Game

__all__ = ["Entry", "Parameter", "builtin", "catalogue", "names"]

_CATALOGUE: tuple[Entry, ...] = (
    *ZHANG2022_GAMES,
    *MATRIX_GAMES,
    CONGESTION,
    *COUNT_GAMES,
    ROUTING,
    *DECENTRALIZED_GAMES,
    *RANDOM_GAMES,
    *HAMBLY2021_GAMES,
    *LQ_GAMES,
)


def catalogue() -> tuple[Entry, ...]:
    """All built-in games, in the order in which they are shown."""
    return _CATALOGUE


def names() -> tuple[str, ...]:
    """The names of all built-in games."""
    return tuple(entry.name for entry in _CATALOGUE)


def builtin(name: str, **parameters: Any) -> Game:
    """A built-in game.

    Args:
        name: as in `names()`.
        parameters: values (or their texts) for the entry's parameters; the rest keep their defaults.

    Returns:
        The game, named so that `mpgcert.games.resolve` finds it again, with its source among the notes.

    Raises:
        InvalidInput: unknown name or parameter (with the nearest known ones), or a value out of range.
        TooLarge: the parameters ask for a game of too many entries.

    >>> builtin("penalty", k=-50).name
    'penalty:k=-50'
    """
    entry = next((entry for entry in _CATALOGUE if entry.name == name), None)
    if entry is None:
        near = difflib.get_close_matches(str(name), names(), n=2, cutoff=0.5) or names()
        raise InvalidInput(f"no built-in game {name!r:.60}", expected=" or ".join(near))
    known = {parameter.name: parameter for parameter in entry.parameters}
    for key in parameters:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=2) or list(known) or ["no parameters"]
            raise InvalidInput(f"unknown parameter {key!r:.40}", source=name, expected=" or ".join(near))
    chosen = {key: known[key].read(value, name) for key, value in parameters.items()}
    game = entry.build(**{parameter.name: parameter.default for parameter in entry.parameters} | chosen)
    changed = [f"{key}={known[key].text(value)}" for key, value in chosen.items() if value != known[key].default]
    notes = {"title": entry.title, "source": entry.source, **({"about": entry.about} if entry.about else {})}
    return replace(game, name=":".join([name, ",".join(changed)] if changed else [name]), notes=notes | game.notes)
