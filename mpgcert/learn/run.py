"""Running an algorithm of zhang2022 on a Markov game, with every diagnostic that its theorems speak of."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.kernels.softmax_arrays import Standing
from mpgcert.learn.compiled import Block, CompiledLoop, columns_of, engine_for, reason_for
from mpgcert.learn.dynamics import StepRule
from mpgcert.learn.iterates import Iterate, Iteration, Record, Totals
from mpgcert.learn.layout import ActionLayout
from mpgcert.learn.oracle import oracle_of
from mpgcert.learn.rounding import RoundingBound
from mpgcert.learn.trajectory import Trajectory

__all__ = ["run"]

Progress = Callable[[int, int], None]
_log = logging.getLogger(__name__)
_Columns = dict[str, Any]

_RECORDS = 1000
_RECORDED_NUMBERS = 2**24  # of policies, by default
_OF_POTENTIAL = ("potential", "regularized_potential")
_RECORDED = [name for name in Record._fields if name not in ("step", "totals")]


def run(
    game: MarkovGame,
    algorithm: str,
    *,
    steps: int,
    step_size: float | Fraction | str,
    regularization: float | Fraction | str = 0,
    start: Policy | None = None,
    truncation: float | Fraction | str | None = None,
    truncation_of: str = "centred",
    record_every: int | None = None,
    potential: ExactArray | None = None,
    engine: str = "auto",
    resume: Trajectory | None = None,
    progress: Progress | None = None,
) -> Trajectory:
    """Iterates theta(0), ..., theta(steps) of simultaneous softmax play, in doubles.

    Args:
        algorithm: `gradient-play` (zhang2022.eq-8; eq-15 with regularisation) or `natural-gradient-play`
            (zhang2022.eq-9, eq-10; eq-16, eq-17 with regularisation).
        steps: T, the number of updates; with `resume`, counted from the very beginning.
        step_size: eta > 0; this and the next two are read as numbers of a game file are, then rounded.
        regularization: lambda >= 0 of the log-barrier.
        start: a policy with positive probabilities; uniform by default.
        truncation, truncation_of: see `StepRule`.
        record_every: stride of the records; by default about 1000 records are kept (fewer of huge policies).
        potential: phi, exact [S, A_1, ..., A_n]; of identical interest the common reward by default.
        engine: `plain` numpy, the `compiled` loop, or `auto`: whichever is done sooner, judged by the game and
            `steps`.  Their numbers agree up to rounding; both have proven errors (`mpgcert.learn.rounding`).
        resume: an earlier trajectory of the same game and settings, continued to the very numbers that one
            long run gives: from its beginning, if that long run would have another engine, or records of a
            potential that the earlier one was not given.
        progress: called with the number of updates made and `steps`, at every record (compiled: now and then).

    Returns:
        The trajectory; after a KeyboardInterrupt what was done so far, with `complete` False.

    Raises:
        InvalidInput: a setting out of its range, a start on the boundary, a log-barrier natural gradient in a
            game with a state that is never visited, or a trajectory to resume that belongs to another run.
    """
    cut = None if truncation is None else _number(truncation, "truncation")
    rule = StepRule(
        algorithm, _number(step_size, "step_size"), _number(regularization, "regularization"), cut, truncation_of
    )
    _require_count(steps, "steps", 0)
    if record_every is not None:
        _require_count(record_every, "record_every", 1)
    chosen = engine_for(engine, game, steps)
    _log.info("%s on %s: %s", algorithm, game.name, reason_for(engine, chosen, game, steps))
    iteration = Iteration(rule, oracle_of(game, potential), RoundingBound.of(game, potential))
    if resume is None:
        stride = record_every or _stride(steps, game)
        iterate = iteration.first(start or Policy.uniform(game))
    else:
        stride = resume.record_every
        _require_same_run(game, rule, resume, steps, start, record_every)
        has_all = resume.potential is not None or iteration.oracle.rewards.potential is None
        if resume.engine == chosen and has_all:
            iterate = _last_iterate(iteration, resume)
        else:
            iterate, resume = _first_iterate(iteration, resume), None
    if chosen == "compiled":
        loop = CompiledLoop(game, iteration, potential)
        records, replies, complete = _compiled_records(loop, iterate, steps, stride, progress)
    else:
        records, replies, complete = _plain_records(iteration, iterate, steps, stride, progress)
    fresh = _trajectory(game, iteration, records, replies, stride, complete, chosen)
    return fresh if resume is None else _joined(resume, fresh)


def _plain_records(
    iteration: Iteration, iterate: Iterate, steps: int, stride: int, progress: Progress | None
) -> tuple[_Columns, NDArray[np.int64], bool]:
    records: list[Record] = []
    complete = True
    try:
        while True:
            if iterate.step % stride == 0 and not (records and records[-1].step == iterate.step):
                records.append(iteration.record(iterate))
                if progress is not None:
                    progress(iterate.step, steps)
            if iterate.step == steps:
                break
            iterate = iteration.after(iterate)
    except KeyboardInterrupt:
        complete = False
    if not records or records[-1].step != iterate.step:
        records.append(iteration.record(iterate))
    columns: _Columns = {name: np.array([getattr(record, name) for record in records]) for name in _RECORDED}
    columns["steps"] = np.array([record.step for record in records], dtype=np.int64)
    totals = np.array([record.totals for record in records])
    return columns | dict(zip(Totals._fields, totals.T)), iterate.replies, complete


def _compiled_records(
    loop: CompiledLoop, iterate: Iterate, steps: int, stride: int, progress: Progress | None
) -> tuple[_Columns, NDArray[np.int64], bool]:
    begin = loop.standing([iterate.policy], [iterate.log_policy], [iterate.replies], [iterate.totals])
    # where the run stands, and the blocks so far, the newest first: replaced at once, whenever an interrupt comes
    reached: tuple[Standing, int, Any] = (begin, iterate.step, None)
    complete = True
    try:
        for after, at, fresh in loop.stretches(begin, iterate.step, steps, stride):
            reached = (after, at, (fresh, reached[2]))
            if progress is not None:
                progress(at, steps)
    except KeyboardInterrupt:
        complete = reached[1] == steps
    standing, step, found = reached
    if not complete:
        standing, block = loop.stretch(standing, step, 0, stride, True)
        found = (block, found)
    blocks: list[Block] = []
    while found is not None:
        blocks.append(found[0])
        found = found[1]
    return columns_of(blocks[::-1], 0), standing.replies[0], complete


def _number(value: Any, field: str) -> float:
    try:
        return float(parse_number(value))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(str(error), field=field, expected="a number in the range of doubles") from None


def _require_count(value: int, field: str, least: int) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise InvalidInput(f"{value!r}", field=field, expected=f"a whole number that is at least {least}")


def _stride(steps: int, game: MarkovGame) -> int:
    size = game.n_states * sum(game.n_actions)
    records = max(2, min(_RECORDS, _RECORDED_NUMBERS // size))
    return max(1, -(-steps // records))


def _require_same_run(
    game: MarkovGame, rule: StepRule, earlier: Trajectory, steps: int, start: Policy | None, record_every: int | None
) -> None:
    if start is not None:
        raise InvalidInput("given beside a trajectory to resume", field="start", expected="one of the two")
    expected = {
        "game": game.fingerprint,
        "algorithm": rule.algorithm,
        "step_size": rule.step_size,
        "regularization": rule.regularization,
        "truncation": rule.truncation,
        "truncation_of": rule.truncation_of,
        "record_every": record_every or earlier.record_every,
    }
    for field, value in expected.items():
        if getattr(earlier, field) != value:
            raise InvalidInput(f"{field} {getattr(earlier, field)!r}", field="resume", expected=f"{field} {value!r}")
    if earlier.n_steps > steps:
        raise InvalidInput(f"{earlier.n_steps} steps made", field="resume", expected=f"at most {steps}")


def _first_iterate(iteration: Iteration, earlier: Trajectory) -> Iterate:
    """The iterate that a trajectory begins with."""
    join = iteration.layout.join
    policy, log_policy = (join([part[0] for part in parts]) for parts in (earlier.policies, earlier.log_policies))
    replies = np.zeros((len(iteration.layout.n_actions), len(policy)), dtype=np.int64)
    return iteration.measure(0, policy, log_policy, replies, Totals(), math.nan)


def _last_iterate(iteration: Iteration, earlier: Trajectory) -> Iterate:
    """The iterate that a trajectory ends with, evaluated again: to the same numbers, from the same replies."""
    totals = Totals(*(float(getattr(earlier, name)[-1]) for name in Totals._fields))
    join = iteration.layout.join
    policy, log_policy = (join([part[-1] for part in parts]) for parts in (earlier.policies, earlier.log_policies))
    iterate = iteration.measure(earlier.n_steps, policy, log_policy, earlier.replies, totals, math.nan)
    return iterate._replace(totals=totals)


def _trajectory(
    game: MarkovGame,
    iteration: Iteration,
    columns: _Columns,
    replies: NDArray[np.int64],
    stride: int,
    complete: bool,
    engine: str,
) -> Trajectory:
    rule, layout = iteration.rule, iteration.layout
    policies, log_policies = columns.pop("policy"), columns.pop("log_policy")
    if iteration.oracle.rewards.potential is None:
        columns |= dict.fromkeys(_OF_POTENTIAL)
    return Trajectory(
        game=game.fingerprint,
        game_name=game.name,
        algorithm=rule.algorithm,
        step_size=rule.step_size,
        regularization=rule.regularization,
        truncation=rule.truncation,
        truncation_of=rule.truncation_of,
        record_every=stride,
        complete=complete,
        policies=_per_player(layout, policies),
        log_policies=_per_player(layout, log_policies),
        replies=replies,
        engine=engine,
        **columns,
    )


def _per_player(layout: ActionLayout, tables: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.ascontiguousarray(part) for part in layout.split(tables))


def _joined(earlier: Trajectory, later: Trajectory) -> Trajectory:
    """One trajectory of two, the second beginning where the first ends (at its last record or after it)."""
    changed: dict[str, Any] = {}
    for item in fields(Trajectory):
        old, new = getattr(earlier, item.name), getattr(later, item.name)
        if item.name in ("policies", "log_policies"):
            changed[item.name] = tuple(np.concatenate([a[:-1], b]) for a, b in zip(old, new))
        elif isinstance(new, np.ndarray) and item.name != "replies":
            changed[item.name] = np.concatenate([old[:-1], new])
    return replace(later, **changed)
