"""Solutions of the best-response inclusion (maheshwari2023.eq-7, eq-8), piece by piece in closed form.

While the selected replies b stay best replies, each row is b_i(s) + (pi_i(s) - b_i(s)) e^{-gamma_i(s) tau}, with
pi_i(s) the row at the start of the piece: no time stepping, no truncation error.  A piece ends when some b_i(s) stops
being a best reply, that is when max_a Q_i(s, a; pi) - Q_i(s, b_i(s); pi), a smooth function of tau on the piece,
exceeds `tie`.  The first excess is looked for on a grid of 16 points per halving of the fastest row and bisected down
to neighbouring doubles; the next piece starts at the first double with an excess, so the actions that have just
become better are chosen without ambiguity.  An excess that comes and goes between two points of the grid is missed.

With two actions a switch of (i, s) alone does not reverse itself at once: which action is better in s does not depend
on pi_i(s) (V_i(s) is monotone along their mixtures, by the performance difference lemma), but on the other rows,
whose speeds have not changed.  With more actions, or rows that switch together, switches may accumulate; then
`max_pieces` ends the solution early, and `is_complete` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.continuous.inclusion import rates_of_change, select_replies
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.explored import evaluate_explored, exploration_rates

__all__ = ["Flow", "Piece", "best_response_flow"]

Doubles = NDArray[np.float64]
TIE = 1e-12
_POINTS = 16


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of a solution with fixed replies.

    Attributes:
        start: time at which it begins.
        policy: pi_i [S, A_i] there, for each player.
        replies: b_i [S, A_i], towards which the rows move.
    """

    start: float
    policy: list[Doubles]
    replies: list[Doubles]


@dataclass(frozen=True, eq=False)
class Flow:
    """A solution of the best-response inclusion.

    Attributes:
        pieces: in order of time, the first from 0.
        speeds: gamma_i(s), [S, 1] for each player.
        end: time up to which the solution is known.
        is_complete: whether that is the horizon asked for.
    """

    pieces: tuple[Piece, ...]
    speeds: list[Doubles]
    end: float
    is_complete: bool

    @property
    def switches(self) -> tuple[float, ...]:
        """Times at which a reply changes."""
        return tuple(piece.start for piece in self.pieces[1:])

    def policy_at(self, time: float) -> list[Doubles]:
        """pi_i [S, A_i] for each player, at a time in [0, end].

        Raises:
            InvalidInput: another time.
        """
        if not 0 <= time <= self.end:
            raise InvalidInput(f"{time}", field="time", expected=f"a number between 0 and {self.end}")
        index = int(np.searchsorted([piece.start for piece in self.pieces], time, side="right")) - 1
        return _moved(self.pieces[index], self.speeds, time)


def best_response_flow(
    game: MarkovGame,
    start: Policy,
    horizon: float,
    *,
    gamma: Any = 1,
    selection: str = "first",
    exploration: Any = 0,
    tie: float = TIE,
    max_pieces: int = 1000,
) -> Flow:
    """A solution from `start`, in doubles.

    Args:
        game: any tabular game.
        start: pi at time 0.
        horizon: last time; positive.
        gamma: gamma_i(s), one positive number or [n][S] of them.
        selection: rule at ties, one of `SELECTIONS`.
        exploration: theta; 0 for (7) as the paper states it, otherwise with Q^theta in place of Q, which is the mean
            field of the dynamics as the players act (`mpgcert.solvers.explored`).
        tie: actions this close to the maximum remain best replies; half as close, they may be selected as such.
        max_pieces: largest number of pieces.

    Raises:
        InvalidInput: gamma, selection, horizon or tie out of range.
    """
    if not 0 < horizon < np.inf:
        raise InvalidInput(f"{horizon}", field="horizon", expected="a positive number")
    if not 0 <= tie < np.inf:
        raise InvalidInput(f"{tie}", field="tie", expected="a number of at least 0")
    arrays, rates = GameArrays.of(game), exploration_rates(game, exploration)
    policy: list[Doubles] = start.lift(FLOAT)
    speeds = rates_of_change(FLOAT, policy, gamma)
    fastest = max(float(speed.max()) for speed in speeds)

    def estimates(at: list[Doubles]) -> Sequence[Doubles]:
        return evaluate_explored(arrays, at, rates).q

    def has_ended(piece: Piece, time: float) -> bool:
        tables = estimates(_moved(piece, speeds, time))
        return any(
            bool((table.max(axis=1) - (table * reply).sum(axis=1) > tie).any())
            for table, reply in zip(tables, piece.replies)
        )

    pieces: list[Piece] = []
    time = 0.0
    step = float(np.log(2)) / fastest / _POINTS
    while len(pieces) < max_pieces:
        replies = select_replies(FLOAT, estimates(policy), policy, selection, Fraction(tie) / 2)
        piece = Piece(time, policy, replies)
        pieces.append(piece)
        end = _first_excess(piece, has_ended, step, horizon)
        if end is None:
            return Flow(tuple(pieces), speeds, horizon, True)
        time, policy = end, _moved(piece, speeds, end)
    return Flow(tuple(pieces), speeds, time, False)


def _moved(piece: Piece, speeds: list[Doubles], time: float) -> list[Doubles]:
    """The closed form, at an absolute time."""
    elapsed = time - piece.start
    return [b + (p - b) * np.exp(-speed * elapsed) for b, p, speed in zip(piece.replies, piece.policy, speeds)]


def _first_excess(piece: Piece, has_ended: Any, step: float, horizon: float) -> float | None:
    """The first double at which the replies are no longer best, as seen on the grid; None if not before the horizon."""
    last = piece.start
    while last < horizon:
        following = min(last + step, horizon)
        if has_ended(piece, following):
            while (middle := (last + following) / 2) not in (last, following):
                last, following = (last, middle) if has_ended(piece, middle) else (middle, following)
            return following
        last = following
    return None
