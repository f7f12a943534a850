"""What a run of decentralized learning leaves behind: frozen arrays, JSON, and npz files."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.display import HtmlShown
from mpgcert.kernels.arrays import Runs
from mpgcert.learn.records import load_record, save_record
from mpgcert.learn.trajectory_csv import POLICIES, is_csv, write_csv
from mpgcert.solvers.explored import explored_policy

__all__ = ["DecentralizedTrajectory"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SCHEMA = "decentralized-trajectory/1"
_PER_PLAYER = ("q", "policies", "action_visits")
_TUPLES = ("alpha", "beta", "exploration")


@dataclass(frozen=True, eq=False, repr=False)
class DecentralizedTrajectory(HtmlShown):
    """Snapshots of one run of Algorithm 1 of maheshwari2023, K of them, and the state in which it ended.

    Attributes:
        game: fingerprint of the game.
        game_name: its name.
        algorithm: `decentralized-learning`.
        alpha, beta: step sizes of each player: `scale`, `exponent` and `shift` of z (n + h)^-c, or a name and the first
            members.
        exploration: theta_i of each player.
        ties, reply_to, snapshots, seed: see `run_decentralized`.
        complete: False if the run was interrupted; it then ends with the last iterate that was kept.

        steps: the iterates t of the snapshots, [K]; 0 first, the last iterate last.
        q, policies: q_i^t and pi_i^t, [K, S, A_i] for each player.
        state_visits: n^t(s), stages before t at s, [K, S].
        action_visits: n-tilde_i^t(s, a_i), [K, S, A_i] for each player.
        reply_changes: how often player i's first maximiser of q_i(s, .) was another one than at the update of s before,
            [K, S, n].
        largest_q: the largest |q_i| over all entries and all iterates up to t, [K, n].

        last_state, last_actions, last_reply, generator: s^t, a^t [n], the first maximisers [S, n] and the state of the
            random numbers [4] at the end, from which a continued run sets out.
    """

    game: str
    game_name: str
    algorithm: str
    alpha: tuple[dict[str, Any], ...]
    beta: tuple[dict[str, Any], ...]
    exploration: tuple[float, ...]
    ties: str
    reply_to: str
    snapshots: float
    seed: int
    complete: bool

    steps: Integers
    q: tuple[Floats, ...]
    policies: tuple[Floats, ...]
    state_visits: Integers
    action_visits: tuple[Integers, ...]
    reply_changes: Integers
    largest_q: Floats

    last_state: int
    last_actions: Integers
    last_reply: Integers
    generator: NDArray[np.uint64]

    @property
    def n_players(self) -> int:
        return len(self.policies)

    @property
    def n_steps(self) -> int:
        """T, the number of iterates made."""
        return int(self.steps[-1])

    def policy(self, record: int) -> list[Floats]:
        """The policies pi_i [S, A_i] of one snapshot."""
        return [part[record] for part in self.policies]

    def explored_policy(self, record: int) -> list[Floats]:
        """The laws (1 - theta_i) pi_i + theta_i / A_i that actions are drawn from (maheshwari2023.eq-6), [S, A_i]."""
        return explored_policy(FLOAT, self.policy(record), list(map(Fraction, self.exploration)))

    def runs(self) -> list[Runs]:
        """The snapshots as sets of one run; all but the last lack what only the end has (they repeat the end's)."""
        out = []
        for k in range(len(self.steps)):
            out.append(
                Runs(
                    step=self.steps[k : k + 1],
                    state=np.array([self.last_state]),
                    actions=self.last_actions[None],
                    q=_joined(self.q, k),
                    policy=_joined(self.policies, k),
                    state_visits=self.state_visits[k : k + 1],
                    action_visits=_joined(self.action_visits, k),
                    reply=self.last_reply[None],
                    reply_changes=self.reply_changes[k : k + 1],
                    largest_q=self.largest_q[k : k + 1],
                    generator=self.generator[None],
                )
            )
        return out

    def __repr__(self) -> str:
        made = f"{self.n_steps:,} iterations{'' if self.complete else ', interrupted'}"
        return f"<{type(self).__name__}: {self.algorithm} on {self.game_name}, {made}>"

    def to_dict(self) -> dict[str, Any]:
        """Settings, counters and statistics as lists and numbers for JSON; q and policies of the last snapshot only."""
        out: dict[str, Any] = {"schema": _SCHEMA}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in _PER_PLAYER:
                out[f"last_{item.name}"] = [part[-1].tolist() for part in value]
            elif item.name != "generator":
                out[item.name] = value.tolist() if isinstance(value, np.ndarray) else value
        return out | {"alpha": list(self.alpha), "beta": list(self.beta), "exploration": list(self.exploration)}

    def save(self, path: str | Path) -> None:
        """Write an npz file with everything, or (suffix .csv) the policies; a reader never sees half of one.

        Raises:
            InvalidInput: the place cannot be written.
        """
        if not is_csv(path):
            save_record(path, self, _SCHEMA, _PER_PLAYER)
            return
        columns = {"algorithm": [self.algorithm] * self.n_players, "exploration": [*map(repr, self.exploration)]}
        write_csv(path, self.steps, self.policies, POLICIES, columns)

    @staticmethod
    def load(path: str | Path) -> DecentralizedTrajectory:
        """Read what `save` wrote.

        Raises:
            InvalidInput: the file is missing, is no npz file, or lacks an entry.
        """
        return DecentralizedTrajectory(**load_record(path, DecentralizedTrajectory, _SCHEMA, _PER_PLAYER, _TUPLES))


def _joined(parts: tuple[NDArray[Any], ...], record: int) -> NDArray[Any]:
    """One snapshot as a table [1, S, B]."""
    return np.concatenate([part[record : record + 1] for part in parts], axis=2)
