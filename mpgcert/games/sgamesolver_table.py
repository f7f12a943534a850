"""sgamesolver's tables (`.csv`), a row for each state and joint action; read exactly.

    state, a_ann, a_bob, u_ann, u_bob, phi_calm, phi_wild
    delta,      ,      ,   0.9,   0.9,         ,
    calm ,  wait,  wait,     1,     1,      0.5,      0.5

or, in place of the columns `phi_STATE`, one column `to_state` with cells such as "calm: 0.5, wild: 0.5".

Columns may come in any order, and further ones are ignored.  There is a player for each column `a_PLAYER`, paid by
`u_PLAYER`.  States and actions are numbered as they first occur.  The row `delta` holds the discount factors, in the
columns of payoffs.  `to_state` holds `state: probability, ...`, perhaps in braces, or one state alone, or nothing where
the game ends.  What the numbers mean is said in `mpgcert.games.sgamesolver`.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import parse_number
from mpgcert.errors import InvalidInput, require_memory
from mpgcert.games.encoding import decoded
from mpgcert.games.markov import MarkovGame
from mpgcert.games.sgamesolver import game_of_states

__all__ = ["parse_table"]

_DELTA = "delta"
_BYTES = 150  # of memory for each number of the tensors, until they are packed


class _Row(NamedTuple):
    """A row of the table, and the line where it ends."""

    line: int
    cells: dict[str, str]

    def number(self, column: str) -> Fraction:
        try:
            return parse_number(self.cells[column])
        except ValueError as error:
            raise self.refused(column, str(error), "a number") from None

    def refused(self, column: str, found: str, expected: str) -> InvalidInput:
        return InvalidInput(f"line {self.line}: {found}", field=column, expected=expected)


def parse_table(data: bytes, name: str) -> MarkovGame:
    """The game of a table.

    Args:
        data: the text of the file, in UTF-8, with commas between cells.
        name: name of the game.

    Raises:
        InvalidInput: naming the column and the line, what stands there and what was expected.
        TooLarge: there is not enough memory for the transition probabilities.
    """
    columns, rows = _read(data)
    players = [column.removeprefix("a_") for column in columns if column.startswith("a_")]
    paid = [column.removeprefix("u_") for column in columns if column.startswith("u_")]
    if not players or sorted(players) != sorted(paid):
        found = f"columns a_ for {', '.join(players) or 'nobody'} and u_ for {', '.join(paid) or 'nobody'}"
        raise InvalidInput(found, expected="both for each player")
    deltas = [row for row in rows if row.cells["state"] == _DELTA]
    if len(deltas) != 1:
        raise InvalidInput(f"{len(deltas)} rows with the state {_DELTA}", expected="one, with the discount factors")
    by_state: dict[str, list[_Row]] = {}
    for row in rows:
        if row is not deltas[0]:
            by_state.setdefault(row.cells["state"], []).append(row)
    if not by_state:
        raise InvalidInput("no states", expected="a row for each state and joint action")
    actions = _actions(by_state, players)
    n_joint = math.prod(map(len, next(iter(actions.values()))))
    what = f"a table of {len(by_state)} states and {n_joint} joint actions"
    require_memory(_BYTES * n_joint * len(by_state) ** 2, what)
    successors = _successors(columns, list(by_state))
    tensors = [_tensors(rows, players, actions[state], successors) for state, rows in by_state.items()]
    first, *others = actions.values()
    return game_of_states(
        [payoffs for payoffs, _ in tensors],
        [kernel for _, kernel in tensors],
        [deltas[0].number(f"u_{player}") for player in players],
        name=name,
        states=list(by_state),
        players=players,
        actions=first if all(labels == first for labels in others) else None,
        rounded=True,
    )


def _read(data: bytes) -> tuple[list[str], list[_Row]]:
    """The columns, and the rows that are not empty."""
    text = io.StringIO(decoded(data, "the text of a .csv file"), newline="")
    reader = csv.reader(text, skipinitialspace=True, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise InvalidInput(f"line {reader.line_num}: {error}", expected="comma-separated values") from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    columns = rows[0][1] if rows else []
    if "state" not in columns:
        raise InvalidInput("no column state", expected="a first line with state, a_PLAYER, u_PLAYER, ...")
    repeated = next((column for column in columns if column and columns.count(column) > 1), None)
    if repeated is not None:
        raise InvalidInput(f"{columns.count(repeated)} columns", field=repeated, expected="each column once")
    for line, cells in rows[1:]:
        if len(cells) > len(columns):
            expected = f"at most {len(columns)}; quote a cell that contains commas"
            raise InvalidInput(f"line {line}: {len(cells)} cells", expected=expected)
    padding = [""] * len(columns)
    return columns, [_Row(line, dict(zip(columns, cells + padding))) for line, cells in rows[1:]]


def _actions(by_state: dict[str, list[_Row]], players: list[str]) -> dict[str, list[list[str]]]:
    """Each player's actions in each state: in the first state's order, where they are the same."""
    found: dict[str, list[list[str]]] = {}
    first: list[list[str]] = []
    for state, rows in by_state.items():
        own = [list(dict.fromkeys(row.cells[f"a_{player}"] for row in rows)) for player in players]
        first = first or own
        for player, labels, known in zip(players, own, first):
            if len(labels) != len(known):
                expected = f"{len(known)} as in the first state: a player needs the same number of actions everywhere"
                raise InvalidInput(f"{len(labels)} actions in state {state}", field=f"a_{player}", expected=expected)
        found[state] = [known if set(labels) == set(known) else labels for labels, known in zip(own, first)]
    return found


def _tensors(
    rows: list[_Row], players: list[str], actions: list[list[str]], successors: Callable[[_Row], list[Fraction]]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Payoffs [n, A_1, ..., A_n] and probabilities [A_1, ..., A_n, S] of a state, as Fractions."""
    sizes = tuple(map(len, actions))
    at: dict[tuple[str, ...], _Row] = {}
    for row in rows:
        profile = tuple(row.cells[f"a_{player}"] for player in players)
        if profile in at:
            raise row.refused("state", f"{_named(row, profile)} again", f"once, as in line {at[profile].line}")
        at[profile] = row
    payoffs = np.empty((len(players), *sizes), dtype=object)
    following = []
    for index, profile in zip(np.ndindex(sizes), product(*actions)):
        if profile not in at:
            raise InvalidInput(f"no row for {_named(rows[0], profile)}", expected="one for each joint action")
        payoffs[:, *index] = [at[profile].number(f"u_{player}") for player in players]
        following.append(successors(at[profile]))
    return payoffs, np.array(following, dtype=object).reshape(*sizes, -1)


