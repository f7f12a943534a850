"""Screening in blocks: what it says of each instance is what `screen` says of it alone."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Le

from mpgcert.arithmetic import EXACT, FLOAT, ExactArray
from mpgcert.arithmetic.lanes import Diverging, Lane, Lanes, NotInLanes, as_block, as_lanes, solve_block
from mpgcert.auditing.blocks import draw_block, draw_sizes
from mpgcert.auditing.campaign import plan
from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.families import RandomSource, shape_for
from mpgcert.auditing.search import attack, instance, world_of
from mpgcert.auditing.sweep import drawn_in_blocks, instances_of, sweep
from mpgcert.auditing.tabular_world import TabularWorld
from mpgcert.claims.engine import check, screen
from mpgcert.claims.lane_point import stack
from mpgcert.claims.screening import screen_all, screen_lanes
from mpgcert.claims.verdicts import Verdict
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate

IDS = (
    "zhang2022.lemma-1",
    "zhang2022.lemma-1.step-5",
    "zhang2022.lemma-13.step-1",
    "zhang2022.lemma-20",
    "zhang2022.lemma-26.step-c9",
    "zhang2022.lemma-20.step-5",
    "zhang2022.lemma-2.step-2",
    "maheshwari2023.eq-29",
)
CLAIMS = {identifier: find_claims([identifier])[0][1] for identifier in IDS}
seeds = st.integers(0, 2**32 - 1)


def is_delicate(point):
    """Whether rounding decides: two averaged Q-values of a player in a state, or one and its mean, are (nearly) equal.

    Then doubles may take another maximiser, and quotients of sides that are exactly 0 are quotients of rounding errors.
    """
    for policy in (policy for policy in (point.policy, point.other) if policy is not None):
        evaluation = evaluate(GameArrays.of(point.game, FLOAT), policy.lift(FLOAT))
        for player in range(point.game.n_players):
            rows = np.sort(evaluation.averaged_advantage(player), axis=1)
            if (np.abs(rows) < 1e-9).any() or (np.diff(rows, axis=1) < 1e-9).any():
                return True
    return False


def agrees(one, other):
    """Ratios agree up to rounding: sides that differ by rounding alone have a ratio of about 0, or of about 1."""
    if one is None or other is None:
        return one is other
    return math.isclose(one.ratio, other.ratio, rel_tol=1e-5, abs_tol=1e-9)


@pytest.mark.parametrize("identifier", IDS)
@settings(max_examples=6)
@given(seed=seeds)
def test_blocks_screen_as_one_by_one(identifier, seed):
    claim, rng = CLAIMS[identifier], np.random.default_rng(seed)
    drawn = draw_block(rng, shape_for(claim), *draw_sizes(rng, shape_for(claim)), 40)
    world = TabularWorld(claim)
    many = screen_lanes(claim, instances_of(claim, world, drawn))
    assert many.alone == 0 or identifier in ("zhang2022.lemma-2.step-2", "zhang2022.lemma-20.step-5")  # much parted
    for k in range(0, drawn.count, 3):
        point = instance(claim, drawn.blueprint(k))
        assert agrees(screen(claim, point), many[k]) or is_delicate(point)


@pytest.mark.parametrize("identifier", [*IDS, "zhang2022.eq-18", "maheshwari2023.appendix-b.1.a5"])
def test_drawn_points_of_all_shapes_screen_as_one_by_one(identifier):
    (_, claim), source = find_claims([identifier])[0], RandomSource(np.random.default_rng(3))
    world = world_of(claim)
    points = [world.point(world.draw(source)) for _ in range(60)]
    twice = points + points[:20]  # some shapes often enough for lanes
    agreed = 0
    for point, found in zip(twice, screen_all(claim, twice), strict=True):
        agreed += (same := agrees(screen(claim, point), found))
        assert same or is_delicate(point)
    assert agreed >= 70


def test_lanes_give_the_exact_ratio_where_doubles_tie():
    claim = CLAIMS["zhang2022.lemma-1"]
    drawn = draw_block(np.random.default_rng(1), shape_for(claim), 2, (2, 2), 200)
    many = screen_lanes(claim, instances_of(claim, TabularWorld(claim), drawn))
    ties = [k for k in range(drawn.count) if is_delicate(instance(claim, drawn.blueprint(k)))][:6]
    assert ties
    for k in ties:
        outcome = check(claim, instance(claim, drawn.blueprint(k)))
        assert outcome.verdict is Verdict.HOLDS
        # an averaged Q that wins by rounding alone makes c smaller, and so the ratio
        assert many[k].ratio <= outcome.ratio * (1 + 1e-6) + 1e-9


def test_instances_that_disagree_are_parted():
    """Where a state is never visited M(theta) has no value; the others keep theirs."""
    claim, rng = CLAIMS["zhang2022.lemma-1"], np.random.default_rng(0)
    world = TabularWorld(claim)
    points = []
    for k in range(60):
        blueprint = draw_block(rng, shape_for(claim), 2, (2, 2), 1).blueprint(0)
        if k % 2:
            stay = np.eye(2, dtype=np.int64)[:, None, None, :]
            blueprint = blueprint.changed(
                kernel=np.broadcast_to(stay, blueprint.kernel.shape).copy(), initial=np.array([1, 0])
            )
        points.append(world.point(blueprint))
    many = screen_lanes(claim, stack(points))
    assert many.alone == 0
    for k, point in enumerate(points):
        assert (many[k] is None) == bool(k % 2)
        assert agrees(screen(claim, point), many[k]) or is_delicate(point)


@given(seeds, st.integers(1, 5))
def test_systems_of_lanes_are_solved(seed, size):
    rng = np.random.default_rng(seed)
    matrix, right = rng.normal(size=(size, size, 7)), rng.normal(size=(size, 2, 7))
    if seed % 2:
        matrix += 10 * size * np.eye(size)[:, :, None]
    found = solve_block(matrix, right)
    for lane in range(7):
        expected = np.linalg.solve(matrix[..., lane], right[..., lane])
        assert np.allclose(found[..., lane], expected, rtol=1e-6, atol=1e-9)


def test_lanes_are_numbers_that_answer_with_one_voice():
    lanes = Lanes(3)
    x, y = Lane(np.array([1.0, 2.0, 3.0])), Lane(np.array([4.0, 2.5, -1.0]))
    array = as_lanes(np.arange(12.0).reshape(2, 2, 3))
    assert np.array_equal(as_block(array * x, 3), np.arange(12.0).reshape(2, 2, 3) * x.values)
    assert np.array_equal(as_block(x - array, 3), x.values - np.arange(12.0).reshape(2, 2, 3))
    assert np.array_equal((2 / x + y).values, 2 / x.values + y.values)
    assert lanes.sign(x) == 1
    assert lanes.at_most(x, 3) is True
    with pytest.raises(Diverging) as parted:
        lanes.at_most(x, y)
    assert parted.value.mask.tolist() == [True, True, False]
    for refused in (lambda: x < y, lambda: bool(x), lambda: float(x), lambda: x == 1, lambda: lanes.enclosure(x)):
        with pytest.raises(NotInLanes):
            refused()
    half = ExactArray.of_integers(np.array([1, 3]), 2)
    assert as_block(lanes.array(half), 3).tolist() == [[0.5] * 3, [1.5] * 3]
    assert EXACT.enclosure(EXACT.number(1)) == lanes.enclosure(lanes.number(1))


def test_blocks_draw_every_family():
    claim = CLAIMS["zhang2022.lemma-1.step-5"]
    drawn = draw_block(np.random.default_rng(0), shape_for(claim), 3, (2, 3), 600)
    kinds = Counter()
    for k in range(drawn.count):
        blueprint = drawn.blueprint(k)
        kernel, policy = blueprint.kernel, blueprint.policies[0][1]
        kinds["deterministic"] += bool((np.sort(kernel, axis=-1)[..., :-1] == 0).all() and kernel.max() == 1)
        kinds["lazy"] += kernel.max() >= 100
        kinds["alike"] += bool((kernel == kernel[:1]).all() and (blueprint.rewards == blueprint.rewards[:, :1]).all())
        kinds["still"] += blueprint.still
        kinds["uniform policy"] += bool((policy == 1).all())
        kinds["peaked policy"] += policy.max() > 10**4
        kinds["rare state"] += blueprint.initial.max() == 50
        kinds["discount " + str(blueprint.discount)] += 1
    assert len(kinds) == 12
    assert min(kinds.values()) >= 20


def test_an_attack_in_blocks_finds_what_is_planted_and_nothing_in_true_statements():
    claim = CLAIMS["zhang2022.lemma-1"]
    false = claim.variant("third")
    assert drawn_in_blocks(false)
    found = attack(false, np.random.default_rng(0), samples=0, climbs=0, wide=40_000)
    assert found.counterexample is not None
    assert check(false, instance(false, found.counterexample[0])).verdict is Verdict.VIOLATED
    true = attack(claim, np.random.default_rng(0), samples=0, climbs=0, wide=40_000)
    assert true.counterexample is None
    assert true.instances == 40_000
    assert true.worst_ratio <= 0.5


def test_plans_share_large_numbers_between_blocks_and_searches():
    claim = find_claims(["zhang2022.lemma-1"])
    units = plan(claim, 0, 1_000_000)
    assert sum(unit.samples + unit.climbs + unit.wide for unit in units) == 1_000_000
    assert sum(unit.samples + unit.climbs for unit in units) == 10_000
    assert max(unit.wide for unit in units) <= 200_000
    assert all(unit.least == unit.samples + unit.climbs + unit.wide for unit in units)
    assert not any(unit.wide for unit in plan(claim, 0, 1000))
    for parted in ("zhang2022.lemma-1.step-1", "zhang2022.eq-12"):  # units stay small where blocks gain nothing
        units = plan(find_claims([parted]), 0, 50_000)
        assert sum(unit.samples + unit.climbs for unit in units) == 50_000
        assert not any(unit.wide for unit in units)


def test_claims_that_blocks_cannot_do_are_tried_one_by_one():
    claim = find_claims(["zhang2022.eq-18"])[0][1]  # D_inf is found game by game
    assert sum(swept.block.count for swept in sweep(claim, np.random.default_rng(0), 500)) == 64
    found = attack(claim, np.random.default_rng(0), samples=2, climbs=2, wide=100, least=80)
    assert found.instances == 80


def test_the_vocabulary_of_a_claim_may_be_a_bound_of_ones_own():
    claim = CLAIMS["zhang2022.lemma-1"]
    changed = claim.variant("no-visitation")
    assert isinstance(changed.relation, Le)
    many = screen_all(changed, [instance(changed, b) for b in _blueprints(changed, 30)])
    assert sum(found is not None for found in many) == 30


def _blueprints(claim, count):
    drawn = draw_block(np.random.default_rng(5), shape_for(claim), 2, (2, 2), count)
    return [drawn.blueprint(k) for k in range(count)]
