"""Section 11 of zhang2022: the proofs of gradient domination (Lemma 1) and of the role of c (Lemma 2), and Remark 4.

Steps of the proof of Lemma 2 are about limits of softmax policies, as in `stationary_points`.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le, sqrt

from bounds.zhang2022.assumptions import POTENTIAL, VISITED
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
S, A_i, D_inf = (_symbol[name] for name in ("S", "A_i", "D_inf"))
gap, gap_i, d, M_theta = (_symbol[name] for name in ("nash_gap", "nash_gap_i", "visitation", "M_theta"))
c_i, c_at, least_c = (_symbol[name] for name in ("c_theta", "concentration_at", "least_concentration"))
norm_i, norm_at, norm = (_symbol[name] for name in ("gradient_norm_i", "gradient_norm_at", "gradient_norm"))
greatest, greatest_at = _symbol["largest_advantage"], _symbol["largest_advantage_at"]
mass, weighted_norm = _symbol["advantage_mass"], _symbol["advantage_norm"]
horizon = 1 - _symbol["discount"]

_VISITED = (VISITED.property,)
_MPG_VISITED = (POTENTIAL.property, VISITED.property)
_BOUND = sqrt(A_i) * M_theta / c_i * norm_i

_PROOF_OF_LEMMA_1 = (
    Claim(
        id="zhang2022.lemma-13",
        title="The NE-gap is at most the largest averaged advantage over 1 - gamma",
        setting=Setting.POLICY,
        kind="tight",
        relation=Le(gap_i, greatest / horizon),
        near_misses={"no-horizon": Le(gap_i, greatest), "half": Le(gap_i, greatest / (2 * horizon))},
    ),
    Claim(
        id="zhang2022.lemma-13.part-2",
        title="The same over all players",
        setting=Setting.POLICY,
        kind="tight",
        relation=Le(gap, _symbol["largest_advantage_of_all"] / horizon),
        near_misses={"half": Le(gap, _symbol["largest_advantage_of_all"] / (2 * horizon))},
    ),
    Claim(
        id="zhang2022.lemma-13.step-1",
        title="A deviation gains at most the largest advantages that it meets",
        setting=Setting.DEVIATION,
        kind="tight",
        relation=Le(_symbol["deviation_advantage"] / horizon, _symbol["deviation_largest_advantage"] / horizon),
        near_misses={
            "half": Le(_symbol["deviation_advantage"] / horizon, _symbol["deviation_largest_advantage"] / (2 * horizon))
        },
    ),
    Claim(
        id="zhang2022.lemma-13.step-2",
        title="The largest of all states bounds their mean",
        setting=Setting.DEVIATION,
        kind="tight",
        relation=Le(_symbol["deviation_largest_advantage"] / horizon, greatest / horizon),
        near_misses={"half": Le(_symbol["deviation_largest_advantage"] / horizon, greatest / (2 * horizon))},
    ),
    Claim(
        id="zhang2022.lemma-1.step-1",
        title="The greedy actions' share of the weighted advantages",
        setting=Setting.POLICY,
        relation=Le(greatest_at, mass / c_at),
        near_misses={"third": Le(greatest_at, mass / (3 * c_at)), "no-concentration": Le(greatest_at, mass)},
    ),
    Claim(
        id="zhang2022.lemma-1.step-2",
        title="Cauchy-Schwarz over actions",
        setting=Setting.POLICY,
        kind="tight",
        relation=Le(mass / c_at, sqrt(A_i) / c_at * weighted_norm),
        near_misses={"no-root": Le(mass / c_at, weighted_norm / c_at)},
    ),
    Claim(
        id="zhang2022.lemma-1.step-3",
        title="The gradient appears (both sides squared)",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(A_i / c_at**2 * weighted_norm**2, A_i / c_at**2 * (horizon / d) ** 2 * norm_at**2),
        assumes=_VISITED,
        near_misses={"no-horizon": Eq(A_i / c_at**2 * weighted_norm**2, A_i / c_at**2 / d**2 * norm_at**2)},
    ),
    Claim(
        id="zhang2022.lemma-1.step-4",
        title="The worst state bounds every state",
        setting=Setting.POLICY,
        kind="tight",
        relation=Le(sqrt(A_i) / c_at * horizon / d * norm_at, horizon * _BOUND),
        assumes=_VISITED,
        near_misses={
            "third": Le(sqrt(A_i) / c_at * horizon / d * norm_at, horizon * _BOUND / 3),
            "no-visitation": Le(sqrt(A_i) / c_at * horizon / d * norm_at, horizon * sqrt(A_i) / c_i * norm_i),
        },
    ),
    Claim(
        id="zhang2022.lemma-1.step-5",
        title="The largest averaged advantage against the gradient",
        setting=Setting.POLICY,
        relation=Le(greatest / horizon, _BOUND),
        assumes=_VISITED,
        near_misses={"third": Le(greatest / horizon, _BOUND / 3)},
    ),
    Claim(
        id="zhang2022.eq-18",
        title="Gradient domination with the mismatch coefficient (Remark 4)",
        setting=Setting.POLICY,
        relation=Le(gap_i, sqrt(S * A_i) * D_inf / c_i * norm_i),
        assumes=_VISITED,
        near_misses={
            "third": Le(gap_i, sqrt(S * A_i) * D_inf / (3 * c_i) * norm_i),
            "no-mismatch": Le(gap_i, sqrt(S * A_i) / c_i * norm_i),
        },
    ),
)

_PROOF_OF_LEMMA_2 = (
    Claim(
        id="zhang2022.lemma-2.step-1",
        title="A stationary point with c other than 0 is an equilibrium",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(gap, 0),
        given=(Eq(norm, 0), Gt(least_c, 0)),
        assumes=_MPG_VISITED,
        boundary=True,
        near_misses={"no-action-loses": Eq(_symbol["averaged_advantage"], 0)},
    ),
    Claim(
        id="zhang2022.lemma-2.step-2",
        title="What a greedy reply gains",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["greedy_gain_i"], _symbol["greedy_advantage_i"] / horizon),
        boundary=True,
        near_misses={"no-horizon": Eq(_symbol["greedy_gain_i"], _symbol["greedy_advantage_i"])},
    ),
    Claim(
        id="zhang2022.lemma-2.step-3",
        title="A greedy reply never loses",
        setting=Setting.POLICY,
        kind="tight",
        relation=Ge(_symbol["greedy_gain_i"], 0),
        boundary=True,
        near_misses={"always-gains": Gt(_symbol["greedy_gain_i"], 0)},
    ),
    Claim(
        id="zhang2022.lemma-2.step-4",
        title="At an equilibrium no averaged advantage is positive",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(greatest_at, 0),
        given=(Eq(gap, 0),),
        assumes=_MPG_VISITED,
        boundary=True,
        near_misses={"no-action-loses": Eq(_symbol["averaged_advantage"], 0)},
    ),
    Claim(
        id="zhang2022.lemma-2.step-5",
        title="Averaged advantages have mean 0",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["mean_advantage"], 0),
        boundary=True,
        near_misses={"every-advantage": Eq(_symbol["averaged_advantage"], 0)},
    ),
    Claim(
        id="zhang2022.lemma-2.step-6",
        title="At an equilibrium, other than greedy actions would lower the mean",
        setting=Setting.POLICY,
        kind="tight",
        relation=Le(0, -_symbol["suboptimality_gap"] * _symbol["suboptimal_mass"]),
        given=(Eq(gap, 0),),
        assumes=_MPG_VISITED,
        boundary=True,
        near_misses={"any-action": Le(0, -_symbol["suboptimality_gap"] * _symbol["probability"])},
    ),
    Claim(
        id="zhang2022.lemma-2.step-7",
        title="At an equilibrium only greedy actions are played",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["suboptimal_mass"], 0),
        given=(Eq(gap, 0),),
        assumes=_MPG_VISITED,
        boundary=True,
    ),
    Claim(
        id="zhang2022.lemma-2.step-8",
        title="An equilibrium has c = 1",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(least_c, 1),
        given=(Eq(gap, 0),),
        assumes=_MPG_VISITED,
        boundary=True,
        near_misses={"single-action": Eq(_symbol["probability"], 1)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_PROOF_OF_LEMMA_1, *_PROOF_OF_LEMMA_2)
