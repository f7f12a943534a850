import dataclasses
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.deterministic import DeterministicPolicies
from mpgcert.solvers.evaluation import evaluate


@st.composite
def games(draw):
    """Small games, half of them started in one state."""
    game = draw(strategies.games(max_players=2, max_states=3, max_actions=2, unit_rewards=False))
    if draw(st.booleans()):
        start = draw(st.integers(0, game.n_states - 1))
        initial = ExactArray.of_integers((np.arange(game.n_states) == start).astype(np.int64))
        game = dataclasses.replace(game, initial=initial)
    patience = draw(st.sampled_from([None, 10**4, 10**12 + 7]))
    return game if patience is None else dataclasses.replace(game, discount=1 - Fraction(1, patience))


@given(games())
def test_screening_stays_within_its_error_and_exact_profiles_are_evaluations(game):
    policies, arrays = DeterministicPolicies(game), GameArrays.of(game, EXACT)
    seen = set()
    for batch in policies.batches():
        for k, choice in enumerate(batch.choices):
            seen.add(tuple(choice.tolist()))
            profile = policies.exact(choice)
            policy = Policy.deterministic(game, np.array(np.unravel_index(choice, game.n_actions)).tolist())
            truth = evaluate(arrays, policy.lift(EXACT))
            assert (profile.values == truth.values).all()
            assert [EXACT.number(value) for value in profile.returns] == list(truth.returns)
            assert list(profile.visited) == list(batch.visited[k]) == [d > 0 for d in truth.visitation]
            bound = EXACT.number(Fraction(float(batch.error[k])))
            for i in range(game.n_players):
                exact = truth.averaged_advantage(i)
                assert (profile.advantages[i] == exact).all()
                for s, a in np.ndindex(*exact.shape):
                    screened = EXACT.number(Fraction(float(batch.advantages[i][k, s, a])))
                    assert abs(screened - exact[s, a]) <= bound
    assert len(seen) == policies.count


def test_given_policies_are_screened_in_order():
    game = MarkovGame.of(rewards=[[[1, 2], [3, 4]]], transition=[[[1, 0]] * 2, [[0, 1]] * 2], discount=0.5)
    chosen = np.array([[1, 0], [0, 1], [1, 1]])
    (batch,) = DeterministicPolicies(game).batches(chosen)
    assert (batch.choices == chosen).all()
    assert (batch.played[:, :, 0] == chosen).all()
