"""Congestion games of many players through `check`, `bounds` and `run`; small ones are what their tensors say."""

from fractions import Fraction

import pytest
from count_games import count_games
from hypothesis import given, settings

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.any_game import any_run
from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.count_analysis import CountAnalysis
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import TooLarge
from mpgcert.games import CountGame, resolve
from mpgcert.games.normalization import Normalization
from mpgcert.solvers.exploration import explore


@given(count_games(max_players=3, max_states=2))
@settings(max_examples=25)
def test_decisions_by_structure_are_those_of_the_joint_tensors(game):
    by_structure = CountAnalysis(game)
    joint = Analysis(game.to_markov())
    found = by_structure.by_structure()
    expected = {entry.assumption.property: entry.decision for entry in check(joint).assumptions}
    for name, decision in found.items():
        if decision.verdict is not Verdict.UNDECIDED:
            assert decision.verdict is expected[name].verdict, name
    assert by_structure.normalization.scale == Normalization.of(game.to_markov()).scale
    if by_structure.phi_range is not None:
        low, high = joint.phi_range
        assert low <= by_structure.phi_range[0] <= high
    if by_structure.M is not None:
        exact = explore(game.to_markov()).M
        assert exact is not None
        assert by_structure.M[0] <= exact[0] <= exact[1] <= by_structure.M[1]


def test_one_hundred_players_are_checked_and_bounded():
    game = resolve("facilities")
    found = check(game)
    assert found.verdict("zhang2022.definition-2") is Verdict.HOLDS
    assert found.verdict("zhang2022.assumption-1") is Verdict.HOLDS
    assert found.verdict("maheshwari2023.assumption-3.1") is Verdict.HOLDS
    assert found.verdict("zhang2022.isolated-stationary-policies") is Verdict.UNDECIDED
    bounded = bounds(game, "1/100")
    assert bounded.constants["M"].lower == bounded.constants["M"].upper == 1
    theorem = next(entry for entry in bounded.theorems if entry.theorem.id == "zhang2022.theorem-6")
    assert theorem.applies is Verdict.HOLDS
    assert theorem.iterations is not None


def test_unequal_weights_are_refuted_with_a_cycle_to_check_by_hand():
    game = CountGame.of(rewards=[[5, *[1] * 49], [1] * 50, [2] * 50], weights=[2, *[1] * 49])
    found = check(game)
    entry = next(part for part in found.assumptions if part.assumption.id == "zhang2022.definition-2")
    assert entry.decision.verdict is Verdict.VIOLATED
    assert entry.decision.certificate["value"] == str(Fraction(-4))


def test_runs_of_many_players_check_what_needs_no_joint_tensor():
    result = any_run(resolve("facilities"), "gradient-play", steps=5)
    verdicts = {entry.claim.id: entry for entry in result.checks}
    assert verdicts["zhang2022.eq-12"].verdict is Verdict.HOLDS
    assert verdicts["zhang2022.lemma-1"].verdict is Verdict.UNDECIDED
    assert "1.6e62 rewards" in verdicts["zhang2022.lemma-1"].note
    with pytest.raises(TooLarge, match="joint tensor"):
        any_run(resolve("facilities"), "decentralized-learning", steps=5)


def test_commands_answer_for_congestion_games(answer, mpgcert, tmp_path):
    status, document = answer("check", "facilities:players=30")
    assert status == 3
    assert document["game"]["players"] == 30
    status, _, message = mpgcert("solve", "facilities")
    assert status == 2
    assert "joint tensor of 100 players" in message
    path = tmp_path / "game.json"
    assert mpgcert("games", "show", "facilities-distancing:players=12", "-o", path)[0] == 0
    status, document = answer("bounds", path)
    assert status == 0
    status, document = answer("check", "facilities-distancing:players=3")
    assert {entry["verdict"] for entry in document["assumptions"]} <= {"holds", "violated"}
