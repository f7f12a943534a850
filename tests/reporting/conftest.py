"""One report, built once, that the tests of this folder look at from several sides."""

from fractions import Fraction

import pytest

from mpgcert.games import MarkovGame, resolve
from mpgcert.reporting.page import Report, build_report

HOSTILE = '<script>alert("1 & 2")</script>'


@pytest.fixture(scope="session")
def hostile_game() -> MarkovGame:
    """A two-state potential game whose every label tries to break out of HTML, Markdown and terminal markup."""
    common = [[[1, 0], [0, "1/3"]], [[0, "1/2"], ["1/7", 1]]]
    kernel = [[[["1/2", "1/2"], [1, 0]], [["1/4", "3/4"], ["1/2", "1/2"]]]] * 2
    for row in kernel[0]:
        row[1] = ["1/3", "2/3"]
    return MarkovGame.of(
        name=HOSTILE,
        rewards=[common, common],
        transition=kernel,
        discount=Fraction(1, 2),
        states=["<b>s|0</b>", "[red]s_1[/red]"],
        players=["$a$", "`b`"],
        actions=[["*up*", "</table>"], ["[link](x)", "&amp;"]],
        notes={"source": f"{HOSTILE} | *x*", "experiment": {"step_size": "1/2", "regularization": "1/100"}},
    )


@pytest.fixture(scope="session")
def report(hostile_game: MarkovGame) -> Report:
    return build_report(hostile_game, steps=60)


@pytest.fixture(scope="session")
def html(report: Report) -> str:
    return report.to_html()


@pytest.fixture(scope="session")
def lq_report() -> Report:
    """Of a game to which the theorem applies, with an accuracy that few iterations reach."""
    return build_report(resolve("lq-contraction"), epsilon="0.0163", steps=12)


@pytest.fixture(scope="session")
def lq_html(lq_report: Report) -> str:
    return lq_report.to_html()
