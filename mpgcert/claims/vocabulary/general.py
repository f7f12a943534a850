"""Symbols that most statements share: sizes, constants of the game, gaps, step sizes, the potential."""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import term

__all__ = ["TERMS"]

TERMS = (
    term("x", "x", "a real variable", signed=True),
    term("n", "n", "number of players", positive=True, integer=True),
    term("S", r"|\mathcal{S}|", "number of states", positive=True, integer=True),
    term("A_max", r"A_{\max}", "largest number of actions of a player", positive=True, integer=True),
    term("A_i", r"|\mathcal{A}_i|", "number of actions of player i", positive=True, integer=True),
    term("discount", r"\gamma", "discount factor"),
    term("M", "M", "largest inverse visitation of a state, over all policies", positive=True),
    term("D_inf", r"D_\infty", "largest ratio of visitations of a state under two policies", positive=True),
    term("phi_range", r"(\phi_{\max}-\phi_{\min})", "range of the stage potential"),
    term("visitation", r"d_\theta(s)", "discounted visitation of a state", positive=True),
    term("probability", r"\pi_i(a_i|s)", "probability of an action"),
    term("averaged_advantage", r"\bar A_i(s, a_i)", "averaged advantage of an action", signed=True),
    term("largest_advantage", r"\max_{s, a_i}\bar A_i(s, a_i)", "largest averaged advantage of a player"),
    term("largest_advantage_at", r"\max_{a_i}\bar A_i(s, a_i)", "largest averaged advantage in a state"),
    term("epsilon", r"\epsilon", "accuracy asked for", positive=True),
    term("step_size", r"\eta", "step size", positive=True),
    term("regularization", r"\lambda", "weight of the log-barrier"),
    term("steps", "T", "number of iterations", positive=True, integer=True),
    term("c", "c", "least probability of the greedy actions along the run", positive=True),
    term("c_theta", r"c(\theta)", "least probability, over states, of the greedy actions", positive=True),
    term("M_theta", r"M(\theta)", "largest inverse visitation of a state under this policy", positive=True),
    term("nash_gap", r"\mathrm{NE\text{-}gap}(\theta)", "what the best unilateral deviation gains"),
    term("nash_gap_i", r"\mathrm{NE\text{-}gap}_i(\theta)", "what player i's best deviation gains"),
    term("gradient_norm_i", r"\|\nabla_{\theta_i} J_i(\theta)\|_2", "norm of player i's policy gradient"),
    term("mean_gap", r"\frac{1}{T}\sum_{t<T}\mathrm{NE\text{-}gap}(\theta^{(t)})", "average gap of the run"),
    term(
        "mean_squared_gap",
        r"\frac{1}{T}\sum_{t<T}\mathrm{NE\text{-}gap}(\theta^{(t)})^2",
        "average squared gap of the run",
    ),
    term("least_gap", r"\min_{t<T}\mathrm{NE\text{-}gap}(\theta^{(t)})", "least gap of the run"),
    term("gradient_norm", r"\|\nabla\Phi(\theta^{(t)})\|_2", "norm of the gradient of the total potential"),
    term(
        "regularized_gradient_norm",
        r"\|\nabla\tilde\Phi(\theta^{(t)})\|_2",
        "norm of the gradient of the regularised total potential",
    ),
    term(
        "ascent",
        r"\left(\Phi(\theta^{(t+1)})-\Phi(\theta^{(t)})\right)",
        "growth of the total potential in a step",
        signed=True,
    ),
    term(
        "regularized_ascent",
        r"\left(\tilde\Phi(\theta^{(t+1)})-\tilde\Phi(\theta^{(t)})\right)",
        "growth of the regularised total potential in a step",
        signed=True,
    ),
    term(
        "log_normalizers",
        r"\sum_{i, s} d^{(t+1)}(s) \log Z_t^{i,s}",
        "logarithms of the natural step's normalisers, weighted by the next visitation",
        signed=True,
    ),
    term(
        "policy_change",
        r"\sum_{i, s, a_i} d^{(t)}(s)\, \pi_i^{(t)}(a_i|s)\, \Delta_i^{(t)}(s, a_i)^2",
        "squared relative change of the policies in a step, weighted by visitation",
    ),
    term(
        "regularized_gain",
        r"\left(\tilde\Phi(\theta^{(T)})-\tilde\Phi(\theta^{(0)})\right)",
        "growth of the regularised total potential over the run",
        signed=True,
    ),
)
