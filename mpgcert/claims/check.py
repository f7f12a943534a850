"""Every assumption of the installed catalogues, decided for one game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.decision import Decision
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.properties import decide
from mpgcert.claims.statements import Assumption, assumptions
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.lq import LQGame

if TYPE_CHECKING:
    from mpgcert.games import Game

__all__ = ["AssumptionCheck", "CheckResult", "check"]


@dataclass(frozen=True)
class AssumptionCheck:
    """One assumption, decided."""

    assumption: Assumption
    decision: Decision

    def to_dict(self) -> dict[str, Any]:
        """The entry of the JSON key `assumptions`."""
        return {
            "id": self.assumption.id,
            "title": self.assumption.title,
            "verdict": str(self.decision.verdict),
            "statement": self.assumption.statement,
            "summary": self.decision.summary,
            "evidence": dict(self.decision.evidence),
            "certificate": self.decision.certificate,
        }


@dataclass(frozen=True)
class CheckResult:
    """What `check` found.

    Attributes:
        game: facts about the game: name, sizes, fingerprint.
        assumptions: in the catalogues' order.
        facts: further findings that are no assumption: M, stage games, distance from a potential game.
    """

    game: Mapping[str, Any]
    assumptions: tuple[AssumptionCheck, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdicts(self) -> list[Verdict]:
        return [entry.decision.verdict for entry in self.assumptions]

    def verdict(self, assumption: str) -> Verdict:
        """The verdict on an assumption by id."""
        return next(entry.decision.verdict for entry in self.assumptions if entry.assumption.id == assumption)

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert check`, without the envelope."""
        return {
            "game": dict(self.game),
            "assumptions": [entry.to_dict() for entry in self.assumptions],
            "facts": dict(self.facts),
        }

    def _repr_html_(self) -> str:
        from mpgcert.reporting.notebook import check_html

        return check_html(self)


def check(game: Game | Analysis | LQAnalysis) -> CheckResult:
    """Decide every assumption of the papers that applies to this kind of game.

    Args:
        game: a Markov game or a linear-quadratic game (or its analysis, to share work).
    """
    if isinstance(game, LQGame | LQAnalysis):
        return _check_lq(LQAnalysis.of(game))
    analysis = Analysis.of(game)
    decided = tuple(AssumptionCheck(entry, decide(entry.property, analysis)) for entry in assumptions())
    return CheckResult(analysis.summary, decided, analysis.facts)


def _check_lq(analysis: LQAnalysis) -> CheckResult:
    from mpgcert.claims.lq.assumptions import decide_all

    decided = tuple(AssumptionCheck(*entry) for entry in decide_all(analysis).values())
    return CheckResult(analysis.summary, decided)
