"""The clauses of Assumption 3.2 about each sequence by itself: range, (i), (ii), (iii)."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import sympy

from mpgcert.arithmetic import brief_fraction, format_fraction
from mpgcert.claims.decision import Decision
from mpgcert.claims.step_sizes.constants import Beyond, enclosed, shown, sign_of
from mpgcert.claims.step_sizes.evaluation import BALLS
from mpgcert.claims.step_sizes.everywhere import in_unit_interval, non_increasing
from mpgcert.claims.step_sizes.growth import Growth
from mpgcert.claims.step_sizes.parts import (
    Part,
    Sequences,
    conjunction,
    growth_facts,
    left_open,
    of_everywhere,
    value_text,
    verdict_of,
)
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import SingularMatrix

__all__ = ["divergent_vanishing", "in_range", "regular", "summable_power"]


def in_range(of: Sequences) -> Decision:
    """The range (0, 1) for every n from the first on (maheshwari2023.assumption-3.2)."""
    parts = []
    for name, step in of.named:
        found = in_unit_interval(step, of.first)
        verdict, line, facts = of_everywhere(name, step, found, "lies in (0, 1)")
        if verdict is Verdict.VIOLATED and "value" in facts and "undefined" not in facts["value"]:
            assert found.count is not None
            line = f"{name}({found.count}) = {value_text(step, found.count)} is outside (0, 1)"
        if verdict is Verdict.VIOLATED and found.count == 0:
            line += " (Algorithm 1 uses n >= 1 only)"
        parts.append((verdict, line, facts))
    return conjunction(parts)


def divergent_vanishing(of: Sequences) -> Decision:
    """Clause (i): limit 0, infinite sum, non-increasing from the first n on (maheshwari2023.assumption-3.2.i)."""
    parts: list[Part] = []
    for name, step in of.named:
        try:
            found = of.growth(step)
            facts = growth_facts(name, found)
            vanishes = found.limit == 0
            parts.append((verdict_of(vanishes), f"{name} tends to {shown(found.limit)}", facts))
            eventually_positive = found.factor is None or sign_of(found.factor) > 0
            diverges = eventually_positive and not found.sum_converges()
            line = "infinite" if diverges else "finite" if eventually_positive else "not infinity: its terms are <= 0"
            parts.append((verdict_of(diverges), f"the sum of {name} is {line}", facts))
        except Beyond as reason:
            parts.append(left_open(name, reason))
        parts.append(of_everywhere(name, step, non_increasing(step, of.first), "does not increase"))
    return conjunction(parts)


def summable_power(of: Sequences) -> Decision:
    """Clause (ii): a q >= 2 with a finite sum of the powers 1 + q/2 (maheshwari2023.assumption-3.2.ii)."""
    parts = []
    for name, step in of.named:
        try:
            found = of.growth(step)
            if found.factor is not None and sign_of(found.factor) < 0:
                parts.append((Verdict.VIOLATED, f"{name} is negative from some n on", growth_facts(name, found)))
                continue
            q = _summable(found)
        except Beyond as reason:
            parts.append(left_open(name, reason))
            continue
        facts = growth_facts(name, found) | {"q": None if q is None else format_fraction(Fraction(q))}
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
    return conjunction(parts)


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


def regular(of: Sequences) -> Decision:
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
            parts.append(left_open(name, reason))
            continue
        holds = found.stays_comparable()
        limit = f"x^({shown(found.exponent)})" if not found.exponent.is_infinite else "0" if holds else "infinity"
        line = f"{name}([x n])/{name}(n) tends to {limit}"
        parts.append((verdict_of(holds), line, growth_facts(name, found) | {"limit_of_ratio": limit}))
    return conjunction(parts)
