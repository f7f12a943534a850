"""What many runs of decentralized learning on one game say: bands over time, shares with exact intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.learn.lq.ensemble import Proportion, proportion
from mpgcert.learn.records import plain

__all__ = ["MEASURES", "DecentralizedEnsemble"]

Floats = NDArray[np.float64]

MEASURES = (
    "q_error",
    "explored_q_error",
    "nash_gap",
    "explored_nash_gap",
    "perturbed_nash_gap",
    "nash_gap_from_start",
)
_SCHEMA = "decentralized-ensemble/1"
_BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
_SETTINGS = ("game", "game_name", "alpha", "beta", "exploration", "ties", "reply_to", "snapshots")


@dataclass(frozen=True, eq=False)
class DecentralizedEnsemble:
    """R independent runs of Algorithm 1 of maheshwari2023 with the same settings, measured at K snapshots.

    Attributes:
        game, game_name: fingerprint and name.
        alpha, beta, exploration, ties, reply_to, snapshots: as of `DecentralizedTrajectory`.
        seeds: of the runs, [R]; run j is `run_decentralized(..., seed=seeds[j])`.
        steps: t of the snapshots, [K].
        q_error, explored_q_error, nash_gap, explored_nash_gap, perturbed_nash_gap, nash_gap_from_start: of each player,
            [K, R, n], see `Diagnostics`.
        values: V_i(s, pi), [K, R, n, S].
        state_visits: n^t(s), [K, R, S].
        reply_changes: changes of the first maximiser of q_i(s, .) so far, [K, R, S, n].
        largest_q: the largest |q_i| of all iterates so far, [K, R, n].
        last_q, last_policies: at the end, [R, S, A_i] for each player.
    """

    game: str
    game_name: str
    alpha: tuple[dict[str, Any], ...]
    beta: tuple[dict[str, Any], ...]
    exploration: tuple[float, ...]
    ties: str
    reply_to: str
    snapshots: float
    seeds: NDArray[np.int64]

    steps: NDArray[np.int64]
    q_error: Floats
    explored_q_error: Floats
    nash_gap: Floats
    explored_nash_gap: Floats
    perturbed_nash_gap: Floats
    nash_gap_from_start: Floats
    values: Floats
    state_visits: NDArray[np.int64]
    reply_changes: NDArray[np.int64]
    largest_q: Floats
    last_q: tuple[Floats, ...]
    last_policies: tuple[Floats, ...]

    @property
    def count(self) -> int:
        """R, the number of runs."""
        return len(self.seeds)

    def worst(self, measure: str) -> Floats:
        """A measure of each run, largest over players, [K, R].

        Raises:
            InvalidInput: no name of a measure.
        """
        if measure not in MEASURES:
            raise InvalidInput(f"{measure!r:.40}", field="measure", expected=" or ".join(MEASURES))
        largest: Floats = getattr(self, measure).max(axis=2)
        return largest

    def bands(self, measure: str, levels: Sequence[float] = _BANDS) -> Floats:
        """Quantiles over the runs, [levels, K], each the value of a run."""
        return np.quantile(self.worst(measure), levels, axis=1, method="inverted_cdf")

    def below(self, measure: str, level: float, step: int | None = None, confidence: float = 0.95) -> Proportion:
        """Runs whose measure is at most `level`, with the exact (Clopper-Pearson) interval of the probability.

        Args:
            step: t; the last snapshot up to it is looked at (the very last by default).
            confidence: of the interval, at least; it holds for one measure, level and step that were chosen before.

        Raises:
            InvalidInput: no name of a measure, or a negative step.
        """
        record = len(self.steps) - 1 if step is None else int(np.searchsorted(self.steps, step, side="right")) - 1
        if record < 0:
            raise InvalidInput(f"{step!r}", field="step", expected="at least 0")
        return proportion(int((self.worst(measure)[record] <= level).sum()), self.count, confidence)

    @property
    def visit_shares(self) -> Floats:
        """n^t(s) / t of each run, [K, R, S]; nan at t = 0."""
        stages = self.steps[:, None, None]
        return np.divide(self.state_visits, stages, out=np.full(self.state_visits.shape, np.nan), where=stages > 0)

    def endings(self) -> list[tuple[NDArray[np.int64], int]]:
        """The most likely actions [n, S] of the last policies and the number of runs, the most frequent first."""
        choices = np.stack([part.argmax(axis=2) for part in self.last_policies], axis=1)
        found, counts = np.unique(choices, axis=0, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return [(found[k], int(counts[k])) for k in order]

    def to_dict(self) -> dict[str, Any]:
        """Settings and statistics as lists and numbers for JSON; None where a number is not defined."""
        shares = np.median(self.visit_shares, axis=1)
        return {
            "schema": _SCHEMA,
            **{name: plain(getattr(self, name)) for name in _SETTINGS},
            "seeds": self.seeds.tolist(),
            "count": self.count,
            "steps": self.steps.tolist(),
            "quantiles": list(_BANDS),
            **{name: self.bands(name).tolist() for name in MEASURES},
            "least_state_visits": self.state_visits.min(axis=1).tolist(),
            "median_visit_share": plain(shares),
            "largest_q": self.largest_q[-1].max(axis=0).tolist(),
            "endings": [{"actions": choices.tolist(), "runs": count} for choices, count in self.endings()],
        }
