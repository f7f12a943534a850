"""CSV and LaTeX on the command line, and trajectories that are read back."""

import csv
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mpgcert.claims.runs import checked_run
from mpgcert.errors import InvalidInput
from mpgcert.games import resolve
from mpgcert.learn.external import read_trajectory
from mpgcert.learn.lq.external import read_gains
from mpgcert.learn.lq.run import run_lq
from mpgcert.learn.trajectory import Trajectory
from mpgcert.strategies import games

FIGURE = "zhang2022-figure-1"
COMMANDS = [
    ("check", FIGURE),
    ("check", "lq-contraction"),
    ("bounds", FIGURE),
    ("bounds", "lq-contraction"),
    ("solve", "stag-hunt"),
    ("solve", "lq-contraction"),
    ("run", FIGURE, "--algorithm", "gradient-play", "--steps", 10),
    ("games",),
    ("claims", "maheshwari2023"),
    ("audit", "zhang2022.lemma-1", "--instances", 20, "--jobs", 1),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(map(str, command[:2])))
def test_tables_as_csv_and_latex(mpgcert, command):
    status, out, err = mpgcert(*command, "--format", "csv")
    assert status in (0, 1, 3)
    assert err == ""
    header, *rows = csv.reader(io.StringIO(out))
    assert rows
    assert all(len(row) == len(header) for row in rows)
    again, latex, _ = mpgcert(*command, "--format", "latex")
    assert again == status
    assert r"\toprule" in latex
    assert "next:" not in latex


def test_the_verdicts_are_those_of_json(answer, mpgcert):
    document = answer("check", FIGURE)[1]
    rows = csv.DictReader(io.StringIO(mpgcert("check", FIGURE, "--format", "csv")[1]))
    told = [(row["id"], row["verdict"]) for row in rows]
    assert told == [(entry["id"], entry["verdict"]) for entry in document["assumptions"]]


def test_one_of_several_tables(mpgcert):
    rows = list(csv.DictReader(io.StringIO(mpgcert("bounds", FIGURE, "--format", "csv", "--table", "constants")[1])))
    assert {row["name"]: row["value_exact"] for row in rows}["phi_range"] == "1.2"
    latex = mpgcert("bounds", FIGURE, "--format", "latex", "--table", "constants")[1]
    assert latex.count(r"\begin{table}") == 1
    status, out, err = mpgcert("bounds", FIGURE, "--format", "csv", "--table", "nonsense")
    assert (status, out) == (2, "")
    assert "theorems or constants" in err
    status, out, err = mpgcert("bounds", FIGURE, "--table", "constants")
    assert (status, out) == (2, "")
    assert "csv or latex" in err


@pytest.mark.parametrize("suffix", ["csv", "npz"])
@pytest.mark.parametrize(
    ("game", "options"),
    [
        (FIGURE, ("--algorithm", "gradient-play")),
        (FIGURE, ("--algorithm", "natural-gradient-play", "--regularization", "1/60")),
        ("lq-contraction", ("--algorithm", "natural-policy-gradient")),
        ("lq-scalar", ("--algorithm", "natural-policy-gradient", "--step-size", "0.1,0.2")),
    ],
)
def test_a_saved_run_is_monitored_without_further_options(answer, mpgcert, tmp_path, suffix, game, options):
    file = tmp_path / f"run.{suffix}"
    status, document = answer("run", game, *options, "--steps", 4, "-o", file)
    assert status in (0, 3)
    status, monitored = answer("monitor", game, file)
    assert status in (0, 3)
    assert monitored["iterates"] == 5
    assert monitored["largest_deviation"] < 1e-12
    verdicts = {entry["id"]: entry["verdict"] for entry in document["checks"]}
    told = {entry["id"]: entry["verdict"] for entry in monitored["checks"]}
    both = verdicts.keys() & told.keys()
    assert both
    for identifier in both - {"hambly2021.lemma-3.18.part-2"}:
        assert "violated" not in (verdicts[identifier], told[identifier])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(game=games(), steps=st.integers(0, 6), every=st.sampled_from([1, 2]))
def test_both_forms_hold_the_same_numbers(tmp_path, game, steps, every):
    from mpgcert.learn.run import run

    trajectory = run(game, "gradient-play", steps=steps, step_size="1/7", record_every=every)
    found = []
    for suffix in ("csv", "npz"):
        file = tmp_path / f"run.{suffix}"
        trajectory.save(file, {"step_size": "1/7", "regularization": "0"})
        found.append(read_trajectory(str(file), game))
    assert found[0].step_size == found[1].step_size
    assert str(found[0].step_size) == "1/7"
    assert found[0].is_whole == found[1].is_whole == (every == 1)
    for left, right, recorded in zip(found[0].policies, found[1].policies, trajectory.policies):
        assert np.array_equal(left, right)
        assert np.array_equal(left, recorded)


def test_a_strided_run_is_held_against_statements_about_policies_only(answer, tmp_path):
    for suffix in ("csv", "npz"):
        file = tmp_path / f"run.{suffix}"
        assert answer("run", FIGURE, "--algorithm", "gradient-play", "--steps", 2001, "-o", file)[0] == 0
        status, document = answer("monitor", FIGURE, file, "--every", 500)
        assert status == 0
        assert document["largest_deviation"] is None
        assert [entry["id"] for entry in document["checks"]] == ["zhang2022.lemma-1"]


def test_gains_in_both_forms(tmp_path):
    game = resolve("lq-random:seed=1")
    trajectory = run_lq(game, "natural-policy-gradient", steps=4, step_size="1/50")
    found = []
    for suffix in ("csv", "npz"):
        trajectory.save(tmp_path / f"run.{suffix}")
        found.append(read_gains(str(tmp_path / f"run.{suffix}"), game))
    assert found[0].step_sizes == found[1].step_sizes
    for left, right, recorded in zip(found[0].gains, found[1].gains, trajectory.gains):
        assert np.array_equal(left, right)
        assert np.array_equal(left, recorded)


def test_saved_with_exact_parameters_it_loads_as_before(tmp_path):
    result = checked_run(resolve(FIGURE), "gradient-play", steps=3)
    result.save(tmp_path / "run.npz")
    assert Trajectory.load(tmp_path / "run.npz").to_dict() == result.trajectory.to_dict()


def test_a_truncated_run_is_not_taken_for_the_algorithm(mpgcert, tmp_path):
    for suffix in ("csv", "npz"):
        file = tmp_path / f"run.{suffix}"
        options = ("--algorithm", "natural-gradient-play", "--truncation", 0.01, "--steps", 5)
        assert mpgcert("run", FIGURE, *options, "-o", file)[0] in (0, 3)
        with pytest.raises(InvalidInput, match="not truncated"):
            read_trajectory(str(file), resolve(FIGURE))


@pytest.mark.parametrize("name", ["run.txt", "run", "no-such-folder/run.csv"])
def test_a_run_that_cannot_be_saved_is_refused_before_it_is_made(mpgcert, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    steps = 10**9
    status, out, err = mpgcert("run", FIGURE, "--algorithm", "gradient-play", "--steps", steps, "-o", name)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
