"""A run of decentralized learning with what it says: step sizes decided, distances measured, limits proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.check import AssumptionCheck
from mpgcert.claims.decentralized.limits import Limits, limits_of
from mpgcert.claims.decentralized.steps import DEFAULT_STEP_SIZES, steps_of
from mpgcert.claims.step_sizes import StepSizes, decide_step_sizes
from mpgcert.claims.verdicts import Verdict
from mpgcert.display import Shown
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.decentralized.diagnostics import Diagnostics, diagnose
from mpgcert.learn.decentralized.run import run_decentralized
from mpgcert.learn.decentralized.trajectory import DecentralizedTrajectory

__all__ = ["ALGORITHM", "DEFAULT_EXPLORATION", "CheckedDecentralizedRun", "checked_decentralized_run"]

ALGORITHM = "decentralized-learning"
DEFAULT_EXPLORATION = "0.1"
_CONCLUSION = "maheshwari2023.theorem-3.3"


@dataclass(frozen=True, eq=False, repr=False)
class CheckedDecentralizedRun(Shown):
    """A run of Algorithm 1 of maheshwari2023.

    Attributes:
        trajectory: snapshots of q, policies and counters.
        step_sizes: as given.
        clauses: Assumption 3.2, clause by clause, for these step sizes.
        diagnostics: distances and gaps at the snapshots.
        limits: where the dynamics can end.
    """

    trajectory: DecentralizedTrajectory
    step_sizes: str
    clauses: tuple[AssumptionCheck, ...]
    diagnostics: Diagnostics
    limits: Limits

    @property
    def verdicts(self) -> list[Verdict]:
        """For the exit status: a run of finite length decides nothing about limits, a proved limit does."""
        return [Verdict.VIOLATED] if self.refutes else []

    @property
    def refutes(self) -> bool:
        """Whether the dynamics are proved to converge to a policy that is no Nash equilibrium."""
        found = self.limits.refutation
        return found is not None and found.is_global

    def save(self, path: str | Path) -> None:
        """Write the trajectory, see `DecentralizedTrajectory.save`."""
        self.trajectory.save(path)

    def headline(self) -> str:
        run = self.trajectory
        return f"{run.algorithm} on {run.game_name}, {run.n_steps:,} stages, {self.step_sizes}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert run`, without the envelope."""
        measured = self.diagnostics.to_dict()
        checks = []
        if self.refutes and self.limits.refutation is not None:
            checks.append(
                {
                    "id": _CONCLUSION,
                    "title": "The policies converge to the set of Nash equilibria",
                    "verdict": str(Verdict.VIOLATED),
                    "ratio": None,
                    "worst": None,
                    "note": self.limits.refutation.argument,
                }
            )
        return {
            "algorithm": ALGORITHM,
            "step_sizes": self.step_sizes,
            "assumptions": [clause.to_dict() for clause in self.clauses],
            "trajectory": self.trajectory.to_dict() | {name: measured[name] for name in measured if name != "steps"},
            "limits": self.limits.to_dict(),
            "checks": checks,
        }


def checked_decentralized_run(
    game: MarkovGame | Analysis,
    *,
    steps: int,
    step_sizes: str | None = None,
    exploration: Any = None,
    seed: int = 0,
    start: Policy | None = None,
    ties: str = "first",
    reply_to: str = "previous",
    progress: Callable[[int, int, str], None] | None = None,
) -> CheckedDecentralizedRun:
    """Run Algorithm 1 of maheshwari2023, decide its step sizes, and say where its dynamics can end.

    Args:
        game: a Markov game with a discount in (0, 1).
        steps: number of stages.
        step_sizes: as for `mpgcert check --step-sizes`; 0.9 n^-0.6 and 0.9 n^-0.9 by default.
        exploration: theta in (0, 1), one for all players, a list, or a text as `0.1,0.5`; 0.1 by default.
        seed: of all randomness.
        start: pi^0; uniform by default.
        ties, reply_to: see `mpgcert.learn.decentralized.run.run_decentralized`.
        progress: called with (done, total, what).

    Raises:
        InvalidInput: a setting out of its range, or step sizes that cannot be read.
        TooLarge: more snapshots than fit into memory.
    """
    exact_game = Analysis.of(game).game
    source = DEFAULT_STEP_SIZES if step_sizes is None else step_sizes
    parsed = StepSizes.parse(source, exact_game.n_players)
    rates = _rates(DEFAULT_EXPLORATION if exploration is None else exploration)
    alpha, beta = steps_of(parsed)
    trajectory = run_decentralized(
        exact_game,
        steps=steps,
        alpha=alpha,
        beta=beta,
        exploration=rates,
        seed=seed,
        start=start,
        ties=ties,
        reply_to=reply_to,
        progress=None if progress is None else lambda done, total: progress(done, total, ALGORITHM),
    )
    clauses = tuple(AssumptionCheck(*entry) for entry in decide_step_sizes(parsed))
    return CheckedDecentralizedRun(
        trajectory, source, clauses, diagnose(exact_game, trajectory), limits_of(exact_game, rates)
    )


def _rates(given: Any) -> Any:
    """One number, or a list of them."""
    if isinstance(given, str) and "," in given:
        return [part.strip() for part in given.split(",")]
    return given
