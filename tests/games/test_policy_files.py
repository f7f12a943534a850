"""Starting policies from files and names."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.errors import InvalidInput
from mpgcert.games import Policy, policy_from_file, resolve
from mpgcert.games.builtin import builtin
from mpgcert.games.files import starting_policy


@given(st.data())
def test_policy_files(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("policy")
    game = data.draw(strategies.games())
    policy = data.draw(strategies.policies(game))
    nested = policy.to_nested()
    (folder / "a.json").write_text(json.dumps(nested))
    (folder / "b.json").write_text(json.dumps({"policy": nested}))
    np.savez(folder / "c.npz", **{f"policy_{i}": np.array(part, dtype=str) for i, part in enumerate(nested, 1)})
    files = ["a.json", "b.json", "c.npz"]
    if len(set(game.n_actions)) == 1:
        np.savez(folder / "d.npz", policy=np.array(nested, dtype=str))
        files.append("d.npz")
    for name in files:
        assert policy_from_file(game, folder / name) == policy


def test_policies_of_doubles_need_the_flag(tmp_path):
    game = builtin("climbing")
    policy = np.full((2, 1, 3), 1 / 3)
    np.savez(tmp_path / "refused.npz", policy=policy)
    with pytest.raises(InvalidInput, match='"inexact": true'):
        policy_from_file(game, tmp_path / "refused.npz")
    np.savez(tmp_path / "start.npz", policy=policy, inexact=True)
    expected = [Fraction(3333333333333334, 10**16), *[Fraction(3333333333333333, 10**16)] * 2]
    assert policy_from_file(game, tmp_path / "start.npz").probabilities[1].fractions() == expected


@given(strategies.games(), st.integers(0, 2**32 - 1))
def test_named_starting_policies(game, seed):
    assert starting_policy(game) == Policy.uniform(game)
    random = starting_policy(game, "random", seed)
    assert random == starting_policy(game, "random", seed)
    assert Policy.of(game, list(random.probabilities)) == random
    assert all(part.min() > 0 for part in random.probabilities)
    with pytest.raises(InvalidInput, match="seed: -1"):
        Policy.random(game, -1)


@pytest.mark.parametrize(
    ("content", "mentions"),
    [
        ([[[1, 0]]], ["policy: 1 players", "2 players"]),
        ([[[1, 0]], [[0.5, 0.6]]], ["policy[1][0]: sums to 1.1", '"inexact": true']),
        ([[[1, 0]], [[1, 0], [1, 0]]], ["policy[1]: 2 entries"]),
        ([[[1, 0]], [[True, 0]]], ["policy[1][0][0]: true is not a number"]),
        ({"policies": []}, ["unknown key 'policies'", "expected policy"]),
        ({"inexact": True}, ["policy: missing"]),
        ({"policy_1": [[1, 0]]}, ["policy_2: missing"]),
        ({"policy": 3}, ["policy: no list", "2 players"]),
        (7, ["policy: no list", "2 players"]),
    ],
)
def test_broken_policies(content, mentions, tmp_path, refusal):
    path = tmp_path / "start.json"
    path.write_text(json.dumps(content))
    message = refusal(path, lambda place: policy_from_file(resolve("stag-hunt"), place))
    for mention in mentions:
        assert mention in message
