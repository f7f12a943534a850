"""The settings of Figures 1 to 8 of hambly2021 (Section 5), as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpgcert.games.lq import LQGame

__all__ = ["EXPERIMENTS", "Experiment", "experiments_of"]

_KNOWN, _UNKNOWN = "natural-policy-gradient", "model-free-natural-policy-gradient"


@dataclass(frozen=True)
class Experiment:
    """What one figure shows.

    Attributes:
        figure: its number.
        statement: id in the catalogue of what the paper says about it.
        says: that, in one sentence.
        algorithm: with known or with unknown parameters.
        noises: sigma^2 of each curve, W = sigma^2 I.
        step_sizes: eta of all players, or of each.
        steps: M.
        radius: of the balls around K*_t^i in which K_t^(0) is drawn; None for the game's own start.
        level, by: the accuracy that the paper speaks of (normalised error), and the iteration by which.
        paths: how many runs are followed in the plane of K_0^i; 0 for none.
        players: whose K_0^i.
        window: iterations that the paper shades in grey.
        sampled_costs: readings of the cost that Algorithm 2 samples.
        smoothing, trajectories: r_i and L_i of Algorithm 2.
    """

    figure: str
    statement: str
    says: str
    algorithm: str
    noises: tuple[str, ...]
    step_sizes: tuple[str, ...]
    steps: int
    radius: str | None
    level: float
    by: int
    paths: int = 0
    players: tuple[int, ...] = (0, 1)
    window: tuple[int, int] | None = None
    sampled_costs: tuple[str, ...] = ()
    smoothing: str | None = None
    trajectories: int | None = None

    @property
    def is_model_free(self) -> bool:
        """Whether this is Algorithm 2, where seeds vary instead of starts."""
        return self.algorithm == _UNKNOWN


def _known(
    figure: str, says: str, radius: str, noises: tuple[str, ...], step_sizes: tuple[str, ...], steps: int, by: int,
    paths: int = 0, window: tuple[int, int] | None = None,
) -> Experiment:  # fmt: skip
    statement = f"hambly2021.section-5.1.figure-{figure}"
    return Experiment(
        figure, statement, says, _KNOWN, noises, step_sizes, steps, radius, 0.005, by, paths, window=window
    )


def _unknown(figure: str, says: str, noises: tuple[str, ...], paths: int, players: tuple[int, ...]) -> Experiment:
    statement = f"hambly2021.section-5.2.figure-{figure}"
    return Experiment(
        figure,
        statement,
        says,
        _UNKNOWN,
        noises,
        ("0.0005",),
        500,
        None,
        0.05,
        300,
        paths,
        players,
        sampled_costs=("trajectory", "cost-to-go"),
        smoothing="0.5",
        trajectories=200,
    )


_NOISES = ("0", "0.1", "1", "10")

EXPERIMENTS: Mapping[str, tuple[Experiment, ...]] = {
    "hambly2021-section-5.1": (
        _known(
            "1",
            "Started within 0.25 of the equilibrium, both normalised errors are below 0.5 % within 1,000 iterations "
            "for every noise from 0 to 10.",
            "0.25",
            _NOISES,
            ("0.1",),
            5000,
            1000,
        ),
        _known(
            "2",
            "Started within 0.3, more iterations are needed, and a sharp peak in the error of player 2 diminishes as "
            "the noise increases.",
            "0.3",
            _NOISES,
            ("0.1",),
            5000,
            1000,
        ),
        _known(
            "3",
            "Without noise the run overshoots, detects the right direction after about 500 iterations, and converges.",
            "0.3",
            ("0",),
            ("0.1",),
            10000,
            1000,
            paths=6,
            window=(300, 900),
        ),
        _known(
            "4",
            "Without noise, started within 0.42 and with step size 0.001 for both players, the algorithm diverges.",
            "0.42",
            ("0",),
            ("0.001",),
            10000,
            10000,
            paths=6,
        ),
        _known(
            "5",
            "With the step size of player 2 raised to 0.01 it converges.",
            "0.42",
            ("0",),
            ("0.001", "0.01"),
            10000,
            10000,
            paths=6,
        ),
        _known(
            "6",
            "Started within 0.16 instead, it converges with step size 0.001.",
            "0.16",
            ("0",),
            ("0.001",),
            10000,
            10000,
            paths=6,
        ),
    ),
    "hambly2021-section-5.2": (
        _unknown(
            "7",
            "With unknown parameters the algorithm diverges for σ² ≤ 0.0001, starts to converge with large "
            "fluctuations at 0.01, and at 0.1 has errors below 5 % within 300 iterations.",
            ("0", "0.0001", "0.001", "0.01", "0.1"),
            0,
            (0, 1),
        ),
        _unknown(
            "8",
            "At σ² = 0.001 the gains of player 1 do not find the direction of the equilibrium within 500 iterations; "
            "at 0.1 they approach it.",
            ("0.001", "0.1"),
            3,
            (0,),
        ),
    ),
}


def experiments_of(game: LQGame) -> tuple[Experiment, ...]:
    """The figures that are about this game, recognised by name and content; none for other games."""
    from mpgcert.games.files import found_by_name

    base = game.name.partition(":")[0]
    return EXPERIMENTS[base] if base in EXPERIMENTS and found_by_name(game) else ()
