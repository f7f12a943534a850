"""The same work on many tasks, in this process or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

__all__ = ["in_order"]

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def in_order(work: Callable[[Task], Outcome], tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    """Outcomes in the order of the tasks; those that have not begun are dropped when the reader stops.

    Args:
        work: a function of a module, and picklable tasks, where `workers` exceeds 1.
    """
    if workers == 1 or len(tasks) == 1:
        yield from map(work, tasks)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(work, task) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
