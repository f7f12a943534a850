"""The four plots of a run, as in Figure 1 of zhang2022, with the theorem's bound drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.reporting.blocks import Figure, Table
from mpgcert.reporting.formatting import brief, count
from mpgcert.reporting.plots import Plot, Series, figure
from mpgcert.reporting.values import double, whole

if TYPE_CHECKING:
    from mpgcert.claims.run_checks import RunCheck
    from mpgcert.learn.trajectory import Trajectory
    from mpgcert.reporting.variants import LabelledRun

Promise = tuple[float, int]

__all__ = ["course", "data_table", "figures", "numbers_table", "plots"]

# Numbers of line styles: the same meaning in every plot of a report.
_STYLE = {"theorem": 0, "given": 0, "experiment": 1}
_AVERAGE, _BOUND, _REGULARIZED = 2, 3, 4
_AVERAGES = {
    "mean_squared_gap": "root mean square gap so far",
    "mean_gap": "average gap so far",
    "least_gap": "least gap so far",
}
_SHOWN_PLAYERS = 6
_ROWS = 9


def figures(runs: tuple[LabelledRun, ...], prefix: str, promise: Promise | None = None) -> tuple[Figure, ...]:
    """NE-gap, gradient norm, c and potential of runs of one algorithm; ids begin with `prefix`."""
    return tuple(map(figure, plots(runs, prefix, promise)))


def plots(runs: tuple[LabelledRun, ...], prefix: str, promise: Promise | None = None) -> tuple[Plot, ...]:
    """What the four plots show; no plots without runs.

    Args:
        promise: an accuracy and the iteration by which a theorem promises it, drawn as a level where no
            inequality could be compared along the run.
    """
    if not runs:
        return ()
    bounds = tuple(_bounds(runs)) or tuple(_level(runs, promise))
    return (
        Plot(f"{prefix}-gap", "(a) NE-gap", "NE-gap", (*_lines(runs, "gap"), *bounds)),
        Plot(
            f"{prefix}-gradient",
            "(b) Gradient norm",
            "norm of the gradient",
            (*_lines(runs, "gradient"), *_regularized_gradient(runs)),
        ),
        Plot(f"{prefix}-c", "(c) Logarithm of c(θ)", "log₁₀ c(θ)", tuple(_lines(runs, "c")), False),
        _potential(runs, prefix),
    )


def course(trajectory: Trajectory, what: str) -> Any:
    """One number per record [K]: `gap`, `gradient`, `c` (its logarithm) or `potential`."""
    if what == "gap":
        return trajectory.nash_gap.max(axis=1)
    if what == "gradient":
        return trajectory.gradient_norm
    if what == "c":
        with np.errstate(divide="ignore"):
            return np.log10(trajectory.c.min(axis=1))
    return trajectory.potential


def _label(entry: LabelledRun) -> str:
    return f"{entry.origin}'s step {brief(entry.run.step_size)}" if entry.origin != "given" else "the run"


def _lines(runs: tuple[LabelledRun, ...], what: str) -> Iterator[Series]:
    for entry in runs:
        trajectory = entry.run.trajectory
        yield Series(_label(entry), trajectory.steps, course(trajectory, what), _STYLE[entry.origin])


def _bounds(runs: tuple[LabelledRun, ...]) -> Iterator[Series]:
    """Both sides of every inequality about averages that was compared along a run."""
    for entry in runs:
        for check in entry.run.checks:
            if check.curve is None:
                continue
            name = averaged(check)
            root = name == "mean_squared_gap"
            left, right = (np.sqrt(side) if root else side for side in (check.curve.left, check.curve.right))
            label = check.claim.id.partition(".")[2]
            if entry.origin == "theorem":
                yield Series(_AVERAGES.get(name, "left side"), check.curve.steps, left, _AVERAGE)
                yield Series(f"its bound, {label}", check.curve.steps, right, _BOUND, True)
            else:
                yield Series(f"{label}, experiment", check.curve.steps, right, _REGULARIZED + 1, True)


def _level(runs: tuple[LabelledRun, ...], promise: Promise | None) -> Iterator[Series]:
    if promise is not None:
        epsilon, iterations = promise
        steps = runs[0].run.trajectory.steps
        yield Series(f"promised by {count(iterations)}", steps, np.full(len(steps), epsilon), _BOUND, True)


def averaged(check: RunCheck) -> str:
    """Which average the left side of a statement is about."""
    relation = check.claim.relation
    names = set() if relation is None else {symbol.name for symbol in relation.lhs.free_symbols}
    return next((name for name in _AVERAGES if name in names), "")


def _regularized_gradient(runs: tuple[LabelledRun, ...]) -> Iterator[Series]:
    for entry in runs:
        if entry.run.regularization and entry.origin == "theorem":
            trajectory = entry.run.trajectory
            yield Series("with the barrier", trajectory.steps, trajectory.regularized_gradient_norm, _REGULARIZED)


def _potential(runs: tuple[LabelledRun, ...], prefix: str) -> Plot:
    if all(entry.run.trajectory.potential is not None for entry in runs):
        lines = tuple(_lines(runs, "potential"))
        return Plot(f"{prefix}-potential", "(d) Total potential", "potential Φ", lines, False)
    trajectory, origin = runs[0].run.trajectory, runs[0].origin
    players = range(min(trajectory.n_players, _SHOWN_PLAYERS))
    lines = tuple(Series(f"player {i + 1}, {origin}", trajectory.steps, trajectory.returns[:, i], i) for i in players)
    return Plot(f"{prefix}-potential", "(d) Total rewards (there is no potential)", "total reward", lines, False)


def data_table(runs: tuple[LabelledRun, ...]) -> Table:
    """The numbers behind the plots of some runs."""
    columns: list[tuple[str, Any]] = []
    for entry in runs:
        for what, head in (("gap", "NE-gap"), ("gradient", "gradient"), ("c", "log₁₀ c"), ("potential", "potential")):
            values = course(entry.run.trajectory, what)
            if values is not None:
                columns.append((f"{head} ({entry.origin})", values))
    return numbers_table(runs[0].run.trajectory.steps, columns)


def numbers_table(steps: NDArray[np.int64], columns: Sequence[tuple[str, Any]]) -> Table:
    """Measures by their names, each with one number for every record, at a few iterations."""
    last = len(steps) - 1
    records = sorted(
        {0, last, *(int(k) for k in np.geomspace(1, max(last, 1), _ROWS - 1).round())} & {*range(last + 1)}
    )
    rows = tuple((whole(int(steps[k])), *(double(values[k]) for _, values in columns)) for k in records)
    header = ("iteration", *(head for head, _ in columns))
    return Table("The numbers behind the plots", header, rows, frozenset(range(len(header))))
