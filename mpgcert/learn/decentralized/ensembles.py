"""Many independent runs of decentralized learning, block by block, in this process or in several.

A block has a fixed size and a run its own random numbers, so the result does not depend on the number of processes.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.decentralized.diagnostics import measure
from mpgcert.learn.decentralized.ensemble import MEASURES, DecentralizedEnsemble
from mpgcert.learn.decentralized.run import advances, snapshot_steps
from mpgcert.learn.decentralized.settings import Number, Settings, arena_of, first_runs, whole_number
from mpgcert.learn.decentralized.step_sizes import PowerStep, StepSize
from mpgcert.learn.layout import ActionLayout
from mpgcert.learn.workers import in_order

__all__ = ["decentralized_ensemble"]

Progress = Callable[[int, int], None]

_BLOCK = 4


class _Task(NamedTuple):
    """A block of runs, for one process."""

    game: MarkovGame
    settings: Settings
    seeds: list[int]
    steps: int
    start: Policy | None
    start_q: Sequence[Any] | None
    engine: str


def decentralized_ensemble(
    game: MarkovGame,
    *,
    steps: int,
    count: int,
    alpha: StepSize | Sequence[StepSize],
    beta: StepSize | Sequence[StepSize],
    exploration: Number | Sequence[Number],
    seed: int = 0,
    start: Policy | None = None,
    start_q: Sequence[Any] | None = None,
    ties: str = "first",
    reply_to: str = "previous",
    snapshots: float = 1.5,
    engine: str = "auto",
    workers: int | None = None,
    progress: Progress | None = None,
) -> DecentralizedEnsemble:
    """Distances and gaps over time of many runs of Algorithm 1 (maheshwari2023.eq-4, eq-5, eq-6).

    Args:
        steps, alpha, beta, exploration, start, start_q, ties, reply_to, snapshots, engine: as for `run_decentralized`.
        count: R, the number of runs.
        seed: run j has the seed `seed + j`.
        workers: processes, all cores by default where that is worth it; the result does not depend on it.
        progress: called with the number of runs done and their total.

    Raises:
        InvalidInput: as for `run_decentralized`; or step sizes that no other process could be told of.
        TooLarge: more snapshots than fit into memory.
    """
    settings = Settings.of(game, alpha, beta, exploration, ties, reply_to, snapshots)
    seeds = list(range(whole_number(seed, "seed", 0), seed + whole_number(count, "count", 1)))
    snapshot_steps(game, whole_number(steps, "steps", 0), settings.snapshots, count)  # or too large
    settings.sequences().require_powers_in_range(max(steps, 1))
    tasks = [
        _Task(game, settings, seeds[first : first + _BLOCK], steps, start, start_q, engine)
        for first in range(0, count, _BLOCK)
    ]
    parts, done = [], 0
    for task, part in zip(tasks, _run_tasks(tasks, None if workers is None else whole_number(workers, "workers", 1))):
        parts.append(part)
        done += len(task.seeds)
        if progress is not None:
            progress(done, count)
    joined: dict[str, Any] = {"seeds": np.array(seeds)}
    joined |= {name: np.concatenate([getattr(part, name) for part in parts], axis=1) for name in _OVER_TIME}
    for name in _AT_THE_END:
        joined[name] = tuple(map(np.concatenate, zip(*(getattr(part, name) for part in parts))))
    return replace(parts[0], **joined)


_OVER_TIME = (*MEASURES, "values", "state_visits", "reply_changes", "largest_q")
_AT_THE_END = ("last_q", "last_policies")


def _run_tasks(tasks: list[_Task], workers: int | None) -> Iterator[DecentralizedEnsemble]:
    """Blocks in the order of the tasks."""
    if workers is not None and workers > 1 and len(tasks) > 1:
        _require_portable(tasks[0].settings)
    return in_order(_run_task, tasks, workers)


def _require_portable(settings: Settings) -> None:
    for field in ("alpha", "beta"):
        for player, step in enumerate(getattr(settings, field)):
            try:
                if not isinstance(step, PowerStep):
                    pickle.dumps(step)
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                expected = "a function that a module defines, if workers > 1"
                raise InvalidInput(str(error), field=field, index=(player,), expected=expected) from None


def _run_task(task: _Task) -> DecentralizedEnsemble:
    """The runs of a block side by side, and then their measures."""
    game, settings = task.game, task.settings
    layout, sequences = ActionLayout(game.n_actions), settings.sequences()
    arena = arena_of(game, settings, sequences)
    times = snapshot_steps(game, task.steps, settings.snapshots)
    records = [first_runs(game, arena, task.start, task.start_q, task.seeds)]
    for runs in advances(arena, sequences, records[0], task.steps, times, task.engine):
        if runs.step[0] == times[len(records)]:
            records.append(runs)
    columns = [
        [measure(game, layout.split(q), layout.split(policy), settings.exploration) for q, policy in zip(*tables)]
        for tables in ((record.q, record.policy) for record in records)
    ]

    over_time: dict[str, Any] = {
        name: np.array([[row[k] for row in rows] for rows in columns]) for k, name in enumerate((*MEASURES, "values"))
    }
    for name in ("state_visits", "reply_changes", "largest_q"):
        over_time[name] = np.stack([getattr(record, name) for record in records])
    return DecentralizedEnsemble(
        game.fingerprint,
        game.name,
        **settings.describe(),
        seeds=np.array(task.seeds),
        steps=np.array(times, dtype=np.int64),
        **over_time,
        last_q=tuple(layout.split(records[-1].q)),
        last_policies=tuple(layout.split(records[-1].policy)),
    )
