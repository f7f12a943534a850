"""The kinds of games that mpgcert knows."""

from __future__ import annotations

from typing import TypeAlias

from mpgcert.games.counts import CountGame
from mpgcert.games.lq.game import LQGame
from mpgcert.games.markov import MarkovGame

__all__ = ["Game"]

Game: TypeAlias = MarkovGame | CountGame | LQGame
