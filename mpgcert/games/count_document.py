"""Congestion games as JSON: `{"kind": "congestion-game", ...}`.

* `rewards` [F][n] or [S][F][n]: what a user of facility k gets in state s under each load 1, ..., n.  The number of
  players is the length of these lists, and all of them choose among the F facilities.
* `weights` [n] (optional, positive): factors of the players' rewards.
* `discount`, `initial` [S]: as in `markov-game`; left out of a game with one state, 0 and certainty.
* `transition` [S]: for each state a list of rules, `{"when": [conditions], "next": [S]}`; the first whose conditions
  all hold gives the distribution of the next state, the last has no `when`.  A condition is `{"facility": k,
  "at_least": x, "at_most": y}`, with k counted from 0, or "some" or "every".  Example: safe to distancing if a facility
  has more than 50 users, `[{"when": [{"facility": "some", "at_least": 51}], "next": [0, 1]}, {"next": [1, 0]}]`.
* Labels `states`, `players`, `facilities`; `name`; `notes`.
"""

from __future__ import annotations

from typing import Any

from mpgcert.games.count_rules import rules_to_document
from mpgcert.games.counts import CountGame
from mpgcert.games.keys import notes_of, plain

__all__ = ["count_game_of", "count_to_document"]

_LABELS = ("states", "players", "facilities")


def count_game_of(document: dict[str, Any], default_name: str) -> CountGame:
    """The game that a document with the keys of this kind describes.

    Raises:
        InvalidInput: naming the key, the index inside it, the value and what was expected.
    """
    labels = {key: document[key] for key in _LABELS if key in document}
    return CountGame.of(
        rewards=document["rewards"],
        transition=document.get("transition"),
        discount=document.get("discount", 0),
        initial=document.get("initial"),
        weights=document.get("weights"),
        name=document.get("name", default_name),
        notes=notes_of(document),
        **labels,
    )


def count_to_document(game: CountGame) -> dict[str, Any]:
    """The JSON form: numbers are ints and exact strings."""
    document: dict[str, Any] = {"kind": "congestion-game", "name": game.name}
    for key in _LABELS:
        if getattr(game, key):
            document[key] = list(getattr(game, key))
    document |= {"discount": plain(game.discount), "initial": game.initial.to_nested()}
    document["rewards"] = game.rewards.to_nested()
    if not (game.equal_weights and game.weights[0] == 1):
        document["weights"] = game.weights.to_nested()
    document["transition"] = rules_to_document(game.rules)
    if game.notes:
        document["notes"] = plain(game.notes)
    return document
