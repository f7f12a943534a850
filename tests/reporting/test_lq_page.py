"""The report about linear-quadratic games: three formats, the same bytes again, and text that equals the records."""

import json
import re
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest

from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.lq.runs import checked_lq_run
from mpgcert.claims.solutions import solve
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.games import resolve
from mpgcert.games.lq import LQGame
from mpgcert.reporting.blocks import Figures, Section, parts
from mpgcert.reporting.formatting import count, decimal, quantity
from mpgcert.reporting.page import build_report, write_report
from mpgcert.solvers.lq.solution import solve_riccati

HOSTILE = '<script>alert("1 & 2")</script>'
TITLES = [
    "In short",
    "The game",
    "Assumptions",
    "Constants",
    "What would make it true",
    "What really decides",
    "Bounds beside what happened",
    "The equilibrium",
    "What this does not establish",
    "How to reproduce",
    "Where the numbers come from",
]


@pytest.fixture(scope="module")
def contraction(lq_report):
    return lq_report


@pytest.fixture(scope="module")
def remark():
    return build_report(resolve("hambly2021-remark-3.4"), steps=12)


@pytest.fixture(scope="module")
def small():
    game = resolve("lq-random:seed=3,dimension=2,horizon=2")
    return build_report(LQGame(**{**vars(game), "name": HOSTILE, "players": ("<b>a|1</b>", "`b`")}), steps=6)


@pytest.fixture(params=["contraction", "remark", "small"])
def report(request):
    return request.getfixturevalue(request.param)


def words(part):
    """All text of a text, a block or a section."""
    if isinstance(part, Section):
        return " ".join(words(inner) for inner in (*part.blocks, *part.sections))
    if part.kind in ("items", "facts"):
        entries = part.items if part.kind == "items" else [text for pair in part.entries for text in pair]
        return " ".join(plain(entry) for entry in entries)
    if part.kind == "table":
        return " ".join(plain(cell) for row in (part.header, *part.rows) for cell in row)
    return plain(part.text) if part.kind == "paragraph" else ""


def plain(text):
    return "".join(part if isinstance(part, str) else getattr(part, "text", "") for part in parts(text))


def section(report, title):
    return next(part for part in report.sections if part.title == title)


def figures_of(part):
    own = [item for block in part.blocks if isinstance(block, Figures) for item in block.figures]
    return own + [item for inner in part.sections for item in figures_of(inner)]


def test_sections_come_in_reading_order(report):
    assert [part.title for part in report.sections] == TITLES


