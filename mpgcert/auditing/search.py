"""Attack a claim: sample the extremal families, climb on the ratio of the sides, certify, shrink.

Doubles steer (`screen`), the engine judges (`check`): a counterexample is returned only when it is certain.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import numpy as np

from mpgcert.auditing.blueprint import Blueprint
from mpgcert.auditing.families import RandomSource, Source
from mpgcert.auditing.lq.blueprint import LQBlueprint
from mpgcert.auditing.lq.world import LQWorld
from mpgcert.auditing.sweep import drawn_in_blocks, sweep
from mpgcert.auditing.tabular_world import TabularWorld
from mpgcert.claims.claim import Claim
from mpgcert.claims.engine import Check, check, screen
from mpgcert.claims.sides import AnyPoint
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import MpgcertError

__all__ = ["AnyBlueprint", "Attack", "attack", "instance", "shrink", "world_of"]

AnyBlueprint = Blueprint | LQBlueprint

_KEPT = 6
_CERTIFIED_EVERY = 20
_WORST_OF_BLOCK = 2  # instances of a block that are looked at one by one
_SUSPICIOUS = 1 - 1e-9
_NOISE = 1e-9  # ratios closer than this are the same to the pool


class World(Protocol):
    """Where instances of a claim come from: drawn, changed a little, made simpler, turned into exact data."""

    def draw(self, source: Source) -> Any: ...

    def mutate(self, blueprint: Any, rng: np.random.Generator) -> Any: ...

    def simpler(self, blueprint: Any) -> Iterator[Any]: ...

    def point(self, blueprint: Any) -> AnyPoint: ...


@dataclass
class Attack:
    """What an attack found.

    Attributes:
        instances: how many were screened; `non_vacuous` of them met the hypotheses.
        certified: how many were decided with proof (none of them violated, unless there is a counterexample).
        worst_ratio: largest ratio among certified instances.
        worst: the blueprint with that ratio.
        counterexample: a blueprint on which the claim is certainly violated, with the check.
    """

    instances: int = 0
    non_vacuous: int = 0
    certified: int = 0
    undecided: int = 0
    worst_ratio: float | None = None
    worst: AnyBlueprint | None = None
    worst_check: Check | None = None
    counterexample: tuple[AnyBlueprint, Check] | None = None
    pool: list[tuple[float, AnyBlueprint]] = field(default_factory=list, repr=False)


def instance(claim: Claim, blueprint: AnyBlueprint) -> AnyPoint:
    """The exact data that a blueprint stands for."""
    return world_of(claim).point(blueprint)


@cache
def world_of(claim: Claim) -> World:
    """Where the claim's instances come from."""
    return LQWorld(claim) if claim.setting.is_linear_quadratic else TabularWorld(claim)


def attack(
    claim: Claim,
    rng: np.random.Generator,
    *,
    samples: int = 300,
    climbs: int = 300,
    wide: int = 0,
    least: int = 0,
) -> Attack:
    """Search for a counterexample.

    Args:
        claim: with a relation.
        rng: all randomness comes from here.
        samples: instances drawn from the families.
        climbs: changes tried from the best of them.
        wide: instances drawn and screened in blocks before the climbs, where the claim allows it.
        least: go on drawing one by one until as many instances were screened in all.
    """
    world, result = world_of(claim), Attack()
    source = RandomSource(rng)
    for count in range(samples):
        if result.counterexample:
            return result
        _try(claim, world.draw(source), result, certify=count % _CERTIFIED_EVERY == 0)
    if wide and drawn_in_blocks(claim):
        _sweep(claim, rng, wide, result)
    for _ in range(climbs if result.pool else 0):
        if result.counterexample:
            return result
        start = result.pool[int(rng.integers(len(result.pool)))][1]
        _try(claim, world.mutate(start, rng), result)
    for _, blueprint in result.pool[:2]:
        _certify(claim, blueprint, instance(claim, blueprint), result)
    while result.instances < least and not result.counterexample:
        _try(claim, world.draw(source), result, certify=result.instances % _CERTIFIED_EVERY == 0)
    return result


def _sweep(claim: Claim, rng: np.random.Generator, wide: int, result: Attack) -> None:
    """Blocks of instances: the worst of each go to the pool, and those that look violated to the judge."""
    for swept in sweep(claim, rng, wide):
        result.instances += swept.block.count
        result.non_vacuous += swept.non_vacuous
        for ratio, blueprint in swept.worst(_WORST_OF_BLOCK):
            _keep(result.pool, ratio, blueprint)
            if ratio > _SUSPICIOUS and result.counterexample is None:
                with contextlib.suppress(MpgcertError):
                    _certify(claim, blueprint, instance(claim, blueprint), result)
        if result.counterexample:
            return


def _try(claim: Claim, blueprint: AnyBlueprint, result: Attack, certify: bool = False) -> None:
    result.instances += 1
    try:
        point = instance(claim, blueprint)
        screening = screen(claim, point)
    except MpgcertError:
        return
    if screening is None:
        return
    result.non_vacuous += 1
    _keep(result.pool, screening.ratio, blueprint)
    if certify or screening.ratio > _SUSPICIOUS:
        _certify(claim, blueprint, point, result)


def _keep(pool: list[tuple[float, AnyBlueprint]], ratio: float, blueprint: AnyBlueprint) -> None:
    """Keep the best instances of different ratios; one of equal ratio takes its twin's place.

    Tight statements have many instances with ratio 1: the pool would be full of them, and never move.
    """
    for place, (known, _) in enumerate(pool):
        if ratio == known or abs(ratio - known) <= _NOISE * max(abs(ratio), abs(known)):
            pool[place] = ratio, blueprint
            return
    pool.append((ratio, blueprint))
    pool.sort(key=lambda entry: -entry[0])
    del pool[_KEPT:]


def _certify(claim: Claim, blueprint: AnyBlueprint, point: AnyPoint, result: Attack) -> None:
    outcome = check(claim, point)
    if outcome.verdict is Verdict.VACUOUS:
        return
    result.certified += 1
    if outcome.verdict is Verdict.UNDECIDED:
        result.undecided += 1
    elif outcome.verdict is Verdict.VIOLATED:
        result.counterexample = blueprint, outcome
    if outcome.ratio is not None and (result.worst_ratio is None or outcome.ratio > result.worst_ratio):
        result.worst_ratio, result.worst, result.worst_check = outcome.ratio, blueprint, outcome


def shrink(claim: Claim, blueprint: AnyBlueprint, rounds: int = 400) -> tuple[AnyBlueprint, Check]:
    """A smaller counterexample, by trying simpler neighbours as long as one still violates the claim."""
    best, verdict = blueprint, check(claim, instance(claim, blueprint))
    for _ in range(rounds):
        for candidate in world_of(claim).simpler(best):
            try:
                outcome = check(claim, instance(claim, candidate))
            except MpgcertError:
                continue
            if outcome.verdict is Verdict.VIOLATED:
                best, verdict = candidate, outcome
                break
        else:
            return best, verdict
    return best, verdict
