from fractions import Fraction

import pytest

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import bounds
from mpgcert.games import resolve
from mpgcert.reporting.variants import Variant, experiment_options, run_variants, with_observed_c

NOTES = {
    "experiment": {
        "step_size": 5,
        "regularization": "0.003",
        "exceptions": {"natural-gradient-play-log-barrier": {"step_size": 20, "truncation": 1}},
    }
}


@pytest.mark.parametrize(
    ("algorithm", "regularized", "expected"),
    [
        ("gradient-play", False, {"step_size": 5}),
        ("natural-gradient-play", False, {"step_size": 5}),
        ("gradient-play", True, {"step_size": 5, "regularization": "0.003"}),
        ("natural-gradient-play", True, {"step_size": 20, "regularization": "0.003", "truncation": 1}),
    ],
)
def test_parameters_of_an_experiment(algorithm, regularized, expected):
    assert experiment_options(NOTES, Variant(algorithm, regularized, (), ())) == expected


@pytest.mark.parametrize("notes", [{}, {"experiment": "on a Tuesday"}, {"experiment": {"regularization": 1}}])
def test_games_without_an_experiment(notes):
    assert experiment_options(notes, Variant("gradient-play", True, (), ())) is None


def test_wrong_parameters_of_an_experiment_are_reported_and_do_no_harm():
    game = resolve("stag-hunt")
    game.notes["experiment"] = {"step_size": -1, "regularization": "0.1"}
    analysis = Analysis.of(game)
    for variant in run_variants(analysis, bounds(analysis), 5):
        assert [entry.origin for entry in variant.runs] == ["theorem"]
        assert "step_size" in variant.remark


def test_theorems_need_more_iterations_when_c_is_small():
    analysis = Analysis.of(resolve("zhang2022-figure-1"))
    bounded = bounds(analysis)
    variant = next(v for v in run_variants(analysis, bounded, 50) if v.id == "gradient-play")
    run = variant.of_origin("theorem")
    bound = variant.rate
    assert (bound.theorem.id, bound.iterations) == ("zhang2022.theorem-5", 7200)
    c = Fraction(float(run.trajectory.min_c_lower[-1]))
    needed = with_observed_c(analysis, bounded, bound, run)
    assert needed >= bound.iterations / c**2 > needed - 1
