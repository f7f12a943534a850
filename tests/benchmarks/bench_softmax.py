"""Softmax play beside loops that a user would write in numpy: the same iterations, with the same diagnostics.

Each row makes a number of iterates that takes long enough to be timed; potential, NE-gap, gradient norm and c of every
iterate are part of the work on both sides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from benchmarks.harness import Row

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame, Policy
from mpgcert.games.builtin import builtin
from mpgcert.learn.compiled import CompiledLoop
from mpgcert.learn.dynamics import StepRule
from mpgcert.learn.iterates import Iteration
from mpgcert.learn.oracle import oracle_of
from mpgcert.learn.rounding import RoundingBound


def ours(game: MarkovGame, step_size: float, steps: int) -> Callable[[], object]:
    """Gradient play by the compiled loop; the last NE-gap."""
    iteration = Iteration(StepRule("gradient-play", step_size), oracle_of(game), RoundingBound.of(game))
    loop = CompiledLoop(game, iteration, None)
    first = iteration.first(Policy.uniform(game))

    def play() -> float:
        standing = loop.standing([first.policy], [first.log_policy], [first.replies], [first.totals])
        _, block = loop.stretch(standing, 0, steps, steps, True)
        return float(block.records.players[0, -1, :, 1].max())

    play()
    return play


def softmax(theta: np.ndarray) -> np.ndarray:
    weights = np.exp(theta - theta.max())
    return weights / weights.sum()


def multiplicative_weights(policy: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    weights = policy * np.exp(exponent)
    return weights / np.sum(weights)


def two_agents(payoff: np.ndarray, step_size: float, steps: int) -> float:
    """The authors' loop for two agents, statement by statement in numpy: what it computes, in its order."""
    count = steps + 1
    pi_1, pi_2 = np.full(payoff.shape[0], 1 / payoff.shape[0]), np.full(payoff.shape[1], 1 / payoff.shape[1])
    policies_1, policies_2 = np.zeros((len(pi_1), count)), np.zeros((len(pi_2), count))
    potential, c, norm, gap = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count)
    for t in range(count):
        policies_1[:, t] = pi_1
        policies_2[:, t] = pi_2
        potential[t] = pi_1 @ payoff @ pi_2
        w_1 = step_size * payoff @ pi_2
        w_2 = step_size * payoff.T @ pi_1
        best_1, best_2 = np.argmax(w_1), np.argmax(w_2)
        top = max(w_1[best_1], w_2[best_2])
        c[t] = min(pi_1[best_1], pi_2[best_2])
        w_1, w_2 = w_1 * pi_1, w_2 * pi_2
        gap[t] = (top - np.sum(w_1)) / step_size
        w_1 = w_1 - pi_1 * np.sum(w_1)
        w_2 = w_2 - pi_2 * np.sum(w_2)
        norm[t] = np.sqrt(np.linalg.norm(w_1) ** 2 + np.linalg.norm(w_2) ** 2) / step_size
        pi_1 = multiplicative_weights(pi_1, w_1)
        pi_2 = multiplicative_weights(pi_2, w_2)
    return float(gap[-1])


def many_agents(payoff: np.ndarray, step_size: float, steps: int) -> float:
    """The same for any number of agents: each averages the tensor over the others, one axis after the other."""
    thetas = [np.zeros(count) for count in payoff.shape]
    potential, gap, norm, c = np.zeros(steps + 1), np.zeros(steps + 1), np.zeros(steps + 1), np.zeros(steps + 1)
    for t in range(steps + 1):
        policies = [softmax(theta) for theta in thetas]
        averaged = []
        for i in range(payoff.ndim):
            rest = payoff
            for j in reversed(range(payoff.ndim)):
                if j > i:
                    rest = rest @ policies[j]
            for j in range(i):
                rest = policies[j] @ rest.reshape(payoff.shape[j], -1)
            averaged.append(rest.reshape(-1))
        value = policies[0] @ averaged[0]
        gradients = [pi * (q - value) for pi, q in zip(policies, averaged)]
        potential[t] = value
        gap[t] = max(q.max() - value for q in averaged)
        norm[t] = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
        c[t] = min(pi[np.argmax(q)] for pi, q in zip(policies, averaged))
        thetas = [theta + step_size * gradient for theta, gradient in zip(thetas, gradients)]
    return float(gap[-1])


