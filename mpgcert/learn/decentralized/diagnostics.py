"""What the snapshots of decentralized learning are worth: distances of q to Q-functions, and NE-gaps.

Computed in doubles after the run, by the code that evaluates any policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.learn.decentralized.trajectory import DecentralizedTrajectory
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import best_response
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.explored import evaluate_explored

__all__ = ["Diagnostics", "diagnose", "measure"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """Distances and gaps of each player at K snapshots, in doubles.

    Gaps are largest over the states, so they bound those from any initial distribution (maheshwari2023.definition-2.3).
    Players meet opponents who explore: pihat_j = (1 - theta_j) pi_j + theta_j / A_j.  The explored game has its
    own Q-functions Q_i^theta and equilibria (`mpgcert.solvers.explored`), and these are what q and pi can follow.

    Attributes:
        steps: t, [K].
        q_error: max over s, a_i of |q_i - Q_i(.; pi)|, [K, n]: the distance of maheshwari2023.lemma-3.4.
        explored_q_error: max of |q_i - Q_i^theta(.; pi)|, [K, n].
        nash_gap: the NE-gap of pi, [K, n].
        explored_nash_gap: the NE-gap of pihat, the policies that are played, [K, n].
        perturbed_nash_gap: the NE-gap of pi in the explored game: what player i gains by leaving pi_i while the others
            play pihat, [K, n].
        nash_gap_from_start: the NE-gap of pi from the game's own initial distribution, [K, n].
        values: V_i(s, pi), [K, n, S].
    """

    steps: NDArray[np.int64]
    q_error: Floats
    explored_q_error: Floats
    nash_gap: Floats
    explored_nash_gap: Floats
    perturbed_nash_gap: Floats
    nash_gap_from_start: Floats
    values: Floats

    def to_dict(self) -> dict[str, Any]:
        """All of it as lists."""
        return {item.name: getattr(self, item.name).tolist() for item in fields(self)}


def diagnose(
    game: MarkovGame, trajectory: DecentralizedTrajectory, records: Sequence[int] | None = None
) -> Diagnostics:
    """Measure a run.

    Args:
        game: the game that was played.
        trajectory: on this game.
        records: which snapshots to look at; all by default.

    Raises:
        InvalidInput: a trajectory of another game.
    """
    if trajectory.game != game.fingerprint:
        raise InvalidInput(f"of the game {trajectory.game_name}", field="trajectory", expected=f"one of {game.name}")
    chosen = np.arange(len(trajectory.steps))[slice(None) if records is None else list(records)]
    rows = [
        measure(game, [part[k] for part in trajectory.q], trajectory.policy(k), trajectory.exploration)
        for k in chosen.tolist()
    ]
    return Diagnostics(trajectory.steps[chosen], *(np.array(column) for column in zip(*rows)))


def measure(
    game: MarkovGame, q: list[Floats], policy: list[Floats], exploration: tuple[float, ...]
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
    """One row of each column of `Diagnostics` but `steps`, in its order.

    Args:
        q, policy: q_i and pi_i [S, A_i] of each player.
        exploration: theta_i.
    """
    arrays, players = GameArrays.of(game, FLOAT), range(game.n_players)
    tracked = evaluate_explored(arrays, policy, list(map(Fraction, exploration)))
    own, played = evaluate(arrays, policy), evaluate(arrays, tracked.played)
    gains = np.array([best_response(arrays, policy, i).values for i in players]) - own.values
    best_of_played = np.array([best_response(arrays, tracked.played, i).values for i in players])
    return (
        np.array([np.abs(q[i] - own.averaged_q(i)).max() for i in players]),
        np.array([np.abs(q[i] - tracked.q[i]).max() for i in players]),
        gains.max(axis=1),
        (best_of_played - played.values).max(axis=1),
        (best_of_played - tracked.values).max(axis=1),
        gains @ arrays.initial,
        np.array(own.values),
    )
