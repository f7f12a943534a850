"""From one iterate to the next: measuring a policy, keeping the totals, taking a step."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.games import Policy
from mpgcert.learn.dynamics import (
    StepRule,
    barrier_gradient,
    gradient_play,
    natural_gradient_play,
    policy_gradient,
    softmax,
)
from mpgcert.learn.oracle import Evaluated, Oracle
from mpgcert.learn.rounding import RoundingBound

__all__ = ["Iterate", "Iteration", "Record", "Totals"]

Array = NDArray[Any]


class Totals(NamedTuple):
    """Sums and extremes over the iterates so far; the names are those of `Trajectory`."""

    gap_sum: float = 0.0
    gap_square_sum: float = 0.0
    min_gap: float = math.inf
    min_c: float = math.inf
    min_c_lower: float = math.inf
    least_ascent: float = math.inf
    value_residual: float = 0.0
    reply_residual: float = 0.0


class Iterate(NamedTuple):
    """One evaluated iterate, with the totals over the iterates before it (residuals and ascent include it).

    Attributes:
        policy, log_policy: [S, B].
        replies: best replies, [n, S].
        gaps, c, c_lower: per player, [n].
        worst_gap: NE-gap.
        potential, regularized_potential: nan if no potential is known.
    """

    step: int
    policy: Array
    log_policy: Array
    evaluated: Evaluated
    replies: NDArray[np.int64]
    gaps: Array
    worst_gap: float
    potential: float
    regularized_potential: float
    c: Array
    c_lower: Array
    totals: Totals


class Record(NamedTuple):
    """What is kept of an iterate; the names are those of `Trajectory`."""

    step: int
    policy: Array
    log_policy: Array
    returns: Array
    nash_gap: Array
    potential: float
    regularized_potential: float
    player_gradient_norm: Array
    player_regularized_gradient_norm: Array
    c: Array
    c_lower: Array
    c_first: Array
    least_visitation: float
    totals: Totals


class Iteration:
    """A step rule on one game."""

    def __init__(self, rule: StepRule, oracle: Oracle, bound: RoundingBound) -> None:
        self.rule = rule
        self.oracle = oracle
        self.bound = bound
        self.layout = oracle.layout

    def first(self, start: Policy) -> Iterate:
        """The iterate at t = 0.

        Raises:
            InvalidInput: the start does not fit the game or has a zero probability, or the log-barrier meets a state
                that is never visited.
        """
        expected = [(len(self.oracle.initial), count) for count in self.layout.n_actions]
        if [part.shape for part in start.probabilities] != expected:
            found = [list(part.shape) for part in start.probabilities]
            raise InvalidInput(f"shapes {found}", field="start", expected=f"{[list(shape) for shape in expected]}")
        logits = self.layout.join([_logarithms(start, player) for player in range(len(self.layout.n_actions))])
        policy = self.layout.join([part.to_float() for part in start.probabilities])
        choices = np.zeros((len(self.layout.n_actions), len(logits)), dtype=np.int64)
        iterate = self.measure(0, policy, logits, choices, Totals(), math.nan)
        unvisited = np.flatnonzero(iterate.evaluated.visitation <= 0)
        if self.rule.algorithm == "natural-gradient-play" and self.rule.regularization and len(unvisited):
            raise InvalidInput(
                f"state {unvisited[0]} is never visited, and zhang2022.eq-17 divides by its visitation",
                field="regularization",
                expected="0, or an initial distribution from which every state is reached (zhang2022.assumption-1)",
            )
        return iterate

    def measure(
        self,
        step: int,
        policy: Array,
        log_policy: Array,
        replies: NDArray[np.int64],
        totals: Totals,
        before: float,
    ) -> Iterate:
        """Evaluate a policy; `before` is the regularised potential of the iterate before it (nan if none)."""
        oracle, rule = self.oracle, self.rule
        evaluated = oracle.evaluate(policy)
        best = oracle.best_replies(policy, evaluated, replies)
        gaps = np.maximum((best.values - evaluated.values[oracle.rewards.of_player]) @ oracle.initial, 0.0)
        potential = math.nan
        if oracle.rewards.potential is not None:
            potential = float(evaluated.values[oracle.rewards.potential] @ oracle.initial)
        regularized = potential + rule.regularization * float(log_policy.sum()) if rule.regularization else potential
        c, c_lower = self._concentration(policy, evaluated)
        totals = totals._replace(
            least_ascent=min(totals.least_ascent, regularized - before),
            value_residual=max(totals.value_residual, evaluated.residual),
            reply_residual=max(totals.reply_residual, best.residual),
        )
        worst = max(gaps.tolist())
        return Iterate(
            step, policy, log_policy, evaluated, best.choices, gaps, worst, potential, regularized, c, c_lower, totals
        )

    def _concentration(self, policy: Array, evaluated: Evaluated) -> tuple[Array, Array]:
        """Upper and lower bounds of c per player, [n] each: ties are what rounding cannot tell apart."""
        layout = self.layout
        # Two computed Q-values that belong to equal exact ones differ by at most twice their error; the third
        # covers the subtraction here.
        doubt = 3 * self.bound.averaged_q(evaluated.residual)
        near = evaluated.averaged_q >= layout.spread(layout.maximum(evaluated.averaged_q) - doubt)
        c = layout.total(policy * near).min(0)
        if np.count_nonzero(near) == len(policy) * len(c):
            return c, c
        return c, -layout.maximum(np.where(near, -policy, -math.inf)).max(0)

    def after(self, iterate: Iterate) -> Iterate:
        """The next iterate."""
        policy, log_policy = softmax(self.logits(iterate), self.layout)
        totals, gap = iterate.totals, iterate.worst_gap
        totals = totals._replace(
            gap_sum=totals.gap_sum + gap,
            gap_square_sum=totals.gap_square_sum + gap * gap,
            min_gap=min(totals.min_gap, gap),
            min_c=min(totals.min_c, *iterate.c.tolist()),
            min_c_lower=min(totals.min_c_lower, *iterate.c_lower.tolist()),
        )
        return self.measure(
            iterate.step + 1, policy, log_policy, iterate.replies, totals, iterate.regularized_potential
        )

    def logits(self, iterate: Iterate) -> Array:
        """Logits of the policy after one step, [S, B]."""
        e, discount = iterate.evaluated, self.oracle.discount
        if self.rule.algorithm == "gradient-play":
            gradient = policy_gradient(iterate.policy, e.advantage, e.visitation, discount)
            return gradient_play(self.rule, self.layout, iterate.log_policy, iterate.policy, gradient)
        return natural_gradient_play(
            self.rule,
            self.layout,
            iterate.log_policy,
            iterate.policy,
            e.averaged_q,
            e.advantage,
            e.visitation,
            discount,
        )

    def record(self, iterate: Iterate) -> Record:
        e, layout, oracle = iterate.evaluated, self.layout, self.oracle
        gradient = policy_gradient(iterate.policy, e.advantage, e.visitation, oracle.discount)
        regularized = gradient + barrier_gradient(iterate.policy, self.rule.regularization, layout)
        first = [
            np.take_along_axis(own, q.argmax(axis=1)[:, None], axis=1).min()
            for own, q in zip(layout.split(iterate.policy), layout.split(e.averaged_q))
        ]
        return Record(
            step=iterate.step,
            policy=iterate.policy,
            log_policy=iterate.log_policy,
            returns=(e.values @ oracle.initial)[oracle.rewards.of_player],
            nash_gap=iterate.gaps,
            potential=iterate.potential,
            regularized_potential=iterate.regularized_potential,
            player_gradient_norm=np.sqrt(layout.total(gradient**2).sum(axis=0)),
            player_regularized_gradient_norm=np.sqrt(layout.total(regularized**2).sum(axis=0)),
            c=iterate.c,
            c_lower=iterate.c_lower,
            c_first=np.array(first),
            least_visitation=float(e.visitation.min()),
            totals=iterate.totals,
        )


def _logarithms(start: Policy, player: int) -> Array:
    """log pi_i [S, A_i] of exact probabilities, also of those below the range of doubles."""
    part = start.probabilities[player]
    zero = np.argwhere(part.numerator <= 0)
    if len(zero):
        index = [player, *(int(k) for k in zero[0])]
        raise InvalidInput(
            "0", field="start", index=index, expected="a positive probability (softmax policies have no zero)"
        )
    total = math.log(part.denominator)
    logs = [math.log(k) - total for k in part.numerator.ravel().tolist()]
    return np.array(logs).reshape(part.shape)
