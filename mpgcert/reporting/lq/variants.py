"""The runs that a report on a linear-quadratic game shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput, TooLarge

if TYPE_CHECKING:
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.lq.bounds import LQBounds, LQTheoremBound
    from mpgcert.claims.lq.runs import CheckedLQRun

__all__ = ["KNOWN", "MODEL_FREE", "LabelledLQRun", "Runs", "fast_step", "run_variants"]

Progress = Callable[[int, int, str], None]

KNOWN, MODEL_FREE = "natural-policy-gradient", "model-free-natural-policy-gradient"
_LONGEST_HORIZON = 20_000  # iterations that a theorem may ask for and that are made in full


@dataclass(frozen=True, eq=False)
class LabelledLQRun:
    """A run with where its parameters come from: `theorem`, `experiment`, or `fast` (half of the best step size)."""

    origin: str
    run: CheckedLQRun

    @property
    def id(self) -> str:
        return f"{self.run.trajectory.algorithm}-{self.origin}"

    @property
    def title(self) -> str:
        whose = {
            "theorem": "with the theorem's step size",
            "experiment": "with the experiment's step size",
            "fast": "with half of the best step size",
        }[self.origin]
        algorithm = "Unknown parameters" if self.run.trajectory.algorithm == MODEL_FREE else "Known parameters"
        return f"{algorithm}, {whose}"


@dataclass(frozen=True, eq=False)
class Runs:
    """All runs, and why others are missing."""

    entries: tuple[LabelledLQRun, ...]
    remarks: tuple[str, ...]


def run_variants(analysis: LQAnalysis, bounds: LQBounds, steps: int, progress: Progress | None = None) -> Runs:
    """Run Algorithm 1 with the step size of a theorem that applies, of the experiment, and with one that is fast.

    Args:
        analysis: of the game; `notes["experiment"]` has `step_size`, and for Algorithm 2 `smoothing`, `trajectories`
            and `steps`.
        bounds: of this game and start.
        steps: iterations of a run; with the theorem's step size it is the theorem's horizon unless that is too long.
        progress: called with (done, total, what).
    """
    from mpgcert.claims.lq.runs import checked_lq_run

    entries, remarks = [], list(_missing(bounds))
    for origin, algorithm, options in _wanted(analysis, bounds, steps):
        try:
            run = checked_lq_run(analysis, algorithm, progress=progress, **options)
            if not run.trajectory.complete:
                raise KeyboardInterrupt  # a run keeps what it has, but a report is whole or not there
            entries.append(LabelledLQRun(origin, run))
        except (InvalidInput, TooLarge) as error:
            remarks.append(f"No run of {algorithm} with the parameters of the {origin}: {error}")
    return Runs(tuple(entries), tuple(remarks))


def _wanted(analysis: LQAnalysis, bounds: LQBounds, steps: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if analysis.nash.riccati is None:
        return
    for bound in bounds.theorems:
        if bound.applies is Verdict.HOLDS and bound.step_size is not None:
            yield "theorem", bound.theorem.algorithm, {"steps": _horizon(bound, steps), "step_size": None}
    experiment = analysis.game.notes.get("experiment")
    given = experiment if isinstance(experiment, Mapping) and "step_size" in experiment else {}
    if given:
        yield "experiment", KNOWN, {"steps": steps, "step_size": given["step_size"]}
    fast = fast_step(bounds)
    if fast is not None:
        yield "fast", KNOWN, {"steps": steps, "step_size": fast}
    if "smoothing" in given:
        options = {name: given[name] for name in ("step_size", "smoothing", "trajectories") if name in given}
        yield "experiment", MODEL_FREE, {"steps": min(steps, int(given.get("steps", steps))), **options}


def _horizon(bound: LQTheoremBound, steps: int) -> int:
    if bound.iterations is None or bound.iterations > _LONGEST_HORIZON:
        return steps
    return max(bound.iterations, 1)


def fast_step(bounds: LQBounds) -> Fraction | None:
    """About half of the step size with the best rate, of two digits; None if no step size converges."""
    best = bounds.constants.get("eta_best")
    return None if best is None or not best.value > 0 else Fraction(f"{best.value / 2:.2g}")


def _missing(bounds: LQBounds) -> Iterator[str]:
    for bound in bounds.theorems:
        if bound.applies is not Verdict.HOLDS:
            yield f"No run with the step size of {bound.theorem.id}: it does not apply from this start"
        elif bound.iterations is not None and bound.iterations > _LONGEST_HORIZON:
            yield f"The horizon of {bound.theorem.id}, {bound.iterations:,} iterations, is too long to be run here"
    if bounds.sharp is not None and bounds.sharp.criterion.exists is False:
        yield "No run with a fast step size: none converges from every start"
