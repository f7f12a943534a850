"""Statistics behind the experimental statements of hambly2021, as stored with its catalogue.

`python -m mpgcert.reporting.lq.evidence` (or `make evidence`) writes them again, byte for byte.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mpgcert.games.builtin import builtin
from mpgcert.games.files import write_atomically
from mpgcert.games.lq import LQGame
from mpgcert.reporting.lq.experiments import experiments_of
from mpgcert.reporting.lq.figures import Finding, repeat
from mpgcert.solvers.lq.solution import solve_riccati

__all__ = ["GAMES", "statistics", "write_evidence"]

GAMES = ("hambly2021-section-5.1", "hambly2021-section-5.2")
STARTS = 1024
_LEFT_OUT = ("steps", "quantiles", "normalized_error")


def statistics(finding: Finding) -> dict[str, Any]:
    """What is stored for one figure: settings and shares of runs with intervals, without the curves."""
    found = finding.to_dict()
    curves = [{key: value for key, value in curve.items() if key not in _LEFT_OUT} for curve in found["curves"]]
    return {**found, "curves": curves}


def write_evidence(folder: Path, starts: int = STARTS, workers: int | None = None) -> list[Path]:
    """Repeat every figure and write one file for each statement.

    Args:
        folder: where the files go.
        starts: starting policies of Algorithm 1; Algorithm 2 has fewer seeds, see `repeat`.
        workers: processes, all cores by default; the files do not depend on it.
    """
    written = []
    for name in GAMES:
        game = builtin(name)
        assert isinstance(game, LQGame)
        for finding in repeat(game, solve_riccati(game), experiments_of(game), starts, workers=workers):
            label = finding.experiment.statement.split(".", 1)[1]
            path = folder / f"{label}.json"
            text = json.dumps(statistics(finding), indent=1, sort_keys=True) + "\n"
            write_atomically(path, text.encode())
            written.append(path)
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "bounds/hambly2021/evidence")
    target.mkdir(exist_ok=True)
    for path in write_evidence(target):
        print(path)
