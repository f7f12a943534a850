"""Sections 2 and 3.1 of maheshwari2023: the model, equilibria, Algorithm 1, Assumptions 3.1 and 3.2 with the "
"example."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Eq, Lt

from bounds.maheshwari2023.assumptions import MIXING, POTENTIAL, STEP_SIZES
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "PAPER_ID", "defined", "delta", "limit"]

PAPER_ID = "maheshwari2023"
_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
delta = _symbol["discount"]
#: The paper's discount is called delta; it lies in (0, 1), and what is claimed here holds at 0 as well.


def defined(label: str, title: str, latex: str, finding: Finding | None = None, **rest: Any) -> Claim:
    """A definition of the paper."""
    options: dict[str, Any] = {"setting": Setting.POLICY, "kind": "definition"} | rest
    return Claim(f"{PAPER_ID}.{label}", title, latex=latex, finding=finding, **options)


def limit(label: str, title: str, latex: str, finding: Finding | None = None, **rest: Any) -> Claim:
    """A statement about limits, or about infinitely many stages."""
    return defined(label, title, latex, finding, kind="evidence", **rest)


_MODEL = (
    defined(
        "eq-1",
        "Discounted payoff of a stationary policy",
        r"V_i(\mu,\pi)=\mathbb{E}\Big[\sum_{k\ge0}\delta^k u_i(s^k,a^k)\Big],\quad s^0\sim\mu,\ a^k\sim\pi(s^k),\ "
        r"s^k\sim P(\cdot|s^{k-1},a^{k-1})",
    ),
    Claim(
        "maheshwari2023.eq-1.mean",
        "The payoff is the mean of the payoffs from each state",
        Setting.POLICY,
        relation=Eq(_symbol["discounted_payoff"], _symbol["mean_value"]),
        boundary=True,
        kind="identity",
        near_misses={"not normalised": Eq(_symbol["discounted_payoff"] * (1 - delta), _symbol["mean_value"])},
    ),
    defined(
        "definition-2.1",
        POTENTIAL.title,
        rf"\exists\Phi:S\times\Pi\to\mathbb{{R}}:\quad{POTENTIAL.latex}",
        setting=Setting.GAME,
    ),
    Claim(
        "maheshwari2023.definition-2.1.mean",
        "The potential gives the change of payoff from every initial distribution",
        Setting.DEVIATION,
        relation=Eq(_symbol["potential_gain_from_start"], _symbol["value_gain_from_start"]),
        assumes=(POTENTIAL.property,),
        kind="identity",
        near_misses={
            "per stage": Eq(_symbol["potential_gain_from_start"] * (1 - delta), _symbol["value_gain_from_start"])
        },
    ),
    defined(
        "definition-2.2",
        "Stationary Nash equilibrium",
        r"V_i(\mu,\pi_i^*,\pi_{-i}^*)\ge V_i(\mu,\pi_i,\pi_{-i}^*)\quad\forall i,\pi_i,\mu",
    ),
    defined(
        "definition-2.3",
        "Approximate stationary Nash equilibrium",
        r"V_i(\mu,\pi_i^*,\pi_{-i}^*)\ge V_i(\mu,\pi_i,\pi_{-i}^*)-\epsilon\quad\forall i,\pi_i,\mu",
    ),
    limit(
        "section-2.existence",
        "Every finite discounted Markov game has a stationary equilibrium (a theorem of Fink and of Takahashi, 1964)",
        r"\exists\pi^*\in\Pi:\ \pi^*\text{ is a stationary Nash equilibrium}",
        setting=Setting.GAME,
    ),
    Claim(
        "maheshwari2023.section-2.maximiser",
        "A player's best gain is the potential's best unilateral gain: maximisers from every state are equilibria",
        Setting.POLICY,
        relation=Eq(_symbol["gap_at"], _symbol["potential_gap_at"]),
        assumes=(POTENTIAL.property,),
        boundary=True,
        kind="identity",
        near_misses={"per stage": Eq(_symbol["gap_at"], (1 - delta) * _symbol["potential_gap_at"])},
        finding=Finding(
            "typo",
            "The maximiser is set equal to an argmax, which may have several members. Nor does the sentence say that a "
            "policy exists which maximises Phi(s, .) from all states at once, and the existence of equilibria does not "
            "rest on one.",
            "Any such maximiser is an equilibrium: in a potential game the two gains of this statement are equal, and "
            "at a maximiser the potential's is 0.",
        ),
    ),
    defined(
        "eq-2",
        "Q-function: a deviation in the first stage only",
        r"Q_i(s,a_i;\pi)=\sum_{a_{-i}}\pi_{-i}(s,a_{-i})\Big(u_i(s,a_i,a_{-i})+\delta\sum_{s'}P(s'|s,a_i,a_{-i})"
        r"V_i(s',\pi)\Big)",
    ),
    defined(
        "eq-3",
        "Optimal one-stage deviations, a set",
        r"\mathrm{br}_i(s;\pi)=\arg\max_{\hat\pi_i\in\Delta(A_i)}\sum_{a_i}\hat\pi_i(a_i)Q_i(s,a_i;\pi)",
    ),
)

_ALGORITHM = (
    defined(
        "section-3.1.counters",
        "Counters of states, and of states with the own action",
        r"n^t(s^{t-1})=n^{t-1}(s^{t-1})+1,\quad\tilde n_i^t(s^{t-1},a_i^{t-1})=\tilde n_i^{t-1}(s^{t-1},a_i^{t-1})+1",
        Finding(
            "ambiguity",
            "Counters are said to stay for s other than s^{t-1} and a_i other than a_i^{t-1}, which says nothing of "
            "the other actions in the state visited. What (4) and (25a) need is that every pair other than (s^{t-1}, "
            "a_i^{t-1}) keeps its count. A step size is used only after its counter was raised: alpha_i(0) and "
            "beta_i(0) never enter.",
            "Read so, nothing else changes.",
        ),
    ),
    defined(
        "eq-4",
        "Update of the estimate where the player was",
        r"q_i^t(s^{t-1},a_i^{t-1})=q_i^{t-1}(s^{t-1},a_i^{t-1})+\alpha_i(\tilde n_i^t)\Big(r_i^{t-1}+\delta\sum_{a_i}"
        r"\pi_i^{t-1}(s^t,a_i)q_i^{t-1}(s^t,a_i)-q_i^{t-1}(s^{t-1},a_i^{t-1})\Big)",
        Finding(
            "ambiguity",
            "The estimate is that of a player who will go on by pi_i, while by (6) everybody, this player included, "
            "acts by the explored policy: three policies meet in one update. This is where the limit of the estimates "
            "leaves Q_i (maheshwari2023.lemma-3.4).",
            "With the explored own policy in the bootstrap term the estimates track Q_i at the explored policies, and "
            "the paper's argument goes through for those (maheshwari2023.lemma-3.7.corrected).",
        ),
    ),
    defined(
        "eq-5",
        "Update of the policy in the state visited",
        r"\pi_i^t(s^{t-1})=\pi_i^{t-1}(s^{t-1})+\beta_i(n^t(s^{t-1}))\left(\widehat{\mathrm{br}}_i^{t-1}(s^{t-1})-"
        r"\pi_i^{t-1}(s^{t-1})\right),\quad\widehat{\mathrm{br}}_i^t(s)\in\arg\max_{\hat\pi_i\in\Delta(A_i)}"
        r"\sum_{a_i}\hat\pi_i(a_i)q_i^t(s,a_i)",
        Finding(
            "ambiguity",
            "The text before it computes the deviation from the updated estimate q_i^t, (5a) and (25b) from q_i^{t-1}. "
            "Any maximiser may be chosen.",
            "The estimates of two successive stages differ by at most alpha times a bounded number, which tends to 0: "
            "both readings have the same mean field and the same limit points. Runs follow (5a).",
        ),
    ),
    defined(
        "eq-6",
        "Exploration: what is played",
        r"a_i^t\sim\hat\pi_i^t(s^t),\quad\hat\pi_i^t=(1-\theta_i)\pi_i^t+\frac{\theta_i}{|A_i|}\mathbb{1},\quad "
        r"a_i^0\sim\pi_i^0(s^0)",
        Finding(
            "ambiguity",
            "In stage 0 the action is drawn from pi_i^0 without exploration. That policy is uniform, so its explored "
            "version is the same, and there is no special case. The rate theta_i is fixed for all stages: this makes "
            "Theorem 3.3 false (maheshwari2023.theorem-3.3).",
            "The algorithm is well defined, and every joint action is played again and again.",
        ),
    ),
)

_ASSUMPTIONS = (
    defined("assumption-3.1", MIXING.title, MIXING.latex, setting=Setting.GAME),
    limit(
        "assumption-3.1.visits",
        "Assumption 3.1 makes every state be visited infinitely often",
        r"\Pr(s^t=s\text{ for infinitely many }t)=1\quad\forall s",
        Finding(
            "proof-gap",
            "The assumption speaks of one joint action played for ever. What brings the play back to every state is "
            "that (6) plays every joint action with probability at least prod_i theta_i / |A_i| in every stage, "
            "whatever the policies; this is not said, and a sequence of policies that changes for ever is no Markov "
            "chain with a fixed kernel.",
            "True: for some m the power m of the joint action's kernel is positive, so from any state any other is "
            "reached in m stages with probability at least a fixed positive number, whatever happened before; by "
            "Levy's extension of the Borel-Cantelli lemma it is visited infinitely often. Neither the support of mu "
            "nor aperiodicity is needed. A run in which some state's visits stop would contradict it.",
        ),
    ),
    defined("assumption-3.2", STEP_SIZES.title, r"\alpha_i(n),\beta_i(n)\in(0,1)\text{ meet (i) to (v)}"),
    limit(
        "section-3.2.example",
        "Powers with exponents 0 < c_1 <= c_2 <= 1 and positive factors satisfy Assumption 3.2",
        r"\alpha_i(n)=z_in^{-c_1},\ \beta_i(n)=y_in^{-c_2},\ 0<c_1\le c_2\le1,\ z_i,y_i>0\implies\text{Assumption 3.2}",
        Finding(
            "false",
            "Three clauses fail. (iv): beta_i(n) / alpha_j(n) = (y_i / z_j) n^(c_1 - c_2), which for c_1 = c_2 is the "
            "constant y_i / z_j > 0 and does not tend to 0. Range: alpha_i(1) = z_i is not below 1 for every positive "
            "z_i (maheshwari2023.section-3.2.example.range). Start: 0^(-c_1) is not a number, so the sequences cannot "
            "start at n = 0, and then alpha_i([x n]) in (iii) has a value only for n >= 1 / x.",
            "Theorems are stated for Assumption 3.2 itself and do not use the example.",
            corrected="maheshwari2023.section-3.2.example.corrected",
        ),
    ),
    Claim(
        "maheshwari2023.section-3.2.example.range",
        "The first step size z 1^(-c) is below 1 for positive z (here up to 2)",
        Setting.SCALAR,
        relation=Lt(_symbol["x"], 1, evaluate=False),
        interval=(Fraction(1, 10), Fraction(2)),
        finding=Finding(
            "false",
            "The example asks for positive factors, Assumption 3.2 for step sizes below 1; at n = 1 the step size is "
            "the factor.",
            "With factors in (0, 1) every step size is in (0, 1), as n^(-c) is at most 1.",
        ),
    ),
    limit(
        "section-3.2.example.corrected",
        "Powers with exponents 0 < c_1 < c_2 <= 1 and factors in (0, 1), from n = 1 on, satisfy Assumption 3.2",
        r"\alpha_i(n)=z_in^{-c_1},\ \beta_i(n)=y_in^{-c_2},\ 0<c_1<c_2\le1,\ z_i,y_i\in(0,1),\ n\ge1\implies"
        r"\text{Assumption 3.2}",
        Finding(
            "ambiguity",
            "By hand: (i) the exponents are in (0, 1]; (ii) the sum of n^(-c (1 + q / 2)) is finite if q > 2 / c - 2, "
            "so q = 2 serves for c > 1/2 only, and a larger q for every c > 0; (iii) for n >= 1 / x, [x n] >= x n / 2, "
            "so the ratio is at most (2 / x)^c; (iv) n^(c_1 - c_2) tends to 0; (v) the ratios are constant. The "
            "supremum in (iii) grows without bound as x tends to 0, which the clause allows.",
        ),
        corrects="maheshwari2023.section-3.2.example",
    ),
)

CLAIMS: tuple[Claim, ...] = (*_MODEL, *_ALGORITHM, *_ASSUMPTIONS)
