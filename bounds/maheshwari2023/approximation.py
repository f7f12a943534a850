"""Lemma 3.7 and Appendix A of maheshwari2023: two-timescale asynchronous stochastic approximation."""

from __future__ import annotations

from typing import Any

from bounds.maheshwari2023.definitions import defined, limit
from bounds.maheshwari2023.learning import G1
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]


def _condition(label: str, title: str, latex: str, finding: Finding | None = None, **rest: Any) -> Claim:
    return defined(f"assumption-a.1.{label}", title, latex, finding, setting=Setting.RUN, **rest)


_LEMMA = (
    limit(
        "lemma-3.7",
        "The policies converge to the set of Nash equilibria",
        r"\pi^t\to\{\text{Nash equilibria of }\mathcal{G}\}\quad\text{with probability }1",
        Finding(
            "false",
            "The proof rests on Lemma 3.4, which is false, and its conclusion fails too. "
            + G1
            + " The policies converge "
            "with probability 1 to another policy, from which player 1 can gain 3/2: see maheshwari2023.theorem-3.3 "
            "for the argument and maheshwari2023.theorem-3.3.stationary for the exact instance. There is a second gap: "
            "Theorem A.3 asks for a global attractor, and the set of equilibria is none in general. In the one-state "
            "game with common payoffs ((1, 0), (0, 1)) the flow started beside the mixed equilibrium goes to a pure "
            "one, so the set of equilibria is not stable.",
            "The second gap closes: in a potential game the potential takes finitely many values on the equilibria "
            "(it is constant on each of the finitely many connected pieces of that semialgebraic set), and a Lyapunov "
            "function with finitely many critical values confines every internally chain transitive set to them "
            "(Benaim, Hofbauer and Sorin). The first does not, but a change of the algorithm removes it.",
            corrected="maheshwari2023.lemma-3.7.corrected",
        ),
        setting=Setting.RUN,
    ),
    limit(
        "lemma-3.7.corrected",
        "With the explored own policy in the bootstrap of (4a), the policies converge to replies to explored play",
        r"r_i^{t-1}+\delta\sum_{a_i}\hat\pi_i^{t-1}(s^t,a_i)q_i^{t-1}(s^t,a_i)\text{ in (4a)}\implies\pi^t\to\left\{"
        r"\pi:\ \mathrm{supp}\,\pi_i(s)\subseteq\arg\max_{a_i}Q_i(s,a_i;\hat\pi)\ \forall i,s\right\}"
        r"\quad\text{with probability }1",
        Finding(
            "ambiguity",
            "The estimates then track Q_i(., .; explored pi), the game in which everybody explores has the potential "
            "Phi(s, explored pi), and the Lyapunov argument of Lemma 3.5 applies to it word for word. In the limit the "
            "policies played are an equilibrium of the game up to span(u_i) theta_i / ((1 - delta) (1 - delta (1 - "
            "theta_i))), the cost of the own exploration. A run that stays away from this set would contradict it.",
        ),
        setting=Setting.RUN,
        corrects="maheshwari2023.lemma-3.7",
    ),
)

