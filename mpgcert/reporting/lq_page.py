"""Everything about a linear-quadratic game on one page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpgcert.errors import InvalidInput
from mpgcert.reporting.page import Report, thinned

if TYPE_CHECKING:
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.games.lq import LQGame
    from mpgcert.reporting.lq.scaling import Scaling

__all__ = ["DEFAULT_STARTS", "build_lq_report"]

Progress = Callable[[int, int, str], None]

DEFAULT_STARTS = 512


def build_lq_report(
    game: LQGame | LQAnalysis,
    *,
    epsilon: Any = None,
    steps: int = 2000,
    starts: int | None = None,
    workers: int | None = None,
    certificates: Path | None = None,
    page: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check a game, evaluate the theorems and what really decides, run the algorithms, and say it all.

    Args:
        game: a linear-quadratic game (or its analysis, to share work).
        epsilon: accuracy in units of cost, see `mpgcert.claims.bounds.bounds`.
        steps: iterations of a run for which no theorem gives a horizon.
        starts: starting policies from which the figures of the paper are repeated, for the games of Section 5 of
            hambly2021; 512 by default.
        workers: processes for these, all cores by default; the report does not depend on it.
        certificates: a folder for certificates, to which the page's verdicts link.
        page: the file of the page, to which the links are relative.
        progress: called with (done, total, what).

    Raises:
        InvalidInput: epsilon, steps or starts is no positive number.
    """
    from mpgcert.claims.bounds import bounds as bounds_of
    from mpgcert.claims.check import check as check_of
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.lq.solutions import lq_solve
    from mpgcert.reporting.lq import assumptions, closing, constants, equilibrium, runs, scaling, sharp, summary
    from mpgcert.reporting.lq.experiments import experiments_of
    from mpgcert.reporting.lq.facts import game_facts
    from mpgcert.reporting.lq.figure_section import section as figure_section
    from mpgcert.reporting.lq.figures import repeat
    from mpgcert.reporting.lq.variants import run_variants
    from mpgcert.reporting.sections.numbers import numbers_section
    from mpgcert.reporting.sections.summary import about

    for name, value in (
        ("steps", steps),
        ("starts", 1 if starts is None else starts),
        ("workers", 1 if workers is None else workers),
    ):
        if value < 1:
            raise InvalidInput(str(value), field=name, expected="a positive whole number")
    analysis = LQAnalysis.of(game)
    bounded = bounds_of(analysis, epsilon)
    checked = check_of(analysis)
    solved = lq_solve(analysis)
    scaled = _scaled(analysis, checked, progress)
    made = run_variants(analysis, bounded, steps, progress)
    wanted = experiments_of(analysis.game)
    count = DEFAULT_STARTS if starts is None else starts
    found = repeat(analysis.game, analysis.nash, wanted, count, workers=workers, progress=progress)
    condition = next((entry.assumption for entry in checked.assumptions if entry.assumption.sides), None)
    sections = (
        summary.section(checked, bounded, solved, scaled, made, found),
        about(analysis.game, "read from floating point, and exact from there on"),
        assumptions.section(checked, bounded),
        constants.constants_section(bounded),
        *(() if condition is None else (scaling.section(condition, scaled),)),
        sharp.section(bounded, made),
        runs.section(analysis, bounded, made),
        *((figure_section(found),) if found else ()),
        equilibrium.section(solved),
        closing.limits(analysis, checked, bounded, made, found),
        closing.reproduce(analysis, bounded, made, steps, count, found),
    )
    records = {
        "game": dict(checked.game),
        "check": checked.to_dict(),
        "bounds": bounded.to_dict(),
        "solve": solved.to_dict(),
        "scaling": [entry.to_dict() for entry in scaled],
        "runs": [
            {"variant": entry.run.trajectory.algorithm, "parameters": entry.origin, **thinned(entry.run.to_dict())}
            for entry in made.entries
        ],
        "experiments": [finding.to_dict() for finding in found],
    }
    files: dict[str, str] = {}
    if certificates is not None:
        from mpgcert.reporting.sections.certificates import certified

        held = {entry.id: entry.run for entry in made.entries}
        sections, files = certified(sections, certificates, page, analysis, checked, bounded, solved, held)
    sections = (*sections, numbers_section(sections, files))
    return Report(analysis.game.name, game_facts(analysis.game), sections, records, files)


def _scaled(analysis: LQAnalysis, checked: CheckResult, progress: Progress | None) -> tuple[Scaling, ...]:
    """The families of the first inequality between constants that has a meaning for this game."""
    from mpgcert.reporting.lq.scaling import scalings

    for entry in checked.assumptions:
        if entry.assumption.sides is not None and "left" in entry.decision.evidence:
            return scalings(analysis, entry.assumption, progress)
    return ()
