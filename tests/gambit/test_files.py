"""What Gambit writes is read exactly, and what is written is read exactly by Gambit."""

import io
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_shot_games import named_games, payoffs_of, tables

from mpgcert.games import write
from mpgcert.games.builtin import builtin
from mpgcert.games.nfg import dump_nfg, parse_nfg

pygambit = pytest.importorskip("pygambit", reason="make gambit")

LABELS = st.sampled_from(["a", 'a "b" c', "{", "x,y", '"', "}{"])  # pygambit: printable ASCII; it garbles a backslash


def in_gambit(table):
    return np.vectorize(lambda v: pygambit.Rational(v.numerator, v.denominator), otypes=[object])(table)


def payoffs_in_gambit(game):
    return [[Fraction(str(value)) for value in table.ravel()] for table in game.to_arrays()]


@given(tables(), st.data())
def test_what_pygambit_writes_is_read_exactly(tables, data):
    theirs = pygambit.Game.from_arrays(*map(in_gambit, tables), title=data.draw(LABELS))
    for player in theirs.players:
        player.label = f"{data.draw(LABELS)}-{player.number}"
        for strategy in player.strategies:
            strategy.label = f"{data.draw(LABELS)}-{strategy.number}"
    ours = parse_nfg(theirs.to_nfg().encode(), "stem")
    assert payoffs_of(ours) == [list(table.ravel()) for table in tables]
    assert ours.name == theirs.title
    assert list(ours.players) == [player.label for player in theirs.players]
    assert [list(own) for own in ours.actions] == [[s.label for s in p.strategies] for p in theirs.players]


@given(named_games(LABELS))
def test_what_we_write_is_read_exactly_by_pygambit(game):
    theirs = pygambit.read_nfg(io.StringIO(dump_nfg(game)))
    assert payoffs_in_gambit(theirs) == payoffs_of(game)
    assert [player.label for player in theirs.players] == list(game.players)
    assert [[s.label for s in p.strategies] for p in theirs.players] == [list(own) for own in game.actions]


def test_a_file_that_was_written(tmp_path):
    write(builtin("stag-hunt"), tmp_path / "hunt.nfg")
    assert payoffs_in_gambit(pygambit.read_nfg(str(tmp_path / "hunt.nfg"))) == payoffs_of(builtin("stag-hunt"))
