"""What a benchmark is, and how one is measured; `python -m benchmarks` (in `tests`) runs them all.

Every `bench_*.py` beside this file offers `rows() -> list[Row]` and, if it likes, `growth() -> list[Growth]`.

**Time.**  Both sides of a row run in one process, alternating and swapping who goes first, each sample long enough to
be measured (calls are repeated inside it).  The ratio is that of the medians.  The clock is the processor time of the
process (`clock="cpu"`), which a busy machine disturbs least; rows that start other processes say `clock="wall"`.

**Memory.**  A fresh process imports what is needed and calls the task once; then it is called again, and the growth of
the peak resident size during that call is reported: inputs, modules and compilation are not counted, anything that
the task allocates is, in whichever library.  (`tracemalloc` would not see FLINT, HiGHS or compiled code.)

**Limit.**  `limit_bytes` over the bandwidth of a long sum, or `limit_flops` over the speed of a large matrix product,
whichever is longer; both are measured in the same process right before.

**Instructions.**  Where valgrind exists, the count per unit of a row with `instructions=True` (three calls minus one,
so that start-up cancels); it shows a regression on a noisy machine.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Growth", "Machine", "Measured", "Row", "fitted_exponent", "measure", "measure_growth", "measure_machine"]

Task = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One task, done by this package and by a peer.

    Attributes:
        name: what is computed, with sizes.
        ours, peer: the task; inputs are made before, or by the first call (which is not timed).
        peer_name: what the other side is, as a user would say it.
        repeats: samples of each side.
        limit_seconds: no machine of this kind is faster per unit, if known otherwise than by the next two.
        limit_note: what the limit is (for example "one read of the tensor").
        group: heading in the table.
        units, peer_units: how many pieces of work a call does (iterations, instances, targets); times are per unit.
        unit: the name of such a piece.
        limit_bytes, limit_flops: bytes to read or operations to do per unit.
        goal: the ratio (peer over ours) that is asked for.
        agree: called with both results, raises (asserts) if these are not the same answer.
        clock: "cpu" or "wall".
        memory: whether to measure peak memory (two more calls of each side).
        instructions: whether to count instructions of `ours`.
    """

    name: str
    ours: Task
    peer: Task
    peer_name: str
    repeats: int = 5
    limit_seconds: float | None = None
    limit_note: str = ""
    group: str = ""
    units: float = 1
    peer_units: float | None = None
    unit: str = ""
    limit_bytes: float | None = None
    limit_flops: float | None = None
    goal: float | None = None
    agree: Callable[[Any, Any], Any] | None = None
    clock: str = "cpu"
    memory: bool = True
    instructions: bool = False


@dataclass(frozen=True)
class Growth:
    """Time against size.

    Attributes:
        name: what is computed; the plot's title.
        axis: what grows, for example "|S|".
        sizes: where to measure.
        ours: a task for a size.
        peer: the peer's task for a size, if there is one; `peer_sizes` where it can be afforded.
        expected: exponent that theory gives, shown beside the fitted one.
        units: pieces of work of a call at a size.
    """

    name: str
    axis: str
    sizes: Sequence[int]
    ours: Callable[[int], Task]
    peer: Callable[[int], Task] | None = None
    peer_name: str = ""
    peer_sizes: Sequence[int] = ()
    repeats: int = 3
    expected: str = ""
    clock: str = "cpu"
    units: Callable[[int], float] = lambda size: 1


@dataclass(frozen=True)
class Machine:
    """Bytes per second of a long sum, and floating-point operations per second of a large product."""

    bandwidth: float
    peak: float


@dataclass(frozen=True)
class Measured:
    """Seconds per unit of both sides (median, and quartiles of ours), and the limit in seconds."""

    ours: float
    peer: float
    spread: float
    limit: float | None

    @property
    def ratio(self) -> float:
        return self.peer / self.ours


_CLOCKS = {"cpu": time.process_time, "wall": time.perf_counter}
_SAMPLE = 0.004  # seconds that a sample takes at least


def measure(row: Row, machine: Machine | None = None) -> Measured:
    """Medians of alternating samples.

    Raises:
        AssertionError: the two sides disagree.
    """
    clock = _CLOCKS[row.clock]
    mine, other = row.ours(), row.peer()
    if row.agree is not None and row.agree(mine, other) is False:
        raise AssertionError(f"{row.name}: the results differ")
    del mine, other
    sides = [(row.ours, _calls(row.ours, clock), []), (row.peer, _calls(row.peer, clock), [])]
    for repeat in range(row.repeats):
        for task, calls, samples in sides if repeat % 2 == 0 else sides[::-1]:
            samples.append(_sample(task, calls, clock))
    ours, peer = (np.array(samples) for _, _, samples in sides)
    ours, peer = ours / row.units, peer / (row.peer_units or row.units)
    low, median, high = np.percentile(ours, [25, 50, 75])
    return Measured(float(median), float(np.median(peer)), float((high - low) / median), _limit(row, machine))


def _calls(task: Task, clock: Callable[[], float]) -> int:
    """How often to call the task in one sample."""
    took = _sample(task, 1, clock)
    if took < 10 * _SAMPLE:  # the first call after another task is slow: caches, pages given back
        return max(2, math.ceil(_SAMPLE / max(_sample(task, 2, clock), 1e-7)))
    return 1


def _sample(task: Task, calls: int, clock: Callable[[], float]) -> float:
    """Seconds of a call; several short calls are timed together, after one that is not."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        if calls > 1:
            task()
        begin = clock()
        for _ in range(calls):
            task()
        return (clock() - begin) / calls
    finally:
        if enabled:
            gc.enable()


def _limit(row: Row, machine: Machine | None) -> float | None:
    limits = [] if row.limit_seconds is None else [row.limit_seconds]
    if machine is not None and row.limit_bytes is not None:
        limits.append(row.limit_bytes / machine.bandwidth)
    if machine is not None and row.limit_flops is not None:
        limits.append(row.limit_flops / machine.peak)
    return max(limits, default=None)


def measure_machine(repeats: int = 7) -> Machine:
    """The best of a few sums over 128 MB and of a few 768 x 768 products, on one core."""
    long, square = np.ones(2**24), np.ones((768, 768))
    read = min(_sample(lambda: long.sum(), 1, time.perf_counter) for _ in range(repeats))
    multiplied = min(_sample(lambda: square @ square, 1, time.perf_counter) for _ in range(repeats))
    return Machine(long.nbytes / read, 2 * 768**3 / multiplied)


def measure_growth(growth: Growth) -> tuple[list[float], list[float]]:
    """Median seconds per unit at each size, of ours and of the peer (where it is measured)."""
    clock = _CLOCKS[growth.clock]

    def median(make: Callable[[int], Task], size: int) -> float:
        task = make(size)
        task()
        calls = _calls(task, clock)
        return statistics.median(_sample(task, calls, clock) for _ in range(growth.repeats)) / growth.units(size)

    ours = [median(growth.ours, size) for size in growth.sizes]
    peer = [median(growth.peer, size) for size in growth.peer_sizes] if growth.peer else []
    return ours, peer


def fitted_exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Slope of log time over log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
