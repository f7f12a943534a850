"""Audits: independent of jobs, resumable after a kill, and strong enough for planted errors."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from sympy import Le

from mpgcert.auditing.audit import audit
from mpgcert.auditing.campaign import Campaign, plan
from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.falsify import falsify
from mpgcert.auditing.families import RandomSource, draw_blueprint, shape_for
from mpgcert.auditing.search import attack, instance, shrink
from mpgcert.claims.engine import check
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput

SYMBOL = {name: entry.symbol for name, entry in VOCABULARY.items()}
TARGETS = ["zhang2022.lemma-1", "zhang2022.lemma-20", "zhang2022.eq-12"]


def by_id(identifier):
    return find_claims([identifier])[0][1]


def test_the_result_does_not_depend_on_the_number_of_jobs(tmp_path):
    one = audit(TARGETS, instances=60, jobs=1, seed=7, folder=tmp_path / "one")
    two = audit(TARGETS, instances=60, jobs=2, seed=7, folder=tmp_path / "two")
    assert one.to_dict() == two.to_dict()
    assert one.to_dict() != audit(TARGETS, instances=60, jobs=1, seed=8).to_dict()
    for entry in one.statements:
        assert entry.status == "unrefuted"
        assert entry.instances == 60
        assert 0 < entry.certified <= entry.non_vacuous <= entry.instances


def test_a_killed_audit_goes_on_where_it_stopped(tmp_path):
    folder = tmp_path / "audit"
    command = [sys.executable, "-m", "mpgcert", "audit", *TARGETS, "--instances", "500", "--seed", "3", "--jobs", "1"]
    killed = subprocess.Popen([*command, "-o", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    units = folder / "units"
    deadline = time.monotonic() + 60
    while not (units.is_dir() and len(list(units.glob("*.json"))) >= 1):
        assert time.monotonic() < deadline
        assert killed.poll() is None
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    claims = find_claims(TARGETS)
    campaign = Campaign(folder, plan(claims, 3, 500))
    assert 0 < len(campaign.pending()) < len(campaign.units)
    before = {path: path.stat().st_mtime_ns for path in units.glob("*.json")}
    resumed = audit(TARGETS, instances=500, seed=3, jobs=2, folder=folder)
    assert {path: path.stat().st_mtime_ns for path in before} == before  # nothing was done twice
    assert resumed.to_dict() == audit(TARGETS, instances=500, seed=3, jobs=2).to_dict()


def test_half_written_and_foreign_results_are_done_again(tmp_path):
    campaign = Campaign(tmp_path, plan(find_claims(TARGETS[:1]), 0, 40))
    campaign.run(1)
    path = next((tmp_path / "units").glob("*.json"))
    whole = path.read_text()
    for damaged in ("", whole[:50], json.dumps({**json.loads(whole), "unit": {}}), "[]"):
        path.write_text(damaged)
        assert len(campaign.pending()) == 1
    campaign.run(1)
    assert path.read_text() == whole


def test_plans_depend_on_budget_and_seed_only():
    claims = find_claims(TARGETS)
    assert plan(claims, 1, seconds=100) == plan(claims, 1, seconds=100)
    assert sum(u.samples + u.climbs for u in plan(claims, 1, seconds=100)) > 5 * sum(
        u.samples + u.climbs for u in plan(claims, 1, seconds=10)
    )
    units = plan(claims, 1, 5000)
    assert len({unit.file_name for unit in units}) == len(units)
    draws = {tuple(unit.generator().integers(0, 2**60, 2)) for unit in units}
    assert len(draws) == len(units)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "nothing"),
        (["zhang2022.lemma-99"], "zhang2022.lemma-"),
        (["no-such-file.py"], "no-such-file.py"),
    ],
)
def test_unknown_targets_are_named(arguments, says):
    with pytest.raises(InvalidInput, match=says):
        audit(arguments)


lemma_1, eq_12, lemma_20 = by_id("zhang2022.lemma-1"), by_id("zhang2022.eq-12"), by_id("zhang2022.lemma-20")
theorem_7, ascent_6 = by_id("zhang2022.theorem-7"), by_id("zhang2022.theorem-6.ascent")
horizon = 1 - SYMBOL["discount"]

# Ten true statements with one thing wrong in each.
MUTATIONS = {
    "a third of the bound": (lemma_1, {"relation": Le(lemma_1.relation.lhs, lemma_1.relation.rhs / 3)}),
    "c dropped": (lemma_1, {"relation": Le(lemma_1.relation.lhs, lemma_1.relation.rhs * SYMBOL["c_theta"])}),
    "M dropped": (lemma_1, {"relation": Le(lemma_1.relation.lhs, lemma_1.relation.rhs / SYMBOL["M_theta"])}),
    "another player's gap": (lemma_1, {"relation": lemma_1.relation.subs(SYMBOL["nash_gap_i"], SYMBOL["nash_gap"])}),
    "M as 1": (lemma_1, {"relation": lemma_1.relation.subs(SYMBOL["M_theta"], 1)}),
    "normalisers doubled": (lemma_20, {"relation": Le(2 * lemma_20.relation.lhs, lemma_20.relation.rhs)}),
    "step size unlimited": (lemma_20, {"given": (Le(SYMBOL["step_size"], 1000 * horizon),)}),
    "ascent without the half": (ascent_6, {"relation": Le(2 * ascent_6.relation.lhs, ascent_6.relation.rhs)}),
    "ascent at twice the step": (
        ascent_6,
        {"relation": Le(SYMBOL["regularized_gradient_norm"] ** 2 * SYMBOL["step_size"], SYMBOL["regularized_ascent"])},
    ),
    "bias without M and lambda": (
        theorem_7,
        {
            "relation": Le(
                theorem_7.relation.lhs, SYMBOL["regularized_gain"] / (100 * SYMBOL["regularization"] * SYMBOL["steps"])
            )
        },
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_planted_mutations_fall(name):
    original, changes = MUTATIONS[name]
    mutated = replace(original, **changes, near_misses={})
    start = time.perf_counter()
    for seed in range(12):
        found = attack(mutated, np.random.default_rng(seed), samples=200, climbs=300)
        if found.counterexample is not None:
            break
    assert found.counterexample is not None
    assert time.perf_counter() - start < 60
    smaller, outcome = shrink(mutated, found.counterexample[0], rounds=40)
    assert outcome.verdict is Verdict.VIOLATED
    assert smaller.size <= found.counterexample[0].size
    assert check(mutated, instance(mutated, smaller)).verdict is Verdict.VIOLATED
    assert check(original, instance(original, smaller)).verdict is not Verdict.VIOLATED


def test_a_true_statement_survives_a_serious_attack():
    found = attack(lemma_1, np.random.default_rng(0), samples=400, climbs=400)
    assert found.counterexample is None
    assert found.undecided == 0
    assert found.worst_ratio == pytest.approx(0.5)  # the lemma is loose by exactly 2 at two actions


def test_falsify_reports_what_survived_and_refuses_definitions():
    result = falsify("zhang2022.lemma-1", seconds=1)
    assert result.counterexample is None
    assert result.instances > 100
    assert result.verdicts == [Verdict.HOLDS]


@pytest.mark.parametrize("entry", [lemma_1, lemma_20, eq_12], ids=lambda entry: entry.id)
def test_drawn_blueprints_build_and_describe_themselves(entry):
    source = RandomSource(np.random.default_rng(1))
    for _ in range(20):
        point = instance(entry, draw_blueprint(source, shape_for(entry)))
        assert point.game.rewards.min() >= 0
        assert point.game.rewards.max() <= 1
        if entry is not lemma_1:
            assert point.analysis.found_potential is not None
            assert point.step_size > 0
