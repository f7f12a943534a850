"""Hypothesis profiles (`ci` repeats the same examples each time, `deep` searches longer), and the command line."""

import json
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from mpgcert import cli

_quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40, suppress_health_check=_quiet)
settings.register_profile("deep", deadline=None, max_examples=2000, suppress_health_check=_quiet)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


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
