"""Strongly connected parts of small graphs: two algorithms give the same partition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.solvers.potential.improvement import SMALL, components, ordinal_potential

NODES = 12
edges = st.sets(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=30)


@given(edges)
def test_parts_do_not_depend_on_the_algorithm(pairs):
    source, target = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    (small, own), (large, theirs) = (components(NODES, source, target, small=limit) for limit in (NODES, 0))
    assert small == large
    assert np.array_equal(own[:, None] == own, theirs[:, None] == theirs)


@given(st.integers(0, 2**32 - 1))
def test_cycles_are_improvements_and_potentials_rise(seed):
    rng = np.random.default_rng(seed)
    sizes = tuple(rng.integers(1, 4, size=3))
    assert np.prod(sizes) <= SMALL
    payoffs = rng.integers(0, 4, size=(3, *sizes))
    levels, cycle = ordinal_potential(payoffs, strict=True)
    for here, there in zip(cycle, (*cycle[1:], *cycle[:1])):
        (mover,) = [i for i in range(3) if here[i] != there[i]]
        assert payoffs[mover][there] > payoffs[mover][here]
    if levels is not None:
        for i, own in enumerate(payoffs):
            mine, level = np.moveaxis(own, i, 0), np.moveaxis(levels, i, 0)
            better = mine[None] > mine[:, None]
            assert (level[None] > level[:, None])[better].all()
