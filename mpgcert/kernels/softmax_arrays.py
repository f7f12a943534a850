"""The arrays that the compiled loops of softmax play share with the Python around them.

Tables over own actions are [S, B], the players' actions side by side (`mpgcert.learn.layout`).  R runs from different
starts advance together, one after the other in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NUMBER_COLUMNS", "PLAYER_COLUMNS", "TOTALS", "OneState", "Play", "Records", "Standing", "States", "Tree"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PLAYER_COLUMNS = (
    "returns",
    "nash_gap",
    "player_gradient_norm",
    "player_regularized_gradient_norm",
    "c",
    "c_lower",
    "c_first",
)
NUMBER_COLUMNS = ("potential", "regularized_potential", "least_visitation")
TOTALS = 8  # running totals: gap, gap^2, least gap, c, c_lower, ascent; largest residual of values, of replies


class Tree(NamedTuple):
    """Players halved again and again: how averages over the others are taken in a few passes over the joint table.

    Slots 0 to B - 1 of a buffer belong to the actions of the players, the following ones to the joint actions of
    each set of players between a single one and all of them.

    Attributes:
        offsets: int64 [n + 1]; player i owns slots offsets[i] to offsets[i + 1] - 1.
        nodes: int64 [n - 1, 6], sets before their halves, all players first: number of joint actions of the left
            and of the right half, first slot of the left half, of the right half, and of the set itself (-1 for all
            players), number of players in the left half.
        paths: int64 [n, depth, 2]: node and side (0 left, 1 right) on the way to each player; -1 at the end.
        slots: how many.
    """

    offsets: Integers
    nodes: Integers
    paths: Integers
    slots: int

    @staticmethod
    def of(n_actions: Sequence[int]) -> Tree:
        """The tree that halves as `mpgcert.learn.averages` does, so that the same number of operations is made."""
        offsets = np.concatenate([[0], np.cumsum(n_actions)]).astype(np.int64)
        nodes: list[list[int]] = []
        paths: list[list[tuple[int, int]]] = [[] for _ in n_actions]
        slots = int(offsets[-1])
        waiting = [(0, len(n_actions), -1)]
        while waiting:
            low, high, own = waiting.pop(0)
            if high - low == 1:
                continue
            middle = low + (high - low) // 2
            row = []
            for start, end in ((low, middle), (middle, high)):
                size = int(np.prod(n_actions[start:end]))
                if end - start == 1:
                    first = int(offsets[start])
                else:
                    first, slots = slots, slots + size
                row.append((size, first))
                waiting.append((start, end, first))
            for player in range(low, high):
                paths[player].append((len(nodes), int(player >= middle)))
            nodes.append([row[0][0], row[1][0], row[0][1], row[1][1], own, middle - low])
        depth = max(map(len, paths)) + 1
        table = np.full((len(n_actions), depth, 2), -1, dtype=np.int64)
        for player, path in enumerate(paths):
            table[player, : len(path)] = np.array(path, dtype=np.int64).reshape(-1, 2)
        return Tree(offsets, np.array(nodes, dtype=np.int64).reshape(-1, 6), table, slots)


class Play(NamedTuple):
    """Step rule and bounds, as in `mpgcert.learn.dynamics.StepRule` and `mpgcert.learn.rounding.RoundingBound`.

    Attributes:
        natural: natural gradient play, else gradient play.
        step_size, regularization: eta, lambda.
        truncation: of the exponent; infinite for none.
        centred: which exponent is cut.
        smallest: least denominator of the log-barrier's term.
        discount, horizon: gamma and 1 / (1 - gamma).
        relative, reward_size, scale, underflow: of the rounding bound.
    """

    natural: bool
    step_size: float
    regularization: float
    truncation: float
    centred: bool
    smallest: float
    discount: float
    horizon: float
    relative: float
    reward_size: float
    scale: float
    underflow: float


class OneState(NamedTuple):
    """A game with one state.

    Attributes:
        tree: how averages are taken.
        tables: stage rewards, [k, N], N joint actions in C order.
        of_player: int64 [n], which of them is r_i.
        potential: which is phi; -1 if none is known.
        common: one that has the averaged advantages of every player, -1 if there is none.
    """

    tree: Tree
    tables: Floats
    of_player: Integers
    potential: int
    common: int


class States(NamedTuple):
    """A game with several states and a dense kernel.

    Attributes:
        tree: how averages are taken.
        table: kernel and stage rewards side by side, [S, N * W]; W may be more than S + k, the rest is 0.
        n_rewards: k.
        columns: W.
        of_player, potential: as above.
        initial: rho, [S].
    """

    tree: Tree
    table: Floats
    n_rewards: int
    columns: int
    of_player: Integers
    potential: int
    initial: Floats


class Standing(NamedTuple):
    """Where R runs stand before iterate t is evaluated: all that is needed to go on.

    Attributes:
        policy, log_policy: pi and log pi of iterate t, [R, S, B].
        replies: best replies to iterate t - 1, int64 [R, n, S].
        totals: over the iterates before, [R, 8] in the order of `mpgcert.learn.iterates.Totals`.
    """

    policy: Floats
    log_policy: Floats
    replies: Integers
    totals: Floats

    def copy(self) -> Standing:
        return Standing._make(np.array(part, order="C") for part in self)


class Records(NamedTuple):
    """K recorded iterates of R runs; what is recorded is what `mpgcert.learn.trajectory` describes.

    Attributes:
        policies: pi and log pi, [R, K, 2, S, B].
        players: see `PLAYER_COLUMNS`, [R, K, n, 7].
        numbers: see `NUMBER_COLUMNS`, and the totals, [R, K, 3 + 8].
    """

    policies: Floats
    players: Floats
    numbers: Floats

    @staticmethod
    def empty(runs: int, count: int, n_states: int, n_players: int, width: int) -> Records:
        """Room for `count` records, B = `width`."""
        return Records(
            np.zeros((runs, count, 2, n_states, width)),
            np.zeros((runs, count, n_players, len(PLAYER_COLUMNS))),
            np.zeros((runs, count, len(NUMBER_COLUMNS) + TOTALS)),
        )
