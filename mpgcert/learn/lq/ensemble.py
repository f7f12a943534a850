"""Statistics over many runs: who reached the equilibrium by when, with a confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.learn.lq.settings import Settings
from mpgcert.learn.records import plain

__all__ = ["Ensemble", "Proportion", "proportion"]

Floats = NDArray[np.float64]

_SCHEMA = "lq-ensemble/1"
_BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Proportion:
    """A share of runs, and the Clopper-Pearson interval of its probability.

    Attributes:
        successes, count: runs that did, and all runs.
        low, high: ends of the interval.
        confidence: its coverage, at least.
    """

    successes: int
    count: int
    low: float
    high: float
    confidence: float

    @property
    def estimate(self) -> float:
        return self.successes / self.count

    def __str__(self) -> str:
        return f"{self.successes}/{self.count} = {self.estimate:.3f} [{self.low:.3f}, {self.high:.3f}]"


def proportion(successes: int, count: int, confidence: float = 0.95) -> Proportion:
    """The exact (Clopper-Pearson) interval of a binomial probability, count >= 1."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, count - successes + 1, tail))
    high = 1.0 if successes == count else float(betaincinv(successes + 1, count - successes, 1 - tail))
    return Proportion(successes, count, low, high, confidence)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Normalised errors of many runs of one algorithm on one game.

    Attributes:
        game, game_name: fingerprint and name.
        settings: of every run; run j of Algorithm 2 had the seed of these plus j.
        steps: recorded iterations, [records]; 0 first, M last.
        errors: (C^i(K) - C^i(K*)) / C^i(K*), [records, batch, N]; inf from the iterate at which a run diverged.
        peak: largest |error| over all iterations, recorded or not, [batch, N]; inf for a run that diverged.
        diverged_at: the update that ended a run as diverged, [batch]; -1 where none did.
    """

    game: str
    game_name: str
    settings: Settings
    steps: NDArray[np.int64]
    errors: Floats
    peak: Floats
    diverged_at: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Runs."""
        return len(self.diverged_at)

    @property
    def worst(self) -> Floats:
        """max_i |error_i|, [records, batch]: a player can also pay less than at the equilibrium."""
        return np.abs(self.errors).max(axis=2)

    @property
    def n_diverged(self) -> int:
        return int((self.diverged_at >= 0).sum())

    @property
    def diverged(self) -> Proportion:
        """Runs that diverged."""
        return proportion(self.n_diverged, self.count)

    def meeting(self, level: float, iteration: int, reading: str = "by") -> Proportion:
        """Runs with |error_i| <= level for every player.

        Args:
            iteration: m; records up to it (or, for `settled`, after it) are looked at.
            reading: `by`: at some recorded iteration up to m; `at`: at the last record up to m;
                `settled`: at the last record up to m and at every later one.
        """
        last = int(np.searchsorted(self.steps, iteration, side="right")) - 1
        readings = {"by": slice(0, last + 1), "at": slice(last, last + 1), "settled": slice(last, None)}
        if reading not in readings:
            raise InvalidInput(f"{reading!r}", field="reading", expected=" or ".join(readings))
        if last < 0:
            raise InvalidInput(f"{iteration!r}", field="iteration", expected="at least 0")
        met = self.worst[readings[reading]] <= level
        return proportion(int((met.any(axis=0) if reading == "by" else met.all(axis=0)).sum()), self.count)

    def peaking(self, factor: float, player: int | None = None) -> Proportion:
        """Runs whose largest |error| (of one player, or of any) exceeds `factor` times the one at the start."""
        peaked = self.peak > factor * np.abs(self.errors[0])
        return proportion(int((peaked.any(axis=1) if player is None else peaked[:, player]).sum()), self.count)

    def bands(self, levels: Sequence[float] = _BANDS) -> Floats:
        """Quantiles of |error_i| over runs, [levels, records, N], each the value of a run; inf for diverged ones."""
        return np.quantile(np.abs(self.errors), levels, axis=1, method="inverted_cdf")

    def to_dict(self) -> dict[str, Any]:
        """Statistics as lists and numbers for JSON; None where a number is not finite."""
        return {
            "schema": _SCHEMA,
            "game": self.game,
            "game_name": self.game_name,
            **{name: plain(value) for name, value in asdict(self.settings).items()},
            "count": self.count,
            "diverged": self.n_diverged,
            "steps": self.steps.tolist(),
            "quantiles": list(_BANDS),
            "normalized_error": plain(self.bands()),
            "peak": plain(np.quantile(self.peak, _BANDS, axis=0, method="inverted_cdf")),
        }
