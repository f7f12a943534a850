"""hambly2021, (3.1)-(3.4) and Lemma 3.1: constants of the data, and second moments of the state under any policy."""

from __future__ import annotations

from sympy import Eq, Ge, Gt

from bounds.hambly2021.assumptions import COSTS
from bounds.hambly2021.equilibrium import DEFINITE_NOISE, definition
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
sigma_X, sigma_Q, sigma_R = _symbol["sigma_X"], _symbol["sigma_Q"], _symbol["sigma_R"]
after, W = _symbol["probe_next_covariance"], _symbol["probe_W"]

_CONSTANTS = (
    definition(
        "eq-3.1",
        "Least singular value of the state covariances",
        r"\underline{\sigma}_X=\min_t\sigma_{\min}(\mathbb{E}[x_tx_t^\top])",
        Finding(
            kind="ambiguity",
            summary="(3.1) names no policy, while E[x_t x_t'] depends on one; the proof of Lemma 3.1 then says that "
            "one can take the least singular value of E[x_0 x_0'] and W instead, which is below (3.1) for every "
            "policy. As a uniform lower bound, the second reading is the one that all uses have in common. Read "
            "literally, along the policy (K^i, K^{-i*}) of the statement, the lower bound of Lemma 3.9 is false "
            "(hambly2021.lemma-3.9.part-3.along-policy), also for one player.",
            survives="Under the literal reading these hold: Lemma 3.1; Lemma 3.11 along the policy that it speaks of, "
            "t = 0, ..., T; the upper bounds of Lemma 3.9 along (K^i, K^{-i*}); and, with Assumption 2.1, (3.26) along "
            "(K^i, K^{-i*}). The lower bound of Lemma 3.9 fails, and what is deduced from it (the bound on the sum of "
            "Tr(E' E) in the proof of Lemma 3.20) loses its proof. Lemma 3.18, Lemma 3.20 and Theorem 3.5 put one "
            "sigma_X against the covariances of several policies, so that no single policy's value serves. Under the "
            "uniform reading, taken here for the constant sigma_X, all of these have what they need.",
        ),
    ),
    Claim(
        id="hambly2021.eq-3.2.part-1",
        title="The least singular value of every player's R_t^i is positive",
        setting=Setting.LQ_GAME,
        relation=Gt(_symbol["control_cost_floor_i"], 0),
        assumes=(COSTS.property,),
        near_misses={"above all players'": Gt(_symbol["control_cost_floor_i"], sigma_R)},
    ),
    Claim(
        id="hambly2021.eq-3.2.part-2",
        title="The least singular value of every player's Q_t^i is positive",
        setting=Setting.LQ_GAME,
        relation=Gt(_symbol["state_cost_floor_i"], 0),
        assumes=(COSTS.property,),
        near_misses={"above all players'": Gt(_symbol["state_cost_floor_i"], sigma_Q)},
    ),
    definition(
        "eq-3.3",
        "Largest norms of the data",
        r"\gamma_A=\max_t\|A_t\|,\quad\gamma_B=\max_{i,t}\|B_t^i\|,\quad\gamma_R=\max_{i,t}\|R_t^i\|",
    ),
)

_LEMMA_31 = (
    Claim(
        id="hambly2021.lemma-3.1",
        title="State covariances are positive definite under every policy",
        setting=Setting.LQ_POLICY,
        relation=Gt(_symbol["covariance_floor"], 0),
        assumes=(DEFINITE_NOISE,),
        near_misses={"above the uniform bound": Gt(_symbol["covariance_floor"], sigma_X)},
        finding=Finding(
            kind="typo",
            summary="The proof says that E[x_0 x_0'] is positive definite by Assumption 2.1, which is about costs; "
            "Assumption 2.2 says it, and is the only one that the lemma asks for.",
            survives="With Assumption 2.2 the proof stands.",
        ),
    ),
    Claim(
        id="hambly2021.lemma-3.1.step-1",
        title="The next covariance through the last",
        setting=Setting.LQ_PAIR,
        relation=Eq(after, _symbol["probe_moved_covariance"] + W),
        kind="identity",
        near_misses={
            "without the noise": Eq(after, _symbol["probe_moved_covariance"]),
            "noise counted twice": Eq(after, _symbol["probe_moved_covariance"] + 2 * W),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.1.step-2",
        title="What the last covariance adds is positive semidefinite",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["moved_covariance_floor"], 0),
        assumes=(DEFINITE_NOISE,),
        kind="tight",
        near_misses={"definite": Gt(_symbol["moved_covariance_floor"], 0)},
    ),
    Claim(
        id="hambly2021.lemma-3.1.step-3",
        title="so that every later covariance is at least W",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["next_covariance_floor"], _symbol["noise_floor"]),
        assumes=(DEFINITE_NOISE,),
        kind="tight",
        near_misses={"doubled": Ge(_symbol["next_covariance_floor"], 2 * _symbol["noise_floor"])},
    ),
    Claim(
        id="hambly2021.lemma-3.1.step-4",
        title="The least singular value of E[x_0 x_0'] and W bounds all covariances from below",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["next_covariance_floor"], sigma_X),
        assumes=(DEFINITE_NOISE,),
        kind="tight",
        near_misses={"doubled": Ge(_symbol["next_covariance_floor"], 2 * sigma_X)},
    ),
    definition("eq-3.4", "Summed state covariance", r"\Sigma_K=\sum_{t=0}^T\Sigma_t^K"),
)

CLAIMS: tuple[Claim, ...] = (*_CONSTANTS, *_LEMMA_31)
