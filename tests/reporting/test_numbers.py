"""Numbers lead to what they stand for, and the JSON form of a report says the same."""

import json
import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.claims.quantity import Quantity
from mpgcert.games import resolve
from mpgcert.reporting.blocks import Details, Facts, Items, Paragraph, Section, Table, Value, values
from mpgcert.reporting.page import build_report
from mpgcert.reporting.values import constant, double, fraction, short_fraction, trace, whole

SIZES = st.one_of(st.fractions(), st.floats(allow_nan=False), st.integers(-(10**30), 10**30), st.none())


@pytest.fixture(params=["report", "lq_report"])
def any_report(request):
    return request.getfixturevalue(request.param)


def all_values(section):
    yield from values(section.blocks)
    for inner in section.sections:
        yield from all_values(inner)


def look_up(document, place):
    """The entry of a JSON document at a place such as `runs[variant=x, parameters=theorem].checks[id=y].ratio`."""
    for name, selected in re.findall(r"([^.\[\]]+)|\[([^\]]*)\]", place):
        if name:
            document = document[name]
        elif re.fullmatch(r"-?\d+", selected):
            document = document[int(selected)]
        else:
            wanted = dict(pair.split("=") for pair in selected.split(", "))
            (document,) = (entry for entry in document if wanted.items() <= entry.items())
    return document


def same(value, stored):
    """Whether what the page says in full is what is stored: an exact text, an enclosure, or a double."""
    if isinstance(stored, dict):
        if stored["exact"] is not None:
            return same(value, stored["exact"])
        return value.full == f"in [{stored['enclosure'][0]!r}, {stored['enclosure'][1]!r}]"
    if isinstance(stored, list):  # one entry for each player: the worst of them, or their sum
        return any(same(value, entry) for entry in stored) or math.isclose(float(value.full), sum(stored))
    if isinstance(stored, str):
        return Fraction(stored) == value.order
    return abs(stored) == float(value.full) or stored == float(value.full)


def test_every_number_stands_where_it_says(any_report):
    document = json.loads(any_report.to_json())
    found = {value for section in any_report.sections for value in all_values(section) if value.record}
    assert len(found) > 30
    for value in found:
        assert same(value, look_up(document, value.record)), value
    kinds = {re.match(r"\w+", value.record).group() for value in found}
    assert kinds == {"check", "bounds", "solve", "runs", "learning"} or kinds == {"check", "bounds", "scaling", "runs"}


def test_the_last_section_has_them_all_in_full(any_report):
    *before, last = any_report.sections
    assert last.id == "numbers"
    (table,) = (block for part in last.blocks if isinstance(part, Details) for block in part.blocks)
    listed = {(row[0], row[1]) for row in table.rows}
    wanted = {value for section in before for value in all_values(section) if value.record or value.source}
    assert {(value.text, value.full) for value in wanted if value.full} <= listed
    html = any_report.to_html()
    for value in wanted:
        if value.full and value.full != value.text.replace(",", ""):
            assert f'<data value="{value.full}"' in html


def test_numeric_columns_hold_numbers(any_report):
    """So that tables sort by what is exact: words stand only where there is no number."""

    def tables(section):
        for block in section.blocks:
            yield from (inner for inner in getattr(block, "blocks", (block,)) if isinstance(inner, Table))
        for inner in section.sections:
            yield from tables(inner)

    seen = 0
    for section in any_report.sections:
        for table in tables(section):
            if table.ordered or len(table.rows) <= 4:
                continue
            for row, ranks in zip(table.rows, table.ranks, strict=True):
                for k in table.numeric:
                    seen += 1
                    text = row[k] if isinstance(row[k], str) else ""
                    assert ranks[k] is not None or not re.search(r"\d", text), (table.caption, row[k])
    assert seen > 20


def test_certificates_are_named_with_the_numbers(tmp_path):
    page = tmp_path / "page.html"
    found = build_report(resolve("stag-hunt"), steps=10, certificates=tmp_path / "proofs", page=page)
    html = found.to_html()
    named = set(re.findall(r"certificate: (proofs/[^\"]+\.json)", html))
    assert {"proofs/zhang2022.assumption-1.json", "proofs/zhang2022.theorem-6.gradient-play.json"} <= named
    assert all((tmp_path / name).is_file() for name in named)


@given(st.lists(st.tuples(SIZES, SIZES), min_size=1, max_size=8))
def test_ranks_follow_exact_values(rows):
    shown = [tuple(double(x) if isinstance(x, float) else fraction(x) for x in row) for row in rows]
    table = Table("t", ("a", "b"), tuple(shown), frozenset({1}))
    ranks = [row[1] for row in table.ranks]
    assert all(row[0] is None for row in table.ranks)
    for (_, x), a in zip(rows, ranks):
        assert (a is None) == (x is None)
        for (_, y), b in zip(rows, ranks):
            if x is not None and y is not None:
                assert (a < b) == (x < y)
                assert (a == b) == (x == y)


@given(st.fractions())
def test_fractions_are_given_in_full(x):
    for value in (fraction(x), short_fraction(x)):
        assert Fraction(value.full) == value.order == x


@given(st.integers(-(10**40), 10**40))
def test_counts_are_given_in_full(n):
    assert int(whole(n).full) == whole(n).order == n


@given(st.floats(allow_nan=False))
def test_doubles_are_given_with_all_digits(x):
    assert float(double(x).full) == x == double(x).order


@given(st.fractions(), st.fractions(0, 1), st.booleans())
def test_enclosures_enclose(low, width, below):
    value = constant(Quantity(low, low + width, ""), below=below)
    assert low <= value.order <= low + width
    if width:
        ends = [Fraction(float(end)) for end in value.full.removeprefix("in [").removesuffix("]").split(", ")]
        assert ends[0] <= low < low + width <= ends[1]
    assert not (below and value.text.startswith("≈"))


def test_what_has_no_number_is_said_so():
    for value in (fraction(None), short_fraction(None), whole(None), double(None), double(math.nan)):
        assert (value.text, value.full, value.order) == ("–", "", None)
    assert constant(Quantity(None, None, "")).order == math.inf


def test_a_number_as_it_is_needs_no_hint():
    assert trace(fraction(12), {}) == ""
    assert trace(whole(29160), {}) == ""
    assert trace(whole(10**15), {}) == "1000000000000000"
    traced = fraction(Fraction(1, 3), "a.lemma", "b.c", "a.lemma.own")
    assert trace(traced, {"a.lemma": "x"}) == "1/3 · a.lemma · JSON: b.c"
    assert trace(traced, {"a.lemma.own": "p/y.json"}) == "1/3 · a.lemma · JSON: b.c · certificate: p/y.json"


def test_numbers_are_found_in_every_block():
    numbers = [Value(str(k), source="s") for k in range(5)]
    blocks = (
        Paragraph(("a", numbers[0])),
        Items((numbers[1],)),
        Facts((("term", ("b", numbers[2])),)),
        Details("more", (Table("t", ("h",), ((numbers[3],),)), Paragraph(numbers[4]))),
    )
    assert list(values(blocks)) == numbers
    assert list(all_values(Section("i", "t", (), (Section("j", "u", blocks),)))) == numbers
