"""Symbols of pairs of policies (zhang2022, sections 15, 16).

A prime marks the second policy.  `r` is a reward with values in [-1, 1] (every bounded one is a multiple of
such a reward), `f` a function of player i's action with values in [-1, 1].
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

_MOVE = r"\pi_{\theta'}(a|s) - \pi_{\theta}(a|s)"
_VISITED = r"d_{\theta'}(s) \pi_{\theta'}(a|s)"
_WAS_VISITED = r"d_{\theta}(s) \pi_{\theta}(a|s)"
_OWN = r"\pi_{\theta'_{i,s}} - \pi_{\theta_{i,s}}"
_BARRIER = r"\sum_{j,s,a_j} \log \pi_{\theta_j}(a_j|s)"
_MOVED_BARRIER = r"\nabla \textstyle\sum_{i,s,a_i} \log \frac{\pi_{\theta'_i}(a_i|s)}{\pi_{\theta_i}(a_i|s)}"
_SMOOTH_F = r"\sum_{a_i} \pi_{\theta_i}(a_i|s) f(a_i)"

_DISTANCES = (
    term("policy_distance", r"\max_s \|\pi_{\theta'_s} - \pi_{\theta_s}\|_1", "largest l1 distance of joint policies"),
    term(
        "visited_policy_distance",
        r"\sum_s d_{\theta'}(s) \|\pi_{\theta'_s} - \pi_{\theta_s}\|_1",
        "l1 distance of the joint policies, weighted by the second policy's visitation",
    ),
    term("player_distance_at", rf"\|{_OWN}\|_1", "l1 distance of player i's policies in a state"),
    term("summed_player_distance", rf"\max_s \sum_i \|{_OWN}\|_1", "largest sum of the players' l1 distances"),
    term("sum_of_distances", rf"\sum_i \max_s \|{_OWN}\|_1", "sum of the players' largest l1 distances"),
    term("sum_of_squared_distances", rf"\sum_i \max_s \|{_OWN}\|_1^2", "the same of the squares"),
    term("parameter_distance", r"\|\theta' - \theta\|_2", "least distance of softmax parameters"),
    term("parameter_distance_i", r"\|\theta'_i - \theta_i\|_2", "least distance of player i's softmax parameters"),
    term("parameter_distance_at", r"\|\theta'_{i,s} - \theta_{i,s}\|_2", "the same in one state"),
    term("parameter_distance_sum", r"\sum_i \|\theta'_i - \theta_i\|_2", "sum of the players' least distances"),
)

_GRADIENTS = (
    term("potential_gradient_change", r"\|\nabla\Phi(\theta') - \nabla\Phi(\theta)\|_2", "change of the gradient"),
    term(
        "squared_gradient_changes",
        r"\sum_i \|\nabla_{\theta_i}\Phi(\theta') - \nabla_{\theta_i}\Phi(\theta)\|_2^2",
        "squared change of the gradient, summed over the players",
    ),
    term(
        "potential_gradient_change_i",
        r"\|\nabla_{\theta_i}\Phi(\theta') - \nabla_{\theta_i}\Phi(\theta)\|_1",
        "l1 change of the gradient in player i's parameters",
    ),
    term(
        "squared_l1_gradient_changes",
        r"\sum_i \|\nabla_{\theta_i}\Phi(\theta') - \nabla_{\theta_i}\Phi(\theta)\|_1^2",
        "squared l1 change of the gradient, summed over the players",
    ),
    term(
        "regularized_potential_gradient_change",
        r"\|\nabla\tilde\Phi(\theta') - \nabla\tilde\Phi(\theta)\|_2",
        "change of the gradient of the regularised potential",
    ),
    term(
        "barrier_slope",
        rf"\frac{{\partial}}{{\partial \theta_{{s,a_i}}}} {_BARRIER}",
        "derivative of the sum of the logarithms of the probabilities",
        signed=True,
    ),
    term("barrier_gradient_change", rf"\left\|{_MOVED_BARRIER}\right\|_2", "change of the log-barrier's gradient"),
    term(
        "gradient_changes_product",
        rf"\|\nabla\Phi(\theta') - \nabla\Phi(\theta)\|_2 \left\|{_MOVED_BARRIER}\right\|_2",
        "product of the changes of both gradients",
    ),
    term(
        "weighted_squared_moves",
        r"\sum_i |\mathcal{A}_i|^2 \sum_{s,a_i} (\pi_{\theta'_i}(a_i|s) - \pi_{\theta_i}(a_i|s))^2",
        "squared change of the policies, weighted by the squared number of actions",
    ),
    term(
        "weighted_squared_l1_moves",
        rf"\sum_i |\mathcal{{A}}_i|^2 \sum_s \|{_OWN}\|_1^2",
        "squared l1 change of the policies, weighted by the squared number of actions",
    ),
    term(
        "weighted_squared_parameter_moves",
        r"\sum_i |\mathcal{A}_i|^2 \sum_s \|\theta'_{i,s} - \theta_{i,s}\|_2^2",
        "squared change of the parameters, weighted by the squared number of actions",
    ),
)

_ADVANTAGES = (
    term(
        "averaged_advantage_change",
        r"\sum_{s,a_i} \left|d_{\theta'} \pi_{\theta'_i} \overline{A_i^{\theta'}}"
        r" - d_{\theta} \pi_{\theta_i} \overline{A_i^{\theta}}\right|",
        "l1 change of d pi_i Abar_i, of player i's own reward",
    ),
    term(
        "expanded_advantage_change",
        r"\sum_{s,a_i} \left|\sum_{a_{-i}} \left(d_{\theta'} \pi_{\theta'} A_i^{\theta'}"
        r" - d_{\theta} \pi_{\theta} A_i^{\theta}\right)\right|",
        "the same from the joint advantages",
    ),
    term(
        "joint_advantage_change",
        rf"\sum_{{s,a}} \left|{_VISITED} A_i^{{\theta'}}(s,a) - {_WAS_VISITED} A_i^{{\theta}}(s,a)\right|",
        "l1 change of d pi A_i over joint actions",
    ),
    term(
        "split_advantage_change",
        rf"\sum_{{s,a}} \left|{_VISITED} - {_WAS_VISITED}\right| |A_i^{{\theta'}}(s,a)|"
        rf" + \sum_{{s,a}} {_WAS_VISITED} |A_i^{{\theta'}}(s,a) - A_i^{{\theta}}(s,a)|",
        "change of d pi against A_i', and mean change of A_i",
    ),
    term(
        "largest_advantage_change",
        r"\max_{s,a} |A_i^{\theta'}(s,a) - A_i^{\theta}(s,a)|",
        "largest change of player i's advantage",
    ),
)

_VALUES = (
    term("action_value_change", r"\left(Q_i^{\theta'}(s,a) - Q_i^{\theta}(s,a)\right)", "change of Q_i", signed=True),
    term("value_change", r"\left(V_i^{\theta'}(s) - V_i^{\theta}(s)\right)", "change of V_i", signed=True),
    term("advantage_change", r"\left(A_i^{\theta'}(s,a) - A_i^{\theta}(s,a)\right)", "change of A_i", signed=True),
    term(
        "action_value_series",
        r"\sum_{t \ge 1} \gamma^t \sum_{s'} \Pr{}^{\theta'}(s(t)=s'|s,a)"
        r" \sum_{a'} (\pi_{\theta'}(a'|s') - \pi_{\theta}(a'|s')) Q_i^{\theta}(s',a')",
        "performance difference after the first action",
        signed=True,
    ),
    term(
        "action_value_series_bound",
        r"\sum_{t \ge 1} \gamma^t \sum_{s'} \Pr{}^{\theta'}(s(t)=s'|s,a)"
        r" \sum_{a'} |\pi_{\theta'}(a'|s') - \pi_{\theta}(a'|s')| |Q_i^{\theta}(s',a')|",
        "the same with absolute values inside",
    ),
)

_OCCUPANCIES = (
    term("reward_size", r"\|r\|_\infty", "largest absolute value of a reward"),
    term(
        "occupancy_gain",
        rf"\sum_{{s,a}} \left({_VISITED} - {_WAS_VISITED}\right) r(s,a)",
        "change of the occupancy against a reward",
        signed=True,
    ),
    term("reward_return_gain", r"\sum_s \rho(s) (V^{\theta'}(s) - V^{\theta}(s))", "change of the return", signed=True),
    term(
        "reward_return_gain_by_states",
        rf"\sum_s d_{{\theta'}}(s) \sum_a ({_MOVE}) Q^{{\theta}}(s,a)",
        "performance difference",
        signed=True,
    ),
    term("visitation_change", r"\sum_s |d_{\theta'}(s) - d_{\theta}(s)|", "l1 change of the visitation"),
    term("occupancy_change", rf"\sum_{{s,a}} |{_VISITED} - {_WAS_VISITED}|", "l1 change of the occupancy"),
    term("occupancy_change_of_action", rf"\sum_s |{_VISITED} - {_WAS_VISITED}|", "the same for one joint action"),
    term(
        "largest_gain_of_states",
        rf"\max_{{-1 \le r(s) \le 1}} \sum_{{s,a}} \left({_VISITED} - {_WAS_VISITED}\right) r(s)",
        "largest change of the occupancy against a reward of the state",
    ),
    term(
        "largest_gain",
        rf"\max_{{-1 \le r(s,a) \le 1}} \sum_{{s,a}} \left({_VISITED} - {_WAS_VISITED}\right) r(s,a)",
        "largest change of the occupancy against a reward",
    ),
)

_SOFTMAX = (
    term("f_size", r"\|f\|_\infty", "largest absolute value of f"),
    term(
        "mean_of_f_change",
        r"\sum_{a_i} (\pi_{\theta'_i}(a_i|s) - \pi_{\theta_i}(a_i|s)) f(a_i)",
        "change of the mean of f",
        signed=True,
    ),
    term("centred_f", r"\left(f(a_i) - \bar f\right)", "f less its mean under player i's policy", signed=True),
    term(
        "mean_slope",
        rf"\frac{{\partial}}{{\partial \theta_{{s,a_i}}}} {_SMOOTH_F}",
        "derivative of the mean of f in a softmax parameter",
        signed=True,
    ),
    term(
        "mean_gradient", rf"\left\|\nabla_{{\theta_{{i,s}}}} {_SMOOTH_F}\right\|_2", "norm of the gradient of the mean"
    ),
    term(
        "weighted_centred_f",
        r"\sum_{a_i} \pi_{\theta_i}(a_i|s)^2 (f(a_i) - \bar f)^2",
        "squares of pi_i times centred f",
    ),
    term("squared_probabilities", r"\sum_{a_i} \pi_{\theta_i}(a_i|s)^2", "squared norm of player i's policy"),
)

TERMS = (*_DISTANCES, *_GRADIENTS, *_ADVANTAGES, *_VALUES, *_OCCUPANCIES, *_SOFTMAX)
