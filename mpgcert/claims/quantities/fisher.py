"""The Fisher matrix of softmax policies, its pseudo-inverse, natural gradients (zhang2022, section 10).

The pseudo-inverse needs no decomposition.  Let N be 1 within each state's block and 0 elsewhere: if (F + N) x = g
for a g that sums to 0 over each state's actions, then so does x, hence F x = g and x = F^+ g, because F vanishes
exactly on the functions of the state (zhang2022.lemma-9).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.derivatives import (
    centred,
    derivatives,
    identity,
    regularized_derivatives,
    scores,
    squares,
)
from mpgcert.claims.quantities.rule import Rule, kept, per

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


@kept
def blocks(at: Lens, player: int) -> Array:
    """F_{i, s}: mean over a state's actions of the outer products of scores, [S, A_i, A_i]."""
    score = scores(at, player)
    return np.matmul(score * at.policy[player][:, None, :], np.swapaxes(score, 1, 2))


@kept
def fisher(at: Lens, player: int) -> Array:
    """F_i: mean over states and actions of outer products of the gradients by all parameters, [S A_i, S A_i]."""
    own, score = at.policy[player], scores(at, player)
    n_states, count = own.shape
    total = at.zeros(n_states * count, n_states * count)
    for s in range(n_states):
        for a in range(count):
            gradient = at.zeros(n_states, count)
            gradient[s] = score[s, :, a]
            flat = gradient.ravel()
            total = total + flat[:, None] * flat[None, :] * (at.evaluation.visitation[s] * own[s, a])
    return total


def pseudo_inverse_of(at: Lens, matrix: Array, right: Array, count: int) -> Array:
    """matrix^+ right, where the matrix vanishes exactly on functions of the state and right is centred."""
    state = np.arange(len(matrix)) // count
    constant = at.zeros(*matrix.shape)
    constant[state[:, None] == state[None, :]] = at.number(1)
    return at.arithmetic.solve(matrix + constant, right)


@kept
def natural_gradient(at: Lens, player: int, gradient: str) -> Array:
    """F_i^+ times the gradient `plain` or `regularized`, [S, A_i]."""
    right = derivatives(at, player, False) if gradient == "plain" else regularized_derivatives(at, player)
    solution = pseudo_inverse_of(at, fisher(at, player), right.ravel(), right.shape[1])
    return solution.reshape(right.shape)


def score_residual(at: Lens, k: Index) -> Any:
    """Against 1{b = a} - pi_i(a|s)."""
    own = at.policy[k.player][k.state]
    return squares(scores(at, k.player)[k.state] - (identity(at, len(own)) - own[:, None]))


def fisher_residual(at: Lens, k: Index) -> Any:
    """Against diag(pi) - pi pi^T."""
    own = at.policy[k.player][k.state]
    return squares(blocks(at, k.player)[k.state] - (identity(at, len(own)) * own - own[:, None] * own[None, :]))


def least_pivot(at: Lens, k: Index) -> Any:
    """Least pivot in the elimination of F_{i, s} without its last row and column (1 if nothing is left)."""
    rest, pivots = blocks(at, k.player)[k.state][:-1, :-1], []
    while len(rest):
        pivot = rest[0, 0]
        pivots.append(pivot)
        if at.arithmetic.sign(pivot) != 1:
            break
        rest = rest[1:, 1:] - rest[1:, :1] * rest[:1, 1:] / pivot
    return -at.arithmetic.maximum(-np.array(pivots)) if pivots else at.number(1)


def block_form(at: Lens, player: int) -> Array:
    """blkdiag of d(s) F_{i, s}."""
    parts = blocks(at, player)
    n_states, count = parts.shape[:2]
    out = at.zeros(n_states, count, n_states, count)
    for s in range(n_states):
        out[s, :, s] = parts[s] * at.evaluation.visitation[s]
    return out.reshape(n_states * count, n_states * count)


