"""Records of the catalogues' statements, and of one's own, for certificates about one instance.

A relation between symbols becomes an expression in the verifier's language: every symbol is a function of the indices
that it uses.  A symbol whose square is rational (`Rule.square`) may be defined by `name_squared` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy

from mpgcert.certificates.formulas import closure, definitions, names_in
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.quantities import quantities_of

__all__ = [
    "INDICES",
    "claim_records",
    "index_names",
    "is_expressible",
    "proof_record",
    "symbol_call",
    "text_of",
    "vocabulary",
]

#: Names of indices in expressions, in the order of a symbol's arguments.
INDICES = {"player": "i", "state": "s", "action": "a", "joint": "j", "second": "b", "time": "t", "earlier": "u"}
_RANGES = {
    "player": "players",
    "state": "states",
    "action": "range(A[i])",
    "joint": "joints",
    "second": "range(A[i])",
    "time": "times",
    "earlier": "range(t + 1)",
}
_LEARNER = ("tremble[n]", "estimate:values", "other_estimate:values", "rates[n][S]")
_LQ = ("delta", "xi")
_DATA: dict[Setting, tuple[str, ...]] = {
    Setting.SCALAR: ("x",),
    Setting.GAME: (),
    Setting.POLICY: ("pi:policy",),
    Setting.PAIR: ("pi:policy", "pi2:policy"),
    Setting.DEVIATION: ("pi:policy", "pi2:policy", "player#"),
    Setting.STEP: ("pi:policy", "algorithm:text", "eta", "lam"),
    Setting.RUN: ("pi:policy", "algorithm:text", "eta", "lam", "steps#"),
    Setting.LQ_GAME: _LQ,
    Setting.LQ_POLICY: (*_LQ, "K:gains?", "probe[d][d]?"),
    Setting.LQ_PAIR: (*_LQ, "K:gains?", "K2:gains", "probe[d][d]?"),
    Setting.LQ_STEP: (*_LQ, "K:gains?", "eta[N]", "probe[d][d]?"),
    Setting.LQ_RUN: (*_LQ, "K:gains?", "eta[N]", "steps#", "probe[d][d]?"),
}
_FUNCTIONS = {"Max": "max", "Min": "min", "Abs": "abs"}
#: Values that certificates of hypotheses bring.
PROVED = ("M", "D_inf")


def symbol_call(name: str, setting: Setting, square: bool = False) -> str:
    """A symbol as a call in the language, such as `visitation(s)`."""
    uses = [letter for use, letter in INDICES.items() if use in quantities_of(setting)[name].uses]
    return name + ("_squared" if square else "") + (f"({', '.join(uses)})" if uses else "")


def text_of(expression: sympy.Basic, setting: Setting, plain: bool = False) -> str:
    """An expression over the vocabulary in the verifier's language; symbols as they are if `plain`."""
    rules = {} if plain else quantities_of(setting)

    def squared(node: sympy.Basic) -> bool:
        base, exponent = node.as_base_exp()
        is_root = isinstance(base, sympy.Symbol) and base.name in rules and rules[base.name].square is not None
        return bool(is_root and exponent.is_Integer and exponent % 2 == 0)

    def call(node: sympy.Symbol, square: bool = False) -> sympy.Symbol:
        name = "x" if setting is Setting.SCALAR else symbol_call(node.name, setting, square)
        return sympy.Symbol(name, **node.assumptions0)

    replaced = expression.replace(
        lambda node: isinstance(node, sympy.Pow) and squared(node),
        lambda node: call(node.base, True) ** (node.exp / 2),
    )
    symbols = {node: call(node) for node in replaced.free_symbols if node.name in rules}
    text = sympy.sstr(replaced.xreplace(symbols), order="none")
    return re.sub(r"\b(Max|Min|Abs)\(", lambda found: _FUNCTIONS[found[1]] + "(", text)


def _relation(relation: sympy.Basic, setting: Setting) -> tuple[str, str, str]:
    """Left side, comparison, right side."""
    sign = {sympy.Le: "<=", sympy.Ge: ">=", sympy.Lt: "<", sympy.Gt: ">", sympy.Eq: "=="}[relation.func]
    return text_of(relation.lhs, setting), sign, text_of(relation.rhs, setting)


