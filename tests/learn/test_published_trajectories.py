"""The four algorithms against the trajectories that the authors of zhang2022 published (tests/data/README.md)."""

from pathlib import Path

import numpy as np
import pytest

from mpgcert.games import MarkovGame
from mpgcert.learn import run
from mpgcert.learn.dynamics import StepRule, softmax
from mpgcert.learn.iterates import Iteration, Totals
from mpgcert.learn.oracle import oracle_of
from mpgcert.learn.rounding import RoundingBound

RUNS = [
    f"{game}.{algorithm}{barrier}"
    for game in ("figure-1-uniform", "figure-2")
    for algorithm in ("gradient-play", "natural-gradient-play")
    for barrier in ("", "-log-barrier")
]
# At step size 5 this map multiplies a rounding error by ten every ten iterations: compare the beginning only.
CHAOTIC = "figure-1-uniform.natural-gradient-play-log-barrier"


class Published:
    def __init__(self, name):
        with np.load(Path(__file__).parents[1] / "data" / "zhang2022.npz") as stored:
            for key in stored.files:
                run_name, field = key.split("/")
                if run_name == name:
                    setattr(self, field, stored[key])
        n = self.payoff.ndim
        self.name = name
        self.policies = [getattr(self, f"policy_{i + 1}") for i in range(n)]
        self.game = MarkovGame.of(rewards=np.stack([self.payoff[None]] * n), name=name)
        truncated = "natural" in name and self.regularization > 0
        self.settings = {
            "step_size": float(self.step_size),
            "regularization": float(self.regularization),
            "truncation": 1.0 if truncated else None,
            "truncation_of": "uncentred" if name.startswith("figure-1") else "centred",
        }
        self.algorithm = "natural-gradient-play" if "natural" in name else "gradient-play"

    @property
    def gradient_logged_after(self):
        """Updates between the policy of an entry and the one its gradient norm belongs to (None: mixed)."""
        if self.name.startswith("figure-1"):
            return 1 if self.regularization > 0 else (0 if self.algorithm == "gradient-play" else None)
        return 0


@pytest.mark.parametrize("name", RUNS)
def test_whole_runs(name):
    published = Published(name)
    kept = published.steps if name != CHAOTIC else np.arange(40)
    ours = run(published.game, published.algorithm, steps=int(kept[-1]) + 1, record_every=1, **published.settings)
    assert ours.complete
    assert len(kept) > 200 or name == CHAOTIC
    theirs = slice(0, len(kept))
    for mine, reference in [
        (ours.potential, published.potential),
        (ours.nash_gap.max(axis=1), published.nash_gap),
        (ours.c_first.min(axis=1), published.c),
        *((part[:, 0], reference) for part, reference in zip(ours.policies, published.policies)),
    ]:
        np.testing.assert_allclose(mine[kept], reference[theirs], rtol=0, atol=1e-9)
    shift = published.gradient_logged_after
    if shift is not None:
        np.testing.assert_allclose(ours.gradient_norm[kept + shift], published.gradient_norm[theirs], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", RUNS)
def test_single_steps(name):
    published = Published(name)
    oracle = oracle_of(published.game)
    rule = StepRule(published.algorithm, **published.settings)
    iteration = Iteration(rule, oracle, RoundingBound.of(published.game))
    replies = np.zeros((published.game.n_players, 1), dtype=np.int64)
    pairs = np.flatnonzero(np.diff(published.steps) == 1)
    assert len(pairs) >= 150
    for k in pairs:
        policy = oracle.layout.join([part[k : k + 1] for part in published.policies])
        log_policy = np.log(np.maximum(policy, np.finfo(float).smallest_subnormal))  # some of theirs are 0
        iterate = iteration.measure(0, policy, log_policy, replies, Totals(), np.nan)
        after, _ = softmax(iteration.logits(iterate), oracle.layout)
        for part, reference in zip(oracle.layout.split(after), published.policies):
            np.testing.assert_allclose(part[0], reference[k + 1], rtol=0, atol=1e-12)
        assert abs(iterate.potential - published.potential[k]) <= 1e-12
        assert abs(iterate.worst_gap - published.nash_gap[k]) <= 1e-12
