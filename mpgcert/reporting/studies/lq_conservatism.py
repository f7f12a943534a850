"""How far Theorem 3.5 of hambly2021 is from what is true of Algorithm 1, game by game.

The largest step size that converges from every start is known exactly (`mpgcert.solvers.lq.sharp`), so that nothing has
to be searched; iterations are counted along runs from the game's own start.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.bounds import LQBounds, lq_bounds
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.files import resolve
from mpgcert.games.lq import LQGame
from mpgcert.learn.lq.run import run_lq
from mpgcert.reporting.lq.variants import KNOWN
from mpgcert.reporting.studies.settings import Settings

__all__ = ["LQ_GAMES", "LQ_QUICK_GAMES", "LQComparison", "compare_lq"]

LQ_GAMES = (
    "lq-contraction",
    "lq-contraction:horizon=2,dimension=2,coupling=1/50",
    "hambly2021-remark-3.4",
    "lq-scalar",
    "hambly2021-section-5.2",
    "lq-random",
    "hambly2021-section-5.1",
    "lq-three-equilibria",
)
LQ_QUICK_GAMES = LQ_GAMES[:4]
_DIGITS = 3


@dataclass(frozen=True)
class LQComparison:
    """Theorem 3.5 on one game.

    Attributes:
        game: its name.
        start: where the starting gains come from.
        applies: whether the hypotheses hold.
        failing: ids of those that do not.
        epsilon: accuracy, in units of cost.
        limit: eta_0, below which the theorem's step sizes lie, rationals around it.
        sharp: the supremum of the step sizes that converge from every start, rationals around it.
        best, rate: the step size of the fastest convergence in the long run, and its factor per iteration.
        promised: M of the theorem, where it applies.
        first: iterations until the losses sum to at most epsilon, with the theorem's step; None if it gives none or
            not by `made`.
        first_best: the same with the best step size, to three digits.
        made: iterations made at most.
    """

    game: str
    start: str
    applies: Verdict
    failing: tuple[str, ...]
    epsilon: Fraction
    limit: tuple[Fraction, Fraction]
    sharp: tuple[Fraction, Fraction]
    best: float
    rate: float
    promised: int | None
    first: int | None
    first_best: int | None
    made: int


def compare_lq(name: str, settings: Settings) -> LQComparison:
    """The comparison on one built-in game."""
    game = resolve(name)
    assert isinstance(game, LQGame)
    analysis = LQAnalysis.of(game)
    found = lq_bounds(analysis)
    (bound,) = found.theorems
    assert bound.limit is not None
    assert bound.limit.lower is not None
    assert bound.limit.upper is not None
    own = None if bound.applies is not Verdict.HOLDS or bound.step_size is None else bound.step_size
    best = Fraction(f"{found.constants['eta_best'].value:.{_DIGITS}g}")
    return LQComparison(
        name,
        found.start,
        bound.applies,
        tuple(hypothesis for hypothesis, verdict in bound.hypotheses.items() if verdict is not Verdict.HOLDS),
        found.epsilon,
        (bound.limit.lower, bound.limit.upper),
        _enclosure(found, "eta_sharp"),
        float(best),
        found.constants["rate_sharp"].value,
        bound.iterations,
        None if own is None else _first(analysis, own, found.epsilon, settings),
        _first(analysis, best, found.epsilon, settings),
        settings.tried_steps,
    )


def _enclosure(found: LQBounds, name: str) -> tuple[Fraction, Fraction]:
    quantity = found.constants[name]
    assert quantity.lower is not None
    assert quantity.upper is not None
    return quantity.lower, quantity.upper


def _first(analysis: LQAnalysis, step: Fraction, epsilon: Fraction, settings: Settings) -> int | None:
    trajectory = run_lq(
        analysis.game, KNOWN, steps=settings.tried_steps, step_size=step, start=analysis.start, record_every=1
    )
    below = np.flatnonzero(trajectory.total_gap <= float(epsilon))
    return int(trajectory.steps[below[0]]) if len(below) else None
