"""Everything about a game on one page: HTML, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.reporting.blocks import Facts, Section

if TYPE_CHECKING:
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.games import Game

__all__ = ["Report", "build_report", "thinned", "write_report"]

Progress = Callable[[int, int, str], None]

_RECORDS = 100


@dataclass(frozen=True, eq=False)
class Report:
    """What a report says, whatever its format.

    Attributes:
        title: name of the game.
        facts: about the game.
        sections: in reading order.
        records: the JSON answers of the commands `check`, `bounds`, `solve` and `run`; for linear-quadratic games also
            scale factors and repeated experiments.
        certificates: files with proofs, relative to the page, by the id of the statement.
    """

    title: str
    facts: Facts
    sections: tuple[Section, ...]
    records: dict[str, Any]
    certificates: Mapping[str, str] = field(default_factory=dict)

    def to_html(self) -> str:
        from mpgcert.reporting.html import page

        return page(self)

    def to_markdown(self) -> str:
        from mpgcert.reporting.markdown import document

        return document(self)

    def to_json(self) -> str:
        from mpgcert.reporting.document import envelope, to_json

        return to_json(envelope("report", self.records)) + "\n"


_FORMATS: dict[str, Callable[[Report], str]] = {
    ".html": Report.to_html,
    ".md": Report.to_markdown,
    ".json": Report.to_json,
}


def build_report(
    game: Game | Analysis | LQAnalysis,
    *,
    epsilon: Any = None,
    steps: int = 2000,
    starts: int | None = None,
    workers: int | None = None,
    certificates: Path | None = None,
    page: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check a game, evaluate the theorems, run the algorithms, and say it all.

    Args:
        game: a Markov game or a linear-quadratic game (or its analysis, to share work).  Of a congestion game whose
            joint tensors are too large to form the report says what its loads tell.
        epsilon: accuracy of the equilibrium, see `mpgcert.claims.bounds.bounds`.
        steps: iterations of each run.
        starts, workers: for linear-quadratic games, see `mpgcert.reporting.lq_page.build_lq_report`.
        certificates: a folder for certificates, to which the page's verdicts link.
        page: the file of the page, to which the links are relative.
        progress: called with (done, total, what).

    Raises:
        InvalidInput: epsilon, steps or starts is no positive number, or starts are given for a Markov game.
    """
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.games.lq import LQGame

    if isinstance(game, LQGame | LQAnalysis):
        from mpgcert.reporting.lq_page import build_lq_report

        return build_lq_report(
            game,
            epsilon=epsilon,
            steps=steps,
            starts=starts,
            workers=workers,
            certificates=certificates,
            page=page,
            progress=progress,
        )
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.bounds import bounds as bounds_of
    from mpgcert.claims.check import check as check_of
    from mpgcert.claims.count_analysis import CountAnalysis
    from mpgcert.claims.solutions import Solutions, solve
    from mpgcert.reporting.sections import assumptions, bounds, closing, decentralized, runs, solutions, summary
    from mpgcert.reporting.sections.numbers import numbers_section
    from mpgcert.reporting.variants import run_variants

    if starts is not None:
        raise InvalidInput(str(starts), field="starts", expected="a linear-quadratic game")
    if steps < 1:
        raise InvalidInput(str(steps), field="steps", expected="a positive whole number")
    analysis = Analysis.of(game)
    exact_game = analysis.game
    bounded = bounds_of(analysis, epsilon)
    checked = check_of(analysis)
    try:
        solved = solve(analysis)
    except TooLarge as error:
        solved = Solutions(exact_game.name, (), False, f"no equilibrium was searched for: {error}")
    variants = run_variants(analysis, bounded, steps, progress)
    learning = None
    if exact_game.discount and not isinstance(analysis, CountAnalysis):
        learning = decentralized.learn(exact_game, potential=analysis.phi, progress=progress)
    sections = (
        summary.section(checked, bounded, solved, variants, steps, learning),
        summary.about(exact_game, "read from floating point; rows were completed to sum to exactly 1"),
        assumptions.section(checked, analysis),
        bounds.constants_section(bounded),
        runs.section(analysis, bounded, variants, steps),
        *(() if learning is None else (decentralized.section(exact_game, learning),)),
        solutions.section(solved, exact_game),
        closing.limits(exact_game, checked, bounded, solved, variants, learning),
        closing.reproduce(exact_game, bounded, variants, steps),
    )
    records = {
        "game": dict(checked.game),
        "check": checked.to_dict(),
        "bounds": bounded.to_dict(),
        "solve": solved.to_dict(),
        "runs": [
            {"variant": variant.id, "parameters": entry.origin, **thinned(entry.run.to_dict())}
            for variant in variants
            for entry in variant.runs
        ],
        "learning": None if learning is None else learning.to_dict(),
    }
    files: dict[str, str] = {}
    if certificates is not None:
        from mpgcert.reporting.sections.certificates import certified

        held = {f"{variant.id}-{entry.origin}": entry.run for variant in variants for entry in variant.runs}
        sections, files = certified(sections, certificates, page, analysis, checked, bounded, solved, held)
    sections = (*sections, numbers_section(sections, files))
    return Report(exact_game.name, summary.game_facts(exact_game), sections, records, files)


def thinned(run: dict[str, Any]) -> dict[str, Any]:
    """A run's answer with about a hundred of its records, evenly spread, the first and the last among them."""
    trajectory = run["trajectory"]
    last = len(trajectory["steps"]) - 1
    kept = sorted({k * last // _RECORDS for k in range(_RECORDS + 1)})
    per_record = {name for name, value in trajectory.items() if isinstance(value, list) and len(value) == last + 1}
    thinned = {name: [trajectory[name][k] for k in kept] for name in per_record - {"replies"}}
    return {**run, "trajectory": {name: thinned.get(name, value) for name, value in trajectory.items()}}


def write_report(
    game: Game | Analysis | LQAnalysis,
    output: str | Path,
    *,
    epsilon: Any = None,
    steps: int = 2000,
    starts: int | None = None,
    workers: int | None = None,
    certificates: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the report about a game as .html, .md or .json, by the suffix of `output`; returns the path.

    A reader never sees half of a file: it is written beside its place and then renamed.

    Raises:
        InvalidInput: another suffix, a folder that does not exist, or a wrong epsilon.
    """
    from mpgcert.games.files import write_atomically

    path = Path(output)
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise InvalidInput(f"suffix {path.suffix!r} of {path.name!r}", field="output", expected=" or ".join(_FORMATS))
    if not path.parent.is_dir():
        raise InvalidInput(f"no folder {str(path.parent)!r}", field="output", expected="a path in a folder that exists")
    report = build_report(
        game,
        epsilon=epsilon,
        steps=steps,
        starts=starts,
        workers=workers,
        certificates=certificates,
        page=path,
        progress=progress,
    )
    write_atomically(path, form(report).encode())
    return path
