"""The command `verify`: the stand-alone verifier, told which game file is meant."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from mpgcert.certificates.verify import verify
from mpgcert.errors import InvalidInput

__all__ = ["answer", "lines"]


def answer(certificate: Path, game: str | None, trajectory: Path | None) -> dict[str, Any]:
    """What the verifier says.

    Raises:
        InvalidInput: a file that cannot be read.
    """
    run = None if trajectory is None else _bytes(trajectory, "a saved run")
    found = verify(_bytes(certificate, "a certificate"), None if game is None else _game(game), run)
    return {"certificate": str(certificate), **found}


def _game(name: str) -> bytes:
    """A JSON file as it is; an npz file or a built-in game as its JSON form; a congestion game by its joint tensors."""
    path = Path(name)
    if path.suffix.lower() == ".json" and path.is_file():
        data = _bytes(path, "a game file")
        if b"congestion-game" not in data:
            return data
    from mpgcert.games import CountGame
    from mpgcert.games.files import resolve, to_text

    game = resolve(name)
    return to_text(game.to_markov() if isinstance(game, CountGame) else game).encode()


def _bytes(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{error.strerror}", source=str(path), expected=what) from None


def lines(found: dict[str, Any]) -> str:
    """For a terminal of 80 columns."""
    if not found["accepted"]:
        return _wrapped(f"rejected: {found['reason']}")
    shown = [f"accepted: {found['id']} {found['verdict']}", _wrapped(found["text"], "  ")]
    if found["not"]:
        shown.append(_wrapped(f"it does not establish {found['not']}", "  "))
    return "\n".join(shown)


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 80, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
