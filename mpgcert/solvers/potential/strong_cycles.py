"""Search for the 4-cycle of pure policies that proves the largest distance from the potential games.

Doubles propose (a hill climb over batches of cycles); the cycle returned is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT, ExactArray
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.potential.cycles import FourCycle

__all__ = ["strong_cycle"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BATCH, ROUNDS = 48, 25


@dataclass(frozen=True)
class _Cycles:
    """B cycles of pure policies of players (i, j): choices [B, n, S], deviations of i and j [B, 2, S]."""

    players: tuple[int, int]
    choices: Ints
    moved: Ints

    def one(self, index: int) -> _Cycles:
        return replace(self, choices=self.choices[index : index + 1], moved=self.moved[index : index + 1])


def strong_cycle(game: MarkovGame, rng: np.random.Generator) -> FourCycle | None:
    """The best cycle found, or None if doubles saw none that is not zero."""
    rows: Floats = GameArrays.of(game, FLOAT).transition.joint_rows()
    best: tuple[float, int, _Cycles] | None = None
    for players in combinations(range(game.n_players), 2):
        cycles = _draw(game, players, rng)
        score, state, index = _best(game, rows, cycles)
        if best is None or score > best[0]:
            best = score, state, cycles.one(index)
    for _ in range(ROUNDS if best else 0):
        assert best is not None
        cycles = _mutated(game, best[2], rng)
        score, state, index = _best(game, rows, cycles)
        if score > best[0]:
            best = score, state, cycles.one(index)
    if best is None or best[0] < 1e-12:
        return None
    return _exact(game, best[1], best[2])


def _draw(game: MarkovGame, players: tuple[int, int], rng: np.random.Generator) -> _Cycles:
    shape = BATCH, game.n_states
    choices = np.stack([rng.integers(size, size=shape) for size in game.n_actions], axis=1)
    moved = np.stack([rng.integers(game.n_actions[k], size=shape) for k in players], axis=1)
    # Half of the cycles deviate in one state only, the same for both players: their edges are short.
    local = np.arange(BATCH) % 2 == 0
    elsewhere = np.arange(game.n_states) != rng.integers(game.n_states, size=BATCH)[:, None]
    for side, k in enumerate(players):
        moved[:, side] = np.where(local[:, None] & elsewhere, choices[:, k], moved[:, side])
    return _Cycles(players, choices, moved)


def _mutated(game: MarkovGame, one: _Cycles, rng: np.random.Generator) -> _Cycles:
    """Copies with one row changed, of the base policies or of a deviation (perhaps back to the base)."""
    choices, moved = np.repeat(one.choices, BATCH, axis=0), np.repeat(one.moved, BATCH, axis=0)
    for b in range(BATCH):
        s = rng.integers(game.n_states)
        k = rng.integers(game.n_players)
        action = rng.integers(game.n_actions[k])
        side = one.players.index(k) if k in one.players else None
        if side is not None and rng.random() < 0.5:
            moved[b, side, s] = action if rng.random() < 0.5 else choices[b, k, s]
        elif side is not None and moved[b, side, s] == choices[b, k, s]:
            moved[b, side, s] = choices[b, k, s] = action
        else:
            choices[b, k, s] = action
    return _Cycles(one.players, choices, moved)


def _best(game: MarkovGame, rows: Floats, cycles: _Cycles) -> tuple[float, int, int]:
    """Largest (1 - gamma) |C| / (sum of edge lengths), its state and its place in the batch."""
    i, j = cycles.players
    gamma, states = float(game.discount), np.arange(game.n_states)
    rewards = GameArrays.of(game, FLOAT).rewards
    stage = (rewards[i] - rewards[j]).reshape(game.n_states, -1)
    total, visits = np.zeros(cycles.choices.shape[::2]), []
    for sign, corner in zip((1, -1, 1, -1), ((), (0,), (0, 1), (1,))):
        choices = cycles.choices.copy()
        for side in corner:
            choices[:, cycles.players[side]] = cycles.moved[:, side]
        joint = np.ravel_multi_index(tuple(np.moveaxis(choices, 1, 0)), game.n_actions)
        visit = np.linalg.inv(np.eye(game.n_states) - gamma * rows[states, joint])
        total += sign * np.einsum("bst,bt->bs", visit, stage[states, joint])
        visits.append((1 - gamma) * visit)
    lengths = np.full(total.shape, 1e-300)
    for k, side in enumerate((0, 1, 0, 1)):
        differs = (cycles.moved[:, side] != cycles.choices[:, cycles.players[side]]).astype(np.float64)
        both = (np.einsum("bst,bt->bs", visits[m], differs) for m in (k, (k + 1) % 4))
        lengths += np.minimum(*both)
    bound = np.where(lengths > 1e-9, (1 - gamma) * np.abs(total) / lengths, 0.0)
    index, state = np.unravel_index(int(bound.argmax()), bound.shape)
    return float(bound[index, state]), int(state), int(index)


def _exact(game: MarkovGame, state: int, one: _Cycles) -> FourCycle:
    first, second = (
        ExactArray.of_integers((choice[:, None] == np.arange(game.n_actions[k])).astype(np.int64))
        for k, choice in zip(one.players, one.moved[0])
    )
    policy = Policy.deterministic(game, one.choices[0])
    draft = FourCycle(state, one.players, policy, (first, second), Fraction(0))
    return replace(draft, value=draft.recompute(game))
