"""Both sides of a statement about a run, as enclosures: at an iterate, across a step, over an average.

A recorded policy is taken as exact data (`Policy.from_doubles`), and quantities at it are computed in
balls of rising precision, so that a verdict at an iterate or a step is a proof about that policy.  Averages
run over all iterates: they are doubles with a proven error bound (`mpgcert.learn.rounding`), about the
policies that were computed in double precision.

All quantities are those of the game with rewards normalised to [0, 1], as zhang2022 assumes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.arithmetic import EXACT, Arithmetic, Ball, elementwise
from mpgcert.claims.formula import evaluate, relation_holds
from mpgcert.errors import SingularMatrix
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.generic_step import log_barrier, next_policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gaps
from mpgcert.solvers.evaluation import Evaluation, concentration, policy_gradient
from mpgcert.solvers.evaluation import evaluate as evaluate_policy

if TYPE_CHECKING:
    import sympy

    from mpgcert.arithmetic import ExactArray
    from mpgcert.claims.statements import RunClaim
    from mpgcert.learn.rounding import TrajectoryErrors
    from mpgcert.learn.trajectory import Trajectory

__all__ = [
    "Comparison",
    "Instance",
    "Lifted",
    "average_instances",
    "compare",
    "evenly",
    "iterate_instances",
    "step_instance",
]

PRECISIONS = (128, 256, 512, 1024)
_EXACT_CELLS = 300  # games up to this many numbers may be decided in rationals where balls cannot

Values = Mapping[str, Any]


class Lifted:
    """A game in the arithmetics that were asked for, each lifted once; with its potential, if there is one."""

    def __init__(self, game: MarkovGame, phi: ExactArray | None) -> None:
        self.game, self.phi = game, phi
        self._arrays: dict[str, GameArrays] = {}

    def arrays(self, arithmetic: Arithmetic) -> GameArrays:
        if arithmetic.name not in self._arrays:
            self._arrays[arithmetic.name] = GameArrays.of(self.game, arithmetic)
        return self._arrays[arithmetic.name]

    def total_potential(self, policy: list[Any], arithmetic: Arithmetic) -> Any:
        """Phi of a policy given in the arithmetic."""
        if self.phi is None:
            raise TypeError("the game has no potential")
        stage = arithmetic.array(self.phi)[None]
        return evaluate_policy(self.arrays(arithmetic), policy, stage).returns[0]


@dataclass(frozen=True)
class Instance:
    """Where a statement is compared, and how to get its quantities in an arithmetic.

    `values` returns None when the statement says nothing here (c or a visitation is 0).
    """

    where: Mapping[str, int]
    values: Callable[[Arithmetic], Values | None]
    rational: bool = False


@dataclass(frozen=True)
class Comparison:
    """Outcome of one comparison: holds True, False, or None for undecided; ratio smaller/larger side."""

    holds: bool | None
    ratio: float | None
    decided_in: str


def compare(relation: sympy.Basic, instance: Instance) -> Comparison | None:
    """Decide `lhs <= rhs` (or >=) on an instance by enclosures; None where it says nothing."""
    ratio: float | None = None
    ladder: list[Arithmetic] = [Ball(bits) for bits in PRECISIONS]
    for arithmetic in ladder:
        try:
            values = instance.values(arithmetic)
            if values is None:
                return None
            small, large = _sides(relation, values, arithmetic)
        except (SingularMatrix, ZeroDivisionError):
            continue
        with arithmetic.context():
            holds = arithmetic.at_most(small, large)
            ratio = _ratio(small, large)
        if holds is not None:
            return Comparison(holds, ratio, arithmetic.name)
    if instance.rational:
        values = instance.values(EXACT)
        if values is None:
            return None
        small, large = _sides(_squared(relation), values, EXACT)
        return Comparison(EXACT.at_most(small, large), ratio, "exact")
    return Comparison(None, ratio, f"ball({PRECISIONS[-1]})")


def _sides(relation: sympy.Basic, values: Values, arithmetic: Arithmetic) -> tuple[Any, Any]:
    """The side claimed to be smaller, then the larger."""
    import sympy

    sides = [evaluate(side, values, arithmetic) for side in (relation.lhs, relation.rhs)]
    return (sides[0], sides[1]) if isinstance(relation, sympy.Le) else (sides[1], sides[0])


def _squared(relation: sympy.Basic) -> sympy.Basic:
    """The same relation between squares; only where sympy proves both sides non-negative."""
    if not (relation.lhs.is_nonnegative and relation.rhs.is_nonnegative):
        raise TypeError(f"{relation} cannot be squared: a side may be negative")
    return relation.func(relation.lhs**2, relation.rhs**2)


def _ratio(small: Any, large: Any) -> float | None:
    bottom = float(large.mid())
    return float(small.mid()) / bottom if bottom > 0 else None


def iterate_instances(lifted: Lifted, policy: Policy, base: Mapping[str, Fraction], step: int) -> Iterator[Instance]:
    """One instance per player at a recorded policy; the evaluation is shared between the players."""
    game = lifted.game
    cache: dict[str, tuple[Evaluation, Any]] = {}
    cells = game.n_states**2 * game.n_joint_actions * game.n_players

    def evaluated(arithmetic: Arithmetic) -> tuple[Evaluation, Any]:
        if arithmetic.name not in cache:
            with arithmetic.context():
                result = evaluate_policy(lifted.arrays(arithmetic), policy.lift(arithmetic))
                cache[arithmetic.name] = result, nash_gaps(result).gaps
        return cache[arithmetic.name]

    def values_for(player: int) -> Callable[[Arithmetic], Values | None]:
        def values(arithmetic: Arithmetic) -> Values | None:
            result, gaps = evaluated(arithmetic)
            with arithmetic.context():
                least_c = -arithmetic.maximum(-concentration(result, player))
                if arithmetic.sign(least_c) == 0 or any(arithmetic.sign(d) == 0 for d in result.visitation):
                    return None
                if any(arithmetic.sign(x) is None for x in (least_c, *result.visitation)):
                    raise SingularMatrix("a visitation or c is not told apart from 0 at this precision")
                gradient = policy_gradient(result, player)
                square = (gradient * gradient).sum()
                found = {name: arithmetic.number(value) for name, value in base.items()}
                found |= {
                    "A_i": arithmetic.number(game.n_actions[player]),
                    "nash_gap_i": gaps[player],
                    "c_theta": least_c,
                    "M_theta": arithmetic.maximum(1 / result.visitation),
                    "gradient_norm_i**2": square,
                }
                if isinstance(arithmetic, Ball):
                    found["gradient_norm_i"] = arithmetic.sqrt(square)
                return found

        return values

    for player in range(game.n_players):
        yield Instance({"step": step, "player": player}, values_for(player), rational=cells <= _EXACT_CELLS)


def step_instance(lifted: Lifted, policy: Policy, algorithm: str, base: Mapping[str, Fraction], step: int) -> Instance:
    """One exact step from a recorded policy: the growth of the total potential and what it is compared with."""

    def values(arithmetic: Arithmetic) -> Values | None:
        if not _is_interior(policy):
            return None
        with arithmetic.context():
            found = {name: arithmetic.number(value) for name, value in base.items()}
            return found | _step_values(lifted, policy.lift(arithmetic), algorithm, found, arithmetic)

    return Instance({"step": step}, values)


def _step_values(
    lifted: Lifted, before: list[Any], algorithm: str, found: Values, arithmetic: Arithmetic
) -> dict[str, Any]:
    """Quantities of a step; zhang2022, sections 12.0.1, 13 and 14."""
    eta, weight = found["step_size"], found["regularization"]
    result = evaluate_policy(lifted.arrays(arithmetic), before)
    after = next_policy(result, algorithm, eta, weight)
    ascent = lifted.total_potential(after, arithmetic) - lifted.total_potential(before, arithmetic)
    barrier = log_barrier(after, arithmetic) - log_barrier(before, arithmetic)
    following = evaluate_policy(lifted.arrays(arithmetic), after).visitation
    squares, regularized_squares, normalizers, change = [], [], [], []
    for player, (old, new) in enumerate(zip(before, after)):
        gradient = policy_gradient(result, player)
        squares.append((gradient * gradient).sum())
        gradient = gradient + weight * (1 - old * old.shape[1])
        regularized_squares.append((gradient * gradient).sum())
        advantage = result.averaged_advantage(player) / (1 - result.arrays.discount)
        normalizers.append(
            (
                following
                * elementwise(arithmetic.log, (old * elementwise(arithmetic.exp, advantage * eta)).sum(axis=1))
            ).sum()
        )
        relative = new / old - 1
        change.append((result.visitation[:, None] * old * relative * relative).sum())
    return {
        "ascent": ascent,
        "regularized_ascent": ascent + weight * barrier,
        "gradient_norm**2": sum(squares),
        "regularized_gradient_norm**2": sum(regularized_squares),
        "log_normalizers": sum(normalizers),
        "policy_change": sum(change),
    }


def average_instances(
    claim: RunClaim,
    lifted: Lifted,
    trajectory: Trajectory,
    errors: TrajectoryErrors,
    scale: Fraction,
    base: Mapping[str, Fraction],
    records: list[int],
) -> Iterator[Instance]:
    """One instance per recorded time T > 0, about all iterates before it.

    Args:
        errors: proven errors of the trajectory's numbers, in the game's own units like the trajectory.
        scale: of the normalisation.
        base: values of the other symbols, for normalised rewards.
    """
    names = {symbol.name for symbol in claim.relation.free_symbols}
    for record in records:
        if trajectory.steps[record] == 0:
            continue
        step = int(trajectory.steps[record])
        exact = {**base, "steps": Fraction(step)}
        if all(relation_holds(relation, exact) for relation in claim.given):
            measured = _measured(names, trajectory, errors, scale, record)
            yield Instance({"step": step}, _average_values(names, lifted, trajectory, record, exact, measured))


def _measured(
    names: set[str], trajectory: Trajectory, errors: TrajectoryErrors, scale: Fraction, record: int
) -> dict[str, tuple[Fraction, Fraction]]:
    """Enclosures of the run's averages, for normalised rewards; those of c are empty when it may be 0."""
    relative = Fraction(errors.concentration)
    lowest_c = Fraction(float(trajectory.min_c_lower[record])) * (1 - relative)
    highest_c = min(Fraction(float(trajectory.min_c[record])) * (1 + relative), Fraction(1))
    largest = 1e300  # an error bound that is infinite decides nothing either way

    sources = {
        "mean_gap": (trajectory.mean_gap[record], errors.mean_gap[record], 1),
        "mean_squared_gap": (trajectory.mean_square_gap[record], errors.mean_square_gap[record], 2),
        "least_gap": (trajectory.min_gap[record], errors.nash_gap, 1),
    }
    out = {
        name: (
            max(Fraction(float(value)) - Fraction(float(error)), Fraction(0)) / scale**power,
            (Fraction(float(value)) + Fraction(float(error))) / scale**power,
        )
        for name, (value, error, power) in ((n, (v, min(e, largest), p)) for n, (v, e, p) in sources.items())
        if name in names
    }
    return out | ({"c": (lowest_c, highest_c)} if "c" in names else {})


