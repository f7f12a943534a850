"""What a run on a linear-quadratic game leaves behind: frozen arrays, JSON, and npz files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.display import HtmlShown
from mpgcert.games.lq import Gains
from mpgcert.learn.records import load_record, plain, save_record
from mpgcert.learn.trajectory_csv import GAINS, is_csv, write_csv

__all__ = ["LQTrajectory"]

Floats = NDArray[np.float64]

_SCHEMA = "lq-trajectory/1"
_PER_PLAYER = ("gains",)
_TUPLES = ("step_size", "smoothing", "trajectories")


@dataclass(frozen=True, eq=False, repr=False)
class LQTrajectory(HtmlShown):
    """The iterates K^(0), ..., K^(M) of a run, K of them recorded.

    Attributes:
        game: fingerprint of the game.
        game_name: its name.
        algorithm: `natural-policy-gradient` or `model-free-natural-policy-gradient`.
        step_size: eta_i of each player.
        smoothing, trajectories: r_i and L_i of each player; None for Algorithm 1.
        seed: of the random numbers; None for Algorithm 1.
        sampled_cost: which costs Algorithm 2 samples, see `model_free`; None for Algorithm 1.
        record_every: stride of the records.
        divergence_multiple: costs beyond this multiple of the larger of |C^i(K*)| and |C^i(K^(0))| end a run.
        complete: False if the run was interrupted; it then ends at the last iterate that was evaluated.
        diverged_at: number of the update that ended the run as diverged; None if none did.  The last record is
            then the last iterate before it.  This is about doubles and no proof: see `natural`.
        reason: what was wrong with that update, or None.

        steps: the recorded m, [K]; 0 first, the last iterate last.
        gains: K^i, [K, T, k_i, d] for each player.
        costs, normalized_error, cost_gap, distance, player_gradient_norm: [K, N], see `Measures`.
        nash_costs: C^i(K*), [N].
    """

    game: str
    game_name: str
    algorithm: str
    step_size: tuple[float, ...]
    smoothing: tuple[float, ...] | None
    trajectories: tuple[int, ...] | None
    seed: int | None
    sampled_cost: str | None
    record_every: int
    divergence_multiple: float
    complete: bool
    diverged_at: int | None
    reason: str | None

    steps: NDArray[np.int64]
    gains: tuple[Floats, ...]
    costs: Floats
    normalized_error: Floats
    cost_gap: Floats
    distance: Floats
    player_gradient_norm: Floats
    nash_costs: Floats

    @property
    def n_players(self) -> int:
        return len(self.gains)

    @property
    def n_steps(self) -> int:
        """M, the number of updates made (without one that diverged)."""
        return int(self.steps[-1])

    @property
    def diverged(self) -> bool:
        return self.diverged_at is not None

    @property
    def gradient_norm(self) -> Floats:
        """Norm of the gradients of all C^i in their own K^i, stacked over players, [K]."""
        return np.sqrt((self.player_gradient_norm**2).sum(axis=1))

    @property
    def total_gap(self) -> Floats:
        """Sum over i of C^i(K^i, K^{-i*}) - C^i(K*), [K]: what hambly2021.theorem-3.5 bounds."""
        return self.cost_gap.sum(axis=1)

    def policy(self, record: int) -> Gains:
        """The gains of one record, exactly as the run had them."""
        return Gains.from_doubles([part[record] for part in self.gains])

    def __repr__(self) -> str:
        made = f"{self.n_steps:,} iterations{'' if self.complete else ', interrupted'}"
        return f"<{type(self).__name__}: {self.algorithm} on {self.game_name}, {made}>"

    def to_dict(self) -> dict[str, Any]:
        """Everything except the gains as lists and numbers for JSON; None where a number is not finite."""
        out: dict[str, Any] = {"schema": _SCHEMA}
        for item in fields(self):
            if item.name not in _PER_PLAYER:
                out[item.name] = plain(getattr(self, item.name))
        for name in ("diverged", "gradient_norm", "total_gap"):
            out[name] = plain(getattr(self, name))
        return out

    def save(self, path: str | Path, stated: Mapping[str, Sequence[str]] | None = None) -> None:
        """Write an npz file with everything, or (suffix .csv) the gains; a reader never sees half of one.

        Args:
            path: where; `mpgcert.learn.lq.external` reads both kinds.
            stated: the `step_size` of each player exactly, where the doubles of the run are rounded.

        Raises:
            InvalidInput: the place cannot be written.
        """
        if not is_csv(path):
            save_record(path, self, _SCHEMA, _PER_PLAYER, stated)
            return
        columns: dict[str, Sequence[Any]] = {
            "algorithm": [self.algorithm] * self.n_players,
            "step_size": [repr(size) for size in self.step_size],
            "record_every": [self.record_every] * self.n_players,
        }
        write_csv(path, self.steps, self.gains, GAINS, columns | dict(stated or {}))

    @staticmethod
    def load(path: str | Path) -> LQTrajectory:
        """Read what `save` wrote.

        Raises:
            InvalidInput: the file is missing, is no npz file, or lacks an entry.
        """
        return LQTrajectory(**load_record(path, LQTrajectory, _SCHEMA, _PER_PLAYER, _TUPLES))
