"""Affine normalisation of rewards to [0, 1], and the way back for values, bounds and step sizes.

zhang2022 assumes rewards in [0, 1]; most games do not have them.  The normalised rewards are
`r_i' = (r_i - lo_i) / scale` with `lo_i = min r_i` and one `scale = max_i (max r_i - min r_i)` for all players.

* A constant stage reward `lo_i` has the value `lo_i / (1 - gamma)`, so `V_i' = (V_i - lo_i / (1 - gamma)) / scale`.
* In differences of values of one player the offset cancels: advantages, NE-gaps, policy gradients, an accuracy
  epsilon and differences of a potential are divided by `scale`.  Since the scale is common, an exact potential of
  one game divided by `scale` is one of the other.
* Visitation, M, c(theta), best replies and equilibria do not change.
* Step sizes: the parameter updates of gradient play (zhang2022.eq-8, zhang2022.eq-15) are
  `eta' (grad_i / scale + lambda' b_i(theta))`, where the barrier's gradient `b_i = 1 - |A_i| pi_i` does not depend on
  rewards.  That is `eta (grad_i + lambda b_i)` for `eta = eta' / scale` and `lambda = lambda' scale`.  The exponents
  of natural gradient play (zhang2022.eq-10, zhang2022.eq-17) are eta times a function that is linear in
  (averaged advantage, lambda), so the same pair serves.  Hence each of the four algorithms with (eta', lambda') on the
  normalised game visits the same policies as with (eta, lambda) on the original.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.markov import MarkovGame

__all__ = ["Normalization"]

_INT64_SAFE = 2**62


@dataclass(frozen=True)
class Normalization:
    """The map `r_i' = (r_i - offsets[i]) / scale`; see the module for what it does to everything else.

    Methods named `normalized_...` map a quantity of the original game to the normalised game, those named
    `original_...` the other way.

    Attributes:
        scale: positive, common to all players.
        offsets: one for each player.
    """

    scale: Fraction
    offsets: tuple[Fraction, ...]

    @staticmethod
    def of(game: MarkovGame) -> Normalization:
        """The identity if all rewards are in [0, 1], else the map of each player's least reward to 0.

        The scale is the largest range of a player's rewards, or 1 if all rewards are constant.
        """
        if game.rewards.is_repeated:
            lowest, highest = ([end] * game.n_players for end in (game.rewards.min(), game.rewards.max()))
        else:
            per_player = game.rewards.numerator.reshape(game.n_players, -1)
            denominator = game.rewards.denominator
            lowest = [Fraction(int(k), denominator) for k in per_player.min(axis=1)]
            highest = [Fraction(int(k), denominator) for k in per_player.max(axis=1)]
        if min(lowest) >= 0 and max(highest) <= 1:
            return Normalization(Fraction(1), (Fraction(0),) * game.n_players)
        scale = max(high - low for low, high in zip(lowest, highest))
        return Normalization(scale or Fraction(1), tuple(lowest))

    @property
    def is_identity(self) -> bool:
        return self.scale == 1 and not any(self.offsets)

    def apply(self, game: MarkovGame) -> MarkovGame:
        """The game with normalised rewards (the game itself, if nothing changes).

        Raises:
            InvalidInput: the game has another number of players.
        """
        if len(self.offsets) != game.n_players:
            raise InvalidInput(
                f"{len(self.offsets)} offsets",
                field="normalization",
                expected=f"one for each of {game.n_players} players",
            )
        if self.is_identity:
            return game
        rewards = game.rewards
        if rewards.is_repeated:
            return game.with_rewards(rewards.affine(self.scale, self.offsets[0]))
        common = math.lcm(rewards.denominator, *(offset.denominator for offset in self.offsets))
        factor, subtracted = common // rewards.denominator, [int(offset * common) for offset in self.offsets]
        largest = max(abs(int(rewards.numerator.min())), abs(int(rewards.numerator.max()))) * factor
        fits = (largest + max(map(abs, subtracted))) * self.scale.denominator < _INT64_SAFE
        numerator = rewards.numerator if fits else rewards.numerator.astype(object)
        column = np.array(subtracted, dtype=numerator.dtype).reshape(-1, *[1] * (numerator.ndim - 1))
        moved = (numerator * factor - column) * self.scale.denominator
        return game.with_rewards(ExactArray.of_integers(moved, common * self.scale.numerator))

    def normalized_value(self, value: Fraction, player: int, discount: Fraction) -> Fraction:
        """V_i' or J_i' of a player from V_i or J_i."""
        return (value - self.offsets[player] / (1 - discount)) / self.scale

    def original_value(self, value: Fraction, player: int, discount: Fraction) -> Fraction:
        """V_i or J_i of a player from V_i' or J_i'."""
        return value * self.scale + self.offsets[player] / (1 - discount)

    def normalized_difference(self, difference: Fraction) -> Fraction:
        """A gap, an accuracy epsilon, an advantage, a gradient, a difference of potentials."""
        return difference / self.scale

    def original_difference(self, difference: Fraction) -> Fraction:
        """A gap, an accuracy epsilon, an advantage, a gradient, a difference of potentials."""
        return difference * self.scale

    def normalized_step_size(self, step_size: Fraction) -> Fraction:
        """eta' = eta scale."""
        return step_size * self.scale

    def original_step_size(self, step_size: Fraction) -> Fraction:
        """eta = eta' / scale."""
        return step_size / self.scale

    def normalized_regularization(self, regularization: Fraction) -> Fraction:
        """lambda' = lambda / scale."""
        return regularization / self.scale

    def original_regularization(self, regularization: Fraction) -> Fraction:
        """lambda = lambda' scale."""
        return regularization * self.scale
