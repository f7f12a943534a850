"""Assumption 3.2 of maheshwari2023, clause by clause, for all players and pairs of players.

Each clause is decided by leading terms and exponents (`growth`), and where it is about every n, by a proof for every n
(`everywhere`): see there for the arguments.  `undecided` is left for sequences outside the class: powers, logarithms
and exponentials of n, their sums, products, quotients, minima and maxima.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Any

import sympy

from mpgcert.arithmetic import brief_fraction, format_fraction
from mpgcert.claims.decision import Decision
from mpgcert.claims.statements import Assumption, assumptions
from mpgcert.claims.step_sizes.constants import Beyond, enclosed, shown, sign_of
from mpgcert.claims.step_sizes.evaluation import BALLS, Undefined, ball, evaluate
from mpgcert.claims.step_sizes.everywhere import Everywhere, in_unit_interval, non_increasing, positive
from mpgcert.claims.step_sizes.expression import Expression, quotient
from mpgcert.claims.step_sizes.growth import Growth, growth
from mpgcert.claims.step_sizes.notation import text
from mpgcert.claims.step_sizes.ratios import extent
from mpgcert.claims.step_sizes.sequences import StepSizes
from mpgcert.claims.verdicts import Verdict, all_of
from mpgcert.errors import InvalidInput, SingularMatrix

__all__ = ["decide_step_sizes"]

Part = tuple[Verdict, str, dict[str, Any]]


def decide_step_sizes(step_sizes: StepSizes, first: int = 1) -> list[tuple[Assumption, Decision]]:
    """Every clause of Assumption 3.2, and the assumption as a whole, for the sequences from n = first on.

    Args:
        step_sizes: alpha_i and beta_i of all players.
        first: 1, the first count that Algorithm 1 uses, or 0, where the paper's index starts.

    Returns:
        The catalogue's entries with their decisions: `maheshwari2023.assumption-3.2.range`, `.i` to `.v`, and last
        `maheshwari2023.assumption-3.2` itself.

    Raises:
        InvalidInput: another first count.
    """
    if first not in (0, 1):
        raise InvalidInput(str(first), field="first", expected="0 or 1")
    decided: list[tuple[Assumption, Decision]] = []
    sequences = _Sequences(step_sizes, first)
    for entry in assumptions("step-sizes"):
        clause = _CLAUSES.get(entry.property)
        decision = _overall(decided, sequences) if clause is None else clause(sequences)
        decided.append((entry, decision))
    return decided


@dataclass(frozen=True)
class _Sequences:
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


def _decision(parts: Iterable[Part], empty: str = "") -> Decision:
    """The conjunction: the summaries of the parts that decide it, the evidence of all of them."""
    found = list(parts)
    verdict = all_of(part[0] for part in found)
    telling = [line for word, line, _ in found if word is verdict]
    if len(telling) > 3:
        telling = [*telling[:2], f"and {len(telling) - 2} more"]
    evidence = {"parts": [{"verdict": str(word), "summary": line} | facts for word, line, facts in found]}
    return Decision(verdict, "; ".join(telling) or empty, evidence)


def _overall(decided: list[tuple[Assumption, Decision]], of: _Sequences) -> Decision:
    verdicts = {entry.id.rpartition(".")[2]: decision.verdict for entry, decision in decided}
    verdict = all_of(verdicts.values())
    named = ", ".join(f"{name} = {text(step)}" for name, step in of.named[:4])
    failed = [f"({label})" for label, word in verdicts.items() if word is verdict]
    summary = (
        f"all clauses hold from n = {of.first} on" if verdict is Verdict.HOLDS else f"{verdict}: {', '.join(failed)}"
    )
    evidence: dict[str, Any] = {
        "first": of.first,
        "players": of.steps.n_players,
        "sequences": {name: text(step) for name, step in of.named},
    }
    if of.first == 1:
        evidence["at_0"] = {name: _value(step, 0) for name, step in of.named}
    return Decision(verdict, f"{summary} ({named})", evidence)


def _value(of: Expression, n: int) -> dict[str, Any]:
    """The value at a count: exact where it is rational, enclosed otherwise, or why there is none."""
    try:
        value = evaluate(of, Fraction(n))
    except Undefined as error:
        return {"undefined": str(error)}
    exact = isinstance(value, Fraction)
    return {"exact": format_fraction(value) if exact else None, "enclosure": list(BALLS.doubles(ball(value)))}


def _shown(of: Expression, n: int) -> str:
    try:
        value = evaluate(of, Fraction(n))
    except Undefined:
        return "undefined"
    return brief_fraction(value) if isinstance(value, Fraction) else f"about {BALLS.doubles(value)[0]:.12g}"


def _of_everywhere(name: str, of: Expression, found: Everywhere, holds: str) -> Part:
    facts: dict[str, Any] = {"sequence": name, "count": found.count, "reason": found.reason}
    if found.holds is None:
        return Verdict.UNDECIDED, f"{name}: {found.reason}", facts
    if found.holds:
        return Verdict.HOLDS, f"{name} {holds}", facts
    assert found.count is not None
    if found.count < 10**12:
        facts |= {"value": _value(of, found.count), "next": _value(of, found.count + 1)}
    return Verdict.VIOLATED, f"{name} is {found.reason}", facts


def _range(of: _Sequences) -> Decision:
    parts = []
    for name, step in of.named:
        found = in_unit_interval(step, of.first)
        verdict, line, facts = _of_everywhere(name, step, found, "lies in (0, 1)")
        if verdict is Verdict.VIOLATED and "value" in facts and "undefined" not in facts["value"]:
            assert found.count is not None
            line = f"{name}({found.count}) = {_shown(step, found.count)} is outside (0, 1)"
        if verdict is Verdict.VIOLATED and found.count == 0:
            line += " (Algorithm 1 uses n >= 1 only)"
        parts.append((verdict, line, facts))
    return _decision(parts)


def _growth_facts(name: str, found: Growth) -> dict[str, Any]:
    exponents = None if found.exponents is None else [shown(exponent) for exponent in found.exponents]
    return {
        "sequence": name,
        "form": found.text,
        "factor": None if found.factor is None else shown(found.factor),
        "exponents": exponents,
        "limit": shown(found.limit),
    }


def _verdict(holds: bool) -> Verdict:
    return Verdict.HOLDS if holds else Verdict.VIOLATED


def _undecided(name: str, reason: Exception) -> Part:
    return Verdict.UNDECIDED, f"{name}: {reason}", {"sequence": name, "reason": str(reason)}


def _divergent_vanishing(of: _Sequences) -> Decision:
    parts: list[Part] = []
    for name, step in of.named:
        try:
            found = of.growth(step)
            facts = _growth_facts(name, found)
            vanishes = found.limit == 0
            parts.append((_verdict(vanishes), f"{name} tends to {shown(found.limit)}", facts))
            eventually_positive = found.factor is None or sign_of(found.factor) > 0
            diverges = eventually_positive and not found.sum_converges()
            line = "infinite" if diverges else "finite" if eventually_positive else "not infinity: its terms are <= 0"
            parts.append((_verdict(diverges), f"the sum of {name} is {line}", facts))
        except Beyond as reason:
            parts.append(_undecided(name, reason))
        parts.append(_of_everywhere(name, step, non_increasing(step, of.first), "does not increase"))
    return _decision(parts)


def _summable_power(of: _Sequences) -> Decision:
    parts = []
    for name, step in of.named:
        try:
            found = of.growth(step)
            if found.factor is not None and sign_of(found.factor) < 0:
                parts.append((Verdict.VIOLATED, f"{name} is negative from some n on", _growth_facts(name, found)))
                continue
            q = _summable(found)
        except Beyond as reason:
            parts.append(_undecided(name, reason))
            continue
        facts = _growth_facts(name, found) | {"q": None if q is None else format_fraction(Fraction(q))}
        if q is None:
            parts.append((Verdict.VIOLATED, f"no power of {name} has a finite sum", facts))
        else:
            parts.append(
                (
                    Verdict.HOLDS,
                    f"{name}^{brief_fraction(1 + Fraction(q, 2))} has a finite sum (q = {brief_fraction(Fraction(q))})",
                    facts,
                )
            )
    return _decision(parts)


def _summable(found: Growth) -> int | None:
    """The least integer q >= 2 for which the sum of f^(1 + q/2) is finite; None if there is no q at all.

    With exponent e < 0 of n, f^p has the exponent e p, so q is about 2 / |e| - 2 or just above; with exponent 0 (and
    logarithms only) no power is summable.
    """
    if found.exponent.is_infinite:
        return 2 if found.exponent is sympy.S.NegativeInfinity else None
    if sign_of(found.exponent) >= 0:
        return None
    try:
        low, high = BALLS.enclosure(-2 / enclosed(found.exponent) - 2)
    except SingularMatrix:
        raise Beyond("the exponent is too close to 0") from None
    estimate = max(2, floor(low))
    nearby = (q for q in range(estimate, estimate + 3) if found.sum_converges(1 + sympy.Rational(q, 2)))
    return next(nearby, floor(high) + 1)


def _regular(of: _Sequences) -> Decision:
    """Clause (iii), over all n for which [x n] is a count of the sequence."""
    parts = []
    for name, step in of.named:
        sign = of.positive[step]
        if not sign.holds:
            word = Verdict.UNDECIDED if sign.holds is None else Verdict.VIOLATED
            parts.append((word, f"{name}: the ratio needs positive step sizes, {sign.reason}", {"sequence": name}))
            continue
        try:
            found = of.growth(step)
        except Beyond as reason:
            parts.append(_undecided(name, reason))
            continue
        holds = found.stays_comparable()
        limit = f"x^({shown(found.exponent)})" if not found.exponent.is_infinite else "0" if holds else "infinity"
        line = f"{name}([x n])/{name}(n) tends to {limit}"
        parts.append((_verdict(holds), line, _growth_facts(name, found) | {"limit_of_ratio": limit}))
    return _decision(parts)


def _two_timescales(of: _Sequences) -> Decision:
    parts = []
    for name, other, step, divisor in of.pairs("beta", "alpha"):
        label = f"{name}/{other}"
        try:
            found = of.growth(_ratio(step, divisor))
        except Beyond as reason:
            parts.append(_undecided(label, reason))
            continue
        parts.append(
            (_verdict(found.limit == 0), f"{label} tends to {shown(found.limit)}", _growth_facts(label, found))
        )
    return _decision(parts)


def _comparable(of: _Sequences) -> Decision:
    parts = []
    for kind in ("alpha", "beta"):
        for name, other, step, divisor in of.pairs(kind, kind):
            parts.append(_bounded_ratio(of, f"{name}/{other}", step, divisor))
    return _decision(parts, "all players have the same step sizes")


def _ratio(step: Expression, divisor: Expression) -> Expression:
    try:
        return quotient(step, divisor)
    except InvalidInput as error:
        raise Beyond(error.problem) from None


def _bounded_ratio(of: _Sequences, label: str, step: Expression, divisor: Expression) -> Part:
    signs = [of.positive[part] for part in (step, divisor)]
    failed = next((sign for sign in signs if not sign.holds), None)
    if failed is not None:
        word = Verdict.UNDECIDED if failed.holds is None else Verdict.VIOLATED
        return word, f"{label}: the ratio needs positive step sizes, {failed.reason}", {"sequence": label}
    try:
        ratio = _ratio(step, divisor)
        found = of.growth(ratio)
        facts = _growth_facts(label, found)
        if found.limit == 0 or found.limit.is_infinite:
            return Verdict.VIOLATED, f"{label} tends to {shown(found.limit)}", facts
        bounds = extent(ratio, of.first) if found.exponents is not None else None
    except Beyond as reason:
        return _undecided(label, reason)
    if bounds is None:
        return Verdict.HOLDS, f"{label} tends to {shown(found.limit)} and is positive everywhere", facts
    facts |= bounds.to_dict()
    if bounds.is_constant:
        return Verdict.HOLDS, f"{label} = {bounds.exact[0]}", facts
    low, high = bounds.exact[0] or f"{bounds.infimum[0]:.6g}", bounds.exact[1] or f"{bounds.supremum[1]:.6g}"
    line = f"{label} lies in [{low}, {high}] and tends to {shown(found.limit)}"
    return Verdict.HOLDS, line, facts


_CLAUSES: Mapping[str, Callable[[_Sequences], Decision]] = {
    "step-sizes-in-unit-interval": _range,
    "step-sizes-divergent-vanishing": _divergent_vanishing,
    "step-sizes-summable-power": _summable_power,
    "step-sizes-regular": _regular,
    "step-sizes-two-timescales": _two_timescales,
    "step-sizes-comparable": _comparable,
}
