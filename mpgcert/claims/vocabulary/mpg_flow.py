"""Symbols of the best-response flow (maheshwari2023, Lemmas 3.5 and 3.6, Appendix B.2).

The flow moves pi_i(s) towards br_i(s; pi) at the rate gamma_i(s). A selection of the best reply is meant to be any
one: symbols that depend on it are its largest or least over all selections, or belong to an arbitrary mixed one.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary import mpg_gradient
from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

_LYAPUNOV = r"\tfrac{d}{d\tau}\phi"
_MOVE = r"\gamma_i(s) (\widetilde{\mathrm{br}}_i(s, a_i) - \varpi_i(s, a_i))"
_REPLY = r"d_\mu^{\pi_i^\dagger, \varpi_{-i}}(s)"
_BEST_GAIN = r"\max_{\hat\pi_i} (f(\hat\pi_i; s) - f(\varpi_i(s); s))"

_OF_THE_FLOW = (
    term("rate_floor", r"\eta", "least update rate", positive=True),
    term("lyapunov_slope", _LYAPUNOV, "derivative of the Lyapunov function along the flow", signed=True),
    term(
        "lyapunov_slope_largest",
        r"\max_{\widetilde{\mathrm{br}}} " + _LYAPUNOV,
        "largest derivative of the Lyapunov function over selections of the best reply",
        signed=True,
    ),
    term(
        "lyapunov_slope_least",
        r"\min_{\widetilde{\mathrm{br}}} " + _LYAPUNOV,
        "least derivative of the Lyapunov function over selections of the best reply",
        signed=True,
    ),
    term(
        "flow_speed",
        r"\max_{\widetilde{\mathrm{br}}} \left\|\tfrac{d}{d\tau}\varpi\right\|_2",
        "largest speed of the flow over selections of the best reply",
    ),
    term(
        "potential_chain",
        r"\left(-\sum_{i, s, a_i} \frac{\partial \Phi(\mu, \varpi)}{\partial \varpi_i(s, a_i)} " + _MOVE + r"\right)",
        "derivative of the Lyapunov function from the partial derivatives of the potential",
        signed=True,
    ),
    term(
        "value_chain",
        r"\left(-\sum_{i, s, a_i} \frac{\partial V_i(\mu, \varpi)}{\partial \varpi_i(s, a_i)} " + _MOVE + r"\right)",
        "the same with each player's own value in place of the potential",
        signed=True,
    ),
    term(
        "flow_sum",
        r"\left(-\sum_{i, s, a_i} \frac{d_\mu^\varpi(s)}{1-\gamma} Q_i(s, a_i; \varpi) \cdot " + _MOVE + r"\right)",
        "the same from visitation and action values",
        signed=True,
    ),
    term("rate", r"\gamma_i(s)", "update rate of a player in a state", positive=True),
    term(
        "reply_term",
        r"d_\mu^\varpi(s) Q_i(s, a_i; \varpi) (\widetilde{\mathrm{br}}_i(s, a_i) - \varpi_i(s, a_i))",
        "term of one action",
        signed=True,
    ),
    term(
        "visited_reply_gain",
        r"\sum_{i, s, a_i} d_\mu^\varpi(s) Q_i(s, a_i; \varpi) (\widetilde{\mathrm{br}}_i(s, a_i) - \varpi_i(s, a_i))",
        "what the selected best replies gain in one stage, where the policy visits",
        signed=True,
    ),
    term(
        "visited_gap",
        r"\sum_{i, s} d_\mu^\varpi(s) " + _BEST_GAIN,
        "largest one-stage gains, where the policy visits",
    ),
)

_OF_THE_BEST_RESPONSE = (
    term(
        "mismatch",
        r"\frac{1}{1-\gamma} \max_i \left\|\frac{d_\mu^{\pi_i^\dagger, \varpi_{-i}}}{\mu}\right\|_\infty",
        "the constant D of eq-14",
        positive=True,
    ),
    term("reply_visited_gap", rf"\sum_{{i, s}} {_REPLY} {_BEST_GAIN}", "one-stage gains, where best responses visit"),
    term(
        "reweighted_gap",
        rf"\sum_{{i, s}} d_\mu^\varpi(s) \frac{{{_REPLY}}}{{d_\mu^\varpi(s)}} {_BEST_GAIN}",
        "the same with the visitation of the policy taken out",
    ),
    term(
        "ratio_weighted_gap",
        r"\sum_{i, s} d_\mu^\varpi(s) \left\|\frac{d_\mu^{\pi_i^\dagger, \varpi_{-i}}}{d_\mu^\varpi}\right\|_\infty "
        + _BEST_GAIN,
        "one-stage gains times the largest ratio of visitations",
    ),
    term(
        "start_weighted_gap",
        r"\sum_{i, s} d_\mu^\varpi(s) \left\|\frac{d_\mu^{\pi_i^\dagger, \varpi_{-i}}}{\mu}\right\|_\infty "
        + _BEST_GAIN,
        "one-stage gains times the largest ratio of visitation and initial probability",
    ),
    term(
        "response_gain",
        rf"\sum_{{i, s}} {_REPLY} (f(\pi_i^\dagger(s); s) - f(\varpi_i(s); s))",
        "what best responses gain in one stage, where they visit",
        signed=True,
    ),
    term(
        "response_q_gain",
        r"\left(Q_i(s, \pi_i^\dagger; \varpi) - Q_i(s, \varpi_i; \varpi)\right)",
        "what the best response gains in one stage",
        signed=True,
    ),
    term(
        "response_moved_q",
        r"\sum_{a_i} Q_i(s, a_i; \varpi) (\pi_i^\dagger(s, a_i) - \varpi_i(s, a_i))",
        "the same as a sum over actions",
        signed=True,
    ),
    term(
        "response_moved_advantage",
        r"\sum_{a_i} (Q_i(s, a_i; \varpi) - V_i(s, \varpi)) (\pi_i^\dagger(s, a_i) - \varpi_i(s, a_i))",
        "the same with advantages",
        signed=True,
    ),
    term(
        "response_advantage",
        r"\Gamma_i(s, \pi_i^\dagger; \varpi)",
        "advantage met by the best response",
        signed=True,
    ),
    term(
        "response_return_gain",
        r"\left(V_i(\mu, \pi_i^\dagger, \varpi_{-i}) - V_i(\mu, \varpi)\right)",
        "what the best response gains",
        signed=True,
    ),
    term(
        "total_gap",
        r"\sum_i \left(\max_{\pi_i} V_i(\mu, \pi_i, \varpi_{-i}) - V_i(\mu, \varpi)\right)",
        "what all players could gain, each alone",
    ),
)

_OF_EQUILIBRIA = (
    term(
        "equilibrium_gap",
        r"\max_{i, s} \left(\max_{\pi_i'} V_i(s, \pi_i', \pi_{-i}) - V_i(s, \pi)\right)",
        "largest gain of a unilateral deviation from any state: 0 exactly at Nash equilibria",
    ),
    term(
        "one_stage_gap",
        r"\max_{i, s, a_i} \Gamma_i(s, a_i; \pi)",
        "largest gain of a deviation in one stage: 0 exactly where every player plays a best reply in every state",
    ),
    term("at_equilibrium", r"[\pi \text{ is a NE}]", "1 at a Nash equilibrium, else 0"),
    term(
        "in_best_replies",
        r"[\pi_i(s) \in \mathrm{br}_i(s; \pi) \ \forall i, s]",
        "1 if every player plays one of the optimal one-stage deviations in every state, else 0",
    ),
    term(
        "equals_best_replies",
        r"[\{\pi_i(s)\} = \mathrm{br}_i(s; \pi) \ \forall i, s]",
        "1 if every player plays the only optimal one-stage deviation in every state, else 0",
    ),
    term("policy_value", r"V_i(s, \pi)", "value of a state", signed=True),
    term(
        "bellman_value",
        r"\left(u_i(s, \pi) + \gamma \sum_{s'} P(s'|s, \pi) V_i(s', \pi)\right)",
        "one stage of the policy, then its values",
        signed=True,
    ),
    term("other_action_value", r"Q_i(s, \pi_i'; \pi)", "mean action value of the second policy", signed=True),
    term(
        "one_stage_value",
        r"\left(u_i(s, \pi_i', \pi_{-i}) + \gamma \sum_{s'} P(s'|s, \pi_i', \pi_{-i}) V_i(s', \pi)\right)",
        "one stage of the deviation, then the values of the policy",
        signed=True,
    ),
    term("rollout_length", "K", "number of stages", integer=True),
    term(
        "rollout",
        r"\mathbb E\left[\sum_{k<K} \gamma^k u_i(s^k, \pi_i', \pi_{-i}) + \gamma^K V_i(s^K, \pi)\right]",
        "K stages of the deviation, then the values of the policy",
        signed=True,
    ),
    term(
        "bellman_rollout",
        r"\mathbb E\left[\sum_{k<K} \gamma^k u_i(s^k, \pi_i', \pi_{-i}) + "
        r"\gamma^K (u_i(s^K, \pi) + \gamma \sum_{s'} P(s'|s^K, \pi) V_i(s', \pi))\right]",
        "the same with one stage of the policy written out",
        signed=True,
    ),
    term(
        "switched_rollout",
        r"\mathbb E\left[\sum_{k<K} \gamma^k u_i(s^k, \pi_i', \pi_{-i}) + "
        r"\gamma^K (u_i(s^K, \pi_i', \pi_{-i}) + \gamma \sum_{s'} P(s'|s^K, \pi_i', \pi_{-i}) V_i(s', \pi))\right]",
        "the same with that stage played by the deviation",
        signed=True,
    ),
    term(
        "longer_rollout",
        r"\mathbb E\left[\sum_{k \le K} \gamma^k u_i(s^k, \pi_i', \pi_{-i}) + \gamma^{K+1} V_i(s^{K+1}, \pi)\right]",
        "K + 1 stages of the deviation, then the values of the policy",
        signed=True,
    ),
    term(
        "greedy_rollout",
        r"\min_{\pi_i' \in \mathrm{br}_i} \mathbb E\left[\sum_{k<K} \gamma^k u_i(s^k, \pi_i', \pi_{-i}) + "
        r"\gamma^K V_i(s^K, \pi)\right]",
        "K stages of optimal one-stage deviations, the least over their selections, then the values of the policy",
        signed=True,
    ),
    term(
        "longer_greedy_rollout",
        r"\min_{\pi_i' \in \mathrm{br}_i} \mathbb E\left[\sum_{k \le K} \gamma^k u_i(s^k, \pi_i', \pi_{-i}) + "
        r"\gamma^{K+1} V_i(s^{K+1}, \pi)\right]",
        "the same for K + 1 stages",
        signed=True,
    ),
    term(
        "greedy_one_stage_value",
        r"\min_{\pi_i' \in \mathrm{br}_i} \left(u_i(s, \pi_i', \pi_{-i}) + "
        r"\gamma \sum_{s'} P(s'|s, \pi_i', \pi_{-i}) V_i(s', \pi)\right)",
        "the same for one stage",
        signed=True,
    ),
    term(
        "greedy_value",
        r"\min_{\pi_i' \in \mathrm{br}_i} V_i(s, \pi_i', \pi_{-i})",
        "value of playing optimal one-stage deviations for ever, the least over their selections",
        signed=True,
    ),
)

TERMS: tuple[Term, ...] = (*_OF_THE_FLOW, *_OF_THE_BEST_RESPONSE, *mpg_gradient.TERMS, *_OF_EQUILIBRIA)
