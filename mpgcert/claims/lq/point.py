"""An instance of a statement about linear-quadratic games, and what is worked out about it in an arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product as combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, Arithmetic, ExactArray
from mpgcert.arithmetic.matrices import product
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.point_index import Index
from mpgcert.errors import Irrational
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq.generic_step import next_gains
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import LQEvaluation, evaluate_gains
from mpgcert.solvers.lq.riccati import RiccatiSolution, coupled_riccati

__all__ = ["LQLens", "LQPoint"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LQPoint:
    """Exact data on which a statement can be decided.

    Attributes:
        game: the game.
        gains: K, or K^(0) of a run; None for the equilibrium.
        other: K' of a pair; of a step it is the next iterate and left out here.
        player: the only player whom the statement is asked about; None for all.
        step_sizes: eta of each player, for steps and runs.
        steps: length of a run.
        delta: the small constant of rho* (hambly2021.eq-3.9).
        xi: the small constant of rho_{K,K'} (hambly2021.eq-3.24).
        probe: a symmetric matrix, exact [d, d], for statements about every such matrix.
        exact_nash: whether the equilibrium has so few digits that it may be worked out in rationals.
        shared: facts about the game; give points of one game the same dict to compute them once.
    """

    game: LQGame
    gains: Gains | None = None
    other: Gains | None = None
    player: int | None = None
    step_sizes: tuple[Fraction, ...] | None = None
    steps: int = 0
    delta: Fraction = Fraction(1, 100)
    xi: Fraction = Fraction(1, 100)
    probe: ExactArray | None = None
    exact_nash: bool = True
    shared: dict[str, LQAnalysis] = field(default_factory=dict, repr=False)

    @staticmethod
    def along_run(analysis: LQAnalysis, step_sizes: tuple[Fraction, ...]) -> LQPoint:
        """What all iterates of a run of Algorithm 1 share; the gains are left open."""
        game = analysis.game
        return LQPoint(
            game,
            step_sizes=step_sizes,
            delta=analysis.delta,
            xi=analysis.delta,
            probe=game.initial.second_moment,
            exact_nash=analysis.is_short,
            shared={"analysis": analysis},
        )

    @property
    def analysis(self) -> LQAnalysis:
        """What is known about the game."""
        if "analysis" not in self.shared:
            self.shared["analysis"] = LQAnalysis(self.game)
        return self.shared["analysis"]

    def indices(self, uses: frozenset[str]) -> Iterator[Index]:
        """All combinations of the indices in `uses`: players, times 0, ..., T - 1, and earlier times s <= t."""
        players: tuple[int, ...] = (-1,)
        if "player" in uses:
            players = tuple(range(self.game.n_players)) if self.player is None else (self.player,)
        times = range(self.game.horizon) if uses & {"time", "earlier"} else (-1,)
        for player, time in combinations(players, times):
            for earlier in range(time + 1) if "earlier" in uses else (-1,):
                yield Index(player=player, time=time, earlier=earlier)

    def lens(self, arithmetic: Arithmetic) -> LQLens:
        """The point in one arithmetic."""
        return LQLens(self, arithmetic)


class LQLens:
    """A point in one arithmetic; everything is computed when first asked for and kept.

    Policies are told apart as in the paper: `evaluation` is about K, `other_evaluation` about K',
    `star` about K*, `mixed(i)` about (K^i, K^{-i*}), `other_mixed(i)` about (K'^i, K^{-i*}), and
    `deviation(i)` about (K'^i, K^{-i}).
    """

    def __init__(self, point: LQPoint, arithmetic: Arithmetic) -> None:
        self.point, self.arithmetic = point, arithmetic

    @property
    def game(self) -> LQGame:
        return self.point.game

    @property
    def players(self) -> range:
        return range(self.game.n_players)

    @property
    def times(self) -> range:
        """0, ..., T - 1."""
        return range(self.game.horizon)

    def number(self, value: Fraction | int) -> Any:
        return self.arithmetic.number(value)

    @cached_property
    def arrays(self) -> LQArrays:
        return LQArrays.of(self.game, self.arithmetic)

    @cached_property
    def nash(self) -> RiccatiSolution:
        """K* with P* and Phi.

        Raises:
            SingularMatrix: the game has none (or it is not told from such a game).
            Irrational: rationals were ruled out.
        """
        if self.arithmetic is EXACT and not self.point.exact_nash:
            raise Irrational("the equilibrium has too many digits: use Ball")
        return coupled_riccati(self.arrays)

    @cached_property
    def star(self) -> LQEvaluation:
        return evaluate_gains(self.arrays, self.nash.gains)

    @cached_property
    def gains(self) -> Array:
        """K, [T, k, d]; the equilibrium's if the point names none."""
        if self.point.gains is None:
            return self.nash.gains
        return self.point.gains.lift(self.arithmetic)

    @cached_property
    def evaluation(self) -> LQEvaluation:
        return evaluate_gains(self.arrays, self.gains)

    @cached_property
    def step_sizes(self) -> list[Any]:
        """eta_i of each player."""
        assert self.point.step_sizes is not None
        return [self.number(size) for size in self.point.step_sizes]

    def after(self, evaluation: LQEvaluation) -> Array:
        """The next gains of Algorithm 1 (hambly2021.eq-3.8)."""
        return next_gains(evaluation, self.step_sizes)

    @cached_property
    def other_gains(self) -> Array:
        """K': given, or the next iterate of Algorithm 1."""
        if self.point.other is not None:
            return self.point.other.lift(self.arithmetic)
        return self.after(self.evaluation)

    @cached_property
    def other_evaluation(self) -> LQEvaluation:
        return evaluate_gains(self.arrays, self.other_gains)

    def replaced(self, base: Array, player: int, own: Array) -> LQEvaluation:
        """The gains `base` with those of one player taken from `own`, evaluated."""
        gains = base.copy()
        rows = self.arrays.slices[player]
        gains[:, rows] = own[:, rows]
        return evaluate_gains(self.arrays, gains)

    @cached_property
    def _mixed(self) -> list[LQEvaluation]:
        return [self.replaced(self.nash.gains, i, self.gains) for i in self.players]

    @cached_property
    def _other_mixed(self) -> list[LQEvaluation]:
        return [self.replaced(self.nash.gains, i, self.other_gains) for i in self.players]

    @cached_property
    def _deviations(self) -> list[LQEvaluation]:
        return [self.replaced(self.gains, i, self.other_gains) for i in self.players]

    def mixed(self, player: int) -> LQEvaluation:
        """(K^i, K^{-i*})."""
        return self._mixed[player]

    def other_mixed(self, player: int) -> LQEvaluation:
        """(K'^i, K^{-i*})."""
        return self._other_mixed[player]

    def deviation(self, player: int) -> LQEvaluation:
        """(K'^i, K^{-i})."""
        return self._deviations[player]

    @cached_property
    def mixed_costs(self) -> Array:
        """C^i(K^i, K^{-i*}) of each player, [N]."""
        return np.array([self.mixed(i).costs[i] for i in self.players])

    @cached_property
    def gaps(self) -> Array:
        """C^i(K^i, K^{-i*}) - C^i(K*), [N], as sums of squares (hambly2021.lemma-3.10): nothing cancels."""
        return np.array([self._gap(self.mixed(i), i) for i in self.players])

    @cached_property
    def other_gaps(self) -> Array:
        """The same at K', [N]."""
        return np.array([self._gap(self.other_mixed(i), i) for i in self.players])

    def _gap(self, mixed: LQEvaluation, player: int) -> Any:
        """sum over t of Tr(Sigma_t (K_t - K_t*)' (R_t + B_t' P*_{t+1} B_t) (K_t - K_t*)): E vanishes at K*."""
        rows = self.arrays.slices[player]
        total = self.number(0)
        for t in self.times:
            change = mixed.gains[t, rows] - self.nash.gains[t, rows]
            weighted = product(self.nash.phi[t][rows, rows], change)
            total = total + (product(change, mixed.covariances[t]) * weighted).sum()
        return total

    @cached_property
    def iterates(self) -> list[LQEvaluation]:
        """K^(0), ..., K^(M) of a run of Algorithm 1."""
        found = [self.evaluation]
        for _ in range(self.point.steps):
            found.append(evaluate_gains(self.arrays, self.after(found[-1])))
        return found

    @cached_property
    def run_gaps(self) -> list[Array]:
        """C^i(K^{i,(m)}, K^{-i*}) - C^i(K*) at m = 0, ..., M, each [N]."""
        return [
            np.array([self._gap(self.replaced(self.nash.gains, i, iterate.gains), i) for i in self.players])
            for iterate in self.iterates
        ]

    @cached_property
    def probe(self) -> Array:
        """The symmetric matrix that a statement about every such matrix is tried on, [d, d]."""
        assert self.point.probe is not None
        return self.arithmetic.array(self.point.probe)
