"""Find a failing 4-cycle in a game that has no potential, and make it as simple as it gets.

Policies with random small integer weights are drawn until a pair of players has a cycle whose value is not 0
modulo a prime (this proves that it is not 0 over the rationals).  Since the value is a rational function of the
policies, not identically 0 for some pair, it vanishes on a share of at most degree / K of the draws with weights
up to K: doubling K ends the search.  Greedy edits then simplify the cycle, each kept only if the value stays
non-zero: pi' equal to pi in all but a few states, rows deterministic, the others always at their first action.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

from mpgcert.games import MarkovGame
from mpgcert.solvers.potential.cycles import FourCycle
from mpgcert.solvers.potential.identity import draw_arrays
from mpgcert.solvers.potential.profiles import CornerSystems, Draft, Row

__all__ = ["find_cycle"]

Edit = tuple[int, Callable[[Draft], Draft]]
"""The state that an edit touches, and the edit."""


def find_cycle(game: MarkovGame, generator: random.Random) -> FourCycle:
    """A failing 4-cycle of a game that is not a potential game (on others the search would not end)."""
    systems = _first_cycle(game, generator)
    size = -1
    while size != (size := _complexity(systems.draft)):
        systems = _simplified(systems)
    return systems.draft.cycle().at_best_state(game)


def _first_cycle(game: MarkovGame, generator: random.Random) -> CornerSystems:
    largest = 4
    while True:
        arrays = draw_arrays(game, generator)
        base, other = (_draw(game, generator, largest) for _ in range(2))
        for players in combinations(range(game.n_players), 2):
            i, j = players
            draft = Draft(players, base, (dict(enumerate(other[i])), dict(enumerate(other[j]))))
            systems = CornerSystems(arrays, draft)
            if systems.is_nonzero():
                return systems
        largest *= 2


def _draw(game: MarkovGame, generator: random.Random, largest: int) -> tuple[tuple[Row, ...], ...]:
    return tuple(
        tuple(tuple(generator.randint(1, largest) for _ in range(count)) for _ in range(game.n_states))
        for count in game.n_actions
    )


def _complexity(draft: Draft) -> int:
    """Deviating states and probabilities to write down; every simplification lowers it."""
    rows = [row for part in draft.base for row in part] + [row for part in draft.deviations for row in part.values()]
    return sum(map(len, draft.deviations)) + sum(_cost(row) for row in rows)


def _cost(row: Row) -> int:
    return 0 if row[0] and not any(row[1:]) else sum(row) + 1


def _simplified(systems: CornerSystems) -> CornerSystems:
    for side in (0, 1):
        systems = _apply(systems, [_same(side, s) for s in systems.draft.deviations[side]])
    simpler = [_simple_rows(count) for count in systems.arrays.n_actions]
    for rank in range(max(map(len, simpler))):
        for player in _by_importance(systems.draft):
            if rank < len(simpler[player]):
                systems = _apply(systems, _row_edits(systems.draft, player, simpler[player][rank]))
    return systems


def _simple_rows(count: int) -> list[Row]:
    """Every action for sure, then (of few actions) every two with equal weight, then all with equal weight."""
    supports = [{a} for a in range(count)]
    if count <= 5:
        supports += [{a, b} for a, b in combinations(range(count), 2)]
    return [tuple(int(a in support) for a in range(count)) for support in [*supports, set(range(count))]]


def _by_importance(draft: Draft) -> list[int]:
    """The players who do not deviate first: their rows are to become the first action."""
    return sorted(range(len(draft.base)), key=lambda k: (k in draft.players, k))


def _same(side: int, state: int) -> Edit:
    """pi' becomes pi in a state."""

    def edit(draft: Draft) -> Draft:
        changed = list(draft.deviations)
        changed[side] = {s: row for s, row in changed[side].items() if s != state}
        return replace(draft, deviations=(changed[0], changed[1]))

    return state, edit


def _row_edits(draft: Draft, player: int, simple: Row) -> list[Edit]:
    """Put the row `simple` wherever the player's row costs more."""
    edits = [_base(player, s, simple) for s, row in enumerate(draft.base[player]) if _cost(simple) < _cost(row)]
    if player in draft.players:
        side = draft.players.index(player)
        rows = draft.deviations[side]
        edits += [_deviation(side, s, simple) for s, row in rows.items() if _cost(simple) < _cost(row)]
    return edits


def _base(player: int, state: int, row: Row) -> Edit:
    def edit(draft: Draft) -> Draft:
        rows = draft.base[player]
        changed = (*rows[:state], row, *rows[state + 1 :])
        return replace(draft, base=(*draft.base[:player], changed, *draft.base[player + 1 :]))

    return state, edit


def _deviation(side: int, state: int, row: Row) -> Edit:
    def edit(draft: Draft) -> Draft:
        changed = [dict(rows) for rows in draft.deviations]
        changed[side][state] = row
        return replace(draft, deviations=(changed[0], changed[1]))

    return state, edit


def _apply(systems: CornerSystems, edits: list[Edit]) -> CornerSystems:
    """Apply as many edits as the value allows: all at once, else each half in turn."""
    if not edits:
        return systems
    draft = systems.draft
    for _, edit in edits:
        draft = edit(draft)
    changed = systems.changed(draft, sorted({state for state, _ in edits}))
    if changed.is_nonzero():
        return changed
    if len(edits) == 1:
        return systems
    middle = len(edits) // 2
    return _apply(_apply(systems, edits[:middle]), edits[middle:])
