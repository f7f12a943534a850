"""A linear-quadratic game with data that vary in time, for tests and benchmarks."""

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.games.lq import LQGame

__all__ = ["varying_game"]


def varying_game(horizon, d, controls, seed=0):
    """Time-varying data with definite costs."""
    rng = np.random.default_rng(seed)

    def definite(*shape):
        factor = rng.integers(-3, 4, shape)
        return ExactArray.of_integers(factor @ factor.swapaxes(-1, -2) + 2 * np.eye(shape[-1], dtype=int), 4)

    return LQGame.of(
        horizon=horizon,
        A=ExactArray.of_integers(rng.integers(-9, 10, (horizon, d, d)), 10 * d),
        B=[ExactArray.of_integers(rng.integers(-9, 10, (horizon, d, k)), 10) for k in controls],
        Q=[definite(horizon + 1, d, d) for _ in controls],
        R=[definite(horizon, k, k) for k in controls],
        W=definite(d, d),
        initial={"second_moment": definite(d, d)},
    )
