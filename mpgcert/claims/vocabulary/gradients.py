"""Symbols of policy gradients, natural gradients and deviations (zhang2022, sections 2-3, 9-11).

A residual is a sum of squared differences of two arrays: it is 0 exactly where they agree.
"""

from __future__ import annotations

from mpgcert.claims.vocabulary.term import Term, term

__all__ = ["TERMS"]

_OF_GAMES_AND_POLICIES = (
    term("least_initial", r"\min_s \rho(s)", "least probability of a starting state"),
    term("largest_initial", r"\max_s \rho(s)", "largest probability of a starting state"),
    term("initial_probability", r"\rho(s)", "probability of starting in a state"),
    term("best_gain_at", r"\left(\max_{\theta_i'} V_i^{\theta'}(s) - V_i^\theta(s)\right)", "best gain from a state"),
    term(
        "potential_gap_i", r"\left(\max_{\theta_i'} \Phi(\theta') - \Phi(\theta)\right)", "best gain of the potential"
    ),
    term("is_equilibrium", r"[\theta \text{ is a NE}]", "1 at a Nash equilibrium, else 0"),
    term("randomness", r"\sum_{i, s, a_i} \pi_i (1 - \pi_i)", "0 exactly for deterministic policies"),
)

_OF_GRADIENTS = (
    term("gradient", r"\frac{\partial J_i(\theta)}{\partial\theta_{s, a_i}}", "policy gradient", signed=True),
    term(
        "potential_gradient",
        r"\frac{\partial \Phi(\theta)}{\partial\theta_{s, a_i}}",
        "gradient of the total potential",
        signed=True,
    ),
    term("gradient_sum", r"\sum_{a_i} \partial J_i / \partial\theta_{s, a_i}", "gradient summed", signed=True),
    term(
        "regularized_gradient_sum",
        r"\sum_{a_i} \partial \tilde J_i / \partial\theta_{s, a_i}",
        "regularised gradient summed over actions",
        signed=True,
    ),
    term(
        "gradient_norm_at",
        r"\sqrt{\sum_{a_i} (\partial J_i / \partial\theta_{s, a_i})^2}",
        "norm of a state's part of the gradient",
    ),
    term("score_residual", r"\|\nabla \log\pi_i - (\mathbf 1 - \pi_i)\|^2", "residual of the softmax derivative"),
    term(
        "score_weighted_q",
        r"\sum_{s', a'} d_\theta(s') \pi(a'|s') \frac{\partial \log\pi(a'|s')}{\partial\theta_{s, a_i}} Q_i(s', a')",
        "sum of the policy gradient theorem",
        signed=True,
    ),
)

_OF_ADVANTAGES = (
    term("mean_advantage", r"\sum_{a_i} \pi_i \bar A_i(s, a_i)", "mean averaged advantage", signed=True),
    term("largest_advantage_of_all", r"\max_{i, s, a_i} \bar A_i(s, a_i)", "largest averaged advantage of all players"),
    term("concentration_at", r"\sum_{a_i^*} \pi_i(a_i^*|s)", "probability of the greedy actions", positive=True),
    term("suboptimal_mass", r"\sum_{a_i \notin \arg\max} \pi_i(a_i|s)", "probability of all other actions"),
    term(
        "least_concentration_i", r"c_i(\theta)", "c(theta) of one player; 0 is possible for limits of softmax policies"
    ),
    term("least_concentration", r"\min_i c_i(\theta)", "the least c(theta) of all players; 0 is possible there too"),
    term("advantage_mass", r"\sum_{a_i} |\pi_i \bar A_i(s, a_i)|", "weighted advantages, 1-norm"),
    term("advantage_norm", r"\sqrt{\sum_{a_i} (\pi_i \bar A_i(s, a_i))^2}", "weighted advantages, 2-norm"),
    term("suboptimality_gap", r"\Delta", "least size of a non-maximal averaged advantage", positive=True),
    term(
        "greedy_gain_i", r"\left(J_i(\theta_i', \theta_{-i}) - J_i(\theta)\right)", "greedy reply's gain", signed=True
    ),
    term(
        "greedy_advantage_i",
        r"\sum_s d_{\theta'}(s) \max_{a_i} \bar A_i(s, a_i)",
        "largest advantages, visited by the greedy reply",
    ),
)

