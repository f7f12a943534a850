"""Sections 4, 12, 13 of zhang2022: gradient play and natural gradient play.

Averages are taken over all iterates before the time in question, with c the least value up to that time:
the proofs of eq-12 and eq-13 use c at the iterates of the sum only, so the inequality is due for every T.
"""

from __future__ import annotations

from sympy import Le

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS, VISITED
from bounds.zhang2022.theorems import beta
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, A, M, D = (_symbol[name] for name in ("n", "A_max", "M", "phi_range"))
eta, T, c = (_symbol[name] for name in ("step_size", "steps", "c"))
horizon = 1 - _symbol["discount"]

_MPG = (UNIT_REWARDS.property, POTENTIAL.property)
_MPG_VISITED = (*_MPG, VISITED.property)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="zhang2022.lemma-14",
        monitored=True,
        title="Gradient play ascends the total potential",
        setting=Setting.STEP,
        relation=Le(eta / 2 * _symbol["gradient_norm"] ** 2, _symbol["ascent"]),
        algorithm="gradient-play",
        regularized=False,
        given=(Le(eta, 1 / beta),),
        assumes=_MPG,
    ),
    Claim(
        id="zhang2022.lemma-20",
        monitored=True,
        title="Natural gradient play ascends the total potential",
        setting=Setting.STEP,
        relation=Le(_symbol["log_normalizers"] / eta, _symbol["ascent"]),
        algorithm="natural-gradient-play",
        regularized=False,
        given=(Le(2 * n * D * eta, horizon**2),),
        assumes=_MPG,
    ),
    Claim(
        id="zhang2022.eq-12",
        monitored=True,
        title="Average squared gap of gradient play",
        setting=Setting.RUN,
        relation=Le(_symbol["mean_squared_gap"], 2 * A * M**2 * D / (horizon * c**2 * eta * T)),
        algorithm="gradient-play",
        regularized=False,
        given=(Le(eta, 1 / beta),),
        assumes=_MPG_VISITED,
    ),
    Claim(
        id="zhang2022.eq-13",
        monitored=True,
        title="Average squared gap of natural gradient play",
        setting=Setting.RUN,
        relation=Le(_symbol["mean_squared_gap"], 3 * M * D / (horizon * c * eta * T)),
        algorithm="natural-gradient-play",
        regularized=False,
        given=(Le(2 * n * D * eta, horizon**2), Le(eta, horizon**2)),
        assumes=_MPG_VISITED,
    ),
)
