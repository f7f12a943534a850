"""Linear-quadratic games with known answers, and seeded random ones.

Random draws come from numpy's legacy generator, whose streams never change, so a name such as `lq-random:seed=7`
means the same game everywhere.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.builtin.entry import Entry, LQSize, Parameter
from mpgcert.games.lq import Gains, LQGame

__all__ = ["LQ_GAMES"]

_STANDARD = {"mean": [0], "covariance": [[1]]}


def _scalar(
    a: Fraction, b: Fraction, q: Fraction, r: Fraction, terminal: Fraction, horizon: int, players: int, noise: Fraction
) -> LQGame:
    """Everybody has the same data."""
    return _one_dimensional(a, [b] * players, [q] * players, [r] * players, [terminal] * players, horizon, noise)


def _three_equilibria(horizon: int, terminal_1: Fraction, terminal_2: Fraction, noise: Fraction) -> LQGame:
    return _one_dimensional(Fraction(5), [1, 1], [1, 1], [1, 2], [terminal_1, terminal_2], horizon, noise)


def _contraction(coupling: Fraction, horizon: int, dimension: int, noise: Fraction) -> LQGame:
    """x_{t+1} = x_t / 10 + coupling (u^1 - u^2) + w_t, from gains that are not yet those of the equilibrium."""
    eye = np.eye(dimension, dtype=np.int64)

    def multiple(factor: Fraction) -> ExactArray:
        return ExactArray.of_integers(eye.astype(object) * factor.numerator, factor.denominator)

    game = LQGame.of(
        horizon=horizon,
        A=multiple(Fraction(1, 10)),
        B=[multiple(coupling), multiple(-coupling)],
        Q=[eye, eye],
        R=[eye, eye],
        W=multiple(noise),
        initial={"mean": [0] * dimension, "covariance": eye},
    )
    tenth = np.ones((dimension, dimension), dtype=np.int64)
    return game.with_start(Gains.of(game, [ExactArray.of_integers(sign * tenth, 10) for sign in (1, -1)]))


def _one_dimensional(
    a: Fraction,
    b: list[Any],
    q: list[Any],
    r: list[Any],
    terminal: list[Any],
    horizon: int,
    noise: Fraction,
) -> LQGame:
    """One state, one control for each player; x_0 is standard normal."""
    return LQGame.of(
        horizon=horizon,
        A=[[a]],
        B=[[[x]] for x in b],
        Q=[[[[x]]] * horizon + [[[last]]] for x, last in zip(q, terminal)],
        R=[[[x]] for x in r],
        W=[[noise]],
        initial=_STANDARD,
    )


def _random(seed: int, players: int, dimension: int, controls: tuple[int, ...], horizon: int, varying: bool) -> LQGame:
    """Small denominators, positive definite costs, dynamics that neither die out nor explode.

    * A_t has uniform entries in {-m, ..., m} / 20 with m = floor(20 / sqrt(d)): spectral radius near 1 / sqrt(3).
    * B_t^i has uniform entries in {-4, ..., 4} / 8.
    * Q_t^i = (G G' + 1) / 4 and R_t^i = (H H' + 1) / 2 with entries of G, H uniform in {-1, 0, 1}.
    * W = (G G' + 1) / 10; x_0 is Gaussian with mean in {-10, ..., 10} / 10 and covariance (G G' + 1) / 4.
    """
    sizes = controls * players if len(controls) == 1 else controls
    if len(sizes) != players:
        raise InvalidInput(
            f"{len(sizes)} sizes for {players} players", field="controls", expected=f"one size, or {players} sizes"
        )
    rng = np.random.RandomState(seed)
    d, stages = dimension, horizon if varying else 1
    reach = math.isqrt(400 // d)
    mean = ExactArray.of_integers(_symmetric_integers(rng, 10, (d,)), 10)
    return LQGame.of(
        horizon=horizon,
        A=_staged(_symmetric_integers(rng, reach, (stages, d, d)), 20, varying),
        B=[_staged(_symmetric_integers(rng, 4, (stages, d, k)), 8, varying) for k in sizes],
        Q=[_staged(_definite(rng, stages + varying, d), 4, varying) for _ in sizes],
        R=[_staged(_definite(rng, stages, k), 2, varying) for k in sizes],
        W=_staged(_definite(rng, 1, d), 10, False),
        initial={"mean": mean, "covariance": _staged(_definite(rng, 1, d), 4, False)},
    )


def _staged(numerator: NDArray[np.int64], denominator: int, varying: bool) -> ExactArray:
    """One matrix for each stage, or the one for all."""
    return ExactArray.of_integers(numerator if varying else numerator[0], denominator)


def _symmetric_integers(rng: np.random.RandomState, reach: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Uniform in -reach, ..., reach."""
    return np.floor(rng.random_sample(shape) * (2 * reach + 1)).astype(np.int64) - reach