def einsum_markov(game: MarkovGame, step_size: float, steps: int) -> float:
    """Three agents in a Markov game of common interest: einsum for every average, a solve for every value."""
    kernel, reward = game.dense_kernel().to_float(), game.rewards.to_float()[0]
    initial, discount = game.initial.to_float(), float(game.discount)
    n_states = game.n_states
    thetas = [np.zeros((n_states, count)) for count in game.n_actions]
    identity = np.eye(n_states)
    worst = 0.0
    for _ in range(steps + 1):
        weights = [np.exp(theta - theta.max(axis=1, keepdims=True)) for theta in thetas]
        x, y, z = (weight / weight.sum(axis=1, keepdims=True) for weight in weights)
        under = np.einsum("sabct,sa,sb,sc->st", kernel, x, y, z, optimize=True)
        stage = np.einsum("sabc,sa,sb,sc->s", reward, x, y, z, optimize=True)
        value = np.linalg.solve(identity - discount * under, stage)
        visits = np.linalg.solve(identity - discount * under.T, (1 - discount) * initial)
        target = reward + discount * np.einsum("sabct,t->sabc", kernel, value, optimize=True)
        gaps, squares, shares, gradients = [], 0.0, [], []
        for own, others, names in (("a", (y, z), "bc"), ("b", (x, z), "ac"), ("c", (x, y), "ab")):
            formula = f"s{names[0]},s{names[1]}"
            q = np.einsum(f"sabc,{formula}->s{own}", target, *others, optimize=True)
            own_kernel = np.einsum(f"sabct,{formula}->s{own}t", kernel, *others, optimize=True)
            own_reward = np.einsum(f"sabc,{formula}->s{own}", reward, *others, optimize=True)
            choice = q.argmax(axis=1)
            while True:  # policy iteration
                states = np.arange(n_states)
                system = identity - discount * own_kernel[states, choice]
                best = np.linalg.solve(system, own_reward[states, choice])
                ahead = own_reward + discount * own_kernel @ best
                better = ahead.max(axis=1) - ahead[states, choice] > 1e-12
                if not better.any():
                    break
                choice = np.where(better, ahead.argmax(axis=1), choice)
            gaps.append(float((best - value) @ initial))
            policy = {"a": x, "b": y, "c": z}[own]
            gradient = visits[:, None] * policy * (q - value[:, None]) / (1 - discount)
            squares += float((gradient**2).sum())
            shares.append(float(policy[np.arange(n_states), q.argmax(axis=1)].min()))
            gradients.append(gradient)
        worst = max(gaps)
        _ = float(value @ initial), np.sqrt(squares), min(shares)
        thetas = [theta + step_size * gradient for theta, gradient in zip(thetas, gradients)]
    return worst


def dense_game(states: int = 50, sizes: tuple[int, ...] = (4, 4, 4)) -> MarkovGame:
    """Random common interest, every state reachable from every other."""
    rng = np.random.default_rng(0)
    common = rng.integers(0, 1001, size=(states, *sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(np.stack([common] * len(sizes)), 1000),
        transition=ExactArray.of_integers(
            rng.multinomial(10**4, np.ones(states) / states, size=(states, *sizes)), 10**4
        ),
        discount="0.9",
    )


def reading(table: np.ndarray, times: int) -> Callable[[], float]:
    """Reads a table so many times and adds it up."""
    from numba import njit

    @njit(fastmath=True)
    def total(table: np.ndarray, times: int) -> float:
        found = 0.0
        for turn in range(times):
            table[turn % len(table)] += 1e-300  # or it would be read once
            for k in range(len(table)):
                found += table[k]
        return found

    flat = table.ravel().copy()
    return lambda: total(flat, times)


def seconds_of(task: Callable[[], object], repeats: int = 9) -> float:
    """The median."""
    task()
    found = []
    for _ in range(repeats):
        begun = time.perf_counter()
        task()
        found.append(time.perf_counter() - begun)
    return float(np.median(found))


def close(mine: object, theirs: object) -> None:
    """Both loops end with the same NE-gap."""
    np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-12)


def rows() -> list[Row]:
    """See `benchmarks.harness`."""
    figure_1, figure_3, markov = builtin("zhang2022-figure-1"), builtin("zhang2022-figure-3"), dense_game()
    small, large = figure_1.rewards.to_float()[0, 0], figure_3.rewards.to_float()[0, 0]
    shared: dict[str, Any] = {"group": "Learning dynamics", "unit": "iteration", "agree": close, "instructions": True}
    eight_players = ours(figure_3, 0.1, 1000)
    table = np.concatenate([markov.dense_kernel().to_float().ravel(), markov.rewards.to_float()[0].ravel()])
    return [
        Row(
            "softmax play, 1 state, 3 x 2",
            ours(figure_1, 0.1, 50_000),
            lambda: two_agents(small, 0.1, 50_000),
            "numpy port of the authors' loop",
            units=50_001,
            goal=500,
            **shared,
        ),
        Row(
            "softmax play, 1 state, 3^8",
            eight_players,
            lambda: many_agents(large, 0.1, 1000),
            "matmul loop over players",
            units=1001,
            goal=150,
            **shared,
        ),
        Row(
            "softmax play, 1 state, 3^8",
            eight_players,
            reading(large, 1001),
            "one read of the tensor, compiled",
            group="Learning dynamics",
            unit="iteration",
            units=1001,
            goal=1 / 5,
            repeats=11,
            memory=False,
        ),
        Row(
            "softmax play, S = 50, 3 agents x 4, dense",
            ours(markov, 0.01, 300),
            lambda: einsum_markov(markov, 0.01, 300),
            "einsum for every average",
            units=301,
            limit_seconds=seconds_of(reading(table, 301)) / 301,
            limit_note="one read of kernel and rewards",
            goal=12,
            **shared,
        ),
    ]
