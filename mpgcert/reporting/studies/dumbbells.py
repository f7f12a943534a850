"""Several numbers for each of several things, as marks on one logarithmic line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import Figure
from mpgcert.reporting.formatting import decimal
from mpgcert.reporting.plots import COLOURS, drawing, log_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Dumbbells", "figure"]

_MARKERS = ("o", "s", "D", "^")


@dataclass(frozen=True)
class Dumbbells:
    """A plot.

    Attributes:
        id: prefix of all ids in the drawing.
        title, x_label: plain text.
        series: what each mark means.
        rows: label, and one number for each series (None where there is none).
    """

    id: str
    title: str
    x_label: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]


def figure(plot: Dumbbells) -> Figure:
    """The plot as a figure of a page; its description lists all numbers."""
    words = [f"{label}: {', '.join(_words(plot.series, values))}." for label, values in plot.rows]
    description = f"{plot.title}. {' '.join(words)}"
    svg = drawing(plot.id, plot.title, description, (len(plot.series) + 1) // 2, lambda axes: _fill(axes, plot))
    return Figure(f"{plot.id}-figure", plot.title, description, svg)


def _words(series: Sequence[str], values: Sequence[float | None]) -> list[str]:
    return [f"{name} {decimal(value, 3)}" for name, value in zip(series, values) if value is not None]


def _fill(axes: Axes, plot: Dumbbells) -> None:
    heights = range(len(plot.rows), 0, -1)
    axes.set_xscale("log")
    for height, (_, values) in zip(heights, plot.rows):
        known = [value for value in values if value is not None]
        axes.plot([min(known), max(known)], [height, height], color=COLOURS[5], linewidth=1.2, label="_")
    for number, name in enumerate(plot.series):
        places = [(values[number], height) for height, (_, values) in zip(heights, plot.rows)]
        shown = [(x, y) for x, y in places if x is not None]
        if shown:
            x, y = zip(*shown)
            axes.plot(x, y, _MARKERS[number], color=COLOURS[number], label=name, markersize=6, markeredgewidth=0)
    axes.set_yticks(list(heights), [label for label, _ in plot.rows], fontsize=8.5)
    axes.set_ylim(0.4, len(plot.rows) + 0.6)
    axes.set_title(plot.title, fontsize=12, loc="left", pad=6)
    axes.set_xlabel(plot.x_label, labelpad=2)
    axes.grid(True, axis="x", alpha=0.25, linewidth=0.6)
    log_ticks(axes.xaxis)
