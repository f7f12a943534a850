"""The stored statistics of the limit statements of maheshwari2023: whole, shown, and reproduced by short runs."""

import json
from importlib.resources import files

import pytest

from mpgcert.auditing.audit import settled_status
from mpgcert.auditing.catalogue import find_claims
from mpgcert.reporting.learning_evidence import CASES, ensemble_of, statistics, write_evidence

STORED = {
    path.name.removesuffix(".json"): json.loads(path.read_text())
    for path in (files("bounds.maheshwari2023") / "evidence").iterdir()
}


@pytest.mark.parametrize("label", sorted(STORED))
def test_limit_statements_have_statistics(label):
    ((_, claim),) = find_claims([f"maheshwari2023.{label}"])
    found = settled_status(claim)
    assert found.status == "evidence"
    assert found.evidence == STORED[label]
    assert [case["game"] for case in found.evidence["cases"]] == [case.game for case in CASES]


def test_exploring_by_halves_refutes_the_limit_and_by_tenths_does_not():
    refuted = {case["exploration"]: case["refuted"] for case in STORED["theorem-3.3"]["cases"][1:]}
    assert refuted == {"0.1": False, "0.5": True}


def test_estimates_follow_exploring_opponents_and_nothing_else():
    for case in STORED["lemma-3.4"]["cases"]:
        ends = {name: found["over_time"][1][-1] for name, found in case["measures"].items()}
        assert ends["explored_q_error"] < ends["q_error"]


def test_the_first_stages_of_a_case_come_out_the_same():
    """Snapshots do not depend on the length of a run."""
    case, stored = CASES[2], STORED["lemma-3.4"]["cases"][2]
    again = statistics(case, ("q_error",), *ensemble_of(case, 1024, 50))
    kept = [k for k, stage in enumerate(stored["stages"]) if stage in again["stages"] and stage <= 1024]
    assert len(kept) >= 4
    for row, old in zip(again["measures"]["q_error"]["over_time"], stored["measures"]["q_error"]["over_time"]):
        assert [row[again["stages"].index(stored["stages"][k])] for k in kept] == [old[k] for k in kept]


def test_files_are_the_same_bytes_again(tmp_path):
    first, second = ([path.read_bytes() for path in write_evidence(tmp_path, 64, 3)] for _ in range(2))
    assert first == second


def test_a_statement_shows_them(mpgcert):
    out = mpgcert("claims", "show", "maheshwari2023.lemma-3.4")[1]
    assert "trembling-team" in out
    assert "1,000,000" in out
