"""The folder of reports: stable bytes, numbers that follow from the instances, and results that are kept."""

import csv
import io
import json
import math
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.auditing.audit import audit
from mpgcert.auditing.catalogue import find_claims
from mpgcert.claims.engine import check
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.statements import packages
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.reporting.blocks import Paragraph, Section, Table
from mpgcert.reporting.formatting import decimal
from mpgcert.reporting.markdown import document
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies import games
from mpgcert.reporting.studies.__main__ import main
from mpgcert.reporting.studies.audits import audit_page, extremal_instances
from mpgcert.reporting.studies.cache import Cache, computed
from mpgcert.reporting.studies.certain import Value, digits
from mpgcert.reporting.studies.conservatism import _largest, compare
from mpgcert.reporting.studies.findings import finding_section
from mpgcert.reporting.studies.games import STUDIED, games_page, study
from mpgcert.reporting.studies.lq_conservatism import compare_lq
from mpgcert.reporting.studies.pages import files_of
from mpgcert.reporting.studies.settings import QUICK
from mpgcert.reporting.studies.starts import switch
from mpgcert.reporting.studies.worked import counterexample_of, worked
from mpgcert.reporting.studies.writing import write

CLAIMS = {claim.id: claim for _, claim in find_claims([])}
TINY = replace(QUICK, name="tiny", monotone_steps=50, monotone_starts=2, horizon_steps=500, tried_steps=200)


def markdown(*blocks):
    return document(Report("t", Paragraph(""), (Section("s", "s", blocks),), {}))


@given(st.fractions(), st.fractions(0, Fraction(1, 10**6)), st.fractions(0, 1))
def test_digits_are_certain(low, width, share):
    """Every number between the ends is rounded to what is printed."""
    text = digits(low, low + width)
    if " to " not in text:
        assert text in {decimal(low + width * share, count) for count in range(1, 9)}


def test_values_are_typeset_exactly_where_they_are_short():
    assert Value(Fraction(-1, 3), Fraction(-1, 3)).latex == r"-\frac{1}{3}"
    assert Value(Fraction(7, 5), Fraction(3, 2), Fraction(2)).latex == r"\sqrt{2}"
    assert Value(Fraction(1, 10**40), Fraction(1, 10**40)).latex == "10^{-40}"


@pytest.mark.parametrize("name", ["zhang2022.eq-24", "hambly2021.eq-3.26", "maheshwari2023.theorem-3.3.stationary"])
def test_worked_counterexamples_end_with_the_sides_that_the_engine_found(name):
    claim = CLAIMS[name]
    point = counterexample_of(claim)
    text = markdown(*worked(claim, point))
    assert "the statement is false" in text
    left, right = (sum(side) / 2 for side in (check(claim, point).left, check(claim, point).right))
    for side in (left, right):
        shown = [float(x.replace("{,}", "")) for x in re.findall(r"(?<![\d^{])-?\d+(?:\.\d+)?(?=[^\d])", text)]
        fractions = [int(a) / int(b) for a, b in re.findall(r"\\frac\{(\d+)\}\{(\d+)\}", text)]
        mantissas = [float(m) * 10.0 ** int(e) for m, e in re.findall(r"([\d.]+) \\cdot 10\^\{(-?\d+)\}", text)]
        assert any(math.isclose(side, x, rel_tol=1e-6, abs_tol=1e-12) for x in (*shown, *fractions, *mantissas))


def test_the_example_of_the_natural_step_can_be_checked_by_hand():
    """Z = sum of pi exp(eta f) from the printed rows of the step."""
    claim = CLAIMS["zhang2022.eq-24"]
    text = markdown(*worked(claim, counterexample_of(claim)))
    rows = re.findall(r"\| player 1 \| 2 \| \d \| ([\d.]+) \| ([\d,]+|≈ -?[\d.]+) \| (\S+|≈ -?\S+) \|", text)
    exponents = [Fraction(eta.replace("≈ ", "")) for *_, eta in rows]
    normaliser = sum(float(p) * math.exp(x) for (p, *_), x in zip(rows, exponents))
    (printed,) = set(re.findall(r"([\d.]+) \\cdot 10\^\{111\}", text))
    assert math.isclose(normaliser, float(printed) * 1e111, rel_tol=1e-6)


def test_every_finding_is_told_in_full():
    """Each one has what is wrong, what survives, and (where there is an instance) a worked counterexample."""
    for claim in CLAIMS.values():
        if claim.finding is not None and claim.corrects is None:
            assert claim.finding.survives, claim.id
    for name in ("maheshwari2023.lemma-3.6.c", "hambly2021.remark-3.4"):
        section = finding_section(CLAIMS[name], CLAIMS, True)
        text = markdown(*section.blocks)
        assert "worked by hand" in text
        assert "What survives" in text
        assert f"certificates/{name}.violated.json" in text


