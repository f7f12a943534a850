"""The games of the experiments of zhang2022 (identical interest, one state)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.games.builtin.entry import Entry, MarkovSize
from mpgcert.games.markov import MarkovGame

__all__ = ["ZHANG2022_GAMES"]

_SOURCE = (
    "Zhang, Mei, Dai, Schuurmans and Li (2022), On the Global Convergence Rates of Decentralized Softmax Gradient "
    "Play in Markov Potential Games"
)
# Payoffs in hundredths: [[-10, 1.4], [1.6, 1.5], [2, -10]] / 10.
_FIGURE_1 = np.array([[-100, 14], [16, 15], [20, -100]])
_FIGURE_3_SEED = 19765


def _experiment(step_size: int, regularization: str, /, **own: object) -> dict[str, object]:
    """The authors' parameters; natural gradient play with log-barrier has its exponent cut to [-1, 1]."""
    exceptions = {"natural-gradient-play-log-barrier": {"truncation": 1, **own}}
    return {"step_size": step_size, "regularization": regularization, "exceptions": exceptions}


def _identical_interest(table: NDArray[np.int64], denominator: int, experiment: dict[str, object]) -> MarkovGame:
    """All players get `table / denominator`, [A_1, ..., A_n]."""
    rewards = np.broadcast_to(table, (table.ndim, 1, *table.shape))
    return MarkovGame.of(rewards=ExactArray.of_integers(rewards, denominator), notes={"experiment": experiment})


def _figure_1() -> MarkovGame:
    return _identical_interest(_FIGURE_1, 100, _experiment(5, "0.003", truncation_of="uncentred"))


def _figure_2() -> MarkovGame:
    """[a_1, a_2, a_3]: the table of figure 1, and one with 2.4 in place of 2 and 0.01 less everywhere."""
    second = _FIGURE_1.copy()
    second[2, 0] = 24
    table = np.stack([_FIGURE_1, second - 1], axis=-1)
    return _identical_interest(table, 100, _experiment(10, "0.003", truncation_of="centred"))


def _figure_3() -> MarkovGame:
    """The uniforms k / 2^53 of the Mersenne twister, with the first player's action running fastest."""
    uniforms = np.random.RandomState(_FIGURE_3_SEED).random_sample(3**8)
    table = np.ldexp(uniforms, 53).astype(np.int64).reshape((3,) * 8, order="F")
    return _identical_interest(table, 2**53, _experiment(5, "0.001", truncation_of="centred", step_size=20))


ZHANG2022_GAMES: tuple[Entry, ...] = (
    Entry(
        "zhang2022-figure-1", "Two agents, 3 x 2 actions, identical interest", _SOURCE, MarkovSize(1, (3, 2)), _figure_1
    ),
    Entry(
        "zhang2022-figure-2",
        "Three agents, 3 x 2 x 2 actions, identical interest",
        _SOURCE,
        MarkovSize(1, (3, 2, 2)),
        _figure_2,
        about="Payoffs and step size as in the authors' published scripts; the paper does not print them.",
    ),
    Entry(
        "zhang2022-figure-3",
        "Eight agents with three actions each, identical interest, random payoffs",
        _SOURCE,
        MarkovSize(1, (3,) * 8),
        _figure_3,
        about="Payoffs are the uniforms of the Mersenne twister with the seed of the authors' published script, "
        "which is also the source of step sizes and regularisation; the paper does not print them.",
    ),
)
