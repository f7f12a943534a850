"""What certificates of statements are made of: on one instance, falsified by one, or proved in one variable."""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import format_fraction
from mpgcert.certificates import verify
from mpgcert.certificates.claim_records import INDICES, claim_records, index_names, is_expressible, proof_record
from mpgcert.certificates.document import Certificate, Inner, NotCertified, assemble, embedded
from mpgcert.certificates.instances import instance_data
from mpgcert.certificates.of_lq import lq_hypotheses
from mpgcert.certificates.of_markov import (
    assumption_by_property,
    of_assumption,
    of_property,
    potential_data,
    visitation,
)
from mpgcert.certificates.rules import rules
from mpgcert.certificates.tree import own_record
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Check
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point import Point
from mpgcert.claims.scalar_proofs import simplest_between
from mpgcert.claims.sides import AnyPoint
from mpgcert.claims.verdicts import Verdict

_ORDERS, _DEPTH = 4, 24

__all__ = ["certify_instance", "instance", "number", "proof"]


def certify_instance(claim: Claim, point: AnyPoint, outcome: Check) -> Certificate:
    """The certificate of a verdict on an instance.

    Raises:
        NotCertified: vacuous or undecided, a symbol without a definition, or a verdict that the verifier cannot reach.
    """
    if isinstance(point, Point) and point.game is None:
        return assemble(number(claim, point.number, outcome.verdict), None)
    assert point.game is not None
    return assemble(instance(claim, point, outcome), embedded(point.game))


def _record(claim: Claim, verdict: Verdict) -> dict[str, Any]:
    record = next((r for r in claim_records(claim) if r["verdict"] == str(verdict)), None)
    if record is None:
        raise NotCertified(f"{verdict}: there is nothing to certify")
    return record


def number(claim: Claim, value: Fraction | None, verdict: Verdict) -> Inner:
    """A statement in one variable at a number."""
    if value is None:
        raise NotCertified("no number is given")
    return Inner(_record(claim, verdict), {"x": format_fraction(value)})


def instance(claim: Claim, point: AnyPoint, outcome: Check) -> Inner:
    """A statement on one instance, at the index where its sides are closest, or where it fails."""
    if not is_expressible(claim):
        raise NotCertified("a symbol of the statement has no definition in the verifier's language")
    record = _record(claim, outcome.verdict)
    data = instance_data(point, record["data"])
    if data is None:
        raise NotCertified("the instance lacks a part that the statement speaks of")
    if isinstance(point, Point) and point.rounding:
        raise NotCertified("the policies are known up to rounding only")
    index = dict(outcome.index or {})
    names = index_names(claim)
    if not set(names) <= set(index):
        raise NotCertified("the verdict names no index")
    data |= {f"at_{INDICES[name]}": index[name] for name in names}
    return Inner(record, data, _hypotheses(record["assumes"], point), where=index or None, long=point.steps > 50)


def _hypotheses(names: list[str], point: AnyPoint) -> dict[str, Inner]:
    if isinstance(point, LQPoint):
        return lq_hypotheses(names, point.analysis)
    return {name: _hypothesis(name, point) for name in names}


def _hypothesis(name: str, point: Point) -> Inner:
    analysis = point.analysis
    if name in ("stage-potential", "policy-potential"):
        data = potential_data(analysis.game, [point.phi, analysis.phi, analysis.found_potential])
        return of_assumption(assumption_by_property(name), "stage-potential", data)
    if name == "D_inf":
        return Inner(own_record(rules()["visitation-ratio"]), _ratio(point))
    kind = "every-state-visited" if name == "M" else name
    inner = of_property(assumption_by_property(kind), analysis)
    if inner.record["verdict"] != "holds":
        raise NotCertified(f"{name} does not hold")
    return inner


def _ratio(point: Point) -> dict[str, Any]:
    from mpgcert.certificates.of_markov import most_visited

    return visitation(point.analysis) | most_visited(point.analysis)


def proof(claim: Claim) -> Inner:
    """A proof of a statement in one variable on its whole interval, searched with the verifier's own arithmetic.

    Raises:
        NotCertified: none was found.
    """
    if claim.setting is not Setting.SCALAR or claim.relation is None or claim.interval is None:
        raise NotCertified("no statement in one variable")
    record = proof_record(claim)
    verify.Interval.bits = 192
    strict = record["values"]["strict"] == "1"
    covers = [
        [_piece(*found) for found in _cover(ast.parse(text, mode="eval").body, claim.interval, strict, 0)]
        for text in record["values"]["functions"]
    ]
    return Inner(record, {"pieces": covers})


Found = tuple[Fraction, Fraction, int, Fraction]


def _piece(low: Fraction, high: Fraction, order: int, center: Fraction) -> dict[str, Any]:
    return {"interval": [str(low), str(high)], "order": order, "center": str(center)}


def _cover(function: ast.expr, interval: tuple[Fraction, Fraction], strict: bool, depth: int) -> list[Found]:
    """Pieces of the interval on each of which the verifier sees the sign."""
    low, high = interval
    for center in dict.fromkeys((simplest_between(low, high), low, high)):
        derivative = function
        for order in range(1 if strict else _ORDERS + 1):
            try:
                if verify.has_sign(derivative, low, high, center, order, strict):
                    return [(low, high, order, center)]
                if not verify.same(verify.at(derivative, center), 0):
                    break
                derivative = verify.derivative(derivative)
            except verify.Rejected:
                break
    if depth == _DEPTH or low == high:
        raise NotCertified("no proof was found")
    middle = simplest_between(low, high)
    cut = middle if low < middle < high else (low + high) / 2
    parts = ((low, cut), (cut, high))
    return [piece for part in parts for piece in _cover(function, part, strict, depth + 1)]
