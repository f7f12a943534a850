"""Tables of runs and of trajectories that were monitored: their course, and the statements held against them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mpgcert.reporting.blocks import Code, Word
from mpgcert.reporting.formatting import count
from mpgcert.reporting.tables.of_games import assumptions
from mpgcert.reporting.tables.sheet import Cell, Column, Sheet, Surface, Worded

if TYPE_CHECKING:
    from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.monitoring import Monitored
    from mpgcert.claims.run_checks import CheckedRun, RunCheck

__all__ = ["decentralized_run", "lq_run", "monitor", "run"]


def run(result: CheckedRun) -> list[Sheet]:
    """Where a run went, and the statements held against it."""
    trajectory = result.trajectory
    columns = {
        ("nash_gap", "NE-gap"): trajectory.nash_gap.max(axis=1),
        ("gradient_norm", "gradient"): trajectory.gradient_norm,
        ("c", "c"): trajectory.c.min(axis=1),
    }
    if trajectory.potential is not None:
        columns["potential", "potential"] = trajectory.potential
    course = _course(trajectory, columns, ("iteration", "iteration"), (0, 0.01, 0.1, 0.5, 1))
    return [course, _checks(trajectory, result.checks)] if result.checks else [course]


def lq_run(result: CheckedLQRun) -> list[Sheet]:
    """Where a run on a linear-quadratic game went, and the statements held against it."""
    trajectory = result.trajectory
    columns = {
        ("normalized_error", "normalised error"): trajectory.normalized_error.max(axis=1),
        ("total_gap", "loss"): trajectory.total_gap,
        ("distance", "distance"): trajectory.distance.sum(axis=1),
        ("gradient_norm", "gradient"): trajectory.gradient_norm,
    }
    course = _course(trajectory, columns, ("iteration", "iteration"), (0, 0.01, 0.1, 0.5, 1))
    return [course, _checks(trajectory, result.checks)] if result.checks else [course]


def decentralized_run(result: CheckedDecentralizedRun) -> list[Sheet]:
    """Where a run of decentralized learning went, and what its step sizes meet."""
    measured, trajectory = result.diagnostics, result.trajectory
    players = {
        ("nash_gap", "NE-gap"): measured.nash_gap,
        ("explored_nash_gap", "NE-gap as played"): measured.explored_nash_gap,
        ("q_error", "|q - Q|"): measured.q_error,
        ("explored_q_error", "|q - Q explored|"): measured.explored_q_error,
    }
    columns = {names: part.reshape(len(part), -1).max(axis=1) for names, part in players.items()}
    course = _course(trajectory, columns, ("stage", "stage"), (0, 0.25, 0.5, 0.75, 1))
    clauses = assumptions("clauses", f"Step sizes {result.step_sizes}", result.clauses, "step sizes")
    return [course, clauses]


def _course(trajectory: Any, columns: dict[tuple[str, str], Any], time: tuple[str, str], at: Sequence[float]) -> Sheet:
    """Measures at every record; readers see a few of them."""
    heads = (Column(*time, right=True), *(Column(*names, right=True) for names in columns))
    parts = [part.tolist() for part in columns.values()]
    rows: tuple[tuple[Cell, ...], ...] = tuple(zip(trajectory.steps.tolist(), *parts))
    excerpt = tuple(sorted({int(share * (len(rows) - 1)) for share in at}))
    caption = f"{trajectory.algorithm} on {trajectory.game_name}, {count(trajectory.n_steps)} {time[0]}s"
    return Sheet("course", caption, heads, rows, excerpt)


def _checks(trajectory: Any, checks: Sequence[RunCheck]) -> Sheet:
    from mpgcert.reporting.sections.runs import in_words, where

    columns = (
        Column("verdict", "verdict"),
        Column("title", "statement", prose=True),
        Column("id", "source", under="title", style="dim"),
        Column("note", "found", Surface.TERMINAL | Surface.CSV, under="title"),
        Column("instances", "compared", Surface.DATA),
        Column("ratio", "ratio", right=True),
    )
    rows = tuple(
        (
            Word(entry.verdict),
            entry.claim.title,
            Code(entry.claim.id),
            where(entry) + in_words(entry.note),
            entry.instances,
            entry.ratio,
        )
        for entry in checks
    )
    return Sheet("checks", f"Statements held against {trajectory.algorithm} on {trajectory.game_name}", columns, rows)


def monitor(result: Monitored) -> list[Sheet]:
    """Each statement with its first violation and largest ratio."""
    columns = (
        Column("verdict", "verdict"),
        Column("title", "statement", prose=True),
        Column("id", "source", under="title", style="dim"),
        Column("note", "why not", Surface.TERMINAL | Surface.CSV, under="title"),
        Column("compared", "compared", right=True),
        Column("undecided", "undecided", Surface.DATA),
        Column("worst_ratio", "worst ratio", right=True),
        Column("first_violation", "violated at", right=True),
    )
    rows = tuple(
        (
            Word(record.verdict),
            record.claim.title,
            Code(record.claim.id),
            record.note,
            Worded(record.compared, after=f"({record.undecided} undecided)" if record.undecided else ""),
            record.undecided,
            record.worst_ratio,
            "" if record.first_violation is None else record.first_violation["iterate"],
        )
        for record in result.records
    )
    return [Sheet("checks", f"Statements held against {result.algorithm} on {result.game}", columns, rows)]
