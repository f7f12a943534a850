"""The experiments of the paper: what it says, what many runs show, and what is proved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mpgcert.learn.lq.run import DIVERGENCE_MULTIPLE
from mpgcert.reporting.blocks import Block, Code, Details, Facts, Figures, Paragraph, Section, Table, Text
from mpgcert.reporting.formatting import count, decimal
from mpgcert.reporting.lq.charts import figure
from mpgcert.reporting.lq.figure_plots import charts

if TYPE_CHECKING:
    from mpgcert.claims.claim import Claim
    from mpgcert.learn.lq import Proportion
    from mpgcert.reporting.lq.figures import Cell, Finding

__all__ = ["found", "proved", "section", "share"]

_READINGS = {"trajectory": "cost of the whole trajectory", "cost-to-go": "cost from the stage on"}
_NOISE_FREE = "hambly2021.eq-3.8.noise-free"


def section(findings: tuple[Finding, ...]) -> Section:
    """All figures that are about this game."""
    from mpgcert.claims.statements import claims

    catalogue = {claim.id: claim for claim in claims()}
    first = findings[0]
    runs = count(first.cells[0].ensemble.count)
    if first.experiment.is_model_free:
        how = (
            f"Each curve of the paper is one run. Here every setting is run with {runs} seeds from the paper's start. "
            "The paper leaves open which cost is sampled when the gain of one stage is perturbed; both readings are "
            "shown."
        )
    else:
        how = (
            f"Each curve of the paper is one run from one start. Here every setting is run from {runs} starts: for "
            "every player and stage, K − K* is drawn uniformly from the ball of the stated radius, as the paper does "
            "not say how it draws. The starts that are followed in the plane are the first ones, not chosen."
        )
    parts = tuple(_one(finding, catalogue.get(finding.experiment.statement)) for finding in findings)
    note = (
        "Shares come with the exact 95 % interval of Clopper and Pearson. Bands span the middle 90 % of the runs; "
        "where several curves are drawn, thin lines are their 95 % quantiles. Errors beyond the range of a plot are "
        f"drawn at its edge. A run counts as diverged in doubles when a cost exceeds {decimal(DIVERGENCE_MULTIPLE)} "
        "times what it is at the start or at the equilibrium; that is no proof that the iteration diverges. A peak is "
        "an error above the one at the start; an error is larger at the end if the larger of both players' is."
    )
    return Section("experiments", "The experiments of the paper", (Paragraph(how), Paragraph(note)), parts)


def _one(finding: Finding, claim: Claim | None) -> Section:
    experiment = finding.experiment
    entries: list[tuple[Text, Text]] = [
        ("the paper", experiment.says),
        ("found here", found(finding)),
        ("proved", proved(finding)),
        ("settings", _settings(finding)),
    ]
    drawn = tuple(figure(chart) for chart in charts(finding))
    blocks: list[Block] = [Facts(tuple(entries)), Figures(drawn), _table(finding)]
    blocks.append(Details("The plots in words", (Facts(tuple((item.title, item.description) for item in drawn)),)))
    if claim is not None and claim.finding is not None:
        recorded = (Code(claim.id), f" ({claim.finding.kind}): {claim.finding.summary}")
        blocks.append(Details("What the catalogue records", (Paragraph(recorded),)))
    return Section(f"figure-{experiment.figure}", f"Figure {experiment.figure}", tuple(blocks))


def _settings(finding: Finding) -> str:
    experiment = finding.experiment
    sizes = experiment.step_sizes
    step = f"step size {sizes[0]}" if len(sizes) == 1 else f"step sizes {' and '.join(sizes)}"
    parts = [step, f"{count(experiment.steps)} iterations"]
    if experiment.radius is not None:
        parts.append(f"radius {experiment.radius}")
    if experiment.is_model_free:
        parts.append(f"{experiment.trajectories} trajectories, smoothing {experiment.smoothing}")
    return ", ".join(parts)


def share(part: Proportion) -> str:
    """How many of the runs, with the interval.

    >>> from mpgcert.learn.lq.ensemble import proportion
    >>> share(proportion(3, 8))
    '3 of 8 (0.085 to 0.755)'
    """
    return f"{part.successes:,} of {part.count:,} ({part.low:.3f} to {part.high:.3f})"


def _short(part: Proportion) -> str:
    """The same for a cell of a table."""
    return f"{part.successes:,}/{part.count:,} ({part.low:.3f}–{part.high:.3f})"


def found(finding: Finding) -> str:
    """One sentence of what the runs show, from their statistics."""
    experiment, cells = finding.experiment, finding.cells
    level = f"{decimal(100 * experiment.level)} %"
    if experiment.is_model_free:
        lines = [f"{_READINGS[cost]}: {_by_noise(finding, cost)}" for cost in experiment.sampled_costs]
        return f"Both errors at most {level} at iteration {count(experiment.by)}: {'; '.join(lines)}."
    if len(cells) > 1:
        low, high = _extremes([cell.ensemble.meeting(experiment.level, experiment.by, "at") for cell in cells])
        starts = _range(low, high)
        text = f"At iteration {count(experiment.by)} both errors are at most {level} from {starts} starts, by noise"
        peaks = [cell.ensemble.peaking(1.0, 1) for cell in (cells[0], cells[-1])]
        return (
            f"{text}. The error of player 2 rises above its first value from {share(peaks[0])} starts at σ² = "
            f"{cells[0].noise}, and from {share(peaks[1])} at σ² = {cells[-1].noise}. "
            f"{share(cells[0].ensemble.diverged)} diverge in doubles."
        )
    cell = cells[0]
    end = cell.ensemble.meeting(experiment.level, experiment.steps, "at")
    return (
        f"After {count(experiment.steps)} iterations both errors are at most {level} from {share(end)} starts; the "
        f"larger error is larger than at the start from {share(cell.grown)}; {share(cell.ensemble.diverged)} diverge "
        "in doubles."
    )


def _by_noise(finding: Finding, cost: str) -> str:
    experiment = finding.experiment
    parts = []
    for cell in finding.cells:
        if cell.sampled_cost == cost:
            part = cell.ensemble.meeting(experiment.level, experiment.by, "at")
            diverged = cell.ensemble.n_diverged
            parts.append(
                f"{part.successes} of {part.count} at σ² = {cell.noise}"
                + (f" ({diverged} diverged)" if diverged else "")
            )
    return ", ".join(parts)


def _extremes(parts: list[Proportion]) -> tuple[Proportion, Proportion]:
    ordered = sorted(parts, key=lambda part: part.successes)
    return ordered[0], ordered[-1]


def _range(low: Proportion, high: Proportion) -> str:
    return share(low) if low.successes == high.successes else f"{share(low)} to {share(high)}"


def proved(finding: Finding) -> Text:
    """What is certain about these settings, whatever a run shows."""
    experiment = finding.experiment
    if experiment.is_model_free:
        return (
            "With known parameters the steps are the same at every noise level (",
            Code(_NOISE_FREE),
            "), and the estimated gradient has the gradient as its mean at every one (",
            Code("hambly2021.eq-4.1.unbiased"),
            "). The noise changes the variance of the estimates and the inverse of the estimated covariance.",
        )
    text = {
        "converges": "In exact arithmetic K* is reached from every start with these step sizes",
        "fails": "In exact arithmetic K* is missed from almost every start with these step sizes, later stages at K*",
    }.get(finding.outcome or "", "Whether K* is reached with these step sizes is not decided")
    if finding.rate is not None:
        rate = sum(finding.rate) / 2
        left = decimal(rate**experiment.steps, 3)
        text += (
            f", in the long run by a factor of {decimal(rate, 8)} per iteration: after {count(experiment.steps)} "
            f"iterations {left} of the slowest mode is left"
        )
    if len(finding.cells) == 1:
        return f"{text}."
    same = "The iterates are the same for every noise ("
    return (
        f"{text}. {same}",
        Code(_NOISE_FREE),
        "): the curves differ in the costs that measure them, not in the gains.",
    )


def _table(finding: Finding) -> Table:
    experiment = finding.experiment
    columns = _columns(finding)
    header: list[Text] = ["σ²", *(["sampled cost"] if experiment.is_model_free else []), *columns]
    rows: list[tuple[Text, ...]] = []
    for cell in finding.cells:
        reading = () if cell.sampled_cost is None else (cell.sampled_cost.replace("-", " "),)
        rows.append((cell.noise, *reading, *(_short(part(cell)) for part in columns.values())))
    shares = frozenset(range(len(header) - len(columns), len(header)))
    noun = "seeds" if experiment.is_model_free else "starts"
    title = f"Figure {experiment.figure}: how many {noun}, with 95 % intervals"
    return Table(title, tuple(header), tuple(rows), shares)


def _columns(finding: Finding) -> dict[str, Callable[[Cell], Proportion]]:
    """What is counted: accuracy, what the paper says of this figure (peaks, or growth), and divergence."""
    experiment = finding.experiment
    found: dict[str, Callable[[Cell], Proportion]] = {}
    for m in (experiment.by, experiment.steps):
        label = f"≤ {decimal(100 * experiment.level)} % at {count(m)}"
        found[label] = lambda cell, m=m: cell.ensemble.meeting(experiment.level, m, "at")  # type: ignore[misc]
    if not experiment.is_model_free and experiment.by < experiment.steps:
        for i in experiment.players:
            found[f"peak of player {i + 1}"] = lambda cell, i=i: cell.ensemble.peaking(1.0, i)  # type: ignore[misc]
    elif not experiment.is_model_free:
        found["larger at the end"] = lambda cell: cell.grown
    found["diverged"] = lambda cell: cell.ensemble.diverged
    return found
