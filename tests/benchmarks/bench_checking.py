"""Rows about checking: a claim on many small games, and a campaign on one core and on two."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.harness import Row

from mpgcert.auditing.audit import audit
from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.search import attack, instance
from mpgcert.auditing.sweep import sweep
from mpgcert.claims.engine import check

STATES, SIZES, DISCOUNT = 4, (2, 3), 0.9
OURS, THEIRS = 100_000, 2_500  # instances: the same work is OURS / THEIRS times the peer's
CLAIM = find_claims(["zhang2022.lemma-1"])[0][1]
CAMPAIGN = [f"zhang2022.lemma-13{part}" for part in ("", ".part-2", ".step-1", ".step-2")]
CAMPAIGN += ["zhang2022.lemma-1", "zhang2022.lemma-1.step-5", "zhang2022.lemma-20", "zhang2022.lemma-20.step-2"]


def naive_ratio(rng: np.random.Generator) -> float:
    """zhang2022.lemma-1 on one random game as one would write it down: the larger ratio of its sides."""
    kernel = rng.dirichlet(np.ones(STATES), size=(STATES, *SIZES))
    rewards = rng.random((2, STATES, *SIZES))
    start = rng.dirichlet(np.ones(STATES))
    policy = [rng.dirichlet(np.ones(size), size=STATES) for size in SIZES]
    joint = np.einsum("sa,sb->sab", *policy)
    system = np.eye(STATES) - DISCOUNT * np.einsum("sab,sabt->st", joint, kernel)
    visits = (1 - DISCOUNT) * np.linalg.solve(system.T, start)
    worst = 0.0
    for i, average in enumerate(("sab...,sb->sa...", "sab...,sa->sb...")):
        other = policy[1 - i]
        values = np.linalg.solve(system, np.einsum("sab,sab->s", joint, rewards[i]))
        averaged = np.einsum(average, rewards[i] + DISCOUNT * kernel @ values, other)
        gradient = visits[:, None] * policy[i] * (averaged - values[:, None]) / (1 - DISCOUNT)
        greedy = averaged >= averaged.max(axis=1, keepdims=True) - 1e-12
        least = (policy[i] * greedy).sum(axis=1).min()
        rows, reward = np.einsum(average, kernel, other), np.einsum(average, rewards[i], other)
        choice = averaged.argmax(axis=1)
        while True:
            states = np.arange(STATES)
            best = np.linalg.solve(np.eye(STATES) - DISCOUNT * rows[states, choice], reward[states, choice])
            improved = (reward + DISCOUNT * rows @ best).argmax(axis=1)
            if (improved == choice).all():
                break
            choice = improved
        bound = np.sqrt(SIZES[i]) * (1 / visits).max() / least * np.linalg.norm(gradient)
        worst = max(worst, start @ (best - values) / bound)
    return worst


def naive() -> float:
    """The peer: `OURS` instances would take OURS / THEIRS times as long."""
    rng = np.random.default_rng(0)
    return max(naive_ratio(rng) for _ in range(THEIRS))


def filtered() -> float:
    """As many instances as the peer tries in OURS / THEIRS times its time; the worst of them decided with proof."""
    worst: tuple[float, Any] = (0.0, None)
    for swept in sweep(CLAIM, np.random.default_rng(0), OURS, sizes=(STATES, SIZES)):
        worst = max(worst, *swept.worst(1), key=lambda entry: entry[0])
    outcome = check(CLAIM, instance(CLAIM, worst[1]))
    assert outcome.verdict == "holds"
    return worst[0]


def one_by_one() -> int:
    """The way before blocks: drawn, built and screened one instance at a time."""
    return attack(CLAIM, np.random.default_rng(0), samples=400, climbs=0).instances


def in_blocks() -> int:
    """As many instances in blocks."""
    return attack(CLAIM, np.random.default_rng(0), samples=0, climbs=0, wide=400).instances


def campaign(jobs: int) -> None:
    """A campaign of 16 units, most of a minute on one core: starting the processes must not be what is measured."""
    with tempfile.TemporaryDirectory() as folder:
        audit(CAMPAIGN, instances=400_000, jobs=jobs, folder=Path(folder))


def rows() -> list[Row]:
    """See `benchmarks.harness`."""
    return [
        Row(
            "zhang2022.lemma-1, 4 states, 2 x 3, the worst instance decided with proof",
            filtered,
            naive,
            "naive numpy, one instance at a time",
            group="Checking",
            units=OURS,
            peer_units=THEIRS,
            unit="instance",
            goal=40,
            instructions=True,
        ),
        Row(
            "zhang2022.lemma-1, all sizes",
            in_blocks,
            one_by_one,
            "one by one",
            group="Checking",
            units=400,
            unit="instance",
        ),
        Row(
            "a campaign on two cores",
            lambda: campaign(2),
            lambda: campaign(1),
            "one core",
            repeats=2,
            group="Checking",
            goal=1.7,
            clock="wall",
            memory=False,
        ),
    ]
