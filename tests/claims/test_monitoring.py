"""Trajectories of others: the published runs, our own, and ones that break a statement on purpose."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mpgcert.auditing.catalogue import find_claims
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check
from mpgcert.claims.monitoring import monitor, record_of
from mpgcert.claims.runs import checked_run
from mpgcert.claims.sides import Point
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Policy, resolve
from mpgcert.learn.external import ExternalTrajectory
from mpgcert.learn.run import run

FIGURE = resolve("zhang2022-figure-1")
PUBLISHED = Path(__file__).parents[1] / "data" / "zhang2022.npz"
SETTINGS = [
    ("gradient-play", Fraction(5, 72), Fraction(0)),
    ("natural-gradient-play", Fraction(5, 24), Fraction(0)),
    ("gradient-play", Fraction(1, 20), Fraction(1, 30)),
    ("natural-gradient-play", Fraction(1, 50), Fraction(1, 60)),
]


def as_external(trajectory, step_size, regularization):
    return ExternalTrajectory(trajectory.policies, trajectory.algorithm, step_size, regularization)


@pytest.mark.parametrize(("algorithm", "eta", "lam"), SETTINGS)
def test_an_honest_run_passes_and_agrees_with_run(algorithm, eta, lam):
    trajectory = run(FIGURE, algorithm, steps=40, step_size=float(eta), regularization=float(lam), record_every=1)
    result = monitor(FIGURE, as_external(trajectory, eta, lam))
    assert result.largest_deviation < 1e-14
    runs = [checked_run(FIGURE, algorithm, steps=steps, step_size=eta, regularization=lam).checks for steps in (40, 39)]
    assert {record.claim.id for record in result.records} == {entry.claim.id for entry in runs[0]}
    for record in result.records:
        # a recorded run goes one step beyond its last policy, a trajectory of others ends there
        checks = runs[record.claim.setting is Setting.STEP]
        own = next(entry for entry in checks if entry.claim.id == record.claim.id)
        assert record.verdict == own.verdict
        assert record.first_violation is None
        if record.verdict is Verdict.HOLDS:
            assert record.worst_ratio == pytest.approx(own.ratio, rel=1e-6)


def test_a_step_in_the_wrong_direction_is_caught_where_it_happens():
    eta = Fraction(5, 72)
    trajectory = run(FIGURE, "gradient-play", steps=20, step_size=float(eta), record_every=1)
    parts = [part.copy() for part in trajectory.policies]
    for part in parts:
        part[11:] = part[:1]  # back to the start
    result = monitor(FIGURE, ExternalTrajectory(tuple(parts), "gradient-play", eta, Fraction(0)))
    ascent = next(record for record in result.records if record.claim.id == "zhang2022.lemma-14")
    assert ascent.verdict is Verdict.VIOLATED
    assert ascent.first_violation["iterate"] == 10
    assert result.verdicts.count(Verdict.VIOLATED) >= 1
    assert result.largest_deviation > 1e-3


def test_what_rounding_could_explain_is_no_violation():
    tiny = 1e-17  # next to the equilibrium (3, 1): the gradient is smaller than what rounding moves
    rows = [np.array([[tiny, tiny, 1.0]]), np.array([[1.0, tiny]])]
    rng = np.random.default_rng(0)
    parts = tuple(np.repeat(row[None], 5, axis=0) * (1 + rng.uniform(-1e-16, 1e-16, (5, *row.shape))) for row in rows)
    result = monitor(FIGURE, ExternalTrajectory(parts, "gradient-play", Fraction(5, 72), Fraction(0)))
    ascent = next(record for record in result.records if record.claim.id == "zhang2022.lemma-14")
    assert ascent.verdict is Verdict.UNDECIDED
    assert ascent.undecided == ascent.compared == 4
    assert "4 (4 undecided)" in str(result)


def test_the_published_runs_are_what_they_claim_to_be():
    data = np.load(PUBLISHED)
    name = "figure-1-uniform.gradient-play"
    steps = data[f"{name}/steps"]
    first = int(np.argmax(np.diff(steps) != 1)) + 1  # the iterates that follow each other from the start
    policies = tuple(data[f"{name}/policy_{i + 1}"][:first, None, :] for i in range(2))
    published = ExternalTrajectory(policies, "gradient-play", Fraction(5), Fraction(0))
    result = monitor(FIGURE, published)
    assert result.largest_deviation < 1e-12
    verdicts = {record.claim.id: record.verdict for record in result.records}
    assert verdicts["zhang2022.lemma-1"] is Verdict.HOLDS
    assert verdicts["zhang2022.lemma-14"] is Verdict.VACUOUS  # step size 5 is beyond every theorem


def test_the_json_form_and_sparse_comparison():
    trajectory = run(FIGURE, "gradient-play", steps=10, step_size=0.05, record_every=1)
    result = monitor(FIGURE, as_external(trajectory, Fraction(1, 20), Fraction(0)), every=5)
    document = result.to_dict()
    assert document["iterates"] == 11
    assert {entry["id"] for entry in document["checks"]} == {"zhang2022.lemma-1", "zhang2022.lemma-14"}
    assert all(entry["compared"] <= 3 for entry in document["checks"])


def test_why_a_statement_says_nothing_about_a_trajectory():
    def silent(game, eta):
        trajectory = run(game, "gradient-play", steps=3, step_size=float(eta), record_every=1)
        records = monitor(game, as_external(trajectory, eta, Fraction(0))).records
        return {record.claim.id: record.note for record in records if record.verdict is Verdict.VACUOUS}

    assert silent(FIGURE, Fraction(5, 72)) == {}
    asked = "the statement asks for a step size of at most 0.083333; here it is 6 (with rewards in [0, 1])"
    assert silent(FIGURE, Fraction(5)) == {"zhang2022.lemma-14": asked, "zhang2022.eq-12": asked}
    pennies = silent(resolve("matching-pennies"), Fraction(1, 100))
    assert pennies["zhang2022.lemma-14"].startswith("an assumption fails for this game: Markov potential game")


def test_one_open_comparison_leaves_the_verdict_open():
    ((_, claim),) = find_claims(["zhang2022.lemma-1"])
    base = Point.along_run(Analysis.of(FIGURE), "gradient-play", Fraction(1, 10), Fraction(0))
    decided = check(claim, replace(base, policy=Policy.uniform(FIGURE)))
    assert decided.verdict is Verdict.HOLDS
    open_one = replace(decided, verdict=Verdict.UNDECIDED)
    verdicts = {
        record_of(claim, enumerate(outcomes), 2, lambda *_: None).verdict
        for outcomes in ([decided, open_one], [open_one, decided], [open_one, open_one])
    }
    assert verdicts == {Verdict.UNDECIDED}
    assert record_of(claim, enumerate([decided, decided]), 2, lambda *_: None).verdict is Verdict.HOLDS
