"""What is being done and how long it takes, for `--verbose`."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

__all__ = ["phase", "say_once"]

_log = logging.getLogger(__name__)


@contextmanager
def phase(what: str) -> Iterator[None]:
    """Log what begins, and how long it took."""
    _log.debug("%s", what)
    start = time.perf_counter()
    try:
        yield
    finally:
        _log.info("%s: %.2f s", what, time.perf_counter() - start)


@lru_cache(maxsize=10_000)
def say_once(message: str) -> None:
    """Log a message that would come again and again."""
    _log.info("%s", message)
