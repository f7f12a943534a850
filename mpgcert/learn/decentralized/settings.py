"""The settings of a run of Algorithm 1 of maheshwari2023, read and checked, and the arrays that the loops take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.kernels.arrays import FIRST, STAY, UNIFORM, Arena, Runs
from mpgcert.learn.decentralized.stages import first_stage
from mpgcert.learn.decentralized.step_sizes import StepSequences, StepSize
from mpgcert.learn.layout import ActionLayout

__all__ = ["REPLY_TO", "TIES", "Number", "Settings", "arena_of", "first_runs", "whole_number"]

Number = float | Fraction | str
Floats = NDArray[np.float64]

TIES = {"first": FIRST, "uniform": UNIFORM, "stay": STAY}
REPLY_TO = ("previous", "updated")


@dataclass(frozen=True)
class Settings:
    """How Algorithm 1 runs; see `run_decentralized` for the meaning of each."""

    alpha: tuple[StepSize, ...]
    beta: tuple[StepSize, ...]
    exploration: tuple[float, ...]
    ties: str
    reply_to: str
    snapshots: float

    @staticmethod
    def of(
        game: MarkovGame,
        alpha: StepSize | Sequence[StepSize],
        beta: StepSize | Sequence[StepSize],
        exploration: Number | Sequence[Number],
        ties: str,
        reply_to: str,
        snapshots: float,
    ) -> Settings:
        """Settings with one entry for each player.

        Raises:
            InvalidInput: a discount of 0, a setting out of its range, or a wrong number of entries.
        """
        if game.discount == 0:
            raise InvalidInput("0", field="discount", expected="a number in (0, 1), as maheshwari2023 has it")
        if ties not in TIES:
            raise InvalidInput(f"{ties!r:.40}", field="ties", expected=" or ".join(TIES))
        if reply_to not in REPLY_TO:
            raise InvalidInput(f"{reply_to!r:.40}", field="reply_to", expected=" or ".join(REPLY_TO))
        if isinstance(snapshots, bool) or not isinstance(snapshots, (int, float)) or not 1 < snapshots < math.inf:
            raise InvalidInput(f"{snapshots!r:.40}", field="snapshots", expected="a finite number above 1")
        return Settings(
            tuple(_step_size(step, "alpha", i) for i, step in _each(alpha, game, "alpha")),
            tuple(_step_size(step, "beta", i) for i, step in _each(beta, game, "beta")),
            tuple(_exploration(theta, i) for i, theta in _each(exploration, game, "exploration")),
            ties,
            reply_to,
            float(snapshots),
        )

    def sequences(self) -> StepSequences:
        return StepSequences.of(self.alpha, self.beta)

    def describe(self) -> dict[str, Any]:
        """The settings as a trajectory keeps them."""
        return {
            "alpha": tuple(StepSequences.describe(step) for step in self.alpha),
            "beta": tuple(StepSequences.describe(step) for step in self.beta),
            "exploration": self.exploration,
            "ties": self.ties,
            "reply_to": self.reply_to,
            "snapshots": self.snapshots,
        }


def arena_of(game: MarkovGame, settings: Settings, sequences: StepSequences) -> Arena:
    """The game and the settings as flat arrays, with no step size tabulated yet."""
    kernel = game.sparse_kernel.without_zeros()
    rewards = game.rewards.to_float().reshape(game.n_players, -1).T
    if not math.isfinite(float(np.abs(rewards).max()) / float(1 - game.discount)):
        raise InvalidInput("rewards whose discounted sums are no doubles", field="rewards", expected="smaller numbers")
    sizes = np.array(game.n_actions, dtype=np.int64)
    return Arena(
        rewards=np.array(rewards, order="C"),
        row_start=np.array(kernel.start, dtype=np.int64),
        successor=np.array(kernel.successor, dtype=np.int64),
        cumulative=_cumulative(kernel.probability, kernel.start, kernel.row),
        offsets=np.concatenate([[0], np.cumsum(sizes)]),
        strides=np.append(np.cumprod(sizes[:0:-1])[::-1], 1).astype(np.int64),
        discount=float(game.discount),
        exploration=np.array(settings.exploration),
        ties=TIES[settings.ties],
        reply_to_updated=settings.reply_to == "updated",
        alpha_rule=sequences.alpha_rule,
        beta_rule=sequences.beta_rule,
        step_tables=sequences.tables(0),
        step_powers=sequences.powers,
    )


def first_runs(
    game: MarkovGame, arena: Arena, start: Policy | None, start_q: Sequence[Any] | None, seeds: Sequence[int]
) -> Runs:
    """One run for each seed, at stage 0.

    Raises:
        InvalidInput: a start that does not fit the game.
    """
    layout = ActionLayout(game.n_actions)
    shapes = [(game.n_states, count) for count in game.n_actions]
    chosen = start or Policy.uniform(game)
    found = [part.shape for part in chosen.probabilities]
    if found != shapes:
        raise InvalidInput(f"policies of shapes {found}", field="start", expected=f"shapes {shapes}")
    policy = layout.join([part.to_float() for part in chosen.probabilities])
    if start_q is None:
        q = np.zeros(policy.shape)
    else:
        tables = [np.asarray(part, dtype=np.float64) for part in start_q]
        found = [part.shape for part in tables]
        if found != shapes or not all(np.isfinite(part).all() for part in tables):
            raise InvalidInput(f"tables of shapes {found}", field="start_q", expected=f"finite, of shapes {shapes}")
        q = layout.join(tables)
    initial = _cumulative(game.initial, np.array([0, game.n_states]), np.zeros(game.n_states, dtype=np.int64))
    initial[np.flatnonzero(game.initial.numerator)[-1] :] = 1
    return Runs.stack([first_stage(arena, initial, policy, q, seed) for seed in seeds])


def _cumulative(probability: ExactArray, start: NDArray[np.int64], row: NDArray[np.int64]) -> Floats:
    """Exact sums of the probabilities inside each row up to each entry, rounded once."""
    total = np.cumsum(probability.numerator)  # may wrap around, the differences do not
    before = np.concatenate([total[:1] * 0, total])[start[:-1]]
    return ExactArray.of_integers(total - before[row], probability.denominator).to_float()


def whole_number(value: Any, field: str, least: int) -> int:
    """A checked count."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise InvalidInput(f"{value!r:.40}", field=field, expected=f"a whole number that is at least {least}")
    return int(value)


def _each(value: Any, game: MarkovGame, field: str) -> list[tuple[int, Any]]:
    """(player, value): one value for all, or one for each."""
    if not isinstance(value, (list, tuple, np.ndarray)):
        return [(i, value) for i in range(game.n_players)]
    if len(value) != game.n_players:
        raise InvalidInput(f"{len(value)} entries", field=field, expected=f"one, or {game.n_players}, one per player")
    return list(enumerate(value))


def _step_size(value: Any, field: str, player: int) -> StepSize:
    if not callable(value):
        expected = "a PowerStep, or a function of n = 1, 2, ..."
        raise InvalidInput(f"{value!r:.40}", field=field, index=(player,), expected=expected)
    step: StepSize = value
    return step


def _exploration(value: Any, player: int) -> float:
    try:
        number = float(parse_number(value))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(str(error), field="exploration", index=(player,), expected="a number in (0, 1)") from None
    if not 0 < number < 1:
        raise InvalidInput(f"{value!r:.40}", field="exploration", index=(player,), expected="a number in (0, 1)")
    return number
