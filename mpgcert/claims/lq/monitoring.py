"""Hold gains that somebody else computed against every statement about linear policies and steps that applies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Check, check
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.monitoring import Monitored, Progress, record_of
from mpgcert.claims.statements import run_claims
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq.external import ExternalGains

__all__ = ["monitor_lq"]


def monitor_lq(
    game: LQGame | LQAnalysis,
    trajectory: ExternalGains,
    *,
    every: int = 1,
    progress: Progress = lambda done, total, what: None,
) -> Monitored:
    """Hold every statement about gains and steps of Algorithm 1 against a trajectory, iterate by iterate.

    Recorded gains are taken as exact data; a statement about a step is held against the recorded next gains, whatever
    computed them.

    Args:
        game: the game that the trajectory belongs to (or its analysis).
        trajectory: gains per iterate, with the step sizes.
        every: compare at every k-th iterate only.
        progress: called with (done, total, what).
    """
    analysis = LQAnalysis.of(game)
    base = LQPoint.along_run(analysis, trajectory.step_sizes)
    applicable = [
        claim
        for claim in run_claims(linear_quadratic=True)
        if claim.setting is not Setting.LQ_RUN and (claim.setting is Setting.LQ_POLICY or trajectory.is_whole)
    ]
    records = tuple(
        record_of(claim, _outcomes(claim, base, trajectory, every), trajectory.n_iterates, progress)
        for claim in applicable
    )
    deviation = trajectory.largest_deviation(analysis.game)
    return Monitored(analysis.game.name, trajectory.algorithm, trajectory.n_iterates, deviation, records)


def _outcomes(claim: Claim, base: LQPoint, trajectory: ExternalGains, every: int) -> Iterator[tuple[int, Check]]:
    moves = claim.setting in (Setting.LQ_STEP, Setting.LQ_PAIR)
    for step in range(0, trajectory.n_iterates - moves, every):
        point = replace(base, gains=trajectory.policy(step))
        if moves:
            point = replace(point, other=trajectory.policy(step + 1))
        yield step, check(claim, point)
