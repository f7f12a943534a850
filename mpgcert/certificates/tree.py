"""The hash tree over all records, whose root stands in the verifier.

`leaves.json` keeps the hash of each record by its key, so that a certificate can be written without building all the
records again.  `python -m mpgcert.certificates.tree` writes that file and the root anew after a change of a catalogue.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mpgcert.certificates import verify
from mpgcert.certificates.rules import OWN, Rule, rule_record, rules
from mpgcert.claims.statements import Assumption, assumptions, claims, theorems

__all__ = ["assumption_records", "key_of", "membership", "records", "rule_records_of", "write_tree"]

Path_ = list[list[str]]


def key_of(record: dict[str, Any]) -> str:
    """Name of a record in the list of leaves: id, verdict, title, and what it proves for others."""
    return f"{record['id']} {record['verdict']} {record['title']} {' '.join(record['proves'])}".strip()


def rule_records_of(assumption: Assumption) -> Iterator[tuple[Rule, dict[str, Any]]]:
    """Every rule that decides an assumption, with its record."""
    for rule in rules().values():
        if assumption.property in rule.proves:
            title = f"{assumption.title} [{rule.kind}]"
            yield rule, rule_record(assumption.id, title, assumption.statement, rule)


def own_record(rule: Rule) -> dict[str, Any]:
    """The record of a rule about a statement that no paper makes an assumption."""
    identifier, text = next(OWN[name] for name in rule.proves if name in OWN)
    return rule_record(identifier, f"{identifier.partition('.')[2]} [{rule.kind}]", text, rule)


def assumption_records() -> Iterator[dict[str, Any]]:
    """Records of all assumptions of the catalogues and of mpgcert's own statements."""
    from mpgcert.certificates.theorem_records import inequality_records

    for kind in ("markov-game", "lq-game", "step-sizes"):
        for assumption in assumptions(kind):
            yield from (record for _, record in rule_records_of(assumption))
            if assumption.sides is not None:
                yield from inequality_records(assumption)
    for rule in rules().values():
        if any(name in OWN for name in rule.proves):
            yield own_record(rule)


def records() -> Iterator[dict[str, Any]]:
    """All records, in a fixed order."""
    from mpgcert.certificates.claim_records import claim_records, is_expressible, proof_record
    from mpgcert.certificates.run_records import run_record
    from mpgcert.certificates.theorem_records import lq_theorem_record, theorem_record
    from mpgcert.claims.claim import Setting

    yield from assumption_records()
    yield from (theorem_record(theorem) for theorem in theorems())
    yield from (lq_theorem_record(theorem) for theorem in theorems("lq-game"))
    yield run_record()
    for claim in claims():
        if is_expressible(claim):
            yield from claim_records(claim)
        elif claim.setting is Setting.SCALAR and claim.relation is not None:
            yield from claim_records(claim)
            yield proof_record(claim)


@cache
def _leaves() -> dict[str, str]:
    found: dict[str, str] = json.loads((resources.files(__package__) / "leaves.json").read_text("utf-8"))
    return found


def _parent(left: str, right: str) -> str:
    return hashlib.sha256(f"{left} {right}".encode()).hexdigest()


@cache
def _levels() -> list[list[str]]:
    levels = [list(_leaves().values())]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[k : k + 2] for k in range(0, len(below), 2)]
        levels.append([_parent(*pair) if len(pair) == 2 else pair[0] for pair in pairs])
    return levels


@cache
def _places() -> dict[str, int]:
    return {leaf: place for place, leaf in enumerate(_leaves().values())}


def membership(record: dict[str, Any]) -> Path_ | None:
    """The way from a record to the root: side and hash of the neighbour on each level; None if it is no leaf."""
    place = _places().get(verify.digest(record))
    if place is None:
        return None
    path: Path_ = []
    for level in _levels()[:-1]:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(["left" if neighbour < place else "right", level[neighbour]])
        place //= 2
    return path


def write_tree() -> tuple[int, str]:
    """Write `leaves.json` and the root in `verify.py` from the installed catalogues; returns count and root."""
    leaves: dict[str, str] = {}
    for record in records():
        key = key_of(record)
        if key in leaves:
            raise ValueError(f"two records have the key {key}")
        leaves[key] = verify.digest(record)
    folder = Path(__file__).parent
    (folder / "leaves.json").write_text(json.dumps(leaves, indent=0) + "\n")
    for cached in (_leaves, _levels, _places):
        cached.cache_clear()
    (root,) = _levels()[-1]
    source = (folder / "verify.py").read_text("utf-8")
    (folder / "verify.py").write_text(re.sub(r'(?m)^ROOT = "[0-9a-f]{64}"$', f'ROOT = "{root}"', source))
    return len(leaves), root


if __name__ == "__main__":
    print("{} records, root {}".format(*write_tree()))
