"""What is worked out about a linear-quadratic game once, and shared by the commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import brief_fraction, parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games.lq import Gains, LQGame
from mpgcert.solvers.lq.solution import NashSolution, solve_riccati

if TYPE_CHECKING:
    from mpgcert.claims.decision import Decision

__all__ = ["SIGMA_X", "LQAnalysis"]

SIGMA_X = ("paper", "policy")

_SHORT_BITS = 4000


@dataclass(frozen=True, eq=False)
class LQAnalysis:
    """A game, the starting gains and small constants that the paper's bounds depend on, and what follows.

    Attributes:
        game: the game.
        delta: the small constant of rho* (hambly2021.eq-3.9).
        given_start: K^(0), if not the game's own.
        sigma_x: which sigma_X the constants have: `paper`, the least singular value of E[x_0 x_0'] and W, which bounds
            that of every state covariance under every policy; or `policy`, the least one under K^(0).
        decisions: verdicts on properties, by name.
        original: always None; tabular games have one.
    """

    game: LQGame
    delta: Fraction = Fraction(1, 100)
    given_start: Gains | None = None
    sigma_x: str = "paper"
    decisions: dict[str, Decision] = field(default_factory=dict, repr=False)
    original: None = None

    @staticmethod
    def of(
        game: LQGame | LQAnalysis, *, delta: Any = None, start: Gains | None = None, sigma_x: str | None = None
    ) -> LQAnalysis:
        """The analysis of a game.

        Args:
            game: the game (or its analysis, returned as it is).
            delta: small constant of rho*, a number as in a game file; 1/100 by default.
            start: K^(0); the game's own by default.
            sigma_x: `paper` (the default) or `policy`.

        Raises:
            InvalidInput: delta is not a positive number, or another reading of sigma_X.
        """
        if isinstance(game, LQAnalysis):
            return game
        try:
            small = Fraction(1, 100) if delta is None else parse_number(delta)
        except ValueError as error:
            raise InvalidInput(str(error), field="delta", expected="a positive number") from None
        if small <= 0:
            raise InvalidInput(brief_fraction(small), field="delta", expected="a positive number")
        if sigma_x not in (None, *SIGMA_X):
            raise InvalidInput(f"{sigma_x!r:.40}", field="sigma_x", expected=" or ".join(SIGMA_X))
        return LQAnalysis(game, small, start, sigma_x or "paper")

    @cached_property
    def start(self) -> Gains:
        """K^(0): as given, or the game's own, else no control."""
        return self.given_start or self.game.start or Gains.zero(self.game)

    def from_start(self, start: Gains) -> LQAnalysis:
        """The same game from other gains; what does not depend on them is shared."""
        other = LQAnalysis(self.game, self.delta, start, self.sigma_x)
        if "nash" in self.__dict__:
            other.__dict__["nash"] = self.nash
        return other

    @property
    def start_note(self) -> str:
        """Where K^(0) comes from, in words."""
        if self.given_start is not None:
            return "the starting gains as given"
        return "zero gains (the game names no start)" if self.game.start is None else "the game's starting gains"

    @cached_property
    def nash(self) -> NashSolution:
        """The coupled Riccati equations solved, with evidence of uniqueness."""
        return solve_riccati(self.game)

    @cached_property
    def is_short(self) -> bool:
        """Whether the exact equilibrium has so few digits that everything else can be worked out in rationals."""
        gains = None if self.nash.riccati is None else self.nash.exact_gains
        if gains is None:
            return False
        return max(part.denominator.bit_length() for part in gains.parts) * self.game.dimension < _SHORT_BITS

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Facts about the game for every answer."""
        game = self.game
        return {
            "name": game.name,
            "kind": "lq-game",
            "players": game.n_players,
            "horizon": game.horizon,
            "dimension": game.dimension,
            "controls": list(game.control_dimensions),
            "fingerprint": game.fingerprint,
        }
