"""The page's section on decentralized learning says what the runs and the exact limits say."""

import pytest

from mpgcert.games.builtin import builtin
from mpgcert.reporting.blocks import Details, Figures, Table
from mpgcert.reporting.page import build_report
from mpgcert.reporting.sections.decentralized import learn, section

TEAM = builtin("trembling-team")


@pytest.fixture(scope="module")
def learning():
    return learn(TEAM, stages=4000, runs=6)


def test_the_games_own_settings_are_used(learning):
    assert learning.ensemble.exploration == (0.5, 0.5)
    assert learn(builtin("maheshwari2023-routing"), stages=50, runs=1).step_sizes == "alpha = n^-0.5; beta = n^-1"


def test_a_refuted_limit_is_on_the_page(learning):
    shown = section(TEAM, learning)
    text = repr(shown.blocks)
    assert "maheshwari2023.theorem-3.3" in text
    assert "11/6" in text
    figures = next(block for block in shown.blocks if isinstance(block, Figures))
    assert [figure.id for figure in figures.figures] == ["decentralized-gaps-figure", "decentralized-estimates-figure"]
    details = next(block for block in shown.blocks if isinstance(block, Details))
    tables = [block for block in details.blocks if isinstance(block, Table)]
    (limit,) = [row[3] for row in tables[1].rows if row[:3] == ("1", "lean", "bold")]
    assert limit.text == "10.453125"  # 669/64


def test_the_table_shows_the_ends_of_the_runs(learning):
    table = next(block for block in section(TEAM, learning).blocks if isinstance(block, Table))
    medians = {row[0]: row[2] for row in table.rows}
    assert float(medians["NE-gap of the policies"].full) == learning.ensemble.bands("nash_gap", (0.5,))[0, -1]


def test_same_seeds_same_record(learning):
    assert learn(TEAM, stages=4000, runs=6).to_dict() == learning.to_dict()


def test_without_discount_there_is_no_such_section():
    report = build_report(builtin("stag-hunt"), steps=2)
    assert report.records["learning"] is None
    assert "Decentralized learning" not in [part.title for part in report.sections]
