"""What happened: runs of the algorithms, beside what the theorems promise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    anchor,
)
from mpgcert.reporting.formatting import count, decimal, exact, rounded
from mpgcert.reporting.run_plots import data_table, figures
from mpgcert.reporting.sections.bounds import bound_blocks, iterations
from mpgcert.reporting.values import double, fraction, short_fraction, whole
from mpgcert.reporting.variants import with_observed_c

if TYPE_CHECKING:
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.horizons import Horizon
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.run_checks import CheckedRun, RunCheck
    from mpgcert.reporting.variants import LabelledRun, Variant

__all__ = [
    "checks_table",
    "gap_course",
    "in_words",
    "note",
    "overview",
    "promise",
    "ratio",
    "run_facts",
    "section",
    "tally",
    "where",
]


def section(analysis: Analysis, bounds: Bounds, variants: tuple[Variant, ...], steps: int) -> Section:
    """Bounds by theorem beside what really happened, then each algorithm with its plots and checks."""
    introduction = Paragraph(
        f"Each algorithm starts from the uniform policy and makes {count(steps)} simultaneous updates"
        + (
            ", once with the parameters of the theorem and once with those of the published experiment."
            if any(variant.of_origin("experiment") for variant in variants)
            else " with the parameters of the theorem."
        )
    )
    parts = tuple(_one(analysis, bounds, variant) for variant in variants)
    return Section("runs", "Bounds beside what happened", (introduction, overview(analysis, bounds, variants)), parts)


def overview(analysis: Analysis, bounds: Bounds, variants: tuple[Variant, ...]) -> Table:
    """One row per run."""
    rows: list[tuple[Text, ...]] = []
    for variant in variants:
        for entry in variant.runs:
            run, record, proof = entry.run, run_record(variant.id, entry.origin), f"run.{variant.id}-{entry.origin}"
            needed: Text = _needed(analysis, bounds, variant, run) if entry.origin == "theorem" else "–"
            chosen = "" if entry.origin == "experiment" else run.step_size_from
            gap, c = run.trajectory.nash_gap[-1].max(), run.trajectory.c[-1].min()
            rows.append(
                (
                    Link(variant.title, f"#{variant.id}"),
                    entry.origin,
                    short_fraction(run.step_size, chosen, f"{record}.step_size_exact"),
                    short_fraction(run.regularization, chosen, f"{record}.regularization_exact"),
                    needed,
                    _sufficed(run, record),
                    double(gap, "", f"{record}.trajectory.nash_gap[-1]", proof),
                    double(c, "", f"{record}.trajectory.c[-1]", proof),
                    tally(run),
                )
            )
    header = (
        "algorithm",
        "parameters",
        "step size",
        "log-barrier",
        "iterations promised",
        "iterations that sufficed",
        "gap reached",
        "c reached",
        "checks",
    )
    caption = f"What was promised for accuracy {exact(bounds.epsilon)}, and where the runs ended"
    return Table(caption, header, tuple(rows), frozenset({2, 3, 4, 5, 6, 7}))


def run_record(variant: str, origin: str) -> str:
    """Where a run stands in the JSON form of the report."""
    return f"runs[variant={variant}, parameters={origin}]"


def _needed(analysis: Analysis, bounds: Bounds, variant: Variant, run: CheckedRun) -> Text:
    bound = variant.rate
    if bound.applies is Verdict.VIOLATED:
        return "none: it does not apply"
    if not bound.theorem.needs_c:
        return iterations(bound)
    needed = with_observed_c(analysis, bounds, bound, run)
    return iterations(bound) if needed is None else (whole(needed, bound.theorem.id), " with the c seen")


def _sufficed(run: CheckedRun, record: str) -> Text:
    horizon = run.horizon
    if horizon is None:
        return "–"
    if horizon.first is None:
        return ("more than ", whole(horizon.made, horizon.theorem, f"{record}.horizon.made"))
    return whole(horizon.first, horizon.theorem, f"{record}.horizon.first")


def tally(run: CheckedRun | CheckedLQRun) -> Text:
    """How many statements hold, are violated, ... of those held against a run."""
    found = run.verdicts
    parts: list[Inline] = []
    for verdict in Verdict:
        number = found.count(verdict)
        if number:
            parts += [Word(verdict, number), " "]
    return tuple(parts[:-1]) or "none"


def _one(analysis: Analysis, bounds: Bounds, variant: Variant) -> Section:
    blocks: list[Block] = []
    if variant.runs:
        drawn = figures(variant.runs, variant.id, variant.promise(bounds.epsilon))
        table = data_table(variant.runs)
        blocks += [Figures(drawn), Details("The plots in words and numbers", (_in_words(drawn), table))]
    if variant.remark:
        blocks.append(Paragraph(f"{variant.remark}."))
    parts = [_theorem(bound, bounds) for bound in variant.bounds]
    for entry in variant.runs:
        parts.append(_run(analysis, bounds, variant, entry))
    return Section(variant.id, variant.title, tuple(blocks), tuple(parts))


def _in_words(drawn: tuple[Figure, ...]) -> Facts:
    return Facts(tuple((figure.title, figure.description) for figure in drawn))


def _theorem(bound: TheoremBound, bounds: Bounds) -> Section:
    """What a theorem promises; its id leads to the first algorithm that it is about."""
    first = next(other for other in bounds.theorems if other.theorem.id == bound.theorem.id)
    suffix = "" if first is bound else f"-{bound.theorem.algorithm}"
    return Section(anchor(bound.theorem.id) + suffix, f"What {bound.theorem.id} promises", bound_blocks(bound))


def _run(analysis: Analysis, bounds: Bounds, variant: Variant, entry: LabelledRun) -> Section:
    whose = "The run with the theorem's parameters"
    if entry.origin == "experiment":
        whose = "The run with the experiment's parameters"
    record = run_record(variant.id, entry.origin)
    facts = run_facts(entry.run, record)
    if entry.origin == "theorem" and variant.rate.theorem.needs_c and variant.rate.applies is not Verdict.VIOLATED:
        needed = with_observed_c(analysis, bounds, variant.rate, entry.run)
        c = double(entry.run.trajectory.min_c_lower[-1], "", f"{record}.trajectory.min_c_lower[-1]")
        if needed is not None:
            promised = (whole(needed, variant.rate.theorem.id), ", with the least c seen, ", c)
            facts = Facts((*facts.entries, ("iterations promised", promised)))
    return Section(f"{variant.id}-{entry.origin}", whose, (facts, checks_table(entry.run, record)))


def run_facts(run: CheckedRun, record: str = "") -> Facts:
    """Parameters of a run and where it went; `record` is where it stands in a report."""
    trajectory = run.trajectory
    source = "" if run.step_size_from == "given" else run.step_size_from
    size = fraction(run.step_size, source, at(record, "step_size_exact"))
    barrier = fraction(run.regularization, source, at(record, "regularization_exact"))
    entries: list[tuple[Text, Text]] = [
        ("step size", (size, ", from ", Code(source)) if source else size),
        ("log-barrier", barrier if run.regularization else "none"),
        ("NE-gap", gap_course(run, record)),
    ]
    if trajectory.truncation is not None:
        entries.insert(
            2, ("truncation", f"{trajectory.truncation_of} exponent, cut at {decimal(trajectory.truncation)}")
        )
    if run.horizon is not None:
        entries.append((f"promise of {run.horizon.theorem}", promise(run.horizon)))
    if trajectory.potential is not None:
        first, last = trajectory.potential[0], trajectory.potential[-1]
        ends = [double(x, "", at(record, f"trajectory.potential[{k}]")) for k, x in ((0, first), (-1, last))]
        entries.append(("potential", ("from ", ends[0], " to ", ends[1])))
    return Facts(tuple(entries))


def promise(horizon: Horizon) -> str:
    """The T of a theorem beside the first iteration that satisfied its conclusion."""
    what = "some NE-gap" if horizon.measure == "least_gap" else "the average NE-gap"
    found = (
        f"not yet after {count(horizon.made)}"
        if horizon.first is None
        else f"so after {count(horizon.first)}, {rounded(horizon.promised / horizon.first)} times sooner"
    )
    executed = "" if horizon.made >= horizon.promised else f" (the run ends at {count(horizon.made)})"
    return f"{what} at most {exact(horizon.epsilon)} after {count(horizon.promised)} iterations{executed}; {found}"


def at(record: str, field: str) -> str:
    """A field of a record; empty without a record."""
    return record and f"{record}.{field}"


def gap_course(run: CheckedRun, record: str = "") -> Text:
    """Where the NE-gap began, ended and was least."""
    gap, steps = run.trajectory.nash_gap.max(axis=1), run.trajectory.steps
    least = int(gap.argmin())
    first, last = (double(gap[k], "", at(record, f"trajectory.nash_gap[{k}]")) for k in (0, -1))
    whole_course = ("from ", first, " to ", last, f" after {count(int(steps[-1]))} iterations")
    if least == len(gap) - 1:
        return whole_course
    return (*whole_course, ", least ", double(gap[least]), f" at iteration {count(int(steps[least]))}")


def checks_table(run: CheckedRun, record: str = "") -> Table:
    """Every statement that speaks about a run, held against it; `record` is where the run stands in a report."""
    from mpgcert.claims.formula import latex

    rows = tuple(
        (
            (f"{check.claim.title} ", Code(check.claim.id), " ", Math(latex(check.claim.relation))),
            Word(check.verdict),
            ratio(check, record),
            note(check),
        )
        for check in run.checks
    )
    header = ("statement", "verdict", "largest ratio", "where and how")
    return Table("Statements held against the run", header, rows, frozenset({2}))


def ratio(check: RunCheck, record: str = "") -> Value:
    """The smaller side over the larger one where they were closest; above 1 for a violation."""
    return double(check.ratio, check.claim.id, at(record, f"checks[id={check.claim.id}].ratio"))


def where(check: RunCheck) -> str:
    """Where the sides were closest, with a semicolon; empty if nothing was compared."""
    if not check.worst:
        return ""
    places = {"step": "iteration {:,}", "player": "player {}"}
    shifted = {name: value + (name == "player") for name, value in check.worst.items()}
    return ", ".join(places.get(name, name + " {}").format(value) for name, value in shifted.items()) + "; "


def note(check: RunCheck) -> Text:
    """Where and how it was decided, with the condition of the statement (if that fails) as a formula."""
    from mpgcert.claims.formula import latex

    if check.failed is not None:
        return (f"{check.note}: ", Math(latex(check.failed)))
    compared = f"{check.instances:,} comparisons, " if check.instances > 1 else ""
    return where(check) + compared + in_words(check.note)


def in_words(note: str) -> str:
    """A note with its arithmetics named in words.

    >>> in_words("decided in ball(1024), ball(128), exact")
    'decided in balls of 128 to 1024 bits and exactly'
    """
    note, *more = note.split("; ")
    if not note.startswith("decided in"):
        return "; ".join([note, *more])
    bits = sorted(int(found) for found in re.findall(r"ball\((\d+)\)", note))
    ways = [f"in balls of {' to '.join(map(str, dict.fromkeys((bits[0], bits[-1]))))} bits"] if bits else []
    return "; ".join(["decided " + " and ".join([*ways, *(["exactly"] if "exact" in note else [])]), *more])
