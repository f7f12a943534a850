"""Assumptions decided on games whose answer is known by construction."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import ExactArray
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.verdicts import Verdict, all_of, exit_status
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.games.builtin import builtin
from mpgcert.solvers.potential import improvement

DEFINITIONS = ("zhang2022.definition-2", "maheshwari2023.definition-2.1")


def planted(seed=0, states=5, sizes=(2, 3, 2)):
    """Common interest plus shaping: a potential game by construction, in general position otherwise."""
    rng = np.random.default_rng(seed)
    shape = (states, *sizes)
    kernel = rng.multinomial(1000, np.ones(states) / states, size=shape)
    common, w = rng.integers(0, 1000, size=shape), rng.integers(-500, 500, size=(len(sizes), states))
    rewards = common * 10**4 + 10**4 * w.reshape(len(sizes), states, *[1] * len(sizes))
    rewards = rewards - 9 * np.stack([kernel @ part for part in w])  # discount 9/10, kernel over 1000
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, 10**7),
        transition=ExactArray.of_integers(kernel, 1000),
        discount="0.9",
        name="planted",
    )


def test_a_planted_potential_is_found_and_a_millionth_refutes_it():
    game = planted()
    start = time.perf_counter()
    found = check(game)
    assert all(found.verdict(name) is Verdict.HOLDS for name in DEFINITIONS)
    assert next(e for e in found.assumptions if e.assumption.id == DEFINITIONS[0]).decision.evidence["proved"]
    nested = game.rewards.fractions()
    nested[37] += Fraction(1, 10**6)
    moved = game.with_rewards(ExactArray.of_fractions(nested, game.rewards.shape))
    analysis = Analysis.of(moved)
    refuted = analysis.potential
    assert time.perf_counter() - start < 4  # two seconds each
    assert refuted.verdict == "violated"
    assert refuted.cycle.recompute(moved) == refuted.cycle.value != 0
    assert refuted.cycle.recompute(game) == 0


@settings(max_examples=20)
@given(st.data())
def test_bounds_exist_exactly_where_the_hypotheses_hold(data):
    game = data.draw(strategies.games(max_states=2, max_players=2, unit_rewards=False))
    analysis = Analysis.of(game)
    found, result = check(analysis), bounds(analysis, "0.5")
    for entry in result.theorems:
        expected = all_of(
            Verdict.HOLDS if name.endswith("unit-interval") else found.verdict(name)
            for name in entry.theorem.hypotheses
        )
        assert entry.applies is expected
        if entry.step_size is not None:
            assert entry.step_size > 0
        if found.verdict(DEFINITIONS[0]) is Verdict.VIOLATED:
            assert entry.iterations is None
    visited = found.verdict("zhang2022.assumption-1") is Verdict.HOLDS
    assert (result.constants["M"].upper is not None) == visited
    if visited:
        crude = 1 / ((1 - game.discount) * min(game.initial.fractions())) if game.initial.min() > 0 else None
        assert result.constants["M"].lower >= game.n_states
        assert crude is None or result.constants["M"].upper <= crude
        assert result.constants["D_inf"].upper <= result.constants["M"].upper


def test_scaling_rewards_scales_what_it_should():
    game = planted(seed=3, states=2, sizes=(2, 2))
    ten = game.with_rewards(game.rewards.affine(Fraction(1, 10), Fraction(-1)))
    one, tenfold = bounds(game, "0.1"), bounds(ten, 1)
    assert one.constants["M"].upper == tenfold.constants["M"].upper
    assert one.constants["phi_range"].upper * 10 == tenfold.constants["phi_range"].upper
    assert one.constants["beta"].upper * 10 == tenfold.constants["beta"].upper
    for left, right in zip(one.theorems, tenfold.theorems):
        assert left.step_size == right.step_size * 10
        assert left.iterations == right.iterations
        if left.regularization is not None:
            assert left.regularization * 10 == right.regularization


def test_a_constant_potential_is_told_and_not_divided_by():
    flat = MarkovGame.of(rewards=[[[[1, 1], [1, 1]]]] * 2)
    for entry in bounds(flat).theorems:
        if "phi_range" in {symbol.name for symbol in entry.theorem.step_size.free_symbols}:
            assert entry.step_size is None
            assert any("constant potential" in note for note in entry.notes)


def test_the_bound_on_M_needs_full_exploration():
    stuck = MarkovGame.of(
        rewards=[[[1, 0], [0, 1]]], transition=[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], discount="0.5", initial=[1, 0]
    )
    found = check(stuck)
    assert found.verdict("zhang2022.assumption-1") is Verdict.VIOLATED
    result = bounds(stuck)
    assert result.constants["M"].is_infinite
    assert result.constants["M"].to_dict()["exact"] == "infinity"
    assert result.theorems[4].applies is Verdict.VIOLATED


@pytest.mark.parametrize("epsilon", [0, -1, "x", float("nan"), None])
def test_epsilon_is_validated(epsilon):
    game = MarkovGame.of(rewards=[[[0, 1]]])
    if epsilon is None:
        assert bounds(game, epsilon).epsilon == Fraction(1, 10)
    else:
        with pytest.raises(InvalidInput, match="epsilon"):
            bounds(game, epsilon)


def test_exit_status_table():
    holds, violated, vacuous, undecided = Verdict.HOLDS, Verdict.VIOLATED, Verdict.VACUOUS, Verdict.UNDECIDED
    assert exit_status([]) == exit_status([holds, vacuous]) == 0
    assert exit_status([undecided, violated]) == 1
    assert exit_status([undecided, holds]) == 3
    assert all_of([holds, undecided]) is undecided


def test_a_one_shot_game_is_classified_beside_the_assumptions(monkeypatch):
    facts = check(builtin("battle-of-the-sexes")).facts
    assert facts["stage_games"] == [facts["potential_class"]["kind"]]
    assert "potential_class" not in check(planted(states=2)).facts
    monkeypatch.setattr(improvement, "MAX_EDGES", 3)  # it has eight unilateral changes
    facts = check(builtin("battle-of-the-sexes")).facts
    assert "potential_class" not in facts
    assert facts["stage_games"] == []
