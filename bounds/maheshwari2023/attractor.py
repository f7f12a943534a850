"""Appendix B.1 of maheshwari2023: condition (A7), the contraction and its fixed points."""

from __future__ import annotations

from typing import Any

from sympy import Eq, Le

from bounds.maheshwari2023.definitions import defined, delta, limit
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_ceiling, _payoffs = _symbol["payoff_ceiling"], _symbol["payoff_size"]
_apart, _images, _explored_images = (
    _symbol[name] for name in ("estimate_distance", "image_distance", "explored_image_distance")
)
_q_size, _explored_q_size = _symbol["q_function_size"], _symbol["explored_q_size"]
_distance = _symbol["sum_of_distances"]
_CONTINUITY = _payoffs * _distance / (1 - delta) ** 2


def _claim(label: str, title: str, relation: Any, near_misses: dict[str, Any], **rest: Any) -> Claim:
    options: dict[str, Any] = {"setting": Setting.POLICY, "boundary": True} | rest
    return Claim(f"maheshwari2023.appendix-b.1.{label}", title, relation=relation, near_misses=near_misses, **options)


_FLOW = (
    defined(
        "eq-28",
        "Fast flow for policies that are held still",
        r"\frac{d}{d\tau}q_i^\tau=\Omega^\eta(\mathcal T_i^\pi q_i^\tau-q_i^\tau)",
        Finding(
            "typo",
            "The diagonal weights are indexed by the actions; there is one for each pair of state and action.",
            "Nothing changes.",
        ),
    ),
)

_CONTRACTION = (
    _claim(
        "contraction.step-1",
        "Difference of two images",
        Eq(_symbol["image_difference"], delta * _symbol["averaged_estimate_difference"]),
        {"without the discount": Eq(_symbol["image_difference"], _symbol["averaged_estimate_difference"])},
        kind="identity",
    ),
    _claim(
        "contraction",
        "The operator is a contraction with factor delta",
        Le(_images, delta * _apart),
        {"delta squared": Le(_images, delta**2 * _apart), "half of delta": Le(_images, delta * _apart / 2)},
        kind="tight",
    ),
    _claim(
        "contraction.explored",
        "Remark: so is the operator with exploring opponents",
        Le(_explored_images, delta * _apart),
        {"half of delta": Le(_explored_images, delta * _apart / 2)},
        kind="tight",
    ),
)

_FIXED_POINT = (
    _claim(
        "fixed-point",
        "The Q-function is the fixed point",
        Eq(_symbol["q_fixed_point_residual"], 0),
        {"any estimate": Eq(_symbol["drift_size"], 0)},
        kind="identity",
    ),
    _claim(
        "fixed-point.explored",
        "Remark: the fixed point with exploring opponents is the Q-function against them",
        Eq(_symbol["explored_q_residual"], 0),
        {"without exploration": Eq(_symbol["unexplored_q_residual"], 0)},
        kind="identity",
    ),
    _claim(
        "q-bound",
        "The Q-function is at most u-bar / (1 - delta)",
        Le(_q_size, _ceiling / (1 - delta)),
        {},
        finding=Finding(
            "false",
            "u-bar is the largest payoff, not the largest absolute value. One player, state and action, payoff -1, "
            "delta = 1/2: the Q-function is -2, and so is the bound.",
            "With max |u_i(s, a)| it holds; (A7) asks only for some bound.",
            corrected="maheshwari2023.appendix-b.1.q-bound.corrected",
            counterexample="appendix-b.1.q-bound.json",
        ),
    ),
    _claim(
        "q-bound.corrected",
        "The Q-function is at most the largest absolute payoff over 1 - delta",
        Le(_q_size, _payoffs / (1 - delta)),
        {"nine tenths": Le(_q_size, 9 * _payoffs / (10 * (1 - delta)))},
        corrects="maheshwari2023.appendix-b.1.q-bound",
        kind="tight",
    ),
    _claim(
        "q-bound.explored",
        "Remark: so is the Q-function against exploring opponents",
        Le(_explored_q_size, _payoffs / (1 - delta)),
        {"nine tenths": Le(_explored_q_size, 9 * _payoffs / (10 * (1 - delta)))},
        kind="tight",
    ),
    _claim(
        "continuity",
        "The Q-function is continuous in the policies: a Lipschitz constant",
        Le(_symbol["q_function_change"], _CONTINUITY),
        {"a fifth": Le(_symbol["q_function_change"], _CONTINUITY / 5)},
        setting=Setting.PAIR,
        boundary=False,
    ),
)

_ATTRACTOR = (
    _claim(
        "decay",
        "Along (28) with weights 1 the distance from the Q-function falls at rate 1 - delta or faster",
        Le(_symbol["outward_drift"], -(1 - delta) * _symbol["estimate_error"]),
        {"rate one": Le(_symbol["outward_drift"], -_symbol["estimate_error"])},
        kind="tight",
    ),
    limit(
        "appendix-b.1.a7",
        "(A7) The flow (28) has the Q-function as its only global attractor, for all weights in [eta, 1]",
        r"\|q_i^\tau-Q_i(\cdot,\cdot;\pi)\|_\infty\le e^{-\eta(1-\delta)\tau}\|q_i^0-Q_i(\cdot,\cdot;\pi)\|_\infty",
        Finding(
            "proof-gap",
            "The text cites a theorem for constant weights; those of (A7) may change in time. The rate given here "
            "proves the claim for all measurable weights: where |q - Q| is largest, the drift outwards is at most -(1 "
            "- delta) times the distance (maheshwari2023.appendix-b.1.decay), and a weight of at least eta keeps at "
            "least eta of it.",
            "True, and the same argument serves for T_i^theta and Q_i^theta. A solution of (28) that leaves a "
            "neighbourhood of the Q-function would contradict it.",
        ),
    ),
)

CLAIMS: tuple[Claim, ...] = (*_FLOW, *_CONTRACTION, *_FIXED_POINT, *_ATTRACTOR)
