import io
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.runs import checked_run
from mpgcert.claims.solutions import solve
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import resolve
from mpgcert.games.builtin import catalogue
from mpgcert.reporting import terminal
from mpgcert.reporting.progress import progress
from mpgcert.reporting.tables.of_games import games


def shown(capsys):
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "\x1b" not in captured.out, "colours belong on a terminal only"
    tables = [line for line in captured.out.splitlines() if not line.startswith("next: ")]
    assert max(map(len, tables)) <= 80
    return captured.out


def test_games(capsys):
    terminal.show_parts([games([entry.to_dict() for entry in catalogue()])])
    text = shown(capsys)
    assert all(entry.name in text for entry in catalogue())


def test_check(capsys, hostile_game):
    result = check(hostile_game)
    terminal.show(result)
    text = shown(capsys)
    assert hostile_game.name in text
    for entry in result.assumptions:
        assert entry.assumption.id in text
    assert text.count("holds") >= 3


def test_labels_are_not_read_as_markup(capsys):
    game = replace(resolve("matching-pennies"), actions=(("[red]", "[/red]"), ("[bold]", "x")))
    terminal.show(check(game))
    assert "gets -1 for ([red], x)" in " ".join(shown(capsys).split())


def test_bounds(capsys):
    result = bounds(resolve("zhang2022-figure-1"))
    terminal.show(result, "zhang2022-figure-1")
    text = shown(capsys)
    assert "5/72" in text
    assert "mpgcert run" in text.splitlines()[-1], "the last line says what to do next"
    assert "zhang2022.theorem-7" in text


def test_solve(capsys):
    terminal.show(solve(resolve("stag-hunt")))
    text = shown(capsys)
    assert "4, 4" in text
    assert "2 of 4 deterministic policies" in text


def test_run(capsys):
    result = checked_run(resolve("zhang2022-figure-1"), "gradient-play", steps=50, step_size=5)
    terminal.show(result)
    text = shown(capsys)
    assert "zhang2022.eq-12" in text
    assert str(Verdict.VACUOUS) in text
    assert "the statement asks for a step size of at most" in text, "conditions are in plain characters"
    assert "\\" not in text


@given(st.integers(0, 100), st.text(max_size=5))
def test_progress_is_silent_without_a_terminal(done, what):
    error, sys.stderr = sys.stderr, io.StringIO()
    try:
        with progress(True) as report:
            report(done, 100, what)
        assert sys.stderr.getvalue() == ""
    finally:
        sys.stderr = error


@pytest.mark.parametrize("enabled", [True, False])
def test_progress_on_a_terminal_shows_rate_and_remaining_time(enabled, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(enabled) as report:
        for done in range(0, 101, 10):
            report(done, 100, "gradient-play")
    assert ("gradient-play" in screen.getvalue()) == enabled
    assert (":" in screen.getvalue()) == enabled
