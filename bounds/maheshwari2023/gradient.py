"""Lemma 3.6(a), (b) and Appendix B.2(a), (b) of maheshwari2023: policy gradients and performance differences.

A derivative in pi_i(s, a_i) is that of the rational function that extends the value from the simplices; K is drawn.
In differences the first policy of an instance is the paper's pi, the second its pi'.
"""

from __future__ import annotations

from sympy import Eq, Gt, Le

from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
discount, visitation, K = _symbol["discount"], _symbol["visitation"], _symbol["rollout_length"]
horizon = 1 - discount
Q, partial, later = (_symbol[name] for name in ("own_action_value", "value_partial", "later_partial"))
visits, difference, met = (_symbol[name] for name in ("discounted_visits", "return_difference", "met_advantage"))
joint, later_values = _symbol["joint_met_advantage"], _symbol["later_values"]

_UNILATERAL = (Eq(_symbol["opponents_moved"], 0),)

_JOINT = Finding(
    kind="false",
    summary="The proof lets both policies differ in the opponents' parts as well, but replaces the payoff of the joint "
    "action played under pi by Q_i(s, a_i; pi'), which averages over opponents who play pi'. If two players who are "
    "paid for playing action 1 both move from 0 to 1, each one's advantage against the old opponent is 0 and the gain "
    "of both is 1 / (1 - delta).",
    survives="Lemma 3.6(b) itself is about a change of one player: then the opponents are the same under both policies "
    "and the step is exact. Lemma 3.5 applies it to pi_i^dagger against pi_i only, so that it is not affected.",
    corrected="maheshwari2023.lemma-3.6.b",
    counterexample="lemma-3.6.b.joint.json",
)

