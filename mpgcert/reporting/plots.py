"""Line plots as inline SVG: text as text, colours that follow the page, the same bytes for the same data."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.reporting.blocks import Figure
from mpgcert.reporting.formatting import decimal, superscript

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = [
    "COLOURS",
    "DASHES",
    "MARKERS",
    "Plot",
    "Series",
    "draw",
    "drawing",
    "figure",
    "line_style",
    "log_ticks",
    "power_of_ten",
    "thin",
]

_WIDTH, _HEIGHT, _LEGEND_ROW = 5.2, 3.1, 0.22  # inches of 72 units
COLOURS = ("#0072b2", "#d55e00", "#00795c", "#8a5a00", "#a8508c", "#5b6770")
DASHES = ("solid", (0, (6, 2)), (0, (1.2, 1.6)), (0, (7, 2, 1.2, 2)), (0, (4, 1.5)), (0, (2, 2.5)))
MARKERS = ("o", "s", "^", "D", "v", "x")
_POINTS = 240
_LOG_FROM = 30.0  # a positive series that spans more than this factor is drawn on a logarithmic axis
_LEAST_RELATIVE = 1e-15  # values this small beside the largest are rounding noise
_MARKED = 4  # markers along the diagonal of a plot
_LEAST_SPAN = 1e-3  # smaller relative changes are drawn as a level line
_TICKS = 7
_ROOM_ABOVE = 1e4  # how far beyond the other lines a line that may leave is followed


@dataclass(frozen=True, eq=False)
class Series:
    """One line.

    Attributes:
        label: for the legend.
        steps, values: [K]; values that are not finite are left out.
        style: number of its colour and dashes; lines of one kind have the same number in every plot.
        may_leave: whether the line may leave a logarithmic plot at the top, for the sake of the others.
    """

    label: str
    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    style: int
    may_leave: bool = False


@dataclass(frozen=True, eq=False)
class Plot:
    """Lines against the iteration.

    Attributes:
        id: prefix of all ids in the drawing.
        title, y_label: plain text.
        series: drawn in this order.
        may_be_logarithmic: whether the vertical axis may be logarithmic (values are positive).
    """

    id: str
    title: str
    y_label: str
    series: tuple[Series, ...]
    may_be_logarithmic: bool = True

    @property
    def description(self) -> str:
        """What the plot shows, in words."""
        lines = [f"{line.label}: {_course(line)}" for line in self.series]
        return f"{self.title} against the iteration. " + " ".join(f"{line}." for line in lines)


def _course(line: Series) -> str:
    seen = np.isfinite(line.values)
    if not seen.any():
        return "no finite values"
    steps, values = line.steps[seen], line.values[seen]
    ends = f"from {decimal(float(values[0]))} at {steps[0]:,} to {decimal(float(values[-1]))} at {steps[-1]:,}"
    return f"{ends}, between {decimal(float(values.min()))} and {decimal(float(values.max()))}"


def thin(
    steps: NDArray[np.int64], values: NDArray[np.float64], limit: int = _POINTS
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most about 2 `limit` points that keep the ends and the extremes of every stretch.

    >>> steps, values = thin(np.arange(10_000), np.where(np.arange(10_000) == 5003, 1.0, 0.0), 10)
    >>> len(steps) <= 22, values.max()
    (True, np.float64(1.0))
    """
    if len(steps) <= 2 * limit:
        return steps, values
    edges = np.linspace(0, len(steps), limit + 1).astype(int)
    kept = {0, len(steps) - 1}
    for low, high in pairwise(edges):
        stretch = values[low:high]
        kept |= {low + int(stretch.argmin()), low + int(stretch.argmax())}
    chosen = np.array(sorted(kept))
    return steps[chosen], values[chosen]


def figure(plot: Plot) -> Figure:
    """The plot as a figure of a page."""
    return Figure(f"{plot.id}-figure", plot.title, plot.description, draw(plot))


def draw(plot: Plot) -> str:
    """The plot as an `<svg>` element for a page, with title and description for screen readers."""
    rows = (len(plot.series) + 1) // 2
    return drawing(plot.id, plot.title, plot.description, rows, lambda axes: _fill(axes, plot))


def drawing(identifier: str, title: str, description: str, legend_rows: int, fill: Callable[[Axes], None]) -> str:
    """An `<svg>` element for a page, in the style that all plots share.

    Args:
        identifier: prefix of all ids in the drawing.
        title, description: for screen readers.
        legend_rows: rows of the legend below the axes, of two entries each.
        fill: draws into the axes.
    """
    import matplotlib.figure
    import matplotlib.style
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": identifier,
        "font.size": 11.0,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "path.simplify": False,
        "lines.linewidth": 1.7,
    }
    # the style "default" shields the page from the reader's own matplotlibrc
    with matplotlib.style.context(["default", settings]):
        height = _HEIGHT + legend_rows * _LEGEND_ROW
        figure = matplotlib.figure.Figure(figsize=(_WIDTH, height))
        FigureCanvasSVG(figure)
        bottom = 0.52 + legend_rows * _LEGEND_ROW
        axes = figure.add_axes((0.0, bottom / height, 1.0, (height - bottom - 0.3) / height))
        fill(axes)
        widest = max(len(label.get_text()) for label in axes.get_yticklabels())
        left = (0.42 + 0.085 * max(widest, 5)) / _WIDTH
        box = axes.get_position()
        axes.set_position((left, box.y0, 0.975 - left, box.height))
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="lower center", ncols=2, frameon=False, fontsize=10, handlelength=2.6, borderpad=0.1
        )
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return _embeddable(drawn.getvalue(), identifier, title, description)


