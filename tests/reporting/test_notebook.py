from html.parser import HTMLParser

import pytest

from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.runs import checked_run
from mpgcert.claims.solutions import solve


@pytest.fixture(scope="module")
def displays(hostile_game):
    game = hostile_game
    results = (check(game), bounds(game), solve(game), checked_run(game, "gradient-play", steps=20))
    return [result._repr_html_() for result in results]


def test_results_show_themselves_escaped(hostile_game, displays):
    for display in displays:
        text: list[str] = []
        parser = HTMLParser()
        parser.handle_data = text.append  # type: ignore[method-assign]
        parser.feed(display)
        assert hostile_game.name in "".join(text)
        assert "<script" not in display
        assert "<table>" in display


def test_a_run_shows_its_plots(displays):
    assert displays[3].count("<svg") == 4
    assert all("<svg" not in display for display in displays[:3])
