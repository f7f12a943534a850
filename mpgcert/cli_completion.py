"""What the shell completes: built-in games, ids of statements, papers.

A key press must not wait: games come from the short catalogue of names, ids from a file in the user's cache that is
made when it is first needed (reading the catalogues takes seconds) and made anew when they change.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

__all__ = ["complete_game", "complete_statement", "complete_target"]


def complete_game(incomplete: str) -> list[str]:
    """Built-in games; the shell completes files itself where none fits."""
    from mpgcert.games.builtin import names

    return [name for name in names() if name.startswith(incomplete)]


def complete_statement(incomplete: str) -> list[str]:
    """Ids of statements."""
    return [name for name in _statements() if name.startswith(incomplete)]


def complete_target(incomplete: str) -> list[str]:
    """Papers and ids of statements; the ids once the paper is typed."""
    found = _statements()
    papers = sorted({name.split(".", 1)[0] for name in found})
    return [name for name in (found if "." in incomplete else papers) if name.startswith(incomplete)]


def _statements() -> list[str]:
    """Ids of all statements, remembered from one key press to the next."""
    state = _state_of_catalogues()
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mpgcert"
    file = folder / "statements.json"
    try:
        stored = json.loads(file.read_text())
        if stored["state"] == state:
            return [str(name) for name in stored["ids"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none yet, or not ours: it is made anew
    from mpgcert.claims.statements import claims
    from mpgcert.errors import InvalidInput
    from mpgcert.games.files import write_atomically

    ids = [claim.id for claim in claims()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(file, json.dumps({"state": state, "ids": ids}).encode())
    except (OSError, InvalidInput):
        pass  # completion works without it, only slowly
    return ids


def _state_of_catalogues() -> str:
    """Changes when a file of an installed catalogue does."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    digest = hashlib.sha256()
    for entry in sorted(entry_points(group="mpgcert.bounds"), key=lambda entry: entry.name):
        spec = find_spec(entry.value)
        origin = None if spec is None else spec.origin
        files = [] if origin is None else sorted(Path(origin).parent.glob("*.py"))
        for file in files:
            digest.update(f"{file}:{file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()
