"""Linear-quadratic games on a plant from a control toolbox: `LQGame.from_state_space`.

A plant is any object with matrices `A` [d][d], `B` [d][k] and a time step `dt`, as `control.StateSpace` of
python-control.  Its inputs are divided among the players; its outputs play no part, as costs are on states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.keys import suggestion
from mpgcert.games.lq.game import LQGame

__all__ = ["game_on_plant"]


def game_on_plant(
    system: Any,
    Q: Any,
    R: Any,
    horizon: Any,
    *,
    initial: Any,
    inputs: Mapping[str, Sequence[int | str]] | Sequence[Sequence[int | str]] | None,
    W: Any,
    policy: Any,
    name: str | None,
    players: Sequence[str] | None,
    notes: dict[str, Any] | None,
) -> LQGame:
    """See `LQGame.from_state_space`."""
    for key in ("A", "B", "dt"):
        if not hasattr(system, key):
            raise InvalidInput(f"{type(system).__name__} without {key}", field="system", expected="A, B and dt")
    # python-control: 0 is continuous time, None leaves it open, True is a step of any length
    if system.dt is None or not system.dt > 0:
        found = "no time step" if system.dt is None else "continuous time (dt = 0)"
        advice = "discrete time: sample the plant first, e.g. control.sample_system(system, dt)"
        raise InvalidInput(found, field="system.dt", expected=advice)
    dynamics, columns = ExactArray.parse(system.A, "system.A"), ExactArray.parse(system.B, "system.B")
    if len(columns.shape) != 2:
        raise InvalidInput(f"shape {list(columns.shape)}", field="system.B", expected="[d][k]")
    shares = _shares(inputs, columns.shape[1], [str(label) for label in getattr(system, "input_labels", None) or ()])
    if players is None and isinstance(inputs, Mapping):
        players = [str(player) for player in inputs]
    d = columns.shape[0]
    return LQGame.of(
        horizon=horizon,
        A=dynamics,
        B=[columns[:, share] for share in shares],
        Q=Q,
        R=R,
        W=[[0] * d] * d if W is None else W,
        initial=initial,
        policy=policy,
        name=name or str(getattr(system, "name", None) or "lq-game"),
        players=players,
        notes=notes,
    )


def _shares(inputs: Any, count: int, labels: list[str]) -> list[list[int]]:
    """The columns of B that each player controls."""
    if inputs is None:
        return [[k] for k in range(count)]
    parts = list(inputs.values()) if isinstance(inputs, Mapping) else list(inputs)
    if not parts or any(isinstance(part, (str, int)) or not len(part) for part in parts):
        raise InvalidInput(f"{inputs!r:.60}", field="inputs", expected="for each player a list of inputs")
    shares = [[_column(entry, count, labels, (i, k)) for k, entry in enumerate(part)] for i, part in enumerate(parts)]
    taken = [column for share in shares for column in share]
    for column in range(count):
        if taken.count(column) != 1:
            label = f" ({labels[column]})" if column < len(labels) else ""
            found = f"input {column}{label} given {taken.count(column)} times"
            raise InvalidInput(found, field="inputs", expected="every input of the plant for one player")
    return shares


def _column(entry: Any, count: int, labels: list[str], index: tuple[int, int]) -> int:
    if isinstance(entry, str):
        if entry in labels:
            return labels.index(entry)
        near = suggestion(entry, labels) or ", ".join(labels) or "a number: the plant has no labels"
        raise InvalidInput(f"{entry!r:.40}", field="inputs", index=index, expected=near)
    if isinstance(entry, bool) or not isinstance(entry, int) or not 0 <= entry < count:
        expected = f"a label, or a number from 0 to {count - 1}"
        raise InvalidInput(f"{entry!r:.40}", field="inputs", index=index, expected=expected)
    return entry
