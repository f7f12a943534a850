"""Drawn one-shot games with names, as .nfg files hold them."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from mpgcert.games import MarkovGame

SIZES = st.lists(st.integers(1, 3), min_size=2, max_size=3).map(tuple)
NUMBERS = st.fractions(max_denominator=60) | st.decimals(-99, 99, places=3).map(Fraction)


@st.composite
def tables(draw):
    sizes = draw(SIZES)
    size = int(np.prod(sizes))
    values = draw(st.lists(st.lists(NUMBERS, min_size=size, max_size=size), min_size=len(sizes), max_size=len(sizes)))
    return [np.array(own, dtype=object).reshape(sizes) for own in values]


@st.composite
def named_games(draw, labels):
    own = draw(tables())
    sizes = own[0].shape
    return MarkovGame.of(
        rewards=[[table.tolist()] for table in own],
        name=draw(labels),
        players=[f"{draw(labels)}-{i}" for i in range(len(sizes))],
        actions=[[f"{draw(labels)}-{a}" for a in range(size)] for size in sizes],
    )


def payoffs_of(game):
    return [game.rewards[i, 0].fractions() for i in range(game.n_players)]
