"""Certificates of audits and of falsified statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mpgcert.auditing.campaign import Progress
from mpgcert.auditing.catalogue import stored_counterexample
from mpgcert.certificates.collection import Collection
from mpgcert.certificates.document import NotCertified, assemble
from mpgcert.certificates.of_claims import certify_instance, number, proof
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import check
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.scalar_proofs import prove
from mpgcert.claims.sides import AnyPoint
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import MpgcertError

if TYPE_CHECKING:
    from mpgcert.auditing.audit import Audit

__all__ = ["audit_certificates", "falsified_certificate", "settled_certificates"]


def falsified_certificate(found: Collection, claim: Claim, counterexample: dict[str, Any] | AnyPoint) -> None:
    """Add the certificate of a counterexample, or note why there is none."""
    try:
        point = point_from_document(counterexample) if isinstance(counterexample, dict) else counterexample
        found.keep(f"{claim.id}.violated", certify_instance(claim, point, check(claim, point)))
    except (NotCertified, MpgcertError) as error:
        found.missing.append((claim.id, str(error)))


def _in_one_variable(found: Collection, claim: Claim) -> None:
    """A proof on the whole interval, or a number where the statement fails."""
    assert claim.relation is not None
    assert claim.interval is not None
    witness = prove(claim.relation, claim.interval).witness
    try:
        if witness is None:
            found.keep(f"{claim.id}.proved", assemble(proof(claim), None))
        else:
            found.keep(f"{claim.id}.violated", assemble(number(claim, witness, Verdict.VIOLATED), None))
    except NotCertified as error:
        found.missing.append((claim.id, str(error)))


def settled_certificates(claims: Iterable[Claim]) -> Collection:
    """Certificates of what the catalogues know: stored counterexamples, and proofs in one variable."""
    found = Collection()
    for claim in claims:
        point = stored_counterexample(claim) if claim.relation is not None else None
        if point is not None:
            falsified_certificate(found, claim, point)
        elif claim.setting is Setting.SCALAR and claim.relation is not None:
            _in_one_variable(found, claim)
    return found


def audit_certificates(result: Audit, progress: Progress = lambda done, total, what: None) -> Collection:
    """Certificates of an audit: every counterexample, stored or new, and every proof in one variable.

    Args:
        progress: called with (done, total, what).
    """
    found = Collection()
    for done, entry in enumerate(result.statements):
        claim = entry.claim
        progress(done, len(result.statements), claim.id)
        if entry.counterexample is not None:
            falsified_certificate(found, claim, entry.counterexample)
        elif claim.setting is Setting.SCALAR and claim.relation is not None:
            _in_one_variable(found, claim)
    return found
