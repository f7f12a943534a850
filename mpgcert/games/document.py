"""Games from documents and back: the game file format, shared by the JSON and the NPZ form.

Kinds and keys stand in `schema.json`, see `mpgcert.games.schema`; more about two of the kinds in
`mpgcert.games.count_document` and `mpgcert.games.lq.document`.

In the notes, `learning` holds `step_sizes` and `exploration` of decentralized learning for reports, as texts of the
options of `mpgcert run`. And `experiment` holds parameters of a published run: `step_size`, `regularization`, and under
`exceptions` what differs for one algorithm, such as `{"natural-gradient-play-log-barrier": {"truncation": 1}}`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.count_document import count_game_of, count_to_document
from mpgcert.games.counts import CountGame
from mpgcert.games.game import Game
from mpgcert.games.keys import inexact_flag, notes_of, plain
from mpgcert.games.lq import LQGame
from mpgcert.games.lq.document import lq_game_of, lq_to_document
from mpgcert.games.markov import MarkovGame, SparseKernel
from mpgcert.games.schema import alternatives, check_structure
from mpgcert.games.sparse_entries import kernel_entries, kernel_of_entries

__all__ = ["game_of", "to_document"]


def game_of(document: Any, default_name: str) -> Game:
    """The game that a document describes.

    Args:
        document: a mapping from keys of the format to nested lists, arrays or exact arrays.
        default_name: name of the game if the document has none.

    Raises:
        InvalidInput: naming the key, the index inside it, the value and what was expected.
    """
    kind = check_structure(document)
    if kind == "lq-game":
        return lq_game_of(document, default_name)
    if kind == "congestion-game":
        return count_game_of(document, default_name)
    return _tabular(document, kind, default_name)


def _tabular(document: dict[str, Any], kind: str, default_name: str) -> MarkovGame:
    individual, common = alternatives(kind)
    inexact = inexact_flag(document)
    labels = {key: document[key] for key in ("states", "players", "actions") if key in document}
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
    individual, common = alternatives(kind)
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
