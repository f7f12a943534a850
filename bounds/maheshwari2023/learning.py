"""Theorem 3.3 and Lemma 3.4 of maheshwari2023, what fixed exploration makes of them, and how far off they are.

Q_i^theta is player i's Q-function at (pi_i, explored pi_{-i}), and B_i bounds what the opponents' exploration does to
player i's values.
"""

from __future__ import annotations

from sympy import Abs, Eq, Le

from bounds.maheshwari2023.definitions import delta, limit
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "G1", "TREMBLE_BOUND", "trembles"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_shift, _value_shift = _symbol["explored_q_difference"], _symbol["explored_value_difference"]
_gap, _explored_gap_i = _symbol["gap_at"], _symbol["explored_gap_i"]
_span, trembles = _symbol["payoff_span"], _symbol["trembling"]

#: B_i = span(u_i) vartheta_i / ((1 - delta) (1 - delta (1 - vartheta_i))).
TREMBLE_BOUND = _span * trembles / ((1 - delta) * (1 - delta * (1 - trembles)))

G1 = (
    "Two players with common payoffs, two states, two actions each, P(s'|s,a) = 1/2 always, delta = 1/2, theta_1 = "
    "theta_2 = 1/2, payoffs (rows: player 1) ((6, 0), (5, 4)) in state 0 and the transpose in state 1. The only "
    "equilibrium, also among mixed policies, is strict: both play action 0 everywhere."
)
_REFUTED = (
    "In (4) the opponents' actions are drawn from their explored policies, so the mean target is T_i^theta q_i, the "
    "operator of (22) with explored pi_{-i}, and its fixed point Q_i^theta is not Q_i: the exploration rates are "
    "fixed, so the difference does not vanish. "
)
_LIMIT = (
    " An opponent who explores plays no action with more than 3/4, so in state 0 player 1's action 1 is better than "
    "action 0 by at least 1/4, and player 2's action 0 better than action 1 by at least 9/4, whatever the policies; in "
    "state 1 with the players exchanged (P ignores actions, so these are the exact differences of Q_i^theta). Once the "
    "estimates are within 1/8 of Q_i^theta the maximisers never change again, and with probability 1 pi converges to "
    "the joint actions (1, 0) in state 0 and (0, 1) in state 1. There q_1 tends to (19/2, 39/4) in state 0 and (41/4, "
    "8) in state 1, while Q_1 is (11, 10) and (10, 9); player 2's are exchanged."
)

_THEOREM = (
    limit(
        "theorem-3.3",
        "The estimates track the Q-functions, and the policies converge to the equilibria",
        r"\lim_{t\to\infty}|q_i^t(s,a_i)-Q_i(s,a_i;\pi^t)|=0,\quad\pi^t\to\{\text{Nash equilibria of }\mathcal{G}\}"
        r"\quad\text{with probability }1",
        Finding(
            "false",
            _REFUTED + G1 + _LIMIT + " The limit is no equilibrium: player 1 gains 3/2 from state 0 and 1/2 from state "
            "1 (maheshwari2023.theorem-3.3.stationary), player 2 as much, so its NE-gap is 3/2, and for uniform mu 1.",
            "Proved instead: limits at which every maximiser of Q_i^theta is used are equilibria up to 2 max_i B_i, "
            "which is of the order of the exploration rates (maheshwari2023.theorem-3.3.stationary.corrected). Both "
            "sentences hold for one player, and whenever no opponent's action enters a player's payoffs and "
            "transitions; the sentence on policies also for payoffs f_i(s, a_i) + g_i(s, a_{-i}) with transitions that "
            "ignore actions.",
            corrected="maheshwari2023.theorem-3.3.corrected",
        ),
        setting=Setting.RUN,
    ),
    limit(
        "theorem-3.3.corrected",
        "The policies follow the best-response dynamics of the game against exploring opponents",
        r"\lim_{t\to\infty}|q_i^t(s,a_i)-Q_i^\theta(s,a_i;\pi^t)|=0,\quad\frac{d}{d\tau}\varpi_i(s)\in\gamma_i(s)\Big("
        r"\arg\max_{\hat\pi_i\in\Delta(A_i)}\langle\hat\pi_i,Q_i^\theta(s,\cdot;\varpi)\rangle-\varpi_i(s)\Big)",
        Finding(
            "ambiguity",
            "The points where this flow can rest are the policies pi with pi_i a best reply to the explored pi_{-i} "
            "for all i. They need not be equilibria, and the flow need not converge to them: the payoffs V_i(pi_i, "
            "explored pi_{-i}) have a potential, weighted by 1 / (1 - theta_i), for one state and for transitions "
            "that ignore actions, and in general not even an ordinal one. With common payoffs ((3, 0), (0, 3)) in "
            "state 0 and ((4, 6), (0, 0)) in state 1, delta = 9/10, theta = 1/2 and probabilities of state 1 next "
            "((1, 19), (19, 1)) / 20 and ((19, 10), (1, 1)) / 20, no pure policy is a rest point, while a maximiser "
            "of such a potential over pure policies would be one. A run whose estimates stay away from Q_i^theta "
            "would contradict the statement. It takes the repairs of maheshwari2023.eq-26a.filtration and "
            "maheshwari2023.appendix-b.1.a5.markov.",
        ),
        setting=Setting.RUN,
        corrects="maheshwari2023.theorem-3.3",
    ),
    Claim(
        "maheshwari2023.theorem-3.3.stationary",
        "Where the mean field of the algorithm rests is an equilibrium",
        Setting.POLICY,
        relation=Le(_gap, 0, evaluate=False),
        given=(Eq(_symbol["explored_gap"], 0),),
        boundary=True,
        finding=Finding(
            "false",
            "A policy from which no maximiser of Q_i^theta leads away is an equilibrium of the game with payoffs V_i("
            "pi_i, explored pi_{-i}), not of the game. " + G1 + " The policies with the joint action (1, 0) in state 0 "
            "and (0, 1) in state 1 are strict maximisers of Q_i^theta; a deviation of player 1 gains 3/2.",
            "The gap there is at most 2 B_i.",
            corrected="maheshwari2023.theorem-3.3.stationary.corrected",
            counterexample="theorem-3.3.stationary.json",
        ),
    ),
    Claim(
        "maheshwari2023.theorem-3.3.stationary.corrected",
        "Against exploring opponents and in the game the best gains differ by at most 2 B_i",
        Setting.POLICY,
        relation=Le(_gap, _explored_gap_i + 2 * TREMBLE_BOUND),
        boundary=True,
        corrects="maheshwari2023.theorem-3.3.stationary",
        near_misses={"a quarter": Le(_gap, _explored_gap_i + TREMBLE_BOUND / 2)},
    ),
)