def _named(row: _Row, profile: tuple[str, ...]) -> str:
    return f"{', '.join(profile)} in state {row.cells['state']}"


def _successors(columns: list[str], states: list[str]) -> Callable[[_Row], list[Fraction]]:
    """What gives the probabilities of all states for a row."""
    given = [column.removeprefix("phi_") for column in columns if column.startswith("phi_")]
    if "to_state" in columns:
        if given:
            raise InvalidInput("given beside phi_ columns", field="to_state", expected="either of them")
        return lambda row: _listed(row, states)
    if sorted(given) != sorted(states):
        unknown = sorted(set(given) ^ set(states))[0]
        found = "no such column" if unknown in states else "no such state"
        raise InvalidInput(found, field=f"phi_{unknown}", expected="a column phi_STATE for each state, or to_state")
    return lambda row: [row.number(f"phi_{state}") for state in states]


def _listed(row: _Row, states: list[str]) -> list[Fraction]:
    """The probabilities of all states in a cell `to_state`."""
    cell = row.cells["to_state"]
    if cell.startswith("{") and cell.endswith("}"):
        cell = cell[1:-1]
    parts = [part.strip() for part in cell.split(",") if part.strip()]
    probabilities = dict.fromkeys(states, Fraction(0))
    for part in parts:
        label, colon, number = part.rpartition(":") if ":" in part or len(parts) > 1 else (part, ":", "1")
        state = label.strip().strip('"').strip()
        if not colon or state not in probabilities:
            raise row.refused("to_state", f"{part!r:.40}", "STATE, or STATE: PROBABILITY, ... with known states")
        try:
            probabilities[state] += parse_number(number)
        except ValueError as error:
            raise row.refused("to_state", str(error), "a probability") from None
    return list(probabilities.values())
