"""Congestion games of many players, by the counts of users."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.games.builtin.entry import CountSize, Entry, Parameter
from mpgcert.games.counts import CountGame

__all__ = ["COUNT_GAMES"]

_SPEEDS = (1, 2, 4, 6)
_PENALTY = 100


def _facilities(players: int) -> CountGame:
    """One state: a user of facility k among l users gets 1 - l / (n + s_k), with s = n times 1, 2, 4, 6."""
    load = np.arange(1, players + 1)
    spare = np.array([players * speed for speed in _SPEEDS], dtype=object)
    rows = [[Fraction(int(total - x), int(total)) for x in load] for total in spare + players]
    return CountGame.of(rewards=ExactArray.of_fractions(np.array(rows, dtype=object)), facilities=_names())


def _distancing(players: int, discount: Fraction) -> CountGame:
    """Users of facility k get s_k times its load, and 100 less while distancing; crowds lead there."""
    load = np.arange(1, players + 1)
    safe = np.outer(_SPEEDS, load)
    rules: list[Any] = [
        [{"when": [{"facility": "some", "at_least": players // 2 + 1}], "next": [0, 1]}, {"next": [1, 0]}],
        [{"when": [{"facility": "every", "at_most": players // 4}], "next": [1, 0]}, {"next": [0, 1]}],
    ]
    return CountGame.of(
        rewards=ExactArray.of_integers(np.stack([safe, safe - _PENALTY])),
        transition=rules,
        discount=discount,
        states=("safe", "distancing"),
        facilities=_names(),
    )


def _names() -> tuple[str, ...]:
    return tuple(f"facility {k + 1}" for k in range(len(_SPEEDS)))


_PLAYERS = Parameter("players", 100, "number of players n", minimum=1, maximum=2000)

COUNT_GAMES: tuple[Entry, ...] = (
    Entry(
        "facilities",
        "Congestion game of many players on a few facilities, one state",
        "Rosenthal (1973), A class of games possessing pure-strategy Nash equilibria",
        CountSize(1, 4, 100),
        _facilities,
        (_PLAYERS,),
        about="Rewards fall linearly with the load.",
    ),
    Entry(
        "facilities-distancing",
        "Congestion game of many players on a few facilities with a safe and a distancing state",
        "Leonardos, Overman, Panageas and Piliouras (2021), Global Convergence of Multi-Agent Policy Gradient in "
        "Markov Potential Games",
        CountSize(2, 4, 100),
        _distancing,
        (_PLAYERS, Parameter("discount", Fraction(99, 100), "gamma, below 1", minimum=0, maximum=1)),
        about="The game leonardos2021-congestion for many players: the same rewards and thresholds, by counts.",
    ),
)
