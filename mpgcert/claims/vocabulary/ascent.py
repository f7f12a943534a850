"""Symbols of the unregularised algorithms (zhang2022, sections 4, 12, 13)."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

_NEXT = r"\sum_s d_{\theta'}(s)"
_MOVE = r"(\pi'_i - \pi_i)(a_i|s)"
_TILDE = r"\tilde A_{i,\phi}(s, a_i)"
_BAR = r"\bar A_{i,\phi}(s, a_i)"
_L1 = r"\|\pi'_{i,s} - \pi_{i,s}\|_1"
_KL = r"\mathrm{KL}(\pi'_{i,s} \| \pi_{i,s})"

TERMS = (
    # one policy
    term("potential_gradient_2", r"\frac{\partial\Phi}{\partial\theta_{s,b_i}}", "the same, action b", signed=True),
    term(
        "potential_gradient_sum",
        r"\sum_{a_i}\frac{\partial\Phi}{\partial\theta_{s,a_i}}",
        "sum over actions of the slopes of Phi",
        signed=True,
    ),
    term("advantage_sum", r"\sum_{a_i}\bar A_i(s, a_i)", "unweighted sum of averaged advantages", signed=True),
    term("probability_2", r"\pi_i(b_i|s)", "probability of another action b of the same player"),
    term("averaged_advantage_2", r"\bar A_i(s, b_i)", "averaged advantage of action b", signed=True),
    term("greatest_advantage", r"\max_{i,s,a_i}\bar A_i(s, a_i)", "largest averaged advantage of all players"),
    term("greatest_square", r"\max_{i,s,a_i}\bar A_i(s, a_i)^2", "largest squared averaged advantage"),
    term(
        "mean_square_advantage",
        r"\sum_{a_i}\pi_i(a_i|s)\bar A_i(s, a_i)^2",
        "mean squared averaged advantage in a state",
    ),
    term("joint_advantage", r"A_\phi(s, a)", "advantage of a joint action for the potential", signed=True),
    term(
        "sinking_share",
        r"\max_{a\in I_-}\frac{\pi_i(a|s)}{\pi_i(b|s)}",
        "largest probability of a clearly bad action, relative to that of the good action b",
    ),
    term("sinking_drift", r"\sum_{a\in I_-}\pi_i\bar A_i(s, a)", "advantage carried by bad actions", signed=True),
    term(
        "settled_drift",
        r"\sum_{a\in B_0}\pi_i\bar A_i(s, a)",
        "advantage carried by neutral actions no likelier than the good action b",
        signed=True,
    ),
    term(
        "unsettled_drift",
        r"\sum_{a\in I_0\setminus B_0}\pi_i\bar A_i(s, a)",
        "advantage carried by neutral actions likelier than the good action b",
        signed=True,
    ),
    # two policies
    term(
        "potential_difference", r"\left(\Phi(\theta')-\Phi(\theta)\right)", "growth of the total potential", signed=True
    ),
    term(
        "joint_advantage_gain",
        rf"\frac{{1}}{{1-\gamma}}{_NEXT}\sum_a(\pi'-\pi)(a|s)A_\phi(s,a)",
        "mean advantage of the change of the joint policy",
        signed=True,
    ),
    term(
        "telescoped_gain",
        rf"\frac{{1}}{{1-\gamma}}{_NEXT}\sum_i\sum_{{a_i}}{_MOVE}{_TILDE}",
        "the same, one player after the other",
        signed=True,
    ),
    term(
        "frozen_gain",
        rf"\frac{{1}}{{1-\gamma}}{_NEXT}\sum_i\sum_{{a_i}}\pi'_i(a_i|s){_BAR}",
        "Part A: mean averaged advantage of the next policy",
        signed=True,
    ),
    term(
        "coupling_gain",
        rf"\frac{{1}}{{1-\gamma}}{_NEXT}\sum_i\sum_{{a_i}}{_MOVE}({_TILDE}-{_BAR})",
        "Part B: what is lost by freezing the other players",
        signed=True,
    ),
    term(
        "coupling_size",
        rf"\frac{{1}}{{1-\gamma}}{_NEXT}\sum_i\sum_{{a_i}}|{_MOVE}||{_TILDE}-{_BAR}|",
        "Part B with absolute values inside",
    ),
    term(
        "advantage_lag",
        rf"({_TILDE}-{_BAR})",
        "averaged advantage as earlier players have moved, less before",
        signed=True,
    ),
    term(
        "advantage_lag_expanded",
        r"\sum_{a_{-i}}(\pi'_{<i}-\pi_{<i})\pi_{>i}A_\phi(s,a)",
        "the same as a sum over the others' actions",
        signed=True,
    ),
    term("moved_before", r"\sum_{j<i}\|\pi'_{j,s}-\pi_{j,s}\|_1", "l1 moves of the earlier players in a state"),
    term("moved", r"\sum_j\|\pi'_{j,s}-\pi_{j,s}\|_1", "l1 moves of all players in a state"),
    term("squared_moves_at", rf"\sum_i{_L1}^2", "squared l1 moves in a state, summed over players"),
    term("mean_squared_move", rf"{_NEXT}\left(\sum_i{_L1}\right)^2", "mean squared sum of the l1 moves"),
    term("mean_squared_moves", rf"{_NEXT}\sum_i{_L1}^2", "mean sum of the squared l1 moves"),
    term("move_at", _L1, "l1 move of player i in a state"),
    term("divergence_at", _KL, "relative entropy of player i's next policy in a state"),
    term("divergence", rf"{_NEXT}\sum_i{_KL}", "mean relative entropy of the next policies"),
    term(
        "reverse_divergence", rf"{_NEXT}\sum_i\mathrm{{KL}}(\pi_{{i,s}} \| \pi'_{{i,s}})", "relative entropy, reversed"
    ),
    # one step
    term("natural_normalizer", r"Z_t^{i,s}", "normaliser of the natural step without log-barrier", positive=True),
    term(
        "natural_normalizer_below",
        r"\sum_{a_i\notin\arg\max}\pi_i(1+x)+\sum_{a_i\in\arg\max}\pi_i\left(1+x+\frac{x^2}{2}\right)",
        "lower bound of the normaliser, term by term; x = eta Abar_i / (1 - gamma)",
        signed=True,
    ),
    term(
        "summed_squares",
        rf"\sum_i{_NEXT}\left(\max_{{a_i}}\bar A_i(s,a_i)\right)^2",
        "squared largest advantages, weighted by the next visitation",
    ),
    term(
        "log_ratio",
        r"\log\frac{\pi_i^{(t+1)}(a_i|s)}{\pi_i^{(t)}(a_i|s)}",
        "logarithmic change of a probability",
        signed=True,
    ),
    term("odds", r"\frac{\pi_i^{(t)}(b_i|s)}{\pi_i^{(t)}(a_i|s)}", "odds of action b against action a", positive=True),
    term("next_odds", r"\frac{\pi_i^{(t+1)}(b_i|s)}{\pi_i^{(t+1)}(a_i|s)}", "the odds after the step", positive=True),
    term(
        "next_parameter_lead",
        r"\left(\theta_{s,b_i}^{(t+1)}-\theta_{s,a_i}^{(t+1)}\right)",
        "lead of action b over action a in softmax parameters, after the step",
        signed=True,
    ),
    # a run
    term(
        "potential_gain",
        r"\left(\Phi(\theta^{(T)})-\Phi(\theta^{(0)})\right)",
        "growth of the total potential over the run",
        signed=True,
    ),
    term(
        "summed_squared_gradients",
        r"\sum_{t<T}\|\nabla\Phi(\theta^{(t)})\|_2^2",
        "squared gradient norms of the total potential over the run",
    ),
)
