"""What an audit was asked to do, kept beside its results so that it can be resumed by its folder alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from mpgcert.errors import InvalidInput
from mpgcert.games.files import write_atomically

__all__ = ["Request"]

_NAME = "request.json"


@dataclass(frozen=True)
class Request:
    """The arguments that decide the result of an audit.

    Attributes:
        targets: papers, ids or files.
        instances, seconds: the budget.
        seed: of all randomness.
    """

    targets: tuple[str, ...] = ()
    instances: int | None = None
    seconds: float | None = None
    seed: int = 0

    def save(self, folder: Path) -> None:
        """Write it into the folder of the results."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInput(f"{error.strerror}", source=str(folder), expected="a folder to write to") from None
        write_atomically(folder / _NAME, json.dumps(asdict(self), indent=1).encode())

    @staticmethod
    def load(folder: Path) -> Request:
        """Read it from the folder of an earlier audit.

        Raises:
            InvalidInput: the folder holds no audit.
        """
        try:
            stored = json.loads((folder / _NAME).read_text())
            return Request(tuple(stored["targets"]), stored["instances"], stored["seconds"], stored["seed"])
        except (OSError, ValueError, KeyError, TypeError):
            expected = "a folder that an earlier audit wrote to (-o)"
            raise InvalidInput("is no folder of an audit", source=str(folder), expected=expected) from None
