"""Quantities of a game: sizes, M, D_inf, the range of the potential."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, per
from mpgcert.errors import SingularMatrix

__all__ = ["QUANTITIES"]


def _enclosed(at: Lens, enclosure: tuple[Fraction | None, Fraction | None] | None) -> Any:
    if enclosure is None or enclosure[0] is None or enclosure[1] is None:
        raise SingularMatrix("a constant of the game is infinite or unknown")
    return at.arithmetic.between(enclosure[0], enclosure[1])


def phi_range(at: Lens, _: Index) -> Any:
    """phi_max - phi_min of the potential at hand."""
    phi = at.point.phi if at.point.phi is not None else at.point.analysis.phi
    if phi is None:
        raise SingularMatrix("the game has no potential")
    return at.number(phi.max() - phi.min())


QUANTITIES: dict[str, Rule] = {
    "n": per()(lambda at, _: at.number(at.game.n_players)),
    "S": per()(lambda at, _: at.number(at.game.n_states)),
    "A_max": per()(lambda at, _: at.number(max(at.game.n_actions))),
    "A_i": per("player")(lambda at, k: at.number(at.game.n_actions[k.player])),
    "discount": per()(lambda at, _: at.arrays.discount),
    "M": per()(lambda at, _: _enclosed(at, at.point.analysis.M)),
    "D_inf": per()(lambda at, _: _enclosed(at, at.point.analysis.D_inf)),
    "phi_range": per()(phi_range),
}