def _definite(rng: np.random.RandomState, count: int, size: int) -> NDArray[np.int64]:
    """G G' + 1, [count, size, size]."""
    factor = _symmetric_integers(rng, 1, (count, size, size))
    return factor @ factor.swapaxes(1, 2) + np.eye(size, dtype=np.int64)


_HORIZON = Parameter("horizon", 3, "T", minimum=1, maximum=10**5)
_NOISE = Parameter("noise", Fraction(1), "W, the variance of the noise", minimum=0)

LQ_GAMES: tuple[Entry, ...] = (
    Entry(
        "lq-scalar",
        "One state, one control each, the same data for all players: gains to check by hand",
        "mpgcert",
        LQSize(3, 1, (1, 1)),
        _scalar,
        (
            Parameter("a", Fraction(1), "x_{t+1} = a x_t + b (u^1 + ... + u^N) + w_t"),
            Parameter("b", Fraction(1), "as under a"),
            Parameter("q", Fraction(1), "weight of the state in the cost"),
            Parameter("r", Fraction(1), "weight of the own control in the cost"),
            Parameter("terminal", Fraction(1), "q_T, the weight of the last state"),
            _HORIZON,
            Parameter("players", 2, "N", minimum=1, maximum=50),
            _NOISE,
        ),
        about="With the default parameters the equilibrium gains are 1181/3323, 11/31 and, at the last stage, 1/3.",
    ),
    Entry(
        "lq-three-equilibria",
        "Scalar game whose infinite-horizon version has three stable equilibria",
        "Published scripts of the authors of Salizzoni, Ouhamma and Kamgarpour (2024), Nash equilibria in scalar "
        "discrete-time linear quadratic games",
        LQSize(10, 1, (1, 1)),
        _three_equilibria,
        (
            Parameter("horizon", 10, "T", minimum=1, maximum=10**5),
            Parameter("terminal_1", Fraction(1), "weight of the last state for player 1"),
            Parameter("terminal_2", Fraction(1), "weight of the last state for player 2"),
            _NOISE,
        ),
        about="a = 5, b = q = 1, r = (1, 2). Without end of time the gains (k_1, k_2) near (0.2244, 4.5709), (2.2084, "
        "2.4578) and (4.7003, 0.1040) are equilibria. With an end of time each stage has one solution, and the weights "
        "of the last state decide what the early gains are near: the third with the default, the first with "
        "terminal_2=3.",
    ),
    Entry(
        "lq-contraction",
        "Two players who hardly affect the state: an example that meets every assumption of hambly2021",
        "mpgcert",
        LQSize(1, 1, (1, 1)),
        _contraction,
        (
            Parameter("coupling", Fraction(1, 10), "B^1 = -B^2, a multiple of the identity"),
            Parameter("horizon", 1, "T", minimum=1, maximum=10**5),
            Parameter("dimension", 1, "d, of the state and of each control", minimum=1, maximum=50),
            _NOISE,
        ),
        about="Meets assumption 3.3 of hambly2021 with its starting gains; with more stages and dimensions if the "
        "coupling is weaker, as with horizon=2,dimension=2,coupling=1/50.",
    ),
    Entry(
        "lq-random",
        "Random game with data that change with time and positive definite costs",
        "mpgcert",
        LQSize(5, 3, (1, 1)),
        _random,
        (
            Parameter("seed", 0, "of the generator", minimum=0, maximum=2**32 - 1),
            Parameter("players", 2, "N", minimum=1, maximum=5),
            Parameter("dimension", 3, "d, of the state", minimum=1, maximum=8),
            Parameter("controls", (1,), "k_i, of the controls", minimum=1, maximum=8),
            Parameter("horizon", 5, "T", minimum=1, maximum=20),
            Parameter("varying", True, "new matrices at every stage"),
        ),
    ),
)
