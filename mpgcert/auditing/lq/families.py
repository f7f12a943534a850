"""Families of linear-quadratic instances: generic ones, weakly coupled ones, and extreme scales.

Statements with a noise condition speak of weakly coupled games only, with gains near the equilibrium; others fail, if
at all, where control is cheap, noise is tiny or huge, or the closed loop has norm near 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mpgcert.auditing.families import SHARES, Source
from mpgcert.auditing.lq.blueprint import LQBlueprint
from mpgcert.claims.claim import Claim, Setting

__all__ = ["DELTAS", "SCALES", "LQShape", "draw_lq_blueprint", "lq_shape_for"]

Integers = NDArray[np.int64]

SCALES = tuple(Fraction(text) for text in ("1", "1/2", "1/10", "1/100", "1/1000", "3", "10", "100"))
DELTAS = tuple(Fraction(text) for text in ("1/100", "1/1000", "1/10", "1"))
_COUPLINGS = tuple(Fraction(text) for text in ("1/20", "1/50", "1/100", "1/1000"))
_POLICIES = {Setting.LQ_GAME: 0, Setting.LQ_PAIR: 2}


@dataclass(frozen=True)
class LQShape:
    """What kind of instance a statement needs.

    Attributes:
        setting: what the statement quantifies over.
        weak: whether its conditions, or the sides of (3.11) that it compares, ask for weak coupling.
        uneven: whether players have step sizes of their own.
        two_constants: whether it speaks of xi, which is then not always delta.
        max_players, max_horizon, max_dimension, max_controls: largest sizes.
    """

    setting: Setting
    weak: bool = False
    uneven: bool = False
    two_constants: bool = False
    max_players: int = 3
    max_horizon: int = 3
    max_dimension: int = 3
    max_controls: int = 2

    @property
    def n_policies(self) -> int:
        return _POLICIES.get(self.setting, 1)


def lq_shape_for(claim: Claim) -> LQShape:
    """The shape that a claim's setting and conditions ask for."""
    conditions = {symbol.name for relation in claim.given for symbol in relation.free_symbols}
    compared = {symbol.name for symbol in claim.relation.free_symbols} if claim.relation is not None else set()
    weak = "norm_Sigma_star" in conditions or "psi" in compared
    return LQShape(claim.setting, weak=weak, uneven="step_size_min" in compared, two_constants="xi" in compared)


def draw_lq_blueprint(source: Source, shape: LQShape) -> LQBlueprint:
    """One instance from a family chosen at random."""
    n, T, d = (
        source.integer(1, most)
        for most in (shape.max_players, shape.max_horizon, source.choice((1, 2, shape.max_dimension)))
    )
    sizes = [source.choice((1, 1, shape.max_controls)) for _ in range(n)]
    weak = source.integer(0, 5) > 0 if shape.weak else source.integer(0, 3) == 0
    return LQBlueprint(
        A=_sparse(source, (T, d, d), 2),
        B=tuple(_sparse(source, (T, d, k), 2) for k in sizes),
        Q=_factors(source, (n, T + 1, d, d)),
        R=tuple(_factors(source, (T, k, k)) for k in sizes),
        W=_factors(source, (d, d)),
        initial=_factors(source, (d, d)),
        policies=tuple(tuple(_sparse(source, (T, k, d), 2) for k in sizes) for _ in range(shape.n_policies)),
        near=weak or source.integer(0, 1) == 0,
        scales=_weak_scales(source) if weak else _scales(source),
        probe=source.integers(-2, 2, (d, d)),
        constant=source.integer(0, 2) == 0,
        delta=source.choice(DELTAS),
        step_share=source.choice(SHARES),
        steps=source.integer(1, 3),
        delays=tuple(source.choice((0, 0, 1, 4, 9)) for _ in range(n)) if shape.uneven else (),
        xi=source.choice((None, *DELTAS)) if shape.two_constants else None,
    )


def _sparse(source: Source, shape: tuple[int, ...], most: int) -> Integers:
    values = source.integers(-most, most, shape)
    return values * source.integers(0, 1, shape) if source.integer(0, 1) else values


def _factors(source: Source, shape: tuple[int, ...]) -> Integers:
    """Factors of definite matrices: often diagonal, often the identity."""
    kind, size = source.integer(0, 2), shape[-1]
    eye = np.eye(size, dtype=np.int64)
    if kind == 0:
        return np.broadcast_to(eye, shape).copy()
    diagonal = source.integers(1, 4, shape[:-1])[..., None] * eye
    return diagonal if kind == 1 else diagonal + np.tril(source.integers(-1, 1, shape), -1)


def _scales(source: Source) -> dict[str, Fraction]:
    drawn = {name: source.choice(SCALES) for name in ("A", "B", "Q", "R", "W", "initial", "policy")}
    return {name: scale for name, scale in drawn.items() if source.integer(0, 1)}


def _weak_scales(source: Source) -> dict[str, Fraction]:
    scales = {
        "A": source.choice((Fraction(1, 2), Fraction(1, 10))),
        "B": source.choice(_COUPLINGS),
        "policy": source.choice((Fraction(1), Fraction(1, 10), Fraction(1, 100))),
    }
    if source.integer(0, 2) == 0:
        scales["R"] = source.choice(SCALES)
    return scales
