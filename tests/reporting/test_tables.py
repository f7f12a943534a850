"""CSV, LaTeX and terminal tables of the same rows."""

import csv
import io
import json
import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import parse_number
from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import check
from mpgcert.claims.quantity import Quantity
from mpgcert.claims.runs import checked_run
from mpgcert.claims.solutions import solve
from mpgcert.games import resolve
from mpgcert.reporting.blocks import Code, Math
from mpgcert.reporting.lq.constants import constants_table
from mpgcert.reporting.tables import Sheet
from mpgcert.reporting.tables.latex_text import escape
from mpgcert.reporting.tables.latex_text import math as in_math_mode
from mpgcert.reporting.tables.sheet import Column, Surface
from mpgcert.reporting.terminal import text_of

FIGURE = resolve("zhang2022-figure-1")
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
cells = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(),
    st.fractions(max_denominator=10**6),
    texts.map(Code),
)


@st.composite
def sheets(draw):
    width = draw(st.integers(1, 4))
    columns = tuple(Column(f"key_{k}", draw(texts), right=draw(st.booleans())) for k in range(width))
    rows = draw(st.lists(st.tuples(*[cells] * width), max_size=5))
    return Sheet("sheet", draw(texts), columns, tuple(rows))


def read(text):
    return list(csv.reader(io.StringIO(text)))


@given(sheets())
def test_csv_has_the_rows_as_data(sheet):
    header, *rows = read(sheet.to_csv())
    assert header == [column.key for column in sheet.columns]
    assert len(rows) == len(sheet.rows)
    for row, given_row in zip(rows, sheet.rows):
        for text, cell in zip(row, given_row):
            if isinstance(cell, bool) or cell is None:
                assert text == {True: "true", False: "false", None: ""}[cell]
            elif isinstance(cell, Fraction):
                assert parse_number(text) == cell
            elif isinstance(cell, float):
                assert float(text) == cell or (math.isnan(float(text)) and math.isnan(cell))
            elif isinstance(cell, int):
                assert int(text) == cell
            else:
                assert text == (cell.text if isinstance(cell, Code) else cell)


def environments_are_balanced(text):
    """Every `begin` has its `end`, in order; braces and dollar signs pair up; outside commands nothing is special."""
    open_ones = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            open_ones.append(name)
        else:
            assert open_ones.pop() == name
    assert not open_ones
    body = re.sub(r"\\[^a-zA-Z]", "", text)  # \& \% \_ \{ \\
    depth = 0
    for character in body:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert body.count("$") % 2 == 0


def body_of(latex):
    return latex.split(r"\midrule")[1].split(r"\bottomrule")[0]


def columns_of(line):
    """Cells of a row: ampersands that are neither escaped nor inside an array."""
    line = re.sub(r"\\begin\{array\}.*?\\end\{array\}", "", line)
    return re.split(r"(?<!\\)&", line)


@given(sheets())
def test_latex_is_balanced_escaped_and_rectangular(sheet):
    latex = sheet.to_latex()
    environments_are_balanced(latex)
    lines = [line for line in body_of(latex).split("\n") if line.strip()]
    assert len(lines) == len(sheet.rows)
    for line in lines:
        assert line.rstrip().endswith(r"\\")
        assert len(columns_of(line)) == len(sheet.columns)
        outside = re.sub(r"\$[^$]*\$", "", re.sub(r"\\([&%#_{}$])", "", line))
        assert not set(outside.replace("&", "").replace(r"\\", "")) & set("%#_^~<>|")


@given(texts)
def test_escaped_text_says_the_same(text):
    """Undoing the commands gives the text back, up to white space."""
    undo = {
        r"\textbackslash{}": "\\",
        r"\textasciitilde{}": "~",
        r"\textasciicircum{}": "^",
        r"\textless{}": "<",
        r"\textgreater{}": ">",
        r"\textbar{}": "|",
        **{f"\\{sign}": sign for sign in "&%$#_{}"},
    }
    plain = "".join(character for character in text if ord(character) < 128)
    pattern = "|".join(map(re.escape, sorted(undo, key=len, reverse=True)))
    assert re.sub(pattern, lambda found: undo[found[0]], escape(plain)) == " ".join(plain.split())


