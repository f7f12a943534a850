from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate


@given(st.data())
def test_visitation_is_a_distribution_and_advantages_average_to_zero(data):
    game = data.draw(strategies.games())
    policy = data.draw(strategies.policies(game)).lift(EXACT)
    result = evaluate(GameArrays.of(game, EXACT), policy)
    assert result.visitation.sum() == 1
    for i in range(game.n_players):
        assert all(total == 0 for total in (policy[i] * result.averaged_advantage(i)).sum(axis=1))
