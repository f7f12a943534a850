"""Certificates of congestion games and of games beyond exact exploration; a reason wherever there is none."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mpgcert.certificates.document import NotCertified, assemble, embedded
from mpgcert.certificates.of_markov import assumption_by_property, of_property, visitation
from mpgcert.certificates.verify import verify
from mpgcert.claims.analysis import Analysis
from mpgcert.errors import InvalidInput
from mpgcert.games import resolve
from mpgcert.games.builtin import builtin
from mpgcert.learn.compiled import engine_for
from mpgcert.learn.run import run
from mpgcert.solvers import exploration

MANY = "facilities:players=40"


def index(folder):
    return json.loads((Path(folder) / "index.json").read_text())


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["check", MANY], "zhang2022.definition-2"),
        (["bounds", MANY], "zhang2022.theorem-6.gradient-play"),
        (["run", MANY, "--algorithm", "gradient-play", "--steps", "5"], "checked-trajectory"),
    ],
    ids=["check", "bounds", "run"],
)
def test_many_players_are_told_why_there_is_no_certificate(mpgcert, tmp_path, command, name):
    status, _, _ = mpgcert(*command, "--certificates", tmp_path / "c", "--quiet")
    assert status in (0, 3)
    found = index(tmp_path / "c")
    assert found["certificates"] == []
    reasons = {entry["name"]: entry["reason"] for entry in found["without"]}
    assert "joint tensor of 40 players" in reasons[name]


def test_few_players_are_verified_with_the_users_own_congestion_file(mpgcert, tmp_path):
    game, folder = tmp_path / "game.json", tmp_path / "c"
    assert mpgcert("games", "show", "facilities-distancing:players=3", "-o", game)[0] == 0
    mpgcert("check", game, "--certificates", folder, "--quiet")
    names = [entry["file"] for entry in index(folder)["certificates"]]
    assert "zhang2022.assumption-1.json" in names or "zhang2022.definition-2.json" in names
    for name in names:
        assert mpgcert("verify", folder / name, "--game", game)[0] == 0
        assert mpgcert("verify", folder / name, "--game", "facilities:players=3")[0] == 1


def test_reports_say_what_the_loads_tell(mpgcert, tmp_path):
    page = tmp_path / "page.md"
    assert mpgcert("report", MANY, "-o", page, "--steps", 3, "--certificates", tmp_path / "c", "--quiet")[0] == 0
    text = page.read_text()
    assert "the same 4 facilities for each player" in text
    assert "Rosenthal" in text
    assert "No equilibrium was searched for: the joint tensor of 40 players" in text
    assert "Without a certificate" in text


def test_long_runs_of_many_players_are_not_compiled():
    game = resolve(MANY)
    assert engine_for("auto", game, 10**9) == "plain"
    assert engine_for("auto", builtin("zhang2022-figure-1"), 10**9) == "compiled"
    with pytest.raises(InvalidInput, match="congestion game by its loads"):
        run(game, "gradient-play", steps=3, step_size=0.01, engine="compiled")


def test_a_game_explored_by_doubles_has_a_certificate(monkeypatch):
    monkeypatch.setattr(exploration, "EXACT_STATES", 5)
    analysis = Analysis(builtin("random-potential", states=8))
    assert len(analysis.exploration.minimising_choices) == 1
    assert not analysis.exploration.is_exact
    inner = of_property(assumption_by_property("every-state-visited"), analysis)
    certificate = assemble(inner, embedded(analysis.game))
    assert certificate.verdict == "holds"
    assert verify(certificate.text.encode())["accepted"]


def test_states_that_were_not_searched_are_not_certified():
    analysis = Analysis(builtin("random-potential", states=5))
    part = replace(analysis.exploration, searched_states=np.arange(4))
    analysis.__dict__["exploration"] = part
    with pytest.raises(NotCertified, match="not every state was searched"):
        visitation(analysis)
