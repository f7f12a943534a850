"""Runs held against the statements: no false alarm, real violations are found, units do not matter."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Le

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import GivenSides, Sides, check, decide_at
from mpgcert.claims.point import Index, Point
from mpgcert.claims.runs import checked_run
from mpgcert.claims.statements import run_claims
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.evaluation import concentration, evaluate, policy_gradient

ALGORITHMS = ["gradient-play", "natural-gradient-play"]
SYMBOL = {name: entry.symbol for name, entry in VOCABULARY.items()}
LEMMA_1 = next(claim for claim in run_claims() if claim.id == "zhang2022.lemma-1")


@settings(max_examples=15)
@given(st.data(), st.sampled_from(ALGORITHMS), st.sampled_from([None, "1/50"]))
def test_no_statement_is_violated_on_potential_games_at_the_theorems_step(data, algorithm, weight):
    game = data.draw(strategies.games(potential=True, full_support=True, max_states=2, max_players=2))
    try:
        result = checked_run(game, algorithm, steps=8, regularization=weight)
    except InvalidInput:
        assume(False)  # no theorem gives a step size: the potential is constant
    assert result.checks
    for entry in result.checks:
        assert entry.verdict in (Verdict.HOLDS, Verdict.VACUOUS), entry
        assert entry.verdict is Verdict.VACUOUS or entry.instances > 0


@settings(max_examples=15)
@given(st.data())
def test_lemma_1_sides_agree_with_an_independent_computation(data):
    game = data.draw(strategies.games(max_states=2, max_players=2, full_support=True))
    policy = data.draw(strategies.policies(game, interior=True))
    ball = Ball(200)
    sides = Sides(LEMMA_1, Point(game=game, policy=policy), ball)
    result = evaluate(GameArrays.of(game, EXACT), policy.lift(EXACT))
    gaps = nash_gap(game, policy).gaps
    for player in range(game.n_players):
        gradient = policy_gradient(result, player)
        expected = {
            SYMBOL["nash_gap_i"]: gaps[player],
            SYMBOL["c_theta"]: min(concentration(result, player)),
            SYMBOL["M_theta"]: max(1 / result.visitation),
            SYMBOL["gradient_norm_i"] ** 2: (gradient * gradient).sum(),
        }
        for expression, exact in expected.items():
            with ball.context():
                low, high = ball.enclosure(sides.evaluate(expression, Index(player=player)))
            assert low <= EXACT.enclosure(exact)[0] <= high


def test_a_false_statement_is_caught_and_an_equality_is_decided_exactly():
    game = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]]] * 2)
    skewed = Point(game=game, policy=strategies.Policy.of(game, [[["0.6", "0.4"]], [["0.6", "0.4"]]]))
    third = replace(LEMMA_1, relation=Le(LEMMA_1.relation.lhs, LEMMA_1.relation.rhs / 3))
    assert check(LEMMA_1, skewed).verdict is Verdict.HOLDS
    assert check(third, skewed).verdict is Verdict.VIOLATED
    # half the bound is attained with two actions: only rationals can decide it
    half = replace(LEMMA_1, relation=Le(LEMMA_1.relation.lhs, LEMMA_1.relation.rhs / 2))
    outcome = check(half, skewed)
    assert (outcome.verdict, outcome.decided_in, outcome.ratio) == (Verdict.HOLDS, "exact", 1.0)
    gap = float(max(nash_gap(game, skewed.policy).bracket))
    for low, high in (outcome.left, outcome.right):  # the sides themselves, though their squares were compared
        assert low <= gap <= high
        assert high - low < 1e-15
    # uniform play: gap and gradient are both exactly 0
    uniform = Point(game=game, policy=strategies.Policy.uniform(game))
    assert check(LEMMA_1, uniform).verdict is Verdict.HOLDS


def test_undecided_is_said_when_precision_does_not_suffice():
    claim = replace(LEMMA_1, relation=Le(SYMBOL["M"], SYMBOL["c"] * Fraction(3, 2)))

    def sides(F):
        if F is EXACT:
            return None
        return GivenSides({"M": F.between(Fraction(1), Fraction(2)), "c": F.number(1)}, F)

    assert decide_at(claim, sides, [Index()]).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("weight", [None, Fraction(1, 20)])
def test_units_of_reward_do_not_matter(algorithm, weight):
    base = [[["0.3", "0.7"], ["0.9", "0"]], [["1", "0.2"], ["0.4", "0.5"]]]
    kernel = [[[["0.5", "0.5"], ["0.1", "0.9"]], [["0.2", "0.8"], ["0.7", "0.3"]]]] * 2
    game = MarkovGame.of(rewards=[base, base], transition=kernel, discount="0.6")
    scaled = game.with_rewards(game.rewards.affine(Fraction(1, 7), Fraction(1, 3)))
    one = checked_run(game, algorithm, steps=20, regularization=weight)
    seven = checked_run(scaled, algorithm, steps=20, regularization=None if weight is None else weight * 7)
    assert one.step_size == seven.step_size * 7
    for left, right in zip(one.trajectory.policies, seven.trajectory.policies):
        np.testing.assert_allclose(left, right, rtol=1e-12)
    for left, right in zip(one.checks, seven.checks):
        assert left.verdict == right.verdict, (left, right)
        if left.claim.id == "zhang2022.theorem-6":  # asks for more iterations than these
            assert left.verdict is Verdict.VACUOUS
        else:
            assert left.verdict is Verdict.HOLDS
            assert left.ratio == pytest.approx(right.ratio, rel=1e-6)


def test_conditions_that_fail_make_a_statement_vacuous():
    game = MarkovGame.of(rewards=[[[[1, 0], [0, "0.5"]]]] * 2)
    verdicts = {entry.claim.id: entry for entry in checked_run(game, "gradient-play", steps=5, step_size=5).checks}
    assert verdicts["zhang2022.lemma-14"].verdict is Verdict.VACUOUS
    assert "asks for" in verdicts["zhang2022.lemma-14"].note
    assert verdicts["zhang2022.lemma-1"].verdict is Verdict.HOLDS
    start = strategies.Policy.of(game, [[["0.5", "0.5"]], [["0.6", "0.4"]]])
    barrier = checked_run(game, "natural-gradient-play", steps=5, regularization="0.1", start=start)
    assert {entry.claim.id: entry.verdict for entry in barrier.checks}["zhang2022.theorem-7"] is Verdict.VACUOUS
    pennies = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]])
    run = checked_run(pennies, "gradient-play", steps=5)
    assert {entry.claim.id: entry.verdict for entry in run.checks} == {
        "zhang2022.lemma-1": Verdict.HOLDS,
        "zhang2022.lemma-14": Verdict.VACUOUS,
        "zhang2022.eq-12": Verdict.VACUOUS,
    }


def test_a_violated_statement_reports_where(monkeypatch):
    never = Claim(
        id="test.never",
        title="the gap is zero",
        setting=Setting.POLICY,
        relation=Le(SYMBOL["nash_gap_i"], SYMBOL["M_theta"] / 1000),
    )
    monkeypatch.setattr("mpgcert.claims.runs.run_claims", lambda: iter([never]))
    game = MarkovGame.of(rewards=[[[[1, 0], [0, "0.5"]]]] * 2)
    (entry,) = checked_run(game, "gradient-play", steps=3).checks
    assert entry.verdict is Verdict.VIOLATED
    assert entry.worst == {"step": 0, "player": 0}
    assert entry.to_dict()["verdict"] == "violated"


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("step_size", {"step_size": 0}),
        ("step_size", {"step_size": "a"}),
        ("regularization", {"regularization": "-0.1"}),
        ("regularization", {"regularization": "nan"}),
    ],
)
def test_bad_parameters_are_named(field, arguments):
    game = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]]] * 2)
    with pytest.raises(InvalidInput, match=field):
        checked_run(game, "gradient-play", steps=3, **arguments)


def test_a_constant_potential_has_no_natural_step():
    flat = MarkovGame.of(rewards=[[[[1, 1], [1, 1]]]] * 2)
    with pytest.raises(InvalidInput, match="constant"):
        checked_run(flat, "natural-gradient-play", steps=3)
    assert replace(flat, name="x").fingerprint == flat.fingerprint
    assert FLOAT.name == "float"
