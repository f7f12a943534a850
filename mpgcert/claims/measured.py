"""Averages of a recorded run as enclosures of an arithmetic.

They run over all iterates and are doubles with a proven error bound (`mpgcert.learn.rounding`), about the
policies that were computed in double precision.  The regularised potential at the two ends is evaluated in
the arithmetic, at the recorded policies taken as exact data.  All values are for rewards normalised to [0, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import Arithmetic, Exact
from mpgcert.claims.engine import GivenSides
from mpgcert.claims.point import Lens, Point
from mpgcert.games import Policy
from mpgcert.learn.generic_step import log_barrier
from mpgcert.learn.rounding import TrajectoryErrors
from mpgcert.learn.trajectory import Trajectory

__all__ = ["averages_in", "is_interior", "measured"]

_LARGEST = 1e300  # stands for an error bound that is infinite: it decides nothing either way

Enclosures = dict[str, tuple[Fraction, Fraction]]


def measured(trajectory: Trajectory, errors: TrajectoryErrors, scale: Fraction, record: int) -> Enclosures:
    """Enclosures of the averages over all iterates before a recorded time.

    Args:
        errors: proven errors of the trajectory's numbers, in the game's own units like the trajectory.
        scale: of the normalisation of rewards.
    """
    relative = Fraction(errors.concentration)
    out: Enclosures = {
        "c": (
            Fraction(float(trajectory.min_c_lower[record])) * (1 - relative),
            min(Fraction(float(trajectory.min_c[record])) * (1 + relative), Fraction(1)),
        )
    }
    for name, value, error, power in (
        ("mean_gap", trajectory.mean_gap[record], errors.mean_gap[record], 1),
        ("mean_squared_gap", trajectory.mean_square_gap[record], errors.mean_square_gap[record], 2),
        ("least_gap", trajectory.min_gap[record], errors.nash_gap, 1),
    ):
        middle, radius = Fraction(float(value)), Fraction(min(float(error), _LARGEST))
        out[name] = max(middle - radius, Fraction(0)) / scale**power, (middle + radius) / scale**power
    return out


def averages_in(
    arithmetic: Arithmetic,
    *,
    point: Point,
    trajectory: Trajectory,
    record: int,
    exact: Mapping[str, Fraction],
    enclosures: Enclosures,
    gain: bool,
) -> GivenSides | None:
    """Values of a run's symbols at a recorded time; None where they cannot be given.

    Args:
        point: the normalised game with its potential.
        exact: values that are known exactly.
        gain: whether the growth of the regularised potential is needed.
    """
    if isinstance(arithmetic, Exact):
        return None
    found = {name: arithmetic.number(value) for name, value in exact.items()}
    found |= {name: arithmetic.between(*ends) for name, ends in enclosures.items()}
    if gain:
        ends = []
        for at in (0, record):
            policy = Policy.from_doubles(trajectory.policy(at))
            if not is_interior(policy):
                return None
            lens = Lens(Point(game=point.game, phi=point.phi, policy=policy), arithmetic)
            barrier: Any = log_barrier(lens.policy, arithmetic) * found["regularization"]
            ends.append(lens.potential_evaluation.returns[0] + barrier)
        found["regularized_gain"] = ends[1] - ends[0]
    return GivenSides(found, arithmetic)


def is_interior(policy: Policy) -> bool:
    """Whether it is a softmax policy: no probability underflowed to 0."""
    return all(bool((part.numerator > 0).all()) for part in policy.probabilities)
