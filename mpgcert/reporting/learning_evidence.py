"""Statistics behind the limit statements of maheshwari2023, as stored with its catalogue.

`python -m mpgcert.reporting.learning_evidence` (or `make evidence`) writes them again, byte for byte.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpgcert.claims.decentralized.limits import limits_of
from mpgcert.claims.decentralized.steps import DEFAULT_STEP_SIZES, steps_of
from mpgcert.claims.step_sizes import StepSizes
from mpgcert.games.builtin import builtin
from mpgcert.games.files import write_atomically
from mpgcert.games.markov import MarkovGame
from mpgcert.learn.decentralized.ensemble import DecentralizedEnsemble
from mpgcert.learn.decentralized.ensembles import decentralized_ensemble

__all__ = ["CASES", "Case", "statistics", "write_evidence"]

RUNS, STAGES = 50, 1_000_000
_LEVELS = (0.05, 0.5, 0.95)
#: What each statement says must vanish, and how small it is asked to be at the end.
_STATEMENTS = {
    "theorem-3.3": ("nash_gap", "q_error"),
    "theorem-3.3.corrected": ("explored_q_error",),
    "lemma-3.4": ("q_error", "explored_q_error"),
    "lemma-3.4.corrected": ("explored_q_error",),
    "lemma-3.7": ("nash_gap", "explored_nash_gap"),
}
_SMALL = 0.05


@dataclass(frozen=True)
class Case:
    """A game with settings of the algorithm."""

    game: str
    exploration: str
    step_sizes: str = DEFAULT_STEP_SIZES


CASES = (
    Case("maheshwari2023-routing", "0.1", "alpha = n^-0.5; beta = n^-1"),
    Case("trembling-team", "0.1"),
    Case("trembling-team", "0.5"),
)


def ensemble_of(case: Case, stages: int, runs: int) -> tuple[MarkovGame, DecentralizedEnsemble]:
    """Many runs of one case, with seeds 0, 1, ..."""
    game = builtin(case.game)
    assert isinstance(game, MarkovGame)
    alpha, beta = steps_of(StepSizes.parse(case.step_sizes, game.n_players))
    ensemble = decentralized_ensemble(
        game, steps=stages, count=runs, alpha=alpha, beta=beta, exploration=case.exploration, snapshots=4.0
    )
    return game, ensemble


def statistics(
    case: Case, measures: tuple[str, ...], game: MarkovGame, ensemble: DecentralizedEnsemble
) -> dict[str, Any]:
    """What is stored for one case: quantiles over time, the share of runs that end small, and what is proved."""
    limits = limits_of(game, case.exploration)
    return {
        "game": case.game,
        "exploration": case.exploration,
        "step_sizes": case.step_sizes,
        "runs": ensemble.count,
        "stages": ensemble.steps.tolist(),
        "quantiles": list(_LEVELS),
        "measures": {
            name: {
                "over_time": [[float(f"{x:.6g}") for x in row] for row in ensemble.bands(name, _LEVELS).tolist()],
                "small_at_the_end": _share(ensemble, name),
            }
            for name in measures
        },
        "proved": limits.note,
        "refuted": limits.refutation is not None and limits.refutation.is_global,
    }


def _share(ensemble: DecentralizedEnsemble, measure: str) -> dict[str, Any]:
    found = ensemble.below(measure, _SMALL)
    return {"level": _SMALL, "runs": found.successes, "of": found.count, "interval": [found.low, found.high]}


def write_evidence(folder: Path, stages: int = STAGES, runs: int = RUNS) -> list[Path]:
    """Run every case and write one file for each statement."""
    found = [(case, *ensemble_of(case, stages, runs)) for case in CASES]
    written = []
    for label, measures in _STATEMENTS.items():
        document = {"cases": [statistics(case, measures, game, ensemble) for case, game, ensemble in found]}
        path = folder / f"{label}.json"
        write_atomically(path, (json.dumps(document, indent=1, sort_keys=True) + "\n").encode())
        written.append(path)
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "bounds/maheshwari2023/evidence")
    target.mkdir(exist_ok=True)
    for path in write_evidence(target):
        print(path)
