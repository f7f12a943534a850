"""Every iterate of a run held against the statements about single policies and steps, in constant memory.

A run keeps some hundreds of its iterates, and those are decided in balls.  Here the run is made again from its first
record, bit by bit the same, a stretch at a time; all iterates of a stretch are screened in doubles at once
(`mpgcert.claims.screening`), and those whose two sides are too close for doubles are decided in balls.  What the
screening alone has seen is said to be screened, not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.claim import Claim
from mpgcert.claims.engine import NOISE, Check, check
from mpgcert.claims.lane_point import LanePoint
from mpgcert.claims.point import Point
from mpgcert.claims.screening import screen_lanes
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Policy
from mpgcert.learn.run import run
from mpgcert.learn.trajectory import Trajectory

__all__ = ["Screened", "screen_run"]

_NUMBERS = 2**21  # of a stretch's kernels and policies, all iterates together
_LONGEST = 2**14  # iterates of a stretch
CLOSE = 1e-6  # relative distance of two sides below which doubles do not count
_DECIDED = 200  # iterates of a statement that are decided in balls


@dataclass
class Screened:
    """What became of the iterates of a run under one statement.

    Attributes:
        iterates: how many were screened, the first ones of the run.
        ratio, step: the largest ratio of the sides in doubles, and where.
        small: iterates at which both sides were too small to be compared.
        decided: iterates that were decided in balls, because their sides are close, with the outcome.
        open: close ones beyond the first few hundred, which were not.
    """

    iterates: int = 0
    ratio: float | None = None
    step: int | None = None
    small: int = 0
    decided: list[tuple[int, Check]] = field(default_factory=list)
    open: int = 0

    @property
    def verdict(self) -> Verdict:
        """Violated or undecided where an iterate is; else holds, as far as doubles tell."""
        found = {outcome.verdict for _, outcome in self.decided}
        if Verdict.VIOLATED in found:
            return Verdict.VIOLATED
        return Verdict.UNDECIDED if self.open or Verdict.UNDECIDED in found else Verdict.HOLDS

    @property
    def note(self) -> str:
        if self.ratio is None:
            return f"none of {self.iterates:,} iterates meets its conditions"
        parts = [f"all {self.iterates:,} iterates screened in doubles, largest ratio {self.ratio:.6g} at {self.step:,}"]
        if self.decided:
            parts.append(f"{len(self.decided):,} close ones decided in balls")
        if self.open:
            parts.append(f"{self.open:,} close ones left open")
        if self.small:
            parts.append(f"at {self.small:,} both sides are below {NOISE:g}")
        return "; ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `screened` of a check."""
        return {
            "iterates": self.iterates,
            "verdict": str(self.verdict),
            "ratio": self.ratio,
            "step": self.step,
            "too_small": self.small,
            "decided": len(self.decided),
            "open": self.open,
        }


def screen_run(
    analysis: Analysis,
    trajectory: Trajectory,
    point: Point,
    claims: Sequence[Claim],
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Screened]:
    """Hold every iterate of a run against statements about a policy, or about a step from it.

    Args:
        trajectory: of the game of `analysis`, from the engine that is here.
        point: what the iterates share (`Point.along_run`).
        claims: none about whole runs, and with hypotheses that the game meets.
        progress: called with the iterates done, T + 1, and what is being done.

    Returns:
        By the statement's id; after a KeyboardInterrupt what was done so far.
    """
    found = {claim.id: Screened() for claim in claims}
    try:
        for first, policies in _stretches(analysis, trajectory):
            count = policies[0].shape[-1]
            interior = np.all([part.min(axis=(0, 1)) > 0 for part in policies], axis=0)
            lanes = _lanes(point, policies).take(np.flatnonzero(interior))
            steps = first + np.flatnonzero(interior)
            for claim in claims:
                _screen(claim, lanes, steps, count, found[claim.id])
            if progress is not None:
                progress(first + count, trajectory.n_steps + 1, "every iterate")
    except KeyboardInterrupt:
        pass
    return found


