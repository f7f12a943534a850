"""What certificates of step sizes are made of: sequences c (n + k)^-p log(n + m)^-q, with q often 0."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from mpgcert.arithmetic import format_fraction
from mpgcert.certificates.document import Inner, NotCertified
from mpgcert.certificates.of_markov import of_assumption
from mpgcert.claims.check import AssumptionCheck
from mpgcert.claims.step_sizes import StepSizes
from mpgcert.claims.step_sizes.expression import Expression, Index, Log, Number, Power, Product, Sum, exact_power
from mpgcert.claims.verdicts import Verdict

__all__ = ["normal_form", "of_step_sizes"]

Form = tuple[Fraction, Fraction, Fraction, Fraction, Fraction]

_HOLDS = {
    "step-sizes-in-unit-interval": "step-size-range",
    "step-sizes-divergent-vanishing": "step-sizes-slow",
    "step-sizes-summable-power": "step-sizes-summable",
    "step-sizes-regular": "step-sizes-regular",
    "step-sizes-two-timescales": "step-sizes-apart",
    "step-sizes-comparable": "step-sizes-comparable",
    "step-sizes-all": "step-sizes-all",
}


def normal_form(of: Expression) -> Form:
    """c, k, p, m, q of a sequence.

    Raises:
        NotCertified: it is not of that form.
    """
    c, k, p, m, q = _form(of)
    if p > 0 or q > 0 or c <= 0 or k < 0 or m < 0:
        raise NotCertified("a sequence is not of the form c (n + k)^-p log(n + m)^-q that the verifier reads")
    return c, k, -p, m, -q


def _form(of: Expression) -> Form:
    """c (n + k)^p log(n + m)^q."""
    zero, one = Fraction(0), Fraction(1)
    if isinstance(of, Number):
        return of.value, zero, zero, zero, zero
    if isinstance(of, Index):
        return one, zero, one, zero, zero
    if isinstance(of, Sum):
        parts = {type(part): part for part in (of.left, of.right)}
        if set(parts) == {Index, Number}:
            shift = parts[Number]
            assert isinstance(shift, Number)
            return one, shift.value, one, zero, zero
    if isinstance(of, Product):
        (a, k, p, m, q), (b, k2, p2, m2, q2) = _form(of.left), _form(of.right)
        if (not p or not p2 or k == k2) and (not q or not q2 or m == m2):
            return a * b, k if p else k2, p + p2, m if q else m2, q + q2
    if isinstance(of, Power) and isinstance(of.exponent, Number):
        c, k, p, m, q = _form(of.base)
        e = of.exponent.value
        power = Fraction(1) if c == 1 else exact_power(c, e)
        if power is not None:
            return power, k, p * e, m, q * e
    if isinstance(of, Log):
        c, k, p, m, q = _form(of.of)
        if c == 1 and p == 1 and q == 0:
            return one, zero, zero, k, one
    raise NotCertified("a sequence is not of the form c (n + k)^-p log(n + m)^-q that the verifier reads")


def of_step_sizes(entry: AssumptionCheck, steps: StepSizes, first: int) -> Inner:
    """What proves the verdict on a clause of maheshwari2023.assumption-3.2.

    Raises:
        NotCertified: undecided, or sequences of another form.
    """
    forms = {name: [normal_form(step) for step in getattr(steps, name)] for name in ("alpha", "beta")}
    data: dict[str, Any] = {name: [list(map(format_fraction, form)) for form in part] for name, part in forms.items()}
    data["first"] = first
    name, verdict = entry.assumption.property, entry.decision.verdict
    if verdict is Verdict.HOLDS:
        return of_assumption(entry.assumption, _HOLDS[name], data)
    if verdict is Verdict.UNDECIDED:
        raise NotCertified("undecided")
    kind, place = _failure(name, forms["alpha"], forms["beta"], entry)
    return of_assumption(entry.assumption, kind, data | place)


def _failure(
    name: str, alpha: Sequence[Form], beta: Sequence[Form], entry: AssumptionCheck
) -> tuple[str, dict[str, int]]:
    """The rule that shows a violation, and where."""
    everything = [*alpha, *beta]
    if name == "step-sizes-in-unit-interval":
        for part in entry.decision.evidence["parts"]:
            if part["verdict"] == "violated" and "undefined" not in part.get("value", {}):
                kind, _, player = str(part["sequence"]).partition("_")
                which = (len(alpha) if kind == "beta" else 0) + int(player or 1) - 1
                return "step-size-outside", {"which": which, "count": int(part["count"])}
    if name == "step-sizes-divergent-vanishing":
        for which, (_, _, p, _, q) in enumerate(everything):
            if p > 1 or (p == 1 and q > 1) or p == q == 0:
                return "step-sizes-not-slow", {"which": which}
    if name == "step-sizes-summable-power":
        for which, (_, _, p, _, _) in enumerate(everything):
            if p == 0:
                return "step-sizes-not-summable", {"which": which}
    if name == "step-sizes-two-timescales":
        for (fast, f), (slow, g) in product(enumerate(alpha), enumerate(beta)):
            if g[2] < f[2] or (g[2] == f[2] and g[4] <= f[4]):
                return "step-sizes-not-apart", {"fast": fast, "slow": slow}
    if name == "step-sizes-comparable":
        for offset, part in ((0, alpha), (len(alpha), beta)):
            for one, other in product(range(len(part)), repeat=2):
                if (part[one][2], part[one][4]) != (part[other][2], part[other][4]):
                    return "step-sizes-not-comparable", {"one": offset + one, "other": offset + other}
    raise NotCertified("the clauses that fail have certificates of their own")
