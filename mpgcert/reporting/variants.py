"""The runs that a report shows: each algorithm with the theorem's parameters, and with the experiment's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput

if TYPE_CHECKING:
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.run_checks import CheckedRun

__all__ = ["LabelledRun", "Variant", "experiment_options", "iterations_with_c", "run_variants", "with_observed_c"]

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class LabelledRun:
    """A run with where its parameters come from: `theorem` or `experiment`."""

    origin: str
    run: CheckedRun


@dataclass(frozen=True, eq=False)
class Variant:
    """An algorithm, with or without log-barrier: what theorems promise and what happened.

    Attributes:
        bounds: of the theorems about it.
        runs: with the theorem's parameters first, where it gives any.
        remark: why a run is missing.
    """

    algorithm: str
    regularized: bool
    bounds: tuple[TheoremBound, ...]
    runs: tuple[LabelledRun, ...]
    remark: str = ""

    @property
    def id(self) -> str:
        return self.algorithm + ("-log-barrier" if self.regularized else "")

    @property
    def title(self) -> str:
        name = self.algorithm.replace("-", " ").capitalize()
        return f"{name} with log-barrier" if self.regularized else name

    @property
    def rate(self) -> TheoremBound:
        """The theorem with a bound on T, if any, else the last."""
        return max(self.bounds, key=lambda bound: bound.theorem.iterations is not None)

    def promise(self, epsilon: Fraction) -> tuple[float, int] | None:
        """The accuracy, and the iteration by which the theorem promises it; None if that depends on a run."""
        rate = self.rate
        return None if rate.iterations is None or rate.theorem.needs_c else (float(epsilon), rate.iterations)

    def of_origin(self, origin: str) -> CheckedRun | None:
        return next((entry.run for entry in self.runs if entry.origin == origin), None)


def run_variants(
    analysis: Analysis, bounds: Bounds, steps: int, progress: Progress | None = None
) -> tuple[Variant, ...]:
    """Run every algorithm that a theorem is about, from the uniform policy.

    Args:
        analysis: of the game; `notes["experiment"]` adds a second run of each algorithm, see the file format.
        bounds: whose step size and regularisation are used.
        steps: iterations of each run.
        progress: called with (done, total, what).
    """
    grouped: dict[tuple[str, bool], list[TheoremBound]] = {}
    for bound in bounds.theorems:
        grouped.setdefault((bound.theorem.algorithm, bound.theorem.regularization is not None), []).append(bound)
    keys = sorted(grouped, key=lambda key: (key[1], key[0]))
    return tuple(_variant(analysis, *key, tuple(grouped[key]), steps, progress) for key in keys)


def _variant(
    analysis: Analysis,
    algorithm: str,
    regularized: bool,
    bounds: tuple[TheoremBound, ...],
    steps: int,
    progress: Progress | None,
) -> Variant:
    from mpgcert.claims.runs import checked_run

    variant = Variant(algorithm, regularized, bounds, ())
    options: dict[str, Mapping[str, Any]] = {}
    rate = variant.rate
    if rate.step_size is not None and (rate.regularization is not None or not regularized):
        options["theorem"] = {"regularization": rate.regularization}
    experiment = experiment_options(analysis.game.notes, variant)
    if experiment is not None:
        options["experiment"] = experiment
    runs, remarks = [], [] if "theorem" in options else [f"No run with a theorem's step size: {_why(rate)}"]
    for origin, chosen in options.items():
        try:
            run = checked_run(analysis, algorithm, steps=steps, progress=progress, **chosen)
        except InvalidInput as error:
            remarks.append(f"No run with the parameters of the {origin}: {error}")
        else:
            if not run.trajectory.complete:
                raise KeyboardInterrupt  # a run keeps what it has, but a report is whole or not there
            runs.append(LabelledRun(origin, run))
    return Variant(algorithm, regularized, bounds, tuple(runs), ". ".join(remarks))


def _why(bound: TheoremBound) -> str:
    return (
        bound.notes[0].removeprefix("no step size: ") if bound.notes else f"{bound.theorem.id} gives none for this game"
    )


def experiment_options(notes: Mapping[str, Any], variant: Variant) -> dict[str, Any] | None:
    """Parameters that the game's notes give for an experiment with this algorithm, None without any."""
    experiment = notes.get("experiment")
    if not isinstance(experiment, Mapping):
        return None
    exceptions = experiment.get("exceptions")
    own = exceptions.get(variant.id) if isinstance(exceptions, Mapping) else None
    given = {**experiment, **(own if isinstance(own, Mapping) else {})}
    required = ("step_size", "regularization") if variant.regularized else ("step_size",)
    optional = ("truncation", "truncation_of") if variant.algorithm == "natural-gradient-play" else ()
    if any(name not in given for name in required):
        return None
    return {name: given[name] for name in (*required, *optional) if name in given}


def with_observed_c(analysis: Analysis, bounds: Bounds, bound: TheoremBound, run: CheckedRun) -> int | None:
    """The theorem's T with the least c that the run has met in place of c; None where it has no value."""
    return iterations_with_c(analysis, bounds, bound, float(run.trajectory.min_c_lower[-1]))


def iterations_with_c(analysis: Analysis, bounds: Bounds, bound: TheoremBound, c: float) -> int | None:
    """The theorem's T for a value of c; None where it has none."""
    from mpgcert.claims.bounds import unit_values
    from mpgcert.claims.formula import evaluate_exactly

    formula = bound.theorem.iterations
    if formula is None or bound.step_size is None or not 0 < c <= 1 or bound.applies is Verdict.VACUOUS:
        return None
    values = unit_values(analysis) | {
        "epsilon": bounds.epsilon / bounds.scale,
        "step_size": bound.step_size * bounds.scale,
        "c": Fraction(c),
    }
    if {symbol.name for symbol in formula.free_symbols} - set(values):
        return None
    return max(1, int(evaluate_exactly(formula, values)))
