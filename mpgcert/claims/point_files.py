"""Instances as JSON documents: counterexamples are stored and exchanged in this form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import ExactArray, format_fraction, parse_number
from mpgcert.claims.learner import Learner
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.lq.point_files import is_lq_document, lq_point_from_document, lq_point_to_document
from mpgcert.claims.point import Point
from mpgcert.claims.sides import AnyPoint
from mpgcert.errors import InvalidInput
from mpgcert.games import Policy
from mpgcert.games.counts import CountGame
from mpgcert.games.document import game_of
from mpgcert.games.document import to_document as game_to_document
from mpgcert.games.lq import LQGame

__all__ = ["point_from_document", "point_to_document"]

_NUMBERS = ("step_size", "regularization", "number")


def point_to_document(point: AnyPoint) -> dict[str, Any]:
    """The exact data of an instance; absent parts are left out."""
    if isinstance(point, LQPoint):
        return lq_point_to_document(point)
    out: dict[str, Any] = {}
    if point.game is not None:
        out["game"] = game_to_document(point.game)
    if point.phi is not None:
        out["phi"] = point.phi.to_nested()
    for name in ("policy", "other"):
        policy = getattr(point, name)
        if policy is not None:
            out[name] = policy.to_nested()
    for name in _NUMBERS:
        value = getattr(point, name)
        if value is not None:
            out[name] = format_fraction(value)
    for name in ("player", "algorithm"):
        if getattr(point, name) is not None:
            out[name] = getattr(point, name)
    if point.steps:
        out["steps"] = point.steps
    if point.learner is not None:
        out["learner"] = point.learner.to_document()
    return out


def point_from_document(document: dict[str, Any], source: str | None = None) -> AnyPoint:
    """Read what `point_to_document` wrote.

    Raises:
        InvalidInput: a part is missing its form; the message names it.
    """
    try:
        if isinstance(document, dict) and is_lq_document(document):
            return lq_point_from_document(document)
        return _read(document)
    except InvalidInput as error:
        raise (error.within(source) if source else error) from None


def _read(document: dict[str, Any]) -> Point:
    if not isinstance(document, dict):
        raise InvalidInput(f"{document!r:.40}", expected="an object with game, policy, ...")
    game = game_of(document["game"], "counterexample") if "game" in document else None
    assert not isinstance(game, LQGame)
    if isinstance(game, CountGame):
        game = game.to_markov()
    parts: dict[str, Any] = {}
    for name in ("policy", "other"):
        if name in document:
            if game is None:
                raise InvalidInput("missing", field="game", expected=f"the game of {name}")
            parts[name] = Policy.of(game, document[name])
    if "phi" in document and game is not None:
        parts["phi"] = ExactArray.parse(document["phi"], "phi", game.rewards.shape[1:])
    if "learner" in document and game is not None:
        parts["learner"] = Learner.of_document(document["learner"], game)
    for name in _NUMBERS:
        if name in document:
            parts[name] = _number(document[name], name)
    return Point(
        game=game,
        player=document.get("player"),
        algorithm=document.get("algorithm"),
        steps=int(document.get("steps", 0)),
        **parts,
    )


def _number(value: Any, field: str) -> Fraction:
    try:
        return parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field=field, expected="a number") from None
