"""The engine on claims with known answers, and the property test over every installed catalogue."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Ge, Gt, Le, Lt

from mpgcert import strategies
from mpgcert.auditing.audit import settled_status
from mpgcert.auditing.catalogue import find_claims
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import check, screen, uses
from mpgcert.claims.point import Index, Point
from mpgcert.claims.point_files import point_from_document, point_to_document
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame

SYMBOL = {name: entry.symbol for name, entry in VOCABULARY.items()}
gap, A_i, M, discount = (SYMBOL[name] for name in ("nash_gap_i", "A_i", "M_theta", "discount"))
COORDINATION = MarkovGame.of(rewards=[[[[1, 0], [0, "1/2"]]]] * 2)
HALVES = Point(game=COORDINATION, policy=strategies.Policy.uniform(COORDINATION))


def claim(relation, **changes):
    return Claim(id="test.claim", title="a claim", setting=Setting.POLICY, relation=relation, **changes)


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        (Le(gap, sympy.Rational(1, 8)), "holds"),  # the gap is exactly 1/8: the tight case is decided
        (Lt(gap, sympy.Rational(1, 8)), "violated"),
        (Ge(gap, sympy.Rational(1, 8)), "holds"),
        (Gt(gap, sympy.Rational(1, 8)), "violated"),
        (Eq(gap, sympy.Rational(1, 8)), "holds"),
        (Eq(gap, sympy.Rational(1, 7)), "violated"),
        (Le(gap, sympy.sqrt(A_i) / 11), "holds"),
        (Le(gap, sympy.sqrt(A_i) / 12), "violated"),
    ],
    ids=str,
)
def test_every_relation_is_decided_also_at_equality(relation, verdict):
    outcome = check(claim(relation), HALVES)
    assert outcome.verdict == verdict
    assert math.isfinite(outcome.ratio)
    assert outcome.left[0] <= 0.125 <= outcome.left[1]


def test_conditions_make_a_claim_vacuous_and_are_decided_at_equality():
    false = Le(gap, 0, evaluate=False)
    assert check(claim(false, given=(Le(M, 1),)), HALVES).verdict is Verdict.VIOLATED
    assert check(claim(false, given=(Lt(M, 1),)), HALVES).verdict is Verdict.VACUOUS
    pennies = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]])
    point = Point(game=pennies, policy=strategies.Policy.uniform(pennies))
    assert check(claim(false, assumes=("stage-potential",)), point).verdict is Verdict.VACUOUS


def test_the_worst_index_is_reported():
    game = MarkovGame.of(rewards=[[[[1, 0], [0, 0]]], [[[0, 1], [0, 0]]]])
    outcome = check(claim(Le(gap, 5)), Point(game=game, policy=strategies.Policy.uniform(game)))
    assert outcome.index == {"player": 0} or outcome.index == {"player": 1}
    assert outcome.ratio == pytest.approx(0.25 / 5)


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_the_ratio_exceeds_one_exactly_where_the_order_is_wrong(small, large):
    from mpgcert.claims.engine import _ratio

    ratio = _ratio(small, large)
    if small < large and not math.isclose(small, large, rel_tol=1e-12):
        assert ratio < 1 or (small <= 0 <= large)
    elif small > large and not math.isclose(small, large, rel_tol=1e-12):
        assert ratio > 1


def test_a_scalar_claim_needs_no_game():
    x = SYMBOL["x"]
    scalar = Claim(
        id="test.scalar",
        title="square",
        setting=Setting.SCALAR,
        relation=Ge(x**2, x / 2),
        interval=(Fraction(1, 2), Fraction(2)),
    )
    assert check(scalar, Point(number=Fraction(1, 2))).verdict is Verdict.HOLDS
    assert check(scalar, Point(number=Fraction(1, 4))).verdict is Verdict.VIOLATED
    assert settled_status(scalar).status == "proved"


CATALOGUE = [entry for _, entry in find_claims([]) if entry.is_decidable and entry.setting is not Setting.SCALAR]
REFUTED = [entry for entry in CATALOGUE if entry.finding is not None and entry.finding.counterexample is not None]
STANDING = [entry for entry in CATALOGUE if entry not in REFUTED]


@pytest.mark.parametrize("entry", STANDING, ids=lambda entry: entry.id)
def test_statements_that_no_finding_refutes_survive_exact_checks(entry):
    @settings(max_examples=4)
    @given(st.data())
    def survives(data):
        point = data.draw(strategies.instances(entry))
        outcome = check(entry, point)
        assert outcome.verdict is not Verdict.VIOLATED, (point_to_document(point), outcome)

    survives()


def test_a_statement_called_false_has_a_counterexample():
    assert all(entry in REFUTED for entry in CATALOGUE if entry.finding is not None and entry.finding.kind == "false")


@pytest.mark.parametrize("entry", REFUTED, ids=lambda entry: entry.id)
def test_false_statements_have_a_certified_counterexample_and_a_correction(entry):
    settled = settled_status(entry)
    assert settled is not None
    assert settled.status == "falsified"
    by_id = {other.id: other for _, other in find_claims([])}
    assert entry.finding.corrected is None or by_id[entry.finding.corrected].corrects == entry.id
    point = point_from_document(settled.counterexample)
    if entry.finding.corrected is not None and by_id[entry.finding.corrected].setting is entry.setting:
        assert check(by_id[entry.finding.corrected], point).verdict is not Verdict.VIOLATED


@pytest.mark.parametrize("entry", CATALOGUE[:40:4], ids=lambda entry: entry.id)
def test_screening_agrees_with_certified_checks(entry):
    from mpgcert.auditing.families import RandomSource
    from mpgcert.auditing.search import world_of

    source, world = RandomSource(np.random.default_rng(5)), world_of(entry)
    for _ in range(6):
        point = world.point(world.draw(source))
        found, outcome = screen(entry, point), check(entry, point)
        if found is None or outcome.ratio is None or isinstance(entry.relation, sympy.Eq):
            continue
        assert found.ratio <= 1 + 1e-6 or outcome.verdict is Verdict.VIOLATED


def test_indices_are_those_of_the_symbols():
    entry = claim(Le(SYMBOL["nash_gap_i"], 1))
    assert uses(entry) == {"player"}
    assert list(HALVES.indices(uses(entry))) == [Index(player=0), Index(player=1)]
    three = replace(HALVES, player=1)
    assert list(three.indices(frozenset({"player", "action"}))) == [
        Index(player=1, action=0),
        Index(player=1, action=1),
    ]


@given(st.sampled_from(CATALOGUE), st.data())
@settings(max_examples=25)
def test_instances_survive_being_written_and_read(entry, data):
    point = data.draw(strategies.instances(entry))
    again = point_from_document(point_to_document(point))
    assert again.game.fingerprint == point.game.fingerprint
    if entry.setting.is_linear_quadratic:
        names = ("gains", "other", "probe", "step_sizes", "delta", "xi", "steps")
        assert all(getattr(again, name) == getattr(point, name) for name in names)
        return
    assert again.policy == point.policy
    assert again.other == point.other
    assert (again.step_size, again.regularization, again.steps) == (
        point.step_size,
        point.regularization,
        point.steps,
    )
