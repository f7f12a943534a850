"""How long the parts of a long command take, for `--verbose`."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["phase"]

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
