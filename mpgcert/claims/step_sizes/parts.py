"""What the clauses of Assumption 3.2 share: what is known of the sequences, and how findings are put in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from mpgcert.arithmetic import brief_fraction, format_fraction
from mpgcert.claims.decision import Decision
from mpgcert.claims.step_sizes.constants import Beyond, shown
from mpgcert.claims.step_sizes.evaluation import BALLS, Undefined, ball, evaluate
from mpgcert.claims.step_sizes.everywhere import Everywhere, positive
from mpgcert.claims.step_sizes.expression import Expression
from mpgcert.claims.step_sizes.growth import Growth, growth
from mpgcert.claims.step_sizes.sequences import StepSizes
from mpgcert.claims.verdicts import Verdict, all_of

__all__ = [
    "Part",
    "Sequences",
    "conjunction",
    "growth_facts",
    "left_open",
    "of_everywhere",
    "value_facts",
    "value_text",
    "verdict_of",
]

Part = tuple[Verdict, str, dict[str, Any]]


@dataclass(frozen=True)
class Sequences:
    """What is worked out once about the sequences and shared by the clauses."""

    steps: StepSizes
    first: int
    _growths: dict[Expression, Growth | Beyond] = field(default_factory=dict)

    @cached_property
    def named(self) -> list[tuple[str, Expression]]:
        return list(self.steps.sequences())

    def growth(self, of: Expression) -> Growth:
        """Raises Beyond each time that it is asked for a sequence outside the class."""
        if of not in self._growths:
            try:
                self._growths[of] = growth(of)
            except Beyond as reason:
                self._growths[of] = reason
        found = self._growths[of]
        if isinstance(found, Beyond):
            raise found
        return found

    @cached_property
    def positive(self) -> dict[Expression, Everywhere]:
        return {step: positive(step, self.first) for _, step in self.named}

    def pairs(self, above: str, below: str) -> Iterator[tuple[str, str, Expression, Expression]]:
        """Different sequences of two kinds with their names, one of each kind."""
        kinds = {kind: [entry for entry in self.named if entry[0].startswith(kind)] for kind in (above, below)}
        for name, step in kinds[above]:
            for other, divisor in kinds[below]:
                if step != divisor or above != below:
                    yield name, other, step, divisor


def conjunction(parts: Iterable[Part], empty: str = "") -> Decision:
    """The conjunction: the summaries of the parts that decide it, the evidence of all of them."""
    found = list(parts)
    verdict = all_of(part[0] for part in found)
    telling = [line for word, line, _ in found if word is verdict]
    if len(telling) > 3:
        telling = [*telling[:2], f"and {len(telling) - 2} more"]
    evidence = {"parts": [{"verdict": str(word), "summary": line} | facts for word, line, facts in found]}
    return Decision(verdict, "; ".join(telling) or empty, evidence)


def value_facts(of: Expression, n: int) -> dict[str, Any]:
    """The value at a count: exact where it is rational, enclosed otherwise, or why there is none."""
    try:
        value = evaluate(of, Fraction(n))
    except Undefined as error:
        return {"undefined": str(error)}
    exact = isinstance(value, Fraction)
    return {"exact": format_fraction(value) if exact else None, "enclosure": list(BALLS.doubles(ball(value)))}


def value_text(of: Expression, n: int) -> str:
    """The value at a count in a few digits."""
    try:
        value = evaluate(of, Fraction(n))
    except Undefined:
        return "undefined"
    return brief_fraction(value) if isinstance(value, Fraction) else f"about {BALLS.doubles(value)[0]:.12g}"


def of_everywhere(name: str, of: Expression, found: Everywhere, holds: str) -> Part:
    """A statement about every n, with the exact values where it fails."""
    facts: dict[str, Any] = {"sequence": name, "count": found.count, "reason": found.reason}
    if found.holds is None:
        return Verdict.UNDECIDED, f"{name}: {found.reason}", facts
    if found.holds:
        return Verdict.HOLDS, f"{name} {holds}", facts
    assert found.count is not None
    if found.count < 10**12:
        facts |= {"value": value_facts(of, found.count), "next": value_facts(of, found.count + 1)}
    return Verdict.VIOLATED, f"{name} is {found.reason}", facts


def growth_facts(name: str, found: Growth) -> dict[str, Any]:
    """Normal form (exponents of n, log n, log log n, log log log n) and limit as evidence."""
    exponents = None if found.exponents is None else [shown(exponent) for exponent in found.exponents]
    return {
        "sequence": name,
        "form": found.text,
        "factor": None if found.factor is None else shown(found.factor),
        "exponents": exponents,
        "limit": shown(found.limit),
    }


def verdict_of(holds: bool) -> Verdict:
    """`holds` or `violated`."""
    return Verdict.HOLDS if holds else Verdict.VIOLATED


def left_open(name: str, reason: Exception) -> Part:
    """A part that is not decided, with the reason."""
    return Verdict.UNDECIDED, f"{name}: {reason}", {"sequence": name, "reason": str(reason)}
