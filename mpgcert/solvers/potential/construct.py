"""The only candidate for a stage potential, from values of pure policies.

Facts (mathematics of zhang2022.definition-2):

* phi is a stage potential if and only if Abar_{r_i - phi, i} vanishes for all players i and all policies.
* If h has vanishing averaged advantages for ALL players and policies then no unilateral change moves V_h
  (zhang2022.lemma-8), so neither does any change of policy: V_h = w.  Evaluated at the pure policies this says
  h(s, a) = w(s) - gamma sum_s' P(s' | s, a) w(s').  So the potentials of a game are phi_0 plus an
  S-dimensional space of shapings, and exactly one potential agrees with r_j on one joint action a0
  (I - gamma P_a0 is regular).
* Let U = (I - gamma P_a)^-1 (r_i - phi)(., a), the value of r_i - phi when a is played in every state.  The
  advantage of a' = (a_i', a_-i) being 0 reads phi(s, a') = r_i(s, a') + gamma sum_s' P(s' | s, a') U(s') - U(s).
  For a player whose actions move no transition this is phi(s, a) + r_i(s, a') - r_i(s, a), without a solve.

The construction uses pure policies only, so its result still has to be tested on mixed ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.solvers.arrays import DenseTransition, GameArrays, SparseTransition

__all__ = ["construct_candidate", "transition_rows"]

Array = NDArray[Any]


def construct_candidate(arrays: GameArrays, reach: NDArray[np.bool_], reference: int) -> Array:
    """The stage potential phi [S, A_1, ..., A_n], if there is one.

    Args:
        arrays: the game, in any arithmetic.
        reach: R_i [n, S] of `influence.reach`.
        reference: the player j with phi(., a0) = r_j(., a0), a0 being everybody's first action.

    Raises:
        SingularMatrix: in a prime field, if some I - gamma P_a is singular there.
    """
    sizes = arrays.n_actions
    phi = np.empty((arrays.n_states, *sizes), dtype=arrays.rewards.dtype)
    known: list[slice] = [slice(0, 1)] * len(sizes)
    phi[:, *known] = arrays.rewards[reference][:, *known]
    moving = [bool(row.any()) for row in reach]
    # Solves are needed once per known joint action: movers with few actions go first, the others last.
    for i in sorted(range(len(sizes)), key=lambda k: (not moving[k], sizes[k])):
        own = arrays.rewards[i]
        gap = own[:, *known] - phi[:, *known]
        known[i] = slice(None)
        phi[:, *known] = _moved(arrays, i, gap, known) if moving[i] else own[:, *known] - gap
    return phi


def _moved(arrays: GameArrays, player: int, gap: Array, known: list[slice]) -> Array:
    """phi on the joint actions `known`, given gap = r_i - phi [S, ...] where the player's action is the first."""
    n_states, discount = arrays.n_states, arrays.discount
    joint = np.arange(int(np.prod(arrays.n_actions))).reshape(arrays.n_actions)[*known]
    target = np.array(arrays.rewards[player][:, *known])
    own_last = np.moveaxis(target, player + 1, -1)
    index = np.moveaxis(joint, player, -1)
    bases = np.moveaxis(gap, player + 1, -1)[..., 0]
    identity = arrays.identity()
    for base in np.ndindex(index.shape[:-1]):
        rows = transition_rows(arrays.transition, np.arange(n_states), index[base])
        value = arrays.arithmetic.solve(identity - rows[:, 0] * discount, bases[:, *base])
        own_last[:, *base] += (rows @ value) * discount - value[:, None]
    return target


def transition_rows(
    transition: DenseTransition | SparseTransition, states: NDArray[np.int64], joint: NDArray[np.int64]
) -> Array:
    """P(. | s, a) for the given states and flat joint actions, [len(states), len(joint), S]."""
    if isinstance(transition, DenseTransition):
        return transition.joint_rows()[states[:, None], joint]
    n_joint = (len(transition.start) - 1) // transition.n_states
    wanted = (states[:, None] * n_joint + joint).ravel()
    length = transition.start[wanted + 1] - transition.start[wanted]
    row = np.repeat(np.arange(len(wanted)), length)
    entry = np.arange(len(row)) + np.repeat(transition.start[wanted] - np.cumsum(length) + length, length)
    probability = transition.probability
    out = np.full((len(wanted), transition.n_states), probability[0] * 0, dtype=probability.dtype)
    out[row, transition.successor[entry]] = probability[entry]
    return out.reshape(len(states), len(joint), transition.n_states)
