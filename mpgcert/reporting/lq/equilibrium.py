"""The Nash equilibrium in linear feedback policies: gains, costs, and what proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpgcert.reporting.blocks import Block, Facts, Paragraph, Section, Table, Text
from mpgcert.reporting.formatting import decimal
from mpgcert.reporting.sections.assumptions import sentence
from mpgcert.reporting.values import constant

if TYPE_CHECKING:
    from mpgcert.claims.lq.solutions import LQEquilibrium, LQSolutions

__all__ = ["equilibrium_blocks", "section"]

_STAGES = 20
_ROWS = 4  # controls times states of a gain that is still written out
_LONGEST_EXACT = 12
_DIGITS = 10


def section(result: LQSolutions) -> Section:
    """The equilibrium, or why there is none."""
    return Section("equilibria", "The equilibrium", equilibrium_blocks(result))


def equilibrium_blocks(result: LQSolutions) -> tuple[Block, ...]:
    """How it was found, and for each equilibrium its gains, costs and evidence."""
    blocks: list[Block] = [Paragraph(sentence(result.note))]
    for entry in result.equilibria:
        blocks += [_facts(entry), _gains(entry)]
    return tuple(blocks)


def _facts(entry: LQEquilibrium) -> Facts:
    game = entry.solution.game
    entries: list[tuple[Text, Text]] = [
        (
            f"cost of player {game.player_label(i)}",
            constant(cost, "", f"bounds.constants.nash_cost[{i}]", "riccati"),
        )
        for i, cost in enumerate(entry.costs)
    ]
    entries.append(
        (
            "largest saving",
            (constant(entry.nash_gap, "", "", "riccati"), ", of a player by a best response to the others"),
        )
    )
    entries.append(
        (
            "best responses",
            "proved to be best: every R + B'PB is positive definite"
            if entry.optimal
            else "stationary; that they are best is not proved",
        )
    )
    if entry.solution.radius:
        entries.append(("radius", f"every gain lies within {decimal(entry.solution.radius, 2)} of what is enclosed"))
    conditions = [stage.condition for stage in entry.solution.uniqueness.stages]
    if conditions:
        worst = max(range(len(conditions)), key=conditions.__getitem__)
        text = f"condition number of Φ at most about {decimal(conditions[worst], 3)} (stage {worst}, in doubles)"
        entries.append(("conditioning", text))
    return Facts(tuple(entries))


def _gains(entry: LQEquilibrium) -> Table:
    """K*_t of each player, exact where that is short."""
    game = entry.solution.game
    low, high = entry.solution.gain_bounds
    exact = entry.solution.exact_gains
    stages = [*range(game.horizon)]
    if len(stages) > _STAGES:
        stages = [*stages[: _STAGES - 1], stages[-1]]
    rows = []
    for t in stages:
        cells = []
        for i, own in enumerate(game.control_slices):
            middle = (low[t, own] + high[t, own]) / 2
            written = None if exact is None else exact.parts[i][t].to_nested()
            cells.append(_matrix(middle.tolist(), written))
        rows.append((f"{t:,}", *cells))
    caption = "Gains at the equilibrium, u = −K x"
    if len(stages) < game.horizon:
        caption += f", the first {_STAGES - 1} and the last of {game.horizon:,} stages"
    header = ("stage", *(f"player {game.player_label(i)}" for i in range(game.n_players)))
    return Table(caption, header, tuple(rows), frozenset({0}))


def _matrix(values: list[list[float]], exact: Any) -> str:
    rows = []
    for k, row in enumerate(values[:_ROWS]):
        cells = [_number(value, None if exact is None else exact[k][j]) for j, value in enumerate(row[:_ROWS])]
        rows.append("(" + ", ".join([*cells, *(["…"] if len(row) > _ROWS else [])]) + ")")
    return "; ".join([*rows, *(["…"] if len(values) > _ROWS else [])])


def _number(value: float, exact: Any) -> str:
    if exact is not None and len(text := str(exact)) <= _LONGEST_EXACT:
        return text
    return decimal(value, _DIGITS)
