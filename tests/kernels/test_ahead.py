"""What is compiled ahead is everything that is cached, and what runs ask for."""

import importlib
import pkgutil

import numpy as np
import pytest
from numba.core.caching import NullCache
from numba.core.dispatcher import Dispatcher

from mpgcert import kernels
from mpgcert.ahead import KERNELS
from mpgcert.arithmetic import FLOAT, ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel, resolve
from mpgcert.learn.decentralized import PowerStep, run_decentralized
from mpgcert.learn.run import run
from mpgcert.solvers.gaps import nash_gaps_of_policies
from mpgcert.solvers.visitation import bound_visitation


def ring(states):
    """Two players; the next state is one or two further on."""
    rows = 4 * states
    successor = (np.repeat(np.arange(states), 4)[:, None] + [1, 2]) % states
    weight = ExactArray.of_integers(np.full(2 * rows, 1), 2)
    kernel = SparseKernel(np.arange(0, 2 * rows + 1, 2), np.sort(successor, axis=1).ravel(), weight)
    rewards = ExactArray.of_integers(np.random.default_rng(0).integers(0, 9, size=(2, states, 2, 2)), 8)
    return MarkovGame.of(rewards=rewards, transition=kernel, discount="0.9")


def signatures():
    """Of every function of the kernels that numba keeps on disk."""
    found = {}
    for module in pkgutil.iter_modules(kernels.__path__, kernels.__name__ + "."):
        for name, thing in vars(importlib.import_module(module.name)).items():
            if isinstance(thing, Dispatcher) and not isinstance(thing._cache, NullCache):
                found[f"{thing.py_func.__module__}.{name}"] = set(map(str, thing.signatures))
    return found


@pytest.fixture(scope="module")
def compiled():
    for work in KERNELS.values():
        work()
    return signatures()


def test_every_kernel_is_compiled(compiled):
    """Functions with an underscore may be part of others only; but every file has an entry."""
    assert [name for name, found in compiled.items() if not found and "._" not in name] == []
    files = {name.rpartition(".")[0] for name in compiled}
    assert files == {name.rpartition(".")[0] for name, found in compiled.items() if found}
    assert len(files) >= 8


def test_runs_find_their_kernels_compiled(compiled):
    for name in ("zhang2022-figure-1", "zhang2022-figure-3", "leonardos2021-congestion"):
        for algorithm in ("gradient-play", "natural-gradient-play"):
            run(resolve(name), algorithm, steps=3, step_size=0.01, engine="compiled", record_every=2)
    far = ring(600)
    run(far, "gradient-play", steps=3, step_size=0.01)
    bound_visitation(far)
    team, step = resolve("trembling-team"), PowerStep(1, 0.6)
    run_decentralized(team, steps=5, alpha=step, beta=step, exploration=0.1, engine="compiled")
    joined = np.concatenate(Policy.uniform(team).lift(FLOAT), axis=1)[None]
    nash_gaps_of_policies(team, joined, engine="compiled")
    assert signatures() == compiled
