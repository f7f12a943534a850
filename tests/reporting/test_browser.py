"""The page in a real Chromium: laid out, legible, operable, and all by itself."""

import io
import json
import re

import numpy as np
import pytest
from chromium import chromium
from PIL import Image

from mpgcert.reporting.blocks import Facts, Formula, Math, Paragraph, Section, Table
from mpgcert.reporting.page import Report
from mpgcert.reporting.values import double, fraction

pytestmark = pytest.mark.browser

MEASURE = """(() => {
  const box = element => { const r = element.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  document.querySelectorAll('details:not([open])').forEach(element => element.open = true);
  const root = document.documentElement;
  return {
    scroll_width: root.scrollWidth,
    client_width: root.clientWidth,
    ink: getComputedStyle(document.body).color,
    paper: getComputedStyle(document.body).backgroundColor,
    math: [...document.querySelectorAll('math')].map(box),
    drawings: [...document.querySelectorAll('svg')].map(
      svg => ({box: box(svg), texts: [...svg.querySelectorAll('text')].map(box),
               lines: [...svg.querySelectorAll('path')].map(p => getComputedStyle(p).stroke)})),
    fetched: performance.getEntriesByType('resource').map(entry => entry.name),
  };
})()"""
COLUMN = "[...document.querySelectorAll('tbody tr')].map(row => row.cells[%d].textContent.trim())"


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser, tmp_path):
    """Opens the text of a page, as `browser.tab` does a file."""
    path = tmp_path / "page.html"

    def open_page(source, width=1280, **wishes):
        path.write_text(source, encoding="utf-8")
        return browser.tab(path, width, **wishes)

    return open_page


@pytest.mark.parametrize(
    ("page", "drawings", "width", "dark"),
    [("html", 19, 400, False), ("html", 19, 1280, True), ("lq_html", 11, 400, True), ("lq_html", 11, 1280, False)],
)
def test_the_page_is_laid_out(request, opened, page, drawings, width, dark):
    with opened(request.getfixturevalue(page), width, dark=dark) as tab:
        shot = np.asarray(Image.open(io.BytesIO(tab.screenshot(2700))).convert("L"))
        found = tab.value(MEASURE)
        assert (tab.requests(), tab.complaints()) == ([], [])
    assert found["fetched"] == []
    assert found["client_width"] == width
    assert found["scroll_width"] <= width, "the page scrolls sideways"
    assert len(found["math"]) > 40
    for left, top, right, bottom in found["math"]:
        assert right - left > 3
        assert bottom - top > 6
    assert len(found["drawings"]) == drawings
    for drawing in found["drawings"]:
        left, top, right, bottom = drawing["box"]
        assert right - left > 300
        assert bottom - top > 180
        assert drawing["texts"]
        for x0, y0, x1, y1 in drawing["texts"]:
            assert left - 1 <= x0 < x1 <= right + 1, "a label is cut off"
            assert top - 1 <= y0 < y1 <= bottom + 1, "a label is cut off"
        # axes take the colour of the text, so that they are seen on dark and light pages
        assert found["ink"] in drawing["lines"]
    ink, paper = (sum(map(int, re.findall(r"\d+", found[name])[:3])) for name in ("ink", "paper"))
    assert (ink > 600 and paper < 120) if dark else (ink < 120 and paper > 700)
    # every screenful looked at is mostly paper, with some ink
    assert shot.shape[1] == width
    for part in (shot[:900], shot[1800:2700]):
        inked = (part > 127).mean() if dark else (part < 128).mean()
        assert 0.003 < inked < 0.3


def test_the_measurement_notices_what_it_looks_for(opened):
    page = (
        "<!DOCTYPE html><html><head></head><body><div style='width: 2000px'>wide</div>"
        "<img src='https://example.org/pixel.png'><math></math><script>console.error('no')</script></body></html>"
    )
    with opened(page, 400) as tab:
        found = tab.value(MEASURE)
        assert found["scroll_width"] > 400
        assert tab.requests() == ["https://example.org/pixel.png"]
        assert any("no" in complaint for complaint in tab.complaints())
        left, _, right, _ = found["math"][0]
        assert right - left < 3


def test_the_policy_of_the_page_lets_nothing_else_run(opened, lq_html):
    intruder = "<script>document.title = 'taken'</script><img src='https://example.org/pixel.png'></main>"
    with opened(lq_html.replace("</main>", intruder, 1)) as tab:
        assert tab.value("document.title") != "taken"
        assert len([text for text in tab.complaints() if "Content Security Policy" in text]) == 2


def page_with(*blocks):
    return Report("a page", Facts(()), (Section("part", "A part", blocks),), {}).to_html()


