"""Statements of papers as data, and the engine that decides them on a game or a run.

To write a statement of one's own: `from mpgcert.claims import Claim, Setting, symbol`.  The names below are loaded
when they are first used, so that importing this package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "Claim": "mpgcert.claims.claim",
    "Finding": "mpgcert.claims.claim",
    "Setting": "mpgcert.claims.claim",
    "symbol": "mpgcert.claims.symbols",
}

__all__ = ["Claim", "Finding", "Setting", "symbol"]

if TYPE_CHECKING:
    from mpgcert.claims.claim import Claim, Finding, Setting
    from mpgcert.claims.symbols import symbol


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
