"""Results that are kept between runs, so that an interrupted run goes on where it stopped.

A result is known by what computes it: the name and arguments of a function, and the sources of everything that it can
depend on.  After a change of the sources it is computed again.
"""

from __future__ import annotations

import hashlib
import inspect
import pickle
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mpgcert.games.files import write_atomically

__all__ = ["Cache", "Part", "digest_of_sources"]

Outcome = TypeVar("Outcome")

Part = tuple[Callable[..., Any], tuple[Any, ...]]


@cache
def digest_of_sources() -> str:
    """A hash of the package without what only shows results."""
    import mpgcert

    root = Path(mpgcert.__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("reporting/", "cli")):
            found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


class Cache:
    """Results as files in a folder that only this program writes to.

    Attributes:
        folder: made when the first result is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def known(self, part: Part) -> Any:
        """What was kept for a call, or None."""
        try:
            return pickle.loads(self._path(part).read_bytes())
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError):
            return None

    def keep(self, part: Part, outcome: Any) -> None:
        """Keep the outcome of a call."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(part), pickle.dumps(outcome))

    def _path(self, part: Part) -> Path:
        function, arguments = part
        module = inspect.getmodule(function)
        assert module is not None
        text = "\0".join([digest_of_sources(), inspect.getsource(module), function.__name__, repr(arguments)])
        return self.folder / f"{function.__name__}-{hashlib.sha256(text.encode()).hexdigest()[:20]}.pickle"


def call(part: Part) -> Any:
    """Do one part; a function of a module, as other processes need."""
    function, arguments = part
    return function(*arguments)


def computed(parts: Sequence[Part], kept: Cache, jobs: int, progress: Callable[[int, int, str], None]) -> list[Any]:
    """The outcomes of all parts in their order; what is known is not computed again."""
    from mpgcert.learn.workers import as_done

    found = [kept.known(part) for part in parts]
    missing = [k for k, outcome in enumerate(found) if outcome is None]
    for done, (number, outcome) in enumerate(as_done(call, [parts[k] for k in missing], jobs)):
        found[missing[number]] = outcome
        kept.keep(parts[missing[number]], outcome)
        progress(len(parts) - len(missing) + done + 1, len(parts), parts[missing[number]][0].__name__)
    return found
