"""Linear-quadratic instances in words and tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import EXACT, Ball
from mpgcert.errors import Irrational, SingularMatrix
from mpgcert.reporting.blocks import Block, Math, Table, Text
from mpgcert.reporting.formatting import brief, plural
from mpgcert.reporting.studies.certain import value_of

if TYPE_CHECKING:
    from mpgcert.arithmetic import ExactArray
    from mpgcert.claims.lq.point import LQPoint

__all__ = ["lq_described", "lq_words"]

_ENTRIES = 12  # of the matrices of one row
_STAGES = 4


def lq_words(point: LQPoint) -> str:
    """Sizes and what else an instance has."""
    game = point.game
    controls = " and ".join(str(k) for k in game.control_dimensions)
    text = (
        f"{plural(game.n_players, 'player').capitalize()}, horizon T = {game.horizon}, state of dimension "
        f"{game.dimension}, controls of dimension {controls}"
    )
    extras = []
    if point.step_sizes is not None:
        extras.append(f"step size η = {', '.join(dict.fromkeys(brief(size) for size in point.step_sizes))}")
    if point.steps:
        extras.append(plural(point.steps, "step"))
    extras.append(f"the small constants are δ = {brief(point.delta)} and ξ = {brief(point.xi)}")
    return f"{text}; {', '.join(extras)}."


def lq_described(point: LQPoint) -> Iterator[Block]:
    """The matrices and the policies; then what follows: equilibrium, costs."""
    game = point.game
    rows: list[tuple[Text, ...]] = []
    for latex, array in _data(point):
        rows.append((Math(latex), _matrix(array)))
    yield Table("The game and the policies; matrices row by row", ("", "value"), tuple(rows))
    if game.horizon <= _STAGES:
        yield from _consequences(point)


def _data(point: LQPoint) -> Iterator[tuple[str, ExactArray]]:
    game = point.game
    yield from _staged("A_{}", game.A)
    for i, part in enumerate(game.B):
        yield from _staged(f"B_{{}}^{i + 1}", part)
    for i in range(game.n_players):
        yield from _staged(f"Q_{{}}^{i + 1}", game.Q[i])
    for i, part in enumerate(game.R):
        yield from _staged(f"R_{{}}^{i + 1}", part)
    yield "W", game.W
    yield r"E[x_0 x_0^\top]", game.initial.second_moment
    for name, gains in (("K", point.gains), ("K'", point.other)):
        if gains is not None:
            for i, part in enumerate(gains.parts):
                yield from _staged(f"{name}_{{}}^{i + 1}", part)
    if point.probe is not None:
        yield r"\Sigma", point.probe


def _staged(latex: str, array: ExactArray) -> Iterator[tuple[str, ExactArray]]:
    """One row for all stages if they are equal, else one for each."""
    stages = [array[t] for t in range(array.shape[0])]
    if all(stage == stages[0] for stage in stages):
        yield latex.replace("{}", "t"), stages[0]
        return
    for t, stage in enumerate(stages):
        yield latex.replace("{}", str(t)), stage


def _matrix(array: ExactArray) -> str:
    rows = [array[k] for k in range(array.shape[0])]
    return "; ".join(", ".join(brief(x) for x in row.fractions()) for row in rows)


def _consequences(point: LQPoint) -> Iterator[Block]:
    """K*, costs and covariances, in rationals where these are short, else digits that are certain."""
    for arithmetic in (EXACT, Ball(384)):
        try:
            with arithmetic.context():
                rows = tuple(_computed(point, arithmetic))
        except (Irrational, SingularMatrix):
            continue
        yield Table("What follows from the data", ("", "value"), rows)
        return


def _computed(point: LQPoint, arithmetic: Any) -> Iterator[tuple[Text, ...]]:
    lens = point.lens(arithmetic)

    def shown(values: Any) -> str:
        rows = values if values.ndim == 2 else values[None]
        return "; ".join(", ".join(_number(arithmetic, x) for x in row) for row in rows)

    arrays = lens.arrays
    for t in lens.times:
        for i, rows in enumerate(arrays.slices):
            yield Math(f"K_{t}^{{{i + 1}*}}"), shown(lens.nash.gains[t, rows])
    yield "costs at K*, by player", shown(lens.star.costs)
    named = [("K", lens.evaluation)] if point.gains is not None else []
    if point.other is not None or (point.step_sizes is not None and point.steps <= 1):
        named.append(("K'", lens.other_evaluation))
    for name, evaluation in named:
        yield f"costs at {name}, by player", shown(evaluation.costs)
        for t, covariance in enumerate(evaluation.covariances):
            yield Math(rf"\Sigma_{t}^{{{name}}}"), shown(covariance)


def _number(arithmetic: Any, number: Any) -> str:
    value = value_of(arithmetic, number)
    if value.is_short:
        return brief(value.low)
    from mpgcert.reporting.studies.certain import digits

    return digits(value.low, value.high)
