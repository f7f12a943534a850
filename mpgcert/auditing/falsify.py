"""One statement under attack until it falls or the budget is spent."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from mpgcert.auditing.audit import settled_status
from mpgcert.auditing.campaign import Progress, plan, run_unit
from mpgcert.auditing.catalogue import find_claims
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Check, check
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.verdicts import Verdict
from mpgcert.display import Shown
from mpgcert.errors import InvalidInput
from mpgcert.learn.workers import in_order

__all__ = ["Falsification", "falsify"]


@dataclass(frozen=True, repr=False)
class Falsification(Shown):
    """The outcome of a search for a counterexample.

    Attributes:
        claim: the statement.
        instances: screened; `certified` of them were decided with proof.
        worst_ratio: largest ratio of the sides among certified instances.
        counterexample: exact data on which the statement is certainly false, as small as could be made.
        check: both sides there.
    """

    claim: Claim
    instances: int
    certified: int
    worst_ratio: float | None
    counterexample: dict[str, Any] | None
    check: Check | None

    @property
    def verdicts(self) -> list[Verdict]:
        return [Verdict.HOLDS if self.counterexample is None else Verdict.VIOLATED]

    def headline(self) -> str:
        fate = "survived" if self.counterexample is None else "is false,"
        return f"{self.claim.id} {fate} {self.instances:,} instances"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert falsify`, without the envelope."""
        return {
            "id": self.claim.id,
            "falsified": self.counterexample is not None,
            "instances": self.instances,
            "certified": self.certified,
            "worst_ratio": self.worst_ratio,
            "counterexample": self.counterexample,
            "left": None if self.check is None else self.check.left,
            "right": None if self.check is None else self.check.right,
            "index": None if self.check is None else self.check.index,
            "decided_in": None if self.check is None else self.check.decided_in,
        }


def falsify(
    target: str,
    *,
    seconds: float = 60.0,
    jobs: int | None = None,
    cluster: str | None = None,
    seed: int = 0,
    progress: Progress = lambda done, total, what: None,
) -> Falsification:
    """Search for a counterexample to one statement; a found one is certified and shrunk.

    Args:
        target: a statement's id, or a Python file whose CLAIMS has one decidable claim (the first is taken).
        seconds: time on two nominal cores from which the number of instances is planned.
        jobs: processes; all cores by default, once the search takes long enough.
        cluster: address of a Dask scheduler, whose workers search instead.
        seed: of all randomness; equal seeds give equal results, whoever does the work.

    Raises:
        InvalidInput: no such statement, or one without a relation.
    """
    found = find_claims([target])
    if len(found) > 1 and not target.endswith(".py"):
        raise InvalidInput(f"has {len(found)} statements", source=target, expected="the id of one of them, or `audit`")
    source, claim = next(((s, c) for s, c in found if c.is_decidable), found[0])
    if not claim.is_decidable:
        raise InvalidInput(
            f"states no relation ({claim.kind})", source=claim.id, expected="a statement with an inequality or equation"
        )
    if claim.setting is Setting.SCALAR:
        settled = settled_status(claim)
        assert settled is not None
        witness = (settled.proof or {}).get("witness")
        return Falsification(claim, 0, 0, None, None if witness is None else {"number": witness}, None)
    instances = certified = 0
    worst: float | None = None
    units = plan([(source, claim)], seed, seconds=seconds)
    with contextlib.closing(in_order(run_unit, units, jobs, cluster)) as found_in_units:
        for done, result in enumerate(found_in_units):
            progress(done, len(units), claim.id)
            instances, certified = instances + result["instances"], certified + result["certified"]
            if result["worst_ratio"] is not None:
                worst = max(worst or 0.0, result["worst_ratio"])
            counterexample = result["counterexample"]
            if counterexample is not None:
                counterexample.pop("index")
                outcome = check(claim, point_from_document(counterexample))
                return Falsification(claim, instances, certified, worst, counterexample, outcome)
    return Falsification(claim, instances, certified, worst, None, None)
