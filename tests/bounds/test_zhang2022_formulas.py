"""The catalogue's formulas against numbers worked out by hand from the paper's text."""

from fractions import Fraction

import pytest

from mpgcert.claims.formula import evaluate_exactly
from mpgcert.claims.statements import assumptions, constants, run_claims, theorems

# n = 2, gamma = 1/2, max|A_i| = 3, M = 4, phi range 1/5, epsilon = 1/10, c = 1/2
GAME = {
    "n": 2,
    "discount": Fraction(1, 2),
    "A_max": 3,
    "M": 4,
    "phi_range": Fraction(1, 5),
    "epsilon": Fraction(1, 10),
    "c": Fraction(1, 2),
}


def theorem(label, algorithm):
    return next(t for t in theorems() if t.id == f"zhang2022.{label}" and t.algorithm == algorithm)


# (theorem, algorithm, step size, regularisation, iterations)
BY_HAND = [
    # (1/8) / 12
    ("theorem-4", "gradient-play", Fraction(1, 96), None, None),
    # (1/4) / (4/5)
    ("theorem-4", "natural-gradient-play", Fraction(5, 16), None, None),
    # 2 * 3 * 16 * (1/5) / (1/2 * 1/4 * 1/96 * 1/100) = 19.2 * 76800
    ("theorem-5", "gradient-play", Fraction(1, 96), None, 1474560),
    # 3 * 4 * (1/5) / (1/2 * 1/2 * 5/16 * 1/100) = 2.4 * 1280
    ("theorem-5", "natural-gradient-play", Fraction(5, 16), None, 3072),
    # lambda = 1/120; (1/8) / (12 + 2/120 * 3 / 8); 2 * 9 * (1/5) * 16 / (1/2 * eta / 100) = 11520 / eta
    ("theorem-6", "gradient-play", Fraction(1, 8) / (12 + Fraction(1, 160)), Fraction(1, 120), 1106496),
    # lambda = 1/240; min(1 / (15 (4 + 1/20)), 1 / (4 (0.8 + 64 + 192))); 36 * 3 * 0.2 * 4 / (1/2 * eta / 100)
    ("theorem-7", "natural-gradient-play", Fraction(1, 4) / (Fraction(4, 5) + 64 + 192), Fraction(1, 240), 17750016),
]


@pytest.mark.parametrize(("label", "algorithm", "step", "weight", "iterations"), BY_HAND)
def test_theorem_constants(label, algorithm, step, weight, iterations):
    entry = theorem(label, algorithm)
    values = dict(GAME)
    if weight is not None:
        values["regularization"] = evaluate_exactly(entry.regularization, values)
        assert values["regularization"] == weight
    values["step_size"] = evaluate_exactly(entry.step_size, values)
    assert values["step_size"] == step
    if iterations is not None:
        value = evaluate_exactly(entry.iterations, values)
        assert value == -(-iterations // 1)


def test_smoothness_constants():
    by_name = {constant.name: constant for constant in constants()}
    assert evaluate_exactly(by_name["beta"].formula, GAME) == 96
    assert evaluate_exactly(by_name["beta_regularized"].formula, GAME | {"regularization": Fraction(1, 6)}) == 97


def test_ids_are_labels_of_their_paper():
    known = {entry.id for entry in assumptions()}
    for entry in theorems():
        assert entry.id.startswith("zhang2022.")
        assert set(entry.hypotheses) <= known
    assert all(entry.id.startswith("zhang2022.") for entry in run_claims())
