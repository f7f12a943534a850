"""The Lyapunov function phi(tau) = max Phi(mu, .) - Phi(mu, pi^tau) (maheshwari2023.eq-9), for a stage potential."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT, ExactArray
from mpgcert.games import MarkovGame
from mpgcert.learn.continuous.flow import Flow
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.equilibrium import potential_maximiser
from mpgcert.solvers.evaluation import evaluate

__all__ = ["largest_potential", "lyapunov", "total_potential"]

Array = NDArray[Any]


def largest_potential(game: MarkovGame, potential: ExactArray) -> Fraction:
    """max over policies of Phi(mu, .), exactly: a deterministic joint policy attains it, from every state.

    Args:
        game: the game.
        potential: stage potential, exact [S, A_1, ..., A_n].

    Raises:
        InvalidInput: a potential of another shape.
        TooLarge: more transition probabilities than exact policy iteration takes.
    """
    return potential_maximiser(game, potential).potential


def total_potential(arrays: GameArrays, potential: Array, policy: list[Array]) -> Any:
    """Phi(mu, pi) = V_phi(mu, pi), in the arithmetic of `arrays`."""
    return evaluate(arrays, policy, potential[None]).returns[0]


def lyapunov(
    game: MarkovGame, potential: ExactArray, flow: Flow, times: Sequence[float] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """phi at some times along a solution, in doubles: [len(times)].

    Args:
        game: the game of the solution.
        potential: stage potential, exact [S, A_1, ..., A_n].
        flow: the solution.
        times: between 0 and the horizon of the solution.
    """
    top, arrays, table = float(largest_potential(game, potential)), GameArrays.of(game), FLOAT.array(potential)
    return np.array([top - float(total_potential(arrays, table, flow.policy_at(time))) for time in times])
