"""Hypothesis profiles (`ci` repeats the same examples each time, `deep` searches longer), and the command line."""

import importlib
import json
import os
import sys

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from mpgcert import cli

_quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40, suppress_health_check=_quiet)
settings.register_profile("deep", deadline=None, max_examples=2000, suppress_health_check=_quiet)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def quantecon(tmp_path_factory):
    """QuantEcon, imported by one worker at a time.

    It compiles generalised ufuncs into numba's cache while it is imported; two processes at once leave a cache
    in which names do not match, and every later import aborts (numba issue 10128).
    """
    with FileLock(tmp_path_factory.getbasetemp().parent / "quantecon.lock"):
        return importlib.import_module("quantecon")


@pytest.fixture
def mpgcert(monkeypatch, capsys):
    """Run the command line in this process; returns (exit status, stdout, stderr)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mpgcert", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def answer(mpgcert):
    """Run with --format json; returns (exit status, the object)."""

    def run(*arguments):
        status, out, _ = mpgcert(*arguments, "--format", "json")
        document = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
        assert document["schema"].startswith("mpgcert/")
        assert document["mpgcert"]
        return status, document

    return run
