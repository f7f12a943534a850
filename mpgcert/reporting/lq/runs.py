"""Runs on a linear-quadratic game with their plots, beside what the theorem promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import (
    Block,
    Code,
    Details,
    Facts,
    Figure,
    Figures,
    Inline,
    Link,
    Math,
    Paragraph,
    Section,
    Table,
    Text,
    Value,
    Word,
    parts,
)
from mpgcert.reporting.formatting import count
from mpgcert.reporting.lq.sharp import rate_value
from mpgcert.reporting.lq.variants import KNOWN
from mpgcert.reporting.plots import Plot, Series, figure
from mpgcert.reporting.run_plots import numbers_table
from mpgcert.reporting.sections.runs import note, ratio, tally
from mpgcert.reporting.values import double, fraction, short_fraction, whole

if TYPE_CHECKING:
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.run_checks import RunCheck
    from mpgcert.learn.lq.trajectory import LQTrajectory
    from mpgcert.reporting.lq.variants import LabelledLQRun, Runs

__all__ = ["figures", "lq_checks_table", "overview", "run_facts", "section", "step_text"]

_PLAYERS = 5
_SUM, _BOUND = 4, 5
_DRAWABLE = 1e250
_LONGEST_FORMULA = 130  # characters of LaTeX; longer ones are found in the catalogue


def section(analysis: LQAnalysis, bounds: LQBounds, runs: Runs) -> Section:
    """One row for each run, then each with plots, numbers and checks."""
    title = "Bounds beside what happened"
    blocks: list[Block] = [Paragraph(f"Every run starts from {analysis.start_note}.")]
    if runs.entries:
        blocks.append(overview(runs))
    blocks += [Paragraph(f"{remark}.") for remark in runs.remarks]
    return Section("runs", title, tuple(blocks), tuple(_one(bounds, entry) for entry in runs.entries))


def overview(runs: Runs) -> Table:
    """One row per run."""
    rows = []
    for entry in runs.entries:
        trajectory, proof = entry.run.trajectory, f"run.{entry.id}"
        at = f"{entry.record}.trajectory.{{}}".format
        rows.append(
            (
                Link(entry.title, f"#{entry.id}"),
                step_text(entry.run, entry.record, short=True),
                whole(trajectory.n_steps),
                double(np.abs(trajectory.normalized_error[-1]).max(), "", at("normalized_error[-1]"), proof),
                double(trajectory.total_gap[-1], "", at("total_gap[-1]"), proof),
                double(trajectory.distance[-1].sum(), "", at("distance[-1]"), proof),
                "yes" if trajectory.diverged else "no",
                tally(entry.run),
            )
        )
    header: tuple[Text, ...] = (
        "run",
        "step size",
        "iterations",
        "normalised error",
        "loss",
        "distance",
        "diverged in doubles",
        "checks",
    )
    return Table("Where the runs ended", header, tuple(rows), frozenset({1, 2, 3, 4, 5}))


def step_text(run: CheckedLQRun, record: str = "", short: bool = False) -> Text:
    """The step size of all players, or one for each."""
    source, place = "" if run.step_size_from == "given" else run.step_size_from, record and f"{record}.step_size_exact"
    found: list[Inline] = []
    for size in dict.fromkeys(run.step_sizes):
        found += [(short_fraction if short else fraction)(size, source, place), ", "]
    return tuple(found[:-1])


def _one(bounds: LQBounds, entry: LabelledLQRun) -> Section:
    run = entry.run
    drawn = figures(bounds, entry)
    words = Facts(tuple((item.title, item.description) for item in drawn))
    blocks: list[Block] = [
        run_facts(run, bounds, entry.record),
        Figures(drawn),
        Details("The plots in words and numbers", (words, _data(run.trajectory))),
    ]
    if run.checks:
        blocks.append(lq_checks_table(run, entry.record))
    return Section(entry.id, entry.title, tuple(blocks))


def lq_checks_table(run: CheckedLQRun, record: str = "") -> Table:
    """Every statement that speaks about a run, held against it, with its formula if that is short."""
    from mpgcert.claims.formula import latex

    rows: list[tuple[Text, ...]] = []
    for check in run.checks:
        formula = latex(check.claim.relation) if check.claim.relation is not None else ""
        shown = (" ", Math(formula)) if 0 < len(formula) <= _LONGEST_FORMULA else ()
        statement = (f"{check.claim.title} ", Code(check.claim.id), *shown)
        rows.append((statement, Word(check.verdict), ratio(check, record), _brief_note(check)))
    header = ("statement", "verdict", "largest ratio", "where and how")
    return Table("Statements held against the run", header, tuple(rows), frozenset({2}))


def _brief_note(check: RunCheck) -> Text:
    """Where and how it was decided; a long condition that failed is not written out."""
    text = note(check)
    if any(isinstance(part, Math) and len(part.latex) > _LONGEST_FORMULA for part in parts(text)):
        return check.note
    return text


def run_facts(run: CheckedLQRun, bounds: LQBounds | None = None, record: str = "") -> Facts:
    """Parameters of a run and where it went; `record` is where it stands in a report."""
    trajectory = run.trajectory
    source: tuple[Inline, ...] = () if run.step_size_from == "given" else (", from ", Code(run.step_size_from))
    entries: list[tuple[Text, Text]] = [
        ("step size", (*parts(step_text(run, record)), *source)),
        ("iterations", count(trajectory.n_steps)),
    ]
    if trajectory.smoothing is not None and trajectory.trajectories is not None:
        entries += [
            ("smoothing", ", ".join(f"{value:g}" for value in dict.fromkeys(trajectory.smoothing))),
            ("trajectories", ", ".join(f"{value:,}" for value in dict.fromkeys(trajectory.trajectories))),
            ("seed", str(trajectory.seed)),
        ]
    if trajectory.diverged:
        entries.append(("diverged", f"at iteration {count(trajectory.diverged_at)}: {trajectory.reason}"))
    entries += [
        ("normalised error", _course(trajectory, np.abs(trajectory.normalized_error).max(axis=1))),
        ("loss", _course(trajectory, trajectory.total_gap)),
        ("distance", _course(trajectory, trajectory.distance.sum(axis=1))),
    ]
    rate = _rate(run, bounds)
    if rate is not None:
        text = ("a factor of ", rate, " per iteration in exact arithmetic, by the eigenvalues")
        entries.append(("in the long run", text))
    return Facts(tuple(entries))


def _rate(run: CheckedLQRun, bounds: LQBounds | None) -> Value | None:
    one_size = len(set(run.step_sizes)) == 1
    if bounds is None or bounds.sharp is None or run.trajectory.algorithm != KNOWN or not one_size:
        return None
    return rate_value(bounds.sharp.rate(run.step_sizes[0]))


def _course(trajectory: LQTrajectory, values: Any) -> Text:
    text: tuple[Inline, ...] = ("from ", double(values[0]), " to ", double(values[-1]))
    finite = np.where(np.isfinite(values), values, -np.inf)
    top = int(finite.argmax())
    if top > 0 and finite[top] > 1.001 * finite[0]:
        text += (", largest ", double(finite[top]), f" at iteration {count(int(trajectory.steps[top]))}")
    return text


def figures(bounds: LQBounds | None, entry: LabelledLQRun, prefix: str = "") -> tuple[Figure, ...]:
    """Normalised error, loss with the theorem's bound, and distance, player by player; ids begin with the prefix."""
    run, prefix = entry.run, prefix + entry.id
    trajectory = run.trajectory
    shown = range(min(trajectory.n_players, _PLAYERS))

    def players(values: Any) -> list[Series]:
        drawn = np.where(np.abs(values) < _DRAWABLE, values, np.nan)
        return [Series(f"player {i + 1}", trajectory.steps, drawn[:, i], i) for i in shown]

    loss = players(trajectory.cost_gap)
    bound = _bound(bounds, entry)
    if trajectory.n_players > 1:
        total = np.where(trajectory.total_gap < _DRAWABLE, trajectory.total_gap, np.nan)
        loss.append(Series("sum over players", trajectory.steps, total, _SUM))
    if bound is not None:
        loss.append(bound)
    plots = (
        Plot(
            f"{prefix}-error",
            "(a) Normalised error",
            "|C(K) − C(K*)| / C(K*)",
            tuple(players(np.abs(trajectory.normalized_error))),
        ),
        Plot(f"{prefix}-loss", "(b) Loss against the equilibrium", "loss", tuple(loss)),
        Plot(
            f"{prefix}-distance", "(c) Distance from the equilibrium", "‖K − K*‖", tuple(players(trajectory.distance))
        ),
    )
    return tuple(map(figure, plots))


def _bound(bounds: LQBounds | None, entry: LabelledLQRun) -> Series | None:
    """(1 - alpha-hat eta)^m times the first loss, where the theorem promises it."""
    if bounds is None or entry.origin != "theorem":
        return None
    contraction = bounds.constants.get("alpha_hat")
    applies = any(bound.applies is Verdict.HOLDS for bound in bounds.theorems)
    if contraction is None or not applies:
        return None
    trajectory = entry.run.trajectory
    factor = 1 - contraction.value * float(entry.run.step_sizes[0])
    values = trajectory.total_gap[0] * factor ** trajectory.steps.astype(np.float64)
    return Series("the theorem's bound of the sum", trajectory.steps, values, _BOUND, may_leave=True)


def _data(trajectory: LQTrajectory) -> Table:
    """The numbers behind the plots."""
    columns = (
        ("normalised error", np.abs(trajectory.normalized_error).max(axis=1)),
        ("loss", trajectory.total_gap),
        ("distance", trajectory.distance.sum(axis=1)),
        ("gradient norm", trajectory.gradient_norm),
    )
    return numbers_table(trajectory.steps, columns)
