"""The top of a report on a linear-quadratic game: the answer in short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Block, Code, Facts, Inline, Link, Section, Strong, Table, Text, Value, Word, parts
from mpgcert.reporting.formatting import decimal, exact, middle, plural
from mpgcert.reporting.lq.assumptions import what_does_not_help
from mpgcert.reporting.lq.constants import applies, iterations, step_limit
from mpgcert.reporting.lq.runs import step_text
from mpgcert.reporting.lq.scaling import holds_where
from mpgcert.reporting.lq.sharp import outcome, rate_value, times
from mpgcert.reporting.values import constant, double, whole

if TYPE_CHECKING:
    from mpgcert.claims.check import AssumptionCheck, CheckResult
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.solutions import LQSolutions
    from mpgcert.reporting.lq.figures import Finding
    from mpgcert.reporting.lq.scaling import Scaling
    from mpgcert.reporting.lq.variants import Runs

__all__ = ["section"]


def section(
    check: CheckResult,
    bounds: LQBounds,
    solutions: LQSolutions,
    scaled: tuple[Scaling, ...],
    runs: Runs,
    experiments: tuple[Finding, ...],
) -> Section:
    """Which theorem applies, which step size is safe, what really decides, and what was observed."""
    entries: list[tuple[Text, Text]] = [("Which theorem applies?", _theorems(bounds))]
    entries += [(entry.assumption.title, _inequality(entry, bounds)) for entry in check.assumptions if _sided(entry)]
    if scaled:
        entries.append(("What would make it true?", holds_where(scaled)))
    entries += [
        ("Which step size is safe?", _step(bounds)),
        ("How long does it take?", _iterations(bounds)),
        ("Where does it end?", _equilibrium(solutions)),
    ]
    happened = _happened(runs)
    if happened:
        entries.append(("What happened?", happened))
    if experiments:
        numbers = ", ".join(finding.experiment.figure for finding in experiments)
        repeated = ("The paper's ", Strong("figures " + numbers), " are repeated below from many starts or seeds.")
        entries.append(("The experiments", repeated))
    blocks: list[Block] = [Facts(tuple(entries))]
    if runs.entries:
        blocks.append(_runs(bounds, runs))
    return Section("summary", "In short", tuple(blocks))


def _theorems(bounds: LQBounds) -> Text:
    found: list[Inline] = []
    for bound in bounds.theorems:
        found += [Code(bound.theorem.id), " ", applies(bound), f" from {bounds.start}"]
        missed: list[Inline] = []
        for name, verdict in bound.hypotheses.items():
            if verdict is not Verdict.HOLDS:
                missed += [", " if missed else ": ", Code(name), " ", Word(verdict)]
        found += [*missed, ". "]
    return tuple(found) or "No installed paper has a theorem about such games."


def _sided(entry: AssumptionCheck) -> bool:
    return "left" in entry.decision.evidence and "right" in entry.decision.evidence


def _inequality(entry: AssumptionCheck, bounds: LQBounds) -> Text:
    """Both sides, and what is proved not to help."""
    fates = {Verdict.HOLDS: ", is above ", Verdict.VIOLATED: ", is not above "}
    left, right = (_side(bounds, name) for name in entry.assumption.sides or ())
    told: list[Inline] = [Word(entry.decision.verdict), ": the left side, ", left]
    told += [fates.get(entry.decision.verdict, ", cannot be told from "), "the right one, ", right]
    told.append(f", from {entry.decision.evidence['start']}. ")
    for text in what_does_not_help(entry):
        told += [*parts(text), " "]
    return tuple(told)


def _side(bounds: LQBounds, name: str) -> Value:
    value = bounds.constants[name]
    return replace(constant(value, "", f"bounds.constants.{name}"), text=decimal(middle(value), 12))


def _step(bounds: LQBounds) -> Text:
    """What the theorem vouches for, and what really decides."""
    told: list[Inline] = []
    for bound in bounds.theorems:
        if bound.applies is Verdict.HOLDS:
            told += ["Any ", *parts(step_limit(bound)), ", says ", Code(bound.theorem.id), ". "]
        else:
            told += [Code(bound.theorem.id), " vouches for no step size here. "]
    if bounds.sharp is not None:
        told += [Strong("What really decides"), ": ", *parts(outcome(bounds.sharp)), _compared(bounds), "."]
    return tuple(told) or "Nothing is known."


def _iterations(bounds: LQBounds) -> Text:
    told: list[Inline] = []
    for bound in bounds.theorems:
        if bound.applies is Verdict.HOLDS and bound.iterations is not None:
            told += [iterations(bound), f" iterations suffice for a loss of {exact(bounds.epsilon)}, says "]
            told += [Code(bound.theorem.id), ". "]
    best = bounds.constants.get("rate_sharp")
    if best is not None:
        told += ["At best the error shrinks by a factor of ", rate_value(best, "bounds.constants.rate_sharp")]
        told.append(" per iteration in the long run.")
    return tuple(told) or "No theorem says."


def _compared(bounds: LQBounds) -> str:
    """How the theorem's step size compares with the largest that converges."""
    largest = bounds.constants.get("eta_sharp")
    for bound in bounds.theorems:
        ratio = None if largest is None or bound.limit is None else times(largest, bound.limit)
        if ratio is not None:
            whose = "the theorem's bound" if bound.applies is Verdict.HOLDS else "what the theorem's formula gives"
            return f". This bound is {ratio} times {whose}"
    return ""


def _equilibrium(solutions: LQSolutions) -> Text:
    if not solutions.equilibria:
        return (Strong("No equilibrium"), f": {solutions.note}.")
    entry = solutions.equilibria[0]
    unique = (
        "the only one in linear feedback policies"
        if entry.solution.uniqueness.verdict == "holds"
        else "uniqueness is not decided"
    )
    costs: list[Inline] = []
    for i, cost in enumerate(entry.costs):
        costs += [constant(cost, "", f"bounds.constants.nash_cost[{i}]", "riccati"), ", "]
    kind = "exact" if entry.solution.is_exact else "enclosed"
    return (Strong("The equilibrium"), f" is {kind}, {unique}; costs ", *costs[:-1], ".")


def _happened(runs: Runs) -> Text:
    found = [verdict for entry in runs.entries for verdict in entry.run.verdicts]
    if not found:
        return ""
    told: list[Inline] = [f"In {plural(len(runs.entries), 'run')} the statements checked: "]
    for verdict in Verdict:
        if verdict in found:
            told += [Word(verdict, found.count(verdict)), ", "]
    return (*told[:-1], ".")


def _runs(bounds: LQBounds, runs: Runs) -> Table:
    rows = []
    for entry in runs.entries:
        trajectory = entry.run.trajectory
        promised: Text = "–"
        if entry.origin == "theorem":
            promised = next((iterations(b) for b in bounds.theorems if b.iterations is not None), "–")
        at, proof = f"{entry.record}.trajectory.{{}}".format, f"run.{entry.id}"
        error = double(abs(trajectory.normalized_error[-1]).max(), "", at("normalized_error[-1]"), proof)
        loss = double(trajectory.total_gap[-1], "", at("total_gap[-1]"), proof)
        ended: Text = "diverged" if trajectory.diverged else ("loss ", loss, ", error ", error)
        size = step_text(entry.run, entry.record, short=True)
        rows.append((Link(entry.title, f"#{entry.id}"), size, promised, whole(trajectory.n_steps), ended))
    header = ("run", "step size", "iterations promised", "iterations made", "where it ended")
    return Table("What was promised, and where the runs ended", header, tuple(rows), frozenset({1, 2, 3}))
