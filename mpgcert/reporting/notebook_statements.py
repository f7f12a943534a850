"""How statements, audits and monitored trajectories show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import Block, Facts, Formula, Listing, Paragraph
from mpgcert.reporting.formatting import count
from mpgcert.reporting.html import fragment
from mpgcert.reporting.tables import tables_of
from mpgcert.reporting.tables.as_blocks import as_block
from mpgcert.reporting.tables.plain_text import cell_text
from mpgcert.reporting.terminal_claims import claim_facts, facts_of, tally

if TYPE_CHECKING:
    from mpgcert.auditing.audit import Audit, StatementStatus
    from mpgcert.auditing.falsify import Falsification
    from mpgcert.claims.claim import Claim, Finding
    from mpgcert.claims.monitoring import Monitored
    from mpgcert.reporting.tables.sheet import Cell

__all__ = ["audit_html", "claim_html", "falsification_html", "finding_html", "monitored_html", "status_html"]


def audit_html(result: Audit) -> str:
    """Status and tightness of every statement."""
    (sheet,) = tables_of(result).values()
    return fragment(sheet.caption, (as_block(sheet), Paragraph(tally(result.statements))))


def status_html(entry: StatementStatus) -> str:
    """One statement with its formula, status and finding."""
    claim = entry.claim
    return fragment(f"{claim.id}: {claim.title}", (*_formula(claim), _facts(facts_of(entry))))


def claim_html(claim: Claim) -> str:
    """A statement with its formula and hypotheses."""
    return fragment(f"{claim.id}: {claim.title}", (*_formula(claim), _facts(claim_facts(claim))))


def _formula(claim: Claim) -> tuple[Block, ...]:
    formula = claim.formula
    return (Formula(formula),) if formula else ()


def _facts(rows: list[tuple[Cell, Cell]]) -> Facts:
    return Facts(tuple((cell_text(term), cell_text(value)) for term, value in rows if term != "LaTeX"))


def finding_html(finding: Finding) -> str:
    """What is wrong with a statement, and what survives."""
    facts = [("kind", finding.kind), ("finding", finding.summary)]
    facts += [("what survives", finding.survives)] if finding.survives else []
    facts += [("corrected as", finding.corrected)] if finding.corrected else []
    return fragment("Finding", (Facts(tuple(facts)),))


def falsification_html(result: Falsification) -> str:
    """What a search for a counterexample found."""
    (sheet,) = tables_of(result).values()
    blocks: list[Block] = [as_block(sheet)]
    if result.check is not None:
        left, right = result.check.left, result.check.right
        blocks.append(
            Paragraph(f"Left side in [{left[0]!r}, {left[1]!r}], right side in [{right[0]!r}, {right[1]!r}].")
        )
    if result.counterexample is not None:
        from mpgcert.reporting.document import to_json

        blocks.append(Listing(to_json(result.counterexample)))
    return fragment(sheet.caption, tuple(blocks))


def monitored_html(result: Monitored) -> str:
    """Each statement with its first violation and largest ratio."""
    (sheet,) = tables_of(result).values()
    facts: list[tuple[str, str]] = [("iterates", count(result.iterates))]
    if result.largest_deviation is not None:
        facts.append(("largest deviation of a recorded step", f"{result.largest_deviation:.3g}"))
    return fragment(sheet.caption, (Facts(tuple(facts)), as_block(sheet)))
