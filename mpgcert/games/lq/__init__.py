"""Linear-quadratic games over a finite horizon: exact data, feedback gains, reading and writing."""

from mpgcert.games.lq.gains import Gains
from mpgcert.games.lq.game import LQGame
from mpgcert.games.lq.initial import InitialState

__all__ = ["Gains", "InitialState", "LQGame"]
