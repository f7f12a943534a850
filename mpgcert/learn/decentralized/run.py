"""Running Algorithm 1 of maheshwari2023: independent and decentralized learning, with snapshots at geometric times."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.kernels.arrays import Arena, Runs
from mpgcert.learn.decentralized import stages
from mpgcert.learn.decentralized.settings import Number, Settings, arena_of, first_runs, whole_number
from mpgcert.learn.decentralized.step_sizes import StepSequences, StepSize
from mpgcert.learn.decentralized.trajectory import DecentralizedTrajectory
from mpgcert.learn.layout import ActionLayout

__all__ = ["ALGORITHM", "advances", "run_decentralized", "snapshot_steps", "trajectory_of"]

Progress = Callable[[int, int], None]
Advance = Callable[[Arena, Runs, int], Runs]

ALGORITHM = "decentralized-learning"

_ENGINES = ("auto", "plain", "compiled")
_PLAIN_CHUNK, _COMPILED_CHUNK = 2**12, 2**18  # updates of players between two looks at the keyboard
_WORTH_COMPILING = 100_000  # updates that plain Python makes while the compiled loop is loaded
_LIMIT_NUMBERS = 2**27


def run_decentralized(
    game: MarkovGame,
    *,
    steps: int,
    alpha: StepSize | Sequence[StepSize],
    beta: StepSize | Sequence[StepSize],
    exploration: Number | Sequence[Number],
    seed: int = 0,
    start: Policy | None = None,
    start_q: Sequence[Any] | None = None,
    ties: str = "first",
    reply_to: str = "previous",
    snapshots: float = 1.25,
    engine: str = "auto",
    resume: DecentralizedTrajectory | None = None,
    progress: Progress | None = None,
) -> DecentralizedTrajectory:
    """Iterates 1, ..., steps of Algorithm 1 (maheshwari2023.eq-4, eq-5, eq-6), in doubles.

    Args:
        game: with a discount in (0, 1).
        steps: T, the number of iterates; with `resume`, counted from the very beginning.
        alpha, beta: the step sizes alpha_i(n) and beta_i(n), n = 1, 2, ..., of all players or of each: a `PowerStep`,
            or a function of n.  They must be in (0, 1] and must not increase.  The paper's interval is open; but its
            example z n^-c begins with 1 where z = 1.
        exploration: theta_i in (0, 1), of all players or of each.
        seed: of the random numbers.
        start: pi^0; uniform by default, as in the paper.
        start_q: q^0 [S, A_i] of each player; 0 by default, as in the paper.
        ties: the best reply where several actions attain the maximum, any of which the paper allows: the `first`
            action, the `uniform` mixture of all, or `stay`: the policy itself, restricted to them if it has others
            (the uniform mixture if it has none of them).  Two values count as equal if the doubles are.
        reply_to: `previous`: iterate t replies to q^(t-1), as in (5a); `updated`: to q^t, as the text before (4) says.
        snapshots: ratio above 1 of successive snapshot times; t = 0 and the end are kept always.
        engine: `plain` Python, `compiled`, or `auto`: whichever is ready sooner.  The trajectory is the same.
        resume: an earlier trajectory of the same game and settings, continued to the very numbers that one long run
            gives.
        progress: called now and then with the number of iterates made and `steps`.

    Returns:
        The trajectory; after a KeyboardInterrupt what was done so far, with `complete` False.

    Raises:
        InvalidInput: a discount of 0, a setting out of its range, a start that does not fit the game, or a trajectory
            to resume that belongs to another run.
        TooLarge: snapshots, or a tabulated sequence of step sizes, that would not fit into memory.
    """
    settings = Settings.of(game, alpha, beta, exploration, ties, reply_to, snapshots)
    whole_number(steps, "steps", 0)
    whole_number(seed, "seed", 0)
    times = snapshot_steps(game, steps, settings.snapshots)
    kept = set(times)
    sequences = settings.sequences()
    sequences.require_powers_in_range(max(steps, 1))
    arena = arena_of(game, settings, sequences)
    if resume is None:
        records = [first_runs(game, arena, start, start_q, [seed])]
    else:
        _require_same_run(game, settings, seed, resume, steps, start, start_q)
        records = resume.runs()
    runs = records[-1]
    if int(runs.step[0]) not in kept:  # the last snapshot of a run need not be at a time of its own
        records.pop()
    complete = True
    try:
        for after in advances(arena, sequences, runs, steps, times, engine):
            runs, at = after, int(after.step[0])
            if at in kept:
                records.append(runs)
            if progress is not None:
                progress(at, steps)
    except KeyboardInterrupt:
        complete = False
        if records[-1].step[0] != runs.step[0]:
            records.append(runs)
    return trajectory_of(game, settings, seed, records, complete)


def advances(
    arena: Arena, sequences: StepSequences, runs: Runs, steps: int, times: Sequence[int], engine: str = "auto"
) -> Iterator[Runs]:
    """The runs at every later time among `times`, and in between often enough to be interrupted.

    Args:
        runs: that all stand at the same iterate.
        times: increasing.
    """
    at = int(runs.step[0])
    width = runs.actions.size
    advance, chunk = _engine(engine, (steps - at) * width)
    chunk = max(1, chunk // width)
    for time in times:
        while at < time:
            count = min(chunk, time - at)
            largest = int(runs.state_visits.max()) + count  # no action is counted more often than its state
            runs = advance(arena._replace(step_tables=sequences.tables(largest)), runs, count)
            at += count
            yield runs


def _engine(name: str, updates: int) -> tuple[Advance, int]:
    """A loop for that many updates of single players, and how many of them to make at once."""
    if name not in _ENGINES:
        raise InvalidInput(f"{name!r:.40}", field="engine", expected=" or ".join(_ENGINES))
    loaded = "mpgcert.kernels.decentralized" in sys.modules
    if name == "plain" or (name == "auto" and updates < _WORTH_COMPILING and not loaded):
        return stages.advance, _PLAIN_CHUNK
    from mpgcert.kernels import decentralized

    return decentralized.advance, _COMPILED_CHUNK


def snapshot_steps(game: MarkovGame, steps: int, ratio: float, runs: int = 1) -> list[int]:
    """0, 1, ..., each about `ratio` times the one before, and `steps`.

    Raises:
        TooLarge: snapshots of that many runs would not fit into memory.
    """
    per_snapshot = runs * game.n_states * (3 * sum(game.n_actions) + 2 * game.n_players + 1)
    times, time = [0], 1
    while time < steps:
        times.append(time)
        time = max(time + 1, int(time * ratio))
        if len(times) * per_snapshot > _LIMIT_NUMBERS:
            raise TooLarge(
                f"snapshots of more than {_LIMIT_NUMBERS} numbers ({_LIMIT_NUMBERS * 8 / 2**30:.0f} GiB), "
                f"{per_snapshot} each: raise the ratio `snapshots`"
            )
    return [*times, steps] if steps else times


def trajectory_of(
    game: MarkovGame, settings: Settings, seed: int, records: list[Runs], complete: bool
) -> DecentralizedTrajectory:
    """The trajectory of a set of one run."""
    layout = ActionLayout(game.n_actions)
    last = records[-1]

    def stacked(name: str) -> Any:
        return np.concatenate([getattr(record, name) for record in records])

    def per_player(name: str) -> tuple[Any, ...]:
        return tuple(np.ascontiguousarray(part) for part in layout.split(stacked(name)))

    return DecentralizedTrajectory(
        game=game.fingerprint,
        game_name=game.name,
        algorithm=ALGORITHM,
        **settings.describe(),
        seed=seed,
        complete=complete,
        steps=stacked("step"),
        q=per_player("q"),
        policies=per_player("policy"),
        state_visits=stacked("state_visits"),
        action_visits=per_player("action_visits"),
        reply_changes=stacked("reply_changes"),
        largest_q=stacked("largest_q"),
        last_state=int(last.state[0]),
        last_actions=np.array(last.actions[0]),
        last_reply=np.array(last.reply[0]),
        generator=np.array(last.generator[0]),
    )


def _require_same_run(
    game: MarkovGame,
    settings: Settings,
    seed: int,
    earlier: DecentralizedTrajectory,
    steps: int,
    start: Policy | None,
    start_q: Sequence[Any] | None,
) -> None:
    for name, value in (("start", start), ("start_q", start_q)):
        if value is not None:
            raise InvalidInput("given beside a trajectory to resume", field=name, expected="one of the two")
    for field, expected in {"game": game.fingerprint, **settings.describe(), "seed": seed}.items():
        if getattr(earlier, field) != expected:
            raise InvalidInput(
                f"{field} {getattr(earlier, field)!r:.200}", field="resume", expected=f"{field} {expected!r:.200}"
            )
    if earlier.n_steps > steps:
        raise InvalidInput(f"{earlier.n_steps} steps made", field="resume", expected=f"at most {steps}")
