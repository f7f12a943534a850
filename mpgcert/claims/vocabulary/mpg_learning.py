r"""Symbols of decentralized learning: learning (maheshwari2023, sections 2 and 3.1, appendices A and B.1).

`q` is any estimate of the learner, `\bar q` another one; a hat marks the policies played, which explore:
\hat\pi_j = (1 - \theta_j) \pi_j + \theta_j / |A_j|.  T_i^\theta is the operator of (22) with \hat\pi_{-i} in place of
\pi_{-i}, and Q_i^\theta its fixed point.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

_TARGET = r"\hat{\mathcal{T}}_i^{\pi} q_i"
_IMAGE = r"\mathcal{T}_i^{\pi} q_i"
_EXPLORED_IMAGE = r"\mathcal{T}_i^{\theta,\pi} q_i"
_MEAN = r"\mathbb{E}_{\hat\pi_{-i}}"
_PLAYED = r"\Pr(s', a' | s, a)"

_MODEL = (
    term("mean_value", r"\sum_s \mu(s) V_i(s, \pi)", "mean of player i's values from each state", signed=True),
    term("discounted_payoff", r"V_i(\mu, \pi)", "player i's payoff, from the discounted visits", signed=True),
    term(
        "potential_gain_from_start",
        r"\left(\Phi(\mu, \pi_i', \pi_{-i}) - \Phi(\mu, \pi)\right)",
        "growth of the total potential from the initial distribution",
        signed=True,
    ),
    term(
        "value_gain_from_start",
        r"\left(V_i(\mu, \pi_i', \pi_{-i}) - V_i(\mu, \pi)\right)",
        "what the deviation gains from the initial distribution",
        signed=True,
    ),
    term(
        "gap_at",
        r"\left(\max_{\pi_i'} V_i(s, \pi_i', \pi_{-i}) - V_i(s, \pi)\right)",
        "what a deviation gains from a state",
    ),
    term(
        "potential_gap_at",
        r"\left(\max_{\pi_i'} \Phi(s, \pi_i', \pi_{-i}) - \Phi(s, \pi)\right)",
        "what a deviation adds to the total potential from a state",
    ),
)

_SIZES = (
    term("payoff_ceiling", r"\bar u", "largest payoff of any player, with its sign", signed=True),
    term("payoff_size", r"\max_{i,s,a} |u_i(s, a)|", "largest absolute value of a payoff"),
    term("payoff_span", r"\mathrm{span}(u_i)", "largest less smallest payoff of player i"),
    term("exploration", r"\theta_i", "exploration rate of player i", positive=True),
    term("trembling", r"\vartheta_i", "probability that some opponent explores, 1 - prod of (1 - theta_j)"),
    term("estimate_size", r"\|q_i\|_\infty", "largest absolute value of player i's estimate"),
    term("estimate_size_of_all", r"\max_i \|q_i\|_\infty", "largest absolute value of all estimates"),
    term("largest_probability", r"\|\pi_i\|_\infty", "largest probability of an action of player i"),
    term("explored_probability", r"\hat\pi_i(s, a_i)", "probability with which an action is played"),
)

_UPDATES = (
    term("target_size", rf"|{_TARGET}(s, a, s')|", "largest absolute target of an update after a joint action"),
    term("noise_size", r"|\tilde M(s, a, s')|", "largest absolute noise of an update after a joint action"),
    term(
        "noise_mean",
        rf"{_MEAN}[{_TARGET}](s, a_i) - {_IMAGE}(s, a_i)",
        "mean of the noise, given the own action, when the opponents explore",
        signed=True,
    ),
    term(
        "explored_noise_mean",
        rf"{_MEAN}[{_TARGET}](s, a_i) - {_EXPLORED_IMAGE}(s, a_i)",
        "the same against the operator with exploring opponents",
        signed=True,
    ),
    term(
        "noise_mean_of_joint",
        rf"\mathbb{{E}}[{_TARGET}](s, a) - {_IMAGE}(s, a_i)",
        "mean of the noise, given all actions",
        signed=True,
    ),
    term("drift_size", rf"\|{_IMAGE} - q_i\|_\infty", "largest mean drift of player i's estimate"),
    term("image_size", rf"\|{_IMAGE}\|_\infty", "largest absolute value of the operator's image"),
    term(
        "reply_move",
        r"\sup_{w \in \bar{\mathrm{br}}_i(q)} \|w - \pi_i\|_\infty",
        "largest move of player i's policy towards a maximiser of the estimate",
    ),
)

_CHAIN = (
    term(
        "play_residual",
        rf"\sum_{{s',a'}} \left({_PLAYED} - P(s'|s,a) \textstyle\prod_i \pi_i(s', a_i')\right)^2",
        "what (27) misses of the chain of states and actions that is played",
    ),
    term(
        "explored_play_residual",
        rf"\sum_{{s',a'}} \left({_PLAYED} - P(s'|s,a) \textstyle\prod_i \hat\pi_i(s', a_i')\right)^2",
        "the same with the policies played",
    ),
    term(
        "unreached_pairs",
        r"\#\{(h, h') : (\mathcal{P}^m)(h, h') = 0\}",
        "pairs of states and actions not joined by long paths of (27)",
    ),
    term(
        "unreached_pairs_explored",
        r"\#\{(h, h') : (\hat{\mathcal{P}}^m)(h, h') = 0\}",
        "the same with the policies played",
    ),
    term(
        "unreached_pairs_at_once",
        r"\#\{(h, h') : \hat{\mathcal{P}}(h, h') = 0\}",
        "pairs of states and actions not joined by one step of play",
    ),
    term(
        "play_change",
        r"\sum_{h'} |\mathcal{P}(\pi'; h, h') - \mathcal{P}(\pi; h, h')|",
        "l1 change of a row of (27)",
    ),
)

_OPERATOR = (
    term("estimate_distance", r"\|q_i - \bar q_i\|_\infty", "distance of two estimates"),
    term("image_distance", rf"\|{_IMAGE} - \mathcal{{T}}_i^{{\pi}} \bar q_i\|_\infty", "distance of their images"),
    term(
        "explored_image_distance",
        rf"\|{_EXPLORED_IMAGE} - \mathcal{{T}}_i^{{\theta,\pi}} \bar q_i\|_\infty",
        "distance of their images with exploring opponents",
    ),
    term(
        "image_difference",
        rf"\left({_IMAGE} - \mathcal{{T}}_i^{{\pi}} \bar q_i\right)(s, a_i)",
        "difference of the images",
        signed=True,
    ),
    term(
        "averaged_estimate_difference",
        r"\sum_{s'} P(s'|s, a_i, \pi_{-i}) \sum_{a_i'} \pi_i(s', a_i') (q_i - \bar q_i)(s', a_i')",
        "mean difference of the estimates one stage later",
        signed=True,
    ),
    term("q_fixed_point_residual", r"\|\mathcal{T}_i^{\pi} Q_i - Q_i\|_2^2", "how far Q_i is from a fixed point"),
    term(
        "explored_q_residual",
        r"\|\mathcal{T}_i^{\theta,\pi} Q_i^\theta - Q_i^\theta\|_2^2",
        "how far Q_i^theta is from a fixed point with exploring opponents",
    ),
    term(
        "unexplored_q_residual",
        r"\|\mathcal{T}_i^{\pi} Q_i^\theta - Q_i^\theta\|_2^2",
        "how far Q_i^theta is from a fixed point of the operator without exploration",
    ),
    term("q_function_size", r"\|Q_i(\cdot, \cdot; \pi)\|_\infty", "largest absolute value of Q_i"),
    term("explored_q_size", r"\|Q_i^\theta(\cdot, \cdot; \pi)\|_\infty", "largest absolute value of Q_i^theta"),
    term("q_function_change", r"\|Q_i(\cdot, \cdot; \pi') - Q_i(\cdot, \cdot; \pi)\|_\infty", "change of Q_i"),
    term("estimate_error", r"\|q_i - Q_i(\cdot, \cdot; \pi)\|_\infty", "distance of player i's estimate from Q_i"),
    term(
        "outward_drift",
        rf"\max_{{|q_i - Q_i| = \|q_i - Q_i\|_\infty}} \mathrm{{sgn}}(q_i - Q_i) \left({_IMAGE} - q_i\right)",
        "drift away from Q_i where the estimate is farthest from it",
        signed=True,
    ),
)

_EXPLORED = (
    term(
        "explored_q_difference",
        r"\left(Q_i^\theta(s, a_i; \pi) - Q_i(s, a_i; \pi)\right)",
        "limit of the estimate less Q_i",
        signed=True,
    ),
    term(
        "explored_value_difference",
        r"\left(V_i(s, \pi_i, \hat\pi_{-i}) - V_i(s, \pi)\right)",
        "what the opponents' exploration adds to player i's value",
        signed=True,
    ),
    term(
        "explored_gap_i",
        r"\max_s \left(\max_{\pi_i'} V_i(s, \pi_i', \hat\pi_{-i}) - V_i(s, \pi_i, \hat\pi_{-i})\right)",
        "what player i's best deviation gains against exploring opponents",
    ),
    term(
        "explored_gap",
        r"\max_{i,s} \left(\max_{\pi_i'} V_i(s, \pi_i', \hat\pi_{-i}) - V_i(s, \pi_i, \hat\pi_{-i})\right)",
        "what the best deviation gains against exploring opponents",
    ),
)

TERMS = (*_MODEL, *_SIZES, *_UPDATES, *_CHAIN, *_OPERATOR, *_EXPLORED)
