"""Finite Markov decision processes in any arithmetic: policy iteration with a certificate.

Doubles propose a policy (`propose`); `solve_mdp` then runs policy iteration in the arithmetic of the data and
switches an action only where the gain is certainly positive, so it never cycles on ties: values increase strictly
with every switch and there are finitely many policies.  What it returns proves itself by Bellman's inequality.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray, Float
from mpgcert.arithmetic.arithmetics import Exact
from mpgcert.arithmetic.lanes import Lanes
from mpgcert.arithmetic.matrices import nearest_doubles, product
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.rounding import bellman_error

__all__ = ["Kernel", "MDPSolution", "policy_values", "propose", "solve_mdp"]

Array = NDArray[Any]
Choice = NDArray[np.int64]

_MAX_SWEEPS = 200
_RELATIVE_GAIN = 1e-12  # gains below this share of the values are rounding, to a proposal
_CHUNK_ENTRIES = 2**22


@dataclass(frozen=True, eq=False)
class Kernel:
    """A controlled Markov chain with discount: all of a decision process but its reward.

    Attributes:
        rows: transition probabilities [S, A, S] in `arithmetic`.
        discount: gamma in [0, 1), in `arithmetic`.
        doubles: `rows` as their nearest doubles.
    """

    arithmetic: Arithmetic
    rows: Array
    discount: Any
    doubles: NDArray[np.float64]

    @staticmethod
    def of(arithmetic: Arithmetic, rows: Array, discount: Any) -> Kernel:
        if isinstance(arithmetic, Lanes):  # doubles already
            return Kernel(arithmetic, rows, discount, rows)
        return Kernel(arithmetic, rows, discount, nearest_doubles(rows))

    @staticmethod
    def joint(arrays: GameArrays, doubles: GameArrays) -> Kernel:
        """One decision maker who picks the joint action of a game, A = A_1 ... A_n in C order.

        `doubles` is the same game over `FLOAT`.
        """
        rows = arrays.transition.joint_rows()
        return Kernel(arrays.arithmetic, rows, arrays.discount, doubles.transition.joint_rows())

    @property
    def n_states(self) -> int:
        return int(self.rows.shape[0])

    @property
    def discount_double(self) -> float:
        return float(nearest_doubles(np.array([self.discount]))[0])


@dataclass(frozen=True, eq=False)
class MDPSolution:
    """A deterministic policy, its values, and how far from optimal they can be.

    The optimal values v* satisfy values <= v* <= values + residual / (1 - gamma) for a maximiser (mirrored for a
    minimiser), in every state.  In `Exact` the residual is 0: the policy is optimal.

    Attributes:
        choice: action per state [S].
        values: v of `choice` [S].
        residual: max(0, max over s, a of the gain r(s, a) + gamma P_a v (s) - v(s)), at least 0.
    """

    choice: Choice
    values: Array
    residual: Any


def propose(
    reward: NDArray[np.float64], rows: NDArray[np.float64], discount: float, start: Choice | None = None
) -> tuple[Choice, NDArray[np.float64]]:
    """Policy iteration in doubles for K rewards on one kernel: probably best choices, and their values.

    Args:
        reward: [K, S, A], or [K, S, 1] where it does not depend on the action; maximised.
        rows: [S, A, S].
        discount: gamma.
        start: choices [K, S] to begin with; by default the actions of largest reward.

    Returns:
        choices [K, S] and values [K, S]; nothing is proved about either.
    """
    n_states, n_actions, _ = rows.shape
    reward = np.broadcast_to(reward, (len(reward), n_states, n_actions))
    choice = np.array(reward.argmax(axis=2) if start is None else start, dtype=np.int64)
    values = np.zeros(choice.shape)
    step = max(1, _CHUNK_ENTRIES // (n_states * max(n_states, n_actions)))
    for first in range(0, len(choice), step):
        part = slice(first, first + step)
        _propose_chunk(reward[part], rows, discount, choice[part], values[part])
    return choice, values


def _propose_chunk(reward: Array, rows: Array, discount: float, choice: Choice, values: Array) -> None:
    """`propose` for a few rewards; writes into `choice` and `values`."""
    n_states, n_actions, _ = rows.shape
    states, identity = np.arange(n_states), np.eye(n_states)
    active = np.arange(len(choice))
    for _ in range(_MAX_SWEEPS):
        played = choice[active]
        stage = np.take_along_axis(reward[active], played[..., None], axis=2)
        try:
            value = np.linalg.solve(identity - discount * rows[states, played], stage)[..., 0]
        except np.linalg.LinAlgError:  # a discount that rounds to 1
            return
        values[active] = value
        expected = (rows.reshape(-1, n_states) @ value.T).reshape(n_states, n_actions, -1)
        gain = reward[active] + discount * np.moveaxis(expected, 2, 0) - value[..., None]
        best = gain.argmax(axis=2)
        largest = np.take_along_axis(gain, best[..., None], axis=2)[..., 0]
        switch = largest > _RELATIVE_GAIN * np.abs(value).max(axis=1, keepdims=True)
        choice[active] = np.where(switch, best, played)
        active = active[switch.any(axis=1)]
        if not len(active):
            return


def policy_values(kernel: Kernel, reward: Array, choice: Choice) -> Array:
    """v [S] of a deterministic policy for the stage reward [S, A]."""
    states = np.arange(kernel.n_states)
    arithmetic = kernel.arithmetic
    identity = arithmetic.array(ExactArray.of_integers(np.eye(kernel.n_states, dtype=np.int64)))
    return arithmetic.solve(identity - kernel.rows[states, choice] * kernel.discount, reward[states, choice])


def solve_mdp(kernel: Kernel, reward: Array, *, minimise: bool = False, start: Choice | None = None) -> MDPSolution:
    """Best deterministic policy of a decision process, from every state at once.

    Args:
        kernel: the transitions, in the arithmetic to use.
        reward: stage reward [S, A] in the same arithmetic.
        minimise: least total reward instead of most.
        start: policy [S] to begin with; by default the one that doubles propose.

    Returns:
        In `Exact` an optimal policy, Bellman's inequality decided for every state and action.  In `Ball` a policy
        that no certain gain improves, with a proven residual.  In `Float` an estimate of the same.

    Raises:
        SingularMatrix: balls too wide to solve with.
    """
    if minimise:
        mirrored = solve_mdp(kernel, -reward, start=start)
        return MDPSolution(mirrored.choice, -mirrored.values, mirrored.residual)
    if isinstance(kernel.arithmetic, Lanes):
        from mpgcert.solvers.lanes import best_choices

        return MDPSolution(*best_choices(kernel.arithmetic, kernel.rows, reward, kernel.discount))
    arithmetic, doubles = kernel.arithmetic, nearest_doubles(reward)
    choice = None if start is None else np.array(start, dtype=np.int64)
    if choice is None or isinstance(arithmetic, Float):
        first = None if choice is None else choice[None]
        choice = propose(doubles[None], kernel.doubles, kernel.discount_double, first)[0][0]
    with arithmetic.context():
        while True:
            values = policy_values(kernel, reward, choice)
            state, action = _candidates(kernel, doubles, values, choice)
            gain = reward[state, action] + product(kernel.rows[state, action], values) * kernel.discount - values[state]
            zero = arithmetic.number(0)
            better = {} if isinstance(arithmetic, Float) else _improvements(arithmetic, state, action, gain, zero)
            if not better:
                residual = arithmetic.maximum(np.array([zero, *gain], dtype=values.dtype))
                return MDPSolution(choice, values, residual)
            for s, a in better.items():
                choice[s] = a


def _candidates(kernel: Kernel, reward: NDArray[np.float64], values: Array, choice: Choice) -> tuple[Choice, Choice]:
    """Pairs (s, a) whose gain over `choice` may be positive: all but the chosen, less what doubles exclude.

    The gain of the chosen action is 0 by definition.  Rationals are screened by a computation in doubles whose
    error is bounded by `bellman_error`; an infinite or undefined double excludes nothing.
    """
    possible = np.arange(reward.shape[1]) != choice[:, None]
    if isinstance(kernel.arithmetic, Exact):
        value = nearest_doubles(values)
        gain = reward + kernel.discount_double * (kernel.doubles @ value) - value[:, None]
        error = bellman_error(len(value), float(np.abs(reward).max()), float(np.abs(value).max()))
        possible &= ~(gain < -error)
    state, action = np.nonzero(possible)
    return state, action


def _improvements(arithmetic: Arithmetic, state: Choice, action: Choice, gain: Array, zero: Any) -> dict[int, int]:
    """For each state with a certainly positive gain, the action of (about) the largest."""
    best: dict[int, tuple[int, Any]] = {}
    for s, a, value in zip(state.tolist(), action.tolist(), gain):
        if arithmetic.at_most(value, best[s][1] if s in best else zero) is False:
            best[s] = a, value
    return {s: a for s, (a, _) in best.items()}
