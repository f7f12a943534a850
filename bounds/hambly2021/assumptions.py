"""What hambly2021 assumes of a game (Assumptions 2.1, 2.2, 2.3 and 3.3)."""

from __future__ import annotations

from mpgcert.claims.statements import Assumption

__all__ = ["ASSUMPTIONS", "COSTS", "NOISE", "SYSTEM_NOISE", "UNIQUE"]

COSTS = Assumption(
    id="hambly2021.assumption-2.1",
    title="Definite costs",
    statement="Every Q_t^i (t = 0, ..., T) and every R_t^i (t = 0, ..., T - 1) is symmetric positive definite.",
    latex=r"Q_t^i \succ 0, \quad R_t^i \succ 0 \quad \forall i, t",
    property="lq-definite-costs",
    kind="lq-game",
)
NOISE = Assumption(
    id="hambly2021.assumption-2.2",
    title="Initial state and noise",
    statement="x_0 and w_t are Gaussian and independent, w_t has mean zero; E[x_0 x_0'] and W are positive definite.",
    latex=r"\mathbb{E}[x_0 x_0^\top] \succ 0, \quad W = \mathbb{E}[w_t w_t^\top] \succ 0",
    property="lq-gaussian-noise",
    kind="lq-game",
)
UNIQUE = Assumption(
    id="hambly2021.assumption-2.3",
    title="Unique solution of the coupled Riccati equations",
    statement="The equations (2.4) and (2.5) have exactly one solution.",
    latex=r"\exists!\,(K_t^{i*})_{i,t}: \text{(2.4), (2.5)}",
    property="lq-unique-solution",
    kind="lq-game",
)
SYSTEM_NOISE = Assumption(
    id="hambly2021.assumption-3.3",
    title="System noise",
    statement="The least singular value of E[x_0 x_0'] and W is so large that inequality (3.11) holds for the starting "
    "policy.",
    latex=r"\frac{\underline{\sigma}_X^5}{\|\Sigma_{K^*}\|} > 20(N-1)^2T^2d\,"
    r"\frac{\gamma_B^4\,(\max_i C^i(K^*)+\psi)^4}{\underline{\sigma}_Q^2\,\underline{\sigma}_R^2}"
    r"\left(\frac{\bar\rho^{2T}-1}{\bar\rho^2-1}\right)^2",
    property="",
    kind="lq-game",
    sides=("noise_left", "noise_right"),
    needs_below_one="noise_free",
)

ASSUMPTIONS = (COSTS, NOISE, UNIQUE, SYSTEM_NOISE)
