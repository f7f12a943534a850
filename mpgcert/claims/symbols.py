"""The shared vocabulary: one sympy symbol for each quantity that statements of papers speak about.

A paper's package writes its formulas with these symbols and nothing else, so that LaTeX, exact values and
enclosures all come from one expression.  Assumptions (positive, integer) are those that every instance
meets; sympy uses them when it decides whether both sides may be squared.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

__all__ = ["VOCABULARY", "Term", "meaning", "term"]


@dataclass(frozen=True)
class Term:
    """A symbol with its LaTeX and meaning."""

    symbol: sympy.Symbol
    latex: str
    meaning: str


def term(name: str, latex: str, meaning: str, **assumptions: bool) -> Term:
    """A term of the vocabulary; the symbol is real and non-negative unless told otherwise."""
    return Term(sympy.Symbol(name, **{"real": True, "nonnegative": True, **assumptions}), latex, meaning)


_TERMS = (
    term("n", "n", "number of players", positive=True, integer=True),
    term("S", r"|\mathcal{S}|", "number of states", positive=True, integer=True),
    term("A_max", r"A_{\max}", "largest number of actions of a player", positive=True, integer=True),
    term("A_i", r"|\mathcal{A}_i|", "number of actions of player i", positive=True, integer=True),
    term("discount", r"\gamma", "discount factor"),
    term("M", "M", "largest inverse visitation of a state, over all policies", positive=True),
    term("D_inf", r"D_\infty", "largest ratio of visitations of a state under two policies", positive=True),
    term("phi_range", r"(\phi_{\max}-\phi_{\min})", "range of the stage potential"),
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
    term("potential_before", r"\Phi(\theta^{(t)})", "total potential before a step", nonnegative=False),
    term("potential_after", r"\Phi(\theta^{(t+1)})", "total potential after a step", nonnegative=False),
    term(
        "regularized_before",
        r"\tilde\Phi(\theta^{(t)})",
        "regularised total potential before a step",
        nonnegative=False,
    ),
    term(
        "regularized_after",
        r"\tilde\Phi(\theta^{(t+1)})",
        "regularised total potential after a step",
        nonnegative=False,
    ),
    term(
        "regularized_start", r"\tilde\Phi(\theta^{(0)})", "regularised total potential at the start", nonnegative=False
    ),
    term("regularized_end", r"\tilde\Phi(\theta^{(T)})", "regularised total potential at the end", nonnegative=False),
)

VOCABULARY: dict[str, Term] = {t.symbol.name: t for t in _TERMS}


def meaning(name: str) -> str:
    """What a symbol of the vocabulary stands for."""
    return VOCABULARY[name].meaning
