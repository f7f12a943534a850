"""What readers are told about a verdict: true, with the numbers that decide it, in the words of the field."""

import pytest

from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.lq.runs import checked_lq_run
from mpgcert.claims.runs import checked_run
from mpgcert.claims.solutions import solve
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame
from mpgcert.games.builtin import builtin

TEAM = MarkovGame.of(rewards=[[[[1, 0], [0, "0.5"]]]] * 2, name="team")
PENNIES = builtin("matching-pennies")


def vacuous(result):
    return {entry.claim.id: entry for entry in result.checks if entry.verdict is Verdict.VACUOUS}


def test_a_condition_that_fails_is_told_with_its_numbers():
    entry = vacuous(checked_run(TEAM, "gradient-play", steps=5, step_size=5))["zhang2022.lemma-14"]
    assert entry.note == "the statement asks for a step size of at most 0.083333; here it is 5"
    scaled = checked_run(builtin("stag-hunt"), "gradient-play", steps=5, step_size=1)
    assert vacuous(scaled)["zhang2022.lemma-14"].note.endswith("here it is 4 (with rewards in [0, 1])")


def test_a_run_that_is_too_short_is_told_so():
    entry = vacuous(checked_run(TEAM, "gradient-play", steps=5, regularization="0.1"))["zhang2022.theorem-6"]
    assert entry.note.startswith("the statement asks for regularization**2*step_size*steps*(1 - discount) at least")
    assert entry.note.endswith("at the last recorded iterate")
    assert entry.failed == entry.claim.given[1]


def test_an_assumption_that_fails_is_named_as_the_catalogue_does():
    entry = vacuous(checked_run(PENNIES, "gradient-play", steps=5))["zhang2022.lemma-14"]
    assert entry.note == "an assumption fails for this game: Markov potential game (stage potential)"


def test_why_statements_about_linear_quadratic_runs_are_vacuous():
    found = vacuous(
        checked_lq_run(builtin("hambly2021-section-5.1"), "natural-policy-gradient", steps=3, step_size="0.1")
    )
    theorem, step = found["hambly2021.theorem-3.5"], found["hambly2021.eq-3.57"]
    assert theorem.note.startswith("the statement asks for sigma_X**5/norm_Sigma_star above")
    assert theorem.failed == theorem.claim.given[0]
    assert step.note.startswith("the statement asks for a step size of at most")
    assert "here it is 0.1" in step.note


def test_why_there_is_no_equilibrium_with_a_potential():
    note = solve(PENNIES).note
    assert note.startswith("no potential to maximise: not a Markov potential game; 0 of 4 deterministic policies are")
    assert "1 of 4 deterministic policies is an equilibrium" in solve(builtin("prisoners-dilemma")).note


def test_why_bounds_have_no_value():
    notes = [note for bound in bounds(PENNIES).theorems for note in bound.notes]
    assert set(notes) == {
        "no step size: the game has no stage potential",
        "no iteration bound: the game has no stage potential",
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("matching-pennies", "M is exactly 1, at"),
        ("trembling-team", "M is exactly 16/7, about 2.28571, at"),
        ("random-potential", "M is exactly 19262/661, about 29.1407, at"),
    ],
)
def test_exactly_is_said_of_exact_numbers_only(name, told):
    (entry,) = (entry for entry in check(builtin(name)).assumptions if entry.assumption.id == "zhang2022.assumption-1")
    assert told in entry.decision.summary


@pytest.mark.parametrize(("name", "told"), [("lq-contraction", " is above "), ("lq-scalar", ", is not above ")])
def test_an_inequality_that_fails_is_not_told_as_one_that_holds(name, told):
    entry = next(entry for entry in check(builtin(name)).assumptions if entry.assumption.sides)
    assert entry.decision.summary.startswith("the left side, ")
    assert told in entry.decision.summary
    assert "<=" not in entry.decision.summary
