"""The clauses of Assumption 3.2 about the ratio of two sequences: (iv) and (v)."""

from __future__ import annotations

from mpgcert.claims.decision import Decision
from mpgcert.claims.step_sizes.constants import Beyond, shown
from mpgcert.claims.step_sizes.expression import Expression, quotient
from mpgcert.claims.step_sizes.parts import Part, Sequences, conjunction, growth_facts, left_open, verdict_of
from mpgcert.claims.step_sizes.ratios import extent
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput

__all__ = ["comparable", "two_timescales"]


def two_timescales(of: Sequences) -> Decision:
    """Clause (iv): the limit of beta_i / alpha_j for all pairs of players (maheshwari2023.assumption-3.2.iv)."""
    parts = []
    for name, other, step, divisor in of.pairs("beta", "alpha"):
        label = f"{name}/{other}"
        try:
            found = of.growth(_ratio(step, divisor))
        except Beyond as reason:
            parts.append(left_open(label, reason))
            continue
        parts.append(
            (verdict_of(found.limit == 0), f"{label} tends to {shown(found.limit)}", growth_facts(label, found))
        )
    return conjunction(parts)


def comparable(of: Sequences) -> Decision:
    """Clause (v): positive ratios with a finite limit > 0 have bounds > 0 (maheshwari2023.assumption-3.2.v)."""
    parts = []
    for kind in ("alpha", "beta"):
        for name, other, step, divisor in of.pairs(kind, kind):
            parts.append(_bounded_ratio(of, f"{name}/{other}", step, divisor))
    return conjunction(parts, "all players have the same step sizes")


def _ratio(step: Expression, divisor: Expression) -> Expression:
    try:
        return quotient(step, divisor)
    except InvalidInput as error:
        raise Beyond(error.problem) from None


def _bounded_ratio(of: Sequences, label: str, step: Expression, divisor: Expression) -> Part:
    signs = [of.positive[part] for part in (step, divisor)]
    failed = next((sign for sign in signs if not sign.holds), None)
    if failed is not None:
        word = Verdict.UNDECIDED if failed.holds is None else Verdict.VIOLATED
        return word, f"{label}: the ratio needs positive step sizes, {failed.reason}", {"sequence": label}
    try:
        ratio = _ratio(step, divisor)
        found = of.growth(ratio)
        facts = growth_facts(label, found)
        if found.limit == 0 or found.limit.is_infinite:
            return Verdict.VIOLATED, f"{label} tends to {shown(found.limit)}", facts
        bounds = extent(ratio, of.first) if found.exponents is not None else None
    except Beyond as reason:
        return left_open(label, reason)
    if bounds is None:
        return Verdict.HOLDS, f"{label} tends to {shown(found.limit)} and is positive everywhere", facts
    facts |= bounds.to_dict()
    if bounds.is_constant:
        return Verdict.HOLDS, f"{label} = {bounds.exact[0]}", facts
    low, high = bounds.exact[0] or f"{bounds.infimum[0]:.6g}", bounds.exact[1] or f"{bounds.supremum[1]:.6g}"
    line = f"{label} lies in [{low}, {high}] and tends to {shown(found.limit)}"
    return Verdict.HOLDS, line, facts
