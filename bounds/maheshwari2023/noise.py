"""Equations (22) to (26a) of maheshwari2023: the operator, the sampled target, and whether the noise has mean 0."""

from __future__ import annotations

from sympy import Abs, Eq, Le

from bounds.maheshwari2023.definitions import defined, delta
from bounds.maheshwari2023.learning import trembles
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_mean, _repaired_mean = _symbol["noise_mean"], _symbol["explored_noise_mean"]
_bias = trembles * (_symbol["payoff_span"] + 2 * delta * _symbol["estimate_size"])

CLAIMS: tuple[Claim, ...] = (
    defined(
        "eq-22",
        "Bellman operator of a player against fixed opponents",
        r"\mathcal T_i^\pi q_i(s,a_i)=u_i(s,a_i,\pi_{-i})+\delta\sum_{s'}P(s'|s,a_i,\pi_{-i})\sum_{a_i'}"
        r"\pi_i(s',a_i')q_i(s',a_i')",
    ),
    defined(
        "eq-23",
        "Sampled target",
        r"\hat{\mathcal T}_i^\pi q_i(s,a_i)=u_i(s,a_i,a_{-i})+\delta\sum_{a_i'}\pi_i(s',a_i')q_i(s',a_i'),\quad a_{-i}"
        r"\sim\pi_{-i}(s),\ s'\sim\sum_{a_{-i}}\pi_{-i}(s,a_{-i})P(\cdot|s,a_i,a_{-i})",
        Finding(
            "ambiguity",
            "The next state is said to come from the mixture over the opponents' actions, the payoff from one draw of "
            "them. In the algorithm both come from the same draw. And that draw is from the explored policies (6), not "
            "from pi_{-i}.",
            "The first point leaves the mean as it is; the second changes it (maheshwari2023.eq-26a.martingale).",
        ),
    ),
    defined(
        "eq-24",
        "Maximisers of an estimate, a set",
        r"\bar{\mathrm{br}}_i(s;q)=\arg\max_{\hat\pi\in\Delta(A_i)}\hat\pi^\top q_i(s)",
    ),
    defined(
        "eq-25a",
        "Algorithm 1 as a recursion: estimates",
        r"q_i^t(s,a_i)=q_i^{t-1}(s,a_i)+\alpha_i(\tilde n_i^t(s,a_i))\mathbb 1((s,a_i)=(s^{t-1},a_i^{t-1}))\left("
        r"\mathcal T_i^{\pi^{t-1}}q_i^{t-1}-q_i^{t-1}+\tilde M^t\right)(s,a_i)",
        Finding(
            "typo",
            "The noise is printed with the index k instead of t; it also depends on the player.",
            "Nothing changes.",
        ),
    ),
    defined(
        "eq-25b",
        "Algorithm 1 as a recursion: policies",
        r"\pi_i^t(s)\in\pi_i^{t-1}(s)+\beta_i(n^t(s))\mathbb 1(s=s^{t-1})\left(\bar{\mathrm{br}}_i(s;q^{t-1})-"
        r"\pi_i^{t-1}(s)\right)",
    ),
    defined(
        "eq-26a",
        "Noise of an update",
        r"\tilde M^t(s,a_i)=\hat{\mathcal T}_i^{\pi^{t-1}}q_i^{t-1}(s,a_i)-\mathcal T_i^{\pi^{t-1}}q_i^{t-1}(s,a_i)",
    ),
    Claim(
        "maheshwari2023.eq-26a.martingale",
        "The noise has mean 0 under the policies that are played",
        Setting.POLICY,
        relation=Eq(_mean, 0),
        boundary=True,
        kind="identity",
        finding=Finding(
            "false",
            "The opponents explore. One state, q = 0; player 1 has one action and is paid 1 if player 2 plays action "
            "0, which has probability 3/4 under pi_2 (as after one update with beta(1) = 1/2) and 5/8 when exploring "
            "at rate 1/2: the mean of the noise is 5/8 - 3/4 = -1/8.",
            "With one player, or with payoffs and transitions that no opponent's action enters, the mean is 0. In "
            "general it is (T_i^theta - T_i^pi) q_i, which is not small unless the exploration rates are "
            "(maheshwari2023.eq-26a.bias): Lemmas 3.4 and 3.7 and Theorem 3.3 fall with it.",
            corrected="maheshwari2023.eq-26a.martingale.corrected",
            counterexample="eq-26a.martingale.json",
        ),
    ),
    Claim(
        "maheshwari2023.eq-26a.martingale.corrected",
        "Against the operator with exploring opponents the noise has mean 0, given the state and the own action",
        Setting.POLICY,
        relation=Eq(_repaired_mean, 0),
        boundary=True,
        kind="identity",
        corrects="maheshwari2023.eq-26a.martingale",
        near_misses={"without exploration": Eq(_mean, 0)},
    ),
    Claim(
        "maheshwari2023.eq-26a.bias",
        "Remark: the mean of the noise vanishes with the opponents' exploration rates",
        Setting.POLICY,
        relation=Le(Abs(_mean), _bias),
        boundary=True,
        near_misses={"half": Le(Abs(_mean), _bias / 2)},
    ),
    Claim(
        "maheshwari2023.eq-26a.filtration",
        "The noise has mean 0 given all actions of the stage",
        Setting.POLICY,
        relation=Eq(_symbol["noise_mean_of_joint"], 0),
        boundary=True,
        kind="identity",
        finding=Finding(
            "false",
            "The sigma-algebra F^{t-1} contains the joint action a^{t-1}, so the payoff of the update is known, with "
            "or without exploration. One state, q = 0; player 1 is paid 1 if player 2 plays action 0, and pi_2 = "
            "(1/2, 1/2): given a_2 the noise is +1/2 or -1/2. (Under (6) a uniform policy explores to itself.)",
            "Condition on the past up to the state s^{t-1} and the own action only: then the corrected martingale "
            "statement maheshwari2023.eq-26a.martingale.corrected applies.",
            counterexample="eq-26a.filtration.json",
        ),
    ),
)
