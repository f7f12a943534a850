"""The commands as a user meets them: JSON, exit status, messages, start-up time."""

import json
import os
import subprocess
import sys
import time

import pytest

FIGURE = "zhang2022-figure-1"


def write_game(folder, document):
    path = folder / "game.json"
    path.write_text(json.dumps(document))
    return path


def test_check_of_figure_1(answer):
    status, document = answer("check", FIGURE)
    verdicts = {entry["id"]: entry["verdict"] for entry in document["assumptions"]}
    assert verdicts == {
        "zhang2022.rewards-in-unit-interval": "violated",
        "zhang2022.definition-2": "holds",
        "maheshwari2023.definition-2.1": "holds",
        "maheshwari2023.assumption-3.1": "holds",
        "zhang2022.assumption-1": "holds",
        "zhang2022.isolated-stationary-policies": "holds",
    }
    assert status == 1
    visited = next(entry for entry in document["assumptions"] if entry["id"] == "zhang2022.assumption-1")
    assert visited["evidence"]["M"]["exact"] == "1"
    for entry in document["assumptions"]:
        assert {"id", "verdict", "statement", "evidence", "certificate"} <= set(entry)


def test_exit_status_says_what_the_verdicts_say(answer, tmp_path):
    coordination = {"kind": "matrix-game", "common_payoff": [[1, 0], [0, 0.5]]}
    assert answer("check", write_game(tmp_path, coordination))[0] == 0
    # three players with a choice, no tie: whether stationary policies are isolated stays open
    three = {"kind": "matrix-game", "common_payoff": [[[1, 0.1], [0.2, 0.3]], [[0.4, 0.6], [0.7, 0]]]}
    status, document = answer("check", write_game(tmp_path, three))
    assert status == 3
    assert [e["verdict"] for e in document["assumptions"]].count("undecided") == 1


def test_bounds_of_figure_1(answer):
    status, document = answer("bounds", FIGURE, "--epsilon", "0.1")
    assert status == 0
    constants = document["constants"]
    assert constants["M"]["exact"] == "1"
    assert constants["phi_range"]["exact"] == "1.2"
    assert constants["beta"]["exact"] == "14.4"
    assert {"n", "discount", "D_inf", "beta_regularized"} <= set(constants)
    theorems = {(entry["id"], entry["algorithm"]): entry for entry in document["theorems"]}
    assert len(theorems) == 6
    step = theorems["zhang2022.theorem-5", "gradient-play"]
    assert step["step_size_exact"] == "5/72"
    assert step["applies"] == "holds"
    barrier = theorems["zhang2022.theorem-7", "natural-gradient-play"]
    assert (barrier["step_size_exact"], barrier["regularization_exact"]) == ("5/244", "1/60")
    assert barrier["iterations"] == 632448
    assert max(entry["step_size"] for entry in document["theorems"]) < 5  # the paper's experiments use 5


def test_solve_of_figure_1(answer):
    status, document = answer("solve", FIGURE)
    assert status == 0
    assert document["complete"]
    (only,) = document["equilibria"]
    assert only["actions"] == [[2], [0]]
    assert only["values_exact"] == ["0.2", "0.2"]
    assert only["nash_gap"] == 0


def test_run_writes_the_trajectory_and_checks_it(answer, tmp_path):
    path = tmp_path / "run.npz"
    status, document = answer("run", FIGURE, "--algorithm", "natural-gradient-play", "--steps", 50, "-o", path)
    assert status == 0
    assert path.exists()
    trajectory = document["trajectory"]
    assert {"steps", "nash_gap", "potential", "gradient_norm", "c"} <= set(trajectory)
    assert len(trajectory["steps"]) == len(trajectory["potential"]) == 51
    verdicts = {entry["id"]: entry["verdict"] for entry in document["checks"]}
    assert verdicts == {"zhang2022.lemma-1": "holds", "zhang2022.lemma-20": "holds", "zhang2022.eq-13": "holds"}


