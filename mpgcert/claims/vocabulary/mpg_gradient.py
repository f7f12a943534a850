"""Symbols of policy gradients and performance differences (maheshwari2023, Lemma 3.6(a), (b), Appendix B.2(a), (b)).

Derivatives are those of values as rational functions of one free entry of a policy, the others kept as they are.
For differences the first policy is the paper's pi, the second its pi'; states s^k are met under the first.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

_SLOPE = r"\frac{\partial V_i(%s, \pi)}{\partial \pi_i(s, a_i)}"

_OF_GRADIENTS = (
    term("value_partial", _SLOPE % r"\mu", "derivative of the value in one entry of the policy", signed=True),
    term(
        "potential_partial",
        r"\frac{\partial \Phi(\mu, \pi)}{\partial \pi_i(s, a_i)}",
        "derivative of the potential in one entry of the policy",
        signed=True,
    ),
    term("own_action_value", r"Q_i(s, a_i; \pi)", "action value", signed=True),
    term("mean_action_value", r"\sum_{a_i} \pi_i(s, a_i) Q_i(s, a_i; \pi)", "mean action value", signed=True),
    term(
        "next_partial",
        rf"\mathbb E\left[{_SLOPE % 's^1'}\right]",
        "expected derivative one stage later",
        signed=True,
    ),
    term(
        "later_partial",
        rf"\mathbb E\left[{_SLOPE % 's^{K+1}'}\right]",
        "expected derivative K + 1 stages later",
        signed=True,
    ),
    term(
        "still_later_partial",
        rf"\mathbb E\left[{_SLOPE % 's^{K+2}'}\right]",
        "expected derivative K + 2 stages later",
        signed=True,
    ),
    term("later_visit", r"\Pr(s^{K+1} = s)", "probability of the state K + 1 stages later"),
    term(
        "discounted_visits",
        r"\mathbb E\left[\sum_{k \le K} \gamma^k \mathbb 1(s^k = s)\right]",
        "discounted number of visits in stages 0, ..., K",
    ),
    term(
        "undiscounted_visits",
        r"\sum_{s^0} \mu(s^0) \sum_{k \le K} \Pr(s^k = s|s^0)",
        "expected number of visits in stages 0, ..., K",
    ),
    term(
        "visits_after",
        r"\mathbb E\left[\sum_{k \ge 0} \gamma^k \mathbb 1(s^{K+1+k} = s)\right]",
        "discounted number of visits from stage K + 1 on",
    ),
)

_OF_DIFFERENCES = (
    term("opponents_moved", r"\|\pi_{-i} - \pi_{-i}'\|_2^2", "squared distance of the opponents' policies"),
    term("return_difference", r"\left(V_i(\mu, \pi) - V_i(\mu, \pi')\right)", "difference of returns", signed=True),
    term(
        "met_advantage",
        r"\sum_s d_\mu^\pi(s) \Gamma_i(s, \pi_i; \pi')",
        "advantages of the second policy, met under the first",
        signed=True,
    ),
    term(
        "misvisited_advantage",
        r"\sum_s d_\mu^{\pi'}(s) \Gamma_i(s, \pi_i; \pi')",
        "the same with the visitation of the second policy",
        signed=True,
    ),
    term(
        "joint_met_advantage",
        r"(1-\gamma) \mathbb E\left[\sum_{k \ge 0} \gamma^k (u_i(s^k, a^k) + "
        r"\gamma \sum_{s'} P(s'|s^k, a^k) V_i(s', \pi') - V_i(s^k, \pi'))\right]",
        "advantages of joint actions, met under the first policy",
        signed=True,
    ),
    term(
        "payoff_surplus",
        r"\mathbb E\left[\sum_{k \ge 0} \gamma^k (u_i(s^k, a^k) - V_i(s^k, \pi'))\right]",
        "payoffs over the values of the second policy",
        signed=True,
    ),
    term(
        "later_values",
        r"\mathbb E\left[\sum_{k \ge 1} \gamma^k V_i(s^k, \pi')\right]",
        "values of the second policy, met from stage 1 on",
        signed=True,
    ),
    term(
        "shifted_values",
        r"\mathbb E\left[\sum_{k \ge 0} \gamma^k V_i(s^{k+1}, \pi')\right]",
        "values of the second policy one stage later",
        signed=True,
    ),
)

TERMS: tuple[Term, ...] = (*_OF_GRADIENTS, *_OF_DIFFERENCES)
