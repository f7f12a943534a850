"""The distribution of runs over starting policies or seeds, instead of one lucky draw.

Runs are dealt out in blocks of fixed size, so that results are the same for any number of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq.batch import joined_gains
from mpgcert.learn.lq.blocks import Outcome, recorded_steps, run_tasks, tasks_of
from mpgcert.learn.lq.ensemble import Ensemble
from mpgcert.learn.lq.measures import Target
from mpgcert.learn.lq.settings import Number, Settings, whole_number
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["ensemble", "ensembles"]

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

_RECORDS = 500
_LIMIT_NUMBERS = 2**27


def ensemble(
    game: LQGame,
    algorithm: str,
    *,
    steps: int,
    step_size: Number | Sequence[Number],
    starts: Floats | None = None,
    count: int = 1,
    record_every: int | None = None,
    seed: int = 0,
    smoothing: Number | Sequence[Number] | None = None,
    trajectories: int | Sequence[int] | None = None,
    sampled_cost: str = "trajectory",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Normalised errors of many runs of one algorithm on one game.

    Args:
        algorithm, steps, step_size, smoothing, trajectories, sampled_cost: as for `run_lq`.
        starts: K^(0) of each run, [batch, T, k, d]; by default `count` times the start that `run_lq` would take.
        record_every: stride of the recorded iterations; about 500 are recorded by default.
        seed: run j of Algorithm 2 is `run_lq(..., seed=seed + j)`.
        workers: processes, all cores by default where that is worth it; the result does not depend on it.
        progress: called with the number of runs done and their total.

    Raises:
        InvalidInput: as for `run_lq`; or starts of a wrong shape.
        SingularMatrix: the game has no unique K* to measure errors against.
        TooLarge: more than 2^27 errors to keep.
    """
    return ensembles(
        [game],
        algorithm,
        steps=steps,
        step_size=step_size,
        starts=starts,
        count=count,
        record_every=record_every,
        seed=seed,
        smoothing=smoothing,
        trajectories=trajectories,
        sampled_cost=sampled_cost,
        workers=workers,
        progress=progress,
    )[0]


def ensembles(
    games: Sequence[LQGame],
    algorithm: str,
    *,
    steps: int,
    step_size: Number | Sequence[Number],
    starts: Floats | None = None,
    count: int = 1,
    record_every: int | None = None,
    seed: int = 0,
    smoothing: Number | Sequence[Number] | None = None,
    trajectories: int | Sequence[int] | None = None,
    sampled_cost: str = "trajectory",
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Ensemble]:
    """`ensemble` for games that differ in the noise W and the law of x_0 alone.

    These do not enter the iterates of Algorithm 1, which are therefore computed once for all games.

    Raises:
        InvalidInput: the games differ in A, B, Q or R.
    """
    _require_same_dynamics(games)
    game = games[0]
    settings = Settings.of(game, algorithm, step_size, smoothing, trajectories, seed, sampled_cost)
    stride = -(-whole_number(steps, "steps", 1) // _RECORDS) if record_every is None else record_every
    whole_number(stride, "record_every", 1)
    starts = _starts(game, starts, whole_number(count, "count", 1))
    numbers = len(games) * (steps // stride + 2) * len(starts) * game.n_players
    if numbers > _LIMIT_NUMBERS:
        raise TooLarge(f"{numbers:.3g} recorded errors; the limit is {_LIMIT_NUMBERS}: raise record_every")
    targets = [Target(LQArrays.of(each, FLOAT)) for each in games]
    for target in targets:
        target.require_equilibrium()
    tasks = list(tasks_of(games, settings, starts, steps, stride))
    parts: list[list[Outcome]] = [[] for _ in games]
    done, total = 0, len(starts) * len(games)
    for task, outcomes in zip(
        tasks, run_tasks(tasks, None if workers is None else whole_number(workers, "workers", 1))
    ):
        for position, outcome in zip(task.positions, outcomes):
            parts[position].append(outcome)
            done += len(outcome.diverged_at)
        if progress is not None:
            progress(done, total)
    return [
        Ensemble(
            game=each.fingerprint,
            game_name=each.name,
            settings=settings,
            steps=recorded_steps(steps, stride),
            errors=np.concatenate([outcome.errors for outcome in own], axis=1),
            peak=np.concatenate([outcome.peak for outcome in own]),
            diverged_at=np.concatenate([outcome.diverged_at for outcome in own]),
        )
        for each, own in zip(games, parts)
    ]


def _starts(game: LQGame, starts: Floats | None, count: int) -> Floats:
    shape = (game.horizon, sum(game.control_dimensions), game.dimension)
    if starts is None:
        own = joined_gains(game, game.start or Gains.zero(game))
        return np.broadcast_to(own, (count, *shape))
    if starts.ndim != 4 or starts.shape[1:] != shape or not len(starts) or not np.isfinite(starts).all():
        expected = f"finite numbers [batch, {', '.join(map(str, shape))}]"
        raise InvalidInput(f"shape {list(starts.shape)}", field="starts", expected=expected)
    return starts


def _require_same_dynamics(games: Sequence[LQGame]) -> None:
    def dynamics(game: LQGame) -> str:
        first = games[0]
        return replace(game, W=first.W, initial=first.initial).fingerprint

    if not games:
        raise InvalidInput("no game", field="games", expected="at least one")
    for index, game in enumerate(games):
        if dynamics(game) != games[0].fingerprint:
            expected = "games that differ in W and the law of x_0 alone"
            raise InvalidInput(f"{game.name!r} has other matrices", field="games", index=(index,), expected=expected)
