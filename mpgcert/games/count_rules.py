"""Transitions of congestion games: from each state, rules about the loads, the first that applies decides.

As JSON, a rule is `{"when": [condition, ...], "next": [S]}`: all conditions must hold, `next` is the distribution of
the next state.  A condition is `{"facility": k, "at_least": x, "at_most": y}` with bounds (one may be left out) on the
load of facility k, counted from 0; `"facility": "some"` asks it of at least one facility, `"every"` of all.  The last
rule of a state has no `when`, so exactly one rule applies.  Every partition of the load vectors into boxes can be
written this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games.keys import found
from mpgcert.games.schema import keys as keys_of
from mpgcert.games.validation import probability_rows

__all__ = ["Condition", "Rule", "applicable", "rules_of", "rules_to_document"]


@dataclass(frozen=True)
class Condition:
    """at_least <= load <= at_most, for a facility (by number), `some` or `every`."""

    facility: int | str
    at_least: int
    at_most: int

    def holds(self, loads: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each vector of loads [..., F]."""
        inside: NDArray[np.bool_] = (self.at_least <= loads) & (loads <= self.at_most)
        if isinstance(self.facility, int):
            return inside[..., self.facility]
        return np.asarray(inside.any(axis=-1) if self.facility == "some" else inside.all(axis=-1))


@dataclass(frozen=True)
class Rule:
    """Where to go if all conditions hold: a distribution, exact [S]."""

    conditions: tuple[Condition, ...]
    successor: ExactArray


def applicable(rules: tuple[Rule, ...], loads: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of the rule that decides, for each vector of loads [..., F]."""
    out = np.full(loads.shape[:-1], len(rules) - 1)
    for index in reversed(range(len(rules) - 1)):
        holds = np.ones(loads.shape[:-1], dtype=bool)
        for condition in rules[index].conditions:
            holds &= condition.holds(loads)
        out[holds] = index
    return out


def rules_of(given: Any, n_states: int, n_facilities: int, n_players: int) -> tuple[tuple[Rule, ...], ...]:
    """Validated rules from the JSON form (or from tuples of rules, which are trusted).

    Raises:
        InvalidInput: naming the entry and what was expected.
    """
    field = "transition"
    if given is None:
        if n_states > 1:
            raise InvalidInput("missing", field=field, expected=f"rules for each of {n_states} states")
        return ((Rule((), ExactArray.of_integers(np.ones(1, dtype=np.int64))),),)
    if not isinstance(given, (list, tuple)) or len(given) != n_states:
        size = f"{len(given)} entries" if isinstance(given, (list, tuple)) else found(given)
        raise InvalidInput(size, field=field, expected=f"a list of rules for each of {n_states} states")
    out = []
    for s, rules in enumerate(given):
        if not isinstance(rules, (list, tuple)) or not rules:
            raise InvalidInput(found(rules), field=field, index=(s,), expected="a list of rules")
        if all(isinstance(rule, Rule) for rule in rules):
            out.append(tuple(rules))
            continue
        read = [_rule(rule, (s, r), n_states, n_facilities, n_players) for r, rule in enumerate(rules)]
        unconditional = [r for r, rule in enumerate(read) if not rule.conditions]
        if unconditional != [len(read) - 1]:
            raise InvalidInput(
                f"rules {unconditional} have no conditions",
                field=field,
                index=(s,),
                expected='"when" in all but the last',
            )
        out.append(tuple(read if n_states > 1 else read[-1:]))
    return tuple(out)


def _rule(given: Any, index: tuple[int, ...], n_states: int, n_facilities: int, n_players: int) -> Rule:
    field = "transition"
    if not isinstance(given, dict) or not set(keys_of("rule", required=True)) <= set(given) <= set(keys_of("rule")):
        keys = f"keys {sorted(given)}" if isinstance(given, dict) else found(given)
        raise InvalidInput(keys[:80], field=field, index=index, expected='an object with "next", and perhaps "when"')
    conditions = given.get("when", [])
    if not isinstance(conditions, (list, tuple)):
        raise InvalidInput(found(conditions), field=f"{field} when", index=index, expected="a list of conditions")
    read = tuple(_condition(part, (*index, c), n_facilities, n_players) for c, part in enumerate(conditions))
    successor = ExactArray.parse(given["next"], f"{field} next", (n_states,)).reshape(1, n_states)
    return Rule(read, probability_rows(successor, f"{field} next", drop=1).reshape(n_states))


def _condition(given: Any, index: tuple[int, ...], n_facilities: int, n_players: int) -> Condition:
    field = "transition when"
    known, always = set(keys_of("condition")), set(keys_of("condition", required=True))
    if not isinstance(given, dict) or not always < set(given) <= known:
        keys = f"keys {sorted(given)}" if isinstance(given, dict) else found(given)
        raise InvalidInput(keys[:80], field=field, index=index, expected='"facility" with "at_least" or "at_most"')
    facility = given["facility"]
    if facility not in ("some", "every"):
        facility = _whole(facility, index, 0, n_facilities - 1, 'a facility, "some" or "every"')
    low = _whole(given.get("at_least", 0), index, 0, n_players, "a load")
    high = _whole(given.get("at_most", n_players), index, 0, n_players, "a load")
    return Condition(facility, low, high)


def _whole(value: Any, index: tuple[int, ...], least: int, most: int, what: str) -> int:
    wrong = InvalidInput(
        f"{value!r:.40}", field="transition when", index=index, expected=f"{what} between {least} and {most}"
    )
    try:
        number = parse_number(value)
    except ValueError:
        raise wrong from None
    if number.denominator != 1 or not least <= number <= most:
        raise wrong
    return int(number)


def rules_to_document(rules: tuple[tuple[Rule, ...], ...]) -> list[list[dict[str, Any]]]:
    """The JSON form."""

    def bounds(condition: Condition) -> dict[str, Any]:
        return {"facility": condition.facility, "at_least": condition.at_least, "at_most": condition.at_most}

    return [
        [
            ({"when": [bounds(condition) for condition in rule.conditions]} if rule.conditions else {})
            | {"next": rule.successor.to_nested()}
            for rule in own
        ]
        for own in rules
    ]
