"""The audit of each paper: status, instances, tightness and evidence of every statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mpgcert.auditing.audit import Audit, StatementStatus
from mpgcert.reporting.blocks import Block, Code, Facts, Link, Paragraph, Section, Table, Text
from mpgcert.reporting.formatting import count, decimal
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies.instances import point_words
from mpgcert.reporting.studies.pages import Page
from mpgcert.reporting.studies.settings import Settings

if TYPE_CHECKING:
    from mpgcert.claims.statements import Paper

__all__ = ["STATUS", "audit_page", "extremal_instances"]

#: Words for the status of a statement, in the order in which they are told.
STATUS = {
    "proved": "for all values, by a stored proof",
    "unrefuted": "no instance refutes it; the largest ratio of its sides says how close to equality instances come",
    "falsified": "false as printed (be it only by a slip), with a counterexample that is decided with proof",
    "undecided": "certified comparisons ended undecided",
    "evidence": "a statement about limits or experiments, for which there are only statistics",
    "definition": "nothing to refute",
}
_RATIO_DIGITS = 4


def audit_page(paper: Paper, audit: Audit, certified: frozenset[str], settings: Settings) -> Page:
    """The page of one paper.

    Args:
        audit: of all its statements.
        certified: names of certificates, without suffix.
    """
    entries = audit.statements
    table = _table(entries, certified)
    tally = Counter(entry.status for entry in entries)
    told = ", ".join(f"{tally[word]} {word}" for word in STATUS if tally[word])
    parts = [Section("statements", "Every statement", (table,)), _tight(entries), _not_established()]
    facts = Facts(
        (
            ("paper", f"{paper.authors} ({paper.year}), {paper.title}, {paper.venue}"),
            ("statements", f"{len(entries)}: {told}"),
            (
                "instances",
                f"{count(settings.instances)} for each statement that needs them, seed {audit.seed}, half of them "
                "found by climbing towards equality; the most telling ones are decided with proof",
            ),
        )
    )
    surprises = [entry.claim.id for entry in entries if entry.is_surprise]
    headline = f"{len(entries)} statements: {told}." + (
        f" Not among the findings: {', '.join(surprises)}." if surprises else ""
    )
    lead = Section(
        "status", "What the words mean", (Facts(tuple((word, STATUS[word]) for word in STATUS if tally[word])),)
    )
    report = Report(f"Audit of {paper.id}", facts, (lead, *parts), {})
    return Page(f"audits/{paper.id}", report, headline, {paper.id: table})


def _table(entries: Sequence[StatementStatus], certified: frozenset[str]) -> Table:
    header = ("statement", "status", "instances", "decided", "tightness", "extremal instance", "evidence")
    rows = tuple(_row(entry, certified) for entry in entries)
    return Table("All statements, in the paper's order", header, rows, frozenset({2, 3, 4}))


def _row(entry: StatementStatus, certified: frozenset[str]) -> tuple[Text, ...]:
    claim = entry.claim
    label = claim.id.split(".", 1)[1]
    shown = f"{count(entry.non_vacuous)} of {count(entry.instances)}" if entry.instances else ""
    ratio = "" if entry.worst_ratio is None else _ratio(entry.worst_ratio)
    return (
        (Code(label), f" {claim.title}"),
        entry.status,
        shown,
        count(entry.certified) if entry.certified else "",
        ratio,
        _words(entry),
        _evidence(entry, certified),
    )


def _ratio(value: float) -> str:
    """How close to equality: cut so that only equality is called 1."""
    return "1" if value == 1 else decimal(value, _RATIO_DIGITS) if value > 1 else f"{int(value * 10**4) / 10**4:g}"


def _words(entry: StatementStatus) -> str:
    from mpgcert.claims.point_files import point_from_document

    document = entry.counterexample or entry.worst
    if document is None:
        return ""
    return point_words(point_from_document({key: value for key, value in document.items() if key != "index"}))


def _evidence(entry: StatementStatus, certified: frozenset[str]) -> Text:
    claim = entry.claim
    for verdict in ("violated", "proved"):
        name = f"{claim.id}.{verdict}"
        if name in certified:
            return ("certificate ", Link(verdict, f"../certificates/{name}.json"))
    parts = []
    if entry.proof is not None:
        parts.append(str(entry.proof.get("method", "proof in one variable")))
    if entry.identity is not None:
        parts.append("proved as an identity for games of small sizes")
    if entry.evidence is not None:
        parts.append("statistics in the catalogue")
    if claim.finding is not None:
        anchor = claim.id.replace(".", "-")
        return ("; ".join(parts) + ("; " if parts else ""), Link(claim.finding.kind, f"../FINDINGS.html#{anchor}"))
    return "; ".join(parts)


def _tight(entries: Sequence[StatementStatus]) -> Section:
    """Which inequalities are attained, and which are far from it."""
    rated = [e for e in entries if e.worst_ratio is not None and e.status == "unrefuted" and e.claim.kind != "identity"]
    tight = [e for e in rated if e.worst_ratio == 1]
    loose = sorted((e for e in rated if (e.worst_ratio or 0) < 0.5), key=lambda e: (e.worst_ratio or 0, e.claim.id))
    rows = tuple((Code(e.claim.id.split(".", 1)[1]), e.claim.title, _ratio(e.worst_ratio or 0)) for e in loose)
    blocks: list[Block] = [
        Paragraph(
            f"Of {len(rated)} inequalities that no instance refutes, {len(tight)} come to equality on an instance, "
            "to the sixteen digits of a double: a better constant factor is ruled out, up to these digits. On "
            f"{len(loose)} the sides never come closer than a factor of 2. There the bound is loose, or the search "
            "was too weak to tell, or one side is 0 (as in statements that something is positive), where a ratio "
            "says nothing."
        )
    ]
    if rows:
        blocks.append(Table("Farthest from equality", ("statement", "", "largest ratio"), rows, frozenset({2})))
    return Section("tightness", "Tightness", tuple(blocks))


def _not_established() -> Section:
    text = (
        "An unrefuted statement is not proved: the number of instances and the largest ratio say how hard it was "
        "tried. Ratios are of the smaller side over the larger one, at most 1 where the statement holds, and cut "
        "(not rounded) to four digits. Which instance is extremal is decided by a search in doubles, so another "
        "processor may name another instance with nearly the same ratio; every verdict is a proof on the instance "
        "named. All extremal instances stand in the file beside this page (.json) with exact numbers."
    )
    return Section("limits", "What this does not establish", (Paragraph(text),))


def extremal_instances(audit: Audit) -> str:
    """The instances of the table with exact numbers: one JSON object, one statement a line."""
    import json

    lines = []
    for entry in audit.statements:
        document = entry.counterexample or entry.worst
        if document is not None:
            told = {"status": entry.status, "ratio": entry.worst_ratio, "instance": document}
            lines.append(f"{json.dumps(entry.claim.id)}: {json.dumps(told, sort_keys=True, separators=(',', ':'))}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
