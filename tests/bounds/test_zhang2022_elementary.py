"""The scalar inequalities of zhang2022 are proved on their intervals, their neighbours are refuted at a point."""

import math
from fractions import Fraction

import pytest
import sympy

from bounds.zhang2022.elementary import CLAIMS
from mpgcert.auditing.audit import settled_status
from mpgcert.claims.scalar_proofs import prove

BY_ID = {claim.id: claim for claim in CLAIMS}
NEAR_MISSES = [(claim.id, miss) for claim in CLAIMS for miss in claim.near_misses]
x = sympy.Symbol("x", real=True)


@pytest.mark.parametrize("name", BY_ID)
def test_proved_on_the_whole_interval(name):
    claim = BY_ID[name]
    proof = prove(claim.relation, claim.interval)
    assert proof.verdict == "proved"
    pieces = sorted(piece.interval for piece in proof.pieces)
    covered = claim.interval[0]
    for low, high in pieces:
        assert low <= covered
        covered = max(covered, high)
    assert (pieces[0][0], covered) == claim.interval
    assert settled_status(claim).status == "proved"


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_are_refuted(name, miss):
    claim = BY_ID[name].variant(miss)
    proof = prove(claim.relation, claim.interval)
    assert proof.verdict == "falsified"
    assert claim.interval[0] <= proof.witness <= claim.interval[1]
    symbols = {symbol: sympy.Rational(proof.witness) for symbol in claim.relation.free_symbols}
    left, right = (sympy.N(side.subs(symbols), 30) for side in claim.relation.args)
    assert {sympy.Ge: left < right, sympy.Le: left > right, sympy.Eq: left != right}[type(claim.relation)]


def test_every_statement_has_a_near_miss():
    assert all(claim.near_misses for claim in CLAIMS)


# name -> where it ceases to hold, found by bisection in doubles: the intervals are not at the edge of truth
REACH = {
    "zhang2022.theorem-4.elementary-1": (lambda t: math.exp(t) - 1 - t - t * t / 4, -2.5569),
    "zhang2022.lemma-21.elementary-3": (lambda t: math.log1p(t) - 2 * t / 3, 1.1440),
    "zhang2022.lemma-24.elementary-1": (lambda t: 1 + t + t * t - math.exp(t), 1.7932),
    "zhang2022.lemma-26.elementary-2": (lambda t: abs(math.log1p(t)) - abs(t) / 2, 2.5128),
    "zhang2022.lemma-26.elementary-3": (lambda t: math.log1p(t) - t + t * t, -0.6838),
    "zhang2022.lemma-27.elementary-1": (lambda t: abs(math.expm1(t)) - abs(t) / 2, -1.5936),
}


@pytest.mark.parametrize("name", REACH)
def test_the_prover_finds_the_edge_of_truth(name):
    slack, edge = REACH[name]
    assert slack(edge * 0.999) > 0 > slack(edge * 1.001)
    relation, (low, high) = BY_ID[name].relation, BY_ID[name].interval
    inside, beyond = Fraction(edge * 0.99).limit_denominator(1000), Fraction(edge * 1.01).limit_denominator(1000)
    assert prove(relation, (min(low, inside), max(high, inside))).verdict == "proved"
    assert prove(relation, (min(low, beyond), max(high, beyond))).verdict == "falsified"
