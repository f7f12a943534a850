"""Tables of what is known about a tabular game: assumptions, constants, theorems, equilibria; and the list of games."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Code, Math, Word
from mpgcert.reporting.formatting import exact, plural
from mpgcert.reporting.letters import symbol
from mpgcert.reporting.tables.sheet import Cell, Column, Sheet, Surface, Worded

if TYPE_CHECKING:
    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.check import AssumptionCheck, CheckResult
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.solutions import Equilibrium, Solutions
    from mpgcert.games import MarkovGame

__all__ = ["assumptions", "bounds", "check", "constants", "game_facts", "games", "sizes_text", "solve"]

_EQUILIBRIA = 20
_SHOWN_STATES = 8


def games(entries: Sequence[dict[str, Any]]) -> Sheet:
    """The built-in games."""
    columns = (
        Column("name", "game", style="bold"),
        Column("title", "title", under="name"),
        Column("kind", "kind", Surface.DATA),
        Column("source", "source", Surface.DATA),
        Column("players", "players", right=True),
        Column("size", "size", Surface.PRINT),
        *(Column(key, key, Surface.DATA) for key in _SIZES),
    )
    rows = [
        (
            Code(entry["name"]),
            entry["title"],
            entry["kind"],
            entry["source"],
            entry["players"],
            _size(entry),
            *(_listed(entry.get(key)) for key in _SIZES),
        )
        for entry in entries
    ]
    return Sheet("games", "The built-in games", columns, tuple(rows))


_SIZES = ("states", "actions", "facilities", "horizon", "dimension", "controls")


def _listed(value: Any) -> Cell:
    return tuple(value) if isinstance(value, list) else value


def _size(entry: dict[str, Any]) -> str:
    if entry["kind"] == "lq-game":
        controls = "+".join(map(str, entry["controls"]))
        return f"horizon {entry['horizon']}, state {entry['dimension']}, controls {controls}"
    states = plural(entry["states"], "state")
    if entry["kind"] == "congestion-game":
        return f"{states}, {entry['facilities']} facilities"
    return f"{states}, {sizes_text(entry['actions'])} actions"


def sizes_text(sizes: Sequence[int]) -> str:
    """3x2x2, or 3^8 for many players with equally many actions."""
    if len(sizes) > 4 and len(set(sizes)) == 1:
        return f"{sizes[0]}^{len(sizes)}"
    return "x".join(map(str, sizes))


def game_facts(game: Any) -> str:
    """The sizes of a checked game in a few words."""
    if game.get("kind") == "step-sizes":
        return "the sequences of decentralized learning"
    if game.get("kind") == "lq-game":
        controls = " + ".join(map(str, game["controls"]))
        return f"{game['players']} players, horizon {game['horizon']}, state {game['dimension']}, controls {controls}"
    sizes = f"{plural(game['players'], 'player')}, {plural(game['states'], 'state')}"
    return f"{sizes}, {sizes_text(game['actions'])} actions, discount {game['discount']}"


def check(result: CheckResult) -> list[Sheet]:
    """The assumptions with their verdicts."""
    return [assumptions("assumptions", f"Assumptions for {result.game['name']}", result.assumptions)]


def assumptions(name: str, caption: str, entries: Sequence[AssumptionCheck], heading: str = "assumption") -> Sheet:
    """Assumptions, or clauses of one, with their verdicts."""
    columns = (
        Column("verdict", "verdict"),
        Column("title", heading),
        Column("id", "source", under="title", style="dim"),
        Column("summary", "found", under="title", prose=True),
        Column("statement", "statement", Surface.DATA),
    )
    rows = (
        (
            Word(entry.decision.verdict),
            entry.assumption.title,
            Code(entry.assumption.id),
            entry.decision.summary,
            entry.assumption.statement,
        )
        for entry in entries
    )
    return Sheet(name, caption, columns, tuple(rows))


def bounds(result: Bounds) -> list[Sheet]:
    """The theorems with step sizes and iteration bounds, and the constants."""
    columns = (
        Column("id", "theorem", style="bold"),
        Column("algorithm", "algorithm", under="id", style="dim"),
        Column("applies", "applies"),
        Column("step_size", "step size"),
        Column("step_rule", "rule", Surface.DATA),
        Column("step_size_formula", "formula", Surface.CSV | Surface.LATEX),
        Column("regularization", "log-barrier"),
        Column("iterations", "iterations", right=True),
        Column("iterations_assume", "iterations assume", Surface.DATA),
        Column("guarantee", "guarantee", Surface.DATA),
    )
    caption = f"Theorems for {result.game}, accuracy {exact(result.epsilon)}"
    theorems = Sheet("theorems", caption, columns, tuple(map(_theorem, result.theorems)))
    return [theorems, constants(result)]


def _theorem(bound: TheoremBound) -> tuple[Cell, ...]:
    from mpgcert.claims.formula import latex

    theorem = bound.theorem
    if_one = "if c = 1" if theorem.needs_c and bound.iterations else ""
    applies = {Verdict.HOLDS: "yes", Verdict.VIOLATED: "no"}
    return (
        Code(theorem.id),
        theorem.algorithm,
        Word(bound.applies, label=applies.get(bound.applies, "")),
        Worded(bound.step_size, "<=" if theorem.step_rule == "at most" and bound.step_size is not None else ""),
        theorem.step_rule,
        Math(latex(theorem.step_size)),
        "none" if theorem.regularization is None else bound.regularization,
        Worded(bound.iterations, after=if_one),
        if_one.removeprefix("if "),
        theorem.guarantee,
    )


def constants(result: Bounds | LQBounds) -> Sheet:
    """Every constant with its value and meaning."""
    columns = (
        Column("name", "constant", Surface.TERMINAL | Surface.CSV, style="bold"),
        Column("symbol", "constant", Surface.LATEX),
        Column("value", "value", right=True, enclosed=True),
        Column("meaning", "meaning", prose=True),
    )
    values = dict(result.constants)
    for i, cost in enumerate(getattr(result, "nash_cost", ())):
        values[f"nash_cost[{i}]"] = cost
    rows = []
    for name, value in values.items():
        written = symbol(name)
        rows.append((Code(name), Code(name) if written is None else Math(written), value, value.meaning))
    return Sheet("constants", f"Constants of {result.game}", columns, tuple(rows))


def solve(result: Solutions) -> list[Sheet]:
    """Equilibria with exact values."""
    states = " (state/state)" if result.of is not None and result.of.n_states > 1 else ""
    columns = (
        Column("kind", "equilibrium"),
        Column("actions", f"actions, player by player{states}", Surface.PRINT, prose=True),
        Column("policy", "policy", Surface.DATA),
        Column("values", "total rewards"),
        Column("nash_gap", "NE-gap", Surface.DATA),
        Column("strict", "strict"),
    )
    rows = tuple(_equilibrium(entry, result.of) for entry in result.equilibria)
    excerpt = tuple(range(min(len(rows), _EQUILIBRIA)))
    return [Sheet("equilibria", f"Equilibria of {result.game}", columns, rows, excerpt)]


def _equilibrium(entry: Equilibrium, game: MarkovGame | None) -> tuple[Cell, ...]:
    import json

    return (
        entry.kind.replace("-", " "),
        _played(entry, game),
        json.dumps(entry.policy.to_nested(), default=str),
        tuple(entry.values),
        entry.nash_gap,
        "" if entry.strict is None else entry.strict,
    )


def _played(entry: Equilibrium, game: MarkovGame | None) -> str:
    from mpgcert.reporting.sections.policies import play

    parts = entry.policy.probabilities
    states = parts[0].shape[0]
    shown = [
        "/".join(play(game, i, part, s) for s in range(min(states, _SHOWN_STATES))) for i, part in enumerate(parts)
    ]
    return "  ".join(shown) + (" …" if states > _SHOWN_STATES else "")
