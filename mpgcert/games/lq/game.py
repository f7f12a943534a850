"""N-player linear-quadratic games over a finite horizon with exact data.

The state follows x_{t+1} = A_t x_t + sum_i B_t^i u_t^i + w_t for t = 0, ..., T-1 (hambly2021.eq-2.1), and player i
minimises the expected sum of x_t' Q_t^i x_t + u_t^i' R_t^i u_t^i, with x_T' Q_T^i x_T at the end (eq-2.2, eq-2.3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

from mpgcert.arithmetic import ExactArray
from mpgcert.display import HtmlShown
from mpgcert.games.lq.gains import Gains
from mpgcert.games.lq.initial import InitialState

__all__ = ["LQGame"]


@dataclass(frozen=True, eq=False)
class LQGame(HtmlShown):
    """A linear-quadratic game, held exactly.

    Build one with `LQGame.of`, which reads numbers and validates; the plain constructor trusts.

    Attributes:
        name: short name for reports.
        A: A_t, exact [T, d, d].
        B: B_t^i, one exact [T, d, k_i] for each player.
        Q: Q_t^i, exact [N, T + 1, d, d]; symmetric.
        R: R_t^i, one exact [T, k_i, k_i] for each player; symmetric.
        W: covariance of the noise w_t, exact [d, d]; symmetric, positive semidefinite.
        initial: distribution of x_0.
        start: K^(0), starting gains that belong to the game (an experiment's), or None.
        players: labels.
        notes: facts about the origin (source, experiment's step sizes), shown in reports.
    """

    name: str
    A: ExactArray
    B: tuple[ExactArray, ...]
    Q: ExactArray
    R: tuple[ExactArray, ...]
    W: ExactArray
    initial: InitialState
    start: Gains | None = None
    players: tuple[str, ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(
        *,
        horizon: Any,
        A: Any,
        B: Sequence[Any],
        Q: Sequence[Any],
        R: Sequence[Any],
        W: Any,
        initial: Any,
        policy: Any = None,
        name: str = "lq-game",
        players: Sequence[str] | None = None,
        notes: dict[str, Any] | None = None,
    ) -> LQGame:
        """A validated game from nested lists, numpy arrays or exact arrays; numbers are read exactly.

        Args:
            horizon: T >= 1.
            A: [d][d], or [T][d][d].
            B: [N][d][k_i], or [N][T][d][k_i].
            Q: [N][d][d], or [N][T + 1][d][d]; symmetric.
            R: [N][k_i][k_i], or [N][T][k_i][k_i]; symmetric.
            W: [d][d]; symmetric, positive semidefinite.
            initial: `{"mean": [d], "covariance": [d][d]}`, `{"second_moment": [d][d]}`, or
                `{"points": [m][d], "probabilities": [m]}`; or an InitialState.
            policy: starting gains [N][k_i][d] or [N][T][k_i][d], optional.
            name: short name for reports.
            players: optional labels.
            notes: facts about the origin, shown in reports.

        Raises:
            InvalidInput: naming the matrix, its index and value, and what was expected.

        >>> game = LQGame.of(horizon=2, A=[[1]], B=[[[1]], [[1]]], Q=[[[1]], [[1]]], R=[[[1]], [[1]]],
        ...                  W=[[1]], initial={"second_moment": [[1]]})
        >>> game.n_players, game.dimension, game.control_dimensions
        (2, 1, (1, 1))
        """
        from mpgcert.games.lq.validation import validated

        return validated(
            horizon=horizon,
            A=A,
            B=B,
            Q=Q,
            R=R,
            W=W,
            initial=initial,
            policy=policy,
            name=name,
            players=players,
            notes=notes or {},
        )

    @staticmethod
    def from_state_space(
        system: Any,
        Q: Sequence[Any],
        R: Sequence[Any],
        horizon: Any,
        *,
        initial: Any,
        inputs: Mapping[str, Sequence[int | str]] | Sequence[Sequence[int | str]] | None = None,
        W: Any = None,
        policy: Any = None,
        name: str | None = None,
        players: Sequence[str] | None = None,
        notes: dict[str, Any] | None = None,
    ) -> LQGame:
        """The game of players who share the inputs of a plant in discrete time, such as a `control.StateSpace`.

        Args:
            system: has the attributes A [d][d], B [d][k] and dt (a positive step, or True); outputs are not used.
            Q, R, horizon, initial, policy, notes: as in `of`.
            inputs: for each player the inputs that it controls, by column of B or by the plant's label; a dict names
                the players too.  By default each input has a player of its own.
            W: covariance of noise on the state, [d][d]; none by default.
            name: by default the name of the plant.
            players: labels, by default those of `inputs`.

        Raises:
            InvalidInput: continuous time, an input without a player or with two, or as in `of`.
        """
        from mpgcert.games.lq.state_space import game_on_plant

        return game_on_plant(
            system,
            Q,
            R,
            horizon,
            initial=initial,
            inputs=inputs,
            W=W,
            policy=policy,
            name=name,
            players=players,
            notes=notes,
        )

    @property
    def n_players(self) -> int:
        """N."""
        return len(self.B)

    @property
    def horizon(self) -> int:
        """T."""
        return self.A.shape[0]

    @property
    def dimension(self) -> int:
        """d, of the state."""
        return self.A.shape[-1]

    @property
    def control_dimensions(self) -> tuple[int, ...]:
        """k_1, ..., k_N."""
        return tuple(part.shape[-1] for part in self.B)

    @property
    def control_slices(self) -> tuple[slice, ...]:
        """Where each player's controls are when all are put below each other."""
        ends = accumulate(self.control_dimensions, initial=0)
        return tuple(slice(a, b) for a, b in pairwise(ends))

    def with_start(self, start: Gains | None) -> LQGame:
        """The same game with other starting gains."""
        return replace(self, start=start)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the exact content (not of names, labels, notes or starting gains)."""
        digest = hashlib.sha256()
        initial = self.initial
        optional = (initial.mean, initial.covariance, initial.points, initial.probabilities)
        for array in (self.A, *self.B, self.Q, *self.R, self.W, initial.second_moment, *optional):
            if array is None:
                digest.update(b"|none")
                continue
            numerators = ",".join(f"{k:x}" for k in array.numerator.ravel().tolist())
            digest.update(f"|{list(array.shape)} {array.denominator:x} {numerators}".encode())
        return digest.hexdigest()

    def player_label(self, player: int) -> str:
        return self.players[player] if self.players else str(player + 1)

    def __repr__(self) -> str:
        return (
            f"LQGame({self.name!r}, players={self.n_players}, horizon={self.horizon}, "
            f"dimension={self.dimension}, controls={self.control_dimensions})"
        )