_GRADIENT = (
    Claim(
        "maheshwari2023.lemma-3.6.a",
        "Policy gradient theorem",
        Setting.POLICY,
        relation=Eq(partial, visitation / horizon * Q),
        kind="identity",
        boundary=True,
        near_misses={
            "unnormalised": Eq(partial, visitation * Q),
            "advantage": Eq(partial, visitation / horizon * _symbol["averaged_advantage"]),
            "softmax": Eq(partial, visitation / horizon * _symbol["probability"] * Q),
        },
    ),
    Claim(
        "maheshwari2023.eq-29",
        "The gradient after K + 1 stages",
        Setting.POLICY,
        relation=Eq(partial, visits * Q + discount ** (K + 1) * later),
        kind="identity",
        boundary=True,
        near_misses={
            "K for K + 1": Eq(partial, visits * Q + discount**K * later),
            "without the rest": Eq(partial, visits * Q),
        },
    ),
    Claim(
        "maheshwari2023.eq-29.step-1",
        "A value is the mean of the action values",
        Setting.POLICY,
        relation=Eq(_symbol["policy_value"], _symbol["mean_action_value"]),
        kind="identity",
        boundary=True,
        near_misses={"discounted": Eq(_symbol["policy_value"], discount * _symbol["mean_action_value"])},
    ),
    Claim(
        "maheshwari2023.eq-29.step-2",
        "The claim for K = 0",
        Setting.POLICY,
        relation=Eq(partial, _symbol["initial_probability"] * Q + discount * _symbol["next_partial"]),
        kind="identity",
        boundary=True,
        near_misses={
            "undiscounted": Eq(partial, _symbol["initial_probability"] * Q + _symbol["next_partial"]),
            "first stage only": Eq(partial, _symbol["initial_probability"] * Q),
        },
    ),
    Claim(
        "maheshwari2023.eq-29.step-3",
        "The derivative in stage K + 1, as printed",
        Setting.POLICY,
        kind="definition",
        boundary=True,
        latex=r"\gamma^{K+1} \mathbb E\left[\frac{\partial V_i(s^{K+1}, \pi)}{\partial \pi_i(s, a_i)}\right] = "
        r"\gamma^{K+1} \left(\mathbb 1(s^{K+1} = s) Q_i(s, a_i; \pi) + \gamma \sum_{s'} P(s'|s^{K+1}, \pi) "
        r"\frac{\partial V_i(s', \pi)}{\partial \pi_i(s, a_i)}\right)",
        finding=Finding(
            kind="typo",
            summary="The right side has lost its expectation: it still depends on the random state s^{K+1}, the left "
            "one does not.",
            survives="With the expectation the step is exact, and so is the next line, which has it again.",
            corrected="maheshwari2023.eq-29.step-3.corrected",
        ),
    ),
    Claim(
        "maheshwari2023.eq-29.step-3.corrected",
        "The derivative in stage K + 1, in expectation",
        Setting.POLICY,
        relation=Eq(later, _symbol["later_visit"] * Q + discount * _symbol["still_later_partial"]),
        kind="identity",
        boundary=True,
        near_misses={"undiscounted": Eq(later, _symbol["later_visit"] * Q + _symbol["still_later_partial"])},
        corrects="maheshwari2023.eq-29.step-3",
    ),
    Claim(
        "maheshwari2023.lemma-3.6.a.limit",
        "Partial sums of the limit as printed",
        Setting.POLICY,
        relation=Le(_symbol["undiscounted_visits"] * Q, visitation / horizon * Q),
        given=(Gt(Q, 0),),
        boundary=True,
        finding=Finding(
            kind="typo",
            summary="The middle line of the limit of (29) has lost the factor delta^k: printed is the sum over all "
            "stages of Pr(s^k = s), which diverges for every recurrent state. It has no negative terms, so that "
            "already its partial sums show that it is not d(s) / (1 - delta): in a game with one state they are K + 1.",
            survives="With delta^k the line is the definition of d(s) / (1 - delta), and Lemma 3.6(a) follows.",
            corrected="maheshwari2023.lemma-3.6.a.limit.corrected",
            counterexample="lemma-3.6.a.limit.json",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.6.a.limit.corrected",
        "Discounted visits: the first K + 1 stages and the rest",
        Setting.POLICY,
        relation=Eq(visits + discount ** (K + 1) * _symbol["visits_after"], visitation / horizon),
        kind="identity",
        boundary=True,
        near_misses={
            "without the rest": Eq(visits, visitation / horizon),
            "normalised": Eq(visits + discount ** (K + 1) * _symbol["visits_after"], visitation),
        },
        corrects="maheshwari2023.lemma-3.6.a.limit",
    ),
)

_DIFFERENCE = (
    Claim(
        "maheshwari2023.lemma-3.6.b",
        "Performance difference under a unilateral change (eq-10)",
        Setting.DEVIATION,
        relation=Eq(difference, met / horizon),
        given=_UNILATERAL,
        kind="identity",
        boundary=True,
        near_misses={
            "unnormalised": Eq(difference, met),
            "visited by the other policy": Eq(difference, _symbol["misvisited_advantage"] / horizon),
        },
        corrects="maheshwari2023.lemma-3.6.b.joint",
    ),
    Claim(
        "maheshwari2023.eq-11",
        "Advantage function",
        Setting.POLICY,
        kind="definition",
        latex=r"\Gamma_i(s, a_i; \pi) \triangleq Q_i(s, a_i; \pi) - V_i(s, \pi)",
        boundary=True,
    ),
    Claim(
        "maheshwari2023.lemma-3.6.b.joint",
        "Performance difference, as the proof states it: all players may change",
        Setting.PAIR,
        relation=Eq(difference, met / horizon),
        kind="identity",
        boundary=True,
        finding=_JOINT,
    ),
    Claim(
        "maheshwari2023.lemma-3.6.b.step-1",
        "Values of the second policy added and subtracted",
        Setting.PAIR,
        relation=Eq(difference, _symbol["payoff_surplus"] + later_values),
        kind="identity",
        boundary=True,
        near_misses={"without the later values": Eq(difference, _symbol["payoff_surplus"])},
    ),
    Claim(
        "maheshwari2023.lemma-3.6.b.step-2",
        "Later values, shifted by a stage",
        Setting.PAIR,
        relation=Eq(later_values, discount * _symbol["shifted_values"]),
        kind="identity",
        boundary=True,
        near_misses={"undiscounted": Eq(later_values, _symbol["shifted_values"])},
    ),
    Claim(
        "maheshwari2023.lemma-3.6.b.step-3",
        "Performance difference with joint actions",
        Setting.PAIR,
        relation=Eq(difference, joint / horizon),
        kind="identity",
        boundary=True,
        near_misses={"unnormalised": Eq(difference, joint)},
    ),
    Claim(
        "maheshwari2023.lemma-3.6.b.step-4",
        "Joint actions replaced by a player's own",
        Setting.PAIR,
        relation=Eq(joint, met),
        kind="identity",
        boundary=True,
        finding=Finding(
            kind="false",
            summary="This is the step at which the proof needs equal opponents: the expectation over a_{-i} is under "
            "pi, the action value Q_i(s, a_i; pi') averages over a_{-i} under pi'. (The last line also has the state "
            "s where s' is meant.)",
            survives="Under a change of player i alone it is exact, which is all that Lemma 3.6(b) says.",
            corrected="maheshwari2023.lemma-3.6.b.step-4.corrected",
            counterexample="lemma-3.6.b.step-4.json",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.6.b.step-4.corrected",
        "Joint actions replaced by a player's own, the opponents unchanged",
        Setting.DEVIATION,
        relation=Eq(joint, met),
        given=_UNILATERAL,
        kind="identity",
        boundary=True,
        near_misses={"visited by the other policy": Eq(joint, _symbol["misvisited_advantage"])},
        corrects="maheshwari2023.lemma-3.6.b.step-4",
    ),
)

CLAIMS: tuple[Claim, ...] = (*_GRADIENT, *_DIFFERENCE)
