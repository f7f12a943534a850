"""Which command to go on with after an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mpgcert.claims.verdicts import Verdict

__all__ = ["next_step"]


def next_step(result: Any, game: str | None) -> list[str] | None:
    """The words of a command, with the game named as the user named it; None where nothing follows."""
    follow = _AFTER.get(type(result).__name__)
    return None if follow is None else follow(result, game)


def _to_bounds(result: Any, game: str | None) -> list[str] | None:
    return None if game is None else ["mpgcert", "bounds", game]


def _to_run(result: Any, game: str | None) -> list[str] | None:
    """The first algorithm that a theorem gives a step size for."""
    usable = [b for b in result.theorems if b.step_size is not None and b.applies is not Verdict.VIOLATED]
    if game is None or not usable:
        return None
    return ["mpgcert", "run", game, "--algorithm", usable[0].theorem.algorithm, "--steps", "1000"]


def _to_lq_run(result: Any, game: str | None) -> list[str] | None:
    """With a step size that really converges where no theorem names one."""
    if game is None:
        return None
    command = ["mpgcert", "run", game, "--algorithm", "natural-policy-gradient", "--steps", "1000"]
    if any(b.step_size is not None and b.applies is Verdict.HOLDS for b in result.theorems):
        return command
    best = result.constants.get("eta_best")
    return [*command, "--step-size", f"{best.value:.3g}"] if best is not None else None


def _to_report(result: Any, game: str | None) -> list[str] | None:
    return None if game is None else ["mpgcert", "report", game, "-o", "report.html"]


def _to_falsify(result: Any, game: str | None) -> list[str] | None:
    return ["mpgcert", "falsify", result.claim.id] if result.claim.is_decidable else None


_AFTER: Mapping[str, Callable[[Any, str | None], list[str] | None]] = {
    "CheckResult": _to_bounds,
    "Bounds": _to_run,
    "LQBounds": _to_lq_run,
    "Solutions": _to_report,
    "LQSolutions": _to_report,
    "CheckedRun": _to_report,
    "CheckedLQRun": _to_report,
    "CheckedDecentralizedRun": _to_report,
    "StatementStatus": _to_falsify,
}