def test_the_page_loads_nothing_and_runs_one_script(report):
    html = report.to_html()
    seen = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: seen.append((tag, dict(attributes)))
    parser.feed(html)
    assert not {tag for tag, _ in seen} & {"link", "iframe", "img", "object", "embed"}
    assert [attributes for tag, attributes in seen if tag == "script"] == [{}]
    ids = [attributes["id"] for _, attributes in seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in seen:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert (attributes.get("href") or "#")[1:] in {"", *ids}
    assert not re.search(r"https?:(?!//www\.w3\.org)", html)
    assert len(html) < 1_500_000


def test_drawings_are_described(report):
    drawn = [item for part in report.sections for item in figures_of(part)]
    assert len(drawn) >= 4 + 1 + 3
    for item in drawn:
        assert f'<title id="{item.id.removesuffix("-figure")}-title">' in item.svg
        assert len(item.description) > 40


def test_labels_are_text(small):
    html, markdown = small.to_html(), small.to_markdown()
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert "<b>a" not in html
    assert HOSTILE not in markdown


def test_the_same_game_gives_the_same_bytes(contraction):
    again = build_report(resolve("lq-contraction"), epsilon="0.0163", steps=12)
    assert again.to_html() == contraction.to_html()
    assert again.to_markdown() == contraction.to_markdown()
    assert again.to_json() == contraction.to_json()


def test_json_is_strict_and_holds_every_answer(report):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    answer = json.loads(report.to_json(), parse_constant=refuse)
    assert answer["schema"] == "mpgcert/report/1"
    assert [entry["id"] for entry in answer["check"]["assumptions"]] == [
        f"hambly2021.assumption-{number}" for number in ("2.1", "2.2", "2.3", "3.3")
    ]
    assert {"sigma_X", "psi", "rho_bar", "alpha_hat", "eta_0", "eta_sharp", "nash_cost"} <= set(
        answer["bounds"]["constants"]
    )
    assert [entry["family"] for entry in answer["scaling"]] == ["noise", "all-noise", "coupling", "start"]
    assert all(len(entry["curve"]["s"]) == len(entry["curve"]["left"]) for entry in answer["scaling"])
    assert answer["solve"]["equilibria"][0]["gains"]
    assert answer["experiments"] == []
    for run in answer["runs"]:
        assert {"variant", "parameters", "step_size_exact", "checks"} <= set(run)
        trajectory = run["trajectory"]
        assert len(trajectory["total_gap"]) == len(trajectory["steps"]) <= 101


def test_the_short_answer_says_what_the_records_say(report):
    text, constants = words(report.sections[0]), report.records["bounds"]["constants"]
    left, right = (constants[name]["value"] for name in ("noise_left", "noise_right"))
    fate = "is above" if left > right else "is not above"
    assert f"the left side, {decimal(left, 12)}, {fate} the right one, {decimal(right, 12)}" in text
    assert f"every step size below {decimal(constants['eta_sharp']['value'])} converges from every start" in text
    theorem = report.records["bounds"]["theorems"][0]
    if theorem["applies"] == "holds":
        assert f"{count(theorem['iterations'])} iterations suffice" in text
        assert f"Any below {decimal(constants['eta_0']['value'])}" in text
    else:
        assert "vouches for no step size here" in text
        assert "hambly2021.assumption-3.3" in text
    evidence = report.records["check"]["assumptions"][3]["evidence"]
    assert ("No start helps" in text) == bool(evidence.get("from_every_start"))


def test_the_constants_stand_in_their_table(report):
    shown = words(section(report, "Constants"))
    for name, value in report.records["bounds"]["constants"].items():
        for entry in value if name == "nash_cost" else [value]:
            low, high = entry["enclosure"]
            if entry["exact"] is None and high - low < 1e-9 * abs(low):
                assert decimal(entry["value"]) in shown, name


def test_the_theorem_s_run_makes_all_its_iterations_within_its_bound(contraction):
    run = next(run for run in contraction.records["runs"] if run["parameters"] == "theorem")
    theorem = contraction.records["bounds"]["theorems"][0]
    alpha = contraction.records["bounds"]["constants"]["alpha_hat"]["value"]
    trajectory = run["trajectory"]
    assert trajectory["steps"][-1] == theorem["iterations"] > 10
    steps, loss = np.array(trajectory["steps"]), np.array(trajectory["total_gap"])
    assert (loss <= loss[0] * (1 - alpha * run["step_size"][0]) ** steps * (1 + 1e-12)).all()
    assert loss[-1] <= contraction.records["bounds"]["epsilon"]
    drawn = next(
        item
        for item in figures_of(section(contraction, "Bounds beside what happened"))
        if item.id.endswith("theorem-loss-figure")
    )
    assert "the theorem's bound of the sum" in drawn.svg
    assert not any(
        "theorem's bound" in item.svg
        for item in figures_of(section(contraction, "Bounds beside what happened"))
        if "fast" in item.id
    )


def test_the_curves_agree_with_what_is_proved(report):
    for family in report.records["scaling"]:
        proved = {word: [[Fraction(end) for end in pair] for pair in family[word]] for word in ("holds", "violated")}
        compared = 0
        for s, left, right in zip(*(family["curve"][name] for name in ("s", "left", "right"))):
            if not (np.isfinite([left, right]).all() and abs(left - right) > 1e-9 * abs(right)):
                continue
            inside = [word for word, pairs in proved.items() if any(low < s < high for low, high in pairs)]
            if inside:
                compared += 1
                assert inside == ["holds" if left > right else "violated"]
        assert compared > 10


def test_the_rate_is_the_spectral_radius(report):
    """Against numpy's eigenvalues of Phi_t in doubles."""
    name = report.records["game"]["name"]
    game = resolve("lq-random:seed=3,dimension=2,horizon=2") if name == HOSTILE else resolve(name)
    twin = solve_riccati(game).twin
    constants = report.records["bounds"]["constants"]

    def radius(eta):
        return max(abs(np.linalg.eigvals(np.eye(len(phi)) - 2 * eta * phi)).max() for phi in twin.phi)

    assert radius(constants["eta_sharp"]["value"]) == pytest.approx(1, abs=1e-9)
    assert radius(constants["eta_best"]["value"]) == pytest.approx(constants["rate_sharp"]["value"], abs=1e-7)
    facts = words(section(report, "What really decides"))
    for run in report.records["runs"]:
        assert decimal(float(f"{radius(run['step_size'][0]):.9g}"), 6)[:6] in facts


def test_games_without_an_equilibrium_or_with_indefinite_costs_are_reported():
    flat = {"horizon": 1, "A": [[1]], "W": [[1]], "initial": {"second_moment": [[1]]}, "B": [[[1]], [[1]]]}
    singular = build_report(LQGame.of(Q=[[[1]], [[-1]]], R=[[[0]], [[0]]], **flat), steps=5)
    assert "No equilibrium" in words(singular.sections[0])
    assert singular.records["runs"] == singular.records["scaling"] == []
    opposed = LQGame.of(**{**flat, "horizon": 2, "B": [[[1]], [[-1]]]}, Q=[[[1]], [[-3]]], R=[[[1]], [[1]]])
    indefinite = build_report(opposed, steps=5)
    assert "no step size converges" in words(indefinite.sections[0])
    for report in (singular, indefinite):
        assert "in this game" not in report.to_markdown()
        assert report.to_html().count("<h2") == len(report.sections)


def test_options_that_make_no_sense_are_refused(tmp_path):
    game = resolve("lq-contraction")
    for options in ({"steps": 0}, {"starts": 0}, {"workers": 0}, {"epsilon": 0}):
        with pytest.raises(InvalidInput, match=next(iter(options))):
            build_report(game, **options)
    with pytest.raises(InvalidInput, match="starts"):
        build_report(resolve("prisoners-dilemma"), starts=4)
    with pytest.raises(InvalidInput, match="suffix"):
        write_report(game, tmp_path / "report.pdf")


def test_files_are_written_in_all_formats(tmp_path, contraction, monkeypatch):
    monkeypatch.setattr("mpgcert.reporting.page.build_report", lambda game, **options: contraction)
    texts = {"html": contraction.to_html(), "md": contraction.to_markdown(), "json": contraction.to_json()}
    for suffix, text in texts.items():
        path = write_report(resolve("lq-contraction"), tmp_path / f"r.{suffix}")
        assert path.read_text(encoding="utf-8") == text


def test_results_show_themselves_in_a_notebook():
    game = resolve("lq-contraction")
    run = checked_lq_run(game, "natural-policy-gradient", steps=5, step_size="0.1")
    shown = [result._repr_html_() for result in (check(game), bounds(game), solve(game), run)]
    assert all("<table>" in display and "<script" not in display for display in shown)
    assert shown[3].count("<svg") == 3
    assert quantity(bounds(game).constants["eta_sharp"]).removeprefix("≈ ") in shown[1]
    assert "1/102" in shown[2]
    assert Verdict.HOLDS in run.verdicts
