"""What a learner of maheshwari2023 brings to an instance: exploration, estimates, and update rates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import ExactArray, format_fraction, parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame

__all__ = ["Learner"]

Tables = tuple[ExactArray, ...]


@dataclass(frozen=True)
class Learner:
    """Exact data beside a game and its policies.

    Attributes:
        exploration: theta_i of each player, in (0, 1).
        table, other_table: two q-estimates, each [S, A_i] per player.
        rates: gamma_i(s), in (0, 1], [S] per player.
    """

    exploration: tuple[Fraction, ...]
    table: Tables
    other_table: Tables
    rates: Tables

    def to_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "exploration": [format_fraction(theta) for theta in self.exploration],
            **{name: [part.to_nested() for part in getattr(self, name)] for name in ("table", "other_table", "rates")},
        }

    @staticmethod
    def of_document(document: dict[str, Any], game: MarkovGame) -> Learner:
        """Read what `to_document` wrote.

        Raises:
            InvalidInput: a part is missing or has the wrong shape.
        """
        for name in ("exploration", "table", "other_table", "rates"):
            if not isinstance(document, dict) or name not in document:
                raise InvalidInput(
                    "missing", field=f"learner.{name}", expected=f"one entry for each of {game.n_players}"
                )
        tables = {
            name: tuple(
                ExactArray.parse(part, f"learner.{name}[{i}]", (game.n_states, game.n_actions[i]))
                for i, part in enumerate(document[name])
            )
            for name in ("table", "other_table")
        }
        rates = tuple(
            ExactArray.parse(part, f"learner.rates[{i}]", (game.n_states,)) for i, part in enumerate(document["rates"])
        )
        return Learner(tuple(parse_number(theta) for theta in document["exploration"]), rates=rates, **tables)