_RECURSION = (
    defined(
        "eq-18",
        "Asynchronous recursion on two timescales",
        r"x^t(\mathbf i)\in x^{t-1}(\mathbf i)+\alpha_{\mathbf i}(\tilde n^t(\mathbf i))\mathbb 1(\mathbf i\in\bar X^t)"
        r"[F(\mathbf i;z^{t-1})+\tilde M^t(\mathbf i)+d^t(\mathbf i)],\quad y^t(\mathbf j)\in y^{t-1}(\mathbf j)+"
        r"\beta_{\mathbf j}(n^t(\mathbf j))\mathbb 1(\mathbf j\in\bar Y^t)[G(\mathbf j;z^{t-1})+M^t(\mathbf j)+"
        r"e^t(\mathbf j)]",
        setting=Setting.RUN,
    ),
    defined(
        "eq-19",
        "The same with relative step sizes",
        r"x^t\in x^{t-1}+\bar\alpha^t\tilde{\mathcal D}^t(F(z^{t-1})+\tilde M^t+d^t),\quad y^t\in y^{t-1}+\bar\beta^t"
        r"\mathcal D^t(G(z^{t-1})+M^t+e^t)",
        Finding(
            "typo",
            "The relative slow step sizes are printed with the fast counters; beta_j is used with n^t(j), as in (18).",
            "Nothing else changes.",
        ),
        setting=Setting.RUN,
    ),
    _condition("a1", "(A1) Iterates in compact sets", r"x^t\in\tilde{\mathcal S},\ y^t\in\mathcal S\quad\forall t"),
    _condition("a2", "(A2) Error terms vanish", r"\lim_{t\to\infty}d^t=\lim_{t\to\infty}e^t=0"),
    _condition(
        "a3",
        "(A3) Step sizes",
        r"\text{Assumption 3.2 (i), (iii), (iv), (v) for }\alpha_{\mathbf i},\ \beta_{\mathbf j}",
    ),
    _condition(
        "a4",
        "(A4) Upper semicontinuous mean fields of linear growth",
        r"F,\ G\text{ upper semicontinuous, non-empty, convex, compact},\quad\sup_{w\in F(z)}\|w\|\le c(1+\|z\|),\quad"
        r"\sup_{w\in G(x,y)}\|w\|\le c(1+\|y\|)",
        Finding(
            "typo",
            "F is said to take values in the slow set and G in the fast one. Neither is meant, nor the sets exchanged: "
            "F(z) is a direction in the space of x, and the entries of G(z) sum to 0 in each state, so it lies in no "
            "product of simplices.",
            "The conditions are those of differential inclusions for x and y.",
        ),
    ),
    _condition(
        "a5",
        "(A5) The updated components form a controlled Markov chain",
        r"\Pr(\bar H^t=h^t|\mathcal F^{t-1})=\mathcal P(z^{t-1};h^t,h^{t-1}),\quad\mathcal P(z;\cdot,\cdot)\text{ "
        r"aperiodic, irreducible, positive recurrent, Lipschitz in }z",
    ),
    _condition(
        "a6",
        "(A6) Moments of the noise",
        r"\sum_n\alpha_{\mathbf i}(n)^{1+q/2}<\infty,\ \sup_t\mathbb E\|\tilde M^t\|^q<\infty,\quad\sum_n"
        r"\beta_{\mathbf j}(n)^{1+q'/2}<\infty,\ \sup_t\mathbb E\|M^t\|^{q'}<\infty",
        Finding(
            "typo", "The moment of the slow noise is printed with q; q' is meant.", "Here the slow noise is 0 anyway."
        ),
    ),
    _condition(
        "a7",
        "(A7) The fast flow has one global attractor",
        r"\frac{d}{d\tau}x^\tau=\Omega_X^\eta\cdot F(x^\tau,y)\text{ has the global attractor }\Lambda(y)\quad\forall "
        r"y\in\mathcal S,\ \eta>0",
        Finding(
            "typo",
            "Weights lie in [eta, 1], so eta is in (0, 1], not any positive number.",
            "Every use has eta in (0, 1].",
        ),
    ),
    limit(
        "theorem-a.2",
        "Fast timescale, after Perkins and Leslie",
        r"(x^t,y^t)\to\{(\Lambda(y),y):y\in\mathcal S\}\quad\text{with probability }1",
        Finding(
            "ambiguity",
            "Quoted, not proved here. For Algorithm 1 it can be applied with T_i^theta, whose noise has mean 0 "
            "(maheshwari2023.eq-26a.martingale.corrected), and Lambda(pi) is then Q^theta(., .; pi). With T_i^pi the "
            "difference of the operators is an error term that does not vanish, and (A2) fails. A recursion of this "
            "form that meets (A1) to (A7) and stays away from the graph of Lambda would contradict it.",
            "With T_i^theta it gives maheshwari2023.lemma-3.4.corrected.",
        ),
        setting=Setting.RUN,
    ),
    limit(
        "theorem-a.3",
        "Slow timescale, after Perkins and Leslie",
        r"\mathcal A\text{ a global attractor of }\dot y^\tau=\Omega_Y^\eta G(\Lambda(y^\tau),y^\tau)\ \forall\eta"
        r"\implies y^t\to\mathcal A\quad\text{with probability }1",
        Finding(
            "ambiguity",
            "Quoted, not proved here. An attractor is stable, which the set of equilibria of a potential game need not "
            "be (maheshwari2023.lemma-3.7): the theorem cannot be applied to it as it stands. (21) is an inclusion, "
            "not an equation, since maximisers may tie.",
            "Where the Lyapunov function takes finitely many values on the rest points, as potentials of potential "
            "games do, they can stand in for the attractor (maheshwari2023.lemma-3.7).",
        ),
        setting=Setting.RUN,
    ),
    limit(
        "remark-a.4",
        "The theorems carry over to step sizes that differ between components",
        r"\text{Theorems A.2, A.3 with (A3)(iv) in place of equal step sizes}",
        Finding(
            "proof-gap",
            "Asserted with a sketch: the relative step sizes of (19) are then the ratios of (A3)(iv) times those of "
            "the visits. That the weights stay in some [eta, 1] asymptotically is plausible from both and is not "
            "written down. No counterexample is known.",
            "With equal step sizes of all players the remark is not needed.",
        ),
        setting=Setting.RUN,
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA, *_RECURSION)
