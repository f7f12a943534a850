"""Gambit's strategic game files (`.nfg`), read and written exactly.

    NFG 1 R "title" { "player 1" ... "player n" }
    { A_1 ... A_n }                                  or  { { "action" ... } ... { "action" ... } }
    "comment"                                        or nothing
    u_1 ... u_n  u_1 ... u_n  ...                    the payoff form,
    { { "outcome" u_1, ..., u_n } ... }  k k ...     or the outcome form

Joint actions follow each other with the action of player 1 moving fastest.  In the outcome form each has the number
of an outcome, counted from 1; 0 means that everybody gets 0.  Line breaks and commas mean no more than spaces.
Numbers are integers, decimals, fractions `p/q`, and decimals with an exponent; inside quotes a backslash protects a
quote or a backslash.  Old files have the letter `D` in place of `R`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from fractions import Fraction

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games.encoding import decoded
from mpgcert.games.markov import MarkovGame
from mpgcert.games.nfg_tokens import Scanner, Token

__all__ = ["dump_nfg", "parse_nfg"]

_COUNT = re.compile(r"\d{1,18}", re.ASCII)
_MAX_PLAYERS = 30  # arrays have few axes


def parse_nfg(data: bytes, default_name: str) -> MarkovGame:
    """The game in a `.nfg` file: one state, discount 0.  A comment becomes `notes["about"]`.

    Args:
        data: the text of the file, in UTF-8.
        default_name: name of the game if it has no title.

    Raises:
        InvalidInput: naming the line, what stands there and what was expected.
    """
    scanner = Scanner(decoded(data, "the text of a .nfg file"))
    title, players = _prologue(scanner)
    actions = _actions(scanner, len(players))
    comment = scanner.quoted("a comment") if scanner.peek().kind == "quoted" else ""
    sizes = tuple(map(len, actions))
    payoffs = _outcome_form(scanner, sizes) if scanner.peek().is_brace("{") else _payoff_form(scanner, sizes)
    numerator = payoffs.numerator.reshape(*reversed(sizes), len(sizes)).T  # [player, A_1, ..., A_n]
    labelled = any(map(_says_something, actions))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(numerator[:, None], payoffs.denominator),
        name=title or default_name,
        players=_filled(players) if _says_something(players) else None,
        actions=[_filled(labels) for labels in actions] if labelled else None,
        notes={"about": comment} if comment else None,
    )


def dump_nfg(game: MarkovGame) -> str:
    """The `.nfg` text of a one-shot game, in the payoff form; reading it gives the same payoffs, name and labels.

    Raises:
        InvalidInput: several states or a discount factor other than 0, for which the format has no place.
    """
    if game.n_states != 1 or game.discount != 0:
        states = "1 state" if game.n_states == 1 else f"{game.n_states} states"
        found = f"a game with {states} and discount {format_fraction(game.discount)}"
        raise InvalidInput(found, expected="one state and discount 0, all that a .nfg file can hold")
    about = "; ".join(str(game.notes[key]) for key in ("title", "source", "about") if key in game.notes)
    lines = [f"NFG 1 R {_quoted(game.name)} {_listed(map(game.player_label, range(game.n_players)))}", "{"]
    lines += ["  " + _listed(game.action_label(i, a) for a in range(size)) for i, size in enumerate(game.n_actions)]
    lines += ["}", _quoted(about), ""]
    joint = game.rewards.numerator[:, 0].T.reshape(-1, game.n_players).tolist()
    text = {k: format_fraction(Fraction(k, game.rewards.denominator)) for row in joint for k in row}
    lines += [" ".join([text[k] for k in row]) for row in joint]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _listed(labels: Iterable[str]) -> str:
    return f"{{ {' '.join(map(_quoted, labels))} }}"


def _prologue(scanner: Scanner) -> tuple[str, list[str]]:
    """The title and the players."""
    scanner.word("NFG")
    scanner.word("1")
    scanner.word("R", "D")
    title = scanner.quoted("the title")
    start = scanner.peek().start
    players = [token.text for token in scanner.listed("the players' names")]
    if not 1 <= len(players) <= _MAX_PLAYERS:
        raise scanner.refused(start, f"{len(players)} players", f"between 1 and {_MAX_PLAYERS}")
    return title, players


def _actions(scanner: Scanner, n_players: int) -> list[list[str]]:
    """The labels of each player's actions; empty ones where there are only numbers of actions."""
    before = scanner.position
    start = scanner.brace("{", "before the players' actions").start
    if scanner.peek().is_brace("{"):
        lists = []
        while not scanner.peek().is_brace("}"):
            lists.append([token.text for token in scanner.listed("labels of actions")])
        scanner.next()
    else:
        scanner.position = before
        lists = [[""] * _action_count(scanner, token) for token in scanner.listed("each player's number of actions")]
    if len(lists) != n_players or not all(lists):
        found = f"actions in numbers {[len(labels) for labels in lists]}"
        raise scanner.refused(start, found, f"at least one for each of {n_players} players")
    return lists


