"""Runs and trajectories of any algorithm on any kind of game, with the options that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.count_analysis import CountAnalysis
from mpgcert.claims.decentralized.runs import ALGORITHM as DECENTRALIZED
from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun, checked_decentralized_run
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.monitoring import monitor_lq
from mpgcert.claims.lq.runs import CheckedLQRun, checked_lq_run
from mpgcert.claims.monitoring import Monitored, Progress, monitor
from mpgcert.claims.run_checks import CheckedRun
from mpgcert.claims.runs import checked_run
from mpgcert.errors import InvalidInput
from mpgcert.games import CountGame, Game
from mpgcert.games.lq import Gains, LQGame
from mpgcert.games.policy import Policy
from mpgcert.learn.external import read_trajectory
from mpgcert.learn.lq.external import read_gains

__all__ = ["LQ_ALGORITHMS", "TABULAR_ALGORITHMS", "any_monitor", "any_run"]

_OPTIONS: Mapping[str, frozenset[str]] = {
    "gradient-play": frozenset(["regularization", "every_iterate"]),
    "natural-gradient-play": frozenset(["regularization", "truncation", "truncation_of", "every_iterate"]),
    DECENTRALIZED: frozenset(["step_sizes", "exploration", "ties", "reply_to"]),
    "natural-policy-gradient": frozenset(["checked"]),
    "model-free-natural-policy-gradient": frozenset(["smoothing", "trajectories", "sampled_cost", "checked"]),
}
TABULAR_ALGORITHMS = ("gradient-play", "natural-gradient-play", DECENTRALIZED)
LQ_ALGORITHMS = ("natural-policy-gradient", "model-free-natural-policy-gradient")


def any_run(
    game: Game | Analysis | LQAnalysis,
    algorithm: str,
    *,
    steps: int,
    step_size: Any = None,
    start: Policy | Gains | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    **options: Any,
) -> CheckedRun | CheckedLQRun | CheckedDecentralizedRun:
    """Run an algorithm and check the run; see `checked_run`, `checked_lq_run` and `checked_decentralized_run`.

    Args:
        game: a Markov game or a linear-quadratic game (or its analysis, to share work).
        algorithm: `gradient-play`, `natural-gradient-play`, `decentralized-learning`; `natural-policy-gradient`,
            `model-free-natural-policy-gradient`.
        steps: number of iterations.
        step_size: eta; None for the theorem's. Of linear-quadratic games also one for each player. Decentralized
            learning has the option `step_sizes` instead.
        start: starting policy or gains.
        seed: of the samples of the model-free algorithm and of decentralized learning.
        progress: called with (done, total, what).
        options: what belongs to the algorithm: `regularization`, `truncation`, `truncation_of`, `smoothing`,
            `every_iterate`, `trajectories`, `sampled_cost`, `checked`, `step_sizes`, `exploration`, `ties`, `reply_to`;
            None is as if it was left out.

    Raises:
        InvalidInput: an algorithm or option for the other kind of game, or a value out of range.
    """
    chosen = {name: value for name, value in options.items() if value is not None}
    is_lq = isinstance(game, LQGame | LQAnalysis)
    known = LQ_ALGORITHMS if is_lq else TABULAR_ALGORITHMS
    if algorithm not in known:
        kind = "linear-quadratic" if is_lq else "tabular"
        expected = f"{' or '.join(known)} for a {kind} game"
        raise InvalidInput(f"{algorithm!r:.60}", field="algorithm", expected=expected)
    for name in chosen:
        if name not in _OPTIONS[algorithm]:
            expected = ", ".join(sorted(_OPTIONS[algorithm])) or "no further option"
            raise InvalidInput(f"given for {algorithm}", field=name, expected=expected)
    if algorithm == DECENTRALIZED and not isinstance(game, LQGame | LQAnalysis):
        if step_size is not None:
            raise InvalidInput(
                f"{step_size!r:.40}", field="step_size", expected="none; decentralized learning has step_sizes"
            )
        assert not isinstance(start, Gains)
        if isinstance(game, CountAnalysis):
            game = game.counts
        if isinstance(game, CountGame):
            game = game.to_markov()
        return checked_decentralized_run(game, steps=steps, seed=seed, start=start, progress=progress, **chosen)
    common: dict[str, Any] = {"steps": steps, "step_size": step_size, "start": start, "progress": progress}
    if isinstance(game, LQGame | LQAnalysis):
        return checked_lq_run(game, algorithm, seed=seed, **common, **chosen)
    return checked_run(game, algorithm, **common, **chosen)


def any_monitor(
    game: Game,
    path: str,
    *,
    algorithm: str | None = None,
    step_size: Any = None,
    regularization: Any = None,
    every: int = 1,
    progress: Progress = lambda done, total, what: None,
) -> Monitored:
    """Hold a trajectory from a file against every statement that applies; see `monitor` and `monitor_lq`.

    Raises:
        InvalidInput: a file that cannot be read, or an option for the other kind of game.
    """
    if isinstance(game, CountGame):
        game = game.to_markov()
    if not isinstance(game, LQGame):
        data = read_trajectory(path, game, algorithm=algorithm, step_size=step_size, regularization=regularization)
        return monitor(game, data, every=every, progress=progress)
    if algorithm not in (None, LQ_ALGORITHMS[0]):
        raise InvalidInput(f"{algorithm!r:.60}", field="algorithm", expected=LQ_ALGORITHMS[0])
    if regularization is not None:
        raise InvalidInput(f"{regularization!r:.40}", field="regularization", expected="none for gains")
    return monitor_lq(game, read_gains(path, game, step_size=step_size), every=every, progress=progress)
