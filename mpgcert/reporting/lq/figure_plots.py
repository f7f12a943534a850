"""The plots of a repeated figure: bands of the normalised error, and gains in the plane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mpgcert.reporting.formatting import count, decimal
from mpgcert.reporting.lq.charts import Band, Chart, Line, Point, Span

if TYPE_CHECKING:
    from mpgcert.reporting.lq.figures import Cell, Finding, Paths

__all__ = ["charts"]

Floats = NDArray[np.float64]

_QUANTILES = (0.05, 0.5, 0.95)
_LEAST, _LARGEST = 1e-10, 1e4  # errors beyond are drawn at the edge
_NEAR = 6.0  # gains are drawn within so many times the largest first distance from the equilibrium
_READINGS = {"trajectory": "whole trajectory", "cost-to-go": "cost to go"}


def charts(finding: Finding) -> tuple[Chart, ...]:
    """Plots of errors for each player (and reading of the cost), then of gains for each set of paths and player."""
    return (*_errors(finding), *_planes(finding))


def _errors(finding: Finding) -> Iterator[Chart]:
    readings: list[str | None] = [*finding.experiment.sampled_costs] or [None]
    if finding.experiment.is_model_free and finding.paths:
        return  # the errors of these runs stand in the figure before
    for reading in readings:
        cells = [cell for cell in finding.cells if cell.sampled_cost == reading]
        for player in finding.experiment.players:
            yield _error(finding, cells, reading, player)


def _error(finding: Finding, cells: list[Cell], reading: str | None, player: int) -> Chart:
    experiment = finding.experiment
    steps = cells[0].ensemble.steps.astype(np.float64)
    bands = [cell.ensemble.bands(_QUANTILES)[:, :, player] for cell in cells]
    lines = [
        Line(f"median, σ² = {cell.noise}", steps, found[1], style)
        for style, (cell, found) in enumerate(zip(cells, bands))
    ]
    several = len(cells) > 1  # several bands over each other could not be told apart: their upper ends are drawn
    shaded = [] if several else [Band(steps, found[0], found[2], style) for style, found in enumerate(bands)]
    if several:
        lines += [Line("", steps, found[2], style, thin=True) for style, found in enumerate(bands)]
    suffix = "" if reading is None else f", {_READINGS[reading]}"
    title = f"Player {player + 1}: normalised error{suffix}"
    words = [f"{title}, its median and the middle 90 % of {cells[0].ensemble.count:,} runs against the iteration."]
    words += [
        f"σ² = {cell.noise}: median {decimal(float(found[1, 0]))} at 0, {decimal(float(found[1, -1]))} at "
        f"{count(experiment.steps)}, then from {decimal(float(found[0, -1]))} to {decimal(float(found[2, -1]))}."
        for cell, found in zip(cells, bands)
    ]
    level = Line(f"{decimal(100 * experiment.level)} %", steps, np.full(len(steps), experiment.level), 5, thin=True)
    return Chart(
        id=f"figure-{experiment.figure}{'' if reading is None else f'-{reading}'}-error-{player + 1}",
        title=title,
        x_label="iteration",
        y_label="|C(K) − C(K*)| / C(K*)",
        description=" ".join(words),
        lines=(*lines, level),
        bands=tuple(shaded),
        spans=() if experiment.window is None else (Span(float(experiment.window[0]), float(experiment.window[1])),),
        log_y=True,
        limits=_limits(bands, experiment.level),
    )


def _limits(bands: list[Floats], level: float) -> tuple[float, float]:
    """Of the vertical axis: all medians and bands that are finite, within reason."""
    seen = np.concatenate([found.ravel() for found in bands])
    seen = seen[np.isfinite(seen) & (seen > 0)]
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (level, level)
    return max(min(low, level / 3), _LEAST), min(max(high, level * 3), _LARGEST)


def _planes(finding: Finding) -> Iterator[Chart]:
    for paths in finding.paths:
        for player in finding.experiment.players:
            yield _plane(finding, paths, player)


def _plane(finding: Finding, paths: Paths, player: int) -> Chart:
    """K_0 of a player with one control, component against component."""
    experiment, star = finding.experiment, finding.star[player]
    runs = paths.gains[:, :, player]
    reach = _NEAR * float(np.abs(runs[0] - star).max())
    drawn = np.where((np.abs(runs - star) <= reach).all(axis=2, keepdims=True), runs, np.nan)
    kind, first = ("seed", 0) if experiment.is_model_free else ("start", 1)
    lines = []
    for j in range(drawn.shape[1]):
        lines.append(Line(f"{kind} {j + first}", drawn[:, j, 0], drawn[:, j, 1], j))
    ends = [_distance(runs[:, j], star) for j in range(runs.shape[1])]
    reading = "" if paths.sampled_cost is None else f", σ² = {paths.noise}, {_READINGS[paths.sampled_cost]}"
    title = f"Player {player + 1}: {'gains at t = 0' if not reading else 'K₀'}{reading}"
    target = f"({decimal(float(star[0]))}, {decimal(float(star[1]))})"
    words = f"{title}, along {runs.shape[1]} runs, with the equilibrium at {target}. "
    words += " ".join(
        f"{kind.capitalize()} {j + first}: distance {decimal(begun)} at first, {ended} at the end."
        for j, (begun, ended) in enumerate(ends)
    )
    suffix = "" if paths.sampled_cost is None else f"-{paths.sampled_cost}-{paths.noise.replace('.', '-')}"
    return Chart(
        id=f"figure-{experiment.figure}{suffix}-plane-{player + 1}",
        title=title,
        x_label="first component of K₀",
        y_label="second component of K₀",
        description=words,
        lines=tuple(lines),
        points=(Point("equilibrium", float(star[0]), float(star[1])),),
    )


def _distance(run: Floats, star: Floats) -> tuple[float, str]:
    """The first distance from the equilibrium, and the last, in words if the run diverged."""
    distances = np.linalg.norm(run - star, axis=1)
    last = float(distances[-1])
    return float(distances[0]), decimal(last) if np.isfinite(last) else "diverged"
