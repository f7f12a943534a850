"""Tables for a terminal of 80 columns, and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.formatting import brief, count, decimal, exact, plural, quantity, rounded

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.run_checks import CheckedRun, RunCheck
    from mpgcert.claims.solutions import Solutions

__all__ = ["bounds", "check", "games", "progress", "run", "solve"]

_COLOURS = {
    Verdict.HOLDS: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "dim",
}
_WIDTH = 80
_EQUILIBRIA = 20


def games(entries: list[dict[str, Any]]) -> None:
    """The built-in games."""
    table = _table("game", "players", "states", "actions")
    for entry in entries:
        label = _name(entry["name"])
        label.append(f"\n{entry['title']}", style="not bold")
        table.add_row(label, str(entry["players"]), str(entry["states"]), _sizes(entry["actions"]))
    console = _console()
    console.print(table)
    _next(console, "mpgcert check NAME, or mpgcert games show NAME -o FILE.json")


def check(result: CheckResult) -> None:
    """The assumptions with their verdicts."""
    game = result.game
    console = _console()
    sizes = f"{plural(game['players'], 'player')}, {plural(game['states'], 'state')}, {_sizes(game['actions'])} actions"
    console.print(_plain(f"{game['name']}: {sizes}, discount {game['discount']}"))
    table = _table("verdict", "assumption")
    for entry in result.assumptions:
        text = _plain(f"{entry.assumption.title}\n")
        text.append(f"{entry.assumption.id}\n", style="dim")
        text.append(entry.decision.summary)
        table.add_row(_verdict(entry.decision.verdict), text)
    console.print(table)
    _next(console, f"mpgcert bounds {_reference(game['name'])}")


def bounds(result: Bounds) -> None:
    """Constants, and the theorems with step sizes and iteration bounds."""
    console = _console()
    console.print(_plain(f"{result.game}, accuracy epsilon = {exact(result.epsilon)}"))
    constants = _table("constant", "value", "meaning")
    constants.columns[1].justify = "right"
    for name, value in result.constants.items():
        constants.add_row(_name(name), _plain(quantity(value)), _plain(value.meaning))
    console.print(constants)
    theorems = _table("theorem", "applies", "step size", "log-barrier", "iterations")
    for bound in result.theorems:
        label = _name(bound.theorem.id)
        label.append(f"\n{bound.theorem.algorithm}", style="dim")
        theorems.add_row(
            label,
            _applies(bound.applies),
            _plain(_step(bound)),
            _plain("none" if bound.theorem.regularization is None else brief(bound.regularization)),
            _plain(count(bound.iterations) + (" if c = 1" if bound.theorem.needs_c and bound.iterations else "")),
        )
    console.print(theorems)
    notes = dict.fromkeys(f"{bound.theorem.id}: {note}" for bound in result.theorems for note in bound.notes)
    for line in notes:
        console.print(_plain(f"note: {line}"), style="dim")
    if result.scale != 1:
        console.print(
            _plain(
                f"rewards were divided by {brief(result.scale)} for the theorems; values above are for "
                "the game as given"
            ),
            style="dim",
        )
    usable = [b for b in result.theorems if b.step_size is not None and b.applies is not Verdict.VIOLATED]
    if usable:
        first = usable[0]
        _next(
            console,
            f"mpgcert run {_reference(result.game)} --algorithm {first.theorem.algorithm} --steps 1000",
        )


def solve(result: Solutions) -> None:
    """Equilibria with exact values."""
    console = _console()
    table = _table("equilibrium", "actions, player by player", "total rewards", "strict")
    for entry in result.equilibria[:_EQUILIBRIA]:
        strict = {True: "yes", False: "no", None: ""}[entry.strict]
        values = ", ".join(brief(value) for value in entry.values)
        table.add_row(_plain(entry.kind.replace("-", " ")), _plain(_played(entry)), _plain(values), _plain(strict))
    if result.equilibria:
        console.print(table)
    more = len(result.equilibria) - _EQUILIBRIA
    if more > 0:
        console.print(_plain(f"and {more:,} more (--format json lists all)"))
    console.print(_plain(f"{result.game}: {result.note}"))
    _next(console, f"mpgcert report {_reference(result.game)} -o report.html")


def run(result: CheckedRun) -> None:
    """Where a run went, and the statements held against it."""
    console = _console()
    trajectory = result.trajectory
    gap = trajectory.nash_gap.max(axis=1)
    source = "" if result.step_size_from == "given" else f" (from {result.step_size_from})"
    barrier = f", log-barrier {brief(result.regularization)}" if result.regularization else ""
    console.print(
        _plain(
            f"{trajectory.algorithm} on {trajectory.game_name}, {count(trajectory.n_steps)} iterations, "
            f"step size {brief(result.step_size)}{source}{barrier}"
        )
    )
    course = _table("iteration", "NE-gap", "gradient", "c", "potential", justify="right")
    last = len(trajectory.steps) - 1
    for k in sorted({0, last // 100, last // 10, last // 2, last}):
        potential = None if trajectory.potential is None else trajectory.potential[k]
        numbers = (gap[k], trajectory.gradient_norm[k], trajectory.c[k].min(), potential)
        course.add_row(count(int(trajectory.steps[k])), *(_plain(rounded(value)) for value in numbers))
    console.print(course)
    table = _table("verdict", "statement", "ratio")
    table.columns[2].justify = "right"
    for entry in result.checks:
        text = _plain(f"{entry.claim.title}\n")
        text.append(f"{entry.claim.id}\n", style="dim")
        text.append(_why(entry))
        table.add_row(_verdict(entry.verdict), text, _plain(rounded(entry.ratio)))
    console.print(table)
    least = int(gap.argmin())
    console.print(
        _plain(f"least NE-gap {decimal(float(gap[least]))} at iteration {count(int(trajectory.steps[least]))}")
    )
    _next(console, f"mpgcert report {_reference(trajectory.game_name)} -o report.html")


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


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)


def _table(*columns: str, justify: Any = "left") -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, justify=justify, overflow="fold")
    return table


def _plain(value: object) -> Text:
    """Text that is not read as markup."""
    from rich.text import Text

    return Text(str(value))


def _name(value: object) -> Text:
    from rich.text import Text

    return Text(str(value), style="bold")


def _verdict(verdict: Verdict) -> Text:
    from rich.text import Text

    return Text(str(verdict), style=_COLOURS[verdict])


def _applies(verdict: Verdict) -> Text:
    from rich.text import Text

    words = {Verdict.HOLDS: "yes", Verdict.VIOLATED: "no"}
    return Text(words.get(verdict, str(verdict)), style=_COLOURS[verdict])


def _reference(name: str) -> str:
    """How the game is named on the command line, if that can be known: a game from a file has a path."""
    from mpgcert.games.builtin import names

    return name if name.split(":", 1)[0] in names() else "GAME"


def _next(console: Console, command: str) -> None:
    text = _plain("next: ")
    text.append(command)
    console.print(text, style="cyan", soft_wrap=True)


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
