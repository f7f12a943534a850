"""mpgcert: certified checks of theorems on policy gradient in games, on your game.

The names below are loaded when they are first used, so that `import mpgcert` is cheap.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

logging.getLogger(__name__).addHandler(logging.NullHandler())

_HOMES = {
    "audit": "mpgcert.auditing.audit",
    "Gains": "mpgcert.games",
    "LQGame": "mpgcert.games",
    "MarkovGame": "mpgcert.games",
    "Policy": "mpgcert.games",
    "bounds": "mpgcert.claims.bounds",
    "check": "mpgcert.claims.check",
    "classify": "mpgcert.solvers.potential",
    "find_potential": "mpgcert.solvers.potential",
    "load": "mpgcert.games.files",
    "nash_gap": "mpgcert.solvers.best_response",
    "report": "mpgcert.reporting.page",
    "run": "mpgcert.claims.any_game",
    "solve": "mpgcert.claims.solutions",
}
_RENAMED = {"run": "any_run", "report": "build_report", "load": "resolve"}

__all__ = [
    "Gains",
    "LQGame",
    "MarkovGame",
    "Policy",
    "__version__",
    "audit",
    "bounds",
    "check",
    "classify",
    "find_potential",
    "load",
    "nash_gap",
    "report",
    "run",
    "solve",
]

if TYPE_CHECKING:
    from mpgcert.auditing.audit import audit
    from mpgcert.claims.any_game import any_run as run
    from mpgcert.claims.bounds import bounds
    from mpgcert.claims.check import check
    from mpgcert.claims.solutions import solve
    from mpgcert.games import Gains, LQGame, MarkovGame, Policy
    from mpgcert.games.files import resolve as load
    from mpgcert.reporting.page import build_report as report
    from mpgcert.solvers.best_response import nash_gap
    from mpgcert.solvers.potential import classify, find_potential


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), _RENAMED.get(name, name))


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
