"""Potentials of the one-shot game played in a state: exact, weighted, ordinal, generalised ordinal.

The stage game of state s has payoffs u_i(a) = r_i(s, a).  phi is

* an exact potential if unilateral changes move u_i and phi by the same amount;
* a weighted potential if u_i moves by w_i times as much as phi, for some w_i > 0.  With
  D u(a_i, a_j) = u(a_i, a_j) - u(0, a_j) - u(a_i, 0) + u(0, 0), the others fixed, that is possible if and only if
  D u_i / w_i = D u_j / w_j for all pairs of players and all actions: then u_i / w_i is an exact potential game
  (Monderer and Shapley 1996, theorem 2.8).  So every pair with non-zero D fixes the ratio w_i / w_j, and the
  ratios must be positive and agree around every cycle of players;
* an ordinal potential if u_i and phi always move in the same direction: there is one if and only if no cycle of
  unilateral changes that hurt nobody who moves has a strict improvement (Voorneveld and Norde 1997);
* a generalised ordinal potential if u_i up implies phi up: if and only if no cycle of strict improvements exists
  (Monderer and Shapley 1996, lemma 2.5).

Every game potential in the sense of an earlier line is one in the sense of the later lines.  Note that a Markov game
all of whose stage games have potentials need not be a Markov potential game.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import CountGame, MarkovGame
from mpgcert.solvers.potential.improvement import Path, ordinal_potential

__all__ = ["Square", "StageGame", "StageVerdict", "classify", "classify_stage", "classify_stages"]

Array = NDArray[Any]

_KINDS = ("exact", "weighted", "ordinal", "generalised_ordinal")


@dataclass(frozen=True)
class Square:
    """Players i < j move between two actions each, the others stay.

    Attributes:
        players: (i, j).
        corner: joint action (everybody's), the start.
        moved: the other action of i and of j.
        differences: D u_i and D u_j: u at both moved - i moved - j moved + u at the corner.
    """

    players: tuple[int, int]
    corner: Path
    moved: tuple[int, int]
    differences: tuple[Fraction, Fraction]


@dataclass(frozen=True)
class StageVerdict:
    """Whether a potential of one kind exists.

    Attributes:
        verdict: `holds` or `violated`.
        potential: phi, exact [A_1, ..., A_n] (integers for the ordinal kinds).
        weights: w_i of a weighted potential; players whose ratio is not determined get 1.
        squares: what rules out an exact or weighted potential: one square with differences that do not agree (or
            cannot, for any positive weights), or several whose ratios contradict each other.
        cycle: what rules out an ordinal kind: joint actions, each reached from the one before by one player who
            does not lose (who gains, for the generalised kind), the first change and the way back included.
    """

    verdict: Literal["holds", "violated"]
    potential: ExactArray | None = None
    weights: tuple[Fraction, ...] | None = None
    squares: tuple[Square, ...] = ()
    cycle: tuple[Path, ...] = ()

    @property
    def holds(self) -> bool:
        return self.verdict == "holds"


@dataclass(frozen=True, repr=False)
class StageGame:
    """The four verdicts on the stage game of a state."""

    state: int
    exact: StageVerdict
    weighted: StageVerdict
    ordinal: StageVerdict
    generalised_ordinal: StageVerdict

    @property
    def kind(self) -> str:
        """The strongest that holds: exact, weighted, ordinal, generalised-ordinal or none."""
        for name in _KINDS:
            if getattr(self, name).holds:
                return name.replace("_", "-")
        return "none"

    def verify(self, game: MarkovGame) -> bool:
        """Check the evidence of all four verdicts from their definitions."""
        from mpgcert.solvers.potential.stage_evidence import is_evidence

        payoffs = game.rewards[:, self.state]
        return all(is_evidence(kind, getattr(self, kind), payoffs) for kind in _KINDS)

    def to_dict(self) -> dict[str, Any]:
        """The kind, a sentence, and each verdict with its evidence, as JSON values; players and actions from 0."""
        from mpgcert.solvers.potential.stage_evidence import evidence_of

        return {"kind": self.kind, "summary": str(self)} | {kind: evidence_of(getattr(self, kind)) for kind in _KINDS}

    def __repr__(self) -> str:
        return f"<StageGame: {self}>"

    def __str__(self) -> str:
        from mpgcert.solvers.potential.stage_evidence import in_words

        return in_words(self)


def classify(game: MarkovGame | CountGame) -> StageGame:
    """Which kinds of potential a one-shot game has, decided exactly: a game with one state, whatever its discount.

    Raises:
        InvalidInput: the game has several states; `classify_stages` classifies the stage game of each.
        TooLarge: the graph of unilateral changes has too many edges.

    >>> battle = MarkovGame.of(rewards=[[[[3, 0], [0, 2]]], [[[2, 0], [0, 2]]]])
    >>> classify(battle).kind, classify(battle).weighted.weights
    ('weighted', (Fraction(1, 1), Fraction(4, 5)))
    """
    if game.n_states != 1:
        expected = "a one-shot game; classify_stages gives the stage games, find_potential decides the Markov game"
        raise InvalidInput(f"{game.n_states} states", field="game", expected=expected)
    return classify_stage(game.to_markov() if isinstance(game, CountGame) else game, 0)


def classify_stages(game: MarkovGame) -> list[StageGame]:
    """The stage game of every state."""
    return [classify_stage(game, s) for s in range(game.n_states)]


def classify_stage(game: MarkovGame, state: int) -> StageGame:
    """All four kinds of potential for the stage game of one state, decided exactly.

    Raises:
        TooLarge: the graph of unilateral changes has too many edges.
    """
    payoffs, denominator = game.rewards.numerator[:, state].astype(object), game.rewards.denominator
    ordinal, cycle = ordinal_potential(payoffs, strict=False)
    generalised, strict_cycle = (ordinal, ()) if ordinal is not None else ordinal_potential(payoffs, strict=True)
    return StageGame(
        state,
        _exact(payoffs, denominator),
        _weighted(payoffs, denominator),
        _ordinal_verdict(ordinal, cycle),
        _ordinal_verdict(generalised, strict_cycle),
    )


def _ordinal_verdict(levels: NDArray[np.int64] | None, cycle: tuple[Path, ...]) -> StageVerdict:
    if levels is None:
        return StageVerdict("violated", cycle=cycle)
    return StageVerdict("holds", ExactArray.of_integers(levels))


def _exact(payoffs: Array, denominator: int) -> StageVerdict:
    phi = _walk(payoffs)
    if _is_potential(payoffs, phi):
        return StageVerdict("holds", ExactArray.of_integers(phi, denominator))
    for i, j in combinations(range(len(payoffs)), 2):
        first, second = _mixed(payoffs[i], i, j), _mixed(payoffs[j], i, j)
        gap = abs(first - second).ravel()
        if gap.any():
            return StageVerdict("violated", squares=(_square(int(gap.argmax()), (i, j), first, second, denominator),))
    raise AssertionError("without a failing square there is a potential")


def _weighted(payoffs: Array, denominator: int) -> StageVerdict:
    ratios: dict[tuple[int, int], tuple[Fraction, Square]] = {}
    for i, j in combinations(range(len(payoffs)), 2):
        first, second = _mixed(payoffs[i], i, j), _mixed(payoffs[j], i, j)
        a, b = first.ravel(), second.ravel()
        unmatched = np.flatnonzero(np.sign(a) != np.sign(b))
        if len(unmatched):
            square = _square(int(unmatched[0]), (i, j), first, second, denominator)
            return StageVerdict("violated", squares=(square,))
        if a.any():
            k = int(abs(a).argmax())
            square = _square(k, (i, j), first, second, denominator)
            unequal = np.flatnonzero(a * b[k] != b * a[k])
            if len(unequal):
                other = _square(int(unequal[0]), (i, j), first, second, denominator)
                return StageVerdict("violated", squares=(square, other))
            ratios[i, j] = Fraction(a[k], b[k]), square
    weights, contradiction = _consistent_weights(len(payoffs), ratios)
    if contradiction:
        return StageVerdict("violated", squares=contradiction)
    scaled = [u * (1 / w) for u, w in zip(payoffs, weights)]
    phi = ExactArray.of_fractions(_walk(np.array(scaled, dtype=object)) * Fraction(1, denominator))
    return StageVerdict("holds", phi, weights=tuple(weights))


def _consistent_weights(
    count: int, ratios: dict[tuple[int, int], tuple[Fraction, Square]]
) -> tuple[list[Fraction], tuple[Square, ...]]:
    """Weights with w_i / w_j as given, or the squares along a cycle of players that contradicts itself."""
    weights: list[Fraction | None] = [None] * count
    route: list[tuple[Square, ...]] = [()] * count  # squares from the first player of the component
    for root in range(count):
        if weights[root] is not None:
            continue
        weights[root], queue = Fraction(1), [root]
        for k in queue:
            for (i, j), (ratio, square) in ratios.items():
                if k not in (i, j):
                    continue
                other, implied = (j, _known(weights[k]) / ratio) if k == i else (i, _known(weights[k]) * ratio)
                if weights[other] is None:
                    weights[other], route[other] = implied, (*route[k], square)
                    queue.append(other)
                elif weights[other] != implied:
                    shared = set(route[k]) & set(route[other])
                    around = [s for s in (*route[k], square, *route[other]) if s not in shared]
                    return [], tuple(around)
    return [_known(w) for w in weights], ()


def _known(weight: Fraction | None) -> Fraction:
    assert weight is not None
    return weight


def _walk(payoffs: Array) -> Array:
    """The exact potential with value u_1 at the first joint action, if there is one."""
    phi = np.zeros_like(payoffs[0])
    known: list[slice] = [slice(0, 1)] * (payoffs.ndim - 1)
    phi[*known] = payoffs[0][*known]
    for i, u in enumerate(payoffs):
        gap = u[*known] - phi[*known]
        known[i] = slice(None)
        phi[*known] = u[*known] - gap
    return phi


def _is_potential(payoffs: Array, phi: Array) -> bool:
    gaps = (np.moveaxis(u - phi, i, 0) for i, u in enumerate(payoffs))
    return all(bool((gap == gap[:1]).all()) for gap in gaps)


def _mixed(u: Array, i: int, j: int) -> Array:
    """D u against the first actions of players i and j, [A_1, ..., A_n]."""
    rise = u - np.take(u, [0], axis=i)
    return rise - np.take(rise, [0], axis=j)


def _square(position: int, players: tuple[int, int], first: Array, second: Array, denominator: int) -> Square:
    index = [int(a) for a in np.unravel_index(position, first.shape)]
    i, j = players
    moved = index[i], index[j]
    values = tuple(Fraction(int(d[tuple(index)]), denominator) for d in (first, second))
    index[i] = index[j] = 0
    return Square(players, tuple(index), moved, (values[0], values[1]))
