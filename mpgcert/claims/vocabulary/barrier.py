"""Symbols of the algorithms with log-barrier (zhang2022, sections 5, 14).

f is the direction of regularised natural gradient play, Delta the relative change of a probability, theta~^i the
policies of which players i, ..., n have moved.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

_F = r"f_i^{(t)}(s, a_i)"
_PI = r"\pi_i^{(t)}(a_i|s)"
_DELTA = r"\Delta_i^{(t)}(s, a_i)"
_D = "d^{(t)}(s)"
_MOVED = r"\pi_i^{(t+1)}(a_i|s)"
_SUM_A = r"\sum_{a_i} "
_SUM_IS = r"\sum_i \sum_s "
_SUM = r"\sum_i \sum_{s, a_i} "
_SHIFT = r"\left(\bar Q_i^{\tilde\theta^{i+1}}(s, a_i)-\bar Q_i^{(t)}(s, a_i)\right)"
_MOVE = r"(\pi_i'-\pi_i)"
_L1 = r"\|\pi_{j,s}^{(t+1)}-\pi_{j,s}^{(t)}\|_1"

_POLICY = (
    term(
        "regularized_derivative",
        r"\partial\tilde J_i(\theta)/\partial\theta_{s,a_i}",
        "derivative of player i's regularised objective in one softmax parameter",
        signed=True,
    ),
    term(
        "regularized_potential_derivative",
        r"\partial\tilde\Phi(\theta)/\partial\theta_{s,a_i}",
        "derivative of the regularised total potential in one softmax parameter",
        signed=True,
    ),
    term(
        "regularized_gradient_norm_i",
        r"\|\nabla_{\theta_i}\tilde J_i(\theta)\|_2",
        "norm of the gradient of player i's regularised objective",
    ),
    term(
        "reply_gain",
        r"\frac{1}{1-\gamma}\sum_{s, a_i} d_{\theta^*}(s)\, \pi_{\theta_i^*}(a_i|s)\, \bar A_i^\theta(s, a_i)",
        "averaged advantages of player i along the best reply",
        signed=True,
    ),
    term("reply_visitation", r"\sum_s d_{\theta^*}(s)", "total visitation under player i's best reply"),
    term("least_probability_i", r"\min_{s, a_i} " + _PI, "least probability that player i gives an action"),
    term("least_probability", r"\min_{i, s, a_i} " + _PI, "least probability of an action of any player"),
    term("barrier_direction", _F, "direction of regularised natural gradient play", signed=True),
    term("mean_direction", _SUM_A + _PI + _F, "mean of the direction over the actions", signed=True),
    term("mean_squared_direction", _SUM_A + _PI + _F + "^2", "mean square of the direction over the actions"),
    term("direction_energy", _SUM + _D + _PI + _F + "^2", "squared directions of all players, weighted by visitation"),
)

_PAIR = (
    term(
        "regularized_growth",
        r"\left(\tilde\Phi(\theta')-\tilde\Phi(\theta)\right)",
        "change of the regularised total potential",
        signed=True,
    ),
    term(
        "regularized_slope",
        r"\left\langle\nabla\tilde\Phi(\theta), \theta'-\theta\right\rangle",
        "first-order change of the regularised total potential",
        signed=True,
    ),
    term("potential_growth", r"\left(\Phi(\theta')-\Phi(\theta)\right)", "change of the total potential", signed=True),
    term(
        "potential_growths",
        r"\sum_i \left(\Phi(\tilde\theta^i)-\Phi(\tilde\theta^{i+1})\right)",
        "changes of the total potential, one player moving at a time",
        signed=True,
    ),
    term(
        "return_growths",
        r"\sum_i \left(J_i(\tilde\theta^i)-J_i(\tilde\theta^{i+1})\right)",
        "what each player gains while moving",
        signed=True,
    ),
    term(
        "advantage_growths",
        r"\frac{1}{1-\gamma}" + _SUM_IS + r"d_{\tilde\theta^i}(s)" + _SUM_A + _MOVED + r"\bar A_i^{\tilde\theta^{i+1}}",
        "the same through averaged advantages",
        signed=True,
    ),
    term(
        "value_growths",
        r"\frac{1}{1-\gamma}"
        + _SUM_IS
        + r"d_{\tilde\theta^i}(s)"
        + _SUM_A
        + r"(\pi_i'-\pi_i)\bar Q_i^{\tilde\theta^{i+1}}",
        "the same through averaged values of actions",
        signed=True,
    ),
    term("relative_change", _DELTA, "relative change of a probability", signed=True),
    term("mean_change", _SUM_A + _PI + _DELTA, "mean relative change over the actions", signed=True),
    term("mean_absolute_changes", r"\sum_j\sum_{a_j} \pi_j|\Delta_j|", "mean absolute changes at a state, all players"),
    term("mean_squared_change", _SUM_A + _PI + _DELTA + "^2", "mean squared relative change over the actions"),
    term("squared_changes_at", r"\sum_j\sum_{a_j} \pi_j\Delta_j(s,a_j)^2", "the same, summed over the players"),
    term("largest_squared_changes", r"\max_s\sum_j\sum_{a_j} \pi_j\Delta_j(s,a_j)^2", "the same at the worst state"),
    term("squared_changes", _SUM + _PI + _DELTA + "^2", "the same, summed over players and states"),
    term("plain_squared_changes", _SUM + _DELTA + "^2", "squared relative changes, not weighted"),
    term("change_total", _SUM + _DELTA, "sum of all relative changes", signed=True),
    term("part_A", r"\mathrm{Part\,A}", "first-order part of the ascent, with its share of the barrier", signed=True),
    term(
        "part_A_printed",
        r"\frac{1}{1-\gamma}" + _SUM_IS + _D + _SUM_A + r"\left[" + _MOVE + r"\bar Q_i^{(t)}+\lambda\Delta_i\right]",
        "Part A with the barrier's share inside the weighted sum",
        signed=True,
    ),
    term(
        "part_A_of_advantages",
        _SUM + _D + r"\left[(\pi_i'-\pi_i)\bar A_i/(1-\gamma)+\lambda\Delta_i/d\right]",
        "Part A through averaged advantages",
        signed=True,
    ),
    term(
        "part_A_of_changes",
        _SUM + _D + r"\left[\pi_i\Delta_i(\bar A_i/(1-\gamma)-\lambda|\mathcal A_i|/d)+\lambda\Delta_i/d\right]",
        "Part A through relative changes",
        signed=True,
    ),
    term(
        "part_A_of_directions",
        _SUM + _D + r"\pi_i^{(t)}\Delta_i^{(t)} f_i^{(t)}",
        "Part A through directions",
        signed=True,
    ),
    term("part_C", r"\mathrm{Part\,C}", "part of the ascent due to the others' moves", signed=True),
    term("part_D", r"\mathrm{Part\,D}", "part of the ascent due to the change of visitation", signed=True),
    term(
        "part_C_majorant",
        r"\frac{1}{1-\gamma}" + _SUM_IS + _D + _SUM_A + r"|\pi_i'-\pi_i|\left|" + _SHIFT + r"\right|",
        "Part C with absolute values",
    ),
    term("value_shift", r"\left|" + _SHIFT + r"\right|", "how far the others' moves shift an averaged value"),
    term(
        "value_shift_split",
        r"\sum_{a_{-i}}\pi_{\tilde\theta_{-i}^{i+1}}|Q_i^{\tilde\theta^{i+1}}-Q_i^{(t)}|"
        r"+\sum_{a_{-i}}|\pi_{\tilde\theta_{-i}^{i+1}}-\pi_{-i}^{(t)}||Q_i^{(t)}|",
        "the shift bounded by a change of values and a change of the average",
    ),
    term("largest_value_shift", r"\max_a |Q_i^{\tilde\theta^{i+1}}(s,a)-Q_i^{(t)}(s,a)|", "largest shift of a value"),
    term("others_distance", r"\max_s\|\pi_{\tilde\theta^{i+1}_s}-\pi^{(t)}_s\|_1", "move of the players after i"),
    term(
        "own_and_others_distance", r"\max_s\|\pi_{\tilde\theta^i_s}-\pi^{(t)}_s\|_1", "move of player i and those after"
    ),
    term("distance_at", r"\sum_j " + _L1, "how far the players move at a state"),
    term("largest_distance", r"\max_s\sum_j " + _L1, "how far the players move at the worst state"),
    term("visited_distance", r"\sum_s d^{(t)}(s)\sum_j " + _L1, "how far the players move, weighted by visitation"),
    term("distance_total", r"\sum_j \max_s " + _L1, "how far each player moves at its worst state, summed"),
    term("visitation_shift", r"\sum_s |d_{\tilde\theta^i}(s)-d^{(t)}(s)|", "how far the visitation moves"),
    term(
        "shift_products",
        _SUM_IS + r"|d_{\tilde\theta^i}(s)-d^{(t)}(s)|" + _SUM_A + r"|\pi_i'-\pi_i|",
        "change of visitation times change of policy",
    ),
    term(
        "worst_shift_products",
        r"\sum_i \max_s\|\pi_{i,s}'-\pi_{i,s}\|_1\sum_s |d_{\tilde\theta^i}(s)-d^{(t)}(s)|",
        "change of visitation times the largest change of policy",
    ),
    term("normalizer", "Z_t^{i,s}", "normaliser of a multiplicative step", positive=True),
    term("factor_spread", _SUM_A + r"\pi_i(e^{\eta f_i}-Z)^2", "variance of a step's factors"),
    term("factor_excess", _SUM_A + r"\pi_i(e^{\eta f_i}-1)", "mean of a step's factors minus 1", signed=True),
    term("factor_square", _SUM_A + r"\pi_i(e^{\eta f_i}-1)^2", "mean squared distance of a step's factors from 1"),
)

_STEP = (
    term("linear_normalizer", _SUM_A + r"\pi_i(1+\eta f_i)", "first-order normaliser", signed=True),
    term("quadratic_normalizer", _SUM_A + r"\pi_i(1+\eta f_i+(\eta f_i)^2)", "second-order normaliser", positive=True),
    term("least_exponent", r"\min_{a_i}\eta f_i^{(t)}(s,a_i)", "least exponent at a state", signed=True),
    term("largest_exponent", r"\max_{a_i}\eta f_i^{(t)}(s,a_i)", "largest exponent at a state", signed=True),
    term("least_change", r"\min_{i,s,a_i}" + _DELTA, "least relative change", signed=True),
    term("largest_change", r"\max_{i,s,a_i}" + _DELTA, "largest relative change", signed=True),
    term("step_factor", r"e^{\eta f_i^{(t)}(s,a_i)}", "what the step multiplies a probability with", positive=True),
    term("next_probability", _MOVED, "probability of an action after the step"),
    term("part_B", r"\mathrm{Part\,B}", "second-order part of the barrier's growth", signed=True),
)

_RUN = (
    term("run_least_probability_i", r"\min_{1\le t\le T}\min_{s,a_i}" + _PI, "least probability after the start"),
    term("run_least_exponent_i", r"\min_{t<T}\min_{s,a_i}\eta " + _F, "least exponent along the run", signed=True),
    term("run_largest_exponent_i", r"\max_{t<T}\max_{s,a_i}\eta " + _F, "largest exponent along the run", signed=True),
    term("run_largest_normalizer_i", r"\max_{t<T}\max_s Z_t^{i,s}", "largest normaliser along the run", positive=True),
    term("run_least_change_i", r"\min_{t<T}\min_{s,a_i}" + _DELTA, "least change along the run", signed=True),
    term("run_largest_change_i", r"\max_{t<T}\max_{s,a_i}" + _DELTA, "largest change along the run", signed=True),
    term("squared_gradients", r"\sum_{t<T}\|\nabla\tilde\Phi(\theta^{(t)})\|_2^2", "squared gradients along the run"),
    term(
        "least_regularized_gradient_norm",
        r"\min_{t<T}\|\nabla\tilde\Phi(\theta^{(t)})\|_2",
        "least norm of the regularised gradient along the run",
    ),
    term("mean_direction_energy", r"\frac1T\sum_{t<T}" + _SUM + _D + _PI + _F + "^2", "average squared directions"),
)

TERMS = (*_POLICY, *_PAIR, *_STEP, *_RUN)
