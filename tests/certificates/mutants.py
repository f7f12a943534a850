"""Mutants of certificates: each changes one thing, and is a function of its seed."""

import copy
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from certificates.samples import Sample, samples

__all__ = ["OPERATIONS", "Mutant", "mutant"]

Path = tuple[str | int, ...]
_NUMBER = re.compile(r"[+-]?\d+(/\d+|\.\d+)?([eE][+-]?\d+)?")
_TOKEN = re.compile(r"<=|>=|==|!=|\*\*|//|[-+*/<>@]|\b(?:and|or|not|all|any|min|max|if|upper|lower)\b|\b\d+\b|\bfor\b")
_INSTEAD = {
    "<=": [">=", "<", "=="],
    ">=": ["<=", ">", "!="],
    "==": ["!=", "<=", ">="],
    "!=": ["==", "<="],
    "<": ["<=", ">"],
    ">": [">=", "<"],
    "+": ["-", "*"],
    "-": ["+"],
    "*": ["+", "-", "/"],
    "/": ["*", "-"],
    "**": ["*"],
    "//": ["*"],
    "@": ["*"],
    "and": ["or"],
    "or": ["and"],
    "not": ["0 == 0 or not"],
    "all": ["any"],
    "any": ["all"],
    "min": ["max"],
    "max": ["min"],
    "upper": ["lower"],
    "lower": ["upper"],
}
_HUGE = "1" + "0" * 30


class NotHere(Exception):
    """The certificate has nothing that could be changed in this way."""


class Mutant:
    """A changed certificate.

    Attributes:
        sample, name: what it was.
        operation: how it was changed.
        document: what it is.
    """

    def __init__(self, name: str, operation: str, document: dict[str, Any]) -> None:
        self.name, self.operation, self.document = name, operation, document
        self.sample: Sample = samples()[name]


