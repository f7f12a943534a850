"""Sections 5, 14 of zhang2022: gradient play and natural gradient play with log-barrier."""

from __future__ import annotations

from sympy import Ge, Le

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS, VISITED
from bounds.zhang2022.theorems import beta_regularized, natural_barrier_step
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
A, M, D = (_symbol[name] for name in ("A_max", "M", "phi_range"))
eta, lam, T = (_symbol[name] for name in ("step_size", "regularization", "steps"))
horizon = 1 - _symbol["discount"]

_MPG = (UNIT_REWARDS.property, POTENTIAL.property)
_MPG_VISITED = (*_MPG, VISITED.property)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="zhang2022.theorem-6.ascent",
        monitored=True,
        title="Gradient play ascends the regularised potential",
        setting=Setting.STEP,
        relation=Le(eta / 2 * _symbol["regularized_gradient_norm"] ** 2, _symbol["regularized_ascent"]),
        algorithm="gradient-play",
        regularized=True,
        given=(Le(eta, 1 / beta_regularized),),
        assumes=_MPG,
    ),
    Claim(
        id="zhang2022.theorem-7.ascent",
        monitored=True,
        title="Natural gradient play ascends the regularised potential",
        setting=Setting.STEP,
        relation=Le(_symbol["policy_change"] / (4 * eta), _symbol["regularized_ascent"]),
        algorithm="natural-gradient-play",
        regularized=True,
        given=(Le(eta, natural_barrier_step),),
        assumes=_MPG_VISITED,
        uniform_start=True,
    ),
    Claim(
        id="zhang2022.theorem-6",
        monitored=True,
        title="Some iterate is an equilibrium up to lambda M max|A_i|",
        setting=Setting.RUN,
        relation=Le(_symbol["least_gap"], lam * M * A),
        algorithm="gradient-play",
        regularized=True,
        given=(Le(eta, 1 / beta_regularized), Ge(T * horizon * eta * lam**2, 2 * D)),
        assumes=_MPG_VISITED,
        uniform_start=True,
    ),
    Claim(
        id="zhang2022.theorem-7",
        monitored=True,
        title="Average gap of natural gradient play with log-barrier",
        setting=Setting.RUN,
        relation=Le(
            _symbol["mean_gap"],
            9 * _symbol["regularized_gain"] / (eta * lam * T) + lam * A * M,
        ),
        algorithm="natural-gradient-play",
        regularized=True,
        given=(Le(eta, natural_barrier_step),),
        assumes=_MPG_VISITED,
        uniform_start=True,
    ),
)
