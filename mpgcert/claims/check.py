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
from mpgcert.claims.verdicts import Verdict, tally
from mpgcert.display import Shown
from mpgcert.errors import InvalidInput
from mpgcert.games.lq import LQGame

if TYPE_CHECKING:
    from mpgcert.claims.step_sizes import StepSizes
    from mpgcert.games import Game

__all__ = ["AssumptionCheck", "CheckResult", "analysis_of", "check"]


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


@dataclass(frozen=True, repr=False)
class CheckResult(Shown):
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

    def headline(self) -> str:
        return f"{self.game['name']}, {tally(self.verdicts)}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON answer of `mpgcert check`, without the envelope."""
        return {
            "game": dict(self.game),
            "assumptions": [entry.to_dict() for entry in self.assumptions],
            "facts": dict(self.facts),
        }


def analysis_of(game: Game | Analysis | LQAnalysis) -> Analysis | LQAnalysis:
    """What is known about a game of either kind, computed when it is asked for."""
    return LQAnalysis.of(game) if isinstance(game, LQGame | LQAnalysis) else Analysis.of(game)


def check(
    game: Game | Analysis | LQAnalysis | None = None, *, step_sizes: StepSizes | str | None = None, first: int = 1
) -> CheckResult:
    """Decide every assumption of the papers that applies to this kind of game, and those about step sizes.

    Args:
        game: a Markov game or a linear-quadratic game (or its analysis, to share work); None for step sizes alone.
        step_sizes: alpha_i(n) and beta_i(n) of decentralized learning, as `alpha = n^-0.6/2; beta = 1/(2*n)`
            (`maheshwari2023.assumption-3.2`); only for Markov games, with one sequence for all players or one each.
        first: the first count n of the sequences, 1 or 0.

    Raises:
        InvalidInput: step sizes that cannot be read, or for a linear-quadratic game, or neither game nor step sizes.
    """
    if isinstance(game, LQGame | LQAnalysis):
        if step_sizes is not None:
            raise InvalidInput("a linear-quadratic game", field="step sizes", expected="a Markov game")
        return _check_lq(LQAnalysis.of(game))
    if game is None:
        if step_sizes is None:
            raise InvalidInput("nothing to check", expected="a game, or step sizes")
        decided = _check_step_sizes(step_sizes, None, first)
        return CheckResult({"name": "step sizes", "kind": "step-sizes"}, decided)
    analysis = Analysis.of(game)
    decided = tuple(AssumptionCheck(entry, decide(entry.property, analysis)) for entry in assumptions())
    if step_sizes is not None:
        decided += _check_step_sizes(step_sizes, analysis.game.n_players, first)
    return CheckResult(analysis.summary, decided, analysis.facts)


def _check_step_sizes(steps: StepSizes | str, players: int | None, first: int) -> tuple[AssumptionCheck, ...]:
    from mpgcert.claims.step_sizes import StepSizes, decide_step_sizes

    parsed = StepSizes.parse(steps, players) if isinstance(steps, str) else steps
    if players not in (None, parsed.n_players):
        raise InvalidInput(f"{parsed.n_players} players", field="step sizes", expected=f"{players}, as in the game")
    return tuple(AssumptionCheck(*entry) for entry in decide_step_sizes(parsed, first))


def _check_lq(analysis: LQAnalysis) -> CheckResult:
    from mpgcert.claims.lq.assumptions import decide_all

    decided = tuple(AssumptionCheck(*entry) for entry in decide_all(analysis).values())
    return CheckResult(analysis.summary, decided)
