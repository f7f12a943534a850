"""Where a quantity is taken."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Index"]


class Index(NamedTuple):
    """Where a quantity is taken; -1 where it does not matter."""

    player: int = -1
    state: int = -1
    action: int = -1
    joint: int = -1
    second: int = -1  #: another action of the player
    time: int = -1  #: a stage of a finite horizon
    earlier: int = -1  #: a stage before `time`, or `time` itself

    def to_dict(self) -> dict[str, int]:
        return {name: value for name, value in self._asdict().items() if value >= 0}
