"""NE-gaps of many policies: compiled, plain and exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, FLOAT
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, SparseKernel
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.gaps import nash_gaps_of_policies


@settings(max_examples=30)
@given(strategies.games(max_players=3), st.data())
def test_both_engines_give_the_exact_gaps(game, data):
    policies = [data.draw(strategies.policies(game)) for _ in range(3)]
    batch = np.stack([np.concatenate(policy.lift(FLOAT), axis=1) for policy in policies])
    size = max(1, float(np.abs(game.rewards.to_float()).max())) / float(1 - game.discount) ** 2
    exact = [nash_gap(game, policy) for policy in policies]
    for engine in ("compiled", "plain"):
        found = nash_gaps_of_policies(game, batch, engine)
        for k, gap in enumerate(exact):
            truth = [float(EXACT.enclosure(x)[0]) for x in gap.lower]
            assert found.gaps[k] == pytest.approx(truth, abs=1e-12 * size)
            assert found.returns[k] == pytest.approx(
                [float(EXACT.enclosure(x)[0]) for x in gap.returns], abs=1e-12 * size
            )


def test_sparse_kernels_and_bad_input():
    kernel = [[[[0, 1], [1, 0]], [[1, 0], [0, 1]]]] * 2
    game = MarkovGame.of(rewards=np.arange(16).reshape(2, 2, 2, 2), transition=kernel, discount="1/2")
    sparse = MarkovGame.of(
        rewards=game.rewards, transition=SparseKernel.of_dense(game.dense_kernel()), discount=game.discount
    )
    policies = np.full((1, 2, 4), 0.5)
    dense = nash_gaps_of_policies(game, policies)
    assert nash_gaps_of_policies(sparse, policies).gaps == pytest.approx(dense.gaps)
    with pytest.raises(InvalidInput, match="sparse"):
        nash_gaps_of_policies(sparse, policies, "compiled")
    with pytest.raises(InvalidInput, match="policies"):
        nash_gaps_of_policies(game, policies[0])
