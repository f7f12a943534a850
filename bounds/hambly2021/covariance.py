"""hambly2021, Lemma 3.11, (3.19)-(3.23) and Proposition 3.12: costs-to-go and covariances in terms of the data.

Matrix identities are stated against an arbitrary symmetric matrix X; covariances and products of closed loops are
multiplied out on one side and follow their recursion on the other.
"""

from __future__ import annotations

from sympy import Eq, Ge, Le

from bounds.hambly2021.equilibrium import COSTS_AND_NOISE, definition
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
sigma_X, sigma_Q = _symbol["sigma_X"], _symbol["sigma_Q"]
cost, T, W = _symbol["cost_i"], _symbol["horizon"], _symbol["probe_W"]
start, earlier, after = _symbol["probe_moved_start"], _symbol["probe_noise_sum"], _symbol["probe_next_covariance"]

_floor, _norm = _symbol["covariance_floor_now"], _symbol["value_norm"]

_LEMMA_311 = (
    Claim(
        id="hambly2021.lemma-3.11.part-1",
        title="Costs-to-go are at most the cost over sigma_X, t = 0, ..., T",
        setting=Setting.LQ_POLICY,
        relation=Le(_symbol["value_norm_max_i"], cost / sigma_X),
        assumes=COSTS_AND_NOISE,
        near_misses={"half": Le(_symbol["value_norm_max_i"], cost / (2 * sigma_X))},
    ),
    Claim(
        id="hambly2021.lemma-3.11.part-2",
        title="The summed covariance is at most the cost over sigma_Q",
        setting=Setting.LQ_POLICY,
        relation=Le(_symbol["norm_Sigma_K"], cost / sigma_Q),
        assumes=COSTS_AND_NOISE,
        kind="tight",
        near_misses={"half": Le(_symbol["norm_Sigma_K"], cost / (2 * sigma_Q))},
    ),
    Claim(
        id="hambly2021.lemma-3.11.step-1",
        title="The cost is at least the expected cost-to-go at any time",
        setting=Setting.LQ_POLICY,
        relation=Ge(cost, _symbol["expected_value"]),
        assumes=COSTS_AND_NOISE,
        near_misses={"doubled": Ge(cost, 2 * _symbol["expected_value"])},
    ),
    Claim(
        id="hambly2021.lemma-3.11.step-2",
        title="which is at least ||P|| times the least singular value of the covariance",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["expected_value"], _norm * _floor),
        assumes=COSTS_AND_NOISE,
        kind="tight",
        near_misses={"doubled": Ge(_symbol["expected_value"], 2 * _norm * _floor)},
    ),
    Claim(
        id="hambly2021.lemma-3.11.step-3",
        title="and so at least sigma_X ||P||",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["expected_value"], sigma_X * _norm),
        assumes=COSTS_AND_NOISE,
        kind="tight",
        near_misses={"doubled": Ge(_symbol["expected_value"], 2 * sigma_X * _norm)},
    ),
    Claim(
        id="hambly2021.lemma-3.11.step-4",
        title="The cost along the state covariances",
        setting=Setting.LQ_POLICY,
        relation=Eq(cost, _symbol["rolled_cost_i"]),
        kind="identity",
        near_misses={"without the last state": Eq(cost, _symbol["running_cost_i"])},
    ),
    Claim(
        id="hambly2021.lemma-3.11.step-5",
        title="is at least sigma_Q times the trace of the summed covariance",
        setting=Setting.LQ_POLICY,
        relation=Ge(cost, sigma_Q * _symbol["trace_Sigma_K"]),
        assumes=COSTS_AND_NOISE,
        kind="tight",
        near_misses={"doubled": Ge(cost, 2 * sigma_Q * _symbol["trace_Sigma_K"])},
    ),
    Claim(
        id="hambly2021.lemma-3.11.step-6",
        title="which is at least its norm",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["trace_Sigma_K"], _symbol["norm_Sigma_K"]),
        assumes=COSTS_AND_NOISE,
        kind="tight",
        near_misses={"doubled": Ge(_symbol["trace_Sigma_K"], 2 * _symbol["norm_Sigma_K"])},
    ),
)

_OPERATORS = (
    definition(
        "eq-3.19", "One time's map of covariances", r"\mathcal{F}_{K_t}(X)=L_tXL_t^\top,\quad L_t=A_t-\sum_jB_t^jK_t^j"
    ),
    Claim(
        id="hambly2021.eq-3.20",
        title="The maps one after the other are one congruence",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["composition_residual"], 0),
        kind="identity",
        near_misses={
            "product from left to right": Eq(_symbol["composition_residual_misordered"], 0),
            "every factor at time t": Eq(_symbol["composition_residual_one_time"], 0),
        },
        finding=Finding(
            kind="typo",
            summary="In the definition of T_K and in (3.20) the product runs over i = 0, ..., t while its factors have "
            "the index t, so that it would be a power of one closed loop; and nothing says in which order the factors "
            "of this product, and of D_{t,s}, stand. The identities hold for L_t ... L_1 L_0, the latest factor on the "
            "left; with the factors in the order of their indices from left to right, or all at time t, they fail as "
            "soon as two closed loops do not commute or differ.",
            survives="With the latest factor on the left, (3.20)-(3.23) and Proposition 3.12 hold. Norms of the "
            "products are bounded factor by factor later on, where the order does not matter.",
        ),
    ),
    Claim(
        id="hambly2021.eq-3.21",
        title="T_K is the sum of the composed maps",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["operator_residual"], 0),
        kind="identity",
        near_misses={"one term short": Eq(_symbol["operator_residual_short"], 0)},
    ),
    Claim(
        id="hambly2021.proposition-3.12",
        title="(3.22): the summed covariance through the initial state and the noise",
        setting=Setting.LQ_PAIR,
        relation=Eq(
            _symbol["probe_total_covariance"], _symbol["probe_operator"] + _symbol["probe_double_noise_sum"] + T * W
        ),
        given=(Ge(T, 2),),
        kind="identity",
        near_misses={
            "noise once more": Eq(
                _symbol["probe_total_covariance"],
                _symbol["probe_operator"] + _symbol["probe_double_noise_sum"] + (T + 1) * W,
            ),
            "without propagated noise": Eq(_symbol["probe_total_covariance"], _symbol["probe_operator"] + T * W),
        },
    ),
    Claim(
        id="hambly2021.eq-3.23",
        title="A covariance through the initial state and the noise",
        setting=Setting.LQ_PAIR,
        relation=Eq(after, start + earlier + W),
        kind="identity",
        near_misses={
            "without the last noise": Eq(after, start + earlier),
            "products from left to right": Eq(after, start + _symbol["probe_noise_sum_misordered"] + W),
        },
    ),
    Claim(
        id="hambly2021.proposition-3.12.step-1",
        title="Induction: one more time moves the initial part and the noise",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["probe_moved_covariance"] + W, start + earlier + W),
        kind="identity",
        near_misses={"noise once more": Eq(_symbol["probe_moved_covariance"] + W, start + earlier + 2 * W)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA_311, *_OPERATORS)