def test_a_random_start_depends_on_its_seed_only(answer):
    def first(seed):
        arguments = ("--algorithm", "gradient-play", "--steps", 1, "--start", "random", "--seed", seed)
        return answer("run", FIGURE, *arguments)[1]["trajectory"]["nash_gap"][0]

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_games_lists_and_shows(answer, mpgcert, tmp_path):
    _, document = answer("games")
    names = [entry["name"] for entry in document["games"]]
    for name in [FIGURE, "zhang2022-figure-2", "zhang2022-figure-3", "leonardos2021-congestion", "matching-pennies"]:
        assert name in names
    path = tmp_path / "figure.json"
    assert mpgcert("games", "show", FIGURE, "-o", path)[0] == 0
    written = answer("check", path)[1]
    assert written["assumptions"] == answer("check", FIGURE)[1]["assumptions"]
    assert written["game"]["fingerprint"] == answer("check", FIGURE)[1]["game"]["fingerprint"]
    status, out, _ = mpgcert("games", "show", FIGURE)
    assert status == 0
    assert json.loads(out)["name"] == FIGURE


@pytest.mark.parametrize("command", ["check", "bounds", "solve"])
def test_tables_fit_80_columns(mpgcert, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, err = mpgcert(command, FIGURE)
    assert out.strip()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    assert mpgcert(command, FIGURE, "--quiet")[1] == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "no-such-game"], "no-such-game"),
        (["check", "zhang2022-figure-9"], "zhang2022-figure-3"),
        (["check", "missing.json"], "missing.json"),
        (["bounds", FIGURE, "--epsilon", "-1"], "epsilon"),
        (["bounds", FIGURE, "--epsilon", "small"], "epsilon"),
        (["run", FIGURE, "--algorithm", "gradient-play", "--steps", "5", "--step-size", "0"], "step_size"),
        (["run", FIGURE, "--algorithm", "gradient-play", "--steps", "5", "--regularization", "-1"], "regularization"),
        (["run", FIGURE, "--algorithm", "gradient-play", "--steps", "5", "--start", "nowhere.json"], "nowhere.json"),
        (["run", "matching-pennies", "--algorithm", "natural-gradient-play", "--steps", "5"], "step_size"),
        (["report", FIGURE, "-o", "report.pdf"], "report.pdf"),
        (["report", FIGURE, "-o", "no-such-folder/report.html"], "no-such-folder"),
    ],
)
def test_bad_input_is_one_line_and_status_2(mpgcert, monkeypatch, tmp_path, arguments, says):
    monkeypatch.chdir(tmp_path)
    status, out, err = mpgcert(*arguments)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert says in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []  # nothing half-written


@pytest.mark.parametrize("arguments", [["run", FIGURE], ["check"], ["nonsense"], ["check", FIGURE, "--format", "xml"]])
def test_bad_usage_is_status_2(mpgcert, arguments):
    status, out, err = mpgcert(*arguments)
    assert status == 2
    assert out == ""
    assert err


def test_an_internal_error_is_status_4(mpgcert, monkeypatch):
    monkeypatch.setattr("mpgcert.claims.check.check", lambda game: 1 / 0)
    status, _, err = mpgcert("check", FIGURE)
    assert status == 4
    assert "internal error" in err
    assert "Traceback" not in err


def cold_seconds(*arguments):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mpgcert", *arguments], capture_output=True, check=False)
    return time.perf_counter() - start


@pytest.mark.parametrize(("arguments", "limit"), [(["--help"], 0.3), (["check", FIGURE], 1.5)])
def test_cold_start(arguments, limit):
    """The best of three, since other processes may share the machine."""
    limit *= 2 if os.environ.get("PYTEST_XDIST_WORKER") else 1
    assert min(cold_seconds(*arguments) for _ in range(3)) < limit


def test_python_names_of_the_interface():
    import mpgcert as mc

    game = mc.load(FIGURE)
    assert mc.check(game).verdict("zhang2022.definition-2") == "holds"
    assert mc.bounds(game, epsilon="0.1").constants["M"].value == 1
    assert len(mc.solve(game).equilibria) == 1
    assert mc.run(game, "gradient-play", steps=3).trajectory.n_steps == 3
    assert mc.find_potential(game).verdict == "holds"
    assert mc.nash_gap(game, mc.Policy.uniform(game)).bracket[0] > 0
    assert mc.MarkovGame.of(rewards=[[[1, 0]]]).n_players == 1
    assert "solve" in dir(mc)
    with pytest.raises(AttributeError):
        _ = mc.nonsense
