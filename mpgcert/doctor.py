"""What `mpgcert doctor` looks at: versions, optional parts, the machine, and whether everything works here.

The self-check runs each kind of machinery once on a small problem with a known answer, in exact arithmetic.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from mpgcert import __version__

__all__ = ["Diagnosis", "Trial", "diagnose"]

_OPTIONAL = {"testing": "strategies for property tests", "cluster": "campaigns on a Dask cluster"}
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Trial:
    """One part of the self-check.

    Attributes:
        name: what was tried.
        ok: whether the answer was the known one.
        detail: the answer, or what went wrong.
        seconds: how long it took.
    """

    name: str
    ok: bool
    detail: str
    seconds: float


@dataclass(frozen=True)
class Diagnosis:
    """What was found.

    Attributes:
        versions: of mpgcert, Python and the packages that it needs; None for one that is missing.
        optional: package -> (version or None, what to install for what).
        machine: cores, memory, platform, cache of compiled code.
        trials: the self-check.
    """

    versions: Mapping[str, str | None]
    optional: Mapping[str, tuple[str | None, str]]
    machine: Mapping[str, str]
    trials: tuple[Trial, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing that is needed is missing and every trial succeeded."""
        return None not in self.versions.values() and all(trial.ok for trial in self.trials)

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert doctor`, without the envelope."""
        return {
            "ok": self.ok,
            "versions": dict(self.versions),
            "optional": {name: {"version": found, "for": what} for name, (found, what) in self.optional.items()},
            "machine": dict(self.machine),
            "self_check": [
                {"name": trial.name, "ok": trial.ok, "detail": trial.detail, "seconds": round(trial.seconds, 3)}
                for trial in self.trials
            ],
        }


def diagnose(compile_all: bool = False) -> Diagnosis:
    """Look at everything; takes a few seconds, more where kernels are compiled for the first time.

    Args:
        compile_all: compile every kernel, too (most of a minute), so that nothing waits for it later.
    """
    needed, optional = _requirements()
    versions = {"mpgcert": __version__, "python": platform.python_version()} | {name: _version(name) for name in needed}
    trials = tuple(
        _tried(name, trial) for name, trial in (_TRIALS | _compilations() if compile_all else _TRIALS).items()
    )
    return Diagnosis(versions, optional, _machine(), trials)


def _compilations() -> dict[str, Callable[[], str]]:
    from mpgcert.ahead import KERNELS

    def ready(work: Callable[[], None]) -> str:
        work()
        return "ready"

    return {f"compiled: {name}": partial(ready, work) for name, work in KERNELS.items()}


def _requirements() -> tuple[list[str], dict[str, tuple[str | None, str]]]:
    """The packages that are always needed, and those of optional parts, as the installation states them."""
    needed, optional = [], {}
    try:
        stated = requires("mpgcert") or []
    except PackageNotFoundError:  # run from its folder without being installed
        stated = []
    for line in stated:
        found = _NAME.match(line)
        extra = re.search(r"extra == ['\"]([^'\"]+)['\"]", line)
        if found is None or found[0] == "mpgcert":
            continue
        if extra is None:
            needed.append(found[0])
        elif extra[1] in _OPTIONAL:
            what = f"{_OPTIONAL[extra[1]]} (pip install 'mpgcert[{extra[1]}]')"
            optional[found[0]] = (_version(found[0]), what)
    return needed, optional


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _machine() -> dict[str, str]:
    from mpgcert.errors import available_memory
    from mpgcert.learn.workers import cores

    memory = available_memory()
    return {
        "platform": platform.platform(terse=True),
        "executable": sys.executable,
        "cores": str(cores()),
        "memory": f"{memory / 2**30:.1f} GiB available" if memory < float("inf") else "unknown",
        "compiled code": _cache(),
    }


def _cache() -> str:
    """Where compiled code is kept between runs."""
    try:
        from mpgcert.kernels import decentralized
    except ImportError as error:
        return f"none: {error}"
    path = Path(decentralized.cache_path())
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return f"kept in {path}"
    return (
        f"not kept: {path} is not writable (set NUMBA_CACHE_DIR), so the first run of a kernel takes seconds each time"
    )


def _tried(name: str, trial: Callable[[], str]) -> Trial:
    start = time.perf_counter()
    try:
        detail, ok = trial(), True
    except Exception as error:  # a doctor reports whatever is wrong
        detail, ok = f"{type(error).__name__}: {' '.join(str(error).split())}", False
    return Trial(name, ok, detail, time.perf_counter() - start)


def _exact_answers() -> str:
    from mpgcert.claims.bounds import bounds
    from mpgcert.claims.check import check
    from mpgcert.games import resolve

    game = resolve("zhang2022-figure-1")
    found = check(game).verdict("zhang2022.definition-2")
    _expect(found == "holds", f"the game of Figure 1 is a potential game, but the answer was {found}")
    reach = bounds(game, epsilon="0.1").constants["phi_range"].upper
    _expect(reach == Fraction(6, 5), f"its potential ranges over 6/5, but the answer was {reach}")
    return "a potential game, its potential ranges over 6/5"


def _certificate() -> str:
    import json

    from mpgcert.certificates.collection import check_certificates
    from mpgcert.certificates.verify import verify
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.check import check
    from mpgcert.games import MarkovGame

    rewards = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    analysis = Analysis.of(MarkovGame.of(name="matching pennies", rewards=[[table] for table in rewards]))
    made = check_certificates(check(analysis), analysis).entries["zhang2022.definition-2"]
    answer = verify(json.dumps(made.document).encode())
    _expect(answer["accepted"], f"rejected: {answer['reason']}")
    _expect(answer["verdict"] == "violated", f"matching pennies is no potential game, but it says {answer['verdict']}")
    return "matching pennies is no potential game, accepted by the verifier"


def _gains() -> str:
    from mpgcert.games import LQGame
    from mpgcert.solvers.lq.solution import solve_riccati

    one = [[1]]
    game = LQGame.of(horizon=1, A=one, B=[one, one], Q=[one, one], R=[one, one], W=one, initial={"second_moment": one})
    gains = solve_riccati(game).exact_gains
    _expect(gains is not None, "the equilibrium is not exact")
    assert gains is not None
    found = {gain for part in gains.to_nested() for gain in (Fraction(part[0][0][0]),)}
    _expect(found == {Fraction(1, 3)}, f"both gains are 1/3, but the answer was {found}")
    return "gains 1/3 of a linear-quadratic game"


def _kernel() -> str:
    """The compiled loop of decentralized learning beside its readable twin: the same bits."""
    import numpy as np

    from mpgcert.games import MarkovGame
    from mpgcert.kernels import decentralized
    from mpgcert.learn.decentralized import PowerStep, stages
    from mpgcert.learn.decentralized.settings import Settings, arena_of, first_runs

    kernel = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
    game = MarkovGame.of(
        name="two states", rewards=[[[[3, 1], [0, 2]], [[1, 0], [0, 3]]]] * 2, transition=[kernel] * 2, discount="1/2"
    )
    count = 100
    settings = Settings.of(game, PowerStep(1, 0.6), PowerStep(), 0.3, "first", "previous", 2.0)
    sequences = settings.sequences()
    arena = arena_of(game, settings, sequences)._replace(step_tables=sequences.tables(count))
    runs = first_runs(game, arena, None, None, [0])
    pairs = zip(stages.advance(arena, runs, count), decentralized.advance(arena, runs, count))
    _expect(all(np.array_equal(left, right) for left, right in pairs), "the compiled loop differs from its twin")
    return f"{count} stages, the same bits"


def _report() -> str:
    from mpgcert.claims.check import check
    from mpgcert.games import resolve

    shown = check(resolve("stag-hunt"))._repr_html_()
    _expect("<table" in shown and "zhang2022.definition-2" in shown, "the table is missing")
    return f"{len(shown):,} characters of HTML"


def _expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise RuntimeError(otherwise)


_TRIALS: dict[str, Callable[[], str]] = {
    "exact arithmetic": _exact_answers,
    "certificate and verifier": _certificate,
    "Riccati equations": _gains,
    "compiled kernel and twin": _kernel,
    "HTML": _report,
}
