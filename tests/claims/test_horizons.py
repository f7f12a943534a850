"""The T of a theorem beside the first iteration that satisfies its conclusion."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mpgcert.claims.analysis import Analysis
from mpgcert.claims.bounds import bounds
from mpgcert.claims.horizons import horizon_of
from mpgcert.claims.parameters import run_parameters
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Policy
from mpgcert.games.builtin import builtin
from mpgcert.learn import run

THEOREMS = {"zhang2022.theorem-6": "least_gap", "zhang2022.theorem-7": "mean_gap"}
# with the largest accuracies that leave something to do, so that T is executed in seconds
GAMES = {
    "trembling-team": (builtin("trembling-team"), 3),
    "stag-hunt": (replace(builtin("stag-hunt"), discount=Fraction(1, 4)), Fraction(1, 2)),
    "climbing": (replace(builtin("climbing"), discount=Fraction(1, 2)), 10),
}


def world(name, theorem, epsilon=None):
    game, chosen = GAMES[name]
    analysis = Analysis.of(game)
    accuracy = epsilon or chosen
    bound = next(b for b in bounds(analysis, accuracy).theorems if b.theorem.id == theorem)
    parameters = run_parameters(analysis, bound.theorem.algorithm, None, bound.regularization)
    assert parameters.step_size == bound.step_size
    return analysis, bound, parameters, Fraction(accuracy)


def made(analysis, bound, parameters, steps, **options):
    return run(
        analysis.game,
        bound.theorem.algorithm,
        steps=steps,
        step_size=float(parameters.step_size),
        regularization=float(parameters.regularization),
        potential=analysis.phi,
        **options,
    )


@pytest.mark.parametrize("theorem", THEOREMS)
@pytest.mark.parametrize("name", GAMES)
def test_the_whole_horizon_is_executed(name, theorem):
    analysis, bound, parameters, epsilon = world(name, theorem)
    assert analysis.game.discount > 0
    assert bound.applies is Verdict.HOLDS
    seen = []
    trajectory = made(analysis, bound, parameters, bound.iterations, progress=lambda t, T: seen.append(t))
    assert trajectory.complete
    assert len(trajectory.steps) <= 1002  # whatever the number of steps
    assert len(seen) > 3
    horizon = horizon_of(analysis, trajectory, parameters)
    assert (horizon.theorem, horizon.measure, horizon.epsilon) == (theorem, THEOREMS[theorem], epsilon)
    assert horizon.promised == horizon.made == bound.iterations
    assert horizon.verdict is Verdict.HOLDS
    # the first time, counted in a run of which every iterate is recorded
    every = made(analysis, bound, parameters, horizon.first, record_every=1)
    gaps = every.nash_gap.max(axis=1)
    value = {"least_gap": np.minimum.accumulate(gaps), "mean_gap": np.cumsum(gaps) / np.arange(1, len(gaps) + 1)}
    course = value[THEOREMS[theorem]]
    assert course[horizon.first - 1] <= float(epsilon)
    assert (course[: horizon.first - 1] > float(epsilon) * (1 - 1e-9)).all()


def test_a_shorter_run_leaves_the_promise_open():
    analysis, bound, parameters, _ = world("trembling-team", "zhang2022.theorem-6", Fraction(1, 1000))
    horizon = horizon_of(analysis, made(analysis, bound, parameters, 20), parameters)
    assert horizon.promised == bound.iterations > 20
    assert (horizon.made, horizon.first, horizon.verdict) == (20, None, Verdict.VACUOUS)
    assert horizon.to_dict()["verdict"] == "vacuous"


def test_a_broken_promise_is_noticed():
    """Gaps that are larger than those of the run: the comparison can fail."""
    analysis, bound, parameters, _ = world("trembling-team", "zhang2022.theorem-6")
    trajectory = made(analysis, bound, parameters, bound.iterations)
    worse = replace(trajectory, min_gap=trajectory.min_gap + 100, gap_sum=trajectory.gap_sum + 100 * trajectory.steps)
    horizon = horizon_of(analysis, worse, parameters)
    assert (horizon.first, horizon.verdict) == (None, Verdict.VIOLATED)


def test_runs_without_a_promise():
    analysis, bound, parameters, _ = world("trembling-team", "zhang2022.theorem-6")
    trajectory = made(analysis, bound, parameters, 10)
    assert horizon_of(analysis, trajectory, parameters) is not None
    other = replace(parameters, step_size=parameters.step_size * 2)
    assert horizon_of(analysis, trajectory, other) is None
    assert horizon_of(analysis, trajectory, replace(parameters, regularization=Fraction(0))) is None
    tilted = Policy.of(analysis.game, [[["1/3", "2/3"]] * 2] * 2)
    assert horizon_of(analysis, made(analysis, bound, parameters, 10, start=tilted), parameters) is None


def test_the_command_says_it(answer):
    _, bound, _, _ = world("trembling-team", "zhang2022.theorem-6")
    status, found = answer(
        "run", "trembling-team", "--algorithm", "gradient-play", "--steps", "40", "--regularization",
        f"{bound.regularization}",
    )  # fmt: skip
    assert status == 0
    assert found["horizon"]["promised"] == bound.iterations
    assert found["horizon"]["made"] == 40
