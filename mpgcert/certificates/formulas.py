"""Definitions in the verifier's language, by setting, from the text files of this package.

A file has sections `[policy]`, named by the settings of `mpgcert.claims.Setting` or by `markov`, `lq`, `step-sizes`; a
line is `name(i, s) = expression`, and what follows two spaces and a `#` is a comment.  A setting sees the definitions
of those that it extends, and may replace them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from mpgcert.certificates.verify import FUNCTIONS

__all__ = ["closure", "definitions", "names_in", "sections"]

_EXTENDS = {
    "game": "markov",
    "theorem": "markov",
    "policy": "game",
    "policy pair": "policy",
    "unilateral deviation": "policy pair",
    "algorithm step": "policy pair",
    "run": "algorithm step",
    "linear-quadratic game": "lq",
    "linear policy": "linear-quadratic game",
    "pair of linear policies": "linear policy",
    "natural policy gradient step": "pair of linear policies",
    "natural policy gradient run": "natural policy gradient step",
}
_LINE = re.compile(r"([A-Za-z]\w*)(\([\w, ]+\))? = (.+)")


@cache
def sections() -> dict[str, dict[str, tuple[str, str]]]:
    """For each section its names, with head and text of each definition."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    folder = resources.files(__package__) / "definitions"
    for file in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".txt")):
        current: dict[str, tuple[str, str]] | None = None
        for count, line in enumerate((folder / file).read_text("utf-8").splitlines(), 1):
            text = line.split("  #")[0].strip()
            if text.startswith("["):
                current = found.setdefault(text.split("]")[0][1:], {})
            elif text and not text.startswith("#"):
                match = _LINE.fullmatch(text)
                if match is None or current is None or match[1] in current:
                    raise ValueError(
                        f"{file}, line {count}: {'defined twice' if match else 'not a definition'}: {text}"
                    )
                current[match[1]] = (match[1] + (match[2] or ""), match[3])
    return found


@cache
def definitions(setting: str) -> dict[str, tuple[str, str]]:
    """All definitions that a setting sees: name to head and text."""
    inherited = definitions(_EXTENDS[setting]) if setting in _EXTENDS else {}
    return {**inherited, **sections().get(setting, {})}


@cache
def names_in(text: str) -> frozenset[str]:
    """The names that an expression uses."""
    return frozenset(node.id for node in ast.walk(ast.parse(text.strip(), mode="eval")) if isinstance(node, ast.Name))


def closure(texts: Iterable[str], setting: str, own: dict[str, tuple[str, str]] | None = None) -> dict[str, str]:
    """The definitions that expressions need, directly and through each other: head to text, in alphabetical order.

    Args:
        texts: the expressions.
        setting: whose definitions to take.
        own: further definitions, which replace those of the setting.
    """
    known = {**definitions(setting), **(own or {})}
    needed: dict[str, str] = {}
    waiting = [name for text in texts for name in names_in(text)]
    seen = set(FUNCTIONS)
    while waiting:
        name = waiting.pop()
        if name in known and name not in seen:
            seen.add(name)
            head, text = known[name]
            needed[head] = text
            waiting += names_in(text)
    return dict(sorted(needed.items()))
