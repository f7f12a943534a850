"""Where decentralized learning can end in a game: stationary points of its mean field, exactly, and refutations.

Players meet opponents who explore, so their q-estimates follow Q-functions against trembling opponents, and policies
can only come to rest where each is a best reply to those (see `mpgcert.solvers.explored`).  Such a point need not be a
Nash equilibrium; where it is none, and the dynamics provably go there, it refutes maheshwari2023.theorem-3.3 here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import format_fraction
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame
from mpgcert.solvers.explored import exploration_rates
from mpgcert.solvers.mean_field import MeanField, Refutation, StationaryPoint, mean_field, refutation

__all__ = ["Limits", "limits_of"]

_POLICIES = 4096  # deterministic policies that are enumerated


@dataclass(frozen=True)
class Limits:
    """What is known of the limits of the dynamics.

    Attributes:
        game: its name.
        exploration: theta_i.
        field: stationary points; None if the game is too large.
        refutation: a limit that is no Nash equilibrium, with proof; None if none was found.
        note: one sentence.
    """

    game: str
    exploration: tuple[Fraction, ...]
    field: MeanField | None
    refutation: Refutation | None
    note: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON key `limits`."""
        found = self.refutation
        return {
            "exploration": [format_fraction(theta) for theta in self.exploration],
            "note": self.note,
            "complete": None if self.field is None else self.field.is_complete,
            "stationary_points": [] if self.field is None else [_point(point) for point in self.field.points],
            "refutation": None
            if found is None
            else {"global": found.is_global, "argument": found.argument, **_point(found.point)},
        }


def _point(point: StationaryPoint) -> dict[str, Any]:
    return {
        "policy": point.policy.to_nested(),
        "q": [table.to_nested() for table in point.q],
        "strict": point.is_strict,
        "margin": None if point.margin is None else format_fraction(point.margin),
        "nash_gap": float(point.nash_gap),
        "nash_gap_exact": format_fraction(point.nash_gap),
        "played_gap_exact": format_fraction(point.played_gap),
    }


def limits_of(game: MarkovGame, exploration: Any) -> Limits:
    """The stationary points of the mean field where they can be enumerated, and a refutation if there is one.

    Args:
        game: any tabular game.
        exploration: theta in (0, 1), for all players or for each.

    Raises:
        InvalidInput: exploration out of range.
    """
    rates = tuple(exploration_rates(game, exploration))
    try:
        field = mean_field(game, rates, limit=_POLICIES)
    except TooLarge as error:
        return Limits(game.name, rates, None, None, f"stationary points were not enumerated: {error}")
    found = refutation(field)
    away = sum(point.nash_gap > 0 for point in field.points)
    total = len(field.points)
    note = f"{total} stationary point{'s' * (total != 1)} of the mean field, {away} of them no Nash equilibrium"
    note += f" (mixed ones: {field.mixed})"
    if found is not None:
        how = "the dynamics converge with probability 1 to" if found.is_global else "a locally attracting limit is"
        note += f"; {how} a policy with NE-gap {format_fraction(found.point.nash_gap)}"
    return Limits(game.name, rates, field, found, note)
