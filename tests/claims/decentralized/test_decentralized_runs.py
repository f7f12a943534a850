"""Runs of decentralized learning as a command: step sizes, limits, refutations, and what is refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.claims.any_game import any_run
from mpgcert.claims.decentralized import checked_decentralized_run, limits_of
from mpgcert.claims.decentralized.steps import ExpressionStep, steps_of
from mpgcert.claims.step_sizes import StepSizes
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.games.builtin import builtin
from mpgcert.learn.decentralized.step_sizes import PowerStep
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.equilibrium import pure_equilibria

TEAM = builtin("trembling-team")


def two_states(first, second, **changes):
    """Common interest in two states, the next of which is a fair coin, whatever is played."""
    data = {
        "rewards": [[first, second]] * 2,
        "transition": [[[["1/2", "1/2"]] * 2] * 2] * 2,
        "discount": "1/2",
        "initial": ["1/2", "1/2"],
    }
    return MarkovGame.of(**(data | changes))


def test_players_who_explore_by_halves_do_not_find_the_only_equilibrium():
    """Numbers by hand: q is the value against an opponent who errs a quarter of the time, 1/2 a coin's next state."""
    game = two_states([[6, 0], [5, 4]], [[6, 5], [0, 4]])
    limits = limits_of(game, "1/2")
    found = limits.refutation
    assert found is not None
    assert found.is_global
    assert found.point.policy.choices().tolist() == [[1, 0], [0, 1]]
    assert found.point.q[0].fractions() == [Fraction(19, 2), Fraction(39, 4), Fraction(41, 4), Fraction(8)]
    assert found.point.q[1].fractions() == [Fraction(41, 4), Fraction(8), Fraction(19, 2), Fraction(39, 4)]
    assert found.point.nash_gap == nash_gap(game, found.point.policy).bracket[0] == 1
    (only,) = pure_equilibria(game)
    assert only.policy.choices().tolist() == [[0, 0], [0, 0]]
    assert only.is_strict


def test_the_run_goes_where_the_limit_is():
    game = two_states([[6, 0], [5, 4]], [[6, 5], [0, 4]])
    result = checked_decentralized_run(game, steps=300_000, exploration="0.5", seed=4)
    limit = limits_of(game, "0.5").refutation.point
    last = [part[-1] for part in result.trajectory.policies]
    assert max(np.abs(a - b.to_float()).max() for a, b in zip(last, limit.policy.probabilities)) < 0.05
    assert max(np.abs(a[-1] - b.to_float()).max() for a, b in zip(result.trajectory.q, limit.q)) < 0.4
    assert result.diagnostics.explored_q_error[-1].max() < 0.4
    assert result.diagnostics.q_error[-1].max() > 1
    assert result.refutes
    assert result.verdicts == [Verdict.VIOLATED]


def test_little_exploration_leaves_the_equilibrium_alone():
    game = two_states([[6, 0], [5, 4]], [[6, 5], [0, 4]])
    limits = limits_of(game, "1/10")
    assert limits.refutation is None
    assert all(point.nash_gap == 0 for point in limits.field.points)
    assert checked_decentralized_run(game, steps=100, exploration="0.1").verdicts == []


def test_a_game_too_large_to_enumerate_says_so():
    limits = limits_of(builtin("maheshwari2023-routing"), "0.1")
    assert limits.field is None
    assert "65536" in limits.note


def test_step_sizes_that_the_assumption_refuses_can_still_be_run():
    result = checked_decentralized_run(TEAM, steps=50, step_sizes="alpha = n^-0.5; beta = n^-0.5", exploration="0.3")
    verdicts = {entry.assumption.id: entry.decision.verdict for entry in result.clauses}
    assert verdicts["maheshwari2023.assumption-3.2.iv"] is Verdict.VIOLATED
    assert verdicts["maheshwari2023.assumption-3.2"] is Verdict.VIOLATED


@given(
    st.fractions(min_value="1/100", max_value="99/100", max_denominator=100),
    st.fractions(min_value="1/10", max_value=2, max_denominator=20),
    st.integers(0, 9),
    st.integers(1, 10**6),
)
def test_powers_are_recognised_and_have_the_right_values(scale, exponent, shift, n):
    text = f"alpha = {scale}*(n+{shift})^-({exponent}); beta = {scale}/(n+{shift})^({exponent})"
    alpha, beta = steps_of(StepSizes.parse(text, 2))
    for step in (*alpha, *beta):
        assert isinstance(step, PowerStep)
        assert step(n) == pytest.approx(float(scale) * (n + shift) ** -float(exponent), rel=1e-12)


def test_other_sequences_are_evaluated_as_they_are_written():
    alpha, beta = steps_of(StepSizes.parse("alpha = 1/log(n+2); beta = exp(-1)*min(1/2, log(n+1)/n)", 1))
    assert isinstance(alpha[0], ExpressionStep)
    assert alpha[0](5) == pytest.approx(1 / np.log(7))
    assert beta[0](100) == pytest.approx(np.exp(-1) * np.log(101) / 100)
    assert "log" in alpha[0].__name__


@pytest.mark.parametrize(
    "options",
    [
        {"exploration": "0"},
        {"exploration": "1"},
        {"exploration": "0.1,0.2,0.3"},
        {"exploration": "much"},
        {"step_sizes": "alpha = 2; beta = 1/n"},
        {"step_sizes": "alpha = n; beta = 1/n"},
        {"step_sizes": "alpha = __import__('os'); beta = 1/n"},
        {"step_sizes": "beta = 1/n"},
        {"step_size": "0.1"},
        {"smoothing": "1"},
    ],
)
def test_what_cannot_be_run_is_refused(options):
    with pytest.raises(InvalidInput):
        any_run(TEAM, "decentralized-learning", steps=10, **options)


@pytest.mark.parametrize("name", ["stag-hunt", "zhang2022-figure-1"])
def test_a_discount_of_0_is_refused(name):
    with pytest.raises(InvalidInput, match="discount"):
        any_run(builtin(name), "decentralized-learning", steps=10)


def test_the_command(answer, tmp_path):
    path = tmp_path / "run.npz"
    arguments = ("run", "trembling-team", "--algorithm", "decentralized-learning", "--steps", 2000, "-o", path)
    status, document = answer(*arguments, "--exploration", "0.5")
    assert status == 1
    assert path.exists()
    assert document["checks"][0]["id"] == "maheshwari2023.theorem-3.3"
    assert document["limits"]["refutation"]["nash_gap_exact"] == "11/6"
    assert document["trajectory"]["steps"][-1] == 2000
    assert len(document["trajectory"]["nash_gap"]) == len(document["trajectory"]["steps"])
    assert [entry["verdict"] for entry in document["assumptions"]] == ["holds"] * len(document["assumptions"])
    assert answer(*arguments, "--exploration", "0.05")[0] == 0


def test_the_table_fits_80_columns(mpgcert):
    out = mpgcert("run", "trembling-team", "--algorithm", "decentralized-learning", "--steps", 300)[1]
    assert max(len(line) for line in out.splitlines() if not line.startswith("next:")) <= 80
