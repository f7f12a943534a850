"""Runs on linear-quadratic games and the statements held against them; trajectories from elsewhere."""

import csv
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mpgcert.claims.any_game import any_monitor, any_run
from mpgcert.claims.bounds import bounds
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.runs import checked_lq_run, hold_lq
from mpgcert.claims.statements import run_claims
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.games.builtin import builtin
from mpgcert.learn.lq.run import run_lq
from mpgcert.learn.lq.step_sizes import step_sizes_of

EXAMPLE = builtin("lq-contraction")
NATURAL = "natural-policy-gradient"


def test_the_whole_horizon_of_theorem_3_5_with_every_step_checked():
    theorem = bounds(EXAMPLE).theorems[0]
    result = checked_lq_run(EXAMPLE, NATURAL, steps=theorem.iterations, checked=1000)
    assert result.step_size_from == "hambly2021.theorem-3.5"
    assert result.step_sizes == (theorem.step_size,) * 2
    assert result.trajectory.total_gap[-1] <= 0.01
    verdicts = {entry.claim.id: entry for entry in result.checks}
    contraction = verdicts["hambly2021.lemma-3.18.part-2"]
    assert contraction.verdict is Verdict.HOLDS
    assert contraction.instances == theorem.iterations + 1
    assert 0.9 < contraction.ratio <= 1
    assert Verdict.VIOLATED not in result.verdicts
    assert sum(entry.verdict is Verdict.HOLDS for entry in result.checks) >= 8


def test_a_contraction_that_does_not_happen_is_seen():
    """The same gains at every iterate: the rate of Theorem 3.5 is violated."""
    result = checked_lq_run(EXAMPLE, NATURAL, steps=50)
    still = tuple(np.repeat(part[:1], len(part), axis=0) for part in result.trajectory.gains)
    stuck = hold_lq(LQAnalysis.of(EXAMPLE), replace(result.trajectory, gains=still), result.step_sizes)
    violated = {entry.claim.id for entry in stuck.checks if entry.verdict is Verdict.VIOLATED}
    assert any(name.startswith("hambly2021.theorem-3.5") for name in violated)


def test_a_run_without_the_hypotheses_is_simulated_and_says_so():
    game = builtin("hambly2021-section-5.1")
    result = checked_lq_run(game, NATURAL, steps=200, step_size="0.1")
    assert result.trajectory.normalized_error[-1].max() < 0.01
    by_id = {entry.claim.id: entry for entry in result.checks}
    assert by_id["hambly2021.lemma-3.18.part-2"].verdict is Verdict.VACUOUS
    assert by_id["hambly2021.lemma-3.9.part-1"].verdict is Verdict.HOLDS
    assert Verdict.VIOLATED not in result.verdicts
    with pytest.raises(InvalidInput, match="step_size"):
        checked_lq_run(game, NATURAL, steps=1)


def test_divergence_is_reported_not_raised():
    game = builtin("hambly2021-section-5.1")
    result = checked_lq_run(game, NATURAL, steps=5000, step_size=2)
    assert result.trajectory.diverged
    assert result.to_dict()["trajectory"]["diverged"]


def test_model_free_runs_are_held_against_statements_about_single_policies():
    result = any_run(
        EXAMPLE, "model-free-natural-policy-gradient", steps=5, step_size=["0.01", "0.02"], trajectories=20, seed=3
    )
    assert {entry.claim.setting.name for entry in result.checks} == {"LQ_POLICY"}
    assert result.step_sizes == (Fraction(1, 100), Fraction(1, 50))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"algorithm": "gradient-play"}, "algorithm"),
        ({"regularization": 1}, "regularization"),
        ({"smoothing": 1}, "smoothing"),
        ({"step_size": "0.1,0.2,0.3"}, "step_size"),
        ({"step_size": "-1"}, "step_size"),
        ({"step_size": "a"}, "step_size"),
    ],
)
def test_options_of_the_wrong_kind_are_refused(options, field):
    settings = {"algorithm": NATURAL, "steps": 1, "step_size": "0.1"} | options
    with pytest.raises(InvalidInput, match=field):
        any_run(EXAMPLE, settings.pop("algorithm"), **settings)