def index_names(claim: Claim) -> list[str]:
    """The indices over which a claim is meant, in order."""
    rules = quantities_of(claim.setting)
    used = frozenset().union(*(rules[name].uses for name in _symbols(claim)))
    return [use for use in INDICES if use in used or (use == "player" and used & {"action", "second"})]


def _symbols(claim: Claim) -> set[str]:
    return {s.name for part in (claim.relation, *claim.given) if part is not None for s in part.free_symbols}


def vocabulary(setting: Setting) -> dict[str, tuple[str, str]]:
    """Definitions of the roots of symbols that are defined by their squares."""
    known, found = definitions(str(setting)), {}
    for name, rule in quantities_of(setting).items():
        squared = symbol_call(name, setting, square=True)
        if rule.square is not None and name not in known and f"{name}_squared" in known:
            found[name] = (symbol_call(name, setting), f"sqrt({squared})")
    return found


@cache
def is_expressible(claim: Claim) -> bool:
    """Whether all symbols of a claim have definitions in the language."""
    if claim.setting is Setting.SCALAR or claim.relation is None:
        return False
    known = {**definitions(str(claim.setting)), **vocabulary(claim.setting)}
    given = {re.split(r"\W", part)[0] for part in _data(claim)}
    return all(name in known or name in given or name in PROVED for name in _symbols(claim))


def claim_records(claim: Claim) -> Iterator[dict[str, Any]]:
    """The records of a claim: that it holds on an instance, and that it is violated there."""
    assert claim.relation is not None
    setting, indices = claim.setting, index_names(claim)
    letters = [INDICES[name] for name in indices]
    head = f"({', '.join(letters)})" if letters else ""
    place = f"({', '.join(f'at_{letter}' for letter in letters)})" if letters else ""
    left, sign, right = _relation(claim.relation, setting)
    given = [" ".join(_relation(part, setting)) for part in claim.given]
    own = {
        **vocabulary(setting),
        "left": (f"left{head}", left),
        "right": (f"right{head}", right),
        "meets": (f"meets{head}", " and ".join(f"({part})" for part in given) or "0 == 0"),
        "states_it": (f"states_it{head}", f"left{head} {sign} right{head}"),
    }
    loops = " ".join(f"for {INDICES[name]} in {_range(name, claim)}" for name in indices)
    everywhere = (
        f"all(not meets{head} or states_it{head} {loops})" if indices else f"not meets{head} or states_it{head}"
    )
    domain = [*_domain(claim), *_places(claim, indices), f"meets{place}"]
    texts = {"holds": [*domain, everywhere], "violated": [*domain, f"not states_it{place}"]}
    for verdict, checks in texts.items():
        yield {
            "id": claim.id,
            "title": claim.title,
            "text": _statement(claim, left, sign, right, given),
            "verdict": verdict,
            "setting": str(setting),
            "proves": [],
            "assumes": _assumes(claim),
            "because": "",
            "not": "anything about other instances of the statement" if verdict == "holds" else "how often it fails",
            "method": "numbers" if setting is Setting.SCALAR else "rule",
            "data": [*_data(claim), *(f"at_{letter}#" for letter in letters)],
            "definitions": closure([*checks, "left", "right"], str(setting), own),
            "checks": checks,
            "values": {"left": f"left{place}", "right": f"right{place}"},
        }


def _statement(claim: Claim, left: str, sign: str, right: str, given: list[str]) -> str:
    over = ", ".join(f"{INDICES[name]}: {name}" for name in index_names(claim))
    parts = [f"{left} {sign} {right}"]
    parts += [f"for all {over}"] if over else []
    parts += [f"if {' and '.join(given)}"] if given else []
    return "; ".join(parts)


def _range(name: str, claim: Claim) -> str:
    if name == "player" and claim.setting is Setting.DEVIATION:
        return "[player]"
    if name == "second" and "action" in index_names(claim):
        return "[y for y in range(A[i]) if y != a]"
    return _RANGES[name]


