"""What is printed fits 80 columns, for every command and every kind of game, and is coloured on terminals only."""

import os
import pty
import re
import shlex
import subprocess
import sys

import pytest

GAMES = [
    "zhang2022-figure-1",
    "zhang2022-figure-3",
    "trembling-team",
    "maheshwari2023-routing",
    "facilities-distancing:players=5",
    "hambly2021-section-5.1",
    "lq-three-equilibria",
]
RUNS = [
    ("zhang2022-figure-1", "natural-gradient-play", 10),
    ("trembling-team", "decentralized-learning", 1000),
    ("lq-contraction", "natural-policy-gradient", 3),
]
LEMMA = "zhang2022.lemma-1"


@pytest.fixture
def fits(mpgcert, monkeypatch):
    """Run a command and look at the width of all its lines; returns what it printed."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*arguments):
        status, out, err = mpgcert(*arguments)
        assert status in (0, 1, 3), err
        assert "\x1b" not in out
        for line in out.splitlines():
            assert len(line) <= 80 or " " not in line.strip(), line
        return out

    return run


@pytest.mark.parametrize("game", GAMES)
def test_check_and_bounds(fits, game):
    assert "maheshwari2023" in fits("check", game) or "hambly2021" in fits("check", game)
    fits("bounds", game)


@pytest.mark.parametrize("game", ["stag-hunt", "trembling-team", "hambly2021-section-5.1", "random-potential"])
def test_solve(fits, game):
    fits("solve", game)


@pytest.mark.parametrize(("game", "algorithm", "steps"), RUNS)
def test_run_and_monitor(fits, tmp_path, game, algorithm, steps):
    file = tmp_path / "run.npz"
    fits("run", game, "--algorithm", algorithm, "--steps", steps, "-o", file)
    if algorithm != "decentralized-learning":
        fits("monitor", game, file)


def test_statements(fits, tmp_path):
    fits("claims", "maheshwari2023")
    for identifier in (LEMMA, "hambly2021.eq-3.11.right", "maheshwari2023.theorem-3.3"):
        fits("claims", "show", identifier)
    fits("audit", LEMMA, "--instances", 20, "--jobs", 1)
    fits("falsify", LEMMA, "--seconds", 1, "--jobs", 1)


def test_the_rest(fits, tmp_path):
    fits("games")
    fits("check", "--step-sizes", "alpha = 0.9*n^-0.6; beta = 1/(2*n)")
    fits("check", "matching-pennies", "--certificates", tmp_path)
    for file in tmp_path.glob("*definition-2*"):
        assert "accepted" in fits("verify", file)


def test_a_rejected_certificate(fits, tmp_path):
    (tmp_path / "no.json").write_text('{"schema": "' + "long words " * 30 + '"}')
    assert "rejected" in fits("verify", tmp_path / "no.json")


@pytest.mark.parametrize("command", ["", "check", "run", "audit", "games", "doctor", "monitor", "report"])
def test_help(fits, command):
    assert "--help" in fits(*command.split(), "--help")


@pytest.mark.parametrize("command", ["check", "bounds", "solve"])
def test_the_next_command_names_the_game_as_the_user_did(mpgcert, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert mpgcert("games", "show", "zhang2022-figure-1", "-o", "my game.json")[0] == 0
    _, out, _ = mpgcert(command, "my game.json")
    hint = out[out.index("next: ") :].removeprefix("next: ").replace("\\\n", " ")
    words = shlex.split(hint)
    assert words[0] == "mpgcert"
    assert words[2] == "my game.json"
    assert "GAME" not in words
    if command != "solve":  # that one leads to a report
        assert mpgcert(*words[1:])[0] in (0, 1, 3)


def test_a_long_next_command_can_be_copied(mpgcert, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = mpgcert("bounds", "hambly2021-section-5.1")
    hint = out[out.index("next: ") :]
    assert max(map(len, hint.splitlines())) <= 80
    assert "natural-policy-gradient" in shlex.split(hint.replace("\\\n", " "))


def on_a_terminal(*arguments, **environment):
    """What the command prints when standard output is a terminal."""
    ours, theirs = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "mpgcert", *arguments],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**known, "TERM": "xterm-256color", "COLUMNS": "80", **environment},
    ) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end was closed
                break
            if not part:
                break
            parts.append(part)
        process.wait(timeout=60)
    os.close(ours)
    return b"".join(parts).decode()


def test_colours_on_a_terminal_only_and_not_against_the_users_will():
    colour = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    assert colour.search(on_a_terminal("games"))
    assert not colour.search(on_a_terminal("games", NO_COLOR="1"))
    piped = subprocess.run(
        [sys.executable, "-m", "mpgcert", "games"],
        capture_output=True,
        text=True,
        env={**os.environ, "FORCE_COLOR": "1"},
        check=False,
    )
    assert colour.search(piped.stdout)
