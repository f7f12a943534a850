"""Tables of what is known about a linear-quadratic game."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Code, Math, Word
from mpgcert.reporting.formatting import exact
from mpgcert.reporting.tables.of_games import constants
from mpgcert.reporting.tables.sheet import Cell, Column, Matrix, Sheet, Surface, Worded

if TYPE_CHECKING:
    from mpgcert.claims.lq.bounds import LQBounds, LQTheoremBound
    from mpgcert.claims.lq.solutions import LQEquilibrium, LQSolutions

__all__ = ["bounds", "solve"]

_STAGES = 12


def bounds(result: LQBounds) -> list[Sheet]:
    """The theorem with step size and iterations, and the constants."""
    columns = (
        Column("id", "theorem", style="bold"),
        Column("algorithm", "algorithm", under="id", style="dim"),
        Column("applies", "applies"),
        Column("step_size", "step size"),
        Column("step_rule", "rule", Surface.DATA),
        Column("step_size_formula", "formula", Surface.DATA),
        Column("iterations", "iterations", right=True),
        Column("guarantee", "guarantee", Surface.DATA),
    )
    caption = f"Theorems for {result.game}, accuracy {exact(result.epsilon)}, from {result.start}"
    return [Sheet("theorems", caption, columns, tuple(map(_theorem, result.theorems))), constants(result)]


def _theorem(bound: LQTheoremBound) -> tuple[Cell, ...]:
    from mpgcert.claims.formula import latex

    theorem = bound.theorem
    applies = {Verdict.HOLDS: "yes", Verdict.VIOLATED: "no"}
    return (
        Code(theorem.id),
        theorem.algorithm,
        Word(bound.applies, label=applies.get(bound.applies, "")),
        Worded(bound.step_size, "" if bound.step_size is None else "<"),
        theorem.step_rule,
        Math(latex(theorem.step_size)),
        bound.iterations,
        theorem.guarantee,
    )


def solve(result: LQSolutions) -> list[Sheet]:
    """The equilibrium's gains stage by stage, and its costs."""
    return [sheet for entry in result.equilibria for sheet in (_gains(result.game, entry), _costs(result.game, entry))]


def _gains(name: str, entry: LQEquilibrium) -> Sheet:
    game = entry.solution.game
    low, high = entry.solution.gain_bounds
    middle = (low + high) / 2
    players = (Column(f"player_{i + 1}", f"player {game.player_label(i)}") for i in range(game.n_players))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (t, *(Matrix(tuple(map(tuple, middle[t, own].tolist()))) for own in game.control_slices))
        for t in range(game.horizon)
    )
    columns = (Column("stage", "stage", right=True), *players)
    return Sheet("gains", f"Equilibrium gains of {name}", columns, rows, tuple(range(min(game.horizon, _STAGES))))


def _costs(name: str, entry: LQEquilibrium) -> Sheet:
    game = entry.solution.game
    columns = (Column("player", "player"), Column("cost", "cost at the equilibrium", enclosed=True))
    rows = tuple((game.player_label(i), cost) for i, cost in enumerate(entry.costs))
    return Sheet("costs", f"Costs of {name} at the equilibrium", columns, rows)
