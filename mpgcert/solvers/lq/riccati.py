"""The coupled Riccati equations of an N-player linear-quadratic game: one block linear system for each stage.

With K_t = (K_t^1; ...; K_t^N), (2.4) of hambly2021 for all players reads Phi_t K_t = b_t, where Phi_t is the block
matrix of hambly2021.remark-2.4 (ii-th block R_t^i + B_t^i' P_{t+1}^i B_t^i, ij-th block B_t^i' P_{t+1}^i B_t^j) and
b_t has the blocks B_t^i' P_{t+1}^i A_t; (2.5) then gives P_t^i.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.arithmetic.matrices import product
from mpgcert.errors import SingularMatrix
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = [
    "RiccatiSolution",
    "RiccatiStage",
    "block_system",
    "collected",
    "cost_to_go",
    "coupled_riccati",
    "riccati_stages",
]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class RiccatiSolution:
    """The solution of (2.4) and (2.5).

    Attributes:
        gains: K*_t, [T, k, d].
        P: P_t^{i*}, [N, T + 1, d, d].
        phi: Phi_t, [T, k, k].
    """

    gains: Array
    P: Array
    phi: Array


@dataclass(frozen=True, eq=False)
class RiccatiStage:
    """One step of the recursion.

    Attributes:
        stage: t.
        gain: K*_t, [k, d].
        P: P_t^{i*}, [N, d, d].
        phi: Phi_t, [k, k].
    """

    stage: int
    gain: Array
    P: Array
    phi: Array


def riccati_stages(arrays: LQArrays, after: Array | None = None, stage: int | None = None) -> Iterator[RiccatiStage]:
    """The recursion, stage by stage from T - 1 down to 0; or from t - 1 down, given P_t, [N, d, d], and t.

    Raises:
        SingularMatrix: Phi_t is singular (or not certainly regular, for balls); the message names t.
    """
    after = arrays.Q[:, -1] if after is None else after
    for t in reversed(range(arrays.horizon if stage is None else stage)):
        phi, right = block_system(arrays, t, after)
        try:
            gain = arrays.arithmetic.solve(phi, right)
        except SingularMatrix as error:
            raise SingularMatrix(f"Phi_{t}: {error}") from None
        after = cost_to_go(arrays, t, gain, after)
        yield RiccatiStage(t, gain, after, phi)


def coupled_riccati(arrays: LQArrays) -> RiccatiSolution:
    """Gains of the Nash equilibrium in linear feedback policies, backward in time.

    Raises:
        SingularMatrix: Phi_t is singular (or not certainly regular, for balls); the message names t.
    """
    if arrays.arithmetic is FLOAT:
        return _in_doubles(arrays)
    return collected(arrays, list(riccati_stages(arrays)))


def _in_doubles(arrays: LQArrays) -> RiccatiSolution:
    """The same recursion with all players at once in each operation."""
    T, (k, d) = arrays.horizon, arrays.B.shape[:0:-1]
    gains, phi = np.empty((T, k, d)), np.zeros((T, k, k))
    P = np.array(arrays.Q)
    owner = np.repeat(np.arange(arrays.n_players), [own.stop - own.start for own in arrays.slices])
    mine = (owner == np.arange(arrays.n_players)[:, None]).astype(float)
    for weights, own in zip(arrays.R, arrays.slices):
        phi[:, own, own] = weights
    costs = phi.copy()
    for t in reversed(range(T)):
        A, B = arrays.A[t], arrays.B[t]
        weighted = (B.T[:, None] @ P[owner, t + 1])[:, 0]
        phi[t] += weighted @ B
        try:
            gains[t] = gain = np.linalg.solve(phi[t], weighted @ A)
        except np.linalg.LinAlgError:
            raise SingularMatrix(f"Phi_{t}: the {k} x {k} system is singular") from None
        loop = A - B @ gain
        P[:, t] += (mine[:, None] * gain.T) @ (costs[t] @ gain) + loop.T @ (P[:, t + 1] @ loop)
    return RiccatiSolution(gains, P, phi)


def collected(arrays: LQArrays, stages: list[RiccatiStage]) -> RiccatiSolution:
    """All stages of the recursion, put in the order of time."""
    forward = stages[::-1]
    return RiccatiSolution(
        np.stack([stage.gain for stage in forward]),
        np.stack([*(stage.P for stage in forward), arrays.Q[:, -1]], axis=1),
        np.stack([stage.phi for stage in forward]),
    )


def block_system(arrays: LQArrays, stage: int, after: Array) -> tuple[Array, Array]:
    """Phi_t [k, k] and b_t [k, d] for costs-to-go P_{t+1}^i, [N, d, d]."""
    A, B = arrays.A[stage], arrays.B[stage]
    rows, right = [], []
    for i, own in enumerate(arrays.slices):
        weighted = product(B[:, own].T, after[i])
        row = product(weighted, B)
        row[:, own] = row[:, own] + arrays.R[i][stage]
        rows.append(row)
        right.append(product(weighted, A))
    return np.concatenate(rows), np.concatenate(right)


def cost_to_go(arrays: LQArrays, stage: int, gain: Array, after: Array) -> Array:
    """P_t^i of (2.5), [N, d, d], from gains K_t [k, d] and P_{t+1}^i, [N, d, d]."""
    loop = arrays.A[stage] - product(arrays.B[stage], gain)
    return np.stack(
        [
            arrays.Q[i, stage]
            + product(gain[own].T, product(arrays.R[i][stage], gain[own]))
            + product(loop.T, product(after[i], loop))
            for i, own in enumerate(arrays.slices)
        ]
    )
