"""Equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import Block, Inline, Paragraph, Section, Table, Text
from mpgcert.reporting.sections.policies import play
from mpgcert.reporting.values import fraction

if TYPE_CHECKING:
    from mpgcert.claims.solutions import Equilibrium, Solutions
    from mpgcert.games import MarkovGame

__all__ = ["equilibria_table", "section"]

_SHOWN = 40
_STATES = 6


def section(result: Solutions, game: MarkovGame) -> Section:
    """The equilibria found, and what was searched."""
    blocks: list[Block] = [Paragraph(_searched(result))]
    if result.equilibria:
        blocks.append(equilibria_table(result, game))
    return Section("equilibria", "Equilibria", tuple(blocks))


def _searched(result: Solutions) -> str:
    note = result.note[:1].upper() + result.note[1:] + ("" if result.note.endswith(".") else ".")
    return f"{note} The NE-gap of each is exactly 0." if result.equilibria else note


def equilibria_table(result: Solutions, game: MarkovGame | None = None) -> Table:
    """One row per equilibrium: what is played, and what the players get."""
    game = game or result.of
    shown = result.equilibria[:_SHOWN]
    n_players = len(shown[0].values) if shown else 0
    names = [game.player_label(i) if game else str(i + 1) for i in range(n_players)]
    rows = tuple(
        (
            entry.kind.replace("-", " "),
            *(_played(entry, player, game) for player in range(n_players)),
            _values(entry, number),
            {True: "yes", False: "no", None: "–"}[entry.strict],
        )
        for number, entry in enumerate(shown)
    )
    caption = "Exact stationary equilibria"
    if len(result.equilibria) > _SHOWN:
        caption += f", the first {_SHOWN} of {len(result.equilibria):,}"
    header: tuple[Text, ...] = ("kind", *(f"player {name}" for name in names), "total rewards", "strict")
    return Table(caption, header, rows)


def _values(entry: Equilibrium, number: int) -> Text:
    """What each player gets."""
    record, proof = f"solve.equilibria[{number}].values_exact", f"nash-gap.{entry.kind}.{number}"
    found: list[Inline] = []
    for i, value in enumerate(entry.values):
        found += [fraction(value, "", f"{record}[{i}]", proof), ", "]
    return tuple(found[:-1])


def _played(entry: Equilibrium, player: int, game: MarkovGame | None) -> str:
    part = entry.policy.probabilities[player]
    n_states = part.shape[0]
    plays = [play(game, player, part, s) for s in range(min(n_states, _STATES))]
    if n_states == 1:
        return plays[0]
    labelled = [f"{game.state_label(s) if game else s}: {text}" for s, text in enumerate(plays)]
    return "; ".join(labelled) + (f"; … ({n_states} states)" if n_states > _STATES else "")
