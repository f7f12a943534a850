"""The commands about statements, as a user meets them."""

import json

import numpy as np
import pytest

LEMMA = "zhang2022.lemma-1"
FIGURE = "zhang2022-figure-1"


def test_the_catalogue_is_listed_with_status_and_finding(answer, mpgcert):
    status, document = answer("claims", "zhang2022")
    assert status == 0
    assert document["schema"] == "mpgcert/claims/1"
    by_id = {entry["id"]: entry for entry in document["statements"]}
    assert len(by_id) > 100
    for entry in by_id.values():
        assert {"id", "title", "latex", "status", "finding"} <= set(entry)
        assert entry["status"] in ("proved", "unrefuted", "falsified", "evidence", "definition")
        if entry["finding"] is not None:
            assert {"kind", "summary", "corrected"} <= set(entry["finding"])
    assert by_id["zhang2022.assumption-1"]["status"] == "definition"
    assert by_id["zhang2022.theorem-4"]["status"] == "evidence"
    for label in [*range(1, 4), *range(8, 38)]:
        assert any(
            name.startswith((f"zhang2022.lemma-{label}", f"zhang2022.corollary-{label}", f"zhang2022.theorem-{label}"))
            for name in by_id
        ), f"nothing is said about statement {label}"
    status, out, _ = mpgcert("claims", "zhang2022")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80


def test_one_statement_is_shown(answer, mpgcert):
    status, document = answer("claims", "show", LEMMA)
    assert status == 0
    (entry,) = document["statements"]
    assert "NE" in entry["latex"]
    status, out, _ = mpgcert("claims", "show", LEMMA)
    assert LEMMA in out
    assert max(map(len, out.splitlines())) <= 80


def test_audit_reports_every_statement_and_keeps_its_results(answer, tmp_path):
    folder = tmp_path / "audit"
    arguments = ("audit", LEMMA, "zhang2022.lemma-13", "--instances", 40, "--jobs", 1)
    status, document = answer(*arguments, "-o", folder)
    assert status == 0
    assert [entry["id"] for entry in document["statements"]] == [LEMMA, "zhang2022.lemma-13"]
    for entry in document["statements"]:
        assert entry["status"] == "unrefuted"
        assert entry["instances"] == 40
        assert {"non_vacuous", "worst_ratio", "finding", "counterexample"} <= set(entry)
    stored = json.loads((folder / "audit.json").read_text())
    assert stored["statements"] == document["statements"]
    assert answer(*arguments, "--resume", folder)[1] == document
    assert answer("audit", "--resume", folder)[1] == document  # the folder knows what was asked for
    assert answer("audit", "--resume", folder, "--jobs", 2)[1] == document


def test_a_folder_is_resumed_only_as_it_was_asked_for(mpgcert, tmp_path):
    assert mpgcert("audit", LEMMA, "--instances", 20, "--jobs", 1, "-o", tmp_path)[0] == 0
    for other in (["zhang2022.lemma-13"], ["--instances", "30"], ["--seed", "5"]):
        status, _, err = mpgcert("audit", *other, "--resume", tmp_path)
        assert status == 2
        assert "asked for something else" in err


def test_falsify_of_a_false_statement_writes_the_counterexample(mpgcert, tmp_path):
    claims = tmp_path / "mine.py"
    claims.write_text(
        "from sympy import Le\n"
        "from mpgcert.claims import Claim, Setting, symbol\n"
        "CLAIMS = [Claim('mine.false', 'no gap', Setting.POLICY, Le(symbol('nash_gap_i'), symbol('discount')))]\n"
    )
    path = tmp_path / "counterexample.json"
    status, out, _ = mpgcert("falsify", claims, "--seconds", 5, "-o", path)
    assert status == 1
    assert "is false" in out
    document = json.loads(path.read_text())
    assert document["game"]["kind"] == "matrix-game"
    assert mpgcert("audit", claims, "--instances", 50, "--jobs", 1)[0] == 1


def test_falsify_of_a_true_statement_says_what_it_survived(mpgcert):
    status, out, _ = mpgcert("falsify", LEMMA, "--seconds", 1)
    assert status == 0
    assert "survived" in out


def test_monitor_of_a_trajectory(answer, mpgcert, tmp_path):
    run = tmp_path / "run.npz"
    assert mpgcert("run", FIGURE, "--algorithm", "gradient-play", "--steps", 5, "-o", run)[0] == 0
    recorded = np.load(run)
    theirs = tmp_path / "theirs.npz"
    np.savez(theirs, policy_1=recorded["policies_1"], policy_2=recorded["policies_2"], step_size=5 / 72)
    status, document = answer("monitor", FIGURE, theirs, "--algorithm", "gradient-play", "--step-size", "5/72")
    assert status == 0
    assert document["iterates"] == 6
    verdicts = {entry["id"]: entry["verdict"] for entry in document["checks"]}
    assert verdicts[LEMMA] == verdicts["zhang2022.lemma-14"] == verdicts["zhang2022.eq-12"] == "holds"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["claims", "show", "nothing"], "nothing"),
        (["claims", "show"], "claims show"),
        (["claims", "show", "zhang2022"], "one statement"),
        (["claims", "no-such-paper"], "no-such-paper"),
        (["audit", "zhang2022.lemma-99"], "zhang2022.lemma-99"),
        (["audit", "missing.py"], "missing.py"),
        (["audit", LEMMA, "--resume", "no-folder"], "no-folder"),
        (["falsify", "zhang2022.assumption-1"], "zhang2022.assumption-1"),
        (["monitor", FIGURE, "missing.npz"], "missing.npz"),
    ],
)
def test_bad_input_is_one_line_and_status_2(mpgcert, monkeypatch, tmp_path, arguments, says):
    monkeypatch.chdir(tmp_path)
    status, out, err = mpgcert(*arguments)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert says in err
