"""Linear-quadratic instances as JSON documents."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import ExactArray, format_fraction, parse_number
from mpgcert.claims.lq.point import LQPoint
from mpgcert.errors import InvalidInput
from mpgcert.games.document import game_of
from mpgcert.games.document import to_document as game_to_document
from mpgcert.games.lq import Gains, LQGame

__all__ = ["is_lq_document", "lq_point_from_document", "lq_point_to_document"]


def is_lq_document(document: dict[str, Any]) -> bool:
    """Whether a document holds an instance about a linear-quadratic game."""
    game = document.get("game")
    return isinstance(game, dict) and game.get("kind") == "lq-game"


def lq_point_to_document(point: LQPoint) -> dict[str, Any]:
    """The exact data of an instance; absent parts are left out."""
    out: dict[str, Any] = {
        "game": game_to_document(point.game),
        "delta": format_fraction(point.delta),
        "xi": format_fraction(point.xi),
    }
    for name in ("gains", "other", "probe"):
        value = getattr(point, name)
        if value is not None:
            out[name] = value.to_nested()
    if point.step_sizes is not None:
        out["step_sizes"] = [format_fraction(size) for size in point.step_sizes]
    if point.player is not None:
        out["player"] = point.player
    if point.steps:
        out["steps"] = point.steps
    return out


def lq_point_from_document(document: dict[str, Any]) -> LQPoint:
    """Read what `lq_point_to_document` wrote.

    Raises:
        InvalidInput: a part is missing its form; the message names it.
    """
    game = game_of(document["game"], "counterexample")
    assert isinstance(game, LQGame)
    d = game.dimension
    parts: dict[str, Any] = {
        name: Gains.of(game, document[name], name) for name in ("gains", "other") if name in document
    }
    if "probe" in document:
        parts["probe"] = ExactArray.parse(document["probe"], "probe", (d, d))
    if "step_sizes" in document:
        parts["step_sizes"] = tuple(_number(size, "step_sizes") for size in document["step_sizes"])
    for name in ("delta", "xi"):
        if name in document:
            parts[name] = _number(document[name], name)
    return LQPoint(game, player=document.get("player"), steps=int(document.get("steps", 0)), **parts)


def _number(value: Any, field: str) -> Fraction:
    try:
        return parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field=field, expected="a number") from None
