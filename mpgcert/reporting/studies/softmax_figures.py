"""Figures 1 to 3 of zhang2022 and the study of its Appendix 8, repeated with bounds and ensembles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import Bounds, bounds
from mpgcert.games import MarkovGame
from mpgcert.games.files import resolve
from mpgcert.reporting.blocks import Block, Facts, Figure, Figures, Paragraph, Section, Table, Text
from mpgcert.reporting.formatting import brief, count, decimal
from mpgcert.reporting.lq.figure_section import share
from mpgcert.reporting.page import Report
from mpgcert.reporting.plots import Plot, Series, draw, figure
from mpgcert.reporting.run_plots import course, plots
from mpgcert.reporting.sections.runs import tally
from mpgcert.reporting.studies.pages import Page
from mpgcert.reporting.studies.settings import Settings
from mpgcert.reporting.studies.starts import Ensemble, Switch
from mpgcert.reporting.variants import Variant, run_variants

if TYPE_CHECKING:
    from mpgcert.claims.run_checks import CheckedRun

__all__ = ["FIGURES", "Repeated", "repeat_figure", "softmax_page"]

#: The figures, with what the paper says of each.
FIGURES = {
    "zhang2022-figure-1": (
        "Figure 1",
        "With log-barrier the NE-gap falls faster but keeps a bias; without it natural gradient play stays between "
        "iterations 100 and 400 where gradient and c are close to zero while the NE-gap is not.",
    ),
    "zhang2022-figure-2": ("Figure 2", "Three agents: the same phenomenon."),
    "zhang2022-figure-3": ("Figure 3", "Eight agents: the same phenomenon."),
}
_PANELS = (
    ("gap", "NE-gap", True),
    ("gradient", "norm of the gradient", True),
    ("c", "log₁₀ c(θ)", False),
    ("potential", "potential Φ", False),
)
_NAMES = {
    "gradient-play": "gradient play",
    "natural-gradient-play": "natural play",
    "gradient-play-log-barrier": "gradient, log-barrier",
    "natural-gradient-play-log-barrier": "natural, log-barrier",
}
_SMALL = 0.02
_LOOKED_AT = (100, 200, 400)


@dataclass(frozen=True, eq=False)
class Repeated:
    """One figure: the four algorithms with the authors' parameters, and with the theorems'."""

    game: str
    section: Section


def repeat_figure(name: str, settings: Settings) -> Repeated:
    """Run the four algorithms and hold the runs against every statement about them."""
    game = resolve(name)
    assert isinstance(game, MarkovGame)
    analysis = Analysis.of(game)
    bounded = bounds(analysis)
    variants = run_variants(analysis, bounded, settings.figure_steps)
    title, says = FIGURES[name]
    drawn = Figures(tuple(_overlay(name, variants)))
    beside = Figures(tuple(_with_bounds(name, variants, bounded)))
    blocks: tuple[Block, ...] = (
        Facts((("the paper", says), ("found here", _found(variants)), ("about the parameters", _parameters(variants)))),
        drawn,
        _table(variants),
        Paragraph(
            "The NE-gap again, algorithm by algorithm, with the theorem's step size and both sides of its bound:"
        ),
        beside,
    )
    return Repeated(name, Section(name, title, blocks))


def _experiments(variants: Sequence[Variant]) -> list[tuple[Variant, CheckedRun]]:
    found = [(variant, variant.of_origin("experiment")) for variant in variants]
    return [(variant, run) for variant, run in found if run is not None]


def _overlay(name: str, variants: Sequence[Variant]) -> list[Figure]:
    figures = []
    for letter, (what, label, logarithmic) in zip("abcd", _PANELS):
        lines = tuple(
            Series(_NAMES.get(variant.id, variant.title), run.trajectory.steps, course(run.trajectory, what), style)
            for style, (variant, run) in enumerate(_experiments(variants))
        )
        plot = Plot(f"{name}-{what}", f"({letter}) {label}, the authors' step size", label, lines, logarithmic)
        figures.append(figure(plot))
    return figures


def _with_bounds(name: str, variants: Sequence[Variant], bounded: Bounds) -> list[Figure]:
    figures = []
    for variant in variants:
        for plot in plots(variant.runs, f"{name}-{variant.id}", variant.promise(bounded.epsilon))[:1]:
            title = f"NE-gap: {variant.title}"
            figures.append(
                Figure(
                    f"{plot.id}-figure", title, plot.description, draw(Plot(plot.id, title, plot.y_label, plot.series))
                )
            )
    return figures


def _first_small(run: CheckedRun) -> str:
    below = np.flatnonzero(run.trajectory.nash_gap.max(axis=1) <= _SMALL)
    return count(int(run.trajectory.steps[below[0]])) if len(below) else f"not by {count(run.trajectory.n_steps)}"


def _found(variants: Sequence[Variant]) -> str:
    runs = _experiments(variants)
    parts = [
        f"{variant.title}: NE-gap at most {_SMALL:g} first at iteration {_first_small(run)}, "
        f"{_short(run.trajectory.nash_gap[-1].max())} at {count(run.trajectory.n_steps)}"
        for variant, run in runs
    ]
    return (
        "; ".join(parts)
        + "."
        + "".join(_stuck(variant, run) for variant, run in runs if variant.id == "natural-gradient-play")
    )


def _stuck(variant: Variant, run: CheckedRun) -> str:
    steps = run.trajectory.steps.tolist()
    looked = [steps.index(t) for t in _LOOKED_AT if t in steps]
    if not looked:
        return ""
    told = [
        f"{steps[k]}: NE-gap {_short(run.trajectory.nash_gap[k].max())}, gradient "
        f"{_short(run.trajectory.gradient_norm[k])}, c {_short(run.trajectory.c[k].min())}"
        for k in looked
    ]
    return f" {variant.title} at iterations {'; '.join(told)}."


def _short(value: float) -> str:
    return decimal(float(value), 2) if value else "0 in doubles"


def _parameters(variants: Sequence[Variant]) -> str:
    parts = []
    for variant, run in _experiments(variants):
        theorem = variant.rate.step_size
        if theorem is not None:
            factor = decimal(run.step_size / theorem, 2)
            parts.append(
                f"{variant.title}: step size {brief(run.step_size)}, {factor} times that of {variant.rate.theorem.id}"
            )
    return "; ".join(parts) + ". No theorem of the paper covers these step sizes."


def _table(variants: Sequence[Variant]) -> Table:
    header = (
        "algorithm",
        "parameters",
        "step size",
        f"NE-gap ≤ {_SMALL:g} first at",
        "NE-gap at the end",
        "statements held against the run",
    )
    rows: list[tuple[Text, ...]] = []
    for variant in variants:
        for entry in variant.runs:
            run = entry.run
            gap = _short(run.trajectory.nash_gap[-1].max())
            rows.append(
                (variant.title, f"the {entry.origin}'s", brief(run.step_size), _first_small(run), gap, tally(run))
            )
    return Table("All runs", header, tuple(rows), frozenset({2, 3, 4}))


def softmax_page(
    repeated: Sequence[Repeated], starts: Sequence[Ensemble], switched: Switch, settings: Settings
) -> Page:
    """The page of the figures of zhang2022."""
    sections = (*(entry.section for entry in repeated), _starts_section(starts), _switch_section(switched), _limits())
    facts = Facts(
        (
            ("figures", "1, 2, 3 and the study of initial policies in Appendix 8"),
            ("iterations", count(settings.figure_steps)),
        )
    )
    told = "" if switched.crossing is None else (
        f" The order of the averaged Q-values in Figure 1's game changes at iteration {switched.crossing} (the "
        "paper: about 70)."
    )  # fmt: skip
    headline = "Figures 1 to 3 are reproduced; all their step sizes lie beyond every theorem of the paper." + told
    report = Report("Figures of zhang2022, repeated", facts, sections, {})
    return Page("zhang2022-figures", report, headline, has_html=False)


def _starts_section(starts: Sequence[Ensemble]) -> Section:
    from mpgcert.reporting.lq import charts

    figures = []
    for number, kind in enumerate(dict.fromkeys(entry.starts for entry in starts)):
        own = [entry for entry in starts if entry.starts == kind]
        steps = np.arange(own[0].gaps.shape[1], dtype=np.float64)
        shown = np.unique(np.geomspace(1, len(steps), 200).astype(int)) - 1
        lines = []
        for style, entry in enumerate(own):
            _, middle, high = entry.bands()
            lines.append(charts.Line(f"{entry.algorithm}", steps[shown], middle[shown], style))
            lines.append(charts.Line("", steps[shown], high[shown], style, thin=True))
        words = [f"{entry.algorithm}: median {_short(entry.bands()[1][-1])} at the end" for entry in own]
        figures.append(
            charts.figure(
                charts.Chart(
                    f"zhang2022-starts-{number + 1}",
                    f"NE-gap from starts {kind}",
                    "iteration",
                    "NE-gap",
                    f"NE-gap from starts {kind}, median and (thin) 95 % quantile of {len(own[0].gaps)} runs. "
                    f"{'; '.join(words)}.",
                    lines=tuple(lines),
                    log_y=True,
                    limits=(1e-4, 2.0),
                )
            )
        )
    rows = []
    for entry in starts:
        last = entry.gaps.shape[1] - 1
        times = [t for t in (100, 500, last) if t <= last]
        rows.append((entry.starts, entry.algorithm, *(share(entry.within(_SMALL, t)) for t in times)))
    header = ("starts", "algorithm", *(f"NE-gap ≤ {_SMALL:g} at {count(t)}" for t in times))
    lead = (
        "The paper shows one good and one bad start. Here each kind has many: random policies, and pure policies "
        "with a tenth (or a millionth, where it says very near) of a random one mixed in. The pure equilibrium "
        "plays actions 3 and 1; the trap plays actions 2 and 1, which is stationary, and which player 1 would leave "
        "for a gain of 0.04. Step size 5 and λ = 0.003 as in the figure; shares with exact 95 % intervals."
    )
    judged = (
        "Agrees with the paper: near the equilibrium all four algorithms do well, and the barrier frees gradient "
        "play from bad starts, at the price of a bias. Differs: natural play needs no barrier to leave this trap, "
        "however near it starts, and ends nearer to the equilibrium without. Where it does stay is on the way there "
        "from other starts, the uniform policy among them, once an action has become very unlikely before it "
        "becomes the better one (below)."
    )
    table = Table("How many runs are near an equilibrium", header, tuple(rows))
    return Section(
        "initialisation",
        "Initial policies (Appendix 8)",
        (Paragraph(lead), Figures(tuple(figures)), table, Paragraph(judged)),
    )


def _switch_section(found: Switch) -> Section:
    steps = np.arange(len(found.policies))
    shown = slice(0, min(len(steps), 1001))
    value = Plot(
        "zhang2022-switch-values",
        "Player 1's averaged Q-values",
        "averaged Q",
        tuple(Series(f"action {a + 1}", steps[shown], found.values[shown, a], a) for a in (1, 2)),
        False,
    )
    policy = Plot(
        "zhang2022-switch-policy",
        "Player 1's policy",
        "probability",
        tuple(Series(f"action {a + 1}", steps[shown], found.policies[shown, a], a) for a in range(3)),
        False,
    )
    drawn = (figure(value), figure(policy))
    if found.crossing is None:
        text = "In a run of this length the order of actions 2 and 3 does not change."
    else:
        held = found.policies[found.crossing]
        late = (
            f"has probability 1/2 again at iteration {count(found.recovered)}"
            if found.recovered
            else "stays unlikely in this run"
        )
        text = (
            f"Natural gradient play from the uniform policy: at iteration {found.crossing} action 3 becomes worth "
            "more than action 2 (the paper says at about 70). By then action 2 has, in doubles, probability "
            f"{_short(held[1])} and action 3 {_short(held[2])}; action 3 {late}. The paper's text says that the run "
            "is stuck at action 3; what its own account and this run show is action 2."
        )
    return Section("switch", "Why natural gradient play is late", (Paragraph(text), Figures(drawn)))


def _limits() -> Section:
    text = (
        "Payoffs, step sizes and cuts of the exponent come from the authors' scripts where the paper does not print "
        "them; their published trajectories agree with the runs here to rounding (a test of this repository), "
        "except where a map amplifies rounding errors. Runs are in doubles. From the figures alone nothing follows "
        "about other games."
    )
    return Section("limits", "What this does not establish", (Paragraph(text),))
