"""Holding a catalogue against many instances: a plan of small units, done in any order by any number of workers.

The plan depends on the claims, the budget and the seed only; every unit draws from its own seed sequence.  So
the result is the same for any number of workers, and a campaign that was killed goes on where it stopped: a
unit is one file, written aside and renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.search import Attack, attack, instance, shrink
from mpgcert.auditing.sweep import drawn_in_blocks, goes_in_blocks
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.formula import is_algebraic_identity
from mpgcert.claims.point_files import point_to_document
from mpgcert.errors import InvalidInput
from mpgcert.games.files import write_atomically
from mpgcert.learn.workers import as_done

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
_ONE_BY_ONE = 2000  # instances of a claim up to which none are drawn in blocks
_WIDE_FOR_ONE = 50  # instances in blocks for one that is tried alone, in a plan for a time
_LARGEST_WIDE = 200_000  # instances in blocks of one unit
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
        wide: instances drawn in blocks besides, where the claim allows it.
        least: instances of the unit in all, where their number was asked for.
    """

    target: str
    source: str
    number: int
    samples: int
    climbs: int
    seed: int
    wide: int = 0
    least: int = 0

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
        alone, wide = _shared_out(claim, max(total, 20), instances is not None)
        size = max(int(_UNIT_SECONDS / cost), 1)
        parts = list(_parts(alone, size)) if size * wide <= _LARGEST_WIDE * alone else _even(alone, wide)
        for number, (part, more) in enumerate(zip(parts, _proportional(parts, wide), strict=True)):
            least = part + more if wide and instances is not None else 0
            units.append(Unit(claim.id, source, number, (part + 1) // 2, part // 2, seed, more, least))
    return sorted(units, key=lambda unit: (unit.number, unit.target))


def _shared_out(claim: Claim, total: int, is_number: bool) -> tuple[int, int]:
    """How many instances are tried one by one (half of them climbing), and how many in blocks.

    A number that was asked for is shared out; a time is filled one by one, and blocks come at a small price.
    """
    if not is_number:
        return total, _WIDE_FOR_ONE * total if drawn_in_blocks(claim) else 0
    if total <= _ONE_BY_ONE or not goes_in_blocks(claim):
        return total, 0
    alone = min(total, max(_ONE_BY_ONE, total // 100))
    return alone, total - alone


def _even(alone: int, wide: int) -> list[int]:
    """Parts of `alone`, as many as keep the blocks of each unit small."""
    count = min(-(-wide // _LARGEST_WIDE), alone)
    return [alone * (k + 1) // count - alone * k // count for k in range(count)]


def _proportional(parts: Sequence[int], total: int) -> list[int]:
    """Whole shares of a total in proportion to the parts."""
    ends = [total * end // sum(parts) for end in accumulate(parts)]
    return [end - start for start, end in pairwise([0, *ends])]


def _needs_instances(claim: Claim) -> bool:
    return claim.setting in _NOMINAL and claim.is_decidable and not is_algebraic_identity(claim.relation)


def _parts(total: int, size: int) -> Iterator[int]:
    while total > 0:
        yield min(size, total)
        total -= size


def run_unit(unit: Unit) -> dict[str, Any]:
    """Do one unit; the answer is JSON."""
    claim = next(claim for _, claim in find_claims([unit.source]) if claim.id == unit.target)
    found = attack(claim, unit.generator(), samples=unit.samples, climbs=unit.climbs, wide=unit.wide, least=unit.least)
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

    def run(self, jobs: int, progress: Progress = lambda done, total, what: None, cluster: str | None = None) -> None:
        """Do what is pending.

        Args:
            jobs: processes; with 1 the work is done in this one.
            progress: called with (done, total, what) after each unit.
            cluster: address of a Dask scheduler, which is used instead.
        """
        pending, total = self.pending(), len(self.units)
        done = total - len(pending)
        progress(done, total, "units")
        if not pending:
            return
        with contextlib.closing(as_done(run_unit, pending, jobs, cluster)) as found:
            for number, outcome in found:
                self._store(pending[number], outcome)
                done += 1
                progress(done, total, pending[number].target)

    def _path(self, unit: Unit) -> Path:
        return self.folder / "units" / unit.file_name

    def _store(self, unit: Unit, result: dict[str, Any]) -> None:
        write_atomically(self._path(unit), json.dumps(result, indent=1, sort_keys=True).encode())
