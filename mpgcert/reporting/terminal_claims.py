"""Statements, searches for counterexamples and monitored trajectories for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mpgcert.reporting.formatting import count, plural, rounded
from mpgcert.reporting.tables.sheet import Cell, Column, Sheet

if TYPE_CHECKING:
    import sympy
    from rich.text import Text

    from mpgcert.auditing.audit import StatementStatus
    from mpgcert.auditing.falsify import Falsification
    from mpgcert.claims.claim import Claim
    from mpgcert.claims.monitoring import Monitored

__all__ = ["claim_facts", "facts_of", "falsification_parts", "monitor_parts", "statement_parts", "tally"]

Parts = Iterator["Sheet | Text | str"]
_WORDS = ("proved", "unrefuted", "falsified", "undecided", "evidence", "definition")


def statement_parts(entry: StatementStatus) -> Parts:
    """One statement with formula, hypotheses, status and finding."""
    from mpgcert.reporting.terminal_parts import plain

    yield plain(f"{entry.claim.id}: {entry.claim.title}", "bold")
    columns = (Column("term", "", style="dim"), Column("value", ""))
    yield Sheet("statement", entry.claim.title, columns, tuple(facts_of(entry)))


def facts_of(entry: StatementStatus) -> list[tuple[Cell, Cell]]:
    """What is known about a statement, as terms and what is to be said about each."""
    rows = claim_facts(entry.claim)
    at = next(k for k, (term, _) in enumerate(rows) if term == "kind")
    return [*rows[: at + 1], ("status", entry.status), *rows[at + 1 :], *_statistics(entry.evidence)]


def claim_facts(claim: Claim) -> list[tuple[Cell, Cell]]:
    """The statement itself: formula, hypotheses, false neighbours, finding."""
    from mpgcert.claims.conditions import assumption_title

    rows: list[tuple[Cell, Cell]] = [("setting", str(claim.setting))]
    if claim.relation is not None:
        rows.append(("relation", _relation(claim.relation)))
    rows += [("given", _relation(relation)) for relation in claim.given]
    rows += [("assumes", assumption_title(name)) for name in claim.assumes]
    rows += [("LaTeX", claim.formula), ("kind", claim.kind)]
    rows += [("near miss", f"{name}: {_relation(relation)}") for name, relation in claim.near_misses.items()]
    if claim.finding is not None:
        rows += [("finding", claim.finding.kind), ("", claim.finding.summary)]
        if claim.finding.survives:
            rows.append(("what survives", claim.finding.survives))
        if claim.finding.corrected:
            rows.append(("corrected as", claim.finding.corrected))
    if claim.corrects:
        rows.append(("corrects", claim.corrects))
    return rows


def _relation(relation: sympy.Basic) -> str:
    """As Python writes it, an equation too: sympy prints `Eq(a, b)`."""
    return f"{relation.lhs} {relation.rel_op} {relation.rhs}"


def _statistics(evidence: dict[str, Any] | None) -> list[tuple[Cell, Cell]]:
    """Shares of runs with their intervals, one row for each curve of a repeated experiment."""
    rows: list[tuple[Cell, Cell]] = []
    for case in (evidence or {}).get("cases", []):
        label = f"{case['game']}, exploration {case['exploration']}"
        ends = [
            f"{name.replace('_', ' ')}: median {found['over_time'][1][-1]:.3g} after {case['stages'][-1]:,} stages, "
            f"at most {found['small_at_the_end']['level']:g} in {_share(found['small_at_the_end'])}"
            for name, found in case["measures"].items()
        ]
        rows.append((label, "; ".join([*ends, f"proved: {case['proved']}"])))
    for curve in (evidence or {}).get("curves", []):
        shares = [f"below {curve['level']:g} at {m}: {_share(found)}" for m, found in curve["below_level_at"].items()]
        reading = f", {curve['sampled_cost']}" if curve["sampled_cost"] else ""
        shares.append(f"diverged in doubles: {_share(curve['diverged'])}")
        rows.append((f"noise {curve['noise']}{reading}", "; ".join(shares)))
    return rows


def _share(found: dict[str, Any]) -> str:
    low, high = found["interval"]
    return f"{found['runs']}/{found['of']} [{low:.3f}, {high:.3f}]"


def falsification_parts(result: Falsification) -> Parts:
    """What a search for a counterexample found."""
    from mpgcert.reporting.terminal_parts import plain

    searched = f"{count(result.instances)} instances, {count(result.certified)} decided with proof"
    if result.counterexample is None:
        ratio = "" if result.worst_ratio is None else f"; largest ratio {rounded(result.worst_ratio)}"
        yield f"{result.claim.id} survived {searched}{ratio}"
        return
    yield plain(f"{result.claim.id} is false ({searched})", "bold red")
    if result.check is not None:
        left, right = result.check.left, result.check.right
        yield f"left side in [{left[0]!r}, {left[1]!r}], right side in [{right[0]!r}, {right[1]!r}]"
        if result.check.index:
            yield f"at {', '.join(f'{k} {v}' for k, v in result.check.index.items())} (from 0)"
    from mpgcert.reporting.document import to_json

    yield to_json(result.counterexample)


def monitor_parts(result: Monitored) -> Parts:
    """Each statement with its first violation and largest ratio."""
    from mpgcert.reporting.tables import tables_of

    yield f"{result.algorithm} on {result.game}: {count(result.iterates)} iterates"
    yield from tables_of(result).values()
    if result.largest_deviation is not None:
        yield f"recorded steps differ from the algorithm's by at most {result.largest_deviation:.3g}"


def tally(entries: Sequence[StatementStatus]) -> str:
    """How many statements there are, and how many of each status."""
    found = [entry.status for entry in entries]
    words = ", ".join(f"{found.count(word)} {word}" for word in _WORDS if word in found)
    return f"{plural(len(found), 'statement')}: {words}"