_LEMMA = (
    limit(
        "lemma-3.4",
        "The estimates track the Q-functions",
        r"\lim_{t\to\infty}|q_i^t(s,a_i)-Q_i(s,a_i;\pi^t)|=0\quad\text{with probability }1",
        Finding(
            "false",
            _REFUTED + G1 + _LIMIT + " The largest difference that stays is 3/2.",
            "The estimates track Q_i^theta, and |Q_i^theta - Q_i| is at most B_i "
            "(maheshwari2023.lemma-3.4.fixed-policy.corrected).",
            corrected="maheshwari2023.lemma-3.4.corrected",
        ),
        setting=Setting.RUN,
    ),
    limit(
        "lemma-3.4.corrected",
        "The estimates track the Q-functions at unexplored own and explored opponents' policies",
        r"\lim_{t\to\infty}|q_i^t(s,a_i)-Q_i^\theta(s,a_i;\pi^t)|=0\quad\text{with probability }1",
        Finding(
            "proof-gap",
            "Rests on Theorem A.2, which the paper quotes. What it needs of T_i^theta is checked here: noise of mean 0 "
            "(maheshwari2023.eq-26a.martingale.corrected), bounded estimates "
            "(maheshwari2023.appendix-b.1.a1.corrected), a mixing chain (maheshwari2023.appendix-b.1.a5.corrected), a "
            "contraction with fixed point Q_i^theta (maheshwari2023.appendix-b.1.contraction.explored, "
            "maheshwari2023.appendix-b.1.fixed-point.explored). A run whose estimates stay away from Q_i^theta would "
            "contradict it.",
        ),
        setting=Setting.RUN,
        corrects="maheshwari2023.lemma-3.4",
    ),
    Claim(
        "maheshwari2023.lemma-3.4.fixed-policy",
        "For policies that are held still the estimates tend to the Q-function",
        Setting.POLICY,
        relation=Eq(_shift, 0),
        boundary=True,
        kind="identity",
        finding=Finding(
            "false",
            "The limit is Q_i^theta (maheshwari2023.appendix-b.1.fixed-point.explored). One state, delta = 1/2, player "
            "1 without a choice is paid 1 if player 2 plays action 0; player 2 does, and explores with rate 1/2: the "
            "estimate tends to 3/2, and Q_1 is 2.",
            "The difference is at most B_i, of the order of the opponents' exploration rates.",
            corrected="maheshwari2023.lemma-3.4.fixed-policy.corrected",
            counterexample="lemma-3.4.fixed-policy.json",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.4.fixed-policy.corrected",
        "The opponents' exploration moves the limit of the estimates by at most B_i",
        Setting.POLICY,
        relation=Le(Abs(_shift), TREMBLE_BOUND),
        boundary=True,
        corrects="maheshwari2023.lemma-3.4.fixed-policy",
        near_misses={"half": Le(Abs(_shift), TREMBLE_BOUND / 2)},
    ),
    Claim(
        "maheshwari2023.lemma-3.4.values",
        "Remark: the opponents' exploration moves a player's values by at most B_i",
        Setting.POLICY,
        relation=Le(Abs(_value_shift), TREMBLE_BOUND),
        boundary=True,
        near_misses={"half": Le(Abs(_value_shift), TREMBLE_BOUND / 2)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_THEOREM, *_LEMMA)
