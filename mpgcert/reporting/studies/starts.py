"""Initialisation in the game of Figure 1 of zhang2022 (its Appendix 8): near an equilibrium, near a trap, anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame, Policy
from mpgcert.games.files import resolve
from mpgcert.learn.lq.ensemble import Proportion, proportion
from mpgcert.learn.run import run
from mpgcert.reporting.studies.settings import Settings

__all__ = ["ALGORITHMS", "GAME", "Ensemble", "Switch", "ensembles", "switch"]

Floats = NDArray[np.float64]

GAME = "zhang2022-figure-1"
#: Algorithm, log-barrier, and the cut of the exponent that the authors' script makes.
ALGORITHMS: dict[str, dict[str, Any]] = {
    "gradient play": {"algorithm": "gradient-play"},
    "natural play": {"algorithm": "natural-gradient-play"},
    "gradient, log-barrier": {"algorithm": "gradient-play", "regularization": "0.003"},
    "natural, log-barrier": {
        "algorithm": "natural-gradient-play",
        "regularization": "0.003",
        "truncation": 1,
        "truncation_of": "uncentred",
    },
}
_STEP = 5
_EQUILIBRIUM, _TRAP = ((2,), (0,)), ((1,), (0,))  # actions 3 and 1; actions 2 and 1, which player 1 would leave
_NEAR, _VERY_NEAR = Fraction(1, 10), Fraction(1, 10**6)  # how much of a random policy is mixed in
_LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """NE-gaps of many runs of one algorithm.

    Attributes:
        starts: which starting policies: near the equilibrium, near the trap (a stationary policy that is none), very
            near it, or anywhere.
        algorithm: its name.
        gaps: [starts, T + 1].
    """

    starts: str
    algorithm: str
    gaps: Floats

    def bands(self) -> Floats:
        """Quantiles 5 %, 50 % and 95 %, [3, T + 1]."""
        return np.quantile(self.gaps, _LEVELS, axis=0)

    def within(self, level: float, at: int) -> Proportion:
        """How many runs have at most that NE-gap at an iteration."""
        return proportion(int((self.gaps[:, at] <= level).sum()), len(self.gaps))


def ensembles(settings: Settings) -> tuple[Ensemble, ...]:
    """All algorithms from all kinds of starts, with the step size and weight of the figure."""
    game = resolve(GAME)
    assert isinstance(game, MarkovGame)
    found = []
    for kind, starts in _starts(game, settings.policies):
        for name, options in ALGORITHMS.items():
            gaps = [_gaps(game, options, start, settings.figure_steps) for start in starts]
            found.append(Ensemble(kind, name, np.stack(gaps)))
    return tuple(found)


def _starts(game: MarkovGame, count: int) -> Iterator[tuple[str, list[Policy]]]:
    """Pure policies with a little of a random one mixed in, and random policies."""
    anywhere = [Policy.random(game, seed) for seed in range(count)]
    for kind, choices, share in (
        ("near the equilibrium", _EQUILIBRIUM, _NEAR),
        ("near the trap", _TRAP, _NEAR),
        ("very near the trap", _TRAP, _VERY_NEAR),
    ):
        pure = Policy.deterministic(game, [list(row) for row in choices])
        yield kind, [_mixture(game, pure, policy, share) for policy in anywhere]
    yield "anywhere", anywhere


def _mixture(game: MarkovGame, pure: Policy, policy: Policy, share: Fraction) -> Policy:
    parts = []
    for own, other in zip(pure.probabilities, policy.probabilities):
        rows = [
            [(1 - share) * p + share * q for p, q in zip(own[s].fractions(), other[s].fractions())]
            for s in range(game.n_states)
        ]
        parts.append(rows)
    return Policy.of(game, parts)


def _gaps(game: MarkovGame, options: dict[str, Any], start: Policy, steps: int) -> Floats:
    trajectory = run(game, steps=steps, step_size=_STEP, start=start, record_every=1, engine="compiled", **options)
    worst: Floats = trajectory.nash_gap.max(axis=1)
    return worst


@dataclass(frozen=True, eq=False)
class Switch:
    """Natural gradient play from the uniform policy: player 1's probabilities and averaged Q-values.

    Attributes:
        policies, values: [T + 1, 3].
        crossing: the first iteration at which action 3 is worth more than action 2 after having been worth less.
        recovered: the first iteration after it at which action 3 has at least probability 1/2; None if none.
    """

    policies: Floats
    values: Floats
    crossing: int | None
    recovered: int | None


def switch(settings: Settings) -> Switch:
    """How the order of the averaged Q-values changes while the policy is nearly pure."""
    game = resolve(GAME)
    assert isinstance(game, MarkovGame)
    options = ALGORITHMS["natural play"]
    trajectory = run(game, steps=settings.figure_steps, step_size=_STEP, record_every=1, engine="compiled", **options)
    first, second = (part[:, 0] for part in trajectory.policies)
    values = second @ game.rewards[0].to_float()[0].T
    better = values[:, 2] > values[:, 1]
    after = np.flatnonzero(better[1:] & ~better[:-1])
    crossing = int(after[0]) + 1 if len(after) else None
    likely = np.flatnonzero(first[:, 2] >= 0.5)
    later = [int(t) for t in likely if crossing is not None and t > crossing]
    return Switch(first, values, crossing, later[0] if later else None)
