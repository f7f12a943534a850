"""The same work on many tasks: in this process, in several, or on a Dask cluster.

Tasks are independent and say everything about themselves, so that outcomes do not depend on where or in which order
they are done.  A process that dies costs the task it was at, which is done again by another one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from mpgcert.errors import InvalidInput

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["as_done", "cores", "in_order"]

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

_log = logging.getLogger(__name__)

_WORTH = 2.0  # seconds of work left from which starting processes pays
_DEATHS = 3  # of processes at one task
_CONNECTING = 20  # seconds until a cluster has to answer


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], workers: int | None = None, cluster: str | None = None
) -> Generator[Outcome, None, None]:
    """Outcomes in the order of the tasks; arguments as for `as_done`."""
    waiting: dict[int, Outcome] = {}
    following = 0
    with contextlib.closing(as_done(work, tasks, workers, cluster)) as found:
        for number, outcome in found:
            waiting[number] = outcome
            while following in waiting:
                yield waiting.pop(following)
                following += 1


def as_done(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], workers: int | None = None, cluster: str | None = None
) -> Generator[tuple[int, Outcome], None, None]:
    """Outcomes as they come, each with the number of its task; what has not begun is dropped when the reader stops.

    Args:
        work: a function of a module, unless `workers` is 1.
        tasks: picklable, unless `workers` is 1.
        workers: processes; by default all cores, once the work left (as the tasks done so far cost) is worth it.
        cluster: address of a Dask scheduler, which is used instead.

    Raises:
        InvalidInput: no cluster answers, or its workers have other versions than this process.
    """
    if cluster is not None:
        yield from _on_cluster(work, tasks, cluster)
        return
    count, number = cores() if workers is None else workers, 0
    start = time.perf_counter()
    while number < len(tasks):
        left = len(tasks) - number
        spent = time.perf_counter() - start
        worth = workers is not None or (number > 0 and spent / number * left > _WORTH)
        if count > 1 and left > 1 and worth and (workers is not None or _is_portable(work, tasks[number])):
            _log.info("%d tasks left, %.3g s for each so far: on %d processes", left, spent / max(number, 1), count)
            yield from _on_processes(work, tasks, number, min(count, left))
            return
        outcome = work(tasks[number])
        yield number, outcome
        number += 1


def _on_processes(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], first: int, count: int
) -> Iterator[tuple[int, Outcome]]:
    """The tasks from `first` on, on `count` processes, each with a pool of its own: a death breaks no other."""
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    todo = list(range(first, len(tasks)))[::-1]
    running: dict[Future[Outcome], tuple[int, ProcessPoolExecutor]] = {}
    deaths: dict[int, int] = {}
    pools = [_one_process() for _ in range(count)]

    def begin(pool: ProcessPoolExecutor) -> None:
        number = todo.pop()
        with _main_left_out(work, tasks[number]), _interrupts_kept_back():
            running[pool.submit(work, tasks[number])] = number, pool

    try:
        for pool in pools:
            begin(pool)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number, pool = running.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    deaths[number] = deaths.get(number, 0) + 1
                    if deaths[number] >= _DEATHS:
                        raise
                    pools.remove(pool)
                    pool.shutdown(wait=False)
                    pool = _one_process()
                    pools.append(pool)
                    todo.append(number)
                    begin(pool)
                    continue
                if todo:
                    begin(pool)
                yield number, outcome
    except KeyboardInterrupt:
        for process in [process for pool in pools for process in dict(pool._processes).values()]:
            process.terminate()  # else the program would wait for the tasks that have begun
        raise
    finally:
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)


def _is_portable(work: Any, task: Any) -> bool:
    """Whether another process can be told what to do (of a function that no module defines it can not)."""
    try:
        pickle.dumps((work, task))
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _one_process() -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_single_threaded)


def _single_threaded() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


@contextlib.contextmanager
def _interrupts_kept_back() -> Iterator[None]:
    """Started processes inherit that interrupts are held back, so only this one hears them, after the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # its first start would let interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _main_left_out(work: Any, task: Any) -> Iterator[None]:
    """Started processes do not run the user's script again, unless the task speaks of something that it defines.

    So a script needs no `if __name__ == "__main__":` around a call that uses several cores.
    """
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__spec__", "__file__") if hasattr(main, name)}
    if b"__main__" in pickle.dumps((work, task)):
        kept = {}
    for name in kept:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)


def _on_cluster(work: Callable[[Task], Outcome], tasks: Sequence[Task], address: str) -> Iterator[tuple[int, Outcome]]:
    """All tasks on a Dask cluster; its scheduler gives the tasks of a worker that died to another one."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InvalidInput(
            "needs the package distributed", field="cluster", expected="pip install 'mpgcert[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=_CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput(reason, field="cluster", expected="the address of a Dask scheduler") from None
    with client:
        mine = _versions()
        for worker, theirs in client.run(_versions).items():
            if theirs != mine:
                raise InvalidInput(f"worker {worker} has {theirs}", field="cluster", expected=f"{mine} everywhere")
        futures = client.map(_alone, [(work, task) for task in tasks], pure=False, retries=_DEATHS)
        numbers = {future.key: number for number, future in enumerate(futures)}
        for future, outcome in as_completed(futures, loop=client.loop, with_results=True):
            yield numbers[future.key], outcome
            future.release()


_one_at_a_time = threading.Lock()


def _alone(pair: tuple[Callable[[Task], Outcome], Task]) -> Outcome:
    """The work on a worker that may have several threads: the precision of balls belongs to the process."""
    work, task = pair
    with _one_at_a_time:
        return work(task)


def _versions() -> dict[str, str]:
    """Of all that the results depend on."""
    from importlib.metadata import version

    return {name: version(name) for name in ("mpgcert", "numpy", "python-flint", "scipy", "sympy")}