def _action_count(scanner: Scanner, token: Token) -> int:
    if not _COUNT.fullmatch(token.text):
        raise scanner.refused(token.start, token, "a number of actions")
    if int(token.text) > len(scanner.text):
        raise scanner.refused(token.start, f"{token.text} actions", "payoffs for each of them in the file")
    return int(token.text)


def _payoff_form(scanner: Scanner, sizes: tuple[int, ...]) -> ExactArray:
    """The payoffs [joint action, player]."""
    n_joint, n = math.prod(sizes), len(sizes)
    words = scanner.rest(n_joint * n, f"payoffs of {n} players under {n_joint:,} joint actions")
    return _parsed(scanner, words, n, scanner.start_of)


def _outcome_form(scanner: Scanner, sizes: tuple[int, ...]) -> ExactArray:
    """The payoffs [joint action, player]."""
    n_joint, n = math.prod(sizes), len(sizes)
    scanner.brace("{", "before the outcomes")
    payoffs = [Token("word", "0", 0)] * n
    while not scanner.peek().is_brace("}"):
        start = scanner.peek().start
        outcome = scanner.listed("an outcome")
        if len(outcome) != n + 1 or outcome[0].kind != "quoted" or any(part.kind != "word" for part in outcome[1:]):
            raise scanner.refused(start, f"{len(outcome)} entries of an outcome", f"a quoted name, then {n} payoffs")
        payoffs += outcome[1:]
    scanner.next()
    table = _parsed(scanner, [token.text for token in payoffs], n, lambda k: payoffs[k].start)
    words = scanner.rest(n_joint, f"an outcome for each of {n_joint:,} joint actions")
    outcomes = table.shape[0] - 1
    for k, word in enumerate(words):
        if not _COUNT.fullmatch(word) or int(word) > outcomes:
            raise scanner.refused(scanner.start_of(k), f"{word!r:.40}", f"the number of an outcome, 0 to {outcomes}")
    return ExactArray.of_integers(table.numerator[[int(word) for word in words]], table.denominator)


def _parsed(scanner: Scanner, words: list[str], width: int, start_of: Callable[[int], int]) -> ExactArray:
    """Numbers in rows of this width; `start_of` tells where one stands."""
    try:
        exact = ExactArray.parse(words, "payoffs", (len(words),))
    except InvalidInput as error:
        raise scanner.refused(start_of(error.index[0]), error.problem, "a payoff") from None
    return exact.reshape(-1, width)


def _says_something(labels: list[str]) -> bool:
    """Whether labels are more than the numbers that everything has anyway."""
    return any(label not in ("", str(number)) for number, label in enumerate(labels, 1))


def _filled(labels: list[str]) -> list[str]:
    return [label or str(number) for number, label in enumerate(labels, 1)]
