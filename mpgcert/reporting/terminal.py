"""Tables for a terminal of 80 columns, and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting import terminal_decentralized, terminal_lq
from mpgcert.reporting.formatting import brief, count, decimal, exact, plural, quantity, rounded
from mpgcert.reporting.terminal_parts import (
    COLOURS,
    name_text,
    new_console,
    new_table,
    next_command,
    plain,
    reference,
    verdict_text,
)

if TYPE_CHECKING:
    from rich.text import Text

    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.lq.solutions import LQSolutions
    from mpgcert.claims.run_checks import CheckedRun, RunCheck
    from mpgcert.claims.solutions import Solutions

__all__ = ["bounds", "check", "games", "progress", "run", "solve"]

_EQUILIBRIA = 20


def games(entries: list[dict[str, Any]]) -> None:
    """The built-in games."""
    tables = {
        "markov-game": (new_table("game", "players", "states", "actions"), ("states", "actions")),
        "congestion-game": (new_table("game", "players", "states", "facilities"), ("states", "facilities")),
        "lq-game": (new_table("game", "players", "horizon", "state", "controls"), ("horizon", "dimension", "controls")),
    }
    for entry in entries:
        label = name_text(entry["name"])
        label.append(f"\n{entry['title']}", style="not bold")
        table, keys = tables[entry["kind"]]
        sizes = (_sizes(entry[key]) if isinstance(entry[key], list) else str(entry[key]) for key in keys)
        table.add_row(label, str(entry["players"]), *sizes)
    console = new_console()
    for table, _ in tables.values():
        if table.row_count:
            console.print(table)
    next_command(console, "mpgcert check NAME, or mpgcert games show NAME -o FILE.json")


def check(result: CheckResult) -> None:
    """The assumptions with their verdicts."""
    game = result.game
    console = new_console()
    console.print(plain(f"{game['name']}: {_facts(game)}"))
    table = new_table("verdict", "assumption")
    for entry in result.assumptions:
        text = plain(f"{entry.assumption.title}\n")
        text.append(f"{entry.assumption.id}\n", style="dim")
        text.append(entry.decision.summary)
        table.add_row(verdict_text(entry.decision.verdict), text)
    console.print(table)
    if "potential_class" in result.facts:
        console.print(plain(f"as a one-shot game: {result.facts['potential_class']['summary']}"))
    if game.get("kind") != "step-sizes":
        next_command(console, f"mpgcert bounds {reference(game['name'])}")


def _facts(game: Mapping[str, Any]) -> str:
    if game.get("kind") == "step-sizes":
        return "the sequences of decentralized learning"
    if game.get("kind") == "lq-game":
        return terminal_lq.sizes(game)
    sizes = f"{plural(game['players'], 'player')}, {plural(game['states'], 'state')}, {_sizes(game['actions'])} actions"
    return f"{sizes}, discount {game['discount']}"


def bounds(result: Bounds | LQBounds) -> None:
    """Constants, and the theorems with step sizes and iteration bounds."""
    from mpgcert.claims.lq.bounds import LQBounds

    if isinstance(result, LQBounds):
        terminal_lq.bounds(result)
        return
    console = new_console()
    console.print(plain(f"{result.game}, accuracy epsilon = {exact(result.epsilon)}"))
    constants = new_table("constant", "value", "meaning")
    constants.columns[1].justify = "right"
    for name, value in result.constants.items():
        constants.add_row(name_text(name), plain(quantity(value)), plain(value.meaning))
    console.print(constants)
    theorems = new_table("theorem", "applies", "step size", "log-barrier", "iterations")
    for bound in result.theorems:
        label = name_text(bound.theorem.id)
        label.append(f"\n{bound.theorem.algorithm}", style="dim")
        theorems.add_row(
            label,
            _applies(bound.applies),
            plain(_step(bound)),
            plain("none" if bound.theorem.regularization is None else brief(bound.regularization)),
            plain(count(bound.iterations) + (" if c = 1" if bound.theorem.needs_c and bound.iterations else "")),
        )
    console.print(theorems)
    notes = dict.fromkeys(f"{bound.theorem.id}: {note}" for bound in result.theorems for note in bound.notes)
    for line in notes:
        console.print(plain(f"note: {line}"), style="dim")
    if result.scale != 1:
        console.print(
            plain(
                f"rewards were divided by {brief(result.scale)} for the theorems; values above are for "
                "the game as given"
            ),
            style="dim",
        )
    usable = [b for b in result.theorems if b.step_size is not None and b.applies is not Verdict.VIOLATED]
    if usable:
        first = usable[0]
        next_command(
            console,
            f"mpgcert run {reference(result.game)} --algorithm {first.theorem.algorithm} --steps 1000",
        )


def solve(result: Solutions | LQSolutions) -> None:
    """Equilibria with exact values."""
    from mpgcert.claims.lq.solutions import LQSolutions

    if isinstance(result, LQSolutions):
        terminal_lq.solve(result)
        return
    console = new_console()
    table = new_table("equilibrium", "actions, player by player", "total rewards", "strict")
    for entry in result.equilibria[:_EQUILIBRIA]:
        strict = {True: "yes", False: "no", None: ""}[entry.strict]
        values = ", ".join(brief(value) for value in entry.values)
        table.add_row(plain(entry.kind.replace("-", " ")), plain(_played(entry)), plain(values), plain(strict))
    if result.equilibria:
        console.print(table)
    more = len(result.equilibria) - _EQUILIBRIA
    if more > 0:
        console.print(plain(f"and {more:,} more (--format json lists all)"))
    console.print(plain(f"{result.game}: {result.note}"))
    next_command(console, f"mpgcert report {reference(result.game)} -o report.html")


def run(result: CheckedRun | CheckedLQRun | CheckedDecentralizedRun) -> None:
    """Where a run went, and the statements held against it."""
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.run_checks import CheckedRun

    if isinstance(result, CheckedLQRun):
        terminal_lq.run(result)
        return
    if not isinstance(result, CheckedRun):
        terminal_decentralized.run(result)
        return
    console = new_console()
    trajectory = result.trajectory
    gap = trajectory.nash_gap.max(axis=1)
    source = "" if result.step_size_from == "given" else f" (from {result.step_size_from})"
    barrier = f", log-barrier {brief(result.regularization)}" if result.regularization else ""
    console.print(
        plain(
            f"{trajectory.algorithm} on {trajectory.game_name}, {count(trajectory.n_steps)} iterations, "
            f"step size {brief(result.step_size)}{source}{barrier}"
        )
    )
    course = new_table("iteration", "NE-gap", "gradient", "c", "potential", justify="right")
    last = len(trajectory.steps) - 1
    for k in sorted({0, last // 100, last // 10, last // 2, last}):
        potential = None if trajectory.potential is None else trajectory.potential[k]
        numbers = (gap[k], trajectory.gradient_norm[k], trajectory.c[k].min(), potential)
        course.add_row(count(int(trajectory.steps[k])), *(plain(rounded(value)) for value in numbers))
    console.print(course)
    table = new_table("verdict", "statement", "ratio")
    table.columns[2].justify = "right"
    for entry in result.checks:
        text = plain(f"{entry.claim.title}\n")
        text.append(f"{entry.claim.id}\n", style="dim")
        text.append(_why(entry))
        table.add_row(verdict_text(entry.verdict), text, plain(rounded(entry.ratio)))
    console.print(table)
    if result.horizon is not None:
        from mpgcert.reporting.sections.runs import promise

        console.print(plain(f"{result.horizon.theorem}: {promise(result.horizon)}"))
    least = int(gap.argmin())
    console.print(
        plain(f"least NE-gap {decimal(float(gap[least]))} at iteration {count(int(trajectory.steps[least]))}")
    )
    next_command(console, f"mpgcert report {reference(trajectory.game_name)} -o report.html")


@contextmanager
def progress(enabled: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A function (done, total, what) that shows rate and remaining time on standard error.

    It does nothing unless `enabled` and standard error is a terminal.
    """
    if not (enabled and sys.stderr.isatty()):
        yield lambda done, total, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Iterations per second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed:,.0f}"))
    with Progress(*columns, Rate(), TimeRemainingColumn(), console=Console(stderr=True), transient=True) as display:
        tasks: dict[str, Any] = {}

        def report(done: int, total: int, what: str) -> None:
            if what not in tasks:
                for earlier in tasks.values():
                    display.update(earlier, visible=False)
                tasks[what] = display.add_task(what, total=total)
            display.update(tasks[what], completed=done, total=total, visible=True)

        yield report


def _applies(verdict: Verdict) -> Text:
    from rich.text import Text

    words = {Verdict.HOLDS: "yes", Verdict.VIOLATED: "no"}
    return Text(words.get(verdict, str(verdict)), style=COLOURS[verdict])


def _step(bound: TheoremBound) -> str:
    if bound.step_size is None:
        return "–"
    return ("<= " if bound.theorem.step_rule == "at most" else "") + brief(bound.step_size)


def _why(entry: RunCheck) -> str:
    """Where and how it was decided, or why not."""
    from mpgcert.reporting.sections.runs import in_words, where

    return where(entry) + in_words(entry.note)


def _played(entry: Any) -> str:
    from mpgcert.reporting.sections.policies import play

    parts = entry.policy.probabilities
    shown = ["/".join(play(None, i, part, s) for s in range(min(part.shape[0], 8))) for i, part in enumerate(parts)]
    return "  ".join(shown) + (" …" if parts[0].shape[0] > 8 else "")


def _sizes(sizes: Sequence[int]) -> str:
    """3x2x2, or 3^8 for many players with equally many actions."""
    if len(sizes) > 4 and len(set(sizes)) == 1:
        return f"{sizes[0]}^{len(sizes)}"
    return "x".join(map(str, sizes))
