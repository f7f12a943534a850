"""The repeated figures of hambly2021 with tiny settings, held against single runs and against the Riccati solution."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mpgcert.claims.statements import claims
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import resolve
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq import run_lq, starts_in_ball
from mpgcert.learn.lq.batch import split_players
from mpgcert.reporting.blocks import parts
from mpgcert.reporting.lq.charts import Chart, Line, Mark, Span, figure
from mpgcert.reporting.lq.experiments import EXPERIMENTS, experiments_of
from mpgcert.reporting.lq.figure_plots import charts
from mpgcert.reporting.lq.figure_section import found, proved, section, share
from mpgcert.reporting.lq.figures import repeat, with_noise
from mpgcert.reporting.page import build_report
from mpgcert.solvers.lq.solution import solve_riccati

STARTS = 5
DECIDED = (Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED)


def tiny(name):
    """The experiments of a game with few iterations."""
    shorter = {"steps": 12, "by": 8}
    return [
        replace(entry, **shorter, paths=min(entry.paths, 2), trajectories=None if entry.trajectories is None else 20)
        for entry in EXPERIMENTS[name]
    ]


@pytest.fixture(scope="module")
def known():
    game = resolve("hambly2021-section-5.1")
    return repeat(game, solve_riccati(game), tiny("hambly2021-section-5.1"), STARTS)


@pytest.fixture(scope="module")
def unknown():
    game = resolve("hambly2021-section-5.2")
    return repeat(game, solve_riccati(game), tiny("hambly2021-section-5.2"), STARTS)


def single_runs(game, finding):
    """Every start of a finding, run one by one."""
    experiment = finding.experiment
    for start in starts_in_ball(game, float(experiment.radius), STARTS):
        yield run_lq(
            game,
            experiment.algorithm,
            steps=experiment.steps,
            step_size=experiment.step_sizes if len(experiment.step_sizes) > 1 else experiment.step_sizes[0],
            start=Gains.from_doubles(split_players(game, start)),
            record_every=1,
        )


def test_shares_are_those_of_single_runs(known):
    for finding in known:
        experiment = finding.experiment
        assert [cell.noise for cell in finding.cells] == list(experiment.noises)
        for cell, entry in zip(finding.cells, finding.to_dict()["curves"]):
            game = with_noise(resolve("hambly2021-section-5.1"), cell.noise)
            errors = np.array([np.abs(run.normalized_error) for run in single_runs(game, finding)])
            below = (errors[:, experiment.by] <= experiment.level).all(axis=1)
            assert entry["below_level_at"][str(experiment.by)]["runs"] == below.sum()
            assert entry["larger_at_the_end"]["runs"] == (errors[:, -1].max(axis=1) > errors[:, 0].max(axis=1)).sum()
            peaks = (errors.max(axis=1) > errors[:, 0]).sum(axis=0)
            assert [share["runs"] for share in entry["peaking"]] == peaks.tolist()


def test_followed_gains_are_those_of_single_runs(known):
    game = resolve("hambly2021-section-5.1")
    for finding in known[2:]:
        (paths,) = finding.paths
        for j, run in zip(range(paths.gains.shape[1]), single_runs(game, finding)):
            own = np.concatenate([part[:, 0] for part in run.gains], axis=1)
            assert np.allclose(paths.gains[:, j], own, rtol=1e-9, atol=1e-12)
        low, high = solve_riccati(game).gain_bounds
        assert np.allclose(finding.star, (low[0] + high[0]) / 2, rtol=1e-12)


def test_learned_gains_are_those_of_single_runs(unknown):
    figure_8 = unknown[1]
    experiment = figure_8.experiment
    for paths in figure_8.paths:
        game = with_noise(resolve("hambly2021-section-5.2"), paths.noise)
        for seed in range(experiment.paths):
            run = run_lq(
                game,
                experiment.algorithm,
                steps=experiment.steps,
                step_size=experiment.step_sizes[0],
                record_every=1,
                seed=seed,
                smoothing=experiment.smoothing,
                trajectories=experiment.trajectories,
                sampled_cost=paths.sampled_cost,
            )
            own = np.concatenate([part[:, 0] for part in run.gains], axis=1)
            assert np.array_equal(paths.gains[: len(own), seed], own)
            assert np.isnan(paths.gains[len(own) :, seed]).all()


def test_the_rate_is_the_spectral_radius_with_each_player_s_own_step(known):
    twin = solve_riccati(resolve("hambly2021-section-5.1")).twin
    for finding in known:
        sizes = [float(Fraction(size)) for size in finding.experiment.step_sizes]
        steps = np.diag(sizes if len(sizes) > 1 else sizes * 2)
        radius = max(abs(np.linalg.eigvals(np.eye(2) - 2 * steps @ phi)).max() for phi in twin.phi)
        low, high = finding.rate
        assert low <= high < 1
        assert radius == pytest.approx(low, abs=1e-12)
        assert finding.outcome == "converges"


def test_the_sentences_have_the_numbers_of_the_cells(known, unknown):
    for finding in known:
        text, experiment = found(finding), finding.experiment
        at = experiment.by if len(finding.cells) > 1 else experiment.steps
        shares = [cell.ensemble.meeting(experiment.level, at, "at") for cell in finding.cells]
        assert share(min(shares, key=lambda part: part.successes)) in text
        assert share(finding.cells[0].ensemble.diverged) in text
        left = "".join(part if isinstance(part, str) else part.text for part in parts(proved(finding)))
        assert "K* is reached from every start" in left
        assert ("hambly2021.eq-3.8.noise-free" in left) == (len(finding.cells) > 1)
    text = found(unknown[0])
    for cell in unknown[0].cells:
        part = cell.ensemble.meeting(0.05, 8, "at")
        assert f"{part.successes} of {part.count} at σ² = {cell.noise}" in text


def test_the_section_shows_every_figure(known, unknown):
    for findings, numbers in ((known, "123456"), (unknown, "78")):
        shown = section(findings)
        assert [part.title for part in shown.sections] == [f"Figure {number}" for number in numbers]
        ids = [chart.id for finding in findings for chart in charts(finding)]
        assert len(ids) == len(set(ids)) >= 2 * len(findings)
        assert all(chart.description for finding in findings for chart in charts(finding))


def test_statements_are_in_the_catalogue():
    catalogue = {claim.id for claim in claims()}
    assert {entry.statement for own in EXPERIMENTS.values() for entry in own} <= catalogue


def test_experiments_belong_to_the_games_of_the_paper_alone():
    assert [entry.figure for entry in experiments_of(resolve("hambly2021-section-5.1:noise=0"))] == list("123456")
    assert [entry.figure for entry in experiments_of(resolve("hambly2021-section-5.2:spread=deviation"))] == ["7", "8"]
    assert experiments_of(resolve("lq-contraction")) == ()
    impostor = LQGame(**{**vars(resolve("lq-contraction")), "name": "hambly2021-section-5.1"})
    assert experiments_of(impostor) == ()


def test_only_the_noise_is_changed():
    game = resolve("hambly2021-section-5.2")
    assert with_noise(game, "0.001").fingerprint == resolve("hambly2021-section-5.2:noise=0.001").fingerprint


def test_a_report_of_the_first_experiment_repeats_its_figures(monkeypatch):
    chosen = [entry for entry in tiny("hambly2021-section-5.1") if entry.figure in "15"]
    monkeypatch.setattr("mpgcert.reporting.lq.experiments.EXPERIMENTS", {"hambly2021-section-5.1": chosen})
    told = []
    report = build_report(
        resolve("hambly2021-section-5.1"), steps=4, starts=3, progress=lambda done, total, what: told.append(what)
    )
    assert [entry["figure"] for entry in report.records["experiments"]] == ["1", "5"]
    assert {curve["count"] for entry in report.records["experiments"] for curve in entry["curves"]} == {3}
    assert {"figure 1", "figure 5"} <= set(told)
    assert report.to_markdown().count("### Figure ") == 2
    assert "--starts 3" in report.to_markdown()


def test_verdicts_are_told_apart_without_colour():
    x = np.linspace(1.0, 9.0, 50)
    spans = tuple(Span(float(k), k + 1.0, verdict) for k, verdict in enumerate(DECIDED, 1))
    drawn = figure(
        Chart("c", "t", "x", "y", "d", lines=(Line("a <&>", x, np.exp(9 * x), 0),), spans=spans, log_x=True, log_y=True)
    )
    assert drawn.svg.count("<pattern") == 2
    assert all(
        f">{label}<" in drawn.svg for label in ("proved: holds", "proved: violated", "undecided", "a &lt;&amp;&gt;")
    )


def test_numbers_beyond_doubles_do_not_stop_a_plot():
    x = np.arange(1.0, 6.0)
    lines = (Line("far", x, np.array([1e-320, 1e-3, 1.0, 1e300, np.inf]), 0), Line("none", x, np.full(5, np.nan), 1))
    for limits in (None, (1e-10, 1e4)):
        for log_y in (True, False):
            svg = figure(
                Chart("c", "t", "x", "y", "d", lines=lines, marks=(Mark("m", 2.0, 1),), log_y=log_y, limits=limits)
            ).svg
            assert "nan" not in svg
            assert "inf" not in svg
