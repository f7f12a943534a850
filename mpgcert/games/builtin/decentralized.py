"""A game whose only equilibrium players who explore do not learn."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.games.builtin.entry import Entry, MarkovSize
from mpgcert.games.markov import MarkovGame

__all__ = ["DECENTRALIZED_GAMES"]


def _trembling_team() -> MarkovGame:
    """Both players earn the same; the first player's bold action pays only if the second one helps."""
    stage = [[[10, 0], [9, 6]], [[12, 0], [10, 9]]]
    quarters = np.array([[[3, 1], [2, 2]]] * 2)  # of the probability of lean times next
    return MarkovGame.of(
        rewards=[stage, stage],
        transition=ExactArray.of_integers(np.stack([quarters, 4 - quarters], axis=-1), 4),
        discount=Fraction(1, 4),
        states=("lean", "rich"),
        actions=(("bold", "careful"), ("help", "shirk")),
        notes={"learning": {"exploration": "1/2"}},
    )


DECENTRALIZED_GAMES: tuple[Entry, ...] = (
    Entry(
        "trembling-team",
        "Common interest in two states: one strict equilibrium, and another limit when both explore with rate 1/2",
        "constructed for this catalogue, to test the limits of Maheshwari, Wu, Pai and Sastry (2023)",
        MarkovSize(2, (2, 2)),
        _trembling_team,
        about="Help is better than shirk whatever the first player does, and bold is better than careful next to help: "
        "(bold, help) is the unique stationary equilibrium, and it is strict. With theta = 1/2 the second player "
        "shirks at least 1/4 of the time, and against that careful is better than bold in both states, so the "
        "q-estimates make the first player careful, whatever the noise.",
    ),
)
