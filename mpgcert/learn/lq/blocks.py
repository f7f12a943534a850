"""Blocks of runs, each the work of one process; how they are dealt out does not change a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq.batch import cost_weights, split_players
from mpgcert.learn.lq.measures import Target, normalized
from mpgcert.learn.lq.natural import natural_iterates
from mpgcert.learn.lq.run import DIVERGENCE_MULTIPLE, cost_limits, run_lq
from mpgcert.learn.lq.settings import NATURAL, Settings
from mpgcert.learn.workers import in_order
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["Outcome", "Task", "recorded_steps", "run_tasks", "tasks_of"]

Floats = NDArray[np.float64]

_BLOCK_STARTS, _BLOCK_RUNS, _BLOCK_NUMBERS = 256, 8, 2**22


class Task(NamedTuple):
    """A block of runs, for one process."""

    games: list[LQGame]
    positions: list[int]  # of these games among all
    settings: Settings
    starts: Floats
    steps: int
    stride: int


class Outcome(NamedTuple):
    """Of one block on one game: errors [records, block, N], peak [block, N], diverged_at [block]."""

    errors: Floats
    peak: Floats
    diverged_at: NDArray[np.int64]


def tasks_of(games: Sequence[LQGame], settings: Settings, starts: Floats, steps: int, stride: int) -> Iterator[Task]:
    """The blocks of an ensemble: Algorithm 1 takes all games of a block at once, Algorithm 2 one after another."""
    if settings.algorithm == NATURAL:
        per_start = games[0].Q.numerator.size + starts[0].size
        size = max(1, min(_BLOCK_STARTS, _BLOCK_NUMBERS // per_start))
        for first in range(0, len(starts), size):
            yield Task(list(games), list(range(len(games))), settings, starts[first : first + size], steps, stride)
        return
    assert settings.seed is not None
    for position, game in enumerate(games):
        for first in range(0, len(starts), _BLOCK_RUNS):
            own = replace(settings, seed=settings.seed + first)
            yield Task([game], [position], own, starts[first : first + _BLOCK_RUNS], steps, stride)


def run_tasks(tasks: list[Task], workers: int | None) -> Iterator[list[Outcome]]:
    """Outcomes in the order of the tasks."""
    return in_order(_run_task, tasks, workers)


def _run_task(task: Task) -> list[Outcome]:
    return _natural(task) if task.settings.algorithm == NATURAL else [_model_free(task)]


def _natural(task: Task) -> list[Outcome]:
    """Algorithm 1 from all starts of a block at once, its errors measured for every game."""
    targets = [Target(LQArrays.of(game, FLOAT)) for game in task.games]
    weights = np.stack([cost_weights(target.arrays) for target in targets])
    nash = np.stack([target.costs for target in targets])[:, None]
    recorded = recorded_steps(task.steps, task.stride)
    shape = (len(targets), len(task.starts), task.games[0].n_players)
    errors = np.full((len(recorded), *shape), np.inf)
    peak, diverged_at = np.zeros(shape), np.full(shape[:2], -1)
    alive, limits = np.ones(shape[:2], dtype=bool), None
    record = 0
    iterates = natural_iterates(targets[0].arrays, task.starts, task.settings.step_size, task.steps)
    with np.errstate(over="ignore", invalid="ignore"):
        for step, evaluation in enumerate(iterates):
            costs = evaluation.costs_for(weights)
            if limits is None:
                limits = np.stack([cost_limits(*pair, DIVERGENCE_MULTIPLE) for pair in zip(targets, costs)])
            within = (np.abs(costs) <= limits).all(axis=2) & np.isfinite(evaluation.gains).all(axis=(1, 2, 3))
            diverged_at[alive & ~within] = step
            alive &= within
            error = np.where(alive[:, :, None], normalized(costs, nash), np.inf)
            peak = np.fmax(peak, np.abs(error))
            if step == recorded[record]:
                errors[record] = error
                record += 1
    return [Outcome(errors[:, g], peak[g], diverged_at[g]) for g in range(len(targets))]


def _model_free(task: Task) -> Outcome:
    """Algorithm 2, run by run."""
    game, settings = task.games[0], task.settings
    assert settings.seed is not None
    recorded = recorded_steps(task.steps, task.stride)
    errors = np.full((len(recorded), len(task.starts), game.n_players), np.inf)
    peak, diverged_at = np.zeros(errors.shape[1:]), np.full(len(task.starts), -1)
    for j, start in enumerate(task.starts):
        run = run_lq(
            game,
            settings.algorithm,
            steps=task.steps,
            step_size=settings.step_size,
            start=Gains.from_doubles(split_players(game, start)),
            record_every=1,
            seed=settings.seed + j,
            smoothing=settings.smoothing,
            trajectories=settings.trajectories,
            sampled_cost=settings.sampled_cost or "trajectory",
        )
        kept = recorded[recorded <= run.n_steps]
        errors[: len(kept), j] = run.normalized_error[kept]
        peak[j] = np.inf if run.diverged_at else np.abs(run.normalized_error).max(axis=0)
        diverged_at[j] = run.diverged_at or -1
    return Outcome(errors, peak, diverged_at)


def recorded_steps(steps: int, stride: int) -> NDArray[np.int64]:
    """0, stride, 2 stride, ..., and the last iteration."""
    return np.unique(np.append(np.arange(0, steps, stride), steps))