def _places(claim: Claim, indices: list[str]) -> list[str]:
    """That the index named by a certificate is one of those that the claim is meant for."""
    found = []
    for name in indices:
        own = re.sub(r"\b([iatsu])\b", r"at_\1", _range(name, claim)) if name != "player" else _range(name, claim)
        found.append(f"any(at_{INDICES[name]} == z for z in {own})")
    return found


def _learner(claim: Claim) -> bool:
    return any(quantities_of(claim.setting)[name].learner for name in _symbols(claim))


@cache
def _brings(name: str, claim: Claim) -> bool:
    """Whether symbols speak of a given name (steps, lam) that the setting itself does not bring."""
    setting = claim.setting
    own = {re.split(r"\W", part)[0] for part in _DATA[setting]}
    if name in own or setting.is_linear_quadratic or setting is Setting.SCALAR:
        return False
    calls = [symbol_call(symbol, setting) for symbol in _symbols(claim) if symbol in quantities_of(setting)]
    return any(name in names_in(text) for text in closure(calls, str(setting), vocabulary(setting)).values())


def _data(claim: Claim) -> tuple[str, ...]:
    base = _DATA[claim.setting] + (_LEARNER if _learner(claim) else ())
    base += tuple(part for part in ("steps#", "lam") if _brings(part.rstrip("#"), claim))
    if claim.setting is Setting.SCALAR or claim.setting.is_linear_quadratic:
        return base
    if "stage-potential" in claim.assumes or "policy-potential" in claim.assumes:
        return base
    return (*base, "phi[S][J]?")


def _assumes(claim: Claim) -> list[str]:
    return [*claim.assumes, *(name for name in PROVED if name in _symbols(claim))]


def _domain(claim: Claim) -> list[str]:
    """What an instance must be to be one of the statement at all."""
    found, setting = [], claim.setting
    if claim.interval is not None:
        found.append("{} <= x <= {}".format(*claim.interval))
    if setting in (Setting.STEP, Setting.RUN):
        found.append("eta > 0")
        if claim.algorithm is not None:
            found.append(f'algorithm == "{claim.algorithm}"')
        if claim.uniform_start:
            found.append("all(x * A[i] == 1 for i in players for row in pi[i] for x in row)")
    if "lam" in _data(claim):
        found.append({True: "lam > 0", False: "lam == 0", None: "lam >= 0"}[claim.regularized])
    policies = [part.split(":")[0] for part in _DATA[setting] if part.endswith(":policy")]
    if not claim.boundary:
        found += [f"all(x > 0 for part in {policy} for row in part for x in row)" for policy in policies]
    if setting is Setting.RUN or _brings("steps", claim):
        found.append("steps >= 1")
    if setting is Setting.DEVIATION:
        found += ["0 <= player < len(A)", "all(i == player or pi[i] == pi2[i] for i in players)"]
    if _learner(claim):
        found += ["all(0 < x < 1 for x in tremble)", "all(0 < x <= 1 for part in rates for x in part)"]
    if setting.is_linear_quadratic:
        found += ["delta > 0", "xi > 0"]
    if any(part.startswith("eta[") for part in _DATA[setting]):
        found.append("all(x > 0 for x in eta)")
    return found


def proof_record(claim: Claim) -> dict[str, Any]:
    """The record of a statement in one variable that a proof covers on a whole interval."""
    assert claim.relation is not None
    assert claim.interval is not None
    left, sign, right = _relation(claim.relation, claim.setting)
    up, down = f"({right}) - ({left})", f"({left}) - ({right})"
    functions = {"<": [up], "<=": [up], ">": [down], ">=": [down], "==": [up, down]}[sign]
    return {
        "id": claim.id,
        "title": claim.title,
        "text": f"{left} {sign} {right} for {claim.interval[0]} <= x <= {claim.interval[1]}",
        "verdict": "proved",
        "setting": str(claim.setting),
        "proves": [],
        "assumes": [],
        "because": "each function is at least 0 on the interval",
        "not": "anything outside the interval",
        "method": "proof",
        "data": [],
        "definitions": {},
        "checks": [],
        "values": {
            "functions": functions,
            "interval": [str(end) for end in claim.interval],
            "strict": "1" if sign in "<>" else "0",
        },
    }
