"""What a user has today for the tasks of this package: QuantEcon, linear programs, and what one writes in numpy."""

from __future__ import annotations

from functools import cache

import numpy as np

from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate

__all__ = [
    "einsum_gaps",
    "least_squares_potential",
    "linear_program_visitation",
    "quantecon_gains",
    "quantecon_visitations",
    "riccati_written_out",
]


def quantecon_visitations(game, targets, extreme="least"):
    """min or max over policies of d(s) for some s, by DiscreteDP's policy iteration."""
    from quantecon.markov import DiscreteDP
    from scipy.sparse import csr_matrix

    states, actions, discount = game.n_states, game.n_joint_actions, float(game.discount)
    pairs = np.repeat(np.arange(states), actions), np.tile(np.arange(actions), states)
    sign, initial = (-1 if extreme == "least" else 1), game.initial.to_float()
    if game.is_sparse:
        kernel = game.sparse_kernel
        matrix = csr_matrix((kernel.probability.to_float(), kernel.successor, kernel.start), (states * actions, states))
    else:
        matrix = game.dense_kernel().to_float().reshape(states, actions, states)
    found = []
    for state in targets:
        reward = np.zeros((states, actions))
        reward[state] = sign * (1 - discount)
        arguments = (reward.ravel(), matrix, discount, *pairs) if game.is_sparse else (reward, matrix, discount)
        found.append(sign * (initial @ DiscreteDP(*arguments).solve(method="policy_iteration").v))
    return np.array(found)


def linear_program_visitation(game, state):
    """min over policies of d(s), as the linear program over joint occupation measures, by HiGHS."""
    from scipy.optimize import linprog

    states, actions, discount = game.n_states, game.n_joint_actions, float(game.discount)
    rows = game.dense_kernel().to_float().reshape(-1, states)
    flow = np.repeat(np.eye(states), actions, axis=0) - discount * rows
    cost = np.zeros(states * actions)
    cost[state * actions : (state + 1) * actions] = 1
    done = linprog(cost, A_eq=flow.T, b_eq=(1 - discount) * game.initial.to_float(), method="highs")
    return done.fun


def einsum_gaps(arrays, policy):
    """NE-gaps [n] as one writes them with einsum; three players."""
    kernel, discount = arrays.transition.kernel, arrays.discount
    identity, states = np.eye(arrays.n_states), np.arange(arrays.n_states)
    chain = np.einsum("sabct,sa,sb,sc->st", kernel, *policy, optimize=True)
    gaps = []
    for i in range(3):
        reward = np.einsum("sabc,sa,sb,sc->s", arrays.rewards[i], *policy, optimize=True)
        values = np.linalg.solve(identity - discount * chain, reward)
        j, k = (other for other in range(3) if other != i)
        subscripts = f"s{'abc'[j]},s{'abc'[k]}->s{'abc'[i]}"
        own = np.einsum(f"sabct,{subscripts}t", kernel, policy[j], policy[k], optimize=True)
        mine = np.einsum(f"sabc,{subscripts}", arrays.rewards[i], policy[j], policy[k], optimize=True)
        choice = (mine + discount * own @ values).argmax(axis=1)
        while True:
            best = np.linalg.solve(identity - discount * own[states, choice], mine[states, choice])
            better = (mine + discount * own @ best).argmax(axis=1)
            if (better == choice).all():
                break
            choice = better
        gaps.append(arrays.initial @ (best - values))
    return np.array(gaps)


def least_squares_potential(game, policies=12):
    """The linear equations of sampled policies, stacked and solved in doubles: largest residual."""
    rng, arrays = np.random.default_rng(0), GameArrays.of(game)
    shape = game.rewards.shape[1:]
    unknowns = int(np.prod(shape))
    basis = np.eye(unknowns).reshape(unknowns, *shape)
    rows, right = [], []
    for _ in range(policies):
        policy = [rng.dirichlet(np.ones(count), size=game.n_states) for count in game.n_actions]
        own, units = evaluate(arrays, policy), evaluate(arrays, policy, basis)
        for player in range(game.n_players):
            right.append(own.averaged_advantage(player).ravel())
            rows.append(np.stack([units.averaged_advantage(player, k).ravel() for k in range(unknowns)], axis=1))
    matrix, target = np.concatenate(rows), np.concatenate(right)
    solution = np.linalg.lstsq(matrix, target, rcond=None)[0]
    return float(np.abs(matrix @ solution - target).max())


def quantecon_gains(game):
    """Gains of a game of two players with one control each whose data do not change, iterated to convergence."""
    from quantecon import nnash

    A, B, Q, R = _first_stage(game)
    none = np.zeros((1, 1))
    zero = [np.zeros_like(part) for part in B]
    return np.concatenate(nnash(A, *B, *Q, *R, none, none, *zero, none, none, tol=1e-12)[:2])


@cache
def _first_stage(game):
    """A, B, Q, R in doubles: made once, as they are no part of the work."""
    parts = [part.to_float()[0] for part in (*game.B, *game.R)]
    return game.A.to_float()[0], parts[: game.n_players], game.Q.to_float()[:, 0], parts[game.n_players :]


def riccati_written_out(game):
    """(2.4) and (2.5) of hambly2021 player by player."""
    A, B = game.A.to_float(), [part.to_float() for part in game.B]
    Q, R = game.Q.to_float(), [part.to_float() for part in game.R]
    players, cuts = range(len(B)), np.cumsum([part.shape[2] for part in B])[:-1]
    P, gains = [Q[i][-1] for i in players], []
    for t in reversed(range(len(A))):
        rows = [[B[i][t].T @ P[i] @ B[j][t] + (R[i][t] if i == j else 0) for j in players] for i in players]
        right = np.concatenate([B[i][t].T @ P[i] @ A[t] for i in players])
        K = np.split(np.linalg.solve(np.block(rows), right), cuts)
        loop = A[t] - sum(B[i][t] @ K[i] for i in players)
        P = [Q[i][t] + K[i].T @ R[i][t] @ K[i] + loop.T @ P[i] @ loop for i in players]
        gains.append(np.concatenate(K))
    return np.array(gains[::-1])
