from xml.etree import ElementTree

import pytest

from mpgcert.claims.formula import latex
from mpgcert.claims.statements import assumptions, claims, constants, run_claims, theorems
from mpgcert.reporting.mathml import from_latex

FORMULAS = sorted(
    {entry.latex for entry in assumptions()}
    | {latex(entry.formula) for entry in constants()}
    | {entry.guarantee_latex for entry in theorems()}
    | {
        latex(formula)
        for entry in theorems()
        for formula in (entry.step_size, entry.regularization, entry.iterations)
        if formula is not None
    }
    | {latex(relation) for entry in run_claims() for relation in (entry.relation, *entry.given)}
)
SPACE = "{http://www.w3.org/1998/Math/MathML}"


@pytest.mark.parametrize("source", FORMULAS)
@pytest.mark.parametrize("block", [True, False])
def test_every_formula_of_the_catalogues_is_mathml(source, block):
    root = ElementTree.fromstring(from_latex(source, block))
    assert root.tag == f"{SPACE}math"
    assert root.get("display") == ("block" if block else "inline")
    annotation = root.find(f"{SPACE}semantics/{SPACE}annotation")
    assert annotation.text == source
    shown = "".join(text for part in root.find(f"{SPACE}semantics")[:1] for text in part.itertext())
    assert shown.strip()
    assert "\\" not in shown, "a command that the converter does not know"


def test_every_statement_has_commands_that_exist():
    formulas = {entry.latex if entry.relation is None else latex(entry.relation) for entry in claims()}
    formulas |= {entry.latex for kind in ("lq-game", "step-sizes") for entry in assumptions(kind)}
    unknown = [source for source in formulas - {""} if "\\" in from_latex(source).partition("<annotation")[0]]
    assert unknown == []


def test_parentheses_grow_only_around_something_tall():
    assert 'stretchy="false">&#x00028;' in from_latex(r"\left(1 - \gamma\right)^{3}")
    assert 'stretchy="false">&#x00028;' not in from_latex(r"\left(\frac{1}{2}\right)^{3}")