def _fill(axes: Axes, plot: Plot) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    lines = [_finite(line) for line in plot.series]
    logarithmic = plot.may_be_logarithmic and _spans_decades([values for _, values in lines])
    for line, (steps, values) in zip(plot.series, lines):
        if logarithmic:
            steps, values = steps[values > 0], np.log10(values[values > 0])
        steps, values = thin(steps, values)
        style = line.style % len(COLOURS)
        shown = 10.0**values if logarithmic else values
        axes.plot(steps, shown, label=line.label, **line_style(style))
    axes.set_title(plot.title, fontsize=12, loc="left", pad=6)
    axes.set_xlabel("iteration", labelpad=2)
    axes.set_ylabel(plot.y_label, labelpad=3)
    axes.grid(True, alpha=0.25, linewidth=0.6)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    if not logarithmic:
        low, high = axes.get_ylim()
        room = max(_LEAST_SPAN * max(abs(low), abs(high)) - (high - low), 0.0) / 2
        axes.set_ylim(low - room, high + room)
        axes.yaxis.set_major_locator(MaxNLocator(6))
        places = _places(axes.get_yticks())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.{places}f}"))
        return
    axes.set_yscale("log")
    staying = [values.max() for line, (_, values) in zip(plot.series, lines) if len(values) and not line.may_leave]
    top = max(staying, default=1.0)
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, _LEAST_RELATIVE * top), min(high, _ROOM_ABOVE * top))
    axes.yaxis.set_major_locator(LogLocator(numticks=7))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: power_of_ten(y)))
    axes.yaxis.set_minor_formatter(NullFormatter())


def line_style(number: int) -> dict[str, Any]:
    """Colour, dashes and markers here and there, so that lines differ in print without colours, too."""
    style = number % len(COLOURS)
    apart = ((2 * style + 1) / (2 * _MARKED * len(COLOURS)), 1 / _MARKED)  # of the diagonal of the plot
    return {
        "color": COLOURS[style],
        "linestyle": DASHES[style],
        "marker": MARKERS[style],
        "markersize": 4.5,
        "markevery": apart,
    }


def _finite(line: Series) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    seen = np.isfinite(line.values)
    return line.steps[seen], line.values[seen]


def _spans_decades(lines: list[NDArray[np.float64]]) -> bool:
    values = np.concatenate(lines) if lines else np.empty(0)
    positive = values[values > 0]
    return len(positive) > 1 and len(positive) >= 0.5 * len(values) and positive.max() > _LOG_FROM * positive.min()


def _places(ticks: NDArray[np.float64]) -> int:
    """How many decimals tell evenly spaced ticks apart and show them as they are."""
    step = float(ticks[1] - ticks[0])
    fewest = max(0, -math.floor(math.log10(step)))
    return next((k for k in (fewest, fewest + 1) if np.allclose(ticks, ticks.round(k), atol=step / 50)), fewest + 2)


def log_ticks(axis: Axis) -> None:
    """Powers of ten at equal distances on a logarithmic axis whose limits are known."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = np.log10(axis.get_view_interval())
    stride = max(1, math.ceil((high - low) / _TICKS))
    exponents = np.arange(math.ceil(low / stride), math.floor(high / stride) + 1) * stride
    axis.set_major_locator(FixedLocator(10.0**exponents))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))


def power_of_ten(value: float) -> str:
    """A power of ten as a tick: in digits while these are few."""
    exponent = round(float(np.log10(value)))
    return f"{10**exponent:g}" if -2 <= exponent <= 3 else f"10{superscript(exponent)}"


def _embeddable(source: str, identifier: str, title: str, description: str) -> str:
    """A drawing that can stand in a page beside others: own ids, the page's fonts and colours, no metadata."""
    from html import escape

    opening = re.search(r'<svg[^>]*viewBox="([^"]+)"[^>]*>', source)
    if opening is None:
        raise ValueError("the drawing has no viewBox")
    body = source[opening.end() :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*</defs>", "", body)
    body = re.sub(r' id="([^"]+)"', rf' id="{identifier}-\1"', body)
    body = re.sub(r'(?:xlink:)?href="#', f'href="#{identifier}-', body).replace("url(#", f"url(#{identifier}-")
    body = re.sub(r"font(?:-family)?: [^;\"]*'DejaVu Sans'[^;\"]*;? ?", _without_family, body)
    body = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", body)
    body = body.replace("#000000", "currentColor").replace("#b0b0b0", "currentColor")
    for number, colour in enumerate(COLOURS):
        body = body.replace(colour, f"var(--line-{number}, {colour})")
    body = re.sub(r'="[^"]*"', _rounded, body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{opening.group(1)}" role="img" '
        f'aria-labelledby="{identifier}-title {identifier}-desc" '
        'style="stroke-linejoin: round; stroke-linecap: butt; fill: currentColor">'
        f'<title id="{identifier}-title">{escape(title)}</title>'
        f'<desc id="{identifier}-desc">{escape(description)}</desc>{body.rstrip()}'
    )


def _rounded(attribute: re.Match[str]) -> str:
    """Coordinates to a hundredth of a point."""
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number.group()):.2f}", attribute.group())


def _without_family(match: re.Match[str]) -> str:
    """A `font:` shorthand keeps its size; `font-family:` goes, so that the page's family is inherited."""
    size = re.match(r"font: ([\d.]+px)", match.group())
    return f"font-size: {size.group(1)}; " if size else ""
