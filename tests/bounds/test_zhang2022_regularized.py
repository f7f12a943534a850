"""Sections 5 and 14 of zhang2022: true statements survive, false neighbours fall, counterexamples are certified."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sympy import Eq

from bounds.zhang2022 import (
    barrier_ascent,
    barrier_corollary,
    barrier_directions,
    barrier_gradient,
    barrier_induction,
    barrier_rates,
    barrier_shifts,
    barrier_steps,
    regularized,
)
from mpgcert.auditing.families import RandomSource, draw_blueprint, shape_for
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.engine import check
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.verdicts import Verdict

MODULES = (
    regularized,
    barrier_gradient,
    barrier_steps,
    barrier_induction,
    barrier_corollary,
    barrier_ascent,
    barrier_shifts,
    barrier_directions,
    barrier_rates,
)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
FALSE = [name for name, claim in CLAIMS.items() if claim.finding and claim.finding.counterexample]
TRUE = [name for name, claim in CLAIMS.items() if claim.is_decidable and name not in FALSE]
NEAR_MISSES = [(name, miss) for name, claim in CLAIMS.items() for miss in claim.near_misses]
STORED = Path(regularized.__file__).parent / "counterexamples"
# false along long runs of special games only, or where three actions or exponents are special
HARD = {
    "zhang2022.corollary-25.largest-exponent",
    "zhang2022.corollary-25.largest-change",
    "zhang2022.lemma-24.step-15",
    "zhang2022.theorem-6.step-6",
}


def stored(claim):
    return point_from_document(json.loads((STORED / claim.finding.counterexample).read_text()))


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    claim, rng = CLAIMS[name], np.random.default_rng(1)
    found = attack(claim, rng, samples=40, climbs=20)
    assert found.counterexample is None
    assert found.undecided == 0
    assert found.non_vacuous > 15
    source, shape = RandomSource(rng), shape_for(claim)
    verdicts = [check(claim, instance(claim, draw_blueprint(source, shape))).verdict for _ in range(20)]
    assert set(verdicts) <= {Verdict.HOLDS, Verdict.VACUOUS}
    assert verdicts.count(Verdict.HOLDS) >= 3


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    found = attack(CLAIMS[name].variant(miss), np.random.default_rng(0), samples=300, climbs=700)
    assert found.counterexample is not None
    assert found.counterexample[1].verdict is Verdict.VIOLATED


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_are_certified_and_do_not_touch_the_corrections(name):
    claim = CLAIMS[name]
    assert claim.finding.counterexample == name.removeprefix("zhang2022.") + ".json"
    assert check(claim, stored(claim)).verdict is Verdict.VIOLATED
    corrected = CLAIMS[claim.finding.corrected]
    assert corrected.corrects == name
    assert check(corrected, stored(claim)).verdict in (Verdict.HOLDS, Verdict.VACUOUS)


@pytest.mark.parametrize("name", sorted(set(FALSE) - HARD))
def test_the_search_finds_what_is_false_by_itself(name):
    found = attack(CLAIMS[name], np.random.default_rng(0), samples=300, climbs=300)
    assert found.counterexample is not None


@pytest.mark.parametrize("name", ["corollary-25.largest-exponent", "corollary-25.largest-change"])
def test_corollary_25_falls_on_a_run_that_meets_every_printed_hypothesis(name):
    claim = CLAIMS[f"zhang2022.{name}"]
    point = stored(claim)
    assert all(part.min() == part.max() for part in point.policy.probabilities)
    curvature = 1 / (1 - point.game.discount) ** 2
    M = point.analysis.M
    assert M[0] == M[1]
    largest = 1 / (15 * (curvature + point.regularization * 2 * M[0]))
    assert point.step_size == largest
    # a step earlier the bound still holds, and Lemma 24 holds on the whole run
    assert check(claim, replace(point, steps=10)).verdict is Verdict.HOLDS
    assert check(CLAIMS["zhang2022.lemma-24"], point).verdict is Verdict.HOLDS
    assert check(CLAIMS["zhang2022.lemma-24.corrected"], point).verdict is Verdict.VACUOUS
    smaller = replace(point, step_size=largest / M[0], steps=3)
    for part in ("largest-exponent", "largest-change"):
        assert check(CLAIMS[f"zhang2022.corollary-25.{part}.corrected"], smaller).verdict is Verdict.HOLDS


def test_the_induction_hypothesis_is_met_at_its_edge():
    claim = CLAIMS["zhang2022.lemma-24.induction.corrected"]
    source, shape = RandomSource(np.random.default_rng(3)), shape_for(claim)
    at_floor = 0
    for _ in range(40):
        point = instance(claim, draw_blueprint(source, shape))
        M, curvature = point.analysis.M[0], 1 / (1 - point.game.discount) ** 2
        for part in point.policy.probabilities:
            floor = point.regularization / (4 * (curvature + point.regularization * part.shape[1] * M))
            assert part.min() >= floor
            at_floor += part.min() == floor
    assert at_floor >= 10


def test_theorem_7_stands_on_the_corrected_lemma_24():
    """Its step size is at most 1/(16 M X), whatever the constants: both sides compared as rationals."""
    claim = CLAIMS["zhang2022.theorem-7.step-size"]
    source, shape, ratios = RandomSource(np.random.default_rng(0)), shape_for(claim), []
    for _ in range(60):
        outcome = check(claim, instance(claim, draw_blueprint(source, shape)))
        assert outcome.verdict is Verdict.HOLDS
        ratios.append(outcome.ratio)
    assert max(ratios) <= Fraction(15, 16)


def test_identities_state_their_kind_and_corrections_are_paired():
    for claim in CLAIMS.values():
        assert isinstance(claim.relation, Eq) == (claim.kind == "identity")
        if claim.corrects is not None:
            assert CLAIMS[claim.corrects].finding.corrected == claim.id
    assert {name for name, claim in CLAIMS.items() if claim.monitored} == {
        "zhang2022.theorem-6",
        "zhang2022.theorem-6.ascent",
        "zhang2022.theorem-7",
        "zhang2022.theorem-7.ascent",
    }