def _centred_vectors(at: Lens, player: int) -> Array:
    """Columns that span all g with sum_a g(s, a) = 0, [S A_i, S A_i]."""
    n_states, count = at.policy[player].shape
    return centred(identity(at, n_states * count).reshape(-1, n_states, count)).reshape(-1, n_states * count).T


def _pseudo_inverse(at: Lens, player: int) -> Array:
    """F_i^+ applied to the spanning vectors, [S, A_i, vectors]."""
    vectors = _centred_vectors(at, player)
    count = at.game.n_actions[player]
    return pseudo_inverse_of(at, fisher(at, player), vectors, count).reshape(-1, count, vectors.shape[1])


def _preimages(at: Lens, player: int) -> Array:
    """g / (d pi) for the spanning vectors g, [S, A_i, vectors]."""
    weight = at.evaluation.visitation[:, None] * at.policy[player]
    return _centred_vectors(at, player).reshape(*weight.shape, -1) / weight[:, :, None]


def pseudo_inverse_residual(at: Lens, k: Index) -> Any:
    """The best c(s) is the mean over actions of what is left."""
    rest = _pseudo_inverse(at, k.player) - _preimages(at, k.player)
    return squares(centred(np.swapaxes(rest, 1, 2)))


def pseudo_inverse_block_residual(at: Lens, k: Index) -> Any:
    """Blocks of F_i^+ g against the pseudo-inverses of the blocks."""
    whole, total = _pseudo_inverse(at, k.player), at.number(0)
    vectors = _centred_vectors(at, k.player).reshape(whole.shape)
    for s, block in enumerate(blocks(at, k.player)):
        own = pseudo_inverse_of(at, block, vectors[s], len(block)) / at.evaluation.visitation[s]
        total = total + squares(whole[s] - own)
    return total


def projector_residual(at: Lens, k: Index) -> Any:
    """F^+ F against I - 1 1^T / A_i."""
    block = blocks(at, k.player)[k.state]
    unit = identity(at, len(block))
    return squares(pseudo_inverse_of(at, block, block, len(block)) - centred(unit))


def preimage_residual(at: Lens, k: Index) -> Any:
    """d(s) F_{i, s} f against g."""
    found = np.matmul(blocks(at, k.player), _preimages(at, k.player)) * at.evaluation.visitation[:, None, None]
    return squares(found - _centred_vectors(at, k.player).reshape(found.shape))


_OF_POLICY: dict[str, Rule] = {
    "score_residual": per("player", "state")(score_residual),
    "fisher_residual": per("player", "state")(fisher_residual),
    "fisher_ones": per("player", "state")(lambda at, k: squares(blocks(at, k.player)[k.state].sum(axis=1))),
    "least_fisher_pivot": per("player", "state")(least_pivot),
    "fisher_block_residual": per("player")(lambda at, k: squares(fisher(at, k.player) - block_form(at, k.player))),
    "pseudo_inverse_residual": per("player")(pseudo_inverse_residual),
    "pseudo_inverse_block_residual": per("player")(pseudo_inverse_block_residual),
    "projector_residual": per("player", "state")(projector_residual),
    "preimage_residual": per("player")(preimage_residual),
    "natural_direction": per("player", "state", "action")(
        lambda at, k: natural_gradient(at, k.player, "plain")[k.state, k.action]
    ),
    "centred_advantage": per("player", "state", "action")(
        lambda at, k: centred(at.advantages[k.player])[k.state, k.action]
    ),
    "centred_inverse_probability": per("player", "state", "action")(
        lambda at, k: centred(1 / at.policy[k.player])[k.state, k.action]
    ),
}

_OF_STEP: dict[str, Rule] = {
    "regularized_natural_direction": per("player", "state", "action")(
        lambda at, k: natural_gradient(at, k.player, "regularized")[k.state, k.action]
    ),
}

QUANTITIES: dict[Setting, dict[str, Rule]] = {Setting.POLICY: _OF_POLICY, Setting.STEP: _OF_STEP}
