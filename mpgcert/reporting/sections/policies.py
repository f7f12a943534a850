"""Policies, potentials and 4-cycles as tables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mpgcert.reporting.blocks import Block, Details, Items, Math, Paragraph, Table, Text
from mpgcert.reporting.formatting import exact
from mpgcert.reporting.values import fraction

if TYPE_CHECKING:
    from mpgcert.arithmetic import ExactArray
    from mpgcert.games import MarkovGame, Policy
    from mpgcert.solvers.potential.cycles import FourCycle

__all__ = ["cycle_blocks", "play", "policy_table", "potential_tables"]

_STATES = 12
_MATRICES = 4
_ENTRIES = 64
_ROWS = 12


def play(game: MarkovGame | None, player: int, part: ExactArray, state: int) -> str:
    """What a policy [S, A_i] does in a state: an action, or actions with their probabilities.

    Actions have the game's labels, or are counted from 1 without a game.
    """
    chances = part[state].fractions()
    labels = [game.action_label(player, a) if game else str(a + 1) for a in range(len(chances))]
    likely = [(label, chance) for label, chance in zip(labels, chances) if chance]
    if len(likely) == 1:
        return likely[0][0]
    return ", ".join(f"{label} with {exact(chance)}" for label, chance in likely)


def policy_table(game: MarkovGame, policy: Policy, caption: str) -> Table:
    """One row per state (of the first few), one column per player."""
    states = range(min(game.n_states, _STATES))
    if game.n_states > _STATES:
        caption += f" (the first {_STATES} of {game.n_states} states)"
    rows = tuple(
        (game.state_label(s), *(play(game, i, part, s) for i, part in enumerate(policy.probabilities))) for s in states
    )
    return Table(caption, ("state", *(f"player {game.player_label(i)}" for i in range(game.n_players))), rows)


def potential_tables(game: MarkovGame, phi: ExactArray) -> tuple[Block, ...]:
    """A stage potential [S, A_1, ..., A_n]: matrices for two players, else a list; nothing when it is large."""
    if phi.size > _ENTRIES:
        return ()
    if game.n_players == 2 and game.n_states <= _MATRICES:
        return tuple(_matrix(game, phi, s) for s in range(game.n_states))
    rows: tuple[tuple[Text, ...], ...] = tuple(
        (
            game.state_label(int(index[0])),
            *(game.action_label(i, int(a)) for i, a in enumerate(index[1:])),
            fraction(phi[tuple(index)]),
        )
        for index in np.ndindex(phi.shape)
    )
    header: tuple[Text, ...] = (
        "state",
        *(f"player {game.player_label(i)}" for i in range(game.n_players)),
        Math(r"\phi(s, a)"),
    )
    table = Table("Stage potential", header, rows, frozenset({len(header) - 1}))
    return (table,) if len(rows) <= _ROWS else (Details(f"The stage potential ({phi.size} numbers)", (table,)),)


def _matrix(game: MarkovGame, phi: ExactArray, state: int) -> Table:
    where = f" in state {game.state_label(state)}" if game.n_states > 1 else ""
    first, second = game.n_actions
    header = ("", *(game.action_label(1, b) for b in range(second)))
    rows = tuple((game.action_label(0, a), *(exact(phi[state, a, b]) for b in range(second))) for a in range(first))
    caption = f"Stage potential{where}: player {game.player_label(0)} down, player {game.player_label(1)} across"
    return Table(caption, header, rows, frozenset(range(1, second + 1)), ordered=True)


def cycle_blocks(game: MarkovGame, cycle: FourCycle) -> tuple[Block, ...]:
    """A failing 4-cycle worked out, so that it can be followed by hand."""
    from mpgcert.arithmetic import EXACT
    from mpgcert.solvers.arrays import GameArrays
    from mpgcert.solvers.potential.cycles import policy_values

    arrays = GameArrays.of(game, EXACT)
    rewards = arrays.rewards[list(cycle.players)]
    values: dict[tuple[bool, bool], list[Fraction]] = {}
    for corner in ((False, False), (True, False), (True, True), (False, True)):
        found = policy_values(arrays, cycle.profile(*corner).lift(EXACT), rewards)[:, cycle.state]
        values[corner] = [EXACT.enclosure(value)[0] for value in found]
    return (
        Paragraph(_introduction(game, cycle)),
        policy_table(game, cycle.policy, "The policies to begin with"),
        Items(tuple(_deviation(game, cycle, k) for k in (1, 0))),
        _walk(game, cycle, values),
        Paragraph(
            "A potential would change by the same amounts, and its changes around a cycle add up to 0. "
            "These do not, so there is no potential."
        ),
    )


def _introduction(game: MarkovGame, cycle: FourCycle) -> Text:
    j, i = (game.player_label(k) for k in cycle.players)
    return (
        f"Players {i} and {j} change their policies in turn, there and back. Each time, the value of the one who "
        f"changes is compared, from state {game.state_label(cycle.state)}; all numbers are exact."
    )


def _deviation(game: MarkovGame, cycle: FourCycle, which: int) -> str:
    player, part, states = cycle.players[which], cycle.deviations[which], cycle.changed_states[which]
    changes = [
        f"{play(game, player, part, s)}" + (f" in state {game.state_label(s)}" if game.n_states > 1 else "")
        for s in states[:_STATES]
    ]
    more = f" (and in {len(states) - _STATES} more states)" if len(states) > _STATES else ""
    return f"Player {game.player_label(player)} changes to: {'; '.join(changes)}{more}."


def _walk(game: MarkovGame, cycle: FourCycle, values: dict[tuple[bool, bool], list[Fraction]]) -> Table:
    # the second player moves first, so that the sum is the cycle's value with its sign
    corners = [(False, False), (False, True), (True, True), (True, False), (False, False)]
    rows: list[tuple[Text, ...]] = []
    changes: list[Fraction] = []
    for number, (before, after) in enumerate(pairwise(corners)):
        mover = 1 - number % 2
        label = game.player_label(cycle.players[mover])
        move = f"{number + 1}. player {label} " + ("changes" if after[mover] else "changes back")
        old, new = values[before][mover], values[after][mover]
        changes.append(new - old)
        rows.append((move, exact(old), exact(new), exact(new - old)))
    rows.append(("sum around the cycle", "", "", exact(sum(changes, Fraction(0)))))
    return Table(
        "The 4-cycle: the value of the player who moves",
        ("move", "before", "after", "change"),
        tuple(rows),
        frozenset({1, 2, 3}),
        ordered=True,
    )


def joint_action(game: MarkovGame, actions: Sequence[int]) -> str:
    """Labels of a joint action."""
    return "(" + ", ".join(game.action_label(i, a) for i, a in enumerate(actions)) + ")"
