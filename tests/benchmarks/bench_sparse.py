"""Large structured games: an iteration of softmax play on sparse kernels, and evaluation of many players by loads.

The peer of the sparse rows does the same iteration (values of all rewards, visitation, averaged Q, best replies by
policy iteration from the same replies, gradient, NE-gap) with numpy and SuperLU: one factorisation for values and
visitation, one for each policy of a reply.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from benchmarks.harness import Growth, Row

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel, resolve


def successors(kind, n_states, seed=0):
    """The next states of each state: 5 at random, the 4 neighbours on a grid, or those at most 3 away."""
    if kind == "random":
        rng = np.random.default_rng(seed)
        return [np.sort(rng.choice(n_states, 5, replace=False)) for _ in range(6 * n_states)]
    states = np.arange(n_states)
    if kind == "band":
        near = [np.clip(np.arange(s - 3, s + 4), 0, n_states - 1) for s in states]
    else:
        width = int(np.sqrt(n_states * 1.25))
        height = n_states // width
        y, x = states // width, states % width
        moves = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        cells = [np.clip(b, 0, height - 1) * width + np.clip(a, 0, width - 1) for b, a in moves]
        near = list(np.stack(cells, axis=1))
    return [np.unique(own) for own in near for _ in range(6)]


@cache
def sparse_game(kind, n_states=2000, seed=0):
    """2 x 3 actions, random weights on the successors, individual rewards; discount 0.95."""
    rng = np.random.default_rng(seed)
    rows = successors(kind, n_states, seed)
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    weights = rng.integers(1, 1000, size=start[-1])
    weights[start[:-1]] += 10**4 - np.add.reduceat(weights, start[:-1])
    kernel = SparseKernel(start, np.concatenate(rows), ExactArray.of_integers(weights, 10**4))
    rewards = ExactArray.of_integers(rng.integers(0, 1001, size=(2, n_states, 2, 3)), 1000)
    return MarkovGame.of(rewards=rewards, transition=kernel, discount="0.95", name=kind)


@cache
def iteration(kind, n_states=2000):
    """The machinery of a run on the game, and an iterate to start from."""
    from mpgcert.learn.dynamics import StepRule
    from mpgcert.learn.iterates import Iteration
    from mpgcert.learn.oracle import oracle_of
    from mpgcert.learn.rounding import RoundingBound

    game = sparse_game(kind, n_states)
    made = Iteration(StepRule("gradient-play", 0.1), oracle_of(game), RoundingBound.of(game))
    first = made.first(Policy.random(game, 1))
    return made, made.after(first)


class WithSuperLU:
    """The peer: the same numbers by sparse LU factors of scipy."""

    def __init__(self, kind, n_states=2000):
        from scipy.sparse import csr_array, identity

        game = sparse_game(kind, n_states)
        kernel = game.sparse_kernel
        self.n_states, self.discount = n_states, float(game.discount)
        shape = (6 * n_states, n_states)
        self.kernel = csr_array((kernel.probability.to_float(), kernel.successor, kernel.start), shape=shape)
        self.rewards = game.rewards.to_float().reshape(2, n_states, 6)
        self.identity = identity(n_states, format="csr")
        self.initial = game.initial.to_float()
        # COLAMD is the default; a user who knows the graph of a grid asks for the order of A + A'
        self.order = "COLAMD" if kind == "random" else "MMD_AT_PLUS_A"

    def factors(self, joint):
        from scipy.sparse import csr_array
        from scipy.sparse.linalg import splu

        rows = np.arange(0, 6 * self.n_states + 1, 6)
        mix = csr_array((joint.ravel(), np.arange(6 * self.n_states), rows), shape=(self.n_states, 6 * self.n_states))
        return splu((self.identity - self.discount * (mix @ self.kernel)).tocsc(), permc_spec=self.order)

    def ahead(self, player, values):
        """r_i + gamma E[values], [S, 2, 3]."""
        expected = (self.kernel @ values).reshape(self.n_states, 6)
        return (self.rewards[player] + self.discount * expected).reshape(self.n_states, 2, 3)

    def iterate(self, policy, replies):
        """Values, visitation, averaged Q, gradient and best replies; returns the NE-gaps."""
        parts = policy[:, :2], policy[:, 2:]
        joint = (parts[0][:, :, None] * parts[1][:, None, :]).reshape(self.n_states, 6)
        system = self.factors(joint)
        values = system.solve(np.einsum("sa,isa->si", joint, self.rewards))
        visitation = system.solve((1 - self.discount) * self.initial, trans="T")
        states, gaps, gradients = np.arange(self.n_states), [], []
        for i, subscripts in enumerate(("sab,sb->sa", "sab,sa->sb")):
            other = parts[1 - i]
            averaged = np.einsum(subscripts, self.ahead(i, values[:, i]), other)
            advantage = averaged - values[:, i : i + 1]
            gradients.append(visitation[:, None] * parts[i] * advantage / (1 - self.discount))
            choice, best = replies[i], None
            while True:
                own = np.eye(parts[i].shape[1])[choice]
                pair = (own, other) if i == 0 else (other, own)
                played = (pair[0][:, :, None] * pair[1][:, None, :]).reshape(self.n_states, 6)
                reply = self.factors(played).solve((played * self.rewards[i]).sum(axis=1))
                if best is not None and not reply.sum() > best.sum():
                    break
                best = reply
                q = np.einsum(subscripts, self.ahead(i, reply), other)
                better = q.max(axis=1) > q[states, choice] + 1e-13 * np.abs(q).max()
                if not better.any():
                    break
                choice = np.where(better, q.argmax(axis=1), choice)
            gaps.append(self.initial @ (best - values[:, i]))
        norm = np.sqrt(sum((part**2).sum() for part in gradients))
        least = min((part * (part == part.max(axis=1, keepdims=True))).sum(axis=1).min() for part in parts)
        return np.array([*gaps, norm, least])


def sparse_row(kind, label, goal):
    made, start = None, None
    peer = None

    def ours():
        nonlocal made, start
        if made is None:
            made, start = iteration(kind)
        logits = made.logits(start)
        found = made.measure(1, start.policy, start.log_policy, start.replies, start.totals, 0.0)
        gradient = made.record(found).player_gradient_norm
        assert np.isfinite(logits).all()
        return np.array([*found.gaps, np.sqrt((gradient**2).sum())])

    def theirs():
        nonlocal peer
        if peer is None:
            peer = WithSuperLU(kind)
        _, given = iteration(kind)
        return peer.iterate(given.policy, given.replies)

    entries = sum(map(len, successors(kind, 2000)))
    return Row(
        f"softmax play, one iteration, 2000 states, 2 x 3 actions, {label}",
        ours,
        theirs,
        "numpy and sparse LU (SuperLU)",
        repeats=5,
        group="Learning dynamics",
        unit="iteration",
        goal=goal,
        limit_bytes=12 * entries,
        limit_note="one read of the kernel",
        instructions=kind == "random",
        agree=lambda a, b: np.testing.assert_allclose(a, b[:3], rtol=1e-8),
    )


def loads_row(players=11):
    """Averaged rewards of all players: by loads, and by the joint tensor of the same game (4^11 entries)."""
    from mpgcert.solvers.counts import CountArrays, averaged_rewards

    game = resolve(f"facilities:players={players}")
    arrays = CountArrays.of(game)
    policy = np.stack([part.to_float() for part in Policy.random(game, 0).probabilities])

    @cache
    def tensor():
        chosen = np.indices((4,) * players, dtype=np.int8).reshape(players, -1)
        load = (chosen == chosen[0]).sum(axis=0, dtype=np.int64)
        return arrays.rewards[0][chosen[0], load - 1].reshape((4,) * players)

    def joint():
        # all players have the same table up to their place: put each one first in turn
        out = []
        for i in range(players):
            table = tensor()
            for j in reversed([k for k in range(players) if k != i]):
                table = table @ policy[j, 0]
            out.append(table)
        return np.array(out)

    return Row(
        f"averaged rewards of {players} players on 4 facilities",
        lambda: averaged_rewards(arrays, policy)[:, 0],
        joint,
        "contractions of the joint tensor",
        group="Learning dynamics",
        unit="evaluation",
        agree=lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-10),
    )


def rows():
    """See `benchmarks.harness`."""
    return [
        sparse_row("random", "5 random successors", 100),
        sparse_row("grid", "4-neighbour grid", 1 / 1.1),
        sparse_row("band", "band of 7", 1 / 1.1),
        loads_row(),
    ]


def growth():
    """See `benchmarks.harness`."""

    def sparse(n_states):
        made, start = iteration("random", n_states)
        return lambda: made.after(start)

    def loads(players):
        from mpgcert.learn.count_oracle import CountOracle

        game = resolve(f"facilities-distancing:players={players}")
        oracle = CountOracle(game)
        policy = oracle.layout.join([part.to_float() for part in Policy.random(game, 0).probabilities])
        return lambda: oracle.evaluate(policy)

    return [
        Growth("softmax play, sparse, random successors", "|S|", [500, 1000, 2000, 4000, 8000], sparse, expected="1"),
        Growth("congestion game by loads, two states", "n", [12, 25, 50, 100], loads, expected="4"),
    ]
