"""Appendix B.1 of maheshwari2023: condition (A5), the chain of states and joint actions, and (A6)."""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le

from bounds.maheshwari2023.assumptions import MIXING
from bounds.maheshwari2023.boundedness import MOMENTS
from bounds.maheshwari2023.definitions import limit
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_floor = _symbol["exploration"] / _symbol["A_i"]
_distance = _symbol["sum_of_distances"]

_KERNEL = (
    Claim(
        "maheshwari2023.eq-27",
        "Kernel of the chain of states and joint actions",
        Setting.POLICY,
        relation=Eq(_symbol["play_residual"], 0),
        boundary=True,
        kind="identity",
        finding=Finding(
            "false",
            "The next actions are drawn from the explored policies. One player, one state, two actions, pi = (1, 0), "
            "theta = 1/2: action 1 is played with probability 1/4, and (27) says 0. (The arguments h and h' are also "
            "in the order opposite to (20), and h' has an s for an s'.)",
            "With the explored policies the formula is right, and so is what (A5) (ii) and (iii) take from it.",
            corrected="maheshwari2023.eq-27.corrected",
            counterexample="eq-27.json",
        ),
    ),
    Claim(
        "maheshwari2023.eq-27.corrected",
        "Kernel of the chain of states and joint actions, with the policies played",
        Setting.POLICY,
        relation=Eq(_symbol["explored_play_residual"], 0),
        boundary=True,
        kind="identity",
        corrects="maheshwari2023.eq-27",
        near_misses={"without exploration": Eq(_symbol["play_residual"], 0)},
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a5.floor",
        "Every action's probability under pi exceeds theta_i / |A_i|",
        Setting.POLICY,
        relation=Gt(_symbol["probability"], _floor),
        kind="upper bound",
        finding=Finding(
            "false",
            "This is the floor of the policies played, not of pi. One state, two actions, theta = 1/2: after the first "
            "update with beta(1) = 3/4 the policy is (1/8, 7/8), and 1/8 is below 1/4. Later updates shrink the "
            "probability further: where Theorem 3.3's limits are pure, it tends to 0.",
            "The explored policies have the floor, with equality at pure policies, and (A5) is about them.",
            corrected="maheshwari2023.appendix-b.1.a5.floor.corrected",
            counterexample="appendix-b.1.a5.floor.json",
        ),
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a5.floor.corrected",
        "Every action is played with probability at least theta_i / |A_i|",
        Setting.POLICY,
        relation=Ge(_symbol["explored_probability"], _floor),
        boundary=True,
        kind="tight",
        corrects="maheshwari2023.appendix-b.1.a5.floor",
        near_misses={
            "more than": Gt(_symbol["explored_probability"], _floor),
            "eleven tenths": Ge(_symbol["explored_probability"], 11 * _floor / 10),
        },
    ),
)

_A5 = (
    limit(
        "appendix-b.1.a5.markov",
        "(A5) (i): given the last updated component and the last estimates, the next component ignores the rest",
        r"\Pr(\bar H^t=h^t|\mathcal F^{t-1})=\Pr(\bar H^t=h^t|\bar H^{t-1}=h^{t-1},z^{t-1})=\mathcal P(z^{t-1};h^t,"
        r"h^{t-1})",
        Finding(
            "false",
            "The estimate q^{t-1} was computed with the state s^{t-1}, through the bootstrap term, and so can reveal "
            "it. One player, one action, two states, P = 1/2 always, payoffs u(0) = 1 and u(1) = 0, delta = 1/2, "
            "alpha(1) = 1/2, alpha(2) = 1/3, s^0 = 0: q^1 = (1/2, 0), and (s^1, s^2) = (0, 0), (0, 1), (1, 0), (1, 1) "
            "lead to q^2 = (3/4, 0), (2/3, 0), (1/2, 1/8), (1/2, 0), four different values. So H^3 = (s^2, a^2) is "
            "known from q^2, while (27) gives it probability 1/2.",
            "Condition on s^{t-1} as well: the triples (s^{t-1}, a^{t-1}, s^t) form a controlled Markov chain, and the "
            "mean fields are the same.",
        ),
        setting=Setting.RUN,
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a5",
        "(A5) (ii): the chain (27) is irreducible and aperiodic for all policies",
        Setting.POLICY,
        relation=Eq(_symbol["unreached_pairs"], 0),
        assumes=(MIXING.property,),
        boundary=True,
        kind="identity",
        finding=Finding(
            "false",
            "The condition is for all policies in the product of simplices, and under (27) as printed a pure policy "
            "never plays its other actions: one state, two actions, pi = (1, 0).",
            "With the policies played it holds, uniformly in the policies.",
            corrected="maheshwari2023.appendix-b.1.a5.corrected",
            counterexample="appendix-b.1.a5.json",
        ),
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a5.corrected",
        "(A5) (ii): the chain of states and joint actions played is irreducible and aperiodic for all policies",
        Setting.POLICY,
        relation=Eq(_symbol["unreached_pairs_explored"], 0),
        assumes=(MIXING.property,),
        boundary=True,
        kind="identity",
        corrects="maheshwari2023.appendix-b.1.a5",
        near_misses={"in one step": Eq(_symbol["unreached_pairs_at_once"], 0)},
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a5.lipschitz",
        "(A5) (iii): (27) is Lipschitz in the policies",
        Setting.PAIR,
        relation=Le(_symbol["play_change"], _distance),
        kind="tight",
        near_misses={"nine tenths": Le(_symbol["play_change"], 9 * _distance / 10)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_KERNEL, *_A5, *MOMENTS)
