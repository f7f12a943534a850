"""One step of an algorithm from the policy of an instance, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.point import Point
from mpgcert.claims.point_index import Index
from mpgcert.reporting.blocks import Block, Math, Table, Text
from mpgcert.reporting.formatting import brief
from mpgcert.reporting.studies.certain import Evaluator, Value, digits

if TYPE_CHECKING:
    from mpgcert.claims.sides import AnyPoint

__all__ = ["step_table"]

_ROWS = 24
_NATURAL = "natural-gradient-play"


def step_table(claim: Claim, point: AnyPoint) -> Iterator[Block]:
    """Direction, exponent and next probability of each action; for gradient play the derivative in place of these."""
    from mpgcert.claims.symbols import VOCABULARY

    if claim.setting not in (Setting.STEP, Setting.RUN) or not isinstance(point, Point) or point.game is None:
        return
    game = point.game
    if point.policy is None or point.step_size is None or game.n_states * sum(game.n_actions) > _ROWS:
        return
    name = "barrier_direction" if point.algorithm == _NATURAL else "regularized_derivative"
    direction, size = VOCABULARY[name], point.step_size
    rows: list[tuple[Text, ...]] = []
    for i in range(game.n_players):
        for s in range(game.n_states):
            for a in range(game.n_actions[i]):
                found = Evaluator(claim, point, Index(player=i, state=s, action=a)).value(direction.symbol)
                if found is None:
                    return
                probability = point.policy.probabilities[i][s].fractions()[a]
                moved = Value(found.low * size, found.high * size)
                rows.append(
                    (f"player {i + 1}", str(s + 1), str(a + 1), brief(probability), _shown(found), _shown(moved))
                )
    header = ("", "state", "action", Math(r"\pi_i(a_i|s)"), Math(direction.latex), Math(rf"\eta\, {direction.latex}"))
    yield Table("The step: " + direction.meaning, header, tuple(rows), frozenset(range(1, 6)))


def _shown(value: Value) -> str:
    return brief(value.low) if value.is_short else digits(value.low, value.high)
