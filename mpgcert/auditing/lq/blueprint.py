"""Linear-quadratic instances as small integers and a few scales.

Definite matrices are given by the factors of L D L' (strict lower triangle and diagonal of one integer matrix), so
every change of the integers is again a game that meets hambly2021.assumption-2.1 and assumption-2.2, as long as the
diagonals stay positive.  Gains are offsets, from zero or from the equilibrium's gains rounded to short fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT, ExactArray
from mpgcert.claims.lq.point import LQPoint
from mpgcert.errors import SingularMatrix
from mpgcert.games.lq import Gains, InitialState, LQGame
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.riccati import coupled_riccati

__all__ = ["ONE", "SCALED", "LQBlueprint", "build"]

Integers = NDArray[np.int64]

ONE = Fraction(1)
SCALED = ("A", "B", "Q", "R", "W", "initial", "policy")  #: what `scales` may hold
_GRID = 2**10  # denominator of the rounded equilibrium


@dataclass(frozen=True, eq=False)
class LQBlueprint:
    """Integers that determine an instance.

    Attributes:
        A: [T, d, d].
        B: [T, d, k_i] of each player.
        Q: factors [N, T + 1, d, d].
        R: factors [T, k_i, k_i] of each player.
        W, initial: factors [d, d].
        policies: for each policy, offsets [T, k_i, d] of each player.
        near: whether offsets are counted from the (rounded) equilibrium.
        scales: factors of the matrices and offsets by name, 1 where left out.
        probe: [d, d]; its symmetric part counts.
        constant: whether the matrices do not change with time (those of the first stage count).
        delta: small constant of rho*.
        xi: small constant of rho_{K,K'}; None for the same.
        step_share: step size as a share of what the statement allows (or the step size itself).
        steps: length of a run.
        delays: player i's step size is divided by 10 ** delays[i]; empty for step sizes that are all the same.
    """

    A: Integers
    B: tuple[Integers, ...]
    Q: Integers
    R: tuple[Integers, ...]
    W: Integers
    initial: Integers
    policies: tuple[tuple[Integers, ...], ...] = ()
    near: bool = False
    scales: dict[str, Fraction] = field(default_factory=dict)
    probe: Integers | None = None
    constant: bool = False
    delta: Fraction = Fraction(1, 100)
    xi: Fraction | None = None
    step_share: Fraction = ONE
    steps: int = 1
    delays: tuple[int, ...] = ()

    @property
    def horizon(self) -> int:
        return self.A.shape[0]

    @property
    def dimension(self) -> int:
        return self.A.shape[1]

    @property
    def n_players(self) -> int:
        return len(self.B)

    @property
    def player_delays(self) -> tuple[int, ...]:
        """`delays` of all players."""
        return self.delays or (0,) * self.n_players

    def scale(self, name: str) -> Fraction:
        return self.scales.get(name, ONE)

    def changed(self, **changes: Any) -> LQBlueprint:
        return replace(self, **changes)


def build(blueprint: LQBlueprint) -> LQPoint:
    """The exact instance."""
    game = _game(blueprint)
    policies = [_gains(blueprint, game, offsets) for offsets in blueprint.policies]
    probe = None
    if blueprint.probe is not None:
        probe = ExactArray.of_integers(blueprint.probe + blueprint.probe.T)
    return LQPoint(
        game,
        gains=policies[0] if policies else None,
        other=policies[1] if len(policies) > 1 else None,
        steps=blueprint.steps,
        delta=blueprint.delta,
        xi=blueprint.delta if blueprint.xi is None else blueprint.xi,
        probe=probe,
    )


def _game(blueprint: LQBlueprint) -> LQGame:
    def stages(values: Integers) -> Integers:
        return np.broadcast_to(values[:1], values.shape) if blueprint.constant else values

    def exact(values: Integers, name: str) -> ExactArray:
        scale = blueprint.scale(name)
        return ExactArray.of_integers(values.astype(object) * scale.numerator, scale.denominator)

    Q = blueprint.Q
    if blueprint.constant:
        Q = np.broadcast_to(Q[:, :1], Q.shape)
    return LQGame(
        name="drawn",
        A=exact(stages(blueprint.A), "A"),
        B=tuple(exact(stages(part), "B") for part in blueprint.B),
        Q=exact(_definite(Q), "Q"),
        R=tuple(exact(_definite(stages(part)), "R") for part in blueprint.R),
        W=exact(_definite(blueprint.W), "W"),
        initial=InitialState(exact(_definite(blueprint.initial), "initial")),
    )


def _definite(factors: Integers) -> Integers:
    """L D L' for unit lower triangular L and diagonal D held in one array [..., m, m]."""
    size = factors.shape[-1]
    lower = np.tril(factors, -1) + np.eye(size, dtype=np.int64)
    diagonal = np.diagonal(factors, axis1=-2, axis2=-1)
    return (lower * diagonal[..., None, :]) @ np.swapaxes(lower, -1, -2)


def _gains(blueprint: LQBlueprint, game: LQGame, offsets: tuple[Integers, ...]) -> Gains:
    scale = blueprint.scale("policy")
    if blueprint.constant:
        offsets = tuple(np.broadcast_to(part[:1], part.shape) for part in offsets)
    base = _rounded_equilibrium(game) if blueprint.near else [np.zeros_like(part) for part in offsets]
    parts = []
    for origin, part in zip(base, offsets):
        numerator = origin.astype(object) * scale.denominator + part.astype(object) * (scale.numerator * _GRID)
        parts.append(ExactArray.of_integers(numerator, _GRID * scale.denominator))
    return Gains(tuple(parts))


def _rounded_equilibrium(game: LQGame) -> list[Integers]:
    """K^{i*} in units of 1 / _GRID; zero where the equations have no solution."""
    try:
        found = coupled_riccati(LQArrays.of(game, FLOAT)).gains
    except SingularMatrix:
        found = np.zeros((game.horizon, sum(game.control_dimensions), game.dimension))
    if not np.isfinite(found).all() or np.abs(found).max(initial=0) > 2**40:
        found = np.zeros_like(found)
    return [np.rint(found[:, own] * _GRID).astype(np.int64) for own in game.control_slices]
