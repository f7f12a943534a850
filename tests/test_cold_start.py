"""What commands import before they answer: counted, not timed, so that a busy machine cannot fail the test."""

import subprocess
import sys

import pytest

HEAVY = {"scipy", "sympy", "matplotlib", "cvxpy", "numba", "jinja2", "latex2mathml", "distributed", "multiprocessing"}
PROGRAM = """
import sys
from mpgcert import cli
sys.argv = ["mpgcert", *sys.argv[1:]]
try:
    cli.main()
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""


def imported(*arguments):
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=120)
    assert done.stdout
    return set(done.stderr.split())


# Counts with some room for other versions of typer and numpy; a heavy package adds hundreds.
@pytest.mark.parametrize(
    ("arguments", "most", "without"),
    [
        (["--help"], 230, HEAVY | {"numpy", "flint", "rich"}),
        (["games"], 620, HEAVY),
        (["check", "zhang2022-figure-1"], 700, HEAVY),
        (["check", "zhang2022-figure-2"], 700, HEAVY),
        (["check", "prisoners-dilemma"], 700, HEAVY),
        (["check", "hambly2021-section-5.1"], 760, HEAVY),
        (["check", "hambly2021-remark-3.4"], 760, HEAVY),
        (["check", "lq-contraction", "--sigma-x", "policy"], 760, HEAVY),
        (["check", "lq-contraction", "--format", "csv"], 760, HEAVY | {"rich"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_commands_import_what_they_use(arguments, most, without):
    modules = imported(*arguments)
    assert {name.split(".")[0] for name in modules} & without == set()
    assert len(modules) <= most


def test_the_count_notices_a_heavy_import():
    assert {"sympy", "numpy"} <= imported("bounds", "prisoners-dilemma")


def test_a_statement_brings_the_formulas_of_its_own_paper_alone():
    modules = imported("falsify", "zhang2022.lemma-1", "--seconds", "1")
    assert "bounds.zhang2022.domination" in modules
    assert not {"bounds.hambly2021.convergence", "bounds.maheshwari2023.flow"} & modules
    assert "bounds.hambly2021.convergence" in imported("falsify", "hambly2021.lemma-3.18.part-2", "--seconds", "1")
