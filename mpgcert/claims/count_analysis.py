"""What can be said of a congestion game whose joint tensor is too large to form.

Small ones are analysed as the Markov game that they are (`analysis_of_counts`).  Of the others the structure decides
some assumptions, with proof; for the rest the verdict is `undecided`, with what the joint tensor would take.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.analysis import Analysis, Enclosure
from mpgcert.claims.decision import Decision
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame
from mpgcert.games.counts import CountGame
from mpgcert.games.normalization import Normalization
from mpgcert.solvers.count_potential import CountPotential, count_potential

__all__ = ["CountAnalysis", "analysis_of_counts"]

_CONVERTED = 20_000  # rewards of the joint tensor


def analysis_of_counts(game: CountGame) -> Analysis:
    """The analysis of the joint tensors if they are small, else the one by structure."""
    if game.n_joint_rewards <= _CONVERTED:
        return Analysis(game.to_markov())
    analysis = CountAnalysis(cast(MarkovGame, game))
    analysis.decisions.update(analysis.by_structure())
    return analysis


class CountAnalysis(Analysis):
    """The analysis by structure; `game` is the CountGame itself."""

    @property
    def counts(self) -> CountGame:
        """The game."""
        return cast(CountGame, self.game)

    def by_structure(self) -> dict[str, Decision]:
        """The decision of each property (`mpgcert.claims.properties`)."""
        potential = self._potential_decision()
        return {
            "rewards-in-unit-interval": self._unit_rewards(),
            "stage-potential": potential,
            "policy-potential": potential,
            "every-state-visited": self._every_state_visited(),
            "isolated-stationary-policies": self._undecided("whether stationary policies are isolated"),
            "irreducible-joint-action": self._irreducible(),
        }

    def too_large(self) -> TooLarge:
        """What stands in the way of all that needs the joint tensor."""
        return self.counts.too_large(_CONVERTED)

    @property
    def silence(self) -> str | None:
        return str(self.too_large())

    def _undecided(self, what: str) -> Decision:
        return Decision(Verdict.UNDECIDED, f"{what} is not decided: {self.too_large()}", {"reason": "budget"})

    @cached_property
    def normalization(self) -> Normalization:
        game = self.counts
        lowest, highest = game.rewards.min(), game.rewards.max()
        ends = [sorted((weight * lowest, weight * highest)) for weight in game.weights.fractions()]
        if min(low for low, _ in ends) >= 0 and max(high for _, high in ends) <= 1:
            return Normalization(Fraction(1), (Fraction(0),) * game.n_players)
        scale = max(high - low for low, high in ends)
        return Normalization(scale or Fraction(1), tuple(low for low, _ in ends))

    @cached_property
    def unit(self) -> Analysis:
        """The same, but for rewards in [0, 1]: of the normalised game only the decisions are asked for."""
        if self.normalization.is_identity:
            return self
        inside = Decision(Verdict.HOLDS, "rewards are normalised")
        return CountAnalysis(self.game, {"rewards-in-unit-interval": inside}, self)

    @cached_property
    def counted_potential(self) -> CountPotential | None:
        """The decision by structure; None where there is none."""
        return count_potential(self.counts) if self.counts.moves_by_itself else None

    found_potential = None
    least_range = None
    distance = None
    exploration = None

    @property
    def phi_range(self) -> tuple[Fraction, Fraction] | None:
        found = self.counted_potential
        if found is None or not found.holds or self.counts.n_states > 1:
            return None
        span = found.range_in_one_state(self.counts)
        return span, span

    @property
    def M(self) -> Enclosure | None:
        """Exact without transitions; else between S and the crude 1 / ((1 - gamma) min rho)."""
        game = self.counts
        if game.n_states == 1:
            return Fraction(1), Fraction(1)
        least = game.initial.min()
        if least == 0:
            return None
        if game.discount == 0:
            return 1 / least, 1 / least
        return Fraction(game.n_states), 1 / ((1 - game.discount) * least)

    @property
    def D_inf(self) -> Enclosure | None:
        return (Fraction(1), Fraction(1)) if self.counts.n_states == 1 else None

    @cached_property
    def summary(self) -> dict[str, Any]:
        game = self.counts
        return {
            "name": game.name,
            "kind": "congestion-game",
            "players": game.n_players,
            "states": game.n_states,
            "actions": [game.n_facilities],
            "joint_actions": None,
            "discount": format_fraction(game.discount),
            "reward_range": [format_fraction(game.rewards.min()), format_fraction(game.rewards.max())],
            "reward_scale": format_fraction(self.normalization.scale),
            "fingerprint": game.fingerprint,
        }

    @cached_property
    def facts(self) -> dict[str, Any]:
        return {}

    def _unit_rewards(self) -> Decision:
        game = self.counts
        weights = game.weights.fractions()
        ends = [
            weight * end for weight in (min(weights), max(weights)) for end in (game.rewards.min(), game.rewards.max())
        ]
        lowest, highest = min(ends), max(ends)
        evidence = {"least": format_fraction(lowest), "largest": format_fraction(highest)}
        inside = lowest >= 0 and highest <= 1
        summary = f"rewards lie in [{float(lowest):.6g}, {float(highest):.6g}]"
        if inside:
            return Decision(Verdict.HOLDS, summary, evidence)
        certificate = {"kind": "reward-outside-unit-interval", **evidence}
        return Decision(
            Verdict.VIOLATED, f"{summary}; bounds are computed for normalised rewards", evidence, certificate
        )

    def _potential_decision(self) -> Decision:
        found = self.counted_potential
        if found is None:
            return self._undecided("whether there is a potential, as transitions depend on the loads,")
        if found.cycle is not None:
            game, cycle = self.counts, found.cycle
            names = " and ".join(game.player_label(player) for player in cycle.players)
            summary = (
                f"players {names} of different weights: a 4-cycle in state {game.state_label(cycle.state)} sums to "
                f"{format_fraction(cycle.value)}, not 0"
            )
            return Decision(Verdict.VIOLATED, summary, cycle.to_dict(), {"kind": "load-cycle", **cycle.to_dict()})
        assert found.by_load is not None
        assert found.by_choice is not None
        rosenthal = not found.by_choice.numerator.any()
        how = "Rosenthal's potential of equal weights" if rosenthal else "no player's gain depends on the others"
        certificate = {
            "kind": "load-potential",
            "how": how,
            "by_load": found.by_load.to_nested(),
            "by_choice": found.by_choice.to_nested(),
        }
        evidence = {"how": how, "proved": True}
        return Decision(Verdict.HOLDS, f"exact potential by structure: {how}", evidence, certificate)

    def _every_state_visited(self) -> Decision:
        enclosure = self.M
        if enclosure is None:
            return self._undecided("whether every policy visits every state")
        low, high = enclosure
        assert low is not None
        assert high is not None
        known = f"M is {float(low):.6g}" if low == high else f"M is between {float(low):.6g} and {float(high):.6g}"
        summary = f"every state has positive initial probability; {known}"
        return Decision(Verdict.HOLDS, summary, {"M": [format_fraction(low), format_fraction(high)]})

    def _irreducible(self) -> Decision:
        if self.counts.n_states == 1:
            witness = {"joint_action": [0] * self.counts.n_players}
            summary = "the chain of one state is irreducible and aperiodic"
            return Decision(Verdict.HOLDS, summary, witness, {"kind": "irreducible-joint-action", **witness})
        return self._undecided("whether a joint action has an irreducible aperiodic chain")
