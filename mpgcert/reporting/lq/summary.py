"""The top of a report on a linear-quadratic game: the answer in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Block, Code, Inline, Items, Section, Strong, Table, Text, Word
from mpgcert.reporting.formatting import count, decimal, exact, plural, quantity, rounded
from mpgcert.reporting.lq.assumptions import sides, what_does_not_help
from mpgcert.reporting.lq.constants import applies, step_limit
from mpgcert.reporting.lq.runs import step_text
from mpgcert.reporting.lq.scaling import holds_where
from mpgcert.reporting.lq.sharp import outcome, times

if TYPE_CHECKING:
    from mpgcert.claims.check import CheckResult
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
    items: list[Text] = [*_theorems(bounds), *_inequalities(check, bounds)]
    if scaled:
        items.append((Strong("What would make it true"), f": {holds_where(scaled)}"))
    if bounds.sharp is not None:
        items.append((Strong("What really decides"), f": {outcome(bounds.sharp)}{_compared(bounds)}."))
    items += [*_equilibrium(solutions), *_happened(runs)]
    if experiments:
        numbers = ", ".join(finding.experiment.figure for finding in experiments)
        items.append(("The paper's ", Strong("figures " + numbers), " are repeated below from many starts or seeds."))
    blocks: list[Block] = [Items(tuple(items))]
    if runs.entries:
        blocks.append(_runs(bounds, runs))
    return Section("summary", "In short", tuple(blocks))


def _theorems(bounds: LQBounds) -> list[Text]:
    found: list[Text] = []
    for bound in bounds.theorems:
        identifier = Code(bound.theorem.id)
        if bound.applies is Verdict.HOLDS:
            needed = (
                ""
                if bound.iterations is None
                else f"; {count(bound.iterations)} iterations suffice for {exact(bounds.epsilon)}"
            )
            found.append(
                (
                    identifier,
                    " ",
                    applies(bound),
                    f": a step size {step_limit(bound)} is safe from {bounds.start}{needed}.",
                )
            )
            continue
        missed: list[Inline] = []
        for name, verdict in bound.hypotheses.items():
            if verdict is not Verdict.HOLDS:
                missed += [", " if missed else "", Code(name), " ", Word(verdict)]
        found.append((identifier, " ", applies(bound), ": ", *missed, ". It vouches for no step size here."))
    return found


def _inequalities(check: CheckResult, bounds: LQBounds) -> list[Text]:
    found: list[Text] = []
    for entry in check.assumptions:
        evidence = entry.decision.evidence
        if "left" not in evidence or "right" not in evidence:
            continue
        sign = {Verdict.HOLDS: " > ", Verdict.VIOLATED: " ≤ "}.get(entry.decision.verdict, " ? ")
        compared = sign.join(decimal(side, 12) for side in sides(entry, bounds))
        found.append(
            (
                Strong(entry.assumption.title),
                " ",
                Word(entry.decision.verdict),
                f": {compared}, from {evidence['start']}.",
            )
        )
        found += what_does_not_help(entry)
    return found


def _compared(bounds: LQBounds) -> str:
    """How the theorem's step size compares with the largest that converges."""
    largest = bounds.constants.get("eta_sharp")
    limit = next((bound.limit for bound in bounds.theorems if bound.limit is not None), None)
    ratio = None if largest is None or limit is None else times(largest, limit)
    return "" if ratio is None else f", {ratio} times the theorem's bound"


def _equilibrium(solutions: LQSolutions) -> list[Text]:
    if not solutions.equilibria:
        return [(Strong("No equilibrium"), f": {solutions.note}.")]
    entry = solutions.equilibria[0]
    unique = (
        "the only one in linear feedback policies"
        if entry.solution.uniqueness.verdict == "holds"
        else "uniqueness is not decided"
    )
    costs = ", ".join(quantity(cost) for cost in entry.costs)
    return [
        (
            Strong("The equilibrium"),
            f" is {'exact' if entry.solution.is_exact else 'enclosed'}, {unique}; costs {costs}.",
        )
    ]


def _happened(runs: Runs) -> list[Text]:
    found = [verdict for entry in runs.entries for verdict in entry.run.verdicts]
    if not found:
        return []
    parts: list[Inline] = []
    for verdict in Verdict:
        if verdict in found:
            parts += [Word(verdict, found.count(verdict)), ", "]
    return [(Strong(f"In {plural(len(runs.entries), 'run')}"), " the statements checked: ", *parts[:-1], ".")]


def _runs(bounds: LQBounds, runs: Runs) -> Table:
    rows = []
    for entry in runs.entries:
        trajectory = entry.run.trajectory
        promised = "–"
        if entry.origin == "theorem":
            promised = count(next((b.iterations for b in bounds.theorems if b.iterations is not None), None))
        error = abs(trajectory.normalized_error[-1]).max()
        ended = (
            "diverged" if trajectory.diverged else f"loss {rounded(trajectory.total_gap[-1])}, error {rounded(error)}"
        )
        rows.append((entry.title, step_text(entry.run, short=True), promised, count(trajectory.n_steps), ended))
    header = ("run", "step size", "iterations promised", "iterations made", "where it ended")
    return Table("What was promised, and where the runs ended", header, tuple(rows), frozenset({1, 2, 3}))
