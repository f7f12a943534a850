"""What the certificate of a checked trajectory is made of: one spot for each statement, where its sides are closest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mpgcert.certificates.document import Inner, NotCertified, assemble, embedded
from mpgcert.certificates.of_claims import instance
from mpgcert.certificates.run_records import run_record
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.lq.runs import CheckedLQRun
from mpgcert.claims.point import Point
from mpgcert.claims.run_checks import CheckedRun, RunCheck
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Policy

__all__ = ["of_lq_run", "of_run"]

_WORK = 400_000  # entries of kernel and rewards that the verifier may look at, over all spots
_SPOTS = 60
_OF_POLICY = (Setting.POLICY, Setting.STEP)
_OF_GAINS = (Setting.LQ_POLICY, Setting.LQ_STEP)


def of_run(run: CheckedRun, analysis: Analysis, sha256: str) -> Inner:
    """The spots of a run of softmax play, for the game with normalised rewards.

    Args:
        sha256: of the file of the trajectory.

    Raises:
        NotCertified: no statement was compared at a recorded policy, or the game is too large for the verifier.
    """
    trajectory, game = run.trajectory, analysis.game
    base = Point.along_run(analysis, trajectory.algorithm, run.step_size, run.regularization)
    records = {int(step): k for k, step in enumerate(trajectory.steps)}
    most = _WORK // (game.n_states * game.n_joint_actions * (game.n_states + game.n_players) * game.n_players)
    found = []
    for entry in _compared(run.checks, _OF_POLICY):
        step = int(entry.worst["step"])  # type: ignore[index]
        point = replace(base, policy=Policy.from_doubles(trajectory.policy(records[step])))
        found.append((step, entry, point))
    return _spots(found, min(most, _SPOTS), sha256, analysis, normalized=not analysis.normalization.is_identity)


def of_lq_run(run: CheckedLQRun, analysis: LQAnalysis, sha256: str) -> Inner:
    """The spots of a run of natural policy gradient.

    Raises:
        NotCertified: no statement was compared at recorded gains.
    """
    trajectory = run.trajectory
    base = LQPoint.along_run(analysis, run.step_sizes)
    records = {int(step): k for k, step in enumerate(trajectory.steps)}
    found = []
    for entry in _compared(run.checks, _OF_GAINS):
        step = int(entry.worst["step"])  # type: ignore[index]
        found.append((step, entry, replace(base, gains=trajectory.policy(records[step]))))
    return _spots(found, _SPOTS, sha256, analysis, normalized=False)


def _compared(checks: tuple[RunCheck, ...], settings: tuple[Setting, ...]) -> Iterator[RunCheck]:
    for entry in checks:
        if entry.worst is not None and entry.claim.setting in settings:
            yield entry


def _spots(
    found: list[tuple[int, RunCheck, Any]],
    most: int,
    sha256: str,
    analysis: Analysis | LQAnalysis,
    normalized: bool,
) -> Inner:
    steps: list[int] = []
    spots: list[Inner] = []
    game = embedded(analysis.game)
    for step, entry, point in found:
        if len(spots) >= most:
            break
        outcome = check(entry.claim, point)
        if outcome.verdict not in (Verdict.HOLDS, Verdict.VIOLATED):
            continue
        try:
            spot = replace(instance(entry.claim, point, outcome), normalized=normalized)
            assemble(spot, game)  # a spot that the verifier does not accept must not spoil the others
        except NotCertified:
            continue
        steps.append(step)
        spots.append(spot)
    if not spots:
        raise NotCertified("no statement could be certified at a recorded iterate")
    data = {"trajectory_sha256": sha256, "steps": steps, "spots": spots}
    return Inner(run_record(), data, normalized=normalized)
