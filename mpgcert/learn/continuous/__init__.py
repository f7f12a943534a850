"""Continuous-time dynamics of maheshwari2023: the inclusion (7)-(8), its solutions, the Lyapunov function (9)."""

from mpgcert.learn.continuous.descent import Descent, descent, potential_derivative, value_derivative
from mpgcert.learn.continuous.flow import Flow, Piece, best_response_flow
from mpgcert.learn.continuous.inclusion import SELECTIONS, right_hand_side, select_replies
from mpgcert.learn.continuous.lyapunov import largest_potential, lyapunov, total_potential

__all__ = [
    "SELECTIONS",
    "Descent",
    "Flow",
    "Piece",
    "best_response_flow",
    "descent",
    "largest_potential",
    "lyapunov",
    "potential_derivative",
    "right_hand_side",
    "select_replies",
    "total_potential",
    "value_derivative",
]
