"""Starting policies around an equilibrium."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq.measures import Target
from mpgcert.learn.lq.settings import whole_number
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["starts_in_ball"]

Floats = NDArray[np.float64]

_BLOCK_STARTS = 256


def starts_in_ball(game: LQGame, radius: float, count: int, seed: int = 0) -> Floats:
    """Starting policies around K*, as in Section 5.1 of hambly2021: every K_t^i in a ball about K_t^{i*}.

    The paper does not say how it draws in the ball.  Here, independently for every player and stage, K_t^i - K_t^{i*}
    is uniform in the Frobenius ball: a normalised Gaussian matrix, times the radius, times the (k_i d)-th root of a
    uniform number.  Starts come in blocks of 256 with a generator each, `SeedSequence(seed, spawn_key=(block,))`,
    which draws player by player first the Gaussian [256, T, k_i, d], then the uniform [256, T]; so the first starts
    of a larger count are those of a smaller one.

    Args:
        radius: r >= 0.
        count: how many.
        seed: of the random numbers.

    Returns:
        [count, T, k, d].

    Raises:
        SingularMatrix: the game has no unique K*.
    """
    if not 0 <= radius < np.inf:
        raise InvalidInput(f"{radius!r}", field="radius", expected="a finite number that is at least 0")
    whole_number(count, "count", 1)
    whole_number(seed, "seed", 0)
    star = Target(LQArrays.of(game, FLOAT)).require_equilibrium().gains
    blocks = []
    for block in range(-(-count // _BLOCK_STARTS)):
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
        offsets = []
        for k in game.control_dimensions:
            direction = random.standard_normal((_BLOCK_STARTS, game.horizon, k, game.dimension))
            reach = random.random((_BLOCK_STARTS, game.horizon)) ** (1 / (k * game.dimension))
            norms = np.sqrt((direction**2).sum(axis=(2, 3)))
            offsets.append(direction * (radius * reach / norms)[:, :, None, None])
        blocks.append(star + np.concatenate(offsets, axis=2))
    return np.concatenate(blocks)[:count]
