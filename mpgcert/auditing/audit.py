"""The status of every statement after a campaign, and the whole audit as one call."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy

from mpgcert.auditing.campaign import Campaign, Progress, plan
from mpgcert.auditing.catalogue import find_claims, stored_counterexample, stored_evidence
from mpgcert.auditing.identities import prove_identity
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import check
from mpgcert.claims.formula import is_algebraic_identity
from mpgcert.claims.point_files import point_to_document
from mpgcert.claims.scalar_proofs import prove
from mpgcert.claims.verdicts import Verdict
from mpgcert.display import Shown
from mpgcert.learn.workers import cores

__all__ = ["Audit", "StatementStatus", "audit", "settled_status"]


@dataclass(frozen=True, repr=False)
class StatementStatus(Shown):
    """What is known about one statement.

    Attributes:
        claim: the statement.
        status: `proved`, `unrefuted`, `falsified`, `evidence`, `definition`, or `undecided`.
        instances: screened in doubles; `non_vacuous` of them met the hypotheses, `certified` were decided with proof.
        undecided: certified checks that ended undecided.
        worst_ratio: largest ratio of the sides among certified instances.
        worst: the instance with that ratio.
        counterexample: an instance on which the statement is certainly false.
        proof: the stored proof of a scalar statement.
        evidence: stored statistics of a statement about experiments or limits.
        identity: sizes of games for which an identity is proved for all numbers.
    """

    claim: Claim
    status: str
    instances: int = 0
    non_vacuous: int = 0
    certified: int = 0
    undecided: int = 0
    worst_ratio: float | None = None
    worst: dict[str, Any] | None = None
    counterexample: dict[str, Any] | None = None
    proof: dict[str, Any] | None = None
    evidence: dict[str, Any] | None = None
    identity: dict[str, Any] | None = None

    @property
    def is_surprise(self) -> bool:
        """Falsified, and the catalogue does not know it."""
        finding = self.claim.finding
        return self.status == "falsified" and (finding is None or finding.kind == "experiment")

    def headline(self) -> str:
        return f"{self.claim.id}, {self.status}"

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `statements`."""
        finding = self.claim.finding
        return {
            "id": self.claim.id,
            "title": self.claim.title,
            "setting": str(self.claim.setting),
            "status": self.status,
            "instances": self.instances,
            "non_vacuous": self.non_vacuous,
            "certified": self.certified,
            "undecided": self.undecided,
            "worst_ratio": self.worst_ratio,
            "worst": self.worst,
            "finding": None if finding is None else finding.to_dict(),
            "counterexample": self.counterexample,
            "proof": self.proof,
            "evidence": self.evidence,
            "identity": self.identity,
        }


@dataclass(frozen=True, repr=False)
class Audit(Shown):
    """The outcome of an audit.

    Attributes:
        seed: of all randomness.
        statements: in the catalogues' order.
    """

    seed: int
    statements: tuple[StatementStatus, ...]

    @property
    def verdicts(self) -> list[Verdict]:
        """For the exit status: a finding that the catalogue records is no failure."""
        words = []
        for entry in self.statements:
            if entry.is_surprise:
                words.append(Verdict.VIOLATED)
            elif entry.status == "undecided":
                words.append(Verdict.UNDECIDED)
            else:
                words.append(Verdict.HOLDS)
        return words

    def headline(self) -> str:
        falsified = sum(entry.status == "falsified" for entry in self.statements)
        return f"{len(self.statements)} statements, {falsified} falsified"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert audit`, without the envelope."""
        return {"seed": self.seed, "statements": [entry.to_dict() for entry in self.statements]}


def settled_status(claim: Claim) -> StatementStatus | None:
    """The status that needs no instances: definitions, limits, scalar proofs, stored counterexamples."""
    if not claim.is_decidable:
        return StatementStatus(claim, claim.kind, evidence=stored_evidence(claim))
    if claim.setting is Setting.SCALAR:
        assert claim.relation is not None
        assert claim.interval is not None
        outcome = prove(claim.relation, claim.interval)
        return StatementStatus(claim, outcome.verdict, proof=outcome.to_dict())
    if is_algebraic_identity(claim.relation):
        return StatementStatus(claim, "proved", proof={"method": "both sides are the same expression of their symbols"})
    point = stored_counterexample(claim)
    if point is not None and check(claim, point).verdict is Verdict.VIOLATED:
        return StatementStatus(claim, "falsified", counterexample=point_to_document(point))
    return None


def audit(
    targets: Sequence[str] = (),
    *,
    instances: int | None = None,
    seconds: float | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    seed: int = 0,
    folder: Path | None = None,
    progress: Progress = lambda done, total, what: None,
) -> Audit:
    """Hold statements against many instances.

    Args:
        targets: paper ids, statement ids, or Python files with CLAIMS; everything installed by default.
        instances: instances for each statement (1000 if `seconds` is not given either).
        seconds: a total time on two cores from which the number of instances is planned; the plan, and so the result,
            does not depend on how fast the machine is or on the number of jobs.
        jobs: processes; all cores by default.
        cluster: address of a Dask scheduler, whose workers do the units instead.
        seed: of all randomness.
        folder: keeps the results of the units; a folder with results is resumed. A temporary one by default.
        progress: called with (done, total, what).
    """
    claims = find_claims(targets)
    units = plan(claims, seed, instances, seconds)
    workers = jobs or cores()
    if folder is not None:
        return _audit(claims, Campaign(folder, units), workers, cluster, seed, progress)
    with tempfile.TemporaryDirectory(prefix="mpgcert-audit-") as scratch:
        return _audit(claims, Campaign(Path(scratch), units), workers, cluster, seed, progress)


def _audit(
    claims: list[tuple[str, Claim]],
    campaign: Campaign,
    jobs: int,
    cluster: str | None,
    seed: int,
    progress: Progress,
) -> Audit:
    campaign.run(jobs, progress, cluster)
    return Audit(seed, tuple(_status(claim, campaign) for _, claim in claims))


def _status(claim: Claim, campaign: Campaign) -> StatementStatus:
    settled = settled_status(claim)
    results = [r for unit in campaign.units if unit.target == claim.id and (r := campaign.result(unit)) is not None]
    if settled is not None and not results:
        return settled
    counts = {key: sum(r[key] for r in results) for key in ("instances", "non_vacuous", "certified", "undecided")}
    rated = [r for r in results if r["worst_ratio"] is not None]
    worst = max(rated, key=lambda r: r["worst_ratio"], default=None)
    found = next((r["counterexample"] for r in results if r["counterexample"] is not None), None)
    if settled is not None and settled.status == "falsified":
        found = settled.counterexample
    status = "falsified" if found is not None else "unrefuted"
    if status == "unrefuted" and counts["certified"] and counts["undecided"] == counts["certified"]:
        # two irrational numbers that are equal overlap in every precision: that refutes nothing and proves nothing
        status = "unrefuted" if isinstance(claim.relation, sympy.Eq) else "undecided"
    proof = prove_identity(claim) if status == "unrefuted" else None
    return StatementStatus(
        claim,
        status,
        identity=None if proof is None else proof.to_dict(),
        **counts,
        worst_ratio=None if worst is None else worst["worst_ratio"],
        worst=None if worst is None else worst["worst"],
        counterexample=found,
    )
