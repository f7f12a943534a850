"""Theorems 4-7 of zhang2022 with the constants of their proofs, and the smoothness constants.

The statements of Theorems 5-7 hide constants behind O(.); those here are read off the last displayed
inequalities of sections 13.1, 13.2, 14.1 and 14.2.  Where a theorem prescribes a step size, the iteration
bound below is a function of that step size, as in the proof.
"""

from __future__ import annotations

from sympy import Min, ceiling

from bounds.zhang2022.assumptions import ISOLATED, POTENTIAL, UNIT_REWARDS, VISITED
from mpgcert.claims.statements import Constant, Theorem
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CONSTANTS", "THEOREMS", "beta", "beta_regularized", "natural_barrier_step"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, A, M, D = _symbol["n"], _symbol["A_max"], _symbol["M"], _symbol["phi_range"]
epsilon, eta, lam, c = _symbol["epsilon"], _symbol["step_size"], _symbol["regularization"], _symbol["c"]
horizon = 1 - _symbol["discount"]

#: Lemma 29: the total potential is beta-smooth in the softmax parameters.
beta = 6 * n / horizon**3
#: Lemma 30: the regularised total potential.
beta_regularized = beta + 2 * lam * A

CONSTANTS = (
    Constant("beta", "zhang2022.lemma-29", beta, "smoothness of the total potential in the softmax parameters"),
    Constant(
        "beta_regularized",
        "zhang2022.lemma-30",
        beta_regularized,
        "smoothness of the total potential with log-barrier",
    ),
)

_BASE = (UNIT_REWARDS.id, POTENTIAL.id, VISITED.id)
_ISOLATED = (*_BASE, ISOLATED.id)

_gradient_step = 1 / beta
_natural_step = horizon**2 / (2 * n * D)
_barrier_step = horizon**3 / (6 * n + 2 * lam * A * horizon**3)
natural_barrier_step = Min(
    1 / (15 * (1 / horizon**2 + lam * A * M)),
    1 / (4 * (4 * lam * A * M**2 + 4 * M / horizon**2 + 3 * n * M / horizon**3)),
)

_LIMIT_LATEX = r"\lim_{t\to\infty}\theta^{(t)} \text{ is a Nash equilibrium}"
_SQUARES_LATEX = r"\frac{1}{T}\sum_{t<T} \mathrm{NE\text{-}gap}(\theta^{(t)})^2 \le \epsilon^2"
_SQUARES_GUARANTEE = "the average of NE-gap^2 over the run is at most epsilon^2: some iterate is an epsilon-equilibrium"

THEOREMS = (
    Theorem(
        id="zhang2022.theorem-4",
        title="Gradient play converges to a Nash equilibrium",
        algorithm="gradient-play",
        hypotheses=_ISOLATED,
        step_size=_gradient_step,
        step_rule="at most",
        regularization=None,
        iterations=None,
        guarantee="the policies converge to a Nash equilibrium (no rate)",
        guarantee_latex=_LIMIT_LATEX,
    ),
    Theorem(
        id="zhang2022.theorem-4",
        title="Natural gradient play converges to a Nash equilibrium",
        algorithm="natural-gradient-play",
        hypotheses=_ISOLATED,
        step_size=_natural_step,
        step_rule="at most",
        regularization=None,
        iterations=None,
        guarantee="the policies converge to a Nash equilibrium (no rate)",
        guarantee_latex=_LIMIT_LATEX,
    ),
    Theorem(
        id="zhang2022.theorem-5",
        title="Average squared gap of gradient play",
        algorithm="gradient-play",
        hypotheses=_ISOLATED,
        step_size=_gradient_step,
        step_rule="exactly",
        regularization=None,
        iterations=ceiling(2 * A * M**2 * D / (horizon * c**2 * eta * epsilon**2)),
        guarantee=_SQUARES_GUARANTEE,
        guarantee_latex=_SQUARES_LATEX,
        needs_c=True,
    ),
    Theorem(
        id="zhang2022.theorem-5",
        title="Average squared gap of natural gradient play",
        algorithm="natural-gradient-play",
        hypotheses=_ISOLATED,
        step_size=_natural_step,
        step_rule="exactly",
        regularization=None,
        iterations=ceiling(3 * M * D / (horizon * c * eta * epsilon**2)),
        guarantee=_SQUARES_GUARANTEE,
        guarantee_latex=_SQUARES_LATEX,
        needs_c=True,
    ),
    Theorem(
        id="zhang2022.theorem-6",
        title="Gradient play with log-barrier",
        algorithm="gradient-play",
        hypotheses=_BASE,
        step_size=_barrier_step,
        step_rule="exactly",
        regularization=epsilon / (M * A),
        iterations=ceiling(2 * A**2 * D * M**2 / (horizon * eta * epsilon**2)),
        guarantee="from the uniform policy, some iterate before T has NE-gap at most epsilon",
        guarantee_latex=r"\min_{0 \le t < T} \mathrm{NE\text{-}gap}(\theta^{(t)}) \le \epsilon",
    ),
    Theorem(
        id="zhang2022.theorem-7",
        title="Natural gradient play with log-barrier",
        algorithm="natural-gradient-play",
        hypotheses=_BASE,
        step_size=natural_barrier_step,
        step_rule="exactly",
        regularization=epsilon / (2 * A * M),
        iterations=ceiling(36 * A * D * M / (horizon * eta * epsilon**2)),
        guarantee="from the uniform policy, the average of NE-gap over the run is at most epsilon",
        guarantee_latex=r"\frac{1}{T}\sum_{t<T} \mathrm{NE\text{-}gap}(\theta^{(t)}) \le \epsilon",
    ),
)
