"""The house rules that a machine can hold: import direction, module size, lazy heavy imports."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("mpgcert/**/*.py"), *ROOT.glob("bounds/**/*.py")])

# A package may import those before it, and itself.
ORDER = [
    "errors",
    "phases",
    "display",
    "arithmetic",
    "games",
    "kernels",
    "solvers",
    "learn",
    "claims",
    "certificates",
    "auditing",
    "reporting",
    "ahead",
    "doctor",
    "cli_completion",
    "cli_common",
    "cli_claims",
    "cli_doctor",
    "cli_run",
    "cli_verify",
    "cli",
]
HEAVY = {
    "scipy",
    "sympy",
    "matplotlib",
    "cvxpy",
    "numba",
    "jinja2",
    "rich",
    "latex2mathml",
    "hypothesis",
    "quantecon",
    "distributed",
}
# Modules that are themselves loaded only when they are needed.
LAZY = {
    "mpgcert/certificates/claim_records.py",
    "mpgcert/certificates/theorem_records.py",
    "mpgcert/kernels/decentralized.py",
    "mpgcert/kernels/gaps.py",
    "mpgcert/kernels/visitation.py",
    "mpgcert/kernels/counts.py",
    "mpgcert/kernels/sparse.py",
    "mpgcert/kernels/sparse_systems.py",
    "mpgcert/kernels/compiling.py",
    "mpgcert/kernels/elementary.py",
    "mpgcert/claims/symbols.py",
    "mpgcert/claims/vocabulary/term.py",
    "mpgcert/claims/formula.py",
    "mpgcert/claims/engine.py",
    "mpgcert/claims/sides.py",
    "mpgcert/claims/screening.py",
    "mpgcert/auditing/identities.py",
    "mpgcert/auditing/audit.py",
    "mpgcert/claims/scalar_proofs.py",
    "mpgcert/strategies.py",
    "mpgcert/claims/step_sizes/constants.py",
    "mpgcert/claims/step_sizes/monomials.py",
    "mpgcert/claims/step_sizes/expansion.py",
    "mpgcert/claims/step_sizes/growth.py",
    "mpgcert/claims/step_sizes/single.py",
    "bounds/zhang2022/theorems.py",
    "bounds/zhang2022/gradients.py",
    "bounds/zhang2022/natural_gradients.py",
    "bounds/zhang2022/stationary_points.py",
    "bounds/zhang2022/domination.py",
    "bounds/zhang2022/unregularized.py",
    "bounds/zhang2022/asymptotic.py",
    "bounds/zhang2022/natural_ascent.py",
    "bounds/zhang2022/normalizers.py",
    "bounds/zhang2022/table_1.py",
    "bounds/zhang2022/regularized.py",
    "bounds/zhang2022/barrier_terms.py",
    "bounds/zhang2022/barrier_gradient.py",
    "bounds/zhang2022/barrier_steps.py",
    "bounds/zhang2022/barrier_induction.py",
    "bounds/zhang2022/barrier_corollary.py",
    "bounds/zhang2022/barrier_ascent.py",
    "bounds/zhang2022/barrier_shifts.py",
    "bounds/zhang2022/barrier_directions.py",
    "bounds/zhang2022/barrier_rates.py",
    "bounds/zhang2022/smoothness.py",
    "bounds/zhang2022/differences.py",
    "bounds/zhang2022/softmax_means.py",
    "bounds/zhang2022/elementary.py",
    "bounds/hambly2021/constants.py",
    "bounds/hambly2021/theorems.py",
    "bounds/hambly2021/equilibrium.py",
    "bounds/hambly2021/second_moments.py",
    "bounds/hambly2021/regularity.py",
    "bounds/hambly2021/dominance.py",
    "bounds/hambly2021/covariance.py",
    "bounds/hambly2021/noise_condition.py",
    "bounds/hambly2021/radius.py",
    "bounds/hambly2021/perturbation.py",
    "bounds/hambly2021/value_shifts.py",
    "bounds/hambly2021/contraction.py",
    "bounds/hambly2021/step_sizes.py",
    "bounds/hambly2021/cost_change.py",
    "bounds/hambly2021/one_step.py",
    "bounds/hambly2021/gradient_bound.py",
    "bounds/hambly2021/convergence.py",
    "bounds/hambly2021/experiments.py",
    "bounds/maheshwari2023/definitions.py",
    "bounds/maheshwari2023/learning.py",
    "bounds/maheshwari2023/flow_names.py",
    "bounds/maheshwari2023/flow.py",
    "bounds/maheshwari2023/noise.py",
    "bounds/maheshwari2023/boundedness.py",
    "bounds/maheshwari2023/chain.py",
    "bounds/maheshwari2023/attractor.py",
    "bounds/maheshwari2023/mismatch.py",
    "bounds/maheshwari2023/decrease.py",
    "bounds/maheshwari2023/gradient.py",
    "bounds/maheshwari2023/equilibrium.py",
}


def imports(path: Path, top_level_only: bool = False) -> set[str]:
    """Imported modules, without those under `if TYPE_CHECKING`."""
    tree = ast.parse(path.read_text())
    guarded = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    found = set()
    for node in nodes:
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "mpgcert" and len(parts) > 1 and parts[1] in ORDER else None


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_keeps_the_house_rules(path):
    name = path.relative_to(ROOT)
    limit = 899 if name.name == "verify.py" else 330  # one file that runs by itself
    assert len(path.read_text().splitlines()) <= limit, "split this module"
    all_imports = imports(path)
    if str(name) not in LAZY:
        heavy = {module.split(".")[0] for module in imports(path, top_level_only=True)} & HEAVY
        assert not heavy, f"import {heavy} inside the function that needs it"
    if name.parts[:2] != ("mpgcert", "arithmetic"):
        assert not any(module.split(".")[0] == "flint" for module in all_imports), "only arithmetic/ imports flint"
    if name.parts[0] == "bounds":
        allowed = ("mpgcert.claims.claim", "mpgcert.claims.statements", "mpgcert.claims.symbols")
        mine = {module for module in all_imports if module.startswith("mpgcert")}
        assert mine <= set(allowed), "a catalogue imports the vocabulary only"
    else:
        assert not any(module.split(".")[0] == "bounds" for module in all_imports), "catalogues are found, not imported"
    own = name.stem if len(name.parts) == 2 else name.parts[1]
    if own in ORDER:
        above = {other for module in all_imports if (other := layer(module))} - set(ORDER[: ORDER.index(own) + 1])
        # results show themselves through the report layer, loaded on demand
        above -= {"reporting"} if own == "display" else set()
        assert not above, f"{own} must not import {above}"
