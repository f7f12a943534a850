"""Holding a catalogue against many instances: a plan of small units, done in any order by any number of workers.

The plan depends on the claims, the budget and the seed only; every unit draws from its own seed sequence.  So
the result is the same for any number of workers, and a campaign that was killed goes on where it stopped: a
unit is one file, written aside and renamed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.search import Attack, attack, instance, shrink
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.formula import is_algebraic_identity
from mpgcert.claims.point_files import point_to_document
from mpgcert.errors import InvalidInput
from mpgcert.games.files import write_atomically

__all__ = ["Campaign", "Unit", "plan", "run_unit"]

# Seconds that an instance costs, nominally: plans must not depend on the machine.
_NOMINAL = {
    Setting.GAME: 0.002,
    Setting.POLICY: 0.0018,
    Setting.PAIR: 0.0018,
    Setting.DEVIATION: 0.0018,
    Setting.STEP: 0.0035,
    Setting.RUN: 0.011,
    Setting.LQ_GAME: 0.003,
    Setting.LQ_POLICY: 0.003,
    Setting.LQ_PAIR: 0.004,
    Setting.LQ_STEP: 0.006,
    Setting.LQ_RUN: 0.01,
}
_DEAR = {"policy-potential": 1.7}  # factors for hypotheses that instances take long to meet
_NOMINAL_CORES = 2
_UNIT_SECONDS = 4.0
DEFAULT_INSTANCES = 1000

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Unit:
    """A piece of work: one search on one claim.

    Attributes:
        target: id of the claim.
        source: where the claim is found: a paper's id, or a file.
        number: which of the claim's units.
        samples, climbs: instances drawn, and changes tried from the best.
        seed: of the campaign.
    """

    target: str
    source: str
    number: int
    samples: int
    climbs: int
    seed: int

    @property
    def file_name(self) -> str:
        return f"{self.target}.{self.number:04d}.json"

    def generator(self) -> np.random.Generator:
        """Randomness of this unit alone."""
        name = int.from_bytes(hashlib.sha256(self.target.encode()).digest()[:4], "big")
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(name, self.number)))


def plan(
    claims: Sequence[tuple[str, Claim]], seed: int, instances: int | None = None, seconds: float | None = None
) -> list[Unit]:
    """Units for claims given with their sources; scalar statements, formal identities and definitions need none.

    Args:
        instances: per claim.
        seconds: total time on two nominal cores, shared equally; ignored if `instances` is given.
    """
    decidable = [(source, claim) for source, claim in claims if _needs_instances(claim)]
    units = []
    for source, claim in decidable:
        cost = _NOMINAL[claim.setting] * math.prod(_DEAR.get(name, 1) for name in claim.assumes)
        if instances is not None:
            total = instances
        elif seconds is not None:
            total = int(seconds * _NOMINAL_CORES / len(decidable) / cost)
        else:
            total = DEFAULT_INSTANCES
        size = max(int(_UNIT_SECONDS / cost), 1)
        for number, part in enumerate(_parts(max(total, 20), size)):
            units.append(Unit(claim.id, source, number, (part + 1) // 2, part // 2, seed))
    return sorted(units, key=lambda unit: (unit.number, unit.target))


def _needs_instances(claim: Claim) -> bool:
    return claim.setting in _NOMINAL and claim.is_decidable and not is_algebraic_identity(claim.relation)


def _parts(total: int, size: int) -> Iterator[int]:
    while total > 0:
        yield min(size, total)
        total -= size


def run_unit(unit: Unit) -> dict[str, Any]:
    """Do one unit; the answer is JSON."""
    claim = next(claim for _, claim in find_claims([unit.source]) if claim.id == unit.target)
    found = attack(claim, unit.generator(), samples=unit.samples, climbs=unit.climbs)
    return {"unit": asdict(unit), **_summary(claim, found)}


def _summary(claim: Claim, found: Attack) -> dict[str, Any]:
    worst = None
    if found.worst is not None and found.worst_check is not None:
        worst = point_to_document(instance(claim, found.worst)) | {"index": dict(found.worst_check.index or {})}
    counterexample = None
    if found.counterexample is not None:
        blueprint, outcome = shrink(claim, found.counterexample[0])
        counterexample = point_to_document(instance(claim, blueprint)) | {"index": dict(outcome.index or {})}
    return {
        "instances": found.instances,
        "non_vacuous": found.non_vacuous,
        "certified": found.certified,
        "undecided": found.undecided,
        "worst_ratio": found.worst_ratio,
        "worst": worst,
        "counterexample": counterexample,
    }


class Campaign:
    """Units and their results in a folder; done units are not done again.

    Attributes:
        folder: where results are kept.
        units: the plan.
    """

    def __init__(self, folder: Path, units: Sequence[Unit]) -> None:
        self.folder, self.units = folder, list(units)
        try:
            (folder / "units").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInput(f"{error.strerror}", source=str(folder), expected="a folder to write to") from None

    def pending(self) -> list[Unit]:
        """Units without a result that belongs to them."""
        return [unit for unit in self.units if self.result(unit) is None]

    def result(self, unit: Unit) -> dict[str, Any] | None:
        """A unit's result, if it is there and whole."""
        try:
            document = json.loads(self._path(unit).read_text())
        except (OSError, ValueError):
            return None
        return document if isinstance(document, dict) and document.get("unit") == asdict(unit) else None

    def run(self, jobs: int, progress: Progress = lambda done, total, what: None) -> None:
        """Do what is pending.

        Args:
            jobs: processes; with 1 the work is done in this one.
            progress: called with (done, total, what) after each unit.
        """
        pending, total = self.pending(), len(self.units)
        done = total - len(pending)
        progress(done, total, "units")
        if jobs <= 1 or len(pending) <= 1:
            for unit in pending:
                self._store(unit, run_unit(unit))
                done += 1
                progress(done, total, unit.target)
            return
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_single_threaded) as pool:
            futures: dict[Future[dict[str, Any]], Unit] = {pool.submit(run_unit, unit): unit for unit in pending}
            try:
                for future in as_completed(futures):
                    self._store(futures[future], future.result())
                    done += 1
                    progress(done, total, futures[future].target)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _path(self, unit: Unit) -> Path:
        return self.folder / "units" / unit.file_name

    def _store(self, unit: Unit, result: dict[str, Any]) -> None:
        write_atomically(self._path(unit), json.dumps(result, indent=1, sort_keys=True).encode())


def _single_threaded() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
