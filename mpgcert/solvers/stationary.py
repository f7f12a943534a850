"""Are the stationary policies isolated?  (The hypothesis of zhang2022.theorem-4 and theorem-5; remark-5.)

SP = {pi : pi_i(a_i|s) Abar_i^pi(s, a_i) = 0 for all i, s, a_i}.  Isolated: every point of SP has a neighbourhood
without others.  Three arguments decide, and where none applies the answer is `undecided`:

* Tie.  Every deterministic policy is stationary (the action played has averaged advantage 0, being the mean).  If for
  one of them Abar_i(s, a') = 0 for an action a' that player i does not play in s, then every mixture of the two
  actions is stationary too: player i's values do not change (performance difference, zhang2022.lemma-8), hence
  neither do Abar_i, which is 0 on both actions; and every other player still plays one action in each state, whose
  averaged advantage is 0.  So a segment of SP starts there: violated.
* One player with a choice.  Let pi be stationary and mixed in some state.  A deterministic selection from its support
  has the same values, hence the same advantages, hence a tie.  So without ties only the deterministic policies
  are stationary: holds.
* States that decouple (actions move no transition, or discount 0).  Then Abar_i(s, .) depends on the policies in s
  alone, and SP is the product over states of the stationary sets of the stage games; it is isolated if and only if
  each of them is.  A stage game where at most two players have a choice is decided by its supports
  (`mpgcert.solvers.supports`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.deterministic import DeterministicPolicies
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.mdp import Choice
from mpgcert.solvers.supports import Profile, StationarySet, stationary_set, support_pairs

__all__ = ["Isolation", "Segment", "is_stationary", "isolation"]

POLICY_LIMIT, PAIR_LIMIT, ENTRY_LIMIT = 2**14, 2**16, 2**24


@dataclass(frozen=True)
class Segment:
    """A continuum of stationary policies: all convex combinations of two that differ for one player in one state.

    Attributes:
        first, second: both stationary.
        player, state: where they differ.
        actions: the two tied actions, when both policies are deterministic.
    """

    first: Policy
    second: Policy
    player: int
    state: int
    actions: tuple[int, int] | None = None

    def at(self, share: Fraction) -> Policy:
        """The policy (1 - share) * first + share * second; stationary for every share in [0, 1]."""
        parts = []
        for left, right in zip(self.first.probabilities, self.second.probabilities):
            mixed = [(1 - share) * x + share * y for x, y in zip(left.fractions(), right.fractions())]
            parts.append(ExactArray.of_fractions(mixed, left.shape))
        return Policy(tuple(parts))


@dataclass(frozen=True, eq=False)
class Isolation:
    """Whether the stationary policies are isolated, with evidence.

    Attributes:
        verdict: `holds`, `violated` or `undecided`.
        reason: one sentence.
        segment: evidence of a violation.
        n_stationary: how many stationary policies there are, when it holds.
        n_support_pairs: pairs of supports decided exactly.
        n_policies: deterministic policies examined for ties.
        mixed_profiles: when supports decided: for each state the stationary profiles (pi_i(.|s) for each player) that
            are not deterministic.
    """

    verdict: str
    reason: str
    segment: Segment | None = None
    n_stationary: int | None = None
    n_support_pairs: int = 0
    n_policies: int = 0
    mixed_profiles: tuple[tuple[tuple[tuple[Fraction, ...], ...], ...], ...] = field(default=(), repr=False)


def is_stationary(game: MarkovGame, policy: Policy) -> bool:
    """Whether pi_i(a_i|s) Abar_i(s, a_i) = 0 for all i, s, a_i, exactly."""
    lifted = policy.lift(EXACT)
    evaluation = evaluate(GameArrays.of(game, EXACT), lifted)
    return all((lifted[i] * evaluation.averaged_advantage(i) == 0).all() for i in range(game.n_players))


def isolation(game: MarkovGame, policy_limit: int = POLICY_LIMIT, pair_limit: int = PAIR_LIMIT) -> Isolation:
    """Decide whether the stationary policies of a game are isolated, as far as the arguments of this module go.

    Args:
        game: any tabular game.
        policy_limit: deterministic policies to examine for ties where states do not decouple; of more, a sample.
        pair_limit: support pairs to enumerate in each stage game.
    """
    if _states_decouple(game):
        return _of_stage_games(game, pair_limit)
    return _of_coupled_states(game, policy_limit)


def _states_decouple(game: MarkovGame) -> bool:
    """Whether averaged advantages in a state depend on the policies in that state only."""
    if game.discount == 0 or game.n_states == 1:
        return True
    kernel, n_joint = game.transition, game.n_joint_actions
    if not isinstance(kernel, SparseKernel):
        rows = kernel.numerator.reshape(game.n_states, n_joint, -1)
        return bool((rows == rows[:, :1]).all())
    lengths = np.diff(kernel.start).reshape(game.n_states, n_joint)
    if not (lengths == lengths[:, :1]).all():
        return False
    blocks = np.split(np.stack([kernel.successor, kernel.probability.numerator]), kernel.start[:-1:n_joint][1:], axis=1)
    return all((rows == rows[:, :1]).all() for rows in (block.reshape(2, n_joint, -1) for block in blocks))


def _of_coupled_states(game: MarkovGame, limit: int) -> Isolation:
    entries = game.n_states**2 * game.n_joint_actions
    if entries > ENTRY_LIMIT:
        return Isolation("undecided", f"{entries} transition probabilities exceed the limit of {ENTRY_LIMIT}")
    policies = DeterministicPolicies(game)
    complete = policies.count <= limit
    sample = None
    if not complete:
        sample = np.random.default_rng(0).integers(0, game.n_joint_actions, size=(limit, game.n_states))
    examined = policies.count if complete else limit
    for batch in policies.batches(sample):
        for player, advantage in enumerate(batch.advantages):
            tied = ~(np.abs(advantage) > batch.error[:, None, None])
            tied &= batch.played[:, :, player, None] != np.arange(game.n_actions[player])
            for index in np.flatnonzero(tied.any(axis=(1, 2))):
                exact = policies.exact(batch.choices[index]).advantages[player]
                for state, action in np.argwhere(tied[index]):
                    if exact[state, action] == 0:
                        segment = _tie(game, batch.played[index].T, player, int(state), int(action))
                        return Isolation("violated", _tie_text(game, segment), segment, n_policies=examined)
    if complete and sum(count > 1 for count in game.n_actions) <= 1:
        reason = "one player has a choice and no deterministic policy has a tie, so only these are stationary"
        return Isolation("holds", reason, n_stationary=examined, n_policies=examined)
    seen = f"all {examined}" if complete else f"a sample of {examined} of {policies.count}"
    reason = f"{seen} deterministic policies have no tie; mixed policies of games whose states interact are not decided"
    return Isolation("undecided", reason, n_policies=examined)


def _tie(game: MarkovGame, choices: Choice, player: int, state: int, action: int) -> Segment:
    """The segment from the deterministic policy [n, S] to the one that plays `action` instead."""
    other = choices.copy()
    other[player, state] = action
    first, second = (Policy.deterministic(game, part.tolist()) for part in (choices, other))
    return Segment(first, second, player, state, (int(choices[player, state]), action))


def _tie_text(game: MarkovGame, segment: Segment) -> str:
    assert segment.actions is not None
    names = " and ".join(game.action_label(segment.player, action) for action in segment.actions)
    return (
        f"player {game.player_label(segment.player)} is indifferent between actions {names} in state "
        f"{game.state_label(segment.state)} against a deterministic policy: all mixtures are stationary"
    )


def _of_stage_games(game: MarkovGame, pair_limit: int) -> Isolation:
    pure_policies = game.n_joint_actions**game.n_states
    for state in range(game.n_states):
        segment = _stage_tie(game, state)
        if segment is not None:
            return Isolation("violated", _tie_text(game, segment), segment, n_policies=pure_policies)
    active = [i for i, count in enumerate(game.n_actions) if count > 1]
    pairs = support_pairs(*(game.n_actions[i] for i in active)) if len(active) == 2 else 0
    if len(active) > 2 or pairs > pair_limit:
        obstacle = f"{len(active)} players have a choice" if len(active) > 2 else f"{pairs} support pairs per state"
        reason = f"no deterministic policy has a tie, but {obstacle}: mixed policies are not decided"
        return Isolation("undecided", reason, n_policies=pure_policies)
    if len(active) < 2:
        reason = "at most one player has a choice and no two actions tie, so only deterministic policies are stationary"
        return Isolation("holds", reason, n_stationary=pure_policies, n_policies=pure_policies)
    mixed, total, counted = [], 1, 0
    for state in range(game.n_states):
        stage = _bimatrix(game, state, active)
        counted += stage.n_pairs
        if stage.segment is not None:
            segment = _stage_segment(game, state, active, stage.segment)
            reason = f"a continuum of mixed stationary policies in state {game.state_label(state)}"
            return Isolation("violated", reason, segment, n_support_pairs=counted, n_policies=pure_policies)
        total *= len(stage.points)
        unequal = [point for point in stage.points if any(max(part) < 1 for part in point)]
        mixed.append(tuple(_rows(game, active, point) for point in unequal))
    reason = f"{counted} support pairs enumerated: {total} stationary policies"
    return Isolation("holds", reason, None, total, counted, pure_policies, tuple(mixed))


def _stage_tie(game: MarkovGame, state: int) -> Segment | None:
    """A tie of some player's stage payoffs against pure actions of the others, if there is one."""
    for player in range(game.n_players):
        payoff = np.moveaxis(game.rewards.numerator[player, state], player, -1)
        order = payoff.argsort(axis=-1, kind="stable")
        ordered = np.take_along_axis(payoff, order, axis=-1)
        ties = np.argwhere(ordered[..., 1:] == ordered[..., :-1])
        if not len(ties):
            continue
        *others, rank = ties[0].tolist()
        actions = order[tuple(others)][rank : rank + 2]
        choices = np.zeros((game.n_players, game.n_states), dtype=np.int64)
        choices[:, state] = np.insert(others, player, int(actions[0]))
        return _tie(game, choices, player, state, int(actions[1]))
    return None


def _bimatrix(game: MarkovGame, state: int, active: list[int]) -> StationarySet:
    """The stage game of the two players with a choice (the others have one action each)."""
    shape = [game.n_actions[i] for i in active]
    first, second = (EXACT.array(game.rewards[i, state]).reshape(shape) for i in active)
    return stationary_set(first, second)


def _rows(game: MarkovGame, active: Sequence[int], point: Profile) -> tuple[tuple[Fraction, ...], ...]:
    """pi_i(.|s) of every player, from those of the two with a choice."""
    rows = dict(zip(active, point))
    return tuple(rows.get(i, (Fraction(1),)) for i in range(game.n_players))


def _stage_segment(game: MarkovGame, state: int, active: list[int], ends: tuple[Profile, Profile]) -> Segment:
    """The segment that one stage game has, with the first action played in all other states."""
    policies = []
    for point in ends:
        parts = []
        for row, count in zip(_rows(game, active, point), game.n_actions):
            table = [[Fraction(int(action == 0)) for action in range(count)] for _ in range(game.n_states)]
            table[state] = list(row)
            parts.append(table)
        policies.append(Policy.of(game, parts))
    player = active[0] if ends[0][0] != ends[1][0] else active[1]
    return Segment(policies[0], policies[1], player, state)
