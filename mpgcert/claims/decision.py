"""The outcome of a decision procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mpgcert.claims.verdicts import Verdict

__all__ = ["Decision"]


@dataclass(frozen=True)
class Decision:
    """The outcome of a decision procedure.

    Attributes:
        verdict: holds, violated or undecided.
        summary: one line for people: why.
        evidence: facts as JSON values (exact numbers as strings).
        certificate: exact data from which the verdict can be recomputed, or None.
    """

    verdict: Verdict
    summary: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    certificate: Mapping[str, Any] | None = None
