"""What the report says first about a linear-quadratic game: sizes and data."""

from __future__ import annotations

from mpgcert.games.lq import LQGame
from mpgcert.reporting.blocks import Facts, Text
from mpgcert.reporting.formatting import exact

__all__ = ["game_facts"]


def game_facts(game: LQGame) -> Facts:
    """Name, sizes, laws of noise and start."""
    controls = game.control_dimensions
    same = len(set(controls)) == 1
    entries: list[tuple[Text, Text]] = []
    if isinstance(game.notes.get("title"), str):
        entries.append(("game", game.notes["title"]))
    entries += [
        ("players", str(game.n_players)),
        ("horizon", f"{game.horizon:,}"),
        ("state", f"dimension {game.dimension}"),
        ("controls", f"dimension {controls[0]} each" if same else "dimensions " + ", ".join(map(str, controls))),
        ("noise", _noise(game)),
        ("initial state", game.initial.note),
    ]
    return Facts(tuple(entries))


def _noise(game: LQGame) -> str:
    diagonal = [game.W[k, k] for k in range(game.dimension)]
    off = any(game.W[k, m] for k in range(game.dimension) for m in range(k))
    if not off and len(set(diagonal)) == 1:
        return f"W = {exact(diagonal[0])} times the identity" if game.dimension > 1 else f"W = {exact(diagonal[0])}"
    return f"variances from {exact(min(diagonal))} to {exact(max(diagonal))}"
