"""Linear-quadratic games as the members of an NPZ archive, which are flat arrays.

The keys of `mpgcert.games.lq.document`, except that what differs between players in shape has one member for each:
`B_1`, ..., `B_N` in place of `B`, likewise `Q`, `R` and `policy`; and that the parts of `initial` are `initial_mean`,
`initial_covariance`, `initial_points`, `initial_probabilities` and `initial_second_moment`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.lq.document import initial_parts
from mpgcert.games.lq.game import LQGame
from mpgcert.games.lq.stages import common_stage, stack

__all__ = ["gathered", "lq_members"]

_BY_PLAYER = ("B", "Q", "R", "policy")
_INITIAL = ("mean", "covariance", "points", "probabilities", "second_moment")


def gathered(members: dict[str, Any]) -> dict[str, Any]:
    """The document whose parts are the members of an archive.

    Raises:
        InvalidInput: a member of one player is missing, or given beside the one of all players.
    """
    document = dict(members)
    for key in _BY_PLAYER:
        parts = [f"{key}_{i}" for i in range(1, len(members) + 1)]
        present = [part for part in parts if part in document]
        if not present:
            continue
        if key in document:
            raise InvalidInput(f"given beside {present[0]}", field=key, expected="either form")
        if present != parts[: len(present)]:
            missing = next(part for part in parts if part not in document)
            raise InvalidInput("missing", field=missing, expected=f"a matrix beside {present[-1]}")
        document[key] = [document.pop(part) for part in present]
    if "initial" not in document:
        initial = {part: document.pop(f"initial_{part}") for part in _INITIAL if f"initial_{part}" in document}
        if initial:
            document["initial"] = initial
    if "horizon" in document:
        document["horizon"] = ExactArray.parse(document["horizon"], "horizon", ())[()]
    return document


def lq_members(game: LQGame) -> dict[str, ExactArray]:
    """The exact arrays of a game by their keys."""
    members = {"A": common_stage(game.A), "W": game.W}
    members |= {f"initial_{key}": part for key, part in initial_parts(game.initial).items()}
    members |= _by_player("B", game.B)
    members |= _by_player("Q", [game.Q[i] for i in range(game.n_players)])
    members |= _by_player("R", game.R)
    return members if game.start is None else members | _by_player("policy", game.start.parts)


def _by_player(key: str, parts: Sequence[ExactArray]) -> dict[str, ExactArray]:
    short = [common_stage(part) for part in parts]
    if len({part.shape for part in short}) == 1:
        return {key: stack(short)}
    return {f"{key}_{i}": part for i, part in enumerate(short, 1)}