def _stretches(analysis: Analysis, trajectory: Trajectory) -> Iterator[tuple[int, list[NDArray[np.float64]]]]:
    """All iterates in turn: number of the first, policies [S, A_i, K]."""
    game, step = analysis.game, 0
    numbers = game.n_states * game.n_joint_actions * game.n_states
    length = int(np.clip(_NUMBERS // numbers, 1, _LONGEST))
    standing = _at(replace(trajectory, replies=np.zeros_like(trajectory.replies)), 0)
    yield 0, [np.moveaxis(part, 0, -1) for part in standing.policies]
    while step < trajectory.n_steps:
        until = min(step + length, trajectory.n_steps)
        found = run(
            game,
            trajectory.algorithm,
            steps=until,
            step_size=trajectory.step_size,
            regularization=trajectory.regularization,
            truncation=trajectory.truncation,
            truncation_of=trajectory.truncation_of,
            record_every=1,
            potential=None if trajectory.potential is None else analysis.phi,
            engine=trajectory.engine,
            resume=standing,
        )
        if not found.complete:
            raise KeyboardInterrupt
        yield step + 1, [np.moveaxis(part[1:], 0, -1) for part in found.policies]
        standing, step = _at(found, -1), until


def _at(trajectory: Trajectory, record: int) -> Trajectory:
    """One record of a trajectory, from which every iterate is to be recorded."""
    chosen: dict[str, Any] = {"record_every": 1}
    for item in fields(trajectory):
        value = getattr(trajectory, item.name)
        if isinstance(value, tuple):
            chosen[item.name] = tuple(part[record : record + 1 or None] for part in value)
        elif isinstance(value, np.ndarray) and item.name != "replies":
            chosen[item.name] = value[record : record + 1 or None]
    return replace(trajectory, **chosen)


@dataclass(frozen=True, eq=False)
class _Iterates(LanePoint):
    """Lanes that share a game, and so what is known about it."""

    base: Point | None = None

    @property
    def analysis(self) -> Analysis:
        assert self.base is not None
        return self.base.analysis


def _lanes(point: Point, policies: list[NDArray[np.float64]]) -> LanePoint:
    """Iterates as lanes that share one game."""
    game, count = point.game, policies[0].shape[-1]
    assert game is not None

    def shared(block: Any) -> Any:
        return np.broadcast_to(np.asarray(block, dtype=float)[..., None], (*np.shape(block), count))

    def exact(k: int) -> Point:
        return replace(point, policy=Policy.from_doubles([part[..., k] for part in policies]))

    return _Iterates(
        kernel=shared(game.dense_kernel().to_float()),
        rewards=shared(game.rewards.to_float()),
        discount=shared(float(game.discount)),
        initial=shared(game.initial.to_float()),
        policies=(tuple(policies),),
        point_of=exact,
        potential=None if point.phi is None else shared(point.phi.to_float()),
        algorithm=point.algorithm,
        step_size=None if point.step_size is None else shared(float(point.step_size)),
        regularization=shared(float(point.regularization)),
        base=point,
    )


def _screen(claim: Claim, lanes: LanePoint, steps: NDArray[np.int64], count: int, out: Screened) -> None:
    out.iterates += count
    if not len(steps):
        return
    ratio = screen_lanes(claim, lanes).ratio
    out.small += int((ratio == 0).sum())
    if not np.isnan(ratio).all():
        worst = int(np.nanargmax(ratio))
        if out.ratio is None or ratio[worst] > out.ratio:
            out.ratio, out.step = float(ratio[worst]), int(steps[worst])
    import sympy

    edge = 1 + CLOSE if isinstance(claim.relation, sympy.Eq) else 1 - CLOSE
    for k in np.flatnonzero(ratio > edge).tolist():
        if len(out.decided) >= _DECIDED:
            out.open += 1
        else:
            out.decided.append((int(steps[k]), check(claim, lanes.point_of(k))))
