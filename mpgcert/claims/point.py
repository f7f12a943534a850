"""An instance of a statement: exact data, and what is worked out about it in an arithmetic.

`Point` holds the data (a game with rewards as given, policies, a step's parameters).  `Lens` looks at it in
one arithmetic: everything that several quantities share (evaluations, best replies, the next policy) is
computed when first asked for and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.learner import Learner
from mpgcert.claims.point_index import Index
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.generic_step import next_policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gaps
from mpgcert.solvers.evaluation import Evaluation, evaluate
from mpgcert.solvers.twins import action_classes

__all__ = ["Index", "Lens", "Point"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Point:
    """Exact data on which a statement can be decided.

    Attributes:
        game: with its rewards as the statement speaks of them.
        phi: a stage potential, where the statement needs one.
        policy: the policy, or the one before a step, or the start of a run.
        other: the second policy of a pair or deviation.
        player: who deviates.
        algorithm, step_size, regularization: of a step or run.
        steps: length of a run.
        number: value of the variable of a scalar statement.
        rounding: relative radius of the policies' entries, when they are known only up to rounding; then only
            balls can decide.
        learner: exploration, estimates and update rates, where the statement speaks of a learner.
        analysis: shared facts about the game (M, whether it is a potential game).
    """

    game: MarkovGame | None = None
    phi: ExactArray | None = None
    policy: Policy | None = None
    other: Policy | None = None
    player: int | None = None
    algorithm: str | None = None
    step_size: Fraction | None = None
    regularization: Fraction = Fraction(0)
    steps: int = 0
    number: Fraction | None = None
    rounding: Fraction = Fraction(0)
    learner: Learner | None = None
    shared: dict[str, Analysis] = field(default_factory=dict, repr=False)

    @staticmethod
    def along_run(
        analysis: Analysis,
        algorithm: str,
        step_size: Fraction,
        regularization: Fraction,
        rounding: Fraction = Fraction(0),
    ) -> Point:
        """What all iterates of a run share, for the game with normalised rewards; the policy is left open.

        Args:
            step_size, regularization: in the game's own units.
        """
        unit, scale = analysis.unit, analysis.normalization.scale
        return Point(
            game=unit.game,
            phi=unit.phi,
            algorithm=algorithm,
            step_size=step_size * scale,
            regularization=regularization / scale,
            rounding=rounding,
            shared={"analysis": unit},
        )

    @property
    def analysis(self) -> Analysis:
        """What is known about the game; give points of one game the same `shared` to compute it once."""
        if "analysis" not in self.shared:
            assert self.game is not None
            self.shared["analysis"] = Analysis.of(self.game)
        return self.shared["analysis"]

    def indices(self, uses: frozenset[str]) -> Iterator[Index]:
        """All combinations of the indices in `uses`; actions are those of the player."""
        if self.game is None:
            yield Index()
            return
        players: tuple[int, ...] = (-1,)
        if uses & {"player", "action", "second"}:
            players = tuple(range(self.game.n_players)) if self.player is None else (self.player,)
        states = range(self.game.n_states) if "state" in uses else (-1,)
        joints = range(self.game.n_joint_actions) if "joint" in uses else (-1,)
        for player, state, joint in product(players, states, joints):
            actions = range(self.game.n_actions[player]) if uses & {"action", "second"} else (-1,)
            for action in actions:
                for second in actions if "second" in uses else (-1,):
                    if second == -1 or second != action:
                        yield Index(player, state, action, joint, second)

    def lens(self, arithmetic: Arithmetic) -> Lens:
        """The point in one arithmetic."""
        return Lens(self, arithmetic)


class Lens:
    """A point in one arithmetic."""

    def __init__(self, point: Point, arithmetic: Arithmetic) -> None:
        self.point, self.arithmetic = point, arithmetic

    @property
    def game(self) -> MarkovGame:
        assert self.point.game is not None
        return self.point.game

    def number(self, value: Fraction | int) -> Any:
        return self.arithmetic.number(value)

    def alike(self, player: int) -> NDArray[np.int64]:
        """Which actions of a player are exactly alike, [S, A_i]."""
        return action_classes(self.game, player)

    def zeros(self, *shape: int) -> Array:
        """Array of zeros of this arithmetic."""
        return np.full(shape, self.number(0), dtype=None if self.arithmetic.name == "float" else object)

    @property
    def variable(self) -> Any:
        """The variable of a scalar statement."""
        assert self.point.number is not None
        return self.number(self.point.number)

    @cached_property
    def arrays(self) -> GameArrays:
        return GameArrays.of(self.game, self.arithmetic)

    @cached_property
    def policy(self) -> list[Array]:
        assert self.point.policy is not None
        return self._lift(self.point.policy)

    def _lift(self, policy: Policy) -> list[Array]:
        lifted, radius = policy.lift(self.arithmetic), self.point.rounding
        if radius == 0 or self.arithmetic.name == "float":
            return lifted
        factor = self.arithmetic.between(1 - radius, 1 + radius)
        return [part * factor for part in lifted]

    @cached_property
    def other(self) -> list[Array]:
        """The second policy: given, or the exact next one of the algorithm."""
        if self.point.other is not None:
            return self._lift(self.point.other)
        return self._next_policy()

    def _next_policy(self) -> list[Array]:
        assert self.point.algorithm is not None
        return next_policy(self.evaluation, self.point.algorithm, self.step_size, self.regularization)

    @cached_property
    def step_size(self) -> Any:
        assert self.point.step_size is not None
        return self.number(self.point.step_size)

    @cached_property
    def regularization(self) -> Any:
        return self.number(self.point.regularization)

    @cached_property
    def evaluation(self) -> Evaluation:
        return evaluate(self.arrays, self.policy)

    @cached_property
    def other_evaluation(self) -> Evaluation:
        return evaluate(self.arrays, self.other)

    @cached_property
    def potential_stage(self) -> Array:
        """phi as stage rewards [1, S, A_1, ..., A_n]."""
        phi = self.point.phi if self.point.phi is not None else self.point.analysis.phi
        assert phi is not None
        return self.arithmetic.array(phi)[None]

    @cached_property
    def potential_evaluation(self) -> Evaluation:
        return evaluate(self.arrays, self.policy, self.potential_stage)

    @cached_property
    def other_potential_evaluation(self) -> Evaluation:
        return evaluate(self.arrays, self.other, self.potential_stage)

    @cached_property
    def partial_moves(self) -> list[Evaluation]:
        """Evaluations of theta~^i, i = 1, ..., n + 1: players i, ..., n have moved to the second policy."""
        players = range(1, self.game.n_players)
        mixed = [evaluate(self.arrays, [*self.policy[:i], *self.other[i:]]) for i in players]
        return [self.other_evaluation, *mixed, self.evaluation]

    @cached_property
    def gaps(self) -> Array:
        """NE-gap_i of the first policy, [n]."""
        return nash_gaps(self.evaluation).gaps

    @cached_property
    def iterates(self) -> list[list[Array]]:
        """Policies theta(0), ..., theta(T) of a run."""
        assert self.point.algorithm is not None
        found = [self.policy]
        for step in range(self.point.steps):
            evaluation = self.evaluation if step == 0 else evaluate(self.arrays, found[-1])
            found.append(next_policy(evaluation, self.point.algorithm, self.step_size, self.regularization))
        return found

    @cached_property
    def run(self) -> list[Evaluation]:
        return [evaluate(self.arrays, policy) for policy in self.iterates]

    @cached_property
    def run_gaps(self) -> list[Array]:
        """NE-gap_i at theta(0), ..., theta(T - 1)."""
        return [nash_gaps(evaluation).gaps for evaluation in self.run[:-1]]

    @cached_property
    def advantages(self) -> list[Array]:
        """Abar_i [S, A_i] of each player."""
        return [self.evaluation.averaged_advantage(i) for i in range(self.game.n_players)]

    @cached_property
    def other_advantages(self) -> list[Array]:
        return [self.other_evaluation.averaged_advantage(i) for i in range(self.game.n_players)]
