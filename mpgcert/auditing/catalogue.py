"""Finding claims: by paper, by id, or in a file of the user's."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from mpgcert.claims.claim import Claim
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.sides import AnyPoint
from mpgcert.claims.statements import packages
from mpgcert.errors import InvalidInput

__all__ = ["find_claims", "stored_counterexample", "stored_evidence"]


def find_claims(targets: Sequence[str]) -> list[tuple[str, Claim]]:
    """Claims for targets, each with the source where it is found again: a paper's id or a file.

    Args:
        targets: paper ids, statement ids, or Python files with CLAIMS; all installed papers if empty.

    Raises:
        InvalidInput: no such paper, statement or file.
    """
    found: dict[str, tuple[str, Claim]] = {}
    for target in targets or list(packages()):
        for source, claim in _of_target(target):
            found.setdefault(claim.id, (source, claim))
    return list(found.values())


def _of_target(target: str) -> list[tuple[str, Claim]]:
    if target.endswith(".py"):
        from mpgcert.auditing.claim_files import claims_from_file

        return [(target, claim) for claim in claims_from_file(target)]
    paper = target.split(".", 1)[0]
    if paper in packages():
        claims = _claims_of(paper)
        if target == paper:
            return [(paper, claim) for claim in claims.values()]
        if target in claims:
            return [(paper, claims[target])]
    known = [*packages(), *(identifier for name in packages() for identifier in _claims_of(name))]
    near = difflib.get_close_matches(target, known, n=3)
    raise InvalidInput(
        "no such paper, statement or file",
        source=target,
        expected=f"such as {', '.join(near)}" if near else "an id from `mpgcert claims`",
    )


@cache
def _claims_of(paper: str) -> dict[str, Claim]:
    """The formulas of one paper by id; making those of all takes seconds."""
    return {claim.id: claim for claim in getattr(packages()[paper], "CLAIMS", ())}


def stored_evidence(claim: Claim) -> dict[str, Any] | None:
    """The statistics that a catalogue keeps for a statement about experiments or limits."""
    if claim.kind != "evidence" or claim.paper not in packages():
        return None
    file = files(packages()[claim.paper]) / "evidence" / f"{claim.id.split('.', 1)[1]}.json"
    if not file.is_file():
        return None
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def stored_counterexample(claim: Claim) -> AnyPoint | None:
    """The counterexample that a catalogue keeps for a statement."""
    finding = claim.finding
    if finding is None or finding.counterexample is None:
        return None
    folder = files(packages()[claim.paper]) / "counterexamples"
    try:
        document: dict[str, Any] = json.loads((folder / finding.counterexample).read_text())
    except (OSError, ValueError) as error:
        problem = f"{finding.counterexample} cannot be read ({error})"
        raise InvalidInput(problem, source=f"claim {claim.id}", field="finding") from None
    return point_from_document(document, finding.counterexample)
