"""Every recorded finding: what is stated, why it fails or what is missing, the counterexample, what survives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mpgcert.claims.claim import Claim
from mpgcert.claims.conditions import assumption_title
from mpgcert.reporting.blocks import (
    Block,
    Code,
    Details,
    Facts,
    Formula,
    Inline,
    Items,
    Link,
    Math,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
)
from mpgcert.reporting.formatting import plural
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies.pages import Page
from mpgcert.reporting.studies.worked import counterexample_of, worked

if TYPE_CHECKING:
    from mpgcert.claims.statements import Paper

__all__ = ["KINDS", "finding_section", "findings_page"]

#: Kinds of findings in the order in which they are told, with what each means.
KINDS = {
    "false": "the statement does not hold as printed",
    "proof-gap": "a step of the proof is missing or does not follow; no counterexample to the statement is known",
    "experiment": "an experiment does not show what is concluded from it",
    "ambiguity": "the statement can be read in several ways, of which not all are true",
    "typo": "a slip of notation; what is meant is clear, and true",
}
_HEADINGS = {
    "false": "False statements",
    "proof-gap": "Gaps in proofs",
    "experiment": "Experiments",
    "ambiguity": "Ambiguous statements",
    "typo": "Slips of notation",
}


def findings_page(claims: Sequence[Claim], papers: Sequence[Paper], certified: frozenset[str]) -> Page:
    """The page of all findings.

    Args:
        claims: of all catalogues.
        papers: whose catalogues they are.
        certified: ids of the statements whose counterexample has a certificate.
    """
    recorded = [claim for claim in claims if claim.finding is not None and claim.corrects is None]
    known = {claim.id: claim for claim in claims}
    sections = [_how_to_read(), _overview(recorded, papers), _weighty(recorded)]
    for paper in papers:
        own = [claim for claim in recorded if claim.paper == paper.id]
        parts = tuple(_of_kind(paper.id, kind, own, known, certified) for kind in KINDS if _having(own, kind))
        title = f"{paper.authors} ({paper.year}): {paper.title}"
        sections.append(Section(paper.id, (Code(paper.id), f" {title}"), (), parts))
    count = len(_having(recorded, "false"))
    facts = Facts((("findings", f"{len(recorded)}, of which {plural(count, 'statement')} are false as printed"),))
    report = Report("What was found in the three papers", facts, tuple(sections), {})
    headline = (
        f"{len(recorded)} findings in three papers: {count} statements are false as printed, each with a "
        "counterexample or an argument; what survives is said with each."
    )
    return Page("FINDINGS", report, headline)


def _having(claims: Sequence[Claim], kind: str) -> list[Claim]:
    return [claim for claim in claims if claim.finding is not None and claim.finding.kind == kind]


def _how_to_read() -> Section:
    text = (
        "Each finding gives the statement as the paper has it (as a formula over the paper's symbols), what is wrong, "
        "the smallest stored counterexample worked by hand, the corrected statement, and what becomes of the results "
        "that rely on it. Players, states and actions are counted from 1, times from 0. Numbers with a fraction are "
        "exact; decimals are cut to digits that are certain. Every counterexample that is one instance is decided in "
        "rationals or in enclosures, and its certificate can be verified without this program."
    )
    kinds = Facts(tuple((_HEADINGS[kind], meaning) for kind, meaning in KINDS.items()))
    return Section("how-to-read", "How to read this", (Paragraph(text), kinds))


def _overview(recorded: Sequence[Claim], papers: Sequence[Paper]) -> Section:
    header = ("paper", *(_HEADINGS[kind].lower() for kind in KINDS), "all")
    rows: list[tuple[Text, ...]] = []
    for paper in papers:
        own = [claim for claim in recorded if claim.paper == paper.id]
        rows.append((Code(paper.id), *(str(len(_having(own, kind))) for kind in KINDS), str(len(own))))
    table = Table("Findings by paper and kind", header, tuple(rows), frozenset(range(1, len(header))))
    return Section("overview", "Overview", (table,))


def _weighty(recorded: Sequence[Claim]) -> Section:
    """False statements that are results of their own rather than steps of a proof."""
    whole = [c for c in _having(recorded, "false") if ".step-" not in c.id and c.id.split(".", 1)[1].count("-") <= 1]
    items: list[Text] = [(Code(claim.id), f" {claim.title}") for claim in whole]
    lead = "Not steps of a proof, but statements with a number of their own:"
    return Section("results", "False as printed: numbered results", (Paragraph(lead), Items(tuple(items))))


def _of_kind(
    paper: str, kind: str, claims: Sequence[Claim], known: dict[str, Claim], certified: frozenset[str]
) -> Section:
    parts = tuple(finding_section(claim, known, claim.id in certified) for claim in _having(claims, kind))
    return Section(f"{paper}-{kind}", f"{_HEADINGS[kind]} ({len(parts)})", (), parts)


def finding_section(claim: Claim, known: dict[str, Claim], is_certified: bool) -> Section:
    """One finding.

    Args:
        claim: with a finding.
        known: claims by id, among them the corrected one.
        is_certified: whether there is a certificate to link to.
    """
    finding = claim.finding
    assert finding is not None
    blocks: list[Block] = [*_stated(claim), Paragraph((Strong("What is wrong."), " ", *_referring(finding.summary)))]
    point = counterexample_of(claim)
    if point is not None:
        blocks.append(Details("The counterexample, worked by hand", worked(claim, point)))
    if is_certified:
        name = f"{claim.id}.violated.json"
        blocks.append(Paragraph(("Certificate: ", Link(name, f"certificates/{name}"))))
    blocks += _correction(finding.corrected, known)
    if finding.survives:
        blocks.append(Paragraph((Strong("What survives."), " ", *_referring(finding.survives))))
    return Section(claim.id.replace(".", "-"), (Code(claim.id), f" {claim.title}"), tuple(blocks))


def _stated(claim: Claim) -> Iterator[Block]:
    from mpgcert.claims.formula import latex

    if claim.formula:
        yield Formula(claim.formula)
    if claim.relation is not None:
        conditions: list[Inline] = [Math(latex(relation)) for relation in claim.given]
        conditions += [_assumption(name) for name in claim.assumes]
        if conditions:
            joined = [
                part for k, condition in enumerate(conditions) for part in ((", ", condition) if k else (condition,))
            ]
            yield Paragraph(("stated for: ", *joined))


def _assumption(name: str) -> str:
    title = assumption_title(name)
    return title[0].lower() + title[1:]


def _correction(corrected: str | None, known: dict[str, Claim]) -> Iterator[Block]:
    if corrected is None:
        return
    claim = known[corrected]
    yield Paragraph((Strong("Correction."), " ", Code(claim.id), f" {claim.title}:"))
    yield from _stated(claim)
    if claim.finding is not None:
        yield Paragraph(_referring(claim.finding.summary))


def _referring(text: str) -> tuple[Inline, ...]:
    """Plain text in which ids of statements stand as code."""
    import re

    parts = re.split(r"\b((?:zhang2022|hambly2021|maheshwari2023)\.[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)", text)
    return tuple(Code(part) if k % 2 else part for k, part in enumerate(parts) if part)
