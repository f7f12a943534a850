"""The file format of linear-quadratic games, kind `lq-game`; numbers are read exactly, as everywhere.

* `horizon`: T.
* `A` [d][d] or [T][d][d]; `B` [N][d][k_i] or [N][T][d][k_i]; `Q` [N][d][d] or [N][T + 1][d][d]; `R` [N][k_i][k_i] or
  [N][T][k_i][k_i]: a matrix that does not change with time may be written once, for each player apart.  Q and R are
  symmetric.
* `W` [d][d]: covariance of the noise.
* `initial`: the state x_0: `{"mean": [d], "covariance": [d][d]}` of a Gaussian, `{"points": [m][d], "probabilities":
  [m]}`, or `{"second_moment": [d][d]}` alone.
* Optional: `policy`, starting gains [N][k_i][d] or [N][T][k_i][d]; `name`; `players` (labels); `notes` (an object,
  carried along), where `experiment` holds parameters of a published run: `step_size`, `steps`, and such as
  `smoothing` and `trajectories` of a run with unknown parameters, or the `radius` of starting gains around the
  equilibrium.
"""

from __future__ import annotations

from typing import Any

from mpgcert.games.keys import notes_of, plain
from mpgcert.games.lq.game import LQGame
from mpgcert.games.lq.initial import InitialState
from mpgcert.games.lq.stages import common_stage

__all__ = ["initial_parts", "lq_game_of", "lq_to_document"]

_DATA = ("horizon", "A", "B", "Q", "R", "W", "initial", "policy", "players")


def lq_game_of(document: dict[str, Any], default_name: str) -> LQGame:
    """The game that a document with the keys of kind `lq-game` describes.

    Args:
        document: a mapping from keys of the format to nested lists, arrays or exact arrays.
        default_name: name of the game if the document has none.

    Raises:
        InvalidInput: naming the key, the index inside it, the value and what was expected.
        TooLarge: the horizon asks for too many matrices.
    """
    data: dict[str, Any] = {key: document.get(key) for key in _DATA}
    return LQGame.of(
        **data,
        name=document.get("name", default_name),
        notes=notes_of(document),
    )


def initial_parts(initial: InitialState) -> dict[str, Any]:
    """The exact arrays that determine x_0, by their keys in a document."""
    if initial.mean is not None and initial.covariance is not None:
        return {"mean": initial.mean, "covariance": initial.covariance}
    if initial.points is not None and initial.probabilities is not None:
        return {"points": initial.points, "probabilities": initial.probabilities}
    return {"second_moment": initial.second_moment}


def lq_to_document(game: LQGame) -> dict[str, Any]:
    """The JSON form of a game; a matrix that does not change with time is written once."""
    document: dict[str, Any] = {"kind": "lq-game", "name": game.name}
    if game.players:
        document["players"] = list(game.players)
    document |= {
        "horizon": game.horizon,
        "A": common_stage(game.A).to_nested(),
        "B": [common_stage(part).to_nested() for part in game.B],
        "Q": [common_stage(game.Q[i]).to_nested() for i in range(game.n_players)],
        "R": [common_stage(part).to_nested() for part in game.R],
        "W": game.W.to_nested(),
        "initial": {key: part.to_nested() for key, part in initial_parts(game.initial).items()},
    }
    if game.start is not None:
        document["policy"] = game.start.to_compact()
    if game.notes:
        document["notes"] = plain(game.notes)
    return document
