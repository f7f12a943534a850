"""The record of a checked trajectory: certificates of statements at named iterates, tied to the file."""

from __future__ import annotations

from typing import Any

__all__ = ["run_record"]


def run_record() -> dict[str, Any]:
    """The one record for all trajectories."""
    return {
        "id": "mpgcert.checked-trajectory",
        "title": "Statements held against a trajectory",
        "text": "Each statement holds, or is violated, at the named iterate of the trajectory.",
        "verdict": "holds",
        "setting": "trajectory",
        "proves": [],
        "assumes": [],
        "because": "each spot is a certificate of its own about the recorded policy",
        "not": "the iterates between the spots, and that the file was computed by the algorithm",
        "method": "trajectory",
        "data": [],
        "definitions": {},
        "checks": [],
        "values": {},
    }
