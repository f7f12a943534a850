"""Figures 1 to 8 of hambly2021 repeated from many starting policies or seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT, ExactArray
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq import Ensemble, Proportion, ensembles, run_lq, starts_in_ball
from mpgcert.learn.lq.ensemble import proportion
from mpgcert.learn.lq.measures import Target
from mpgcert.learn.lq.natural import natural_iterates
from mpgcert.learn.workers import in_order
from mpgcert.reporting.lq.experiments import Experiment
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.sharp import certify_step_sizes, sharp_criterion
from mpgcert.solvers.lq.solution import NashSolution

__all__ = ["Cell", "Finding", "Paths", "repeat", "with_noise"]

Progress = Callable[[int, int, str], None]
Floats = NDArray[np.float64]

_RECORDS = 250  # of errors and of gains
_STARTS_PER_SEED = 48  # a run of Algorithm 2 takes as long as about this many of Algorithm 1
_JSON_RECORDS = 50
_QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Cell:
    """Many runs with one noise (and one reading of the sampled cost)."""

    noise: str
    sampled_cost: str | None
    ensemble: Ensemble

    @property
    def grown(self) -> Proportion:
        """Runs whose largest error is larger at the end than at the start."""
        worst = self.ensemble.worst
        return proportion(int((worst[-1] > worst[0]).sum()), self.ensemble.count)


@dataclass(frozen=True, eq=False)
class Paths:
    """The gains at t = 0 along a few runs, [records, runs, k, d], all players below each other."""

    noise: str
    sampled_cost: str | None
    gains: Floats


@dataclass(frozen=True, eq=False)
class Finding:
    """One figure, repeated.

    Attributes:
        experiment: its settings.
        cells: statistics, one for each curve.
        paths: runs followed in the plane, one for each noise (and reading).
        star: K*_0, [k, d].
        outcome: what is proved about these step sizes in exact arithmetic: `converges`, `fails` or `undecided`; None
            for Algorithm 2.
        rate: doubles below and above the factor per iteration in the long run, for Algorithm 1.
    """

    experiment: Experiment
    cells: tuple[Cell, ...]
    paths: tuple[Paths, ...]
    star: Floats
    outcome: str | None = None
    rate: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Settings and statistics for JSON."""
        experiment = self.experiment
        return {
            "figure": experiment.figure,
            "statement": experiment.statement,
            "algorithm": experiment.algorithm,
            "step_size_exact": list(experiment.step_sizes),
            "steps": experiment.steps,
            "radius": experiment.radius,
            "in_exact_arithmetic": self.outcome,
            "rate_enclosure": None if self.rate is None else list(self.rate),
            "curves": [_curve(experiment, cell) for cell in self.cells],
        }


