"""Instances of statements about tabular games: steps as large as the statement allows, floors respected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import EXACT
from mpgcert.auditing.blueprint import Blueprint, build
from mpgcert.auditing.equilibria import needs_equilibrium, settled
from mpgcert.auditing.families import Source, draw_blueprint, floors_of, shape_for
from mpgcert.auditing.limits import step_limits
from mpgcert.auditing.mutation import mutate, simplifications
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import value_at
from mpgcert.claims.point import Point
from mpgcert.claims.point_index import Index
from mpgcert.games import Policy

__all__ = ["TabularWorld"]


class TabularWorld:
    """Markov games and their policies as instances of one claim."""

    def __init__(self, claim: Claim) -> None:
        self.claim, self.shape = claim, shape_for(claim)

    def draw(self, source: Source) -> Blueprint:
        blueprint = draw_blueprint(source, self.shape)
        return settled(blueprint) if needs_equilibrium(self.claim) and source.integer(0, 2) else blueprint

    def mutate(self, blueprint: Blueprint, rng: np.random.Generator) -> Blueprint:
        return mutate(blueprint, self.shape, rng)

    def simpler(self, blueprint: Blueprint) -> Iterator[Blueprint]:
        return simplifications(blueprint)

    def point(self, blueprint: Blueprint) -> Point:
        """The point of a blueprint; step sizes are shares of the largest that the claim's conditions allow.

        Where the conditions set a floor to the probabilities, the drawn ones share what is above it.
        """
        claim, point = self.claim, self._above_floors(build(blueprint))
        if claim.setting is Setting.DEVIATION:
            point = replace(point, player=blueprint.player)
        if claim.setting not in (Setting.STEP, Setting.RUN):
            return point
        algorithm = claim.algorithm or ("gradient-play", "natural-gradient-play")[blueprint.steps % 2]
        point = replace(point, algorithm=algorithm)
        return replace(point, step_size=blueprint.step_share * self._largest_step(point))

    def _largest_step(self, point: Point) -> Fraction:
        """The largest step size that the claim's conditions allow, 1 where they set no limit."""
        limits = []
        for limit in step_limits(self.claim):
            try:
                limits.append(EXACT.enclosure(value_at(limit, self.claim, point, EXACT))[0])
            except ZeroDivisionError:  # any step is allowed, as when the potential is constant
                continue
        return min(limits, default=Fraction(1))

    def _above_floors(self, point: Point) -> Point:
        """The point with its first policy mixed with the floors: a probability of 0 ends up at the floor."""
        claim, floors = self.claim, floors_of(self.claim)
        if not floors or point.policy is None:
            return point
        parts = []
        for i, part in enumerate(point.policy.probabilities):
            floor = max(EXACT.enclosure(value_at(bound, claim, point, EXACT, Index(player=i)))[0] for bound in floors)
            count = part.shape[1]
            scale = 1 / (1 - count * floor) if count * floor < 1 else Fraction(1)
            parts.append(part.affine(scale, -floor * scale) if scale > 1 else part)
        return replace(point, policy=Policy(tuple(parts)))
