"""Tables about linear-quadratic games for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.formatting import brief, count, decimal, exact, quantity, rounded
from mpgcert.reporting.terminal_parts import new_console, new_table, next_command, plain, reference, verdict_text

if TYPE_CHECKING:
    from mpgcert.claims.lq.bounds import LQBounds, LQTheoremBound
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.lq.solutions import LQSolutions

__all__ = ["bounds", "run", "sizes", "solve"]

_STAGES = 12


def sizes(game: Mapping[str, Any]) -> str:
    """The sizes of a game in a few words."""
    controls = " + ".join(map(str, game["controls"]))
    return f"{game['players']} players, horizon {game['horizon']}, state {game['dimension']}, controls {controls}"


def bounds(result: LQBounds) -> None:
    """Constants, the theorem with step size and iterations, and what really decides."""
    out = new_console()
    out.print(plain(f"{result.game}, accuracy epsilon = {exact(result.epsilon)}, from {result.start}"))
    constants = new_table("constant", "value", "meaning")
    constants.columns[1].justify = "right"
    for name, value in result.constants.items():
        constants.add_row(plain(name), plain(quantity(value)), plain(value.meaning))
    for i, cost in enumerate(result.nash_cost):
        constants.add_row(plain(f"nash_cost[{i}]"), plain(quantity(cost)), plain(cost.meaning))
    out.print(constants)
    theorems = new_table("theorem", "applies", "step size", "iterations")
    for bound in result.theorems:
        label = plain(f"{bound.theorem.id}\n{bound.theorem.algorithm}")
        theorems.add_row(label, verdict_text(bound.applies), plain(_step(bound)), plain(count(bound.iterations)))
    out.print(theorems)
    for bound in result.theorems:
        failed = [name for name, verdict in bound.hypotheses.items() if verdict is not Verdict.HOLDS]
        notes = ([f"not met or not decided: {', '.join(failed)}"] if failed else []) + list(bound.notes)
        for note in notes:
            out.print(plain(f"note: {bound.theorem.id}: {note}"), style="dim")
    if result.sharp is not None:
        out.print(plain(f"what really decides: {result.sharp.criterion.reason}"))
    next_command(out, f"mpgcert run {reference(result.game)} --algorithm natural-policy-gradient --steps 1000")


def _step(bound: LQTheoremBound) -> str:
    return "–" if bound.step_size is None else "< " + brief(bound.step_size)


def solve(result: LQSolutions) -> None:
    """The equilibrium's gains, costs and what proves it."""
    out = new_console()
    for entry in result.equilibria:
        low, high = entry.solution.gain_bounds
        game = entry.solution.game
        gains = new_table("stage", *(f"player {game.player_label(i)}" for i in range(game.n_players)))
        shown = [*range(min(game.horizon, _STAGES))]
        for t in shown:
            cells = ((low[t, rows] + high[t, rows]) / 2 for rows in game.control_slices)
            gains.add_row(plain(t), *(plain(_matrix(cell.tolist())) for cell in cells))
        out.print(gains)
        if game.horizon > len(shown):
            out.print(plain(f"and {game.horizon - len(shown)} more stages (--format json lists all)"))
        costs = ", ".join(quantity(cost) for cost in entry.costs)
        out.print(plain(f"costs: {costs}"))
        out.print(plain(f"largest saving of a player by deviating: {quantity(entry.nash_gap)}"))
    out.print(plain(f"{result.game}: {result.note}"))
    next_command(out, f"mpgcert report {reference(result.game)} -o report.html")


def _matrix(rows: list[list[float]]) -> str:
    return "\n".join("(" + ", ".join(decimal(value) for value in row) + ")" for row in rows)


def run(result: CheckedLQRun) -> None:
    """Where a run went, and the statements held against it."""
    from mpgcert.reporting.sections.runs import in_words, where

    out, trajectory = new_console(), result.trajectory
    source = "" if result.step_size_from == "given" else f" (from {result.step_size_from})"
    sizes = ", ".join(brief(size) for size in dict.fromkeys(result.step_sizes))
    out.print(
        plain(
            f"{trajectory.algorithm} on {trajectory.game_name}, {count(trajectory.n_steps)} iterations, "
            f"step size {sizes}{source}"
        )
    )
    course = new_table("iteration", "normalised error", "loss", "distance", "gradient", justify="right")
    last = len(trajectory.steps) - 1
    for k in sorted({0, last // 100, last // 10, last // 2, last}):
        numbers = (
            trajectory.normalized_error[k].max(),
            trajectory.total_gap[k],
            trajectory.distance[k].sum(),
            trajectory.gradient_norm[k],
        )
        course.add_row(count(int(trajectory.steps[k])), *(plain(rounded(value)) for value in numbers))
    out.print(course)
    if trajectory.diverged:
        out.print(
            plain(f"diverged at iteration {count(trajectory.diverged_at)}: {trajectory.reason}"), style="bold red"
        )
    if result.checks:
        checks = new_table("verdict", "statement", "ratio")
        checks.columns[2].justify = "right"
        for entry in result.checks:
            text = plain(f"{entry.claim.title}\n")
            text.append(f"{entry.claim.id}\n", style="dim")
            text.append(where(entry) + in_words(entry.note))
            checks.add_row(verdict_text(entry.verdict), text, plain(rounded(entry.ratio)))
        out.print(checks)
    next_command(out, f"mpgcert report {reference(trajectory.game_name)} -o report.html")
