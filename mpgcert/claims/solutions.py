"""Exact equilibria of a game, gathered for `mpgcert solve`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, overload

from mpgcert.arithmetic import EXACT, format_fraction
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.count_analysis import CountAnalysis
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.solutions import LQSolutions, lq_solve
from mpgcert.claims.properties import decide
from mpgcert.claims.verdicts import Verdict
from mpgcert.display import Shown
from mpgcert.errors import TooLarge
from mpgcert.games import CountGame, Game, MarkovGame, Policy
from mpgcert.games.lq import LQGame
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.equilibrium import Equilibrium as PureEquilibrium
from mpgcert.solvers.equilibrium import potential_maximiser, pure_equilibria

__all__ = ["Equilibrium", "Solutions", "solve"]

_SHOWN = 1000  # pure equilibria listed; more are counted


@dataclass(frozen=True)
class Equilibrium:
    """A stationary Nash equilibrium with exact values.

    Attributes:
        kind: `potential-maximiser` or `pure`.
        policy: exact.
        values: J_i of each player under the initial distribution.
        nash_gap: exactly 0: recomputed for the potential's maximiser, decided by enumeration for pure ones.
        strict: whether every deviation in a visited state loses; None where it was not asked.
        certificate: replies' values that prove the gap.
    """

    kind: str
    policy: Policy
    values: tuple[Fraction, ...]
    nash_gap: Fraction
    strict: bool | None
    certificate: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `equilibria`."""
        return {
            "kind": self.kind,
            "policy": self.policy.to_nested(),
            "actions": self.policy.choices().tolist() if self.policy.is_deterministic else None,
            "values": [float(value) for value in self.values],
            "values_exact": [format_fraction(value) for value in self.values],
            "nash_gap": float(self.nash_gap),
            "nash_gap_exact": format_fraction(self.nash_gap),
            "strict": self.strict,
            "certificate": dict(self.certificate),
        }


@dataclass(frozen=True, repr=False)
class Solutions(Shown):
    """What `solve` found.

    Attributes:
        game: its name.
        equilibria: the potential's maximiser first, when there is a potential.
        complete: whether these are all pure stationary equilibria.
        note: what was searched, or why it was not.
        of: the game itself, for its labels.
    """

    game: str
    equilibria: tuple[Equilibrium, ...]
    complete: bool
    note: str
    of: MarkovGame | None = None

    def headline(self) -> str:
        number = len(self.equilibria)
        return f"{self.game}, {number} {'equilibrium' if number == 1 else 'equilibria'}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert solve`, without the envelope."""
        return {
            "game": self.game,
            "equilibria": [entry.to_dict() for entry in self.equilibria],
            "complete": self.complete,
            "note": self.note,
        }


@overload
def solve(game: MarkovGame | CountGame | Analysis) -> Solutions: ...
@overload
def solve(game: LQGame | LQAnalysis) -> LQSolutions: ...
def solve(game: Game | Analysis | LQAnalysis) -> Solutions | LQSolutions:
    """Exact equilibria.

    Of a Markov game the maximiser of the potential, and all pure stationary equilibria where they can be listed; of a
    linear-quadratic game the gains of the coupled Riccati equations.

    Args:
        game: a Markov game or a linear-quadratic game (or its analysis, to share work).
    """
    if isinstance(game, LQGame | LQAnalysis):
        return lq_solve(LQAnalysis.of(game))
    analysis = Analysis.of(game)
    if isinstance(analysis, CountAnalysis):
        raise analysis.too_large()
    found: list[Equilibrium] = []
    notes: list[str] = []
    phi = analysis.found_potential
    if phi is None:
        notes.append(f"no potential to maximise: {_why_no_potential(analysis)}")
    else:
        best = potential_maximiser(analysis.game, phi)
        found.append(_equilibrium(analysis.game, "potential-maximiser", best.policy, best.values, None))
    complete = False
    try:
        pure = pure_equilibria(analysis.game)
    except TooLarge as error:
        notes.append(f"pure equilibria were not enumerated: {error}")
    else:
        complete = len(pure) <= _SHOWN
        are = "is an equilibrium" if len(pure) == 1 else "are equilibria"
        notes.append(f"{len(pure)} of {pure.n_policies} deterministic policies {are}, each decided exactly")
        if not complete:
            notes.append(f"the first {_SHOWN} are listed")
        for index in range(min(len(pure), _SHOWN)):
            entry = pure[index]
            if found and entry.policy == found[0].policy:
                found[0] = replace(found[0], strict=entry.is_strict)
            else:
                found.append(_decided(entry))
    return Solutions(analysis.game.name, tuple(found), complete, "; ".join(notes), analysis.game)


def _why_no_potential(analysis: Analysis) -> str:
    """Why there is none to maximise: proved, or not decided."""
    decision = decide("stage-potential", analysis)
    return "not a Markov potential game" if decision.verdict is Verdict.VIOLATED else decision.summary


def _decided(entry: PureEquilibrium) -> Equilibrium:
    """A pure equilibrium as enumerated: its gap was decided to be exactly 0, its own actions are best replies."""
    own = entry.policy.choices().tolist()
    certificate = {"kind": "nash-equilibrium", "replies": own, "gains": ["0"] * len(own)}
    return Equilibrium("pure", entry.policy, entry.values, Fraction(0), entry.is_strict, certificate)


def _equilibrium(
    game: MarkovGame, kind: str, policy: Policy, values: tuple[Fraction, ...], strict: bool | None
) -> Equilibrium:
    """An equilibrium with its gap recomputed and the best replies' values as certificate."""
    gap = nash_gap(game, policy)
    certificate = {
        "kind": "nash-equilibrium",
        "replies": [reply.tolist() for reply in gap.replies],
        "gains": [format_fraction(EXACT.enclosure(gain)[0]) for gain in gap.gaps],
    }
    return Equilibrium(kind, policy, values, gap.bracket[1], strict, certificate)
