"""Evidence for hambly2021.assumption-2.3: do (2.4) and (2.5) have exactly one solution?

Backward in time, P_{t+1} is known, and (2.4) is the linear system Phi_t K_t = b_t. A regular Phi_t gives one K_t.
At the first singular Phi_t there is none if the rank of (Phi_t, b_t) is larger, and then the game has no solution;
else there are infinitely many K_t, and two of them that the recursion continues down to t = 0 are two solutions of
the game.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, Ball
from mpgcert.arithmetic.matrices import determinant, nearest_doubles, row_echelon
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.riccati import RiccatiStage, block_system, cost_to_go, riccati_stages

__all__ = ["StageEvidence", "Uniqueness", "evidence_of", "singular_stage"]

Array = NDArray[Any]
Verdict = Literal["holds", "violated", "undecided"]

_CONTINUATION_BITS = 1024
_MULTIPLES = (0, 1, -1, 2, 3)


@dataclass(frozen=True, eq=False)
class StageEvidence:
    """What is known of Phi_t.

    Attributes:
        stage: t.
        determinant: det(Phi_t), in the arithmetic of the solution.
        own_determinants: det(R_t^i + B_t^i' P_{t+1}^i B_t^i) of each player, whose inverses (2.4) uses.
        condition: ratio of the singular values of Phi_t, in doubles: an estimate.
    """

    stage: int
    determinant: Any
    own_determinants: tuple[Any, ...]
    condition: float


@dataclass(frozen=True, eq=False)
class Uniqueness:
    """The verdict on hambly2021.assumption-2.3.

    Attributes:
        verdict: `holds`, `violated` or `undecided`.
        reason: one sentence.
        stages: evidence in the order of time; where the recursion stops, from that stage on.
        solutions: `one`, `none`, `several`, or None if that is not known.
    """

    verdict: Verdict
    reason: str
    stages: tuple[StageEvidence, ...]
    solutions: Literal["one", "none", "several"] | None = None


def evidence_of(arrays: LQArrays, phi: Array, first: int = 0) -> Uniqueness:
    """The verdict from Phi_t, [m, k, k], of the stages t = first, ..., T - 1, all of them solved."""
    arithmetic, stages = arrays.arithmetic, []
    for t, matrix in enumerate(phi, start=first):
        own = tuple(determinant(matrix[rows, rows]) for rows in arrays.slices)
        stages.append(StageEvidence(t, determinant(matrix), own, _condition(matrix)))
    for evidence in reversed(stages):
        for i, value in enumerate(evidence.own_determinants):
            block = f"R + B' P B of player {arrays.game.player_label(i)} at stage {evidence.stage}"
            if arithmetic.sign(value) == 0:
                return Uniqueness("violated", f"(2.4) inverts {block}, which is singular", tuple(stages))
            if not arithmetic.is_nonzero(value):
                return Uniqueness("undecided", f"{block} is not told from a singular matrix", tuple(stages))
    worst = max(stages, key=lambda evidence: evidence.condition)
    reason = (
        f"Phi_t is regular at each of {len(stages)} stages ({arithmetic.name}); "
        f"largest condition number about {worst.condition:.3g}, at stage {worst.stage}"
    )
    return Uniqueness("holds", reason, tuple(stages), "one")


def singular_stage(arrays: LQArrays, solved: list[RiccatiStage]) -> Uniqueness:
    """The verdict where the exact recursion, having solved the later stages, meets a singular Phi_t."""
    t = arrays.horizon - 1 - len(solved)
    after = solved[-1].P if solved else arrays.Q[:, -1]
    phi, right = block_system(arrays, t, after)
    blocks = np.stack([phi, *(stage.phi for stage in solved[::-1])])
    found = evidence_of(arrays, blocks, first=t)
    if found.verdict != "holds":
        return found
    echelon, rank = row_echelon(np.concatenate([phi, right], axis=1))
    pivots = [int(np.argmax(row != 0)) for row in echelon[:rank]]
    own_rank = sum(column < len(phi) for column in pivots)
    facts = f"Phi_{t} is singular (rank {own_rank} of {len(phi)}, exactly)"
    if rank > own_rank:
        reason = f"{facts} and (Phi_{t}, b_{t}) has rank {rank}: no gains solve (2.4)"
        return Uniqueness("violated", reason, found.stages, "none")
    one, direction = _affine_solutions(echelon, pivots, len(phi))
    continued = 0
    for multiple in _MULTIPLES:
        gain = one.copy()
        gain[:, 0] = gain[:, 0] + direction * EXACT.number(multiple)
        continued += _continues(arrays, t, cost_to_go(arrays, t, gain, after))
        if continued == 2:
            reason = f"{facts} and so is (Phi_{t}, b_{t}): infinitely many gains solve (2.4), and two lead to stage 0"
            return Uniqueness("violated", reason, found.stages, "several")
    reason = f"{facts}: infinitely many gains solve (2.4) there, but how many lead to stage 0 was not found"
    return Uniqueness("undecided", reason, found.stages)


def _affine_solutions(echelon: Array, pivots: list[int], size: int) -> tuple[Array, Array]:
    """One solution [k, d] of the reduced system (with 0 for free rows), and a vector [k] of the null space."""
    width = echelon.shape[1] - size
    zero, one = EXACT.number(0), EXACT.number(1)
    solution, direction = np.full((size, width), zero, dtype=object), np.full(size, zero, dtype=object)
    free = next(column for column in range(size) if column not in pivots)
    direction[free] = one
    for row, column in zip(echelon, pivots):
        solution[column] = row[size:]
        direction[column] = -row[free]
    return solution, direction


def _continues(arrays: LQArrays, stage: int, P: Array) -> bool:
    """Whether the recursion from P_t, [N, d, d], certainly reaches stage 0 with regular systems only."""
    if stage == 0:
        return True
    ball = Ball(_CONTINUATION_BITS)
    with ball.context():
        enclosed = LQArrays.of(arrays.game, ball)
        exact = [ball.number(EXACT.enclosure(value)[0]) for value in P.ravel().tolist()]
        after = np.array(exact, dtype=object).reshape(P.shape)
        try:
            stages = list(riccati_stages(enclosed, after, stage))
        except SingularMatrix:
            return False
        own = [determinant(step.phi[rows, rows]) for step in stages for rows in enclosed.slices]
        return all(ball.is_nonzero(value) for value in own)


def _condition(matrix: Array) -> float:
    with np.errstate(all="ignore"):
        doubles = nearest_doubles(matrix)
        return float(np.linalg.cond(doubles)) if np.isfinite(doubles).all() else np.inf
