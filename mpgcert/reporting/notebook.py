"""How results show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import Figures, Paragraph
from mpgcert.reporting.formatting import exact, plural
from mpgcert.reporting.html import fragment

if TYPE_CHECKING:
    from mpgcert.claims.bounds import Bounds
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.run_checks import CheckedRun
    from mpgcert.claims.solutions import Solutions

__all__ = ["bounds_html", "check_html", "run_html", "solve_html"]


def check_html(result: CheckResult) -> str:
    """The assumptions of a game as a table."""
    from mpgcert.reporting.sections.assumptions import assumption_table

    return fragment(f"Check of {result.game['name']}", (assumption_table(result),))


def bounds_html(result: Bounds) -> str:
    """Theorems and constants of a game as tables."""
    from mpgcert.reporting.sections.bounds import constants_table, theorem_table

    title = f"Bounds for {result.game}, accuracy {exact(result.epsilon)}"
    return fragment(title, (theorem_table(result), constants_table(result)))


def solve_html(result: Solutions) -> str:
    """Equilibria of a game as a table."""
    from mpgcert.reporting.sections.solutions import equilibria_table

    tables = (equilibria_table(result),) if result.equilibria else ()
    return fragment(f"Equilibria of {result.game}", (*tables, Paragraph(result.note)))


def run_html(result: CheckedRun) -> str:
    """A run with its plots and checks."""
    from mpgcert.reporting.run_plots import figures
    from mpgcert.reporting.sections.runs import checks_table, run_facts
    from mpgcert.reporting.variants import LabelledRun

    trajectory = result.trajectory
    origin = "given" if result.step_size_from == "given" else "theorem"
    prefix = f"run-{trajectory.game[:8]}-{trajectory.algorithm}-{trajectory.n_steps}"
    plots = Figures(figures((LabelledRun(origin, result),), prefix))
    title = f"{trajectory.algorithm} on {trajectory.game_name}, {plural(trajectory.n_steps, 'iteration')}"
    return fragment(title, (run_facts(result), plots, checks_table(result)))
