import re
from xml.etree import ElementTree

import matplotlib
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mpgcert.reporting.plots import Plot, Series, draw, thin

STEPS = np.arange(0, 1000, 2)
PLOT = Plot(
    "p-gap",
    "(a) gap <& others>",
    "gap",
    (
        Series("theorem's step 1/12", STEPS, np.exp(-STEPS / 90.0), 0),
        Series("never finite", STEPS, np.full(len(STEPS), np.nan), 1),
        Series("bound", STEPS, np.where(STEPS > 0, 1e9 / np.maximum(STEPS, 1), np.inf), 3, True),
    ),
)


@given(hnp.arrays(float, st.integers(1, 3000), elements=st.floats(-1e9, 1e9)), st.integers(1, 50))
def test_thinning_keeps_ends_and_extremes(values, limit):
    steps = np.arange(len(values)) * 3
    kept, shown = thin(steps, values, limit)
    assert len(kept) <= 2 * limit + 2
    assert kept[0] == 0
    assert kept[-1] == steps[-1]
    assert (shown.min(), shown.max()) == (values.min(), values.max())
    assert np.array_equal(values[kept // 3], shown)


def test_a_drawing_is_well_formed_and_says_what_it_shows():
    root = ElementTree.fromstring(draw(PLOT))
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    title, description = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title.text == "(a) gap <& others>"
    assert "theorem's step 1/12: from 1 at 0" in description.text
    assert "never finite: no finite values" in description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    texts = {element.text for element in root.iter(f"{space}text")}
    assert {"iteration", "gap", "bound", "theorem's step 1/12"} <= texts
    assert any("⁻" in (text or "") for text in texts), "five decades belong on a logarithmic axis"


def test_ids_are_the_drawing_s_own_and_references_resolve():
    drawing = draw(PLOT)
    ids = re.findall(r' id="([^"]+)"', drawing)
    assert len(ids) == len(set(ids))
    assert all(identifier.startswith("p-gap-") for identifier in ids)
    referred = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', drawing)
    assert referred
    assert {a or b for a, b in referred} <= set(ids)


def test_the_page_decides_on_fonts_and_colours():
    drawing = draw(PLOT)
    assert "#000000" not in drawing
    assert "DejaVu" not in drawing
    assert "currentColor" in drawing
    assert "var(--line-0, #0072b2)" in drawing


def test_equal_data_give_equal_bytes_whatever_the_reader_s_settings():
    first = draw(PLOT)
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path", "axes.grid": True}):
        assert draw(PLOT) == first
    assert matplotlib.rcParams["svg.fonttype"] == "path", "settings of the reader are left as they were"


def test_a_line_that_may_leave_does_not_flatten_the_others():
    drawing = draw(PLOT)
    assert "10⁵" not in drawing
    held = Plot("p", "t", "y", tuple(Series(s.label, s.steps, s.values, s.style) for s in PLOT.series))
    assert re.search(">10[⁶⁷⁸⁹]<", draw(held))


def test_a_plot_without_numbers_can_be_drawn():
    empty = Plot("e", "nothing", "y", (Series("none", STEPS, np.full(len(STEPS), np.nan), 0),))
    ElementTree.fromstring(draw(empty))
