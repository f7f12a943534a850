"""Terminal tables of the catalogue, audits and monitored trajectories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mpgcert.reporting.formatting import count, rounded
from mpgcert.reporting.terminal_parts import new_console, new_table, next_command, plain, verdict_text

if TYPE_CHECKING:
    from rich.text import Text

    from mpgcert.auditing.audit import Audit, StatementStatus
    from mpgcert.auditing.falsify import Falsification
    from mpgcert.claims.monitoring import Monitored

__all__ = ["audit", "claims", "falsification", "monitor", "statement"]

_STATUS = {
    "proved": "green",
    "unrefuted": "green",
    "falsified": "bold red",
    "undecided": "yellow",
    "evidence": "cyan",
    "definition": "dim",
}


def claims(entries: Sequence[dict[str, Any]]) -> None:
    """The catalogue, one line per statement."""
    console = new_console()
    table = new_table("statement", "status", "finding")
    for entry in entries:
        label = plain(entry["id"])
        label.append(f"\n{entry['title']}", style="dim")
        table.add_row(label, _status(entry["status"]), plain((entry["finding"] or {}).get("kind", "")))
    console.print(table)
    console.print(plain(f"{count(len(entries))} statements"))
    next_command(console, "mpgcert claims show ID")


def statement(entry: StatementStatus, document: dict[str, Any]) -> None:
    """One statement with formula, hypotheses, status and finding."""
    console, claim = new_console(), entry.claim
    console.print(plain(f"{claim.id}: {claim.title}"), style="bold")
    table = new_table("", "")
    table.show_header = False
    rows: list[tuple[str, Any]] = [("setting", str(claim.setting))]
    if claim.relation is not None:
        rows.append(("relation", str(claim.relation)))
    rows += [("given", str(relation)) for relation in claim.given]
    rows += [("assumes", name) for name in claim.assumes]
    rows += [("LaTeX", document["latex"]), ("kind", claim.kind), ("status", _status(entry.status))]
    rows += [("near miss", f"{name}: {relation}") for name, relation in claim.near_misses.items()]
    if claim.finding is not None:
        rows += [("finding", claim.finding.kind), ("", claim.finding.summary)]
        if claim.finding.survives:
            rows.append(("what survives", claim.finding.survives))
        if claim.finding.corrected:
            rows.append(("corrected as", claim.finding.corrected))
    if claim.corrects:
        rows.append(("corrects", claim.corrects))
    rows += _statistics(entry.evidence)
    for name, value in rows:
        table.add_row(plain(name), plain(value) if isinstance(value, str) else value)
    console.print(table)
    if claim.is_decidable:
        next_command(console, f"mpgcert falsify {claim.id}")


def audit(result: Audit) -> None:
    """Status, instances and tightness of every statement."""
    console = new_console()
    table = new_table("statement", "status", "instances", "certified", "worst ratio")
    for entry in result.statements:
        label = plain(entry.claim.id)
        if entry.claim.finding is not None:
            label.append(f"  [{entry.claim.finding.kind}]", style="yellow")
        share = f"{count(entry.non_vacuous)} of {count(entry.instances)}" if entry.instances else ""
        ratio = "" if entry.worst_ratio is None else rounded(entry.worst_ratio)
        certified = count(entry.certified) if entry.certified else ""
        table.add_row(label, _status(entry.status), plain(share), plain(certified), plain(ratio))
    console.print(table)
    by_status = [entry.status for entry in result.statements]
    tally = ", ".join(f"{by_status.count(word)} {word}" for word in _STATUS if word in by_status)
    console.print(plain(f"{count(len(by_status))} statements: {tally} (seed {result.seed})"))
    for entry in result.statements:
        if entry.is_surprise:
            console.print(plain(f"not in the catalogue's findings: {entry.claim.id} is falsified"), style="bold red")


def _statistics(evidence: dict[str, Any] | None) -> list[tuple[str, Any]]:
    """Shares of runs with their intervals, one row for each curve of a repeated experiment."""
    rows: list[tuple[str, Any]] = []
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


def falsification(result: Falsification) -> None:
    """What a search for a counterexample found."""
    console = new_console()
    searched = f"{count(result.instances)} instances, {count(result.certified)} decided with proof"
    if result.counterexample is None:
        ratio = "" if result.worst_ratio is None else f"; largest ratio {rounded(result.worst_ratio)}"
        console.print(plain(f"{result.claim.id} survived {searched}{ratio}"))
        return
    console.print(plain(f"{result.claim.id} is false ({searched})"), style="bold red")
    if result.check is not None:
        left, right = result.check.left, result.check.right
        console.print(plain(f"left side in [{left[0]!r}, {left[1]!r}], right side in [{right[0]!r}, {right[1]!r}]"))
        if result.check.index:
            console.print(plain(f"at {', '.join(f'{k} {v}' for k, v in result.check.index.items())} (from 0)"))
    from mpgcert.reporting.document import to_json

    console.print(plain(to_json(result.counterexample)))


def monitor(result: Monitored) -> None:
    """Each statement with its first violation and largest ratio."""
    console = new_console()
    console.print(plain(f"{result.algorithm} on {result.game}: {count(result.iterates)} iterates"))
    table = new_table("verdict", "statement", "compared", "worst ratio", "first violation")
    for record in result.records:
        label = plain(record.claim.title)
        label.append(f"\n{record.claim.id}", style="dim")
        first = record.first_violation
        table.add_row(
            verdict_text(record.verdict),
            label,
            plain(count(record.compared)),
            plain("" if record.worst_ratio is None else rounded(record.worst_ratio)),
            plain("" if first is None else f"iterate {count(first['iterate'])}"),
        )
    console.print(table)
    if result.largest_deviation is not None:
        console.print(plain(f"recorded steps differ from the algorithm's by at most {result.largest_deviation:.3g}"))


def _status(word: str) -> Text:
    from rich.text import Text

    return Text(word, style=_STATUS.get(word, ""))
