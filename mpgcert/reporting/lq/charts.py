"""Plots over any axes: lines, bands, marked values, and a strip that says which verdict is proved where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Figure
from mpgcert.reporting.plots import COLOURS, DASHES, drawing, line_style, log_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["Band", "Chart", "Line", "Mark", "Point", "Span", "figure", "spans_decades"]

Floats = NDArray[np.float64]

_STRIP, _HEADROOM = 0.06, 0.1  # of the height of the axes: the strip of verdicts, and room for it above the lines
_DRAWABLE = 1e200  # what is larger, or smaller than its reciprocal, has no place on a logarithmic axis
_LEAST_DECADES = 1.5
_VERDICTS = {  # number of a colour, and a hatch that tells them apart without colour
    Verdict.HOLDS: (2, ""),
    Verdict.VIOLATED: (1, "////"),
    Verdict.UNDECIDED: (5, "...."),
}
_SPAN_GREY = 5
_ROOM = 2.0  # beyond the limits of a logarithmic axis: lines that leave it do so visibly


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points [K], in the order given; what is not finite interrupts it."""

    label: str
    x: Floats
    y: Floats
    style: int
    thin: bool = False


@dataclass(frozen=True, eq=False)
class Band:
    """What lies between two lines over the same x [K]."""

    x: Floats
    low: Floats
    high: Floats
    style: int


@dataclass(frozen=True)
class Mark:
    """A value on the horizontal axis."""

    label: str
    x: float
    style: int


@dataclass(frozen=True)
class Point:
    """A point that matters, as a star."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Span:
    """An interval of the horizontal axis: with the verdict that is proved on it, or None to shade it in grey."""

    low: float
    high: float
    verdict: Verdict | None = None


@dataclass(frozen=True, eq=False)
class Chart:
    """A plot.

    Attributes:
        id: prefix of all ids in the drawing.
        title, x_label, y_label: plain text.
        description: in words.
        lines, bands, marks, points, spans: what is drawn.
        log_x, log_y: logarithmic axes; what is not positive is left out.
        limits: of the vertical axis, if it is not to follow the lines.
    """

    id: str
    title: str
    x_label: str
    y_label: str
    description: str
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    points: tuple[Point, ...] = ()
    spans: tuple[Span, ...] = ()
    log_x: bool = False
    log_y: bool = False
    limits: tuple[float, float] | None = None

    @property
    def legend_rows(self) -> int:
        """Rows of two entries below the axes."""
        labels = [line.label for line in self.lines] + [mark.label for mark in self.marks]
        named = [label for label in labels if label] + [point.label for point in self.points]
        proved = {span.verdict for span in self.spans if span.verdict is not None}
        return (len(named) + len(proved) + 1) // 2


def figure(chart: Chart) -> Figure:
    """The chart as a figure of the page."""
    svg = drawing(chart.id, chart.title, chart.description, chart.legend_rows, lambda axes: _fill(axes, chart))
    return Figure(f"{chart.id}-figure", chart.title, chart.description, svg)


def _fill(axes: Axes, chart: Chart) -> None:
    if chart.log_x:
        axes.set_xscale("log")
    if chart.log_y:
        axes.set_yscale("log", nonpositive="mask")
    for band in chart.bands:
        low, high = (_shown(side, chart) for side in (band.low, band.high))
        colour = COLOURS[band.style % len(COLOURS)]
        axes.fill_between(band.x, low, high, color=colour, alpha=0.16, linewidth=0)
    for line in chart.lines:
        shown = _shown(line.y, chart)
        seen = np.isfinite(shown) & ((line.x > 0) | (not chart.log_x)) & ((shown > 0) | (not chart.log_y))
        plain = {"marker": ""} if line.thin or not seen.any() else {}
        width = {"linewidth": 0.9} if line.thin else {}
        axes.plot(line.x, shown, label=line.label or "_", **(line_style(line.style) | plain | width))
    for mark in chart.marks:
        style = mark.style % len(COLOURS)
        axes.axvline(mark.x, label=mark.label, color=COLOURS[style], linestyle=DASHES[style], linewidth=1.2)
    for point in chart.points:
        axes.plot([point.x], [point.y], "*", label=point.label, color=COLOURS[0], markersize=13, markeredgewidth=0)
    axes.set_title(chart.title, fontsize=12, loc="left", pad=6)
    axes.set_xlabel(chart.x_label, labelpad=2)
    axes.set_ylabel(chart.y_label, labelpad=3)
    axes.grid(True, alpha=0.25, linewidth=0.6)
    if chart.limits is not None:
        axes.set_ylim(*chart.limits)
    elif any(span.verdict is not None for span in chart.spans):
        bottom, top = axes.get_ylim()
        axes.set_ylim(bottom, top * (top / bottom) ** _HEADROOM if chart.log_y else top + (top - bottom) * _HEADROOM)
    _spans(axes, chart.spans)
    _ticks(axes.xaxis, chart.log_x)
    _ticks(axes.yaxis, chart.log_y)


def _shown(values: Floats, chart: Chart) -> Floats:
    """Values that would leave a plot with limits, also infinite ones, are drawn at its edge."""
    if chart.limits is None:
        drawable = (values > 1 / _DRAWABLE) & (values < _DRAWABLE) if chart.log_y else np.isfinite(values)
        return np.where(drawable, values, np.nan)
    low, high = chart.limits
    ends = (low / _ROOM, high * _ROOM) if chart.log_y else (2 * low - high, 2 * high - low)
    clipped: Floats = np.clip(values, *ends)
    return clipped


def _spans(axes: Axes, spans: Sequence[Span]) -> None:
    named: set[Verdict] = set()
    for span in spans:
        if span.verdict is None:
            axes.axvspan(span.low, span.high, color=COLOURS[_SPAN_GREY], alpha=0.18, linewidth=0)
            continue
        style, hatch = _VERDICTS[span.verdict]
        label = "_" if span.verdict in named else f"proved: {span.verdict}"
        if span.verdict is Verdict.UNDECIDED and label != "_":
            label = str(span.verdict)
        named.add(span.verdict)
        axes.axvspan(
            span.low,
            span.high,
            1 - _STRIP,
            1,
            label=label,
            facecolor=COLOURS[style] if not hatch else "none",
            edgecolor=COLOURS[style],
            hatch=hatch,
            linewidth=0.6,
        )


def _ticks(axis: Axis, logarithmic: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if logarithmic:
        log_ticks(axis)
        return
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))


def spans_decades(*sides: Floats) -> bool:
    """Whether positive values are so different that a logarithmic axis shows them better."""
    seen = np.concatenate([side[np.isfinite(side)] for side in sides])
    positive = seen[seen > 0]
    return len(positive) > len(seen) / 2 and float(positive.max()) > float(positive.min()) * 10**_LEAST_DECADES
