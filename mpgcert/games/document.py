"""The game file format: what its keys mean, shared by the JSON and the NPZ form.

Kinds:

* `markov-game`: `discount`, `initial` [S], `transition` [S][A_1]...[A_n][S] and `rewards` [n][S][A_1]...[A_n],
  or `common_reward` [S][A_1]...[A_n] for all players.  `transition` may be sparse: `{"sparse": [[s, a_1, ..., a_n,
  s', p], ...]}`, with states and actions counted from 0 and every probability that is not listed 0.
* `matrix-game`: `payoffs` [n][A_1]...[A_n] or `common_payoff` [A_1]...[A_n]; one state and discount 0.
* `congestion-game`: many players on few facilities, by counts of users; see `mpgcert.games.count_document`.
* `lq-game`: see `mpgcert.games.lq.document`.

Optional keys: `name`; labels `states`, `players`, `actions`; `notes` (an object, carried along); `inexact` (true:
the numbers come from floating point, and rows that sum to within 1e-9 of 1 are completed, see `MarkovGame.of`).

In the notes, `learning` holds `step_sizes` and `exploration` of decentralized learning for reports, as texts of the
options of `mpgcert run`. And `experiment` holds parameters of a published run: `step_size`, `regularization`, and under
`exceptions` what differs for one algorithm, such as `{"natural-gradient-play-log-barrier": {"truncation": 1}}`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.count_document import NUMERIC_KEYS as COUNT_NUMERIC_KEYS
from mpgcert.games.count_document import count_game_of, count_to_document
from mpgcert.games.counts import CountGame
from mpgcert.games.game import Game
from mpgcert.games.keys import check_keys, found, inexact_flag, notes_of, plain, refuse_numbers
from mpgcert.games.lq import LQGame
from mpgcert.games.lq.document import NUMERIC_KEYS as LQ_NUMERIC_KEYS
from mpgcert.games.lq.document import lq_game_of, lq_to_document
from mpgcert.games.markov import MarkovGame, SparseKernel
from mpgcert.games.sparse_entries import kernel_entries, kernel_of_entries

__all__ = ["NUMERIC_KEYS", "TEXT_KEYS", "game_of", "to_document"]

_REQUIRED = {"markov-game": ("discount", "initial", "transition"), "matrix-game": ()}
_REWARDS = {"markov-game": ("rewards", "common_reward"), "matrix-game": ("payoffs", "common_payoff")}
_OPTIONAL = {
    "markov-game": ("name", "states", "players", "actions", "inexact", "notes"),
    "matrix-game": ("name", "players", "actions", "inexact", "notes"),
}
_KINDS = '"markov-game", "matrix-game", "congestion-game" or "lq-game"'
NUMERIC_KEYS = (
    LQ_NUMERIC_KEYS
    | COUNT_NUMERIC_KEYS
    | frozenset(["discount", "initial", "transition", "rewards", "common_reward", "payoffs", "common_payoff", "policy"])
)
TEXT_KEYS = frozenset(["kind", "name", "states", "players", "actions", "facilities", "notes"])


def game_of(document: Any, default_name: str) -> Game:
    """The game that a document describes.

    Args:
        document: a mapping from keys of the format to nested lists, arrays or exact arrays.
        default_name: name of the game if the document has none.

    Raises:
        InvalidInput: naming the key, the index inside it, the value and what was expected.
    """
    if not isinstance(document, dict):
        raise InvalidInput(f"{found(document)} at the top", expected='an object with the key "kind"')
    kind = _kind(document)
    if kind == "lq-game":
        return lq_game_of(document, default_name)
    if kind == "congestion-game":
        return count_game_of(document, default_name)
    return _tabular(document, kind, default_name)


def _tabular(document: dict[str, Any], kind: str, default_name: str) -> MarkovGame:
    individual, common = _REWARDS[kind]
    check_keys(document, ("kind", individual, common, *_REQUIRED[kind], *_OPTIONAL[kind]))
    if individual in document and common in document:
        raise InvalidInput(f"given beside {common}", field=individual, expected=f"either {individual} or {common}")
    if individual not in document and common not in document:
        raise InvalidInput("missing", field=individual, expected=f"{individual}, or {common} for identical interests")
    for key in _REQUIRED[kind]:
        if key not in document:
            raise InvalidInput("missing", field=key, expected=f"a value for every {kind}")
    inexact = inexact_flag(document)
    labels = {key: document[key] for key in ("states", "players", "actions") if key in document}
    for key in labels:
        refuse_numbers(labels[key], key)
    refuse_numbers(document.get("name"), "name")
    rewards = _rewards(document, individual, common, with_states=kind == "markov-game")
    transition = document.get("transition")
    if isinstance(transition, dict):
        transition = kernel_of_entries(transition, (*rewards.shape[1:], rewards.shape[1]))
    return MarkovGame.of(
        name=document.get("name", default_name),
        rewards=rewards,
        transition=transition,
        discount=document.get("discount", 0),
        initial=document.get("initial"),
        inexact=inexact,
        notes=notes_of(document),
        **labels,
    )


def to_document(game: Game, *, tables: bool = True) -> dict[str, Any]:
    """The JSON form of a game: numbers are ints and exact strings, so any JSON library carries them exactly.

    Args:
        tables: whether to write out rewards and transitions of a Markov game; otherwise null stands in their place.
    """
    if isinstance(game, LQGame):
        return lq_to_document(game)
    if isinstance(game, CountGame):
        return count_to_document(game)
    is_matrix = game.n_states == 1 and game.discount == 0 and not game.states and not game.is_sparse
    kind = "matrix-game" if is_matrix else "markov-game"
    document: dict[str, Any] = {"kind": kind, "name": game.name}
    for key in ("states", "players", "actions"):
        labels = getattr(game, key)
        if labels:
            document[key] = [list(part) if key == "actions" else part for part in labels]
    if not is_matrix:
        document["discount"] = plain(game.discount)
        document["initial"] = game.initial.to_nested()
    individual, common = _REWARDS[kind]
    rewards = game.rewards[:, 0] if is_matrix else game.rewards
    if game.is_identical_interest:
        document[common] = rewards[0].to_nested() if tables else None
    else:
        document[individual] = rewards.to_nested() if tables else None
    if isinstance(game.transition, SparseKernel):
        entries = kernel_entries(game.transition, game.kernel_shape) if tables else None
        document["transition"] = {"sparse": entries}
    elif not is_matrix:
        document["transition"] = game.transition.to_nested() if tables else None
    if game.notes:
        document["notes"] = plain(game.notes)
    return document


def _kind(document: dict[str, Any]) -> str:
    if "kind" not in document:
        raise InvalidInput("missing", field="kind", expected=_KINDS)
    kind = document["kind"]
    if not isinstance(kind, str) or kind not in (*_REWARDS, "lq-game", "congestion-game"):
        raise InvalidInput(f"{kind!r:.40}", field="kind", expected=_KINDS)
    return kind


def _rewards(document: dict[str, Any], individual: str, common: str, with_states: bool) -> ExactArray:
    """[n, S, A_1, ..., A_n] from either key; a matrix game gets its one state."""
    key = individual if individual in document else common
    given = ExactArray.parse(document[key], key)
    levels = (key == individual) + with_states
    n_players = given.shape[0] if key == individual and given.shape else len(given.shape) - levels
    if n_players < 1 or len(given.shape) != n_players + levels:
        form = ("[n]" if key == individual else "") + ("[S]" if with_states else "") + "[A_1]...[A_n]"
        players = f" for {n_players} players" if key == individual and n_players > 0 else ""
        depth = f"{len(given.shape)} nested levels{players}"
        raise InvalidInput(depth, field=key, expected=form)
    if given.size == 0:
        raise InvalidInput(f"shape {list(given.shape)} is empty", field=key, expected="an entry on every level")
    numerator = given.numerator if key == individual else np.broadcast_to(given.numerator, (n_players, *given.shape))
    if not with_states:
        numerator = numerator[:, None]
    return ExactArray.of_integers(numerator, given.denominator)
