"""Completion, the doctor, messages for the curious, and interrupts."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from mpgcert import cli_completion, doctor
from mpgcert.ahead import KERNELS
from mpgcert.claims.statements import claims
from mpgcert.games.builtin import names

FIGURE = "zhang2022-figure-1"
LEMMA = "zhang2022.lemma-1"


def test_games_are_completed():
    assert set(cli_completion.complete_game("")) == set(names())
    assert cli_completion.complete_game("stag") == ["stag-hunt"]
    assert cli_completion.complete_game("my-own.json") == []  # the shell goes on with files


def test_statements_are_completed_from_the_cache_and_from_changed_catalogues(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ids = [claim.id for claim in claims()]
    assert cli_completion.complete_statement("") == ids
    assert cli_completion.complete_statement("zhang2022.lemma-1") == [i for i in ids if i.startswith(LEMMA)]
    assert cli_completion.complete_target("") == sorted({i.split(".")[0] for i in ids})
    file = tmp_path / "mpgcert" / "statements.json"
    stored = json.loads(file.read_text())
    file.write_text(json.dumps(stored | {"ids": ["zhang2022.remembered"]}))
    assert cli_completion.complete_statement("z") == ["zhang2022.remembered"]  # as quick as reading a file
    for other in (json.dumps(stored | {"state": "of another time"}), "[1]"):
        file.write_text(other)
        assert cli_completion.complete_statement("") == ids


def test_completion_works_where_nothing_can_be_remembered(tmp_path, monkeypatch):
    (tmp_path / "mpgcert").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert LEMMA in cli_completion.complete_statement("zhang2022.lemma-1")


def test_the_shell_asks_the_program():
    environment = {
        **os.environ,
        "_MPGCERT_COMPLETE": "complete_bash",
        "COMP_WORDS": "mpgcert check stag",
        "COMP_CWORD": "2",
    }
    program = "import sys; from mpgcert import cli; sys.argv = ['mpgcert']; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False, timeout=60
    )
    assert done.stdout.split() == ["stag-hunt"]


def test_doctor(answer, mpgcert):
    status, document = answer("doctor")
    assert status == 0
    assert document["ok"]
    assert {"mpgcert", "python", "numpy", "sympy"} <= set(document["versions"])
    assert all(trial["ok"] for trial in document["self_check"])
    assert {"cores", "memory", "compiled code"} <= set(document["machine"])


def test_doctor_compiles_everything(answer):
    status, document = answer("doctor", "--compile")
    ready = [trial["name"] for trial in document["self_check"] if trial["detail"] == "ready"]
    assert (status, len(ready)) == (0, len(KERNELS))


@pytest.mark.parametrize("broken", sorted(doctor._TRIALS))
def test_doctor_says_what_fails(answer, mpgcert, monkeypatch, broken):
    def fails():
        raise ArithmeticError("seven is\nno six")

    trials = {name: fails if name == broken else lambda: "fine" for name in doctor._TRIALS}
    monkeypatch.setattr(doctor, "_TRIALS", trials)
    status, document = answer("doctor")
    assert status == 4
    assert [trial["name"] for trial in document["self_check"] if not trial["ok"]] == [broken]
    status, out, _ = mpgcert("doctor")
    assert status == 4
    assert "seven is no six" in " ".join(out.split())


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("mpgcert.certificates.verify.verify", lambda data: {"accepted": False, "reason": "x", "verdict": None}),
        ("mpgcert.kernels.decentralized.advance", lambda arena, runs, count: runs),
        ("mpgcert.solvers.lq.solution.EXACT", None),
    ],
)
def test_the_self_check_notices_a_broken_part(monkeypatch, target, wrong):
    monkeypatch.setattr(target, wrong)
    assert not all(doctor._tried(name, trial).ok for name, trial in doctor._TRIALS.items())


def test_doctor_goes_on_without_the_compiler(answer, monkeypatch):
    monkeypatch.setitem(sys.modules, "mpgcert.kernels.decentralized", None)
    monkeypatch.delattr("mpgcert.kernels.decentralized", raising=False)
    status, document = answer("doctor")
    assert status == 4
    assert document["machine"]["compiled code"].startswith("none: ")
    assert [trial["name"] for trial in document["self_check"] if not trial["ok"]] == ["compiled kernel and twin"]


def test_doctor_lists_what_is_missing(monkeypatch):
    monkeypatch.setattr(doctor, "requires", lambda name: ["numpy>=1", "no-such-package>=2", 'dask; extra == "cluster"'])
    monkeypatch.setattr(doctor, "_TRIALS", {})
    found = doctor.diagnose()
    assert found.versions["no-such-package"] is None
    assert not found.ok
    assert "mpgcert[cluster]" in found.optional["dask"][1]


def test_verbose_says_what_was_chosen(mpgcert):
    status, out, err = mpgcert("run", FIGURE, "--algorithm", "gradient-play", "--steps", 5, "--verbose", "--quiet")
    assert (status, out) == (0, "")
    for words in (f"reading {FIGURE}", "plain numpy, as 5 iterations", "running gradient-play: "):
        assert words in err
    assert mpgcert("run", FIGURE, "--algorithm", "gradient-play", "--steps", 5, "-q")[1:] == ("", "")


def test_the_library_is_silent_by_itself():
    program = "import mpgcert as mc; mc.check(mc.load('lq-scalar'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")
    assert logging.getLogger("mpgcert").handlers


def interrupted(*arguments, after):
    """Start a command, interrupt its whole process group once `after` is seen on standard error."""
    with subprocess.Popen(
        [sys.executable, "-m", "mpgcert", *map(str, arguments), "--verbose"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.default_int_handler
        ),  # a shell's background job has none
    ) as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if after in line:
                break
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        out, rest = process.communicate(timeout=60)
    own = [line for line in rest.splitlines() if " ms  " not in line]
    return process.returncode, out, own


@contextmanager
def a_user_who_stops_it(enabled):
    """Progress that is interrupted once ten steps are done."""

    def report(done, total, what):
        if done >= 10:
            raise KeyboardInterrupt

    yield report


@pytest.mark.parametrize(
    ("game", "algorithm", "suffix"),
    [
        ("stag-hunt", "gradient-play", "csv"),
        ("trembling-team", "decentralized-learning", "npz"),
        ("lq-contraction", "natural-policy-gradient", "csv"),
    ],
)
def test_an_interrupted_run_is_kept(mpgcert, monkeypatch, tmp_path, game, algorithm, suffix):
    monkeypatch.setattr("mpgcert.reporting.progress.progress", a_user_who_stops_it)
    file = tmp_path / f"run.{suffix}"
    status, out, err = mpgcert("run", game, "--algorithm", algorithm, "--steps", 500, "-o", file)
    assert (status, out) == (130, "")
    assert err.strip().splitlines() == [err.strip()]
    assert f"of 500 iterations; the run up to there is in {file}" in err
    if suffix == "csv":
        lines = file.read_text().splitlines()
        assert 10 <= max(int(line.split(",")[0]) for line in lines[1:]) < 500
    status, out, err = mpgcert("run", game, "--algorithm", algorithm, "--steps", 500)
    assert (status, out) == (130, "")
    assert "give -o FILE to keep it" in err


def test_an_interrupted_report_is_not_written(mpgcert, monkeypatch, tmp_path):
    monkeypatch.setattr("mpgcert.reporting.progress.progress", a_user_who_stops_it)
    for game in ("stag-hunt", "lq-contraction"):
        assert mpgcert("report", game, "-o", tmp_path / "report.html") == (
            130,
            "",
            "mpgcert: interrupted: nothing was written\n",
        )
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_audit_goes_on_where_it_stopped(tmp_path):
    folder = tmp_path / "audit"
    long = ("--instances", 10**7, "--jobs", 2, "-o", folder)
    status, out, own = interrupted("audit", LEMMA, *long, after="processes")
    assert (status, out) == (130, "")
    assert own == [f"mpgcert: interrupted: go on with mpgcert audit --resume {folder}"]
    assert not list(folder.glob("**/*.part"))
    assert (folder / "request.json").exists()
    assert not (folder / "audit.json").exists()
