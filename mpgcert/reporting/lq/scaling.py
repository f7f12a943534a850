"""What would make an inequality true: certified sets of scale factors, and both sides plotted against them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Block, Code, Details, Facts, Figures, Inline, Math, Paragraph, Section, Table, Text
from mpgcert.reporting.formatting import decimal, superscript
from mpgcert.reporting.lq.charts import Chart, Line, Mark, Span, figure, spans_decades
from mpgcert.reporting.values import fraction, whole

if TYPE_CHECKING:
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.lq.scaling import ScaleSet
    from mpgcert.claims.statements import Assumption

__all__ = ["Scaling", "holds_where", "scalings", "section"]

Progress = Callable[[int, int, str], None]

_FAMILIES: Mapping[str, tuple[str, str, str]] = {
    "noise": ("the noise", "W -> s W", r"W \to sW"),
    "all-noise": ("noise and initial state", "(W, Sigma_0) -> s (W, Sigma_0)", r"(W,\Sigma_0) \to s(W,\Sigma_0)"),
    "coupling": ("the coupling", "B -> s B", r"B \to sB"),
    "start": (
        "the start",
        "K^(0) -> K* + s (K^(0) - K*)",
        r"K^{(0)} \to K^{*} + s\left(K^{(0)}-K^{*}\right)",
    ),
}
_POINTS = 81
_WORK, _LEAST, _MOST = 150_000, 24, 600  # intervals to try, by the size of the game
_SHOWN = 4
_LARGE = 2**16


@dataclass(frozen=True, eq=False)
class Scaling:
    """One family: what is proved about every s, and both sides of the inequality at some s.

    Attributes:
        family: name, see `mpgcert.claims.lq.scaling.FAMILIES`.
        proved: verdicts for intervals of s.
        scales, left, right: [K]; nan where doubles give no value.
    """

    family: str
    proved: ScaleSet
    scales: tuple[Fraction, ...]
    left: tuple[float, ...]
    right: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `scaling`: proved intervals, and both sides in doubles."""
        curve = {"s": [float(s) for s in self.scales], "left": list(self.left), "right": list(self.right)}
        return {**self.proved.to_dict(), "evaluations": self.proved.evaluations, "curve": curve}


