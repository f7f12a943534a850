"""Figures 1 to 8 of hambly2021, repeated from many starts and seeds."""

from __future__ import annotations

from collections.abc import Sequence

from mpgcert.games.builtin import builtin
from mpgcert.games.lq import LQGame
from mpgcert.reporting.blocks import Facts, Paragraph, Section
from mpgcert.reporting.lq.experiments import EXPERIMENTS, experiments_of
from mpgcert.reporting.lq.figure_section import section
from mpgcert.reporting.lq.figures import repeat
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies.pages import Page
from mpgcert.reporting.studies.settings import Settings
from mpgcert.solvers.lq.solution import solve_riccati

__all__ = ["lq_figures_page", "repeat_game"]

_TITLES = {
    "hambly2021-section-5.1": "Figures 1 to 6: known parameters",
    "hambly2021-section-5.2": "Figures 7 and 8: unknown parameters",
}


def repeat_game(name: str, settings: Settings) -> Section:
    """All figures that are about one game."""
    game = builtin(name)
    assert isinstance(game, LQGame)
    findings = repeat(game, solve_riccati(game), experiments_of(game), settings.starts, workers=1)
    found = section(findings)
    return Section(name, _TITLES[name], found.blocks, found.sections)


def lq_figures_page(sections: Sequence[Section], settings: Settings) -> Page:
    """The page of the figures of hambly2021."""
    facts = Facts(
        (
            ("figures", "1 to 8"),
            ("games", ", ".join(EXPERIMENTS)),
            ("starts", f"{settings.starts:,} for each curve of Algorithm 1"),
        )
    )
    limits = Section(
        "limits",
        "What this does not establish",
        (
            Paragraph(
                "The paper does not say from which distribution it draws a start, nor which start it shows; the "
                "balls are read as uniform. Runs are in doubles: a run that leaves their range counts as diverged, "
                "and what is proved about the iteration in exact arithmetic stands beside it."
            ),
        ),
    )
    headline = (
        "Figures 1 to 8 are repeated from many starts and seeds. The noise changes no iterate of Algorithm 1, and "
        "in exact arithmetic the run that the paper calls divergent (Figure 4) converges: what it shows is a long "
        "transient."
    )
    report = Report("Figures of hambly2021, repeated", facts, (*sections, limits), {})
    return Page("hambly2021-figures", report, headline, has_html=False)
