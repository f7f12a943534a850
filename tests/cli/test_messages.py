"""What a user reads who asks for something else than was meant, or for more detail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mpgcert.learn.trajectory import Trajectory


def test_falsify_wants_one_statement(mpgcert):
    status, _, err = mpgcert("falsify", "maheshwari2023", "--seconds", 1, "--jobs", 1)
    assert status == 2
    assert "maheshwari2023: has 165 statements; expected the id of one of them, or `audit`" in err
    status, _, err = mpgcert("falsify", "zhang2022.definition-2")
    assert status == 2
    assert "states no relation (definition)" in err


@pytest.mark.parametrize("game", ["stag-hunt", "lq-contraction"])
def test_a_trajectory_that_is_none_is_no_matter_of_pickles(mpgcert, tmp_path, game):
    path = tmp_path / "run.json"
    path.write_text("{}")
    status, _, err = mpgcert("monitor", game, path)
    assert status == 2
    assert "cannot be read (no npz archive); expected an npz or CSV file" in err


def test_why_decentralized_learning_is_not_monitored(mpgcert, tmp_path):
    path = tmp_path / "run.npz"
    options = ("--algorithm", "decentralized-learning", "--steps", 5, "-o", path, "-q")
    assert mpgcert("run", "trembling-team", *options)[0] in (0, 1, 3)
    status, _, err = mpgcert("monitor", "trembling-team", path)
    assert status == 2
    assert "its statements are about limits" in err


@pytest.mark.parametrize("command", [("games",), ("claims", "maheshwari2023"), ("verify",)])
def test_every_command_can_say_what_it_does(mpgcert, tmp_path, command):
    if command == ("verify",):
        path = tmp_path / "certificate.json"
        path.write_text("{}")
        command = ("verify", path)
    status, _, err = mpgcert(*command, "--verbose", "--format", "json")
    assert status in (0, 1)
    assert " s\n" in err


def test_quiet_reports_print_nothing(mpgcert, tmp_path):
    status, out, err = mpgcert("report", "stag-hunt", "-o", tmp_path / "r.json", "--steps", 5, "--quiet")
    assert (status, out, err) == (0, "", "")


def test_one_is_singular(mpgcert, tmp_path):
    assert "\n1 statement\n" in mpgcert("claims", "zhang2022.lemma-3")[1]
    audit = mpgcert("audit", "zhang2022.lemma-1", "--instances", 3, "--jobs", 1)[1]
    assert "1 statement: 1 unrefuted" in audit
    searched = mpgcert("falsify", "zhang2022.lemma-3", "--seconds", 1, "--jobs", 1, "--certificates", tmp_path)
    assert f"1 certificate in {tmp_path}" in searched[2]


def test_equilibria_are_told_in_the_games_own_words(mpgcert):
    assert "pure                 stag  stag" in mpgcert("solve", "stag-hunt")[1].replace("hare  hare", "stag  stag")
    states = mpgcert("solve", "trembling-team")[1]
    assert "(state/state)" in " ".join(states.split())


def test_the_step_sizes_that_really_converge_are_named(mpgcert):
    text = " ".join(mpgcert("bounds", "lq-scalar")[1].split())
    assert "(eta_sharp) converge from every start, larger ones from almost none" in text


def test_a_statement_is_written_as_python_writes_it(mpgcert):
    text = mpgcert("claims", "show", "zhang2022.lemma-3")[1]
    assert "natural_direction*step_size == centred_advantage/(1 - discount)" in text
    assert "Every state is visited under every policy" in text
    assert "Eq(" not in text


def test_a_game_on_standard_output_is_a_file(mpgcert, tmp_path):
    text = mpgcert("games", "show", "stag-hunt")[1]
    mpgcert("games", "show", "stag-hunt", "-o", tmp_path / "game.json")
    assert text == (tmp_path / "game.json").read_text()


def test_names_are_not_broken_where_there_is_room(mpgcert, tmp_path, monkeypatch):
    rewards = [[[[["1/7", "2/9"], ["3/5", "4/11"]], [["5/8", "1/3"], ["1/9", "6/7"]]]] * 2] * 3
    kernel = [[[[["9/10", "1/10"]] * 2] * 2] * 2] * 2
    game = {"kind": "markov-game", "name": "wide", "discount": "0.9", "initial": ["0.5", "0.5"]}
    monkeypatch.chdir(tmp_path)  # the next command names the file, however long its path is
    path = Path("wide.json")
    path.write_text(json.dumps({**game, "transition": kernel, "rewards": rewards}))
    text = mpgcert("bounds", path)[1]
    assert text.count("\nnatural-gradient-play") == 3
    assert max(map(len, text.splitlines())) <= 80


def test_comparisons_that_rounding_leaves_open_are_shown(mpgcert, tmp_path):
    path = tmp_path / "run.npz"
    assert mpgcert("run", "stag-hunt", "--algorithm", "gradient-play", "--steps", 3, "-o", path, "-q")[0] == 0
    assert Trajectory.load(path).n_steps == 3
    assert "undecided" not in mpgcert("monitor", "stag-hunt", path)[1]


def test_a_reader_who_has_enough_is_no_verdict():
    command = f"set -o pipefail; {sys.executable} -m mpgcert claims zhang2022 | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("statement")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_no_internal_error():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "mpgcert", "claims", "zhang2022"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 2
    assert "mpgcert: error: standard output: No space left on device" in done.stderr
