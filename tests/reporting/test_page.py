import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, resolve
from mpgcert.games.files import to_text
from mpgcert.reporting.page import build_report, write_report
from mpgcert.solvers.potential import find_potential

VOID = {"meta", "br", "hr", "img", "link", "input"}
LOADING = {"link", "iframe", "object", "embed", "img", "video", "audio", "source", "base", "form"}


class Outline(HTMLParser):
    """What the tests ask of a page: elements with attributes, nesting, headings and visible text."""

    def __init__(self, source):
        super().__init__()
        self.open, self.elements, self.headings, self.text = [], [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        if not {"style", "annotation", "script"} & set(self.open):
            self.text.append(data)


@pytest.fixture(scope="module")
def outline(html):
    return Outline(html)


def test_every_element_is_closed_in_order(outline):
    assert outline.open == []


def test_nothing_is_loaded_and_one_script_of_ours_is_run(html, outline):
    assert not LOADING & {tag for tag, _, _ in outline.elements}
    (script,) = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (a["content"] for _, a, _ in outline.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    for tag, attributes, _ in outline.elements:
        assert not any(name.startswith("on") for name in attributes), f"<{tag}> has a handler"
        for name in ("src", "srcset", "action", "data", "background"):
            assert name not in attributes
        assert (attributes.get("href") or "#").startswith("#"), f"<{tag}> refers outside the page"
    without_namespaces = re.sub(r'xmlns="http://www\.w3\.org/[^"]+"', "", html)
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", without_namespaces)


def test_headings_descend_one_level_at_a_time(outline):
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(outline.headings))


def test_ids_are_unique_and_references_resolve(outline):
    ids = [attributes["id"] for _, attributes, _ in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes, _ in outline.elements:
        referred = re.findall(r"url\(#([^)]+)\)", attributes.get("clip-path") or "")
        referred += [attributes["href"][1:]] if "href" in attributes else []
        referred += (attributes.get("aria-labelledby") or "").split()
        assert set(referred) <= set(ids)


def test_drawings_and_tables_are_labelled(html, outline):
    drawings = [attributes for tag, attributes, _ in outline.elements if tag == "svg"]
    assert len(drawings) == 19
    assert all(attributes.get("role") == "img" and attributes.get("aria-labelledby") for attributes in drawings)
    tables = sum(tag == "table" for tag, _, _ in outline.elements)
    assert tables == sum(tag == "caption" for tag, _, _ in outline.elements)
    assert all("scope" in attributes for tag, attributes, _ in outline.elements if tag == "th")
    regions = [attributes for _, attributes, _ in outline.elements if attributes.get("role") == "region"]
    assert all(attributes["aria-label"] and attributes["tabindex"] == "0" for attributes in regions)


def test_labels_of_a_game_are_text(hostile_game, html, outline):
    shown = "".join(outline.text)
    for label in (hostile_game.name, "<b>s|0</b>", "[red]s_1[/red]", "`b`", "</table>", "&amp;"):
        assert label in shown
    assert html.count("<script") == 1


def test_what_is_asked_for_is_there_in_order(report):
    titles = [part.title for part in report.sections]
    assert titles == [
        "In short",
        "The game",
        "Assumptions",
        "Constants",
        "Bounds beside what happened",
        "Decentralized learning",
        "Equilibria",
        "What this does not establish",
        "How to reproduce",
        "Where the numbers come from",
    ]


def test_equal_games_give_equal_bytes(hostile_game, report, html):
    again = build_report(hostile_game, steps=60)
    assert again.to_html() == html
    assert again.to_markdown() == report.to_markdown()
    assert again.to_json() == report.to_json()


def test_json_is_strict_and_holds_every_answer(hostile_game, report):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    answer = json.loads(report.to_json(), parse_constant=refuse)
    assert answer["schema"] == "mpgcert/report/1"
    assert answer["game"]["fingerprint"] == hostile_game.fingerprint
    assert {entry["id"] for entry in answer["check"]["assumptions"]} >= {"zhang2022.definition-2"}
    assert {"M", "phi_range"} <= set(answer["bounds"]["constants"])
    assert answer["solve"]["equilibria"]
    runs = [(run["variant"], run["parameters"]) for run in answer["runs"]]
    names = ("gradient-play", "natural-gradient-play", "gradient-play-log-barrier", "natural-gradient-play-log-barrier")
    assert runs == [(name, origin) for name in names for origin in ("theorem", "experiment")]
    assert answer["runs"][1]["step_size_exact"] == "0.5"
    assert answer["runs"][5]["regularization_exact"] == "0.01"
    assert all(run["checks"] for run in answer["runs"])
    for run in answer["runs"]:
        trajectory = run["trajectory"]
        assert (trajectory["steps"][0], trajectory["steps"][-1]) == (0, 60)
        assert len(trajectory["nash_gap"]) == len(trajectory["c"]) == len(trajectory["steps"]) <= 101


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.html.gz"])
def test_another_suffix_is_refused_before_any_work(tmp_path, name):
    with pytest.raises(InvalidInput, match=r"output.*\.html or \.md or \.json"):
        write_report(None, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="no folder"):
        write_report(None, tmp_path / "missing" / "report.html")


def test_writing_replaces_the_file_at_once_or_leaves_it(tmp_path, hostile_game, report, html, monkeypatch):
    monkeypatch.setattr("mpgcert.reporting.page.build_report", lambda *args, **kwargs: report)
    path = tmp_path / "report.HTML"
    path.write_text("old")
    assert write_report(hostile_game, path) == path
    assert path.read_text(encoding="utf-8") == html

    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(InvalidInput, match="no space"):
        write_report(hostile_game, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.HTML"]
    assert path.read_text(encoding="utf-8") == html


@pytest.mark.parametrize(("options", "field"), [({"steps": 0}, "steps"), ({"epsilon": "-1"}, "epsilon")])
def test_wrong_parameters_are_named(hostile_game, options, field):
    with pytest.raises(InvalidInput, match=field):
        build_report(hostile_game, **options)


def test_a_game_without_potential_gets_its_cycle_worked_out():
    refuted = build_report(resolve("matching-pennies"), steps=20)
    text = refuted.to_markdown()
    assert "No, not a Markov potential game" in text
    rows = re.findall(r"\| (?:\d\. player|sum).*\| (-?\d+) \|", text)
    changes, total = [int(change) for change in rows[:4]], int(rows[4])
    assert total == sum(changes) == find_potential(resolve("matching-pennies")).cycle.value
    assert total != 0
    assert "<svg" not in text
    Outline(refuted.to_html())


def test_a_changed_game_is_not_told_to_be_built_in():
    """Who writes a built-in game as a file, and changes it, keeps its name."""
    kept, changed = resolve("stag-hunt"), MarkovGame.of(name="stag-hunt", rewards=[[[[4, 0], [3, 2]]]] * 2)
    for game, told in ((kept, "The game is built in."), (changed, "GAME.json stands for the file with this game.")):
        text = build_report(game, steps=2).to_markdown()
        assert told in text
        assert ("mpgcert check stag-hunt\n" in text) is (game is kept)


def test_the_data_are_on_the_page(html, hostile_game):
    text = unescape(html)
    assert to_text(hostile_game).rstrip() in text


def test_why_there_is_no_run_is_said_once():
    text = build_report(resolve("matching-pennies"), steps=2).to_markdown()
    assert "No run with a theorem's step size: the game has no stage potential." in text


def test_nothing_is_promised_where_the_theorem_does_not_apply():
    rewards, transition = [[[[1, 0], [0, 1]], [[1, 1], [0, 1]]]] * 2, [[[["1/2", "1/2"]] * 2] * 2] * 2
    team = MarkovGame.of(rewards=rewards, transition=transition, discount="1/2")
    report = build_report(team, steps=5)
    applies = {bound["id"]: bound["applies"] for bound in report.records["bounds"]["theorems"]}
    assert applies["zhang2022.theorem-5"] == "violated"
    text = report.to_markdown()
    assert "none: it does not apply" in text
    assert "with the c seen" not in text
    assert "with the least c seen" not in text