_OF_DEVIATIONS = (
    term("value_gain", r"\left(V_i^{\theta'}(s) - V_i^\theta(s)\right)", "change of value", signed=True),
    term(
        "potential_value_gain", r"\left(V_\phi^{\theta'}(s) - V_\phi^\theta(s)\right)", "of the potential", signed=True
    ),
    term("return_gain", r"\left(J_i(\theta') - J_i(\theta)\right)", "change of return", signed=True),
    term("potential_return_gain", r"\left(\Phi(\theta') - \Phi(\theta)\right)", "of the total potential", signed=True),
    term(
        "joint_deviation_advantage",
        r"\sum_{s, a} d_{\theta'}(s) \pi'(a|s) A_i^\theta(s, a)",
        "advantages met by the deviation",
        signed=True,
    ),
    term(
        "deviation_advantage",
        r"\sum_{s, a_i} d_{\theta'}(s) \pi_i'(a_i|s) \bar A_i^\theta(s, a_i)",
        "averaged advantages met by the deviation",
        signed=True,
    ),
    term(
        "misvisited_deviation_advantage",
        r"\sum_{s, a_i} d_\theta(s) \pi_i'(a_i|s) \bar A_i^\theta(s, a_i)",
        "the same with the visitation before the deviation",
        signed=True,
    ),
    term(
        "deviation_largest_advantage",
        r"\sum_s d_{\theta'}(s) \max_{a_i} \bar A_i^\theta(s, a_i)",
        "largest averaged advantages, visited by the deviation",
    ),
)

_OF_NATURAL_GRADIENTS = (
    term(
        "fisher_residual",
        r"\|\mathbb E[\nabla\log\pi_i \nabla\log\pi_i^\top] - (\operatorname{diag}\pi_i - \pi_i\pi_i^\top)\|^2",
        "residual of a state's Fisher matrix",
    ),
    term("fisher_ones", r"\|F_{i, s} \mathbf 1\|^2", "size of the Fisher matrix on the all-one vector"),
    term(
        "least_fisher_pivot",
        r"\min_k D_k(F_{i, s})",
        "least pivot of the Fisher matrix without its last row and column (positive: positive definite)",
        signed=True,
    ),
    term(
        "fisher_block_residual",
        r"\|F_i - \operatorname{blkdiag}_s d_\theta(s) F_{i, s}\|^2",
        "residual of the block form of the Fisher matrix",
    ),
    term(
        "pseudo_inverse_residual",
        r"\min_c \|F_i^\dagger g - g / (d_\theta \pi_i) - c(s)\|^2",
        "residual of the pseudo-inverse on all g that sum to 0 over actions, up to a function c(s)",
    ),
    term(
        "pseudo_inverse_block_residual",
        r"\|[F_i^\dagger g]_{(s, \cdot)} - F_{i, s}^\dagger g(s, \cdot) / d_\theta(s)\|^2",
        "residual of the blocks of the pseudo-inverse",
    ),
    term(
        "projector_residual",
        r"\|F_{i, s}^\dagger F_{i, s} - (I - \mathbf 1 \mathbf 1^\top / |\mathcal A_i|)\|^2",
        "residual of the projector on the range",
    ),
    term(
        "preimage_residual",
        r"\|d_\theta F_{i, s} (g / (d_\theta \pi_i)) - g\|^2",
        "residual of a preimage under the Fisher matrix",
    ),
    term("natural_direction", r"[F_i^\dagger \nabla_{\theta_i} J_i]_{(s, a_i)}", "natural gradient", signed=True),
    term(
        "regularized_natural_direction",
        r"[F_i^\dagger \nabla_{\theta_i} \tilde J_i]_{(s, a_i)}",
        "regularised natural gradient",
        signed=True,
    ),
    term(
        "centred_advantage",
        r"\left(\bar A_i(s, a_i) - \tfrac{1}{|\mathcal A_i|}\sum_{b} \bar A_i(s, b)\right)",
        "averaged advantage, up to a function of the state",
        signed=True,
    ),
    term(
        "centred_inverse_probability",
        r"\left(\tfrac{1}{\pi_i(a_i|s)} - \tfrac{1}{|\mathcal A_i|}\sum_{b} \tfrac{1}{\pi_i(b|s)}\right)",
        "inverse probability, up to a function of the state",
        signed=True,
    ),
)

TERMS: tuple[Term, ...] = (
    *_OF_GAMES_AND_POLICIES,
    *_OF_GRADIENTS,
    *_OF_ADVANTAGES,
    *_OF_DEVIATIONS,
    *_OF_NATURAL_GRADIENTS,
)
