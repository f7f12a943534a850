"""One-step contraction in hambly2021: (3.37)-(3.43), Lemma 3.18 and Remark 3.19; the proof is elsewhere.

The step is that of Algorithm 1 for all players at once, with one step size eta.  (3.43) is part 2 of the
lemma.  Its proof is in `step_sizes` (Steps 1 and 2), `cost_change` (Step 4) and `one_step` (Step 5) of this package.
"""

from __future__ import annotations

from typing import Any

from sympy import Eq, Ge, Gt, Le, Lt

from bounds.hambly2021.assumptions import COSTS, UNIQUE
from bounds.hambly2021.constants import I_1, I_2, alpha, eta_0, g_1, g_2, noise_left, noise_right
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = [
    "BELOW_R",
    "CLAIMS",
    "NOISE_CONDITION",
    "STEP_CONDITIONS",
    "WITHIN_I_1",
    "WITHIN_I_2",
    "definition",
    "statement",
]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
eta, T, N, d = (_symbol[name] for name in ("step_size", "horizon", "N_players", "dimension"))
sigma_X, sigma_R, sigma_Q, gamma_B = (_symbol[name] for name in ("sigma_X", "sigma_R", "sigma_Q", "gamma_B"))
gap_sum, next_gap_sum = _symbol["gap_sum"], _symbol["next_gap_sum"]
moved, along, slope = (_symbol[name] for name in ("step_energy_i", "step_along_gradient_i", "gradient_energy_i"))

_ASSUMED = (COSTS.property, "lq-definite-noise", UNIQUE.property)
WITHIN_I_1, WITHIN_I_2, BELOW_R = Le(eta, I_1), Le(eta, I_2), Le(eta, 1 / sigma_R)
#: Algorithm 1 has the same step size for all players.
_ONE_STEP_SIZE = Ge(_symbol["step_size_min"], eta)
#: (3.40)
NOISE_CONDITION = Lt(g_2 / g_1, sigma_X**5, evaluate=False)
#: (3.40) and (3.42)
STEP_CONDITIONS = (NOISE_CONDITION, WITHIN_I_1, WITHIN_I_2, BELOW_R)


def statement(
    label: str, title: str, relation: Any, *given: Any, setting: Setting = Setting.LQ_STEP, **rest: Any
) -> Claim:
    """A statement under the assumptions of Lemma 3.18 and the conditions given."""
    conditions = given if setting is Setting.LQ_POLICY else (_ONE_STEP_SIZE, *given)
    return Claim(f"hambly2021.{label}", title, setting, relation=relation, given=conditions, assumes=_ASSUMED, **rest)


def definition(label: str, title: str, latex: str, finding: Finding | None = None) -> Claim:
    """A formula that defines something about one policy."""
    return Claim(f"hambly2021.{label}", title, Setting.LQ_POLICY, kind="definition", latex=latex, finding=finding)


_LOST_SUBSCRIPTS = Finding(
    kind="typo",
    summary="In I_1 the two maxima around the norm of the gradient have no index; they run over players and times. "
    "(3.44) bounds the change of every gain by the gradient at its own player and time, which needs both.",
    survives="With the maximum over i and t, I_1 gives (3.44), (3.45) and (3.46).",
)
#: g_2 at the iterate of a run where it is largest.
_largest_g_2 = 20 * (N - 1) ** 2 * T**2 * d * gamma_B**4 / (sigma_Q**2 * sigma_R) * _symbol["run_coupling"]

CLAIMS: tuple[Claim, ...] = (
    definition(
        "eq-3.37",
        "rho_K, the radius of one policy",
        r"\rho_K:=\rho^*+N\gamma_B\sqrt{\tfrac{T}{\underline\sigma_X\underline\sigma_R}"
        r"\max_i\{C^i(K^i,K^{-i*})-C^i(K^*)\}}+\tfrac{1}{20T^2}",
    ),
    definition("eq-3.38", "g_1", r"g_1:=\underline\sigma_R/\|\Sigma_{K^*}\|"),
    definition(
        "eq-3.39",
        "g_2",
        r"g_2:=20(N-1)^2T^2d\,\tfrac{\gamma_B^4\max_i C^i(K^i,K^{-i*})^4}{\underline\sigma_Q^2\underline\sigma_R}"
        r"\left(\tfrac{\rho_K^{2T}-1}{\rho_K^2-1}\right)^2",
    ),
    statement(
        "eq-3.41",
        "Natural gradient step: what multiplies the covariance is the gradient",
        Eq(moved + 2 * eta * along + eta**2 * slope, 0),
        kind="identity",
        near_misses={"twice the gradient": Eq(moved + 4 * eta * along + 4 * eta**2 * slope, 0)},
    ),
    definition("eq-3.42", "Limit of the step size", r"\eta\le\min\{I_1,I_2,1/\underline\sigma_R\}", _LOST_SUBSCRIPTS),
    statement(
        "lemma-3.18.alpha",
        "alpha is positive",
        Gt(alpha, 0, evaluate=False),
        NOISE_CONDITION,
        setting=Setting.LQ_POLICY,
        near_misses={"half of its first term": Gt(alpha, sigma_X * g_1 / 2, evaluate=False)},
    ),
    statement(
        "lemma-3.18.part-1",
        "The step size is below 1 / alpha",
        Lt(eta, 1 / alpha, evaluate=False),
        *STEP_CONDITIONS,
        near_misses={"a five-hundredth": Lt(eta, 1 / (500 * alpha), evaluate=False)},
    ),
    statement(
        "lemma-3.18.part-2",
        "One-step contraction",
        Le(next_gap_sum, (1 - alpha * eta) * gap_sum),
        *STEP_CONDITIONS,
        near_misses={"ten times the rate": Le(next_gap_sum, (1 - 10 * alpha * eta) * gap_sum)},
    ),
    statement(
        "remark-3.19.part-1",
        "Assumption 3.3 and the step size of Theorem 3.5 give (3.40) at every iterate",
        Lt(_largest_g_2 / g_1, sigma_X**5, evaluate=False),
        Lt(noise_right, noise_left, evaluate=False),
        Le(eta, eta_0),
        setting=Setting.LQ_RUN,
        near_misses={"ten times": Lt(10 * _largest_g_2 / g_1, sigma_X**5, evaluate=False)},
    ),
    Claim(
        "hambly2021.remark-3.19.part-2",
        "The numbers 20 and 80 in I_1 and I_2 allow little improvement",
        Setting.LQ_STEP,
        kind="evidence",
        latex=r"I_1, I_2 \text{ with } 20, 80 \implies \text{(3.44)-(3.47)}",
    ),
)
