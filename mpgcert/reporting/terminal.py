"""Answers for a terminal: a line that says what it is about, the tables, notes, and what to do next."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.formatting import brief, count, decimal, exact, quantity
from mpgcert.reporting.hints import next_step
from mpgcert.reporting.tables import Sheet, tables_of
from mpgcert.reporting.tables.of_games import game_facts
from mpgcert.reporting.terminal_claims import falsification_parts, monitor_parts, statement_parts, tally
from mpgcert.reporting.terminal_parts import command_lines, new_console, plain, render

if TYPE_CHECKING:
    from rich.text import Text

    from mpgcert.auditing.audit import Audit
    from mpgcert.claims.bounds import Bounds
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.lq.sharp import SharpBound
    from mpgcert.claims.lq.solutions import LQSolutions
    from mpgcert.claims.run_checks import CheckedRun
    from mpgcert.claims.solutions import Solutions

__all__ = ["show", "show_parts", "text_of"]

Parts = Iterable["Sheet | Text | str"]


def show(result: Any, game: str | None = None) -> None:
    """Print a result, and what to do next.

    Args:
        result: of any command.
        game: how the user named the game, so that the next command can be copied; without it no game is named.
    """
    show_parts(_PARTS[type(result).__name__](result), next_step(result, game))


def show_parts(parts: Parts, following: list[str] | None = None) -> None:
    """Print tables and paragraphs, and a command to go on with."""
    console = new_console()
    render(console, parts)
    if following is not None:
        console.print(plain(command_lines(following, console.width), "cyan"), soft_wrap=True)


def text_of(result: Any) -> str:
    """A result as plain text of 80 columns."""
    stream = io.StringIO()
    render(new_console(stream), _PARTS[type(result).__name__](result))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _check(result: CheckResult) -> Parts:
    yield f"{result.game['name']}: {game_facts(result.game)}"
    yield from tables_of(result).values()
    if "potential_class" in result.facts:
        yield f"as a one-shot game: {result.facts['potential_class']['summary']}"


def _bounds(result: Bounds) -> Parts:
    tables = tables_of(result)
    yield f"{result.game}, accuracy epsilon = {exact(result.epsilon)}"
    yield tables["constants"]
    yield tables["theorems"]
    for note in dict.fromkeys(f"{bound.theorem.id}: {note}" for bound in result.theorems for note in bound.notes):
        yield plain(f"note: {note}", "dim")
    if result.scale != 1:
        yield plain(
            f"rewards were divided by {brief(result.scale)} for the theorems; values above are for the game as given",
            "dim",
        )


def _lq_bounds(result: LQBounds) -> Parts:
    tables = tables_of(result)
    yield f"{result.game}, accuracy epsilon = {exact(result.epsilon)}, from {result.start}"
    yield tables["constants"]
    yield tables["theorems"]
    for bound in result.theorems:
        failed = [name for name, verdict in bound.hypotheses.items() if verdict is not Verdict.HOLDS]
        notes = ([f"not met or not decided: {', '.join(failed)}"] if failed else []) + list(bound.notes)
        for note in notes:
            yield plain(f"note: {bound.theorem.id}: {note}", "dim")
    if result.sharp is not None:
        yield f"what really decides: {_sharp(result.sharp)}"


def _sharp(found: SharpBound) -> str:
    largest = found.constants.get("eta_sharp")
    if largest is None:
        return found.criterion.reason
    size = quantity(largest).removeprefix("≈ ")
    binding = f"stage {found.criterion.stage} binds"
    return f"step sizes below {size} (eta_sharp) converge from every start, larger ones from almost none; {binding}"


def _solve(result: Solutions) -> Parts:
    if result.equilibria:
        yield from tables_of(result).values()
    yield f"{result.game}: {result.note}"


def _lq_solve(result: LQSolutions) -> Parts:
    yield from tables_of(result).values()
    for entry in result.equilibria:
        yield f"largest saving of a player by deviating: {quantity(entry.nash_gap)}"
    yield f"{result.game}: {result.note}"


def _run(result: CheckedRun) -> Parts:
    trajectory = result.trajectory
    gap = trajectory.nash_gap.max(axis=1)
    barrier = f", log-barrier {brief(result.regularization)}" if result.regularization else ""
    yield _setting(trajectory, f"step size {brief(result.step_size)}", result.step_size_from) + barrier
    yield from tables_of(result).values()
    if result.horizon is not None:
        from mpgcert.reporting.sections.runs import promise

        yield f"{result.horizon.theorem}: {promise(result.horizon)}"
    least = int(gap.argmin())
    yield f"least NE-gap {decimal(float(gap[least]))} at iteration {count(int(trajectory.steps[least]))}"


def _lq_run(result: CheckedLQRun) -> Parts:
    trajectory = result.trajectory
    sizes = ", ".join(brief(size) for size in dict.fromkeys(result.step_sizes))
    yield _setting(trajectory, f"step size {sizes}", result.step_size_from)
    tables = tables_of(result)
    yield tables["course"]
    if trajectory.diverged:
        yield plain(f"diverged at iteration {count(trajectory.diverged_at)}: {trajectory.reason}", "bold red")
    if result.checks:
        yield tables["checks"]


def _setting(trajectory: Any, step: str, origin: str) -> str:
    source = "" if origin == "given" else f" (from {origin})"
    stopped = "" if trajectory.complete else " until it was interrupted"
    made = f"{count(trajectory.n_steps)} iterations{stopped}"
    return f"{trajectory.algorithm} on {trajectory.game_name}, {made}, {step}{source}"


def _decentralized(result: CheckedDecentralizedRun) -> Parts:
    trajectory = result.trajectory
    theta = ", ".join(f"{rate:g}" for rate in dict.fromkeys(trajectory.exploration))
    stopped = "" if trajectory.complete else " until it was interrupted"
    made = f"{count(trajectory.n_steps)} stages{stopped}"
    yield f"{trajectory.algorithm} on {trajectory.game_name}, {made}, {result.step_sizes}, exploration {theta}"
    yield from tables_of(result).values()
    yield plain(f"limits: {result.limits.note}", "bold red" if result.refutes else "")
    if result.limits.refutation is not None:
        yield result.limits.refutation.argument
    yield plain("a run of finite length decides nothing about limits", "dim")


def _audit(result: Audit) -> Parts:
    yield from tables_of(result).values()
    yield f"{tally(result.statements)} (seed {result.seed})"
    for entry in result.statements:
        if entry.is_surprise:
            yield plain(f"not in the catalogue's findings: {entry.claim.id} is falsified", "bold red")


_PARTS: Mapping[str, Callable[[Any], Parts]] = {
    "CheckResult": _check,
    "Bounds": _bounds,
    "LQBounds": _lq_bounds,
    "Solutions": _solve,
    "LQSolutions": _lq_solve,
    "CheckedRun": _run,
    "CheckedLQRun": _lq_run,
    "CheckedDecentralizedRun": _decentralized,
    "Audit": _audit,
    "StatementStatus": statement_parts,
    "Falsification": falsification_parts,
    "Monitored": monitor_parts,
}