def _walk(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from _walk(child, (*path, key))


def _at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _set(document: Any, path: Path, value: Any) -> None:
    _at(document, path[:-1])[path[-1]] = value


def _is_number(node: Any) -> bool:
    if isinstance(node, str):
        return _NUMBER.fullmatch(node) is not None
    return isinstance(node, int) and not isinstance(node, bool)


def _in_numbers(path: Path) -> bool:
    """Whether a number there is a datum: neither in a record nor a hash."""
    return "statement" not in path and "membership" not in path and path[-1:] not in (("game_sha256",), ("bits",))


def _area(rng: random.Random, document: dict[str, Any], fits: Callable[[Path, Any], bool]) -> Path:
    """A place that fits; every part of the certificate is equally likely, however large."""
    areas = defaultdict(list)
    for path, node in _walk(document):
        if path and fits(path, node):
            areas[path[0]].append(path)
    if not areas:
        raise NotHere
    return rng.choice(areas[rng.choice(sorted(areas, key=str))])


def _number_place(rng: random.Random, document: dict[str, Any]) -> Path:
    return _area(rng, document, lambda path, node: _is_number(node) and _in_numbers(path))


def _as_before(old: Any, new: str) -> Any:
    """In the form of the old value: a whole JSON number stays one."""
    return int(new) if isinstance(old, int) and re.fullmatch(r"[+-]?\d+", new) else new


def digit(rng: random.Random, document: dict[str, Any]) -> None:
    path = _number_place(rng, document)
    old = str(_at(document, path))
    places = [k for k, c in enumerate(old) if c.isdigit()]
    k = rng.choice(places)
    new = old[:k] + rng.choice([c for c in "0123456789" if c != old[k]]) + old[k + 1 :]
    _set(document, path, _as_before(_at(document, path), new))


def sign(rng: random.Random, document: dict[str, Any]) -> None:
    path = _number_place(rng, document)
    old = str(_at(document, path))
    _set(document, path, _as_before(_at(document, path), old[1:] if old.startswith("-") else f"-{old}"))


def extreme(rng: random.Random, document: dict[str, Any]) -> None:
    path = _number_place(rng, document)
    new = rng.choice(["0", "1", "-1", "2", _HUGE, f"-{_HUGE}", f"1/{_HUGE}"])
    _set(document, path, _as_before(_at(document, path), new))


def nearby(rng: random.Random, document: dict[str, Any]) -> None:
    """An index, or another number, moved a little."""
    path = _number_place(rng, document)
    old = _at(document, path)
    by = (
        Fraction(rng.choice([1, -1]))
        if isinstance(old, int)
        else Fraction(rng.choice([1, -1]), 10 ** rng.randrange(30))
    )
    _set(document, path, _as_before(old, str(Fraction(old) + by)))


def index(rng: random.Random, document: dict[str, Any]) -> None:
    path = _area(rng, document, lambda path, node: isinstance(node, int) and _in_numbers(path))
    _set(document, path, rng.randrange(-3, 6))


def swap(rng: random.Random, document: dict[str, Any]) -> None:
    """Two entries, rows or players."""
    path = _area(rng, document, lambda path, node: isinstance(node, list) and len(node) > 1)
    rows = _at(document, path)
    a, b = rng.sample(range(len(rows)), 2)
    rows[a], rows[b] = rows[b], rows[a]


def swap_names(rng: random.Random, document: dict[str, Any]) -> None:
    """The values of two keys of one object."""
    path = _area(rng, document, lambda path, node: isinstance(node, dict) and len(node) > 1)
    node = _at(document, path)
    a, b = rng.sample(sorted(node), 2)
    node[a], node[b] = node[b], node[a]


def drop_row(rng: random.Random, document: dict[str, Any]) -> None:
    path = _area(rng, document, lambda path, node: isinstance(node, list) and node)
    rows = _at(document, path)
    del rows[rng.randrange(len(rows))]


def repeat_row(rng: random.Random, document: dict[str, Any]) -> None:
    path = _area(rng, document, lambda path, node: isinstance(node, list) and node)
    rows = _at(document, path)
    k = rng.randrange(len(rows))
    rows.insert(k, copy.deepcopy(rows[k]))


def transposed(rng: random.Random, document: dict[str, Any]) -> None:
    """Rows and columns of a table."""
    path = _area(
        rng,
        document,
        lambda path, node: (
            isinstance(node, list)
            and len(node) > 1
            and all(isinstance(row, list) and len(row) == len(node) for row in node)
        ),
    )
    _set(document, path, [list(column) for column in zip(*_at(document, path))])


def width(rng: random.Random, document: dict[str, Any]) -> None:
    """An enclosure made wider, narrower or moved, or an exact claim made an enclosure around or beside it."""
    path = _area(
        rng,
        document,
        lambda path, node: (
            "claim" in path and "where" not in path and (_is_number(node) or (isinstance(node, dict) and "low" in node))
        ),
    )
    old = _at(document, path)
    low, high = (Fraction(old[end]) for end in ("low", "high")) if isinstance(old, dict) else [Fraction(old)] * 2
    span = (high - low) or Fraction(rng.choice(["1", "1/1000", "1e-20", "1e-60"]))
    choices = [
        (low - span, high + span),
        (low - span, high),
        (low, high + span),
        (low + span / 3, high),
        (low, high - span / 3),
        (low + span, high + span),
        (low + span / 3, high - span / 3),
        (high + span, low - span),
    ]
    new_low, new_high = rng.choice(choices)
    _set(document, path, {"low": str(new_low), "high": str(new_high)})


def collapse(rng: random.Random, document: dict[str, Any]) -> None:
    """An enclosure replaced by one of its ends."""
    path = _area(rng, document, lambda path, node: "claim" in path and isinstance(node, dict) and "low" in node)
    _set(document, path, _at(document, path)[rng.choice(["low", "high"])])


def game_hash(rng: random.Random, document: dict[str, Any]) -> None:
    """Another game's hash, or one digit of it."""
    others = sorted({str(s.document["game_sha256"]) for s in samples().values() if "game_sha256" in s.document})
    if "game_sha256" not in document:
        raise NotHere
    old = document["game_sha256"]
    k = rng.randrange(64)
    flipped = old[:k] + rng.choice([c for c in "0123456789abcdef" if c != old[k]]) + old[k + 1 :]
    document["game_sha256"] = rng.choice([flipped, rng.choice(others)])


def other_game(rng: random.Random, document: dict[str, Any]) -> None:
    if "game" not in document:
        raise NotHere
    document["game"] = copy.deepcopy(_other(rng, "game")["game"])


def _other(rng: random.Random, key: str) -> dict[str, Any]:
    names = [name for name, sample in samples().items() if key in sample.document]
    return dict(samples()[rng.choice(names)].document)


def _statements(document: dict[str, Any]) -> list[Path]:
    return [path for path, node in _walk(document) if path[-1:] == ("statement",) and isinstance(node, dict)]


def statement_text(rng: random.Random, document: dict[str, Any]) -> None:
    """The id, verdict, text, property or another plain part of a statement."""
    node = _at(document, rng.choice(_statements(document)))
    key = rng.choice([key for key in sorted(node) if key not in ("definitions", "checks", "values", "data")])
    others = [sample.document["statement"].get(key) for sample in samples().values()]
    changed: list[Any] = [value for value in others if value is not None and value != node[key]]
    if isinstance(node[key], str):
        changed += [node[key] + " ", node[key].upper(), node[key][:-1], re.sub(r"\d", "7", node[key], count=1)]
        changed += [node[key].replace(".", "", 1), f"own.{node[key]}", f"own-{node[key]}"]
    if isinstance(node[key], list):
        changed += [node[key][1:], [*node[key], "nash-gap"], []]
    node[key] = copy.deepcopy(rng.choice(changed))


def verdict(rng: random.Random, document: dict[str, Any]) -> None:
    """The verdict in the statement, in the claim, or in both."""
    place = _at(document, rng.choice(_statements(document))[:-1])
    new = {"holds": "violated", "violated": "holds", "proved": "holds"}[place["statement"]["verdict"]]
    parts = rng.choice([("statement",), ("claim",), ("statement", "claim")])
    for part in parts:
        place[part]["verdict"] = new


def formula(rng: random.Random, document: dict[str, Any]) -> None:
    """An operator or a constant of a definition, a check or a value."""
    node = _at(document, rng.choice(_statements(document)))
    parts = [key for key in ("definitions", "checks", "values", "data") if node[key]]
    if not parts:
        raise NotHere
    part = node[rng.choice(parts)]
    keys = [key for key in (part if isinstance(part, dict) else range(len(part))) if isinstance(part[key], str)]
    if not keys:
        raise NotHere
    key = rng.choice(keys)
    tokens = list(_TOKEN.finditer(part[key]))
    if not tokens:
        part[key] = part[key] + rng.choice(["?", "#", " + 1", " * 0", " - 1"])
        return
    token = rng.choice(tokens)
    new = (
        str(int(token[0]) + rng.choice([-1, 1, 2])) if token[0].isdigit() else rng.choice(_INSTEAD.get(token[0], ["+"]))
    )
    part[key] = part[key][: token.start()] + new + part[key][token.end() :]


def definition(rng: random.Random, document: dict[str, Any]) -> None:
    """A definition, check or value left out, doubled, or taken from another statement."""
    node = _at(document, rng.choice(_statements(document)))
    key = rng.choice(["definitions", "checks", "values", "data"])
    other = copy.deepcopy(_other(rng, "statement")["statement"][key])
    if not node[key] or rng.random() < 0.4:
        node[key] = other
    elif isinstance(node[key], dict):
        name = rng.choice(sorted(node[key]))
        node[key] = {k: v for k, v in node[key].items() if k != name}
    else:
        del node[key][rng.randrange(len(node[key]))]


def other_statement(rng: random.Random, document: dict[str, Any]) -> None:
    """Another certificate's statement with its way to the root (and its verdict)."""
    place = _at(document, rng.choice(_statements(document))[:-1])
    other = _other(rng, "statement")
    place["statement"], place["membership"] = copy.deepcopy(other["statement"]), copy.deepcopy(other["membership"])
    place["claim"]["verdict"] = other["claim"]["verdict"]


def membership(rng: random.Random, document: dict[str, Any]) -> None:
    place = _at(document, rng.choice(_statements(document))[:-1])
    path = place["membership"]
    how = rng.randrange(6)
    if not path or how == 0:
        place["membership"] = copy.deepcopy(_other(rng, "membership")["membership"])
        return
    k = rng.randrange(len(path))
    if how == 1:
        del path[k]
    elif how == 2:
        path[k][0] = "left" if path[k][0] == "right" else "right"
    elif how == 3:
        path.insert(k, list(path[k]))
    elif how == 4:
        at = rng.randrange(64)
        old = path[k][1]
        path[k][1] = old[:at] + rng.choice([c for c in "0123456789abcdef" if c != old[at]]) + old[at + 1 :]
    else:
        path[k].reverse()


def hypothesis(rng: random.Random, document: dict[str, Any]) -> None:
    """A hypothesis left out, renamed, taken from another certificate, or replaced by another certificate."""
    own = document.get("hypotheses")
    if own is None:
        document["hypotheses"] = copy.deepcopy(_other(rng, "hypotheses")["hypotheses"])
        return
    name, how = rng.choice(sorted(own)), rng.randrange(5)
    if how == 0:
        del own[name]
    elif how == 1:
        own[rng.choice(["phi", "M", "nash-gap", "policy-potential", "lq-gaussian-noise"])] = own.pop(name)
    elif how == 2:
        others = _other(rng, "hypotheses")["hypotheses"]
        own[name] = copy.deepcopy(others.get(name, others[rng.choice(sorted(others))]))
    elif how == 3:
        own[name] = copy.deepcopy(_other(rng, "statement"))
    else:
        del document["hypotheses"]


def other_data(rng: random.Random, document: dict[str, Any]) -> None:
    """The data of another certificate: all, or one part."""
    other = copy.deepcopy(_other(rng, "data")["data"])
    names = sorted(set(other) & set(document["data"]))
    if not names or rng.random() < 0.3:
        document["data"] = other
    else:
        name = rng.choice(names)
        document["data"][name] = other[name]


def other_claim(rng: random.Random, document: dict[str, Any]) -> None:
    same = [s.document for s in samples().values() if s.document["statement"]["id"] == document["statement"]["id"]]
    document["claim"] = copy.deepcopy(rng.choice(same)["claim"])


def bits(rng: random.Random, document: dict[str, Any]) -> None:
    places = [path for path, _ in _walk(document) if path[-1:] == ("bits",)]
    path = rng.choice(places)
    _set(document, path, rng.choice([0, 1, 63, 64, 65, 100, 512, 4096, 4097, -192, "192", 10**30]))


def normalized(rng: random.Random, document: dict[str, Any]) -> None:
    if "normalized" in document:
        del document["normalized"]
    else:
        document["normalized"] = rng.choice(["yes", "yes", "no", 1])


def drop_key(rng: random.Random, document: dict[str, Any]) -> None:
    path = _area(rng, document, lambda path, node: isinstance(path[-1], str))
    del _at(document, path[:-1])[path[-1]]


def add_key(rng: random.Random, document: dict[str, Any]) -> None:
    """A key of another part, or an unknown one."""
    path = rng.choice([path for path, node in _walk(document) if isinstance(node, dict)])
    name = rng.choice(["game", "game_sha256", "hypotheses", "phi", "M", "pi", "gamma", "verdict", "where", "note"])
    value = (
        _other(rng, name)[name] if name in ("game", "game_sha256", "hypotheses") else rng.choice(["yes", "1", [], {}])
    )
    node = _at(document, path)
    if name in node:
        raise NotHere
    node[name] = copy.deepcopy(value)


def schema(rng: random.Random, document: dict[str, Any]) -> None:
    path = rng.choice([path for path, _ in _walk(document) if path[-1:] == ("schema",)])
    _set(document, path, rng.choice(["mpgcert-certificate/2", "mpgcert-certificate", "", "1"]))


def _is_own(document: dict[str, Any]) -> None:
    statement = document.get("statement")
    return isinstance(statement, dict) and str(statement.get("id")).startswith("own.")


OPERATIONS: tuple[tuple[Callable[[random.Random, dict[str, Any]], None], int], ...] = (
    (digit, 8),
    (sign, 4),
    (extreme, 5),
    (nearby, 5),
    (index, 3),
    (swap, 5),
    (swap_names, 3),
    (drop_row, 4),
    (repeat_row, 4),
    (transposed, 2),
    (width, 6),
    (collapse, 1),
    (game_hash, 2),
    (other_game, 2),
    (statement_text, 4),
    (verdict, 3),
    (formula, 6),
    (definition, 3),
    (other_statement, 3),
    (membership, 3),
    (hypothesis, 3),
    (other_data, 4),
    (other_claim, 2),
    (bits, 1),
    (normalized, 2),
    (drop_key, 3),
    (add_key, 3),
    (schema, 1),
)


def mutant(seed: int) -> Mutant:
    """One change, drawn by the seed: first the kind of certificate, then the certificate, then the change."""
    rng = random.Random(seed)
    kinds = defaultdict(list)
    for name, sample in samples().items():
        kinds[sample.kind].append(name)
    while True:
        name = rng.choice(kinds[rng.choice(sorted(kinds))])
        (operation,) = rng.choices([entry for entry, _ in OPERATIONS], [weight for _, weight in OPERATIONS])
        original = samples()[name].document
        document = copy.deepcopy(dict(original))
        try:
            operation(rng, document)
        except NotHere:
            continue
        # a statement of one's own may be another one of one's own: nothing says which it should be
        if document != original and not (_is_own(document) and document["statement"] != original["statement"]):
            return Mutant(name, operation.__name__, document)
