"""Assumption 3.3 of hambly2021: its definitions (3.9)-(3.12), what the paper says of it, and what it means.

More noise does not make inequality (3.11) true: it is invariant under a common scaling of W and E[x_0 x_0'], and it
implies a condition in which no covariance appears.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le, Lt, Rational

from bounds.hambly2021.assumptions import COSTS, UNIQUE
from bounds.hambly2021.constants import alpha_hat, geometric, noise_left, noise_right, rho_bar
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["ASSUMED", "CLAIMS", "SYSTEM_NOISE"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
N, T, d = (_symbol[name] for name in ("N_players", "horizon", "dimension"))
sigma_X, sigma_R, sigma_Q = (_symbol[name] for name in ("sigma_X", "sigma_R", "sigma_Q"))
gamma_A, gamma_B, gamma_R = (_symbol[name] for name in ("gamma_A", "gamma_B", "gamma_R"))

#: Assumptions 2.1 and 2.3, and the part of 2.2 that proofs use
ASSUMED = (COSTS.property, "lq-definite-noise", UNIQUE.property)
#: (3.11)
SYSTEM_NOISE = Gt(noise_left, noise_right)

#: With C^i(K*) >= sigma_Q d (T+1) sigma_X, ||Sigma_{K*}|| >= (T+1) sigma_X and a geometric sum of at least T, the right
#: side of (3.11) is at least this number times the left side.
noise_free_coupling = 20 * (N - 1) ** 2 * T**4 * d**5 * (T + 1) ** 5 * gamma_B**4 * sigma_Q**2 / sigma_R**2


def _definition(label: str, title: str, latex: str, setting: Setting = Setting.LQ_POLICY) -> Claim:
    return Claim(f"hambly2021.{label}", title, setting, kind="definition", latex=latex)


_DEFINITIONS = (
    _definition(
        "eq-3.9",
        "Radius of the closed loop at the equilibrium",
        r"\rho^*=\max\left\{\max_{0\le t\le T-1}\|A_t-\sum_jB_t^jK_t^{j*}\|,\ 1+\delta\right\},\quad\delta>0",
        Setting.LQ_GAME,
    ),
    _definition(
        "eq-3.10",
        "Radius that serves a run",
        r"\bar\rho=\rho^*+N\gamma_B\sqrt{\frac{T\psi}{\underline{\sigma}_X\underline{\sigma}_R}}+\frac{1}{20T^2},\quad"
        r"\psi=\max_i\{C^i(K^{i,(0)},K^{-i*})-C^i(K^*)\}",
    ),
    _definition(
        "assumption-3.3",
        "System noise, inequality (3.11)",
        r"\frac{\underline{\sigma}_X^5}{\|\Sigma_{K^*}\|}>20(N-1)^2T^2d\frac{\gamma_B^4(\max_iC^i(K^*)+\psi)^4}"
        r"{\underline{\sigma}_Q^2\underline{\sigma}_R^2}\left(\frac{\bar\rho^{2T}-1}{\bar\rho^2-1}\right)^2",
    ),
)

_REMARKS = (
    Claim(
        "hambly2021.eq-3.11.left",
        "A larger sigma_X makes the left side of (3.11) larger",
        Setting.LQ_POLICY,
        relation=Lt(noise_left, _symbol["louder_left"]),
        assumes=ASSUMED,
        near_misses={"W alone grows": Lt(noise_left, _symbol["louder_W_left"])},
    ),
    Claim(
        "hambly2021.eq-3.11.right",
        "A larger sigma_X makes the right side of (3.11) smaller",
        Setting.LQ_POLICY,
        relation=Lt(_symbol["louder_right"], noise_right),
        assumes=ASSUMED,
        finding=Finding(
            kind="false",
            summary="In the formula sigma_X can be moved with everything else held fixed, and then the text is right. "
            "In a game it cannot: the costs, psi and the covariance Sigma_{K*} grow with the noise. If W and E[x_0 "
            "x_0'] are both multiplied by s, then sigma_X, C^i(K*), psi and Sigma_{K*} are multiplied by s, rho-bar "
            "stays, and both sides of (3.11) are multiplied by s^4. On the stored game, with one state, one stage and "
            "s = 4, the right side grows 256-fold. If W alone grows, sigma_X stops at the least singular value of "
            "E[x_0 x_0'] and only the right side keeps growing.",
            survives="Theorem 3.5 does not use the remark. The reading that enough noise makes Assumption 3.3 true "
            "does not survive: see hambly2021.assumption-3.3.invariance and hambly2021.assumption-3.3.necessary.",
            corrected="hambly2021.assumption-3.3.invariance",
            counterexample="eq-3.11.right.json",
        ),
    ),
    Claim(
        "hambly2021.assumption-3.3.invariance",
        "Remark: four times the noise gives four times C*, Sigma_{K*} and the losses, so (3.11) is as true as before",
        Setting.LQ_POLICY,
        relation=Eq(_symbol["rescaled_residual"], 0),
        kind="identity",
        assumes=ASSUMED,
        near_misses={"W alone": Eq(_symbol["rescaled_W_residual"], 0)},
        corrects="hambly2021.eq-3.11.right",
    ),
    Claim(
        "hambly2021.assumption-3.3.necessary.cost",
        "Remark: the equilibrium's cost is at least that of the noise itself",
        Setting.LQ_GAME,
        relation=Ge(_symbol["nash_cost_i"], sigma_Q * d * (T + 1) * sigma_X),
        kind="tight",
        assumes=ASSUMED,
        near_misses={"one stage more": Ge(_symbol["nash_cost_i"], sigma_Q * d * (T + 2) * sigma_X)},
    ),
    Claim(
        "hambly2021.assumption-3.3.necessary.covariance",
        "Remark: the summed covariance is at least T + 1 times sigma_X",
        Setting.LQ_GAME,
        relation=Ge(_symbol["norm_Sigma_star"], (T + 1) * sigma_X),
        kind="tight",
        assumes=ASSUMED,
        near_misses={"with the dimension": Ge(_symbol["norm_Sigma_star"], d * (T + 1) * sigma_X)},
    ),
    Claim(
        "hambly2021.assumption-3.3.necessary",
        "Remark: where the coupling is strong, no noise makes (3.11) true",
        Setting.LQ_POLICY,
        relation=Le(noise_left, noise_right),
        given=(Ge(noise_free_coupling, 1),),
        assumes=ASSUMED,
        near_misses={
            "T for T^2 in (3.11)": Le(noise_left, noise_right / T),
            "rho^T for rho^{2T} in (3.11)": Le(
                noise_left,
                noise_right * ((rho_bar**T - 1) / (rho_bar**2 - 1)) ** 2 / geometric(rho_bar) ** 2,
            ),
        },
    ),
    Claim(
        "hambly2021.eq-3.11.interpretation",
        "A certain level of noise lets the agents find the direction to the equilibrium",
        Setting.LQ_POLICY,
        kind="evidence",
        latex=r"\underline{\sigma}_X\ \text{large}\;\Rightarrow\;\text{(3.11)}\;\Rightarrow\;K^{(m)}\to K^*",
        finding=Finding(
            kind="false",
            summary="For Algorithm 1 noise decides nothing: P_t and E_t in (3.6)-(3.8) contain neither W nor E[x_0 "
            "x_0'], so the iterates are the same for every noise (hambly2021.eq-3.8.noise-free). And (3.11) itself "
            "asks for weak coupling rather than for noise: with two or more players it implies "
            "20 (N-1)^2 T^4 d^5 (T+1)^5 gamma_B^4 sigma_Q^2 / sigma_R^2 < 1, where no covariance appears. Noise "
            "matters for the error measure, and for Algorithm 2, which divides by an estimated covariance.",
            survives="Theorem 3.5 is a statement about weakly coupled games; it still follows.",
            corrected="hambly2021.eq-3.8.noise-free",
        ),
    ),
)


def _example(label: str, title: str, moment: Rational, summary: str) -> Claim:
    """Remark 3.4 under one reading of N(., .), which the second moment of x_0 tells apart."""
    return Claim(
        f"hambly2021.{label}",
        title,
        Setting.LQ_POLICY,
        relation=SYSTEM_NOISE,
        given=(
            Eq(T, 1),
            Eq(N, 2),
            Eq(d, 2),
            Eq(gamma_A, Rational(1, 5)),
            Eq(gamma_B, Rational(1, 10)),
            Eq(sigma_Q, Rational(1, 10)),
            Eq(sigma_R, Rational(3, 10)),
            Eq(gamma_R, Rational(3, 10)),
            Eq(_symbol["norm_W"], Rational(1, 5)),
            Eq(_symbol["initial_moment"], moment),
        ),
        assumes=ASSUMED,
        finding=Finding(
            kind="false",
            summary=summary,
            survives="Only the example is lost. Theorem 3.5 has other instances: with one stage and B^1 = (2/25, 0)', "
            "B^2 = (0, -2/25)' in place of 1/10, or with x_0 of mean zero, (3.11) holds under the reading as variance.",
            counterexample=f"{label}.json",
        ),
    )


_EXAMPLES = (
    _example(
        "remark-3.4",
        "The example, N(mean, variance)",
        Rational(3, 4),
        "The example violates (3.11) by a factor of 2.267. As T = 1 the right side has no rho-bar and is rational: "
        "with K^{1*} = (2/301, 0), K^{2*} = (0, -2/301), largest cost 10689667/90601000, psi = 567451063/150500000000 "
        "and sigma_X = 1/5 the left side is 0.00043080 and the right side 0.00097676. Starting at the equilibrium (psi "
        "= 0) still leaves a factor of 1.999. If x_0 had mean zero, the inequality would hold (left over right 1.769); "
        "perhaps the covariance of x_0 was taken for its second moment.",
    ),
    _example(
        "remark-3.4.deviation",
        "The example, N(mean, standard deviation)",
        Rational(19, 50),
        "The example violates (3.11) by a factor of 192.5: the least singular value of E[x_0 x_0'] is 0.0558, the left "
        "side 0.0000010106 and the right side 0.00019455; starting at the equilibrium leaves a factor of 175.8.",
    ),
)

_RATE = (
    Claim(
        "hambly2021.eq-3.12",
        "Under Assumption 3.3 the contraction rate is positive",
        Setting.LQ_POLICY,
        relation=Gt(alpha_hat, 0),
        given=(SYSTEM_NOISE,),
        assumes=ASSUMED,
        near_misses={
            "T^3 for T^2": Gt(sigma_X * sigma_R / _symbol["norm_Sigma_star"], T * noise_right * sigma_R / sigma_X**4),
            "twice the coupling": Gt(
                sigma_X * sigma_R / _symbol["norm_Sigma_star"], 2 * noise_right * sigma_R / sigma_X**4
            ),
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_DEFINITIONS, *_REMARKS, *_EXAMPLES, *_RATE)