def _average_values(
    names: set[str],
    lifted: Lifted,
    trajectory: Trajectory,
    record: int,
    exact: Mapping[str, Fraction],
    measured: Mapping[str, tuple[Fraction, Fraction]],
) -> Callable[[Arithmetic], Values | None]:
    def total(at: int, weight: Any, arithmetic: Arithmetic) -> Any | None:
        policy = Policy.from_doubles(trajectory.policy(at))
        if not _is_interior(policy):
            return None
        lifted_policy = policy.lift(arithmetic)
        return lifted.total_potential(lifted_policy, arithmetic) + weight * log_barrier(lifted_policy, arithmetic)

    def values(arithmetic: Arithmetic) -> Values | None:
        if "c" in measured and measured["c"][1] == 0:
            return None  # the bound is infinite
        with arithmetic.context():
            found = {name: arithmetic.number(value) for name, value in exact.items()}
            found |= {name: arithmetic.between(*enclosure) for name, enclosure in measured.items()}
            if "regularized_gain" in names:
                start, end = (total(at, found["regularization"], arithmetic) for at in (0, record))
                if start is None or end is None:
                    return None
                found["regularized_gain"] = end - start
            return found

    return values


def _is_interior(policy: Policy) -> bool:
    """Whether it is a softmax policy: no probability underflowed to 0."""
    return all(bool((part.numerator > 0).all()) for part in policy.probabilities)


def evenly(records: int, limit: int) -> list[int]:
    """At most `limit` record numbers, evenly spread, the first and last among them."""
    return sorted({int(k) for k in np.linspace(0, records - 1, min(records, limit)).round()})
