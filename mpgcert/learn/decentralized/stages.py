"""Algorithm 1 of maheshwari2023 in plain Python, number by number as the paper has it.

This is the readable twin of `mpgcert.kernels.decentralized`, which gives the identical trajectory several hundred times
faster; short runs are done here, because loading compiled code takes longer than they do.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np

from mpgcert.kernels.arrays import FIRST, UNIFORM, Arena, Runs
from mpgcert.learn.decentralized.generator import Generator, seeded_words
from mpgcert.learn.decentralized.step_sizes import power_member

__all__ = ["advance", "first_stage"]


def first_stage(arena: Arena, initial: Any, policy: Any, q: Any, seed: int) -> Runs:
    """Stage 0: s^0 ~ mu, a_i^0 ~ pi_i^0(s^0) without exploration, all counters 0.

    Args:
        initial: mu, summed up over the states, [S]; 1 from the last possible state on.
        policy, q: pi^0 and q^0, [S, B].
    """
    n_players, n_states = len(arena.exploration), len(policy)
    generator = Generator(seeded_words(seed))
    state = bisect_right(initial.tolist(), generator.uniform())
    actions = []
    for low, high in zip(arena.offsets, arena.offsets[1:]):
        law = policy[state, low:high]
        mass = np.cumsum(law)
        mass[np.flatnonzero(law)[-1] :] = np.inf
        actions.append(bisect_right(mass.tolist(), generator.uniform()))
    return Runs(
        step=np.zeros(1, dtype=np.int64),
        state=np.array([state]),
        actions=np.array([actions], dtype=np.int64),
        q=np.array(q[None]),
        policy=np.array(policy[None]),
        state_visits=np.zeros((1, n_states), dtype=np.int64),
        action_visits=np.zeros((1, *q.shape), dtype=np.int64),
        reply=np.full((1, n_states, n_players), -1),
        reply_changes=np.zeros((1, n_states, n_players), dtype=np.int64),
        largest_q=np.maximum.reduceat(np.abs(q).max(axis=0), arena.offsets[:-1])[None],
        generator=np.array([generator.words], dtype=np.uint64),
    )


def advance(arena: Arena, runs: Runs, stages: int) -> Runs:
    """The same runs after `stages` further iterates; the given ones are not changed."""
    after = runs.copy()
    for index in range(len(runs.step)):
        play = _Play(arena, after.run(index))
        for _ in range(stages):
            play.iterate()
        play.store(stages)
    return after


class _Play:
    """One run in progress, its tables as nested lists."""

    def __init__(self, arena: Arena, run: Runs) -> None:
        self.arena, self.run = arena, run
        self.n_players = len(arena.exploration)
        self.n_joint = len(arena.rewards) // run.q.shape[1]
        self.columns = [range(low, high) for low, high in zip(arena.offsets.tolist(), arena.offsets[1:].tolist())]
        self.strides = arena.strides.tolist()
        self.exploration = arena.exploration.tolist()
        self.generator = Generator(run.generator[0])
        self.state: int = run.state[0].item()
        self.actions: list[int] = run.actions[0].tolist()
        self.q: list[list[float]] = run.q[0].tolist()
        self.policy: list[list[float]] = run.policy[0].tolist()
        self.state_visits: list[int] = run.state_visits[0].tolist()
        self.action_visits: list[list[int]] = run.action_visits[0].tolist()
        self.reply: list[list[int]] = run.reply[0].tolist()
        self.reply_changes: list[list[int]] = run.reply_changes[0].tolist()
        self.largest_q: list[float] = run.largest_q[0].tolist()

    def store(self, stages: int) -> None:
        """Write everything back into the arrays."""
        run = self.run
        run.step[0] += stages
        run.state[0] = self.state
        run.generator[0] = self.generator.words
        for name in ("actions", "q", "policy", "state_visits", "action_visits", "reply", "reply_changes", "largest_q"):
            getattr(run, name)[0] = getattr(self, name)

    def iterate(self) -> None:
        """Iterate t: observe s^t, update the counters, q and pi at s^(t-1), then act at s^t."""
        s, row = self.state, self.state * self.n_joint
        row += sum(action * stride for action, stride in zip(self.actions, self.strides))
        following = self.observe(row)
        self.state_visits[s] += 1
        for i in range(self.n_players):
            self.learn(i, s, row, following)
        self.state = following
        self.actions = [self.act(i) for i in range(self.n_players)]

    def observe(self, row: int) -> int:
        """The state s^t, drawn from the row of P that belongs to (s^(t-1), a^(t-1))."""
        arena, u = self.arena, self.generator.uniform()
        first, last = int(arena.row_start[row]), int(arena.row_start[row + 1]) - 1
        entry = first + int(np.searchsorted(arena.cumulative[first:last], u, side="right"))
        return int(arena.successor[entry])

    def learn(self, i: int, s: int, row: int, following: int) -> None:
        """Player i's updates of the counters, (4a) and (5a)."""
        arena, q, policy, columns = self.arena, self.q, self.policy, self.columns[i]
        own = columns[self.actions[i]]
        self.action_visits[s][own] += 1
        alpha = self.step_size(int(arena.alpha_rule[i]), self.action_visits[s][own])
        beta = self.step_size(int(arena.beta_rule[i]), self.state_visits[s])

        continuation = 0.0  # of s^t, under q^(t-1) and pi^(t-1)
        for k in columns:
            continuation += policy[following][k] * q[following][k]
        reward = float(arena.rewards[row, i])
        updated = q[s][own] + alpha * (reward + arena.discount * continuation - q[s][own])

        if arena.reply_to_updated:
            q[s][own] = updated
        best_reply = self.best_reply(i, s)
        if best_reply is not None:
            for k, probability in zip(columns, best_reply):
                policy[s][k] += beta * (probability - policy[s][k])
        q[s][own] = updated
        self.largest_q[i] = max(self.largest_q[i], abs(updated))

    def step_size(self, rule: int, member: int) -> float:
        """Member 1, 2, ... of a sequence."""
        tables = self.arena.step_tables
        if member <= tables.shape[1]:
            return float(tables[rule, member - 1])
        scale, exponent, shift = self.arena.step_powers[rule].tolist()
        return power_member(scale, exponent, shift, member)

    def best_reply(self, i: int, s: int) -> list[float] | None:
        """A maximiser of sum_a pi_i(a) q_i(s, a) by the rule for ties; None where pi_i(s) itself is one and stays."""
        columns, ties = self.columns[i], self.arena.ties
        q, policy = self.q[s], self.policy[s]
        largest = max(q[k] for k in columns)
        attain = [q[k] == largest for k in columns]
        first, count = attain.index(True), sum(attain)
        if self.reply[s][i] != first:
            self.reply_changes[s][i] += self.reply[s][i] >= 0
            self.reply[s][i] = first
        if count == 1 or ties == FIRST:
            return [1.0 if j == first else 0.0 for j in range(len(columns))]
        mass = 0.0
        for k, maximal in zip(columns, attain):
            mass += policy[k] if maximal else 0.0
        if ties == UNIFORM or mass == 0.0:
            return [1.0 / count if maximal else 0.0 for maximal in attain]
        if all(maximal or policy[k] == 0.0 for k, maximal in zip(columns, attain)):
            return None
        return [policy[k] / mass if maximal else 0.0 for k, maximal in zip(columns, attain)]

    def act(self, i: int) -> int:
        """a_i^t by (6), the last action where rounding leaves none."""
        columns, law, u = self.columns[i], self.policy[self.state], self.generator.uniform()
        kept, floor = 1.0 - self.exploration[i], self.exploration[i] / len(columns)
        mass = 0.0
        for action, k in enumerate(columns[:-1]):
            mass += kept * law[k] + floor
            if u < mass:
                return action
        return len(columns) - 1
