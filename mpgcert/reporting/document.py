"""JSON answers: one object with schema and version, strict JSON (no NaN or infinity)."""

from __future__ import annotations

import json
import math
from typing import Any

from mpgcert import __version__

__all__ = ["envelope", "to_json"]


def envelope(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The answer of a command with its schema's name and version."""
    return {"schema": f"mpgcert/{kind}/1", "mpgcert": __version__, **content}


def to_json(document: dict[str, Any]) -> str:
    """Strict JSON text; numbers that are not finite become null."""
    return json.dumps(_finite(document), indent=2, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    if hasattr(value, "tolist"):  # numpy arrays and scalars
        return _finite(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
