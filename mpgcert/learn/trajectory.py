"""What a run of an algorithm leaves behind: frozen arrays, JSON, and npz files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.display import HtmlShown
from mpgcert.learn.records import load_record, plain, save_record
from mpgcert.learn.trajectory_csv import POLICIES, is_csv, write_csv

__all__ = ["Trajectory"]

Floats = NDArray[np.float64]

_SCHEMA = "trajectory/1"
_PER_PLAYER = ("policies", "log_policies")


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(HtmlShown):
    """The iterates theta(0), ..., theta(T) of a run, K of them recorded, all of them in the running totals.

    Attributes:
        game: fingerprint of the game.
        game_name: its name.
        algorithm: `gradient-play` or `natural-gradient-play`.
        step_size, regularization: eta, lambda.
        truncation, truncation_of: cut of the exponent, see `StepRule`.
        record_every: stride of the records.
        complete: False if the run was interrupted; it then ends at the last iterate that was evaluated.

        steps: the recorded t, [K]; 0 first, T last.
        policies, log_policies: pi_i and log pi_i, [K, S, A_i] for each player.
        returns: J_i, [K, n].
        nash_gap: NE-gap_i, [K, n].
        potential: Phi, [K], or None if no potential is known.
        regularized_potential: Phi + lambda sum log pi (zhang2022.eq-14), [K], or None.
        player_gradient_norm: norm of the gradient of J_i in theta_i, [K, n].
        player_regularized_gradient_norm: the same for the regularised objective, [K, n].
        c: zhang2022.eq-7, [K, n]: the mass on the maximisers of Qbar_i, least over states.  Every action
            that rounding cannot tell from a maximiser counts, so this is an upper bound of the exact c.
        c_lower: a lower bound of the exact c, [K, n]; equal to `c` where no two actions are that close.
        c_first: mass on the first maximiser only, as the published experiments of zhang2022 have it, [K, n].
        least_visitation: min over s of d(s), so M(theta) = 1 / least_visitation, [K].

        gap_sum, gap_square_sum: sums over all t < step of NE-gap = max_i NE-gap_i and of its square, [K].
        min_gap: least NE-gap over all t < step, [K]; inf at t = 0, where there is none.
        min_c, min_c_lower: least c and c_lower over players and all t < step, [K]; inf at t = 0.
        least_ascent: least increase of the regularised potential from t to t + 1 over all t < step, [K];
            inf at t = 0, nan if no potential is known.
        value_residual, reply_residual: largest residuals of the values and of the best replies over all
            t <= step, [K]; `mpgcert.learn.rounding` makes proven error bounds of them.

        replies: best replies to the last policy, [n, S], from which a continued run sets out.
        engine: `plain` or `compiled`, see `mpgcert.learn.compiled`.
    """

    game: str
    game_name: str
    algorithm: str
    step_size: float
    regularization: float
    truncation: float | None
    truncation_of: str
    record_every: int
    complete: bool

    steps: NDArray[np.int64]
    policies: tuple[Floats, ...]
    log_policies: tuple[Floats, ...]
    returns: Floats
    nash_gap: Floats
    potential: Floats | None
    regularized_potential: Floats | None
    player_gradient_norm: Floats
    player_regularized_gradient_norm: Floats
    c: Floats
    c_lower: Floats
    c_first: Floats
    least_visitation: Floats

    gap_sum: Floats
    gap_square_sum: Floats
    min_gap: Floats
    min_c: Floats
    min_c_lower: Floats
    least_ascent: Floats
    value_residual: Floats
    reply_residual: Floats

    replies: NDArray[np.int64]
    engine: str = "plain"

    @property
    def n_players(self) -> int:
        return len(self.policies)

    @property
    def n_steps(self) -> int:
        """T, the number of updates made."""
        return int(self.steps[-1])

    @property
    def gradient_norm(self) -> Floats:
        """Norm of the gradients of all J_i, stacked over players, [K]."""
        return np.sqrt((self.player_gradient_norm**2).sum(axis=1))

    @property
    def regularized_gradient_norm(self) -> Floats:
        """Norm of the gradients of the regularised objectives, stacked over players, [K]."""
        return np.sqrt((self.player_regularized_gradient_norm**2).sum(axis=1))

    @property
    def mean_gap(self) -> Floats:
        """Average of NE-gap over all t < step, [K]; nan at t = 0 (left side of zhang2022.theorem-7)."""
        return self._mean(self.gap_sum)

    @property
    def mean_square_gap(self) -> Floats:
        """Average of NE-gap^2 over all t < step, [K]; nan at t = 0 (left side of zhang2022.eq-12 and eq-13)."""
        return self._mean(self.gap_square_sum)

    def _mean(self, total: Floats) -> Floats:
        return np.divide(total, self.steps, out=np.full(len(total), np.nan), where=self.steps > 0)

    def policy(self, record: int) -> list[Floats]:
        """The policies pi_i [S, A_i] of one record."""
        return [part[record] for part in self.policies]

    def __repr__(self) -> str:
        made = f"{self.n_steps:,} iterations{'' if self.complete else ', interrupted'}"
        return f"<{type(self).__name__}: {self.algorithm} on {self.game_name}, {made}>"

    def to_dict(self) -> dict[str, Any]:
        """Everything except the policies as lists and numbers for JSON; None where a number is not finite."""
        out: dict[str, Any] = {"schema": _SCHEMA}
        for item in fields(self):
            if item.name not in _PER_PLAYER:
                out[item.name] = plain(getattr(self, item.name))
        for name in ("gradient_norm", "regularized_gradient_norm", "mean_gap", "mean_square_gap"):
            out[name] = plain(getattr(self, name))
        return out

    def save(self, path: str | Path, stated: Mapping[str, str] | None = None) -> None:
        """Write an npz file with everything, or (suffix .csv) the policies; a reader never sees half of one.

        Args:
            path: where; `mpgcert.learn.external` reads both kinds.
            stated: `step_size` and `regularization` exactly, where the doubles of the run are rounded.

        Raises:
            InvalidInput: the place cannot be written.
        """
        if not is_csv(path):
            save_record(path, self, _SCHEMA, _PER_PLAYER, stated)
            return
        settings = {
            "algorithm": self.algorithm,
            "step_size": repr(self.step_size),
            "regularization": repr(self.regularization),
            "truncation": "" if self.truncation is None else repr(self.truncation),
            "record_every": self.record_every,
        } | dict(stated or {})
        columns = {name: [value] * self.n_players for name, value in settings.items()}
        write_csv(path, self.steps, self.policies, POLICIES, columns)

    @staticmethod
    def load(path: str | Path) -> Trajectory:
        """Read what `save` wrote.

        Raises:
            InvalidInput: the file is missing, is no npz file, or lacks an entry.
        """
        return Trajectory(**load_record(path, Trajectory, _SCHEMA, _PER_PLAYER))
