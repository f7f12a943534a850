"""The four algorithms of zhang2022 as pure functions of one evaluated policy.

Every table is [S, B], the players' actions side by side (`ActionLayout`); the players update at the same
time.  Policies live in log-space: a step returns logits, and `softmax` brings them back to a policy and
its logarithm.  Logits may have any size: probabilities underflow to 0, never to NaN.

With eta the step size, lambda the regularisation, pi_i the policies, d the visitation, Qbar_i and Abar_i the
averaged Q-values and advantages:

* gradient play, zhang2022.eq-8 and, with log-barrier, zhang2022.eq-15:
  theta_i <- theta_i + eta (d pi_i Abar_i / (1 - gamma) + lambda - lambda |A_i| pi_i);
* natural gradient play, zhang2022.eq-9 = zhang2022.eq-10 and, with log-barrier, zhang2022.eq-17:
  log pi_i <- log pi_i + eta Abar_i / (1 - gamma) + eta lambda / (d pi_i) - eta lambda |A_i| / d + const.

The printed zhang2022.eq-10 has no step size in the exponent; its proof, and zhang2022.eq-17 at lambda = 0,
have eta / (1 - gamma), which is what is implemented here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.learn.layout import ActionLayout

__all__ = [
    "ALGORITHMS",
    "LARGEST_EXPONENT",
    "StepRule",
    "barrier_gradient",
    "gradient_play",
    "natural_gradient_play",
    "policy_gradient",
    "softmax",
]

Array = NDArray[Any]

ALGORITHMS = ("gradient-play", "natural-gradient-play")
# Exponents beyond this are cut, so that sums of a few of them stay finite.
LARGEST_EXPONENT = 1e280


@dataclass(frozen=True)
class StepRule:
    """Which update to make.

    Attributes:
        algorithm: `gradient-play` or `natural-gradient-play`.
        step_size: eta, positive.
        regularization: lambda of the log-barrier, at least 0.
        truncation: x > 0 cuts the exponent's vector of natural gradient play to [-x, x]; None leaves it.
        truncation_of: what is cut: `centred`, the exponent above, or `uncentred`, where Qbar_i stands in
            place of Abar_i and the term - eta lambda |A_i| / d is absent.  Without truncation both give the
            same policy.
    """

    algorithm: str
    step_size: float
    regularization: float = 0.0
    truncation: float | None = None
    truncation_of: str = "centred"

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise InvalidInput(f"{self.algorithm!r}", field="algorithm", expected=" or ".join(ALGORITHMS))
        _require(self.step_size, "step_size", positive=True)
        _require(self.regularization, "regularization", positive=False)
        if self.truncation_of not in ("centred", "uncentred"):
            raise InvalidInput(f"{self.truncation_of!r}", field="truncation_of", expected="centred or uncentred")
        if self.truncation is not None:
            _require(self.truncation, "truncation", positive=True)
            if self.algorithm != "natural-gradient-play":
                raise InvalidInput("given for gradient play", field="truncation", expected="natural gradient play")


def _require(value: float, field: str, positive: bool) -> None:
    if not math.isfinite(value) or value < 0 or (positive and value == 0):
        expected = "a positive number" if positive else "a number that is at least 0"
        raise InvalidInput(f"{value!r}", field=field, expected=expected)


def softmax(logits: Array, layout: ActionLayout) -> tuple[Array, Array]:
    """Policy and log-policy [S, B] of finite logits [S, B] (zhang2022.eq-1).

    Each row of a policy is a correctly rounded quotient by a computed sum, so it sums to 1 up to
    (A_i + 1) roundings; a probability below the range of doubles is 0, its logarithm stays finite.
    """
    shifted = logits - layout.spread(layout.maximum(logits))
    weight = np.exp(shifted)
    total = layout.total(weight)
    return weight / layout.spread(total), shifted - layout.spread(np.log(total))


def policy_gradient(policy: Array, advantage: Array, visitation: Array, discount: float) -> Array:
    """Gradient of J_i in theta_i for every player, [S, B] (zhang2022.eq-4).

    Args:
        policy: pi, [S, B].
        advantage: Abar_i, [S, B].
        visitation: d, [S].
        discount: gamma.
    """
    return (visitation / (1 - discount))[:, None] * policy * advantage


def barrier_gradient(policy: Array, regularization: float, layout: ActionLayout) -> Array:
    """What the log-barrier adds to the gradient: lambda - lambda |A_i| pi_i, [S, B] (zhang2022, section 5)."""
    return regularization - regularization * layout.counts * policy


def gradient_play(rule: StepRule, layout: ActionLayout, log_policy: Array, policy: Array, gradient: Array) -> Array:
    """Logits after one step of zhang2022.eq-8 (eq-15 when the rule has a regularisation).

    Args:
        log_policy, policy: log pi and pi, [S, B].
        gradient: of the unregularised J_i in theta_i, [S, B].
    """
    if rule.regularization:
        gradient = gradient + barrier_gradient(policy, rule.regularization, layout)
    return log_policy + rule.step_size * gradient


def natural_gradient_play(
    rule: StepRule,
    layout: ActionLayout,
    log_policy: Array,
    policy: Array,
    averaged_q: Array,
    advantage: Array,
    visitation: Array,
    discount: float,
) -> Array:
    """Logits after one step of zhang2022.eq-10 (eq-17 when the rule has a regularisation).

    In a state that is never visited (d(s) = 0, against zhang2022.assumption-1) the Moore-Penrose form
    zhang2022.eq-9 would leave the policy as it is; eq-10 does not contain d and is what is computed.

    Args:
        log_policy, policy: log pi and pi, [S, B].
        averaged_q, advantage: Qbar_i and Abar_i, [S, B]; Qbar_i is used only for an uncentred truncation.
        visitation: d, [S]; used only with a regularisation.
        discount: gamma.
    """
    centred = rule.truncation is None or rule.truncation_of == "centred"
    exponent = (rule.step_size / (1 - discount)) * (advantage if centred else averaged_q)
    if rule.regularization:
        pull = rule.step_size * rule.regularization
        smallest = max(pull / LARGEST_EXPONENT, 1e-300)  # of a denominator: pull / smallest is finite
        exponent += pull / np.maximum(visitation[:, None] * policy, smallest)
        if centred:
            exponent -= pull * layout.counts / np.maximum(visitation[:, None], smallest)
    if rule.truncation is not None:
        exponent = np.minimum(np.maximum(exponent, -rule.truncation), rule.truncation)
    return log_policy + exponent