@pytest.mark.parametrize(
    ("shown", "latex"),
    [
        ("29,160", "$29{,}160$"),
        ("≈ 2.5 × 10⁻⁷", r"$\approx 2.5 \times 10^{-7}$"),
        ("5/72", "$5/72$"),
        ("∞", r"$\infty$"),
        ("–", "--"),
        ("in [0.1, 0.2]", r"$\in [0.1, 0.2]$"),
    ],
)
def test_numbers_in_math_mode(shown, latex):
    assert in_math_mode(shown) == latex


def test_quantities_have_four_columns_in_csv():
    column = Column("value", "value", enclosed=True)
    third, unknown = Quantity.exactly(Fraction(1, 3), "m"), Quantity(Fraction(1, 3), Fraction(2, 3), "m")
    infinite = Quantity(None, None, "m")
    header, *rows = read(Sheet("s", "c", (column,), ((third,), (unknown,), (infinite,))).to_csv())
    assert header == ["value", "value_exact", "value_lower", "value_upper"]
    assert rows[0][1] == "1/3"
    assert Fraction(float(rows[0][2])) < Fraction(1, 3) < Fraction(float(rows[0][3]))
    assert rows[1][1] == ""
    assert float(rows[1][2]) <= 1 / 3 <= 2 / 3 <= float(rows[1][3])
    assert rows[2] == ["inf", "infinity", "", ""]


@pytest.fixture(scope="module")
def results():
    lq = resolve("lq-contraction")
    game = resolve("stag-hunt")
    found = [check(FIGURE), bounds(FIGURE), solve(game), checked_run(FIGURE, "gradient-play", steps=20)]
    return [*found, check(lq), bounds(lq), solve(lq)]


def test_tables_of_results_are_well_formed_everywhere(results):
    for result in results:
        tables = result.tables()
        assert len(tables) >= 1
        for name, sheet in tables.items():
            assert sheet.name == name
            header, *rows = read(sheet.to_csv())
            assert len(rows) == len(sheet.rows)
            assert all(len(row) == len(header) for row in rows)
            assert len(set(header)) == len(header)
            latex = sheet.to_latex()
            environments_are_balanced(latex)
            wide = len(sheet.columns_on(Surface.LATEX))
            assert all(len(columns_of(line)) == wide for line in body_of(latex).splitlines() if line.strip())


def test_the_surfaces_agree(results):
    """The step size of a theorem is the same rational in CSV, LaTeX and terminal."""
    found = results[1]
    for bound, row in zip(found.theorems, csv.DictReader(io.StringIO(found.tables()["theorems"].to_csv()))):
        assert parse_number(row["step_size"]) == bound.step_size
        shown = f"{bound.step_size}"
        assert shown in text_of(found)
        assert f"${shown}$" in found.tables().to_latex()
        assert row["step_size_formula"] in found.tables().to_latex()


def test_constants_have_the_letters_of_the_page(results):
    found = results[5]
    page = [row[0] for row in constants_table(found).rows]
    written = [row[1] for row in found.tables()["constants"].rows]
    assert all(one == other for one, other in zip(written, page, strict=True) if isinstance(one, Math))
    assert r"\eta_{\mathrm{one\ step}}" in found.tables().to_latex()


def test_matrices_are_json_in_csv(results):
    (row,) = csv.DictReader(io.StringIO(results[6].tables()["gains"].to_csv()))
    assert json.loads(row["player_1"])[0][0] == pytest.approx(float(1 / 102))


def test_data_files_have_all_rows_and_readers_an_excerpt(results):
    course = results[3].tables()["course"]
    assert len(read(course.to_csv())) == 22
    assert len(course.shown_rows) < 6


def test_hostile_labels_stay_inside_their_cells(hostile_game):
    for result in (check(hostile_game), bounds(hostile_game), solve(hostile_game)):
        for sheet in result.tables().values():
            environments_are_balanced(sheet.to_latex())
            assert all(len(row) == len(read(sheet.to_csv())[0]) for row in read(sheet.to_csv()))
            assert r"\end{document}" not in sheet.to_latex()


def test_formulas_are_latex_on_paper():
    sheet = Sheet("s", "c", (Column("f", "f"),), ((Math(r"\frac{1}{n}"),), (Math(""),)))
    assert r"$\frac{1}{n}$" in sheet.to_latex()
    assert read(sheet.to_csv())[1] == [r"\frac{1}{n}"]


@pytest.mark.parametrize("label", ["[a]", "*a"])
def test_a_row_does_not_begin_with_an_argument(label):
    row = (Column("name", "name"), Column("value", "value"))
    assert f"{{}}{label}" in Sheet("s", "a caption", row, ((label, 1),)).to_latex()