def _curve(experiment: Experiment, cell: Cell) -> dict[str, Any]:
    ensemble = cell.ensemble
    last = len(ensemble.steps) - 1
    kept = sorted({k * last // _JSON_RECORDS for k in range(_JSON_RECORDS + 1)})
    return {
        "noise": cell.noise,
        "sampled_cost": cell.sampled_cost,
        "count": ensemble.count,
        "level": experiment.level,
        "below_level_at": {
            str(m): _share(ensemble.meeting(experiment.level, m, "at"))
            for m in dict.fromkeys((experiment.by, experiment.steps))
        },
        "peaking": [_share(ensemble.peaking(1.0, i)) for i in range(ensemble.errors.shape[2])],
        "larger_at_the_end": _share(cell.grown),
        "diverged": _share(ensemble.diverged),
        "steps": ensemble.steps[kept].tolist(),
        "quantiles": list(_QUANTILES),
        "normalized_error": ensemble.bands(_QUANTILES)[:, kept].tolist(),
    }


def _share(found: Proportion) -> dict[str, Any]:
    return {"runs": found.successes, "of": found.count, "interval": [found.low, found.high]}


def repeat(
    game: LQGame,
    nash: NashSolution,
    experiments: Sequence[Experiment],
    starts: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Finding, ...]:
    """Run the experiments.

    Args:
        game: the game of the figures, with any noise.
        nash: its equilibrium, which no noise changes.
        experiments: which.
        starts: starting policies of Algorithm 1; Algorithm 2 has a 48th as many seeds, at least 2.
        workers: processes, all cores by default where that is worth it; the result does not depend on it.
        progress: called with (runs done, all, which figure).
    """
    if not experiments:
        return ()
    known: dict[tuple[str, str | None], Ensemble] = {}  # of Algorithm 2: figures 7 and 8 share their runs
    star = Target(LQArrays.of(game, FLOAT)).require_equilibrium().gains[0]
    return tuple(_one(game, nash, entry, starts, workers, progress, known, star) for entry in experiments)


def with_noise(game: LQGame, noise: str) -> LQGame:
    """The game with W = noise times the identity."""
    variance, d = Fraction(noise), game.dimension
    entries = [variance if k == m else Fraction(0) for k in range(d) for m in range(d)]
    name = f"{game.name.partition(':')[0]}:noise={noise}"
    return replace(game, name=name, W=ExactArray.of_fractions(entries, (d, d)))


def _one(
    game: LQGame,
    nash: NashSolution,
    experiment: Experiment,
    starts: int,
    workers: int | None,
    progress: Progress | None,
    known: dict[tuple[str, str | None], Ensemble],
    star: Floats,
) -> Finding:
    told = None if progress is None else partial(_tell, progress, f"figure {experiment.figure}")
    games = [with_noise(game, noise) for noise in experiment.noises]
    if experiment.is_model_free:
        seeds = max(starts // _STARTS_PER_SEED, 2)
        for cost in experiment.sampled_costs:
            missing = [k for k, noise in enumerate(experiment.noises) if (noise, cost) not in known]
            if missing:
                wanted = [games[k] for k in missing]
                found = _seeds(wanted, experiment, cost, seeds, workers, told)
                known |= {(experiment.noises[k], cost): each for k, each in zip(missing, found)}
        cells = tuple(Cell(n, c, known[n, c]) for c in experiment.sampled_costs for n in experiment.noises)
        return Finding(experiment, cells, _learned(games, experiment, workers, told), star)
    drawn = starts_in_ball(game, float(Fraction(experiment.radius or "0")), starts)
    found = ensembles(
        games,
        experiment.algorithm,
        steps=experiment.steps,
        step_size=experiment.step_sizes if len(experiment.step_sizes) > 1 else experiment.step_sizes[0],
        starts=drawn,
        record_every=_stride(experiment.steps),
        workers=workers,
        progress=told,
    )
    cells = tuple(Cell(noise, None, each) for noise, each in zip(experiment.noises, found))
    sizes = [Fraction(size) for size in experiment.step_sizes]
    each = sizes if len(sizes) > 1 else sizes * game.n_players
    criterion = sharp_criterion(nash, each)
    rate = criterion.ball.doubles(criterion.rate(Fraction(1)))
    outcome = certify_step_sizes(nash, each).outcome
    return Finding(experiment, cells, _followed(game, experiment, drawn), star, outcome, rate)


def _tell(progress: Progress, what: str, done: int, total: int) -> None:
    progress(done, total, what)


def _stride(steps: int) -> int:
    return -(-steps // _RECORDS)


def _seeds(
    games: list[LQGame],
    experiment: Experiment,
    cost: str,
    seeds: int,
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> list[Ensemble]:
    return ensembles(
        games,
        experiment.algorithm,
        steps=experiment.steps,
        step_size=experiment.step_sizes[0],
        count=seeds,
        record_every=_stride(experiment.steps),
        smoothing=experiment.smoothing,
        trajectories=experiment.trajectories,
        sampled_cost=cost,
        workers=workers,
        progress=progress,
    )


def _followed(game: LQGame, experiment: Experiment, starts: Floats) -> tuple[Paths, ...]:
    """K_0 from the first starts; the same for every noise."""
    if not experiment.paths:
        return ()
    arrays = LQArrays.of(game, FLOAT)
    sizes = [float(Fraction(size)) for size in experiment.step_sizes]
    each = sizes if len(sizes) > 1 else sizes * game.n_players
    iterates = natural_iterates(arrays, starts[: experiment.paths], each, experiment.steps)
    stride = _stride(experiment.steps)
    gains = [found.gains[:, 0].copy() for m, found in enumerate(iterates) if m % stride == 0 or m == experiment.steps]
    return (Paths(experiment.noises[0], None, np.stack(gains)),)


def _learned(
    games: list[LQGame], experiment: Experiment, workers: int | None, progress: Callable[[int, int], None] | None
) -> tuple[Paths, ...]:
    """K_0 along the runs of Algorithm 2 with the first seeds."""
    if not experiment.paths:
        return ()
    wanted = [(cost, k) for cost in experiment.sampled_costs for k in range(len(games))]
    tasks = [(games[k], experiment, cost, seed) for cost, k in wanted for seed in range(experiment.paths)]
    runs = []
    for run in in_order(_learn, tasks, workers):
        runs.append(run)
        if progress is not None:
            progress(len(runs), len(tasks))
    grouped = [runs[j : j + experiment.paths] for j in range(0, len(runs), experiment.paths)]
    return tuple(Paths(experiment.noises[k], cost, np.stack(own, axis=1)) for (cost, k), own in zip(wanted, grouped))


def _learn(task: tuple[LQGame, Experiment, str, int]) -> Floats:
    """K_0 [records, k, d] of one run; nan from where it diverged."""
    game, experiment, cost, seed = task
    stride = _stride(experiment.steps)
    run = run_lq(
        game,
        experiment.algorithm,
        steps=experiment.steps,
        step_size=experiment.step_sizes[0],
        record_every=stride,
        seed=seed,
        smoothing=experiment.smoothing,
        trajectories=experiment.trajectories,
        sampled_cost=cost,
    )
    own = np.concatenate([part[:, 0] for part in run.gains], axis=1)
    found = np.full((-(-experiment.steps // stride) + 1, *own.shape[1:]), np.nan)
    found[: len(own)] = own
    return found
