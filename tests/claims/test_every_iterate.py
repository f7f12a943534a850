"""All iterates of a run: the same ones, screened against what deciding each of them alone says."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.claims import every_iterate
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.engine import check, screen
from mpgcert.claims.every_iterate import Screened, screen_run
from mpgcert.claims.point import Point
from mpgcert.claims.runs import checked_run
from mpgcert.claims.statements import run_claims
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Policy
from mpgcert.games.builtin import builtin
from mpgcert.learn import run
from mpgcert.strategies import games

CLAIMS = ["zhang2022.lemma-1", "zhang2022.theorem-6.ascent"]


def told(claim_id):
    return next(claim for claim in run_claims() if claim.id == claim_id)


@given(games(max_players=2, max_states=3, max_actions=3), st.sampled_from(["plain", "compiled"]), st.integers(1, 12))
@settings(max_examples=8)
def test_iterates_are_those_of_the_run_and_ratios_those_of_each_alone(game, engine, steps):
    every = run(game, "gradient-play", steps=steps, step_size=0.25, record_every=1, engine=engine)
    coarse = run(game, "gradient-play", steps=steps, step_size=0.25, record_every=7, engine=engine)
    analysis, claim = Analysis.of(game), told("zhang2022.lemma-1")
    point = Point.along_run(analysis, "gradient-play", Fraction(1, 4), Fraction(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every_iterate, "_LONGEST", 5)
        seen = []
        for first, policies in every_iterate._stretches(analysis, coarse):
            for k in range(policies[0].shape[-1]):
                for found, expected in zip(policies, every.policy(first + k), strict=True):
                    np.testing.assert_array_equal(found[..., k], expected)
                seen.append(first + k)
        assert seen == list(range(steps + 1))
        out = screen_run(analysis, coarse, point, [claim])[claim.id]
    alone = [screen(claim, replace(point, policy=Policy.from_doubles(every.policy(t)))) for t in range(steps + 1)]
    ratios = [entry.ratio for entry in alone if entry is not None]
    assert out.iterates == steps + 1
    if ratios:
        assert out.ratio == pytest.approx(max(ratios), rel=1e-6, abs=1e-9)
    else:
        assert out.ratio is None


def test_the_iterate_that_breaks_a_statement_is_found_and_proved():
    """A statement that only iterates between the recorded ones break."""
    game = builtin("trembling-team")
    steps = 1000
    result = checked_run(game, "gradient-play", steps=steps, step_size="1/10", every_iterate=True)
    analysis, trajectory = Analysis.of(game), result.trajectory
    point = Point.along_run(analysis, "gradient-play", Fraction(1, 10), Fraction(0))
    claim = told("zhang2022.lemma-1")
    bold = replace(claim, relation=claim.relation.func(claim.relation.lhs * 4, claim.relation.rhs))
    found = screen_run(analysis, trajectory, point, [bold])[claim.id]
    assert found.verdict is Verdict.VIOLATED
    step, outcome = next(entry for entry in found.decided if entry[1].verdict is Verdict.VIOLATED)
    every = run(game, "gradient-play", steps=steps, step_size=0.1, record_every=1, engine=trajectory.engine)
    assert check(bold, replace(point, policy=Policy.from_doubles(every.policy(step)))).verdict is Verdict.VIOLATED
    own = next(entry for entry in result.checks if entry.claim.id == claim.id)
    broken = own.with_all(found)
    assert broken.verdict is Verdict.VIOLATED
    assert broken.worst["step"] == step
    assert broken.ratio == outcome.ratio
    # the statement itself holds, and says how it was looked at
    assert own.verdict is Verdict.HOLDS
    assert own.screened.iterates == steps + 1
    assert "all 1,001 iterates screened" in own.note


def test_open_iterates_leave_the_verdict_open():
    game = builtin("stag-hunt")
    own = next(
        entry
        for entry in checked_run(game, "gradient-play", steps=50, step_size="1/10", every_iterate=True).checks
        if entry.claim.id == "zhang2022.lemma-1"
    )
    assert own.verdict is Verdict.HOLDS
    open_one = own.with_all(Screened(iterates=51, ratio=1.0, step=3, open=1))
    assert open_one.verdict is Verdict.UNDECIDED
    assert open_one.to_dict()["screened"]["open"] == 1


@pytest.mark.parametrize("name", CLAIMS)
def test_an_interrupt_keeps_what_was_done(name):
    game = builtin("stag-hunt")
    analysis = Analysis.of(game)
    trajectory = run(game, "gradient-play", steps=100, step_size=0.1, potential=analysis.phi)
    point = Point.along_run(analysis, "gradient-play", Fraction(1, 10), Fraction(0))

    def interrupt(done, total, what):
        assert (total, what) == (101, "every iterate")
        if done > 1:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every_iterate, "_LONGEST", 30)
        found = screen_run(analysis, trajectory, point, [told(name)], interrupt)
    assert found[name].iterates == 31


def test_the_command_tells_it(mpgcert):
    status, out, _ = mpgcert(
        "run", "stag-hunt", "--algorithm", "gradient-play", "--steps", 40, "--every-iterate", "--format", "json"
    )
    assert status in (0, 3)
    assert '"iterates": 41' in out
    assert "zhang2022.lemma-1" in out
