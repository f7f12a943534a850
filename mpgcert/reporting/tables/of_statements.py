"""Tables of statements of papers: the catalogue, audits, and searches for counterexamples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mpgcert.reporting.blocks import Code, Math
from mpgcert.reporting.formatting import count
from mpgcert.reporting.tables.sheet import Cell, Column, Sheet, Surface

if TYPE_CHECKING:
    from mpgcert.auditing.audit import Audit, StatementStatus
    from mpgcert.auditing.falsify import Falsification

__all__ = ["audit", "claims", "falsification", "status"]


def claims(entries: Sequence[dict[str, Any]]) -> Sheet:
    """The catalogue, from the JSON entries of its statements."""
    columns = (
        Column("id", "statement"),
        Column("title", "title", under="id", style="dim", prose=True),
        Column("latex", "formula", Surface.CSV | Surface.LATEX),
        Column("setting", "setting", Surface.DATA),
        Column("status", "status"),
        Column("finding", "finding"),
        Column("summary", "finding in words", Surface.DATA),
        Column("corrected", "corrected", Surface.DATA),
    )
    rows = []
    for entry in entries:
        finding = entry["finding"] or {}
        rows.append(
            (
                Code(entry["id"]),
                entry["title"],
                Math(entry["latex"]),
                entry["setting"],
                entry["status"],
                finding.get("kind", ""),
                finding.get("summary", ""),
                finding.get("corrected") or "",
            )
        )
    return Sheet("statements", "Statements of the catalogue", columns, tuple(rows))


def audit(result: Audit) -> list[Sheet]:
    """Status, instances and tightness of every statement."""
    return [_statuses(f"Audit of {count(len(result.statements))} statements, seed {result.seed}", result.statements)]


def status(entry: StatementStatus) -> list[Sheet]:
    """The same of one statement."""
    return [_statuses(entry.claim.title, (entry,))]


def _statuses(caption: str, entries: Sequence[StatementStatus]) -> Sheet:
    columns = (
        Column("id", "statement"),
        Column("finding", "finding", under="id", style="yellow"),
        Column("status", "status"),
        Column("non_vacuous", "in scope", right=True),
        Column("instances", "instances", right=True),
        Column("certified", "certified", right=True),
        Column("undecided", "undecided", Surface.DATA),
        Column("worst_ratio", "worst ratio", right=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        finding = entry.claim.finding
        tried = entry.instances or ""
        rows.append(
            (
                Code(entry.claim.id),
                "" if finding is None else finding.kind,
                entry.status,
                entry.non_vacuous if tried else "",
                tried,
                entry.certified or "",
                entry.undecided,
                "" if entry.worst_ratio is None else entry.worst_ratio,
            )
        )
    return Sheet("statements", caption, columns, tuple(rows))


def falsification(result: Falsification) -> list[Sheet]:
    """What a search for a counterexample tried and found."""
    columns = (
        Column("id", "statement"),
        Column("falsified", "falsified"),
        Column("instances", "instances", right=True),
        Column("certified", "certified", right=True),
        Column("worst_ratio", "largest ratio", right=True),
    )
    found = result.counterexample is not None
    row = (Code(result.claim.id), found, result.instances, result.certified, result.worst_ratio)
    return [Sheet("search", f"Search for a counterexample to {result.claim.id}", columns, (row,))]
