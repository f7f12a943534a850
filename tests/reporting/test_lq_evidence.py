"""The stored statistics of the experiments of hambly2021: whole, shown, and reproduced from few runs."""

import json
from importlib.resources import files

import pytest

from mpgcert.auditing.audit import settled_status
from mpgcert.auditing.catalogue import find_claims
from mpgcert.games.builtin import builtin
from mpgcert.reporting.lq.evidence import GAMES, statistics
from mpgcert.reporting.lq.experiments import EXPERIMENTS, experiments_of
from mpgcert.reporting.lq.figures import repeat
from mpgcert.solvers.lq.solution import solve_riccati

STORED = {
    path.name.removesuffix(".json"): json.loads(path.read_text())
    for path in (files("bounds.hambly2021") / "evidence").iterdir()
}


def test_every_figure_has_statistics():
    wanted = {experiment.statement for name in GAMES for experiment in experiments_of(builtin(name))}
    assert {f"hambly2021.{label}" for label in STORED} == wanted
    assert {claim.id for _, claim in find_claims(["hambly2021"])} >= wanted
    assert len(EXPERIMENTS) > 0


@pytest.mark.parametrize("label", sorted(STORED))
def test_audits_report_them(label):
    ((_, claim),) = find_claims([f"hambly2021.{label}"])
    status = settled_status(claim)
    assert status.status == "evidence"
    assert status.to_dict()["evidence"] == STORED[label]
    for curve in STORED[label]["curves"]:
        for found in (*curve["below_level_at"].values(), curve["diverged"]):
            low, high = found["interval"]
            assert low <= found["runs"] / found["of"] <= high


def test_few_runs_agree_with_many():
    """Intervals of the same share overlap; starts are other ones, as fewer are drawn."""
    game = builtin("hambly2021-section-5.1")
    first = experiments_of(game)[:1]
    (finding,) = repeat(game, solve_riccati(game), first, 64)
    again, stored = statistics(finding), STORED[first[0].statement.split(".", 1)[1]]
    for mine, theirs in zip(again["curves"], stored["curves"]):
        assert mine["noise"] == theirs["noise"]
        for m, found in mine["below_level_at"].items():
            assert found["interval"][0] <= theirs["below_level_at"][m]["interval"][1]
            assert found["interval"][1] >= theirs["below_level_at"][m]["interval"][0]


def test_a_statement_shows_its_statistics(mpgcert):
    out = mpgcert("claims", "show", "hambly2021.section-5.1.figure-1")[1]
    assert "diverged in doubles" in out
    assert "1024" in out
