"""Tables about decentralized learning for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.reporting.formatting import count, rounded
from mpgcert.reporting.terminal_parts import new_console, new_table, next_command, plain, reference, verdict_text

if TYPE_CHECKING:
    from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun

__all__ = ["run"]


def run(result: CheckedDecentralizedRun) -> None:
    """Where a run went, what its step sizes meet, and where the dynamics can end."""
    out, trajectory, measured = new_console(), result.trajectory, result.diagnostics
    theta = ", ".join(f"{rate:g}" for rate in dict.fromkeys(trajectory.exploration))
    out.print(
        plain(
            f"{trajectory.algorithm} on {trajectory.game_name}, {count(trajectory.n_steps)} stages, "
            f"{result.step_sizes}, exploration {theta}"
        )
    )
    course = new_table("stage", "NE-gap", "NE-gap as played", "|q - Q|", "|q - Q explored|", justify="right")
    last = len(trajectory.steps) - 1
    for k in sorted({0, last // 4, last // 2, 3 * last // 4, last}):
        numbers = (
            measured.nash_gap[k].max(),
            measured.explored_nash_gap[k].max(),
            measured.q_error[k].max(),
            measured.explored_q_error[k].max(),
        )
        course.add_row(count(int(trajectory.steps[k])), *(plain(rounded(float(value))) for value in numbers))
    out.print(course)
    clauses = new_table("verdict", "step sizes")
    for entry in result.clauses:
        text = plain(f"{entry.assumption.title}\n")
        text.append(f"{entry.assumption.id}\n", style="dim")
        text.append(entry.decision.summary)
        clauses.add_row(verdict_text(entry.decision.verdict), text)
    out.print(clauses)
    out.print(plain(f"limits: {result.limits.note}"), style="bold red" if result.refutes else None)
    if result.limits.refutation is not None:
        out.print(plain(result.limits.refutation.argument))
    out.print(plain("a run of finite length decides nothing about limits"), style="dim")
    next_command(out, f"mpgcert report {reference(trajectory.game_name)} -o report.html")
