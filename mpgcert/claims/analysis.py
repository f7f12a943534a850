"""What is computed about a game once, and shared by `check`, `bounds`, `solve`, `run` and `report`."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.claims.quantity import Quantity
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import TooLarge
from mpgcert.games import CountGame, MarkovGame
from mpgcert.games.normalization import Normalization

if TYPE_CHECKING:
    from mpgcert.claims.properties import Decision
    from mpgcert.solvers.exploration import Exploration
    from mpgcert.solvers.potential import PotentialResult
    from mpgcert.solvers.potential.distance import PotentialDistance
    from mpgcert.solvers.potential.least_range import LeastRange
    from mpgcert.solvers.potential.stage import StageGame
    from mpgcert.solvers.stationary import Isolation

__all__ = ["Analysis", "Enclosure"]

Enclosure = tuple[Fraction | None, Fraction | None]

_DISTANCE_ENTRIES = 3000
_PROVED_STATES = 600
_STAGE_ENTRIES = 200_000
_LISTED_STATES = 100


@dataclass(frozen=True, eq=False)
class Analysis:
    """A game with everything that has been worked out about it; each part is computed when first asked for."""

    game: MarkovGame
    decisions: dict[str, Decision] = field(default_factory=dict, repr=False)
    original: Analysis | None = field(default=None, repr=False)

    @staticmethod
    def of(game: MarkovGame | CountGame | Analysis) -> Analysis:
        if isinstance(game, CountGame):
            from mpgcert.claims.count_analysis import analysis_of_counts

            return analysis_of_counts(game)
        return game if isinstance(game, Analysis) else Analysis(game)

    @property
    def silence(self) -> str | None:
        """Why single policies of this game cannot be evaluated with proof, or None if they can."""
        n_states = self.game.n_states
        if n_states <= _PROVED_STATES:
            return None
        return (
            f"a proof about one policy of {n_states} states needs a system of {n_states} x {n_states} balls "
            f"({n_states**2 * 100 / 2**30:.2g} GiB); the limit is {_PROVED_STATES} states"
        )

    @cached_property
    def normalization(self) -> Normalization:
        return Normalization.of(self.game)

    @cached_property
    def unit(self) -> Analysis:
        """The analysis of the game with rewards in [0, 1]; what does not depend on rewards is shared with this one."""
        if self.normalization.is_identity:
            return self
        return Analysis(self.normalization.apply(self.game), original=self)

    def _from_original(self, phi: ExactArray | None) -> ExactArray | None:
        """A potential of the original game as one of the normalised game."""
        assert self.original is not None
        return None if phi is None else phi.affine(self.original.normalization.scale, Fraction(0))

    @cached_property
    def potential(self) -> PotentialResult:
        """The decision on both definitions of a Markov potential game."""
        from mpgcert.solvers.potential import find_potential

        return find_potential(self.game)

    @cached_property
    def found_potential(self) -> ExactArray | None:
        """A stage potential; None if there is none, or the game is too large to tell."""
        if self.original is not None:
            return self._from_original(self.original.found_potential)
        try:
            return self.potential.potential
        except TooLarge:
            return None

    @cached_property
    def least_range(self) -> LeastRange | None:
        """The potential of least range, None if there is no potential."""
        from mpgcert.solvers.potential.least_range import least_range_potential

        phi = self.found_potential
        return None if phi is None else least_range_potential(self.game, phi)

    @property
    def phi(self) -> ExactArray | None:
        """A stage potential, of least range where that was found.

        The one that the decision found is kept if its range is the least: it is the common reward where there is one.
        """
        if self.original is not None:
            return self._from_original(self.original.phi)
        found, best = self.found_potential, self.least_range
        if found is None or best is None:
            return None
        return found if found.max() - found.min() == best.upper else best.potential

    @property
    def phi_range(self) -> tuple[Fraction, Fraction] | None:
        """Enclosure of the least range of a stage potential."""
        return None if self.least_range is None else (self.least_range.lower, self.least_range.upper)

    @cached_property
    def distance(self) -> PotentialDistance | None:
        """How far the game is from the potential games; None for those, and for large games."""
        from mpgcert.solvers.potential.distance import potential_distance

        if self.game.rewards.size > _DISTANCE_ENTRIES or self.found_potential is not None:
            return None
        return potential_distance(self.game, known=self.potential)

    @cached_property
    def exploration(self) -> Exploration | None:
        """Assumption 1, M and D_inf; None where the game is too large."""
        from mpgcert.solvers.exploration import explore

        if self.original is not None:
            return self.original.exploration
        try:
            return explore(self.game)
        except TooLarge:
            return None

    @property
    def M(self) -> Enclosure | None:
        """Enclosure of M, (None, None) if infinite; None if unknown."""
        if self.exploration is None:
            return None
        return self.exploration.M or (None, None)

    @property
    def D_inf(self) -> Enclosure | None:
        """Enclosure of D_inf, (None, None) if infinite; None if unknown."""
        if self.exploration is None:
            return None
        return self.exploration.D_inf or (None, None)

    @cached_property
    def stationary(self) -> Isolation:
        """Whether the stationary policies are isolated."""
        from mpgcert.solvers.stationary import isolation

        return isolation(self.game)

    def hypothesis(self, identifier: str) -> Verdict:
        """Verdict on an assumption, for the game with normalised rewards.

        Normalising changes the rewards only, so every other assumption has the same verdict for both games.
        """
        from mpgcert.claims.properties import decide
        from mpgcert.claims.statements import assumptions

        entry = next(entry for entry in assumptions() if entry.id == identifier)
        if entry.property == "rewards-in-unit-interval":
            return Verdict.HOLDS
        return decide(entry.property, self).verdict

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Facts about the game as JSON values."""
        game = self.game
        return {
            "name": game.name,
            "players": game.n_players,
            "states": game.n_states,
            "actions": list(game.n_actions),
            "joint_actions": game.n_joint_actions,
            "discount": format_fraction(game.discount),
            "reward_range": [format_fraction(game.rewards.min()), format_fraction(game.rewards.max())],
            "reward_scale": format_fraction(self.normalization.scale),
            "identical_interest": game.is_identical_interest,
            "sparse": game.is_sparse,
            "fingerprint": game.fingerprint,
        }

    @cached_property
    def stage_games(self) -> list[StageGame]:
        """Which kind of potential each state's one-shot game has; empty for many or large stage games."""
        from mpgcert.solvers.potential.stage import classify_stages

        if self.game.n_states * self.game.n_joint_actions > _STAGE_ENTRIES:
            return []
        try:
            return classify_stages(self.game)
        except TooLarge:
            return []

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Further findings as JSON values: kinds of the stage games, distance from a potential game.

        A game with one state has `potential_class`: the evidence for its kind.
        """
        kinds = [stage.kind for stage in self.stage_games]
        out: dict[str, Any] = {
            "stage_games": kinds if len(kinds) <= _LISTED_STATES else None,
            "stage_games_by_kind": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        }
        if self.game.n_states == 1 and self.stage_games:
            out["potential_class"] = self.stage_games[0].to_dict()
        if self.distance is not None:
            alpha = Quantity(self.distance.lower, self.distance.upper, "distance from the Markov potential games")
            out["distance_from_potential"] = alpha.to_dict() | {"estimate": self.distance.estimate}
        return out
