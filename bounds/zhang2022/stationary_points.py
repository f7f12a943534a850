"""Section 3 of zhang2022: gradient domination, stationary points and Nash equilibria.

Lemma 2 is about stationary points. Softmax policies are stationary only where every averaged advantage is 0, so it
would say little of them: the limits of softmax policies, deterministic ones among them, are tested as well
(`boundary`), with norms of gradients taken by their continuous extension.
"""

from __future__ import annotations

from sympy import Eq, Gt, Le, sqrt

from bounds.zhang2022.assumptions import POTENTIAL, VISITED
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
A_i, M_theta, c_i = (_symbol[name] for name in ("A_i", "M_theta", "c_theta"))
gap, gap_i = _symbol["nash_gap"], _symbol["nash_gap_i"]
least_c, least_c_i = _symbol["least_concentration"], _symbol["least_concentration_i"]
norm_i, norm_at, norm = (_symbol[name] for name in ("gradient_norm_i", "gradient_norm_at", "gradient_norm"))

_VISITED = (VISITED.property,)
_MPG_VISITED = (POTENTIAL.property, VISITED.property)
_BOUND = sqrt(A_i) * M_theta / c_i * norm_i

_WHICH_PLAYER = Finding(
    kind="ambiguity",
    summary="The right side of (7) is about one player i, the left side is written without an index. Read for each "
    "player on its own, Lemma 2 is false: a player who plays greedily has c = 1 while another's bad deterministic "
    "policy is stationary too. In the stored one-state game only player 1's action matters and player 1 plays the "
    "worse one: nothing moves, it is no equilibrium, and player 2's c is 1.",
    survives="With the minimum over players, as (11) and Theorem 5 need it, Lemma 2 is true. Lemma 1 is true either "
    "way, and sharper with each player's own c. Theorems 4 and 5 read with the minimum are not affected.",
    corrected="zhang2022.lemma-2.corrected",
    counterexample="lemma-2.json",
)

_FREE_PLAYER = Finding(
    kind="ambiguity",
    summary="c(theta) is defined by a formula with a free player i. Lemma 1 holds with each player's own c, Lemma 2 "
    "and (11) need the least of all players.",
    survives="All results hold with the minimum over players, which makes Lemma 1 weaker and keeps it true.",
    corrected="zhang2022.eq-7.corrected",
)
_C_OF_A_PLAYER = r"\min_s \sum_{a_i^* \in \arg\max_{a_i} \bar Q_i^\theta(s, a_i)} \pi_{\theta_i}(a_i^*|s)"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="zhang2022.section-3.remark-1",
        title="Nash equilibria are stationary",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(norm_at, 0),
        given=(Eq(gap, 0),),
        boundary=True,
        near_misses={"no-advantage": Eq(_symbol["averaged_advantage"], 0)},
    ),
    Claim(
        id="zhang2022.section-3.remark-2",
        title="Deterministic policies are stationary",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(norm_at, 0),
        given=(Eq(_symbol["randomness"], 0),),
        boundary=True,
        near_misses={"no-advantage": Eq(_symbol["averaged_advantage"], 0)},
    ),
    Claim(
        id="zhang2022.eq-7",
        title="M and c of a policy",
        setting=Setting.POLICY,
        kind="definition",
        latex=r"M(\theta) := \max_s \frac{1}{d_\theta(s)}, \quad c(\theta) := " + _C_OF_A_PLAYER,
        finding=_FREE_PLAYER,
    ),
    Claim(
        id="zhang2022.eq-7.corrected",
        title="M and c of a policy, c over all players",
        setting=Setting.POLICY,
        kind="definition",
        latex=r"M(\theta) := \max_s \frac{1}{d_\theta(s)}, \quad c(\theta) := \min_i " + _C_OF_A_PLAYER,
        corrects="zhang2022.eq-7",
    ),
    Claim(
        id="zhang2022.lemma-1",
        monitored=True,
        title="Gradient domination at each recorded policy",
        setting=Setting.POLICY,
        relation=Le(gap_i, _BOUND),
        assumes=_VISITED,
        near_misses={
            "third": Le(gap_i, _BOUND / 3),
            "no-visitation": Le(gap_i, sqrt(A_i) / c_i * norm_i),
            "no-concentration": Le(gap_i, sqrt(A_i) * M_theta * norm_i),
            "squared-norm": Le(gap_i, sqrt(A_i) * M_theta / c_i * norm_i**2),
        },
    ),
    Claim(
        id="zhang2022.section-3.remark-3",
        title="Deterministic policies that are no equilibria have c = 0",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(least_c, 0),
        given=(Eq(_symbol["randomness"], 0), Gt(gap, 0)),
        boundary=True,
        near_misses={"each-player": Eq(least_c_i, 0)},
    ),
    Claim(
        id="zhang2022.lemma-2",
        title="Stationary points: equilibria have c = 1, all others c = 0",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(least_c_i, _symbol["is_equilibrium"]),
        given=(Eq(norm, 0),),
        assumes=_MPG_VISITED,
        boundary=True,
        finding=_WHICH_PLAYER,
    ),
    Claim(
        id="zhang2022.lemma-2.corrected",
        title="The same with the least c of all players",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(least_c, _symbol["is_equilibrium"]),
        given=(Eq(norm, 0),),
        assumes=_MPG_VISITED,
        boundary=True,
        near_misses={"always-equilibrium": Eq(least_c, 1), "never-equilibrium": Eq(least_c, 0)},
        corrects="zhang2022.lemma-2",
    ),
)
