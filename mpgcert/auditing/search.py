"""Attack a claim: sample the extremal families, climb on the ratio of the sides, certify, shrink.

Doubles steer (`screen`), the engine judges (`check`): a counterexample is returned only when it is certain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mpgcert.arithmetic import EXACT
from mpgcert.auditing.blueprint import Blueprint, build
from mpgcert.auditing.families import RandomSource, draw_blueprint, floors_of, shape_for
from mpgcert.auditing.mutation import mutate, simplifications
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Check, check, screen, value_at
from mpgcert.claims.point import Index, Point
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import MpgcertError
from mpgcert.games import Policy

if TYPE_CHECKING:
    import sympy

__all__ = ["Attack", "attack", "instance", "shrink"]

_KEPT = 6
_CERTIFIED_EVERY = 20
_SUSPICIOUS = 1 - 1e-9
_NOISE = 1e-9  # ratios closer than this are the same to the pool


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
    worst: Blueprint | None = None
    worst_check: Check | None = None
    counterexample: tuple[Blueprint, Check] | None = None
    pool: list[tuple[float, Blueprint]] = field(default_factory=list, repr=False)


def instance(claim: Claim, blueprint: Blueprint) -> Point:
    """The point of a blueprint; step sizes are shares of the largest that the claim's conditions allow.

    Where the conditions set a floor to the probabilities, the drawn ones share what is above it.
    """
    point = _above_floors(claim, build(blueprint))
    moves = claim.setting in (Setting.STEP, Setting.RUN)
    if claim.setting is Setting.DEVIATION:
        point = replace(point, player=blueprint.player)
    if not moves:
        return point
    algorithm = claim.algorithm or ("gradient-play", "natural-gradient-play")[blueprint.steps % 2]
    point = replace(point, algorithm=algorithm)
    return replace(point, step_size=blueprint.step_share * _largest_step(claim, point))


def _largest_step(claim: Claim, point: Point) -> Fraction:
    """The largest step size that the claim's conditions allow, 1 where they set no limit."""
    limits = []
    for relation in claim.given:
        limit = _step_limit(relation)
        if limit is not None:
            try:
                limits.append(EXACT.enclosure(value_at(limit, claim, point, EXACT))[0])
            except ZeroDivisionError:  # any step is allowed, as when the potential is constant
                continue
    return min(limits, default=Fraction(1))


@cache
def _step_limit(relation: sympy.Basic) -> sympy.Expr | None:
    """The expression b / a of a condition `a step_size <= b` (or ==), None for other conditions."""
    if type(relation).__name__ not in ("LessThan", "Equality"):
        return None
    (size,) = [s for s in relation.lhs.free_symbols if s.name == "step_size"] or [None]
    if size is None or size in relation.rhs.free_symbols:
        return None
    factor = relation.lhs / size
    return None if size in factor.free_symbols else relation.rhs / factor


def _above_floors(claim: Claim, point: Point) -> Point:
    """The point with its first policy mixed with the floors: a probability of 0 ends up at the floor."""
    floors = floors_of(claim)
    if not floors or point.policy is None:
        return point
    parts = []
    for i, part in enumerate(point.policy.probabilities):
        floor = max(EXACT.enclosure(value_at(bound, claim, point, EXACT, Index(player=i)))[0] for bound in floors)
        count = part.shape[1]
        scale = 1 / (1 - count * floor) if count * floor < 1 else Fraction(1)
        parts.append(part.affine(scale, -floor * scale) if scale > 1 else part)
    return replace(point, policy=Policy(tuple(parts)))


def attack(
    claim: Claim,
    rng: np.random.Generator,
    *,
    samples: int = 300,
    climbs: int = 300,
) -> Attack:
    """Search for a counterexample.

    Args:
        claim: with a relation.
        rng: all randomness comes from here.
        samples: instances drawn from the families.
        climbs: changes tried from the best of them.
    """
    shape, result = shape_for(claim), Attack()
    source = RandomSource(rng)
    for count in range(samples):
        if result.counterexample:
            return result
        _try(claim, draw_blueprint(source, shape), result, certify=count % _CERTIFIED_EVERY == 0)
    for _ in range(climbs if result.pool else 0):
        if result.counterexample:
            return result
        start = result.pool[int(rng.integers(len(result.pool)))][1]
        _try(claim, mutate(start, shape, rng), result)
    for _, blueprint in result.pool[:2]:
        _certify(claim, blueprint, instance(claim, blueprint), result)
    return result


def _try(claim: Claim, blueprint: Blueprint, result: Attack, certify: bool = False) -> None:
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


def _keep(pool: list[tuple[float, Blueprint]], ratio: float, blueprint: Blueprint) -> None:
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


def _certify(claim: Claim, blueprint: Blueprint, point: Point, result: Attack) -> None:
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


def shrink(claim: Claim, blueprint: Blueprint, rounds: int = 400) -> tuple[Blueprint, Check]:
    """A smaller counterexample, by trying simpler neighbours as long as one still violates the claim."""
    best, verdict = blueprint, check(claim, instance(claim, blueprint))
    for _ in range(rounds):
        for candidate in simplifications(best):
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
