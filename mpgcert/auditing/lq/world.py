"""Instances of statements about linear-quadratic games; steps are as large as the statement allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import Ball
from mpgcert.auditing.families import Source
from mpgcert.auditing.limits import step_limits
from mpgcert.auditing.lq.blueprint import LQBlueprint, build
from mpgcert.auditing.lq.families import draw_lq_blueprint, lq_shape_for
from mpgcert.auditing.lq.mutation import lq_simplifications, mutate_lq
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import value_at
from mpgcert.claims.lq.point import LQPoint

__all__ = ["LQWorld"]

_BALL = Ball(128)
_DIGITS = 2**40  # of the rational below an irrational limit, relative to it


class LQWorld:
    """Linear-quadratic games and gains as instances of one claim."""

    def __init__(self, claim: Claim) -> None:
        self.claim, self.shape = claim, lq_shape_for(claim)

    def draw(self, source: Source) -> LQBlueprint:
        return draw_lq_blueprint(source, self.shape)

    def mutate(self, blueprint: LQBlueprint, rng: np.random.Generator) -> LQBlueprint:
        return mutate_lq(blueprint, self.shape, rng)

    def simpler(self, blueprint: LQBlueprint) -> Iterator[LQBlueprint]:
        return lq_simplifications(blueprint)

    def point(self, blueprint: LQBlueprint) -> LQPoint:
        """The point of a blueprint; all players have one step size, unless it delays some."""
        point = build(blueprint)
        if self.claim.setting not in (Setting.LQ_STEP, Setting.LQ_RUN):
            return point
        # the limits may themselves speak of the next gains: those of a vanishing step then count
        share = blueprint.step_share
        size = share * self._largest_step(replace(point, step_sizes=(Fraction(0),) * blueprint.n_players))
        return replace(point, step_sizes=tuple(size / 10**delay for delay in blueprint.player_delays))

    def _largest_step(self, point: LQPoint) -> Fraction:
        """A short rational just below the largest step size that the claim's conditions allow; 1 without a limit."""
        limits = []
        for limit in step_limits(self.claim):
            low, _ = _BALL.enclosure(value_at(limit, self.claim, point, _BALL))
            scale = _DIGITS * max(1, int(1 / low)) if low > 0 else 1
            limits.append(Fraction(int(low * scale), scale))
        return min(limits, default=Fraction(1))
