"""Trajectories as npz files and as JSON: a dataclass of settings, arrays, and tuples of one array per player."""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.games.files import write_atomically

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["load_record", "plain", "save_record"]


def save_record(
    path: str | Path,
    record: DataclassInstance,
    schema: str,
    per_player: Collection[str],
    stated: Mapping[str, Any] | None = None,
) -> None:
    """Write an npz file; a reader never sees half of one.

    Arrays stand under their names, `name_1`, ..., `name_n` for each field in `per_player`, all else as JSON in
    `settings`; `stated` (exact parameters as texts, say) stands there under that name.

    Raises:
        InvalidInput: the place cannot be written.
    """
    settings: dict[str, Any] = {"schema": schema}
    arrays: dict[str, NDArray[Any]] = {}
    for item in fields(record):
        value = getattr(record, item.name)
        if item.name in per_player:
            arrays |= {f"{item.name}_{i + 1}": part for i, part in enumerate(value)}
        elif isinstance(value, np.ndarray):
            arrays[item.name] = value
        else:
            settings[item.name] = value
    if stated:
        settings["stated"] = dict(stated)
    stream = io.BytesIO()
    np.savez(stream, settings=np.array(json.dumps(settings)), **arrays)  # type: ignore[arg-type]
    write_atomically(path, stream.getvalue())


def load_record(
    path: str | Path,
    kind: type[DataclassInstance],
    schema: str,
    per_player: Collection[str],
    tuples: Collection[str] = (),
) -> dict[str, Any]:
    """The fields of a `kind` as `save_record` wrote them; JSON lists become tuples in the fields `tuples`.

    Raises:
        InvalidInput: the file is missing, is no npz file of this schema, or lacks an entry.
    """
    source, expected = os.fspath(path), f"an npz file written by {kind.__name__}.save"
    try:
        with np.load(path, allow_pickle=False) as stored:
            content: dict[str, Any] = {name: stored[name] for name in stored.files}
        settings = json.loads(str(content.pop("settings")))
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"cannot be read ({error})", source=source, expected=expected) from None
    if not isinstance(settings, dict) or settings.pop("schema", None) != schema:
        raise InvalidInput("is not a trajectory", source=source, expected=expected)
    content |= settings
    players = 0
    while any(f"{name}_{players + 1}" in content for name in per_player):
        players += 1
    for name in per_player:
        parts = [content.get(f"{name}_{i + 1}") for i in range(players)]
        if parts and all(part is not None for part in parts):
            content[name] = tuple(parts)
    for item in fields(kind):
        if item.name not in content and item.default is not MISSING:
            content[item.name] = item.default  # a setting that older files do not name
        if item.name not in content:
            raise InvalidInput("missing", source=source, field=item.name, expected=expected)
    for name in tuples:
        content[name] = None if content[name] is None else tuple(content[name])
    return {item.name: content[item.name] for item in fields(kind)}


def plain(value: Any) -> Any:
    """Arrays and tuples as lists; None for what JSON cannot hold."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