def test_linear_algorithms_are_refused_for_tabular_games():
    with pytest.raises(InvalidInput, match="algorithm"):
        any_run(builtin("stag-hunt"), NATURAL, steps=1)


def test_step_sizes_are_read_exactly():
    assert step_sizes_of("0.1, 1/3", 2) == (Fraction(1, 10), Fraction(1, 3))
    assert step_sizes_of(1, 3) == (Fraction(1),) * 3


def test_our_own_run_is_monitored_without_complaint(tmp_path):
    path = tmp_path / "run.npz"
    run_lq(EXAMPLE, NATURAL, steps=10, step_size="0.001", record_every=1).save(path)
    result = any_monitor(EXAMPLE, str(path))
    assert result.iterates == 11
    assert result.largest_deviation < 1e-15
    assert Verdict.VIOLATED not in result.verdicts
    assert len(result.records) == sum(claim.setting.name != "LQ_RUN" for claim in run_claims(linear_quadratic=True))


def as_rows(gains):
    return [
        {"iterate": k, "player": i, "stage": t, "row": r, "column": c, "value": repr(float(part[k, t, r, c]))}
        for i, part in enumerate(gains)
        for k, t, r, c in np.ndindex(part.shape)
    ]


def test_a_csv_file_of_gains_says_the_same_as_an_npz_file(tmp_path):
    trajectory = run_lq(EXAMPLE, NATURAL, steps=5, step_size="0.001", record_every=1)
    with (tmp_path / "run.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["iterate", "player", "stage", "row", "column", "value"])
        writer.writeheader()
        writer.writerows(as_rows(trajectory.gains))
    trajectory.save(tmp_path / "run.npz")
    tables = [
        any_monitor(EXAMPLE, str(tmp_path / name), step_size="0.001").to_dict() for name in ("run.csv", "run.npz")
    ]
    assert tables[0] == tables[1]


def test_gains_that_jump_away_are_no_contraction(tmp_path):
    path = tmp_path / "jump.npz"
    gains = np.array([0.1, 0.05, 0.3]).reshape(3, 1, 1, 1)
    np.savez(path, gains_1=gains, gains_2=-gains, step_size=0.001)
    result = any_monitor(EXAMPLE, str(path))
    assert result.largest_deviation > 0.01
    broken = next(r for r in result.records if r.claim.id == "hambly2021.lemma-3.18.part-2")
    assert broken.verdict is Verdict.VIOLATED
    assert broken.first_violation["iterate"] == 1


BROKEN = {
    "missing": {"gains_1": np.zeros((2, 1, 1, 1))},
    "shape": {"gains_1": np.zeros((2, 1, 1, 2)), "gains_2": np.zeros((2, 1, 1, 1))},
    "lengths": {"gains_1": np.zeros((2, 1, 1, 1)), "gains_2": np.zeros((3, 1, 1, 1))},
    "nan": {"gains_1": np.full((2, 1, 1, 1), np.nan), "gains_2": np.zeros((2, 1, 1, 1))},
    "empty": {"gains_1": np.zeros((0, 1, 1, 1)), "gains_2": np.zeros((0, 1, 1, 1))},
    "text": {"gains_1": np.array("x"), "gains_2": np.zeros((2, 1, 1, 1))},
    "step": {"gains_1": np.zeros((2, 1, 1, 1)), "gains_2": np.zeros((2, 1, 1, 1)), "step_size": np.array(-1.0)},
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_trajectories_get_one_line(name, tmp_path, mpgcert):
    path = tmp_path / "broken.npz"
    np.savez(path, **({"step_size": 0.1} | BROKEN[name]))
    status, out, err = mpgcert("monitor", "lq-contraction", path)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "broken.npz" in err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "iterate,player\n0,0\n",
        "iterate,player,stage,row,column,value\n0,0,0,0,5,1\n",
        "iterate,player,stage,row,column,value\n0,0,0,0,0,x\n",
    ],
)
def test_broken_csv_files_get_one_line(text, tmp_path, mpgcert):
    path = tmp_path / "broken.csv"
    path.write_text(text)
    status, _, err = mpgcert("monitor", "lq-contraction", path, "--step-size", "0.1")
    assert status == 2
    assert err.count("\n") == 1