def test_an_audit_is_a_page_a_table_and_instances(tmp_path):
    targets = ["zhang2022.lemma-1", "zhang2022.eq-10", "zhang2022.lemma-24.elementary-1"]
    found = audit(targets, instances=20, jobs=1)
    page = audit_page(packages()["zhang2022"].PAPER, found, frozenset({"zhang2022.eq-10.violated"}), QUICK)
    files = dict(files_of(page))
    rows = list(csv.reader(io.StringIO(files["audits/zhang2022.csv"])))
    assert [row[1] for row in rows[1:]] == ["unrefuted", "falsified", "proved"]
    assert "../certificates/zhang2022.eq-10.violated.json" in files["audits/zhang2022.md"]
    for name, told in json.loads(extremal_instances(found)).items():
        index = told["instance"].pop("index", None)
        verdict = check(CLAIMS[name], point_from_document(told["instance"])).verdict
        assert verdict is (Verdict.VIOLATED if told["status"] == "falsified" else Verdict.HOLDS), (name, index)


def test_what_is_said_of_games_and_what_is_true():
    names = ["leonardos2021-congestion", "stag-hunt", "lq-contraction"]
    page = games_page([study(name) for name in names])
    table = page.tables["games-markov"]
    assert [row[2] for row in table.rows] == ["no", "yes"]
    assert "4-cycle" in dict(files_of(page))["games.md"]
    assert set(STUDIED) >= set(names)


@given(st.floats(1e-6, 1e3), st.floats(1.001, 1e6))
def test_the_search_for_the_largest_step_ends_below_the_threshold(first, factor):
    threshold = first * factor
    found = _largest(first, lambda step: step <= threshold)
    assert found.largest <= threshold
    if found.failing is not None:
        assert threshold < found.failing <= found.largest * 2 ** (1 / 15)
    assert found.largest in found.steps


def test_theorems_beside_what_works():
    found = {entry.theorem[-1] + entry.algorithm[0]: entry for entry in compare("stag-hunt", TINY)}
    assert set(found) == {"5g", "5n", "6g", "7n"}
    for entry in found.values():
        assert entry.largest >= float(entry.step_size)
        assert entry.first is None or entry.promised is None or entry.first <= entry.promised
        assert entry.fewest is None or entry.first is None or entry.fewest <= entry.first
    exact = compare_lq("lq-contraction", TINY)
    assert exact.limit[1] < exact.sharp[0]
    assert exact.first is not None
    assert exact.promised is not None
    assert exact.first <= exact.promised


def test_the_better_action_changes_while_it_is_unlikely():
    found = switch(TINY)
    assert found.crossing is not None
    assert 60 <= found.crossing <= 70
    assert found.policies[found.crossing, 2] < 1e-6


def test_results_are_kept_and_belong_to_their_arguments(tmp_path):
    kept = Cache(tmp_path)
    told = []
    first = computed([(digits, (Fraction(1, 3), Fraction(1, 3)))], kept, 1, lambda *report: told.append(report))
    again = computed([(digits, (Fraction(1, 3), Fraction(1, 3)))], kept, 1, lambda *report: told.append(report))
    assert first == again == ["0.33333333"]
    assert len(told) == 1
    assert kept.known((digits, (Fraction(1, 7), Fraction(1, 7)))) is None
    (path,) = tmp_path.glob("*")
    path.write_bytes(path.read_bytes()[:5])
    assert computed([(digits, (Fraction(1, 3), Fraction(1, 3)))], kept, 1, lambda *_: None) == first


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_runs_give_the_same_bytes(tmp_path, monkeypatch):
    """One from an empty cache, one from another, one from results that were kept."""
    few = {name: STUDIED[name] for name in ("stag-hunt", "matching-pennies", "trembling-team", "lq-contraction")}
    monkeypatch.setattr(games, "STUDIED", few)
    sets = []
    for folder, cache in (("first", "a"), ("second", "b"), ("third", "a")):
        write(tmp_path / folder, TINY, tmp_path / cache, ("games",), 1)
        sets.append(everything(tmp_path / folder))
    assert sets[0] == sets[1] == sets[2]
    assert {"games.md", "games.html", "games-markov.csv"} <= set(sets[0])
    text = b"".join(sets[0].values()).decode()
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b|/tmp/|/root/|/home/", text)


def test_a_quick_set_does_not_replace_the_full_one(tmp_path, capsys):
    (tmp_path / "README.md").write_text("# What mpgcert found\n\n- set: the full set\n")
    with pytest.raises(InvalidInput, match="another folder"):
        write(tmp_path, QUICK, tmp_path / "cache", ("games",), 1)
    assert main([str(tmp_path), "--quick", "--only", "games", "--quiet", "--cache", str(tmp_path / "cache")]) == 2
    assert "another folder" in capsys.readouterr().err


def test_tables_of_numbers_have_as_many_cells_as_heads():
    entries = compare("stag-hunt", TINY)
    from mpgcert.reporting.studies.conservatism_page import conservatism_page

    page = conservatism_page(entries, [compare_lq("lq-contraction", TINY)], TINY)
    assert all(isinstance(table, Table) for table in page.tables.values())
    for table in page.tables.values():
        assert all(len(row) == len(table.header) for row in table.rows)
    files = dict(files_of(page))
    drawn = [name for name in files if name.endswith(".svg")]
    assert drawn
    assert all(f"({name})" in files["conservatism.md"] for name in drawn)
    assert all(re.match(r'<svg [^>]*width="\d+" height="\d+">', files[name]) for name in drawn)