def test_tables_sort_by_exact_value_with_mouse_and_keys(opened):
    sizes = [fraction(10**400), fraction(None), double(0.25), fraction("1/3"), double(1e-12), fraction(10**400 + 1)]
    rows = tuple((f"row {number}", size) for number, size in enumerate(sizes))
    table = Table("Sizes", ("name", "size"), rows, frozenset({1}))
    given = [0, 1, 2, 3, 4, 5]
    with opened(page_with(table)) as tab:

        def shown():
            names = [int(text.split()[1]) for text in tab.value(COLUMN % 0)]
            return names, tab.value("document.querySelectorAll('thead th')[1].getAttribute('aria-sort')")

        tab.value("document.querySelectorAll('thead button')[1].click()")
        assert shown() == ([4, 2, 3, 0, 5, 1], "ascending"), "what has no number comes last"
        tab.value("document.querySelectorAll('thead button')[1].focus()")
        tab.press("Enter")
        assert shown() == ([5, 0, 3, 2, 4, 1], "descending")
        tab.press(" ")
        assert shown() == (given, None)
        tab.value("document.querySelectorAll('thead button')[0].click()")
        tab.value("document.querySelectorAll('thead button')[0].click()")
        assert shown() == (given[::-1], None)


def test_numbers_tell_on_touch_what_they_stand_for(opened):
    with opened(page_with(Paragraph((fraction("5/72", "zhang2022.theorem-5", "bounds.theorems[0]"),)))) as tab:
        bar = "document.getElementById('trace')"
        assert tab.value(f"{bar}.getBoundingClientRect().height") < 1
        tab.value("document.querySelector('data').click()")
        assert tab.value(f"{bar}.textContent") == (
            "5/72 ≈ 0.069444: 5/72 · zhang2022.theorem-5 · JSON: bounds.theorems[0]"
        )
        assert tab.value(f"{bar}.getBoundingClientRect().height") > 20
        tab.press("Escape")
        assert tab.value(f"{bar}.textContent") == ""


def test_formulas_are_copied_as_latex(opened):
    blocks = (Paragraph(("with ", Math(r"\gamma < 1"), " here")), Formula(r"\frac{1}{2}"))
    copied = """(() => {
      getSelection().selectAllChildren(document.querySelector('main p'));
      const data = new DataTransfer();
      const event = new ClipboardEvent('copy', {clipboardData: data, bubbles: true, cancelable: true});
      document.dispatchEvent(event);
      return data.getData('text/plain');
    })()"""
    with opened(page_with(*blocks)) as tab:
        assert tab.value(copied) == r"with $\gamma < 1$ here"
        tab.value("document.querySelector('details.source').open = true")
        assert tab.value("document.querySelector('details.source code').innerText") == r"\frac{1}{2}"


def test_the_first_key_leads_to_the_content(opened, lq_html):
    with opened(lq_html) as tab:
        tab.press("Tab")
        assert tab.value("document.activeElement.textContent") == "Skip to the content"
        tab.press("Enter")
        assert tab.value("document.activeElement.id") == "content"


def test_print_shows_what_is_folded_on_the_screen(opened, lq_html):
    shown = "document.querySelector('details table').checkVisibility({contentVisibilityAuto: true})"
    with opened(lq_html, dark=True) as screen:
        assert not screen.value(shown)
    with opened(lq_html, 900, dark=True, media="print") as paper:
        assert paper.value(shown)
        assert paper.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert paper.value("getComputedStyle(document.querySelector('nav')).display") == "none"
        assert paper.value("document.documentElement.scrollWidth") <= 900, "paper does not scroll"


def test_the_script_is_not_needed(opened, html):
    without = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    text = "document.querySelector('main').innerText.replace(/\\s+/g, ' ')"
    with opened(html) as tab:
        scripted = tab.value(text)
    with opened(without) as tab:
        assert json.dumps(tab.value(text)) == json.dumps(scripted)


def test_everything_in_a_wide_table_can_be_scrolled_to_on_a_phone(opened, html):
    """The first column stays in view, unless a formula in it could then not be seen to its end."""
    reach = """[...document.querySelectorAll('.scroll')].flatMap(box => {
      box.scrollLeft = 1e6;
      const right = box.getBoundingClientRect().right;
      return [...box.querySelectorAll('th, td, math')].filter(e => e.getBoundingClientRect().right > right + 1).length;
    })"""
    stays = """(() => {
      const box = [...document.querySelectorAll('.scroll')].find(box => box.scrollWidth > box.clientWidth + 50);
      box.scrollLeft = 50;
      return box.querySelector('tbody th').getBoundingClientRect().left - box.getBoundingClientRect().left;
    })()"""
    with opened(html, 400) as tab:
        assert set(tab.value(reach)) == {0}
        assert abs(tab.value(stays)) < 1
