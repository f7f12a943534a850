"""Every public result shows itself in a notebook, on a terminal and in one line, whatever its labels say."""

from html.parser import HTMLParser

import numpy as np
import pytest

from mpgcert.auditing.audit import audit, settled_status
from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.falsify import Falsification
from mpgcert.certificates.collection import check_certificates
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.any_game import any_run
from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.monitoring import monitor
from mpgcert.claims.runs import checked_run
from mpgcert.claims.solutions import solve
from mpgcert.games import resolve
from mpgcert.learn.external import ExternalTrajectory
from mpgcert.reporting.tables.of_runs import decentralized_run
from mpgcert.solvers.potential import find_potential

VOID = {"br", "hr", "img", "col", "meta", "path", "use", "rect", "line"}


class Page(HTMLParser):
    """The text, the elements, and whether each end fits its beginning."""

    def __init__(self, source):
        super().__init__()
        self.text, self.open, self.tags = [], [], set()
        self.feed(source)
        assert not self.open

    def handle_data(self, data):
        self.text.append(data)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert tag == "svg" or name not in ("src", "href") or value.startswith("#")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def shown(hostile_game):
    game, hostile = hostile_game, hostile_game.name
    run = checked_run(game, "gradient-play", steps=20)
    lq = resolve("lq-contraction")
    learned = any_run(resolve("trembling-team"), "decentralized-learning", steps=50)
    theirs = ExternalTrajectory(run.trajectory.policies, "gradient-play", run.step_size, run.regularization)
    finding = Finding("false", hostile, survives=hostile)
    claim = Claim("mine.hostile", hostile, Setting.POLICY, kind="definition", latex="x<y", finding=finding)
    (_, lemma), *_ = find_claims(["zhang2022.lemma-1"])
    analysis = Analysis.of(game)
    certificates = check_certificates(check(analysis), analysis)
    found = {
        "game": game,
        "check": check(game),
        "bounds": bounds(game),
        "solutions": solve(game),
        "run": run,
        "trajectory": run.trajectory,
        "potential": find_potential(game),
        "monitored": monitor(game, theirs),
        "claim": claim,
        "finding": finding,
        "status": settled_status(claim),
        "falsification": Falsification(lemma, 3, 2, 0.5, {"game": {"name": hostile}}, None),
        "audit": audit(["zhang2022.lemma-1"], instances=10, jobs=1),
        "certificate": certificates.entries["zhang2022.definition-2"],
        "certificates": certificates,
        "tables": bounds(game).tables(),
        "lq game": lq,
        "lq bounds": bounds(lq),
        "lq solutions": solve(lq),
        "lq run": any_run(lq, "natural-policy-gradient", steps=2),
        "count game": resolve("facilities:players=3"),
        "learned": learned,
        "learned trajectory": learned.trajectory,
    }
    assert len({type(thing) for thing in found.values()}) == len(found)
    return found


def test_html_is_well_formed_self_contained_and_escaped(shown, hostile_game):
    for name, thing in shown.items():
        html = thing._repr_html_()
        page = Page(html)
        assert "script" not in page.tags, name
        assert "b" not in page.tags, name
        assert "http" not in html.replace("http://www.w3.org", ""), name
        assert {"table", "dl", "p"} & page.tags, name
    named = ("game", "check", "bounds", "solutions", "run", "trajectory", "monitored", "claim", "finding")
    for name in (*named, "status"):
        assert hostile_game.name in "".join(Page(shown[name]._repr_html_()).text), name


def test_reprs_are_one_short_line(shown):
    for name, thing in shown.items():
        if name != "finding":  # plain data
            assert len(repr(thing)) < 250, name
            assert "\n" not in repr(thing), name


def test_printed_results_are_what_the_command_line_shows(shown):
    for name in ("check", "bounds", "solutions", "run", "monitored", "status", "audit", "falsification", "learned"):
        text = str(shown[name])
        assert "\x1b" not in text
        assert "next: " not in text
        assert max(map(len, text.splitlines())) <= 80, name
        assert not any(line.endswith(" ") for line in text.splitlines())
    assert "zhang2022.theorem-7" in str(shown["bounds"])


def test_a_run_shows_its_plots(shown):
    assert shown["run"]._repr_html_().count("<svg") == 4
    assert all("<svg" not in shown[name]._repr_html_() for name in ("check", "bounds", "solutions"))


def test_a_small_matrix_game_shows_its_payoffs():
    html = resolve("stag-hunt")._repr_html_()
    assert html.count("<td") + html.count("<th") >= 9
    assert "3, 0" in html or "0, 3" in html


def test_comparison_of_results_is_left_alone(shown, hostile_game):
    assert check(hostile_game) == shown["check"]
    assert np.shape(shown["trajectory"].steps) == (21,)


def test_rows_that_are_left_out_are_counted():
    learned = any_run(resolve("trembling-team"), "decentralized-learning", steps=50)
    course, *_ = decentralized_run(learned)
    hidden = len(course.rows) - len(course.shown_rows)
    assert hidden > 0
    assert f"({hidden} more rows in to_dict())" in learned._repr_html_()
    assert len(learned.to_dict()["trajectory"]["steps"]) == len(course.rows)
