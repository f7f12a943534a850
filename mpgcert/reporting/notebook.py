"""How results show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mpgcert.reporting.blocks import Figures, Paragraph, parts
from mpgcert.reporting.formatting import exact, plural
from mpgcert.reporting.html import fragment
from mpgcert.reporting.notebook_statements import (
    audit_html,
    claim_html,
    falsification_html,
    finding_html,
    monitored_html,
    status_html,
)
from mpgcert.reporting.notebook_things import (
    certificate_html,
    certificates_html,
    count_game_html,
    game_html,
    lq_game_html,
    potential_html,
    tables_html,
    trajectory_html,
)
from mpgcert.reporting.tables import tables_of
from mpgcert.reporting.tables.as_blocks import as_block

if TYPE_CHECKING:
    from mpgcert.claims.bounds import Bounds
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.lq.solutions import LQSolutions
    from mpgcert.claims.run_checks import CheckedRun
    from mpgcert.claims.solutions import Solutions

__all__ = ["html_of"]


def html_of(thing: Any) -> str:
    """A small self-contained piece of HTML, by the name of the thing's class."""
    for kind in type(thing).__mro__:
        if kind.__name__ in _SHOWN:
            return _SHOWN[kind.__name__](thing)
    raise TypeError(f"no display of {type(thing).__name__}")


def _check_html(result: CheckResult) -> str:
    """The assumptions of a game as a table."""
    from mpgcert.reporting.sections.assumptions import assumption_table

    return fragment(f"Check of {result.game['name']}", (assumption_table(result),))


def _bounds_html(result: Bounds) -> str:
    """Theorems and constants of a game as tables."""
    from mpgcert.reporting.sections.bounds import constants_table, theorem_table

    title = f"Bounds for {result.game}, accuracy {exact(result.epsilon)}"
    return fragment(title, (theorem_table(result), constants_table(result)))


def _solve_html(result: Solutions) -> str:
    """Equilibria of a game as a table."""
    from mpgcert.reporting.sections.solutions import equilibria_table

    tables = (equilibria_table(result),) if result.equilibria else ()
    return fragment(f"Equilibria of {result.game}", (*tables, Paragraph(result.note)))


def _run_html(result: CheckedRun) -> str:
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


def _lq_bounds_html(result: LQBounds) -> str:
    """Theorems and constants of a linear-quadratic game as tables, and what really decides."""
    from mpgcert.reporting.lq.constants import constants_table, theorem_table
    from mpgcert.reporting.lq.sharp import outcome

    decides = (
        () if result.sharp is None else (Paragraph(("What really decides: ", *parts(outcome(result.sharp)), ".")),)
    )
    title = f"Bounds for {result.game}, accuracy {exact(result.epsilon)}"
    return fragment(title, (theorem_table(result), *decides, constants_table(result)))


def _lq_solve_html(result: LQSolutions) -> str:
    """The equilibrium of a linear-quadratic game: costs, evidence and gains."""
    from mpgcert.reporting.lq.equilibrium import equilibrium_blocks

    return fragment(f"Equilibrium of {result.game}", equilibrium_blocks(result))


def _lq_run_html(result: CheckedLQRun) -> str:
    """A run on a linear-quadratic game with its plots and checks."""
    from mpgcert.reporting.lq.runs import figures, lq_checks_table, run_facts
    from mpgcert.reporting.lq.variants import LabelledLQRun

    trajectory = result.trajectory
    origin = "given" if result.step_size_from == "given" else "theorem"
    prefix = f"run-{trajectory.game[:8]}-{trajectory.n_steps}"
    plots = Figures(figures(None, LabelledLQRun(origin, result), prefix))
    title = f"{trajectory.algorithm} on {trajectory.game_name}, {plural(trajectory.n_steps, 'iteration')}"
    return fragment(title, (run_facts(result), plots, *((lq_checks_table(result),) if result.checks else ())))


def _decentralized_html(result: CheckedDecentralizedRun) -> str:
    """A run of decentralized learning: its course, the step sizes' clauses, and the limits."""
    tables = tables_of(result)
    blocks = map(as_block, tables.values())
    return fragment(tables["course"].caption, (*blocks, Paragraph(result.limits.note)))


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "Audit": audit_html,
    "Bounds": _bounds_html,
    "Certificate": certificate_html,
    "CheckResult": _check_html,
    "CheckedDecentralizedRun": _decentralized_html,
    "CheckedLQRun": _lq_run_html,
    "CheckedRun": _run_html,
    "Claim": claim_html,
    "Collection": certificates_html,
    "CountGame": count_game_html,
    "DecentralizedTrajectory": trajectory_html,
    "Falsification": falsification_html,
    "Finding": finding_html,
    "LQBounds": _lq_bounds_html,
    "LQGame": lq_game_html,
    "LQSolutions": _lq_solve_html,
    "LQTrajectory": trajectory_html,
    "MarkovGame": game_html,
    "Monitored": monitored_html,
    "PotentialResult": potential_html,
    "Solutions": _solve_html,
    "StatementStatus": status_html,
    "Tables": tables_html,
    "Trajectory": trajectory_html,
}
