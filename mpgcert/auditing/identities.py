"""Identities proved for all games and policies of a size, by polynomial identity testing.

For fixed numbers of players, states and actions, both sides of an identity are rational functions of
the rewards, kernel, discount, initial distribution and policies.  They are evaluated over a random prime field of
61 bits, at random elements whose rows sum to 1 (positivity plays no role for an identity).  By Cramer's rule the
degrees are a small multiple of n (S + 1); two different functions agree at a random point with probability at most
degree / 2^60 (Schwartz and Zippel), and a non-zero integer coefficient vanishes modulo a random prime of
that size with negligible probability.  Degrees are bounded here by 64 n (S + 2), generously.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from mpgcert.arithmetic import PrimeField
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Sides, uses
from mpgcert.claims.point import Lens, Point
from mpgcert.errors import MpgcertError
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import DenseTransition, GameArrays

__all__ = ["IdentityProof", "prove_identity"]

SIZES = ((1, (3,)), (1, (2, 3)), (2, (2, 2)), (3, (3, 2)), (2, (2, 2, 2)))
"""States and actions for which identities are tested."""

_SETTINGS = (Setting.POLICY, Setting.PAIR, Setting.DEVIATION)


@dataclass(frozen=True)
class IdentityProof:
    """An identity that holds for all games and policies of some sizes.

    Attributes:
        sizes: (states, actions of each player).
        error_bound: on the probability that an identity that fails for one of these sizes passed.
    """

    sizes: tuple[tuple[int, tuple[int, ...]], ...]
    error_bound: Fraction

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "sizes": [{"states": states, "actions": list(actions)} for states, actions in self.sizes],
            "error_probability_below": float(self.error_bound),
        }


def prove_identity(claim: Claim, seed: int = 0) -> IdentityProof | None:
    """Test an identity for each size; None if it is no identity of rational functions, or fails."""
    if claim.setting not in _SETTINGS or not all(isinstance(part, sympy.Eq) for part in (claim.relation, *claim.given)):
        return None
    if set(claim.assumes) - {"rewards-in-unit-interval", "every-state-visited", "stage-potential"}:
        return None
    generator, bound = random.Random(seed), Fraction(0)
    for states, actions in SIZES:
        if not _holds(claim, states, actions, generator):
            return None
        bound += Fraction(64 * len(actions) * (states + 2), 2**60)
    return IdentityProof(SIZES, bound)


def _holds(claim: Claim, states: int, actions: tuple[int, ...], generator: random.Random) -> bool:
    field = PrimeField.draw(generator)
    mover = generator.randrange(len(actions)) if claim.setting is Setting.DEVIATION else None
    point = Point(game=_shape(states, actions), player=mover)
    sides = Sides(claim, point, field)
    sides.lens = _random_lens(point, field, generator)
    equations = [relation for relation in (*claim.given, claim.relation) if relation is not None]
    try:  # a condition must be an identity too, as that the opponents stay is for unilateral deviations
        return all(
            sides.evaluate(relation.lhs, index) == sides.evaluate(relation.rhs, index)
            for index in point.indices(uses(claim))
            for relation in equations
        )
    except (TypeError, ZeroDivisionError, MpgcertError):  # needs an order, a root or a log
        return False


def _shape(states: int, actions: tuple[int, ...]) -> MarkovGame:
    """A game of the size; only its shape is used."""
    kernel = np.zeros((states, *actions, states), dtype=np.int64)
    kernel[..., 0] = 1
    return MarkovGame.of(rewards=np.zeros((len(actions), states, *actions), dtype=np.int64), transition=kernel)


def _random_lens(point: Point, field: PrimeField, generator: random.Random) -> Lens:
    """A lens whose game and policies are random elements of the field."""
    lens, game = Lens(point, field), point.game
    assert game is not None
    elements = field.random_elements
    arrays = GameArrays(
        field,
        elements(generator, ())[()],
        _rows(elements(generator, (game.n_states,))),
        elements(generator, game.rewards.shape),
        DenseTransition(_rows(elements(generator, game.kernel_shape))),
    )
    policies = [[_rows(elements(generator, (game.n_states, count))) for count in game.n_actions] for _ in range(2)]
    if point.player is not None:
        policies[1] = [new if i == point.player else old for i, (old, new) in enumerate(zip(*policies))]
    # phi has nothing to do with the rewards here: what is proved for any phi holds for a potential
    potential = elements(generator, (1, *game.rewards.shape[1:]))
    lens.__dict__.update(
        arrays=arrays,
        policy=policies[0],
        other=policies[1],
        potential_stage=potential,
        regularization=elements(generator, ())[()],
    )
    return lens


def _rows(elements: NDArray[Any]) -> NDArray[Any]:
    """Rows [..., k] that sum to 1: the last entry takes up the rest."""
    rows = elements.copy()
    rows[..., -1] = 1 - elements[..., :-1].sum(axis=-1)
    return rows
