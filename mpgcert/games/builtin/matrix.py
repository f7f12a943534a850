"""Textbook matrix games: one state, discount 0."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mpgcert.games.builtin.entry import Entry, MarkovSize, Parameter
from mpgcert.games.markov import MarkovGame

__all__ = ["MATRIX_GAMES"]

_TEXTBOOK = "Osborne and Rubinstein (1994), A Course in Game Theory, section 2.3"
_COORDINATION = "Claus and Boutilier (1998), The Dynamics of Reinforcement Learning in Cooperative Multiagent Systems"


def _bimatrix(table: Sequence[Sequence[tuple[int, int]]], actions: Sequence[Sequence[str]]) -> MarkovGame:
    payoffs = [[[[cell[i] for cell in row] for row in table]] for i in range(2)]
    return MarkovGame.of(rewards=payoffs, actions=actions)


def _common(table: list[list[Any]]) -> MarkovGame:
    return MarkovGame.of(rewards=[[table], [table]])


def _prisoners_dilemma() -> MarkovGame:
    moves = ("cooperate", "defect")
    return _bimatrix([[(3, 3), (0, 5)], [(5, 0), (1, 1)]], (moves, moves))


def _stag_hunt() -> MarkovGame:
    moves = ("stag", "hare")
    return _bimatrix([[(4, 4), (0, 3)], [(3, 0), (3, 3)]], (moves, moves))


def _battle_of_the_sexes() -> MarkovGame:
    moves = ("first", "second")
    return _bimatrix([[(2, 1), (0, 0)], [(0, 0), (1, 2)]], (moves, moves))


def _matching_pennies() -> MarkovGame:
    sides = ("heads", "tails")
    return _bimatrix([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]], (sides, sides))


def _climbing() -> MarkovGame:
    return _common([[11, -30, 0], [-30, 7, 6], [0, 0, 5]])


def _penalty(k: Fraction) -> MarkovGame:
    return _common([[10, 0, k], [0, 2, 0], [k, 0, 10]])


MATRIX_GAMES: tuple[Entry, ...] = (
    Entry(
        "prisoners-dilemma",
        "Prisoner's dilemma with payoffs 5, 3, 1, 0: a potential game whose equilibrium nobody likes",
        "Axelrod (1984), The Evolution of Cooperation",
        MarkovSize(1, (2, 2)),
        _prisoners_dilemma,
    ),
    Entry(
        "stag-hunt",
        "Stag hunt: a potential game with a risky and a safe equilibrium",
        "Skyrms (2004), The Stag Hunt and the Evolution of Social Structure",
        MarkovSize(1, (2, 2)),
        _stag_hunt,
        about="Payoffs 4, 3 and 0 are one common choice.",
    ),
    Entry(
        "battle-of-the-sexes",
        "Battle of the sexes: a potential game with two equilibria, each liked better by another player",
        _TEXTBOOK,
        MarkovSize(1, (2, 2)),
        _battle_of_the_sexes,
    ),
    Entry(
        "matching-pennies",
        "Matching pennies: zero-sum, without pure equilibrium, so no potential game",
        _TEXTBOOK,
        MarkovSize(1, (2, 2)),
        _matching_pennies,
    ),
    Entry(
        "climbing",
        "Climbing game: the best joint action is surrounded by penalties",
        _COORDINATION,
        MarkovSize(1, (3, 3)),
        _climbing,
    ),
    Entry(
        "penalty",
        "Penalty game: two best joint actions, miscoordination costs k",
        _COORDINATION,
        MarkovSize(1, (3, 3)),
        _penalty,
        (Parameter("k", Fraction(-100), "payoff of miscoordination", maximum=0),),
    ),
)
