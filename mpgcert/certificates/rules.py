"""Records of assumptions: each with a rule of `rules.txt` that decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mpgcert.certificates.formulas import closure

__all__ = ["OWN", "Rule", "rule_record", "rules"]

_LISTS = ("because", "not", "define", "check", "value", "data")

#: Statements of mpgcert's own, which rules prove beside the papers' assumptions: property to id and text.
OWN: Mapping[str, tuple[str, str]] = {
    "visitation-ratio": (
        "zhang2022.remark-4",
        "D_inf, the largest ratio of visitations of a state, lies in the bounds.",
    ),
    "lq-definite-noise": ("mpgcert.definite-noise", "E[x_0 x_0'] and W are positive definite."),
    "nash-gap": (
        "mpgcert.nash-gap",
        "What each player can gain by the best deviation from this policy lies in the bounds.",
    ),
    "pure-equilibria": ("mpgcert.pure-equilibria", "The deterministic stationary Nash equilibria are exactly these."),
}


@dataclass(frozen=True)
class Rule:
    """One way to decide an assumption.

    Attributes:
        kind: name.
        proves: properties, and names of values that other certificates may use.
        verdict: `holds` or `violated`.
        because: the argument, beyond the checks themselves.
        limits: what is not established.
        data: what a certificate brings, as `phi[S][J]`.
        definitions: head to text, all that the checks need.
        checks: expressions that must be true.
        values: claimed values by name.
    """

    kind: str
    proves: tuple[str, ...]
    verdict: str
    because: str
    limits: str
    data: tuple[str, ...]
    definitions: Mapping[str, str]
    checks: tuple[str, ...]
    values: Mapping[str, str]


@cache
def rules() -> dict[str, Rule]:
    """The rules by kind."""
    text = (resources.files(__package__) / "rules.txt").read_text("utf-8")
    return {rule.kind: rule for rule in map(_rule, text.strip().split("\n\n"))}


def _rule(block: str) -> Rule:
    entries: dict[str, list[str]] = {name: [] for name in (*_LISTS, "kind", "proves", "verdict")}
    for line in block.splitlines():
        name, _, value = line.partition(": ")
        entries[name].append(value)
    own = {}
    for line in entries["define"] + entries["value"]:
        head, _, text = line.partition(" = ")
        own[head.split("(")[0]] = (head, text)
    proves = tuple(entries["proves"][0].split())
    values = {line.partition(" = ")[0]: line.partition(" = ")[0] for line in entries["value"]}
    checks = tuple(_quantified(line) for line in entries["check"])
    library = _library(proves[0])
    return Rule(
        entries["kind"][0],
        proves,
        entries["verdict"][0],
        " ".join(entries["because"]),
        " ".join(entries["not"]),
        tuple(" ".join(entries["data"]).split()),
        closure([*checks, *values], library, own),
        checks,
        values,
    )


def _library(name: str) -> str:
    return "lq" if name.startswith("lq-") else "step-sizes" if name.startswith("step-sizes") else "markov"


_DOMAINS = {"i": "players", "s": "states", "x": "states", "u": "states", "j": "joints", "t": "times"}


def _quantified(check: str) -> str:
    """`i s | statement` means: for all players i and states s."""
    variables, bar, statement = check.partition(" | ")
    if not bar:
        return check
    loops = " ".join(f"for {name} in {_DOMAINS[name]}" for name in variables.split())
    return f"all(({statement}) {loops})"


def rule_record(identifier: str, title: str, text: str, rule: Rule) -> dict[str, Any]:
    """The record that says that a rule decides a statement."""
    return {
        "id": identifier,
        "title": title,
        "text": text,
        "verdict": rule.verdict,
        "proves": list(rule.proves),
        "assumes": [],
        "because": rule.because,
        "not": rule.limits,
        "method": "numbers" if _library(rule.proves[0]) == "step-sizes" else "rule",
        "data": list(rule.data),
        "definitions": dict(rule.definitions),
        "checks": list(rule.checks),
        "values": dict(rule.values),
    }
