"""What zhang2022 says about every run: inequalities to hold against a trajectory.

Averages are taken over all iterates before the time in question, with c the least value up to that time:
the proofs of eq-12 and eq-13 use c at the iterates of the sum only, so the inequality is due for every T.
The ascent inequalities are the displayed ones of the proofs; their left sides are non-negative
(zhang2022.lemma-23 for the normalisers), so each says that the potential never decreases.
"""

from __future__ import annotations

from sympy import Ge, Le, sqrt

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS, VISITED
from bounds.zhang2022.theorems import beta, beta_regularized, natural_barrier_step
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["RUN_CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, A, A_i, M, D = (_symbol[name] for name in ("n", "A_max", "A_i", "M", "phi_range"))
eta, lam, T, c = (_symbol[name] for name in ("step_size", "regularization", "steps", "c"))
horizon = 1 - _symbol["discount"]

_MPG = (UNIT_REWARDS.property, POTENTIAL.property)
_MPG_VISITED = (*_MPG, VISITED.property)
RUN_CLAIMS = (
    Claim(
        id="zhang2022.lemma-1",
        monitored=True,
        title="Gradient domination at each recorded policy",
        setting=Setting.POLICY,
        relation=Le(
            _symbol["nash_gap_i"],
            sqrt(A_i) * _symbol["M_theta"] / _symbol["c_theta"] * _symbol["gradient_norm_i"],
        ),
    ),
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
