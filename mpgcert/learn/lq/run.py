"""Running an algorithm of hambly2021 on a linear-quadratic game, with every diagnostic that the paper speaks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq.batch import BatchEvaluation, batch_of, joined_gains, split_players
from mpgcert.learn.lq.generic_step import next_gains, per_control
from mpgcert.learn.lq.measures import Target
from mpgcert.learn.lq.model_free import SingularCovariance
from mpgcert.learn.lq.settings import Number, Settings, whole_number
from mpgcert.learn.lq.trajectory import LQTrajectory
from mpgcert.solvers.lq.arrays import LQArrays

__all__ = ["DIVERGENCE_MULTIPLE", "cost_limits", "run_lq"]

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
Update = Callable[[BatchEvaluation, int], Floats]

DIVERGENCE_MULTIPLE = 1e100  # a cascade of linear iterations may rise far before it falls

_RECORDS = 1000
_RECORDED_NUMBERS = 2**24  # of gains, by default
_LIMIT_NUMBERS = 2**28


def run_lq(
    game: LQGame,
    algorithm: str,
    *,
    steps: int,
    step_size: Number | Sequence[Number],
    start: Gains | None = None,
    record_every: int | None = None,
    seed: int = 0,
    smoothing: Number | Sequence[Number] | None = None,
    trajectories: int | Sequence[int] | None = None,
    sampled_cost: str = "trajectory",
    divergence_multiple: float = DIVERGENCE_MULTIPLE,
    resume: LQTrajectory | None = None,
    progress: Progress | None = None,
) -> LQTrajectory:
    """Iterates K^(0), ..., K^(steps), in doubles.

    Args:
        algorithm: `natural-policy-gradient` (Algorithm 1 of hambly2021) or `model-free-natural-policy-gradient`
            (Algorithm 2).
        steps: M, the number of updates; with `resume`, counted from the very beginning.
        step_size: eta > 0, or one for each player.
        start: K^(0); the game's own starting gains by default, or no control where it has none.
        record_every: stride of the records; by default about 1000 records are kept (fewer of huge policies).
        seed: of the random numbers of Algorithm 2; an update draws the same ones wherever a run was resumed.
        smoothing: r > 0 of Algorithm 2, or one for each player; 0.5 by default, as in Section 5.2.
        trajectories: L >= 1 of Algorithm 2, or one for each player; 200 by default, as in Section 5.2.
        sampled_cost: `trajectory` or `cost-to-go`: what Algorithm 2 multiplies with the perturbation of one stage, the
            cost of the whole trajectory (as the paper words it) or that from the stage on; see `model_free`.
        divergence_multiple: see `LQTrajectory`.
        resume: an earlier trajectory of the same game and settings, continued to the very numbers that one long run
            gives.
        progress: called with the number of updates made and `steps`, at every record.

    Returns:
        The trajectory; after a KeyboardInterrupt what was done so far, with `complete` False.

    Raises:
        InvalidInput: a setting out of its range, a start that does not fit the game, or a trajectory to resume that
            belongs to another run or has diverged.
        TooLarge: the records, or the samples of Algorithm 2, would not fit into memory.
    """
    settings = Settings.of(game, algorithm, step_size, smoothing, trajectories, seed, sampled_cost)
    whole_number(steps, "steps", 0)
    if not divergence_multiple >= 1:
        raise InvalidInput(f"{divergence_multiple!r}", field="divergence_multiple", expected="at least 1")
    arrays = LQArrays.of(game, FLOAT)
    target = Target(arrays)
    gains = joined_gains(game, start or game.start or Gains.zero(game))
    stride = _stride(steps, gains.size, record_every)
    recorded: list[tuple[int, Floats]] = []
    if resume is not None:
        stride = record_every or resume.record_every
        _require_same_run(game, settings, stride, divergence_multiple, resume, steps, start)
        stored = np.concatenate(resume.gains, axis=2)
        recorded = list(zip(resume.steps.tolist(), stored))
        _require_memory(steps, stride, gains.size)
        gains = stored[0]
    limits = cost_limits(target, BatchEvaluation(arrays, batch_of(gains[None])).costs, divergence_multiple)[0]
    first, gains = recorded[-1] if recorded else (0, gains)
    if recorded and first % stride:  # the last record of a run need not be at a stride
        recorded.pop()
    last = BatchEvaluation(arrays, batch_of(gains[None]))
    ending = _follow(_update_of(arrays, settings), last, first, steps, stride, limits, recorded, progress)
    stacked = np.stack([K for _, K in recorded])
    return LQTrajectory(
        game=game.fingerprint,
        game_name=game.name,
        **asdict(settings),
        record_every=stride,
        divergence_multiple=float(divergence_multiple),
        **ending._asdict(),
        steps=np.array([m for m, _ in recorded], dtype=np.int64),
        gains=split_players(game, stacked),
        nash_costs=target.costs,
        **target.measure(stacked)._asdict(),
    )


class _Ending(NamedTuple):
    """How a run ended; see `LQTrajectory`."""

    complete: bool = True
    diverged_at: int | None = None
    reason: str | None = None


def _follow(
    update: Update,
    evaluation: BatchEvaluation,
    step: int,
    steps: int,
    stride: int,
    limits: Floats,
    recorded: list[tuple[int, Floats]],
    progress: Progress | None,
) -> _Ending:
    """Iterate from an evaluated iterate on, adding every `stride`-th and the last to the records."""
    ending = _Ending()
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            while True:
                if step % stride == 0 and not (recorded and recorded[-1][0] == step):
                    recorded.append((step, evaluation.gains[0]))
                    if progress is not None:
                        progress(step, steps)
                if step == steps:
                    break
                after, reason = _attempt(update, evaluation, step, limits)
                if after is None:
                    ending = _Ending(diverged_at=step + 1, reason=reason)
                    break
                step, evaluation = step + 1, after
    except KeyboardInterrupt:
        ending = _Ending(complete=False)
    if not recorded or recorded[-1][0] != step:
        recorded.append((step, evaluation.gains[0]))
    return ending


def cost_limits(target: Target, start_costs: Floats, multiple: float) -> Floats:
    """The costs at which a run from each start counts as diverged, [batch, N]."""
    with np.errstate(over="ignore", invalid="ignore"):
        return multiple * np.fmax(np.abs(target.costs), np.abs(start_costs))


def _update_of(arrays: LQArrays, settings: Settings) -> Update:
    """K^(m) [1, T, k, d] from the evaluated K^(m-1) and m - 1."""
    model_free = settings.model_free(arrays)
    if model_free is None:
        return lambda evaluation, _: next_gains(evaluation, settings.step_size)
    rates = per_control(settings.step_size, arrays.slices)
    return lambda evaluation, step: evaluation.gains - rates * model_free.directions(evaluation.gains[0], step)


def _attempt(
    update: Update, evaluation: BatchEvaluation, step: int, limits: Floats
) -> tuple[BatchEvaluation | None, str | None]:
    """The next iterate, evaluated; or None and why it counts as diverged."""
    try:
        after = BatchEvaluation(evaluation.arrays, update(evaluation, step))
    except SingularCovariance as error:
        return None, str(error)
    costs = after.costs[0]
    if not (np.isfinite(after.gains).all() and np.isfinite(costs).all()):
        return None, "gains or costs leave the range of doubles"
    if (np.abs(costs) > limits).any():
        player = int(np.argmax(np.abs(costs) / limits))
        return None, f"the cost of player {player + 1} is {costs[player]:.3g}, beyond the limit {limits[player]:.3g}"
    return after, None


def _stride(steps: int, size: int, record_every: int | None) -> int:
    if record_every is not None:
        stride = whole_number(record_every, "record_every", 1)
        _require_memory(steps, stride, size)
        return stride
    records = max(2, min(_RECORDS, _RECORDED_NUMBERS // size))
    return max(1, -(-steps // records))


def _require_memory(steps: int, stride: int, size: int) -> None:
    numbers = (steps // stride + 2) * size
    if numbers > _LIMIT_NUMBERS:
        raise TooLarge(
            f"records of {numbers:.3g} gains ({numbers * 8 / 2**30:.1f} GiB); the limit is {_LIMIT_NUMBERS}: "
            "raise record_every"
        )


def _require_same_run(
    game: LQGame,
    settings: Settings,
    stride: int,
    divergence_multiple: float,
    earlier: LQTrajectory,
    steps: int,
    start: Gains | None,
) -> None:
    if start is not None:
        raise InvalidInput("given beside a trajectory to resume", field="start", expected="one of the two")
    expected = {
        "game": game.fingerprint,
        **asdict(settings),
        "record_every": stride,
        "divergence_multiple": float(divergence_multiple),
        "diverged_at": None,
    }
    for field, value in expected.items():
        if getattr(earlier, field) != value:
            raise InvalidInput(f"{field} {getattr(earlier, field)!r}", field="resume", expected=f"{field} {value!r}")
    if earlier.n_steps > steps:
        raise InvalidInput(f"{earlier.n_steps} steps made", field="resume", expected=f"at most {steps}")
