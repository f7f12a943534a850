"""The linear-quadratic games of hambly2021: remark 3.4 and the experiments of section 5."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mpgcert.games.builtin.entry import Entry, LQSize, Parameter
from mpgcert.games.lq import LQGame

__all__ = ["HAMBLY2021_GAMES"]

_SOURCE = (
    "Hambly, Xu and Yang (2021), Policy Gradient Methods Find the Nash Equilibrium in N-player General-sum "
    "Linear-quadratic Games"
)
_COLUMN = [["1"], ["1"]]


def _diagonal(first: Any, second: Any) -> list[list[Any]]:
    return [[first, 0], [0, second]]


def _normal(mean: Sequence[int | str], second: Sequence[str], spread: str) -> dict[str, Any]:
    """Independent N(mean, second), where `second` is the variance or the standard deviation."""
    variances = [Fraction(x) ** (2 if spread == "deviation" else 1) for x in second]
    return {"mean": list(mean), "covariance": _diagonal(*variances)}


def _remark_3_4(spread: str) -> LQGame:
    cost = _diagonal("0.1", "0.1")
    return LQGame.of(
        horizon=1,
        A=_diagonal("0.2", "0.2"),
        B=[[["0.1"], [0]], [[0], ["-0.1"]]],
        Q=[cost, cost],
        R=[[["0.3"]]] * 2,
        W=_diagonal("0.2", "0.2"),
        initial=_normal(["0.3", "0.4"], ["0.2", "0.3"], spread),
        policy=[[["0.2", "0.01"]]] * 2,
    )


def _section_5_1(noise: Fraction) -> LQGame:
    return LQGame.of(
        horizon=10,
        A=[["0.588", "0.028"], ["0.570", "0.056"]],
        B=[_COLUMN, [[0], [1]]],
        Q=[_diagonal("0.01", 1), _diagonal(1, "0.147")],
        R=[[["0.01"]]] * 2,
        W=_diagonal(noise, noise),
        initial={"points": [[1, 1], [1, "1.1"]], "probabilities": ["0.5", "0.5"]},
        notes={"experiment": {"step_size": "0.1", "steps": 5000, "radius": "0.25"}},
    )


def _section_5_2(noise: Fraction, spread: str) -> LQGame:
    return LQGame.of(
        horizon=5,
        A=[["0.588", "0.28"], ["0.57", "0.56"]],
        B=[_COLUMN, [["0.5"], [1]]],
        Q=[_diagonal("0.5", 1), _diagonal(1, "0.3")],
        R=[[[1]]] * 2,
        W=_diagonal(noise, noise),
        initial=_normal([10, 12], ["2", "3"], spread),
        policy=[[["0.5", "0.5"]], [["0.3", "0.15"]]],
        notes={"experiment": {"step_size": "0.0005", "smoothing": "0.5", "trajectories": 200, "steps": 500}},
    )


_SPREAD = Parameter("spread", "variance", "what the second number of N(., .) means", choices=("variance", "deviation"))
_READ_AS_VARIANCE = "The second number of N(., .) is read as the variance unless spread=deviation. "

HAMBLY2021_GAMES: tuple[Entry, ...] = (
    Entry(
        "hambly2021-remark-3.4",
        "The example given for assumption 3.3: one stage, two players",
        _SOURCE,
        LQSize(1, 2, (1, 1)),
        _remark_3_4,
        (_SPREAD,),
        about=_READ_AS_VARIANCE.strip(),
    ),
    Entry(
        "hambly2021-section-5.1",
        "Experiment with known parameters: ten stages, two players",
        _SOURCE,
        LQSize(10, 2, (1, 1)),
        _section_5_1,
        (Parameter("noise", Fraction(1), "sigma^2, the variance of the noise in each component", minimum=0),),
        about="The paper varies sigma^2 from 0 to 10; 1 is chosen here. Its starting gains are drawn from balls of "
        "radius r around the equilibrium (0.25 in figure 1, 0.3 in figures 2 and 3, 0.42 in figures 4 and 5, 0.16 in "
        "figure 6), so none belong to the game. The initial state has two values and is not Gaussian. The paper "
        "prints the parameters for t = 1, ..., T - 1; they are taken to hold from t = 0.",
    ),
    Entry(
        "hambly2021-section-5.2",
        "Experiment with unknown parameters: five stages, two players",
        _SOURCE,
        LQSize(5, 2, (1, 1)),
        _section_5_2,
        (
            Parameter("noise", Fraction(1, 10), "sigma^2, the variance of the noise in each component", minimum=0),
            _SPREAD,
        ),
        about=_READ_AS_VARIANCE + "The paper varies sigma^2 from 0 to 0.1. It prints the parameters for t = 1, ..., "
        "T - 1; they are taken to hold from t = 0.",
    ),
)
