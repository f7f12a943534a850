"""How many instances are checked per second, per statement: as a filter in doubles, and with proof.

`make bench` prints the time of a batch of 50; the rate is in the column OPS times 50.
"""

from fractions import Fraction

import numpy as np
import pytest

from mpgcert.arithmetic import ExactArray
from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.families import RandomSource
from mpgcert.auditing.search import world_of
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check, screen
from mpgcert.claims.point import Point
from mpgcert.games import MarkovGame, Policy

BATCH = 50
STATEMENTS = [claim for _, claim in find_claims([]) if claim.is_decidable and claim.setting is not Setting.SCALAR]


def lemma_1_points():
    """Games with 4 states and 2 x 3 actions, as the throughput goal is stated."""
    rng = np.random.default_rng(0)
    points = []
    for _ in range(BATCH):
        kernel = rng.multinomial(20, np.ones(4) / 4, size=(4, 2, 3))
        game = MarkovGame.of(
            rewards=ExactArray.of_integers(rng.integers(0, 11, size=(2, 4, 2, 3)), 10),
            transition=ExactArray.of_integers(kernel, 20),
            discount="0.9",
        )
        parts = []
        for count in game.n_actions:
            weights = rng.integers(1, 9, size=(4, count))
            parts.append([[Fraction(int(w), int(row.sum())) for w in row] for row in weights])
        points.append(Point(game=game, policy=Policy.of(game, parts)))
    return points


@pytest.mark.benchmark(group="zhang2022.lemma-1, 4 states, 2 x 3 actions")
@pytest.mark.parametrize("judge", [screen, check], ids=["filter in doubles", "with proof"])
def test_lemma_1(benchmark, judge):
    points = lemma_1_points()
    claim = next(claim for claim in STATEMENTS if claim.id == "zhang2022.lemma-1")
    benchmark(lambda: [judge(claim, point) for point in points])
    rate = BATCH / benchmark.stats.stats.median
    benchmark.extra_info["instances per second"] = round(rate)
    print(f"{judge.__name__}: {rate:,.0f} instances per second")


@pytest.mark.benchmark(group="every statement", max_time=0.2, min_rounds=1)
@pytest.mark.parametrize("judge", [screen, check], ids=["filter", "proof"])
@pytest.mark.parametrize("claim", STATEMENTS, ids=lambda claim: claim.id)
def test_statement(benchmark, claim, judge):
    source, world = RandomSource(np.random.default_rng(0)), world_of(claim)
    points = [world.point(world.draw(source)) for _ in range(10)]
    benchmark.pedantic(lambda: [judge(claim, point) for point in points], rounds=2, iterations=1)