def scalings(analysis: LQAnalysis, condition: Assumption, progress: Progress | None = None) -> tuple[Scaling, ...]:
    """All families for one inequality between two constants."""
    from mpgcert.claims.lq.scaling import FAMILIES, scale_curve, scale_set

    game = analysis.game
    work = game.horizon * game.n_players * game.dimension**3 + (game.dimension + sum(game.control_dimensions)) ** 3
    budget = int(np.clip(_WORK // work, _LEAST, _MOST))
    found = []
    for number, family in enumerate(FAMILIES):
        if progress is not None:
            progress(number, len(FAMILIES), "scale factors")
        proved = scale_set(analysis, condition, family, budget=budget)
        low, high = proved.pieces[0].low, proved.pieces[-1].high
        scales = _scales(low, high)
        sides = scale_curve(analysis, condition, family, scales)
        left, right = zip(*sides)
        found.append(Scaling(family, proved, scales, left, right))
    return tuple(found)


def _scales(low: Fraction, high: Fraction) -> tuple[Fraction, ...]:
    if low <= 0:
        return tuple(low + (high - low) * Fraction(k, _POINTS - 1) for k in range(_POINTS))
    first, last = math.log2(low), math.log2(high)
    return tuple(Fraction(2.0 ** float(x)) for x in np.linspace(first, last, _POINTS))


def section(condition: Assumption, found: tuple[Scaling, ...]) -> Section:
    """The sets, the plots, and how to read them."""
    if not found:
        text = "The inequality has no meaning for this game, whatever it is scaled with: see the assumptions above."
        return Section("scaling", "What would make it true", (Paragraph(text),))
    reading = (
        "Each interval of s is proved: both sides of ",
        Code(condition.id),
        " were enclosed for the whole interval at once. Nothing is presumed about how the sides depend on s. "
        "At s = 1 everything is as given; when noise or coupling are scaled, the starting gains stay what they are.",
    )
    drawn = tuple(figure(_chart(entry)) for entry in found)
    blocks: list[Block] = [Paragraph(reading), _table(found)]
    if any(entry.family == "all-noise" for entry in found):
        blocks.append(
            Paragraph(
                "Scaling noise and initial state together changes neither the verdict nor the equilibrium: both "
                "sides of (3.11) are homogeneous of degree 4 in (W, Σ₀), so intervals that the enclosures leave "
                "undecided there have the verdict of s = 1."
            )
        )
    words = Facts(tuple((item.title, item.description) for item in drawn))
    blocks += [Figures(drawn), Details("The plots in words", (words,))]
    return Section("scaling", "What would make it true", tuple(blocks))


def _table(found: tuple[Scaling, ...]) -> Table:
    rows: tuple[tuple[Text, ...], ...] = tuple(
        (
            _FAMILIES[entry.family][0],
            Math(_FAMILIES[entry.family][2]),
            *(_intervals(entry.proved, verdict) for verdict in (Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED)),
            whole(entry.proved.evaluations, "", f"scaling[family={entry.family}].evaluations"),
        )
        for entry in found
    )
    header = ("what is scaled", "how", "holds for s in", "violated for s in", "undecided for s in", "enclosures")
    return Table("For which scale factors s the inequality holds", header, rows, frozenset({5}))


def _intervals(proved: ScaleSet, verdict: Verdict) -> tuple[Inline, ...]:
    """The proved intervals, whose ends are shown with seven digits and known exactly."""
    pairs = proved.intervals(verdict)
    if not pairs:
        return ("none",)
    record = f"scaling[family={proved.family}].{verdict}"
    ends = [
        tuple(replace(fraction(end, "", f"{record}[{k}][{j}]"), text=_end(end)) for j, end in enumerate(pair))
        for k, pair in enumerate(pairs)
    ]
    if len(pairs) > _SHOWN:
        return (f"{len(pairs):,} intervals between ", ends[0][0], " and ", ends[-1][1])
    found: list[Inline] = []
    for low, high in ends:
        found += ["[", low, ", ", high, "]", ", "]
    return tuple(found[:-1])


def _in_words(proved: ScaleSet, verdict: Verdict) -> str:
    return "".join(part if isinstance(part, str) else getattr(part, "text", "") for part in _intervals(proved, verdict))


def _end(value: Fraction) -> str:
    """An end of an interval; the ends of the range are powers of two."""
    numerator, denominator = value.numerator, value.denominator
    for power, one in ((numerator, denominator), (denominator, numerator)):
        if one == 1 and power.bit_count() == 1 and power >= _LARGE:
            return f"2{superscript(power.bit_length() - 1 if power == numerator else 1 - power.bit_length())}"
    return decimal(value, 7)


def holds_where(found: tuple[Scaling, ...]) -> Text:
    """One sentence: which change would make the inequality true."""
    told: list[Inline] = []
    for entry in found:
        if entry.proved.intervals(Verdict.HOLDS):
            told += ["in ", *_intervals(entry.proved, Verdict.HOLDS), f" on {_FAMILIES[entry.family][0]}", "; "]
    if told:
        return ("The inequality is proved to hold with a factor s ", *told[:-1], ".")
    if all(not entry.proved.intervals(Verdict.UNDECIDED) for entry in found):
        return "It is proved that no scaling of noise, coupling or start, within the ranges below, makes it hold."
    return (
        "No scaling of noise, coupling or start was found for which the inequality holds; some intervals are undecided."
    )


def _chart(entry: Scaling) -> Chart:
    name, change, _ = _FAMILIES[entry.family]
    scales, left, right = (np.array(values, dtype=float) for values in (entry.scales, entry.left, entry.right))
    positive = [side[np.isfinite(side) & (side > 0)] for side in (left, right)]
    words = [f"Both sides of the inequality against s, for {change}."]
    words += [
        f"{label} from {decimal(float(side[0]))} to {decimal(float(side[-1]))}."
        for label, side in zip(("Left side", "Right side"), positive)
        if len(side)
    ]
    words += [
        f"{verdict} for s in {_in_words(entry.proved, verdict)}."
        for verdict in (Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED)
    ]
    logarithmic = entry.family != "start"
    return Chart(
        id=f"scaling-{entry.family}",
        title=f"Scaling {name}",
        x_label=f"s in {change}",
        y_label="sides of (3.11)",
        description=" ".join(words),
        lines=(Line("left side", scales, left, 0), Line("right side", scales, right, 1)),
        marks=(Mark("s = 1, as given", 1.0, 5),),
        spans=_spans(entry.proved),
        log_x=logarithmic,
        log_y=spans_decades(left, right),
    )


def _spans(proved: ScaleSet) -> tuple[Span, ...]:
    """The proved intervals in order."""
    spans = [
        Span(float(low), float(high), verdict)
        for verdict in (Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED)
        for low, high in proved.intervals(verdict)
    ]
    return tuple(sorted(spans, key=lambda span: span.low))
