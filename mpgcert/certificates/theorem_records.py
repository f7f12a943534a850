"""Records of theorems with their step sizes and iteration bounds, and of inequalities between a paper's constants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from mpgcert.certificates.claim_records import symbol_call, text_of, vocabulary
from mpgcert.certificates.formulas import closure
from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.statements import Assumption, Theorem, constants

__all__ = ["inequality_records", "lq_theorem_record", "theorem_record"]

#: Symbols of theorems about normalised rewards, by names of the section `[theorem]`.
_UNIT = {
    "n": "len(A)",
    "S": "len(rho)",
    "A_max": "max(A)",
    "discount": "gamma",
    "M": "M_largest",
    "phi_range": "unit_range",
    "epsilon": "unit_epsilon",
    "step_size": "unit_step",
    "regularization": "unit_regularization",
    "c": "c_best",
}
_PROVED = {"zhang2022.definition-2": "stage-potential", "zhang2022.assumption-1": "every-state-visited"}
_LQ_PROVED = ("lq-definite-costs", "lq-definite-noise", "lq-unique-solution")


def _base(identifier: str, title: str, text: str, setting: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "title": title,
        "text": text,
        "verdict": "holds",
        "setting": setting,
        "proves": [],
        "assumes": [],
        "because": "",
        "not": "",
        "method": "rule",
        "data": [],
        "definitions": {},
        "checks": [],
        "values": {},
    }


def _unit_text(formula: sympy.Expr) -> str:
    named = {symbol: sympy.Symbol(_UNIT[symbol.name], **symbol.assumptions0) for symbol in formula.free_symbols}
    return text_of(formula.xreplace(named), Setting.SCALAR, plain=True)


def theorem_record(theorem: Theorem) -> dict[str, Any]:
    """Step size, regularisation and iterations that a theorem of zhang2022 prescribes, in the game's own units."""
    formulas = {"unit_step": theorem.step_size, "unit_regularization": theorem.regularization}
    formulas["unit_iterations"] = theorem.iterations
    own = {name: (name, "0" if formula is None else _unit_text(formula)) for name, formula in formulas.items()}
    values = {"step_size": "unit_step / scale"}
    if theorem.regularization is not None:
        values["regularization"] = "unit_regularization * scale"
    if theorem.iterations is not None:
        values["iterations"] = "max([1, unit_iterations])"
    proved = [_PROVED[name] for name in theorem.hypotheses if name in _PROVED]
    unproved = [name for name in theorem.hypotheses if name not in _PROVED and "unit-interval" not in name]
    limits = ["that a run of doubles keeps to the theorem"]
    limits += [f"the hypothesis {name}" for name in unproved]
    limits += ["iterations for another c: the number is for c = 1, the least"] if theorem.needs_c else []
    text = (
        f"{theorem.guarantee}; step size {theorem.step_rule} {own['unit_step'][1]}, for rewards divided by their scale"
    )
    return _base(theorem.id, theorem.title, text, "theorem") | {
        "assumes": proved,
        "not": "; ".join(limits),
        "data": ["epsilon"],
        "definitions": closure(values.values(), "theorem", own),
        "checks": ["epsilon > 0"],
        "values": values,
    }


def _lq_values(formulas: dict[str, sympy.Expr]) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The values of formulas and of all constants in them."""
    setting, own = Setting.LQ_POLICY, vocabulary(Setting.LQ_POLICY)
    names = sorted({s.name for formula in formulas.values() for s in formula.free_symbols} - {"step_size", "epsilon"})
    values = {name: symbol_call(name, setting) for name in names if not quantities_of(setting)[name].uses}
    for name, formula in formulas.items():
        own[name] = (name, text_of(formula, setting))
        values[name] = name
    return values, own


def inequality_records(assumption: Assumption) -> Iterator[dict[str, Any]]:
    """That one constant is larger than another, or not, for a linear-quadratic game and its starting gains."""
    assert assumption.sides is not None
    formulas = {entry.name: entry.formula for entry in constants("lq-game")}
    left, right = assumption.sides
    values, own = _lq_values({name: formulas[name] for name in (left, right)})
    for verdict, relation in (("holds", f"{left} > {right}"), ("violated", f"{left} <= {right}")):
        yield _base(assumption.id, assumption.title, assumption.statement, "linear policy") | {
            "verdict": verdict,
            "assumes": list(_LQ_PROVED),
            "not": "the same for other starting gains",
            "data": ["delta", "xi", "K:gains?"],
            "definitions": closure([relation, *values.values()], "linear policy", own),
            "checks": ["delta > 0", relation],
            "values": values,
        }


def lq_theorem_record(theorem: Theorem) -> dict[str, Any]:
    """The step size's limit and the iterations of a theorem of hambly2021, with all constants in them."""
    assert theorem.iterations is not None
    formulas = {entry.name: entry.formula for entry in constants("lq-game")}
    wanted = {"step_limit": theorem.step_size, "least_iterations": theorem.iterations}
    wanted |= {name: formulas[name] for name in ("noise_left", "noise_right")}
    values, own = _lq_values(wanted)
    checks = ["delta > 0", "epsilon > 0", "noise_left > noise_right", "0 < step_size < step_limit"]
    return _base(theorem.id, theorem.title, f"{theorem.guarantee}; step size below step_limit", "linear policy") | {
        "assumes": list(_LQ_PROVED),
        "not": "that a run of doubles keeps to the theorem",
        "data": ["delta", "xi", "epsilon", "step_size", "K:gains?"],
        "definitions": closure([*checks, *values.values()], "linear policy", own),
        "checks": checks,
        "values": values,
    }
