"""Attack a claim: sample the extremal families, climb on the ratio of the sides, certify, shrink.

Doubles steer (`screen`), the engine judges (`check`): a counterexample is returned only when it is certain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import EXACT
from mpgcert.auditing.blueprint import Blueprint, build
from mpgcert.auditing.families import RandomSource, draw_blueprint, shape_for
from mpgcert.auditing.mutation import mutate, simplifications
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Check, check, screen, value_at
from mpgcert.claims.point import Point
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import MpgcertError

__all__ = ["Attack", "attack", "instance", "shrink"]

_KEPT = 6
_CERTIFIED_EVERY = 20
_SUSPICIOUS = 1 - 1e-9


@dataclass
class Attack:
    """What an attack found.

    Attributes:
        instances: how many were screened; `non_vacuous` of them met the hypotheses.
        certified: how many were decided with proof (none of them violated, unless there is a counterexample).
        worst_ratio: largest ratio among certified instances; `screened_ratio` among screened ones.
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
    """The point of a blueprint; step sizes are shares of the largest that the claim's conditions allow."""
    point = build(blueprint)
    moves = claim.setting in (Setting.STEP, Setting.RUN)
    if claim.setting is Setting.DEVIATION:
        point = _with(point, player=blueprint.player)
    if not moves:
        return point
    algorithm = claim.algorithm or ("gradient-play", "natural-gradient-play")[blueprint.steps % 2]
    point = _with(point, algorithm=algorithm)
    return _with(point, step_size=blueprint.step_share * _largest_step(claim, point))


def _largest_step(claim: Claim, point: Point) -> Fraction:
    """The largest step size that the claim's conditions allow, 1 where they set no limit."""
    limits = []
    for relation in claim.given:
        if str(relation.lhs) == "step_size" and type(relation).__name__ in ("LessThan", "Equality"):
            try:
                limits.append(EXACT.enclosure(value_at(relation.rhs, claim, point, EXACT))[0])
            except ZeroDivisionError:  # any step is allowed, as when the potential is constant
                continue
    return min(limits, default=Fraction(1))


def _with(point: Point, **changes: object) -> Point:
    from dataclasses import replace

    return replace(point, **changes)  # type: ignore[arg-type]


def attack(
    claim: Claim,
    rng: np.random.Generator,
    *,
    samples: int = 300,
    climbs: int = 300,
    stop: Callable[[], bool] = lambda: False,
) -> Attack:
    """Search for a counterexample.

    Args:
        claim: with a relation.
        rng: all randomness comes from here.
        samples: instances drawn from the families.
        climbs: changes tried from the best of them.
        stop: asked between instances; True ends the search early.
    """
    shape, result = shape_for(claim), Attack()
    source = RandomSource(rng)
    for count in range(samples):
        if stop() or result.counterexample:
            return result
        _try(claim, draw_blueprint(source, shape), result, certify=count % _CERTIFIED_EVERY == 0)
    for _ in range(climbs if result.pool else 0):
        if stop() or result.counterexample:
            return result
        start = result.pool[int(rng.integers(len(result.pool)))][1]
        _try(claim, mutate(start, shape, rng), result)
    for _, blueprint in result.pool[:2]:
        _certify(claim, blueprint, result)
    return result


def _try(claim: Claim, blueprint: Blueprint, result: Attack, certify: bool = False) -> None:
    result.instances += 1
    try:
        screening = screen(claim, instance(claim, blueprint))
    except MpgcertError:
        return
    if screening is None:
        return
    result.non_vacuous += 1
    worst = result.pool[-1][0] if len(result.pool) >= _KEPT else -1.0
    if screening.ratio > worst:
        result.pool.append((screening.ratio, blueprint))
        result.pool.sort(key=lambda entry: -entry[0])
        del result.pool[_KEPT:]
    if certify or screening.ratio > _SUSPICIOUS:
        _certify(claim, blueprint, result)


def _certify(claim: Claim, blueprint: Blueprint, result: Attack) -> None:
    outcome = check(claim, instance(claim, blueprint))
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
