"""Where decentralized learning can end: the stationary points of its slow mean field, exactly (maheshwari2023).

With q held at its limits Q^theta(.; pi) (`mpgcert.solvers.explored`), update (5) moves pi_i(s) towards maximisers of
Q_i^theta(s, .; pi).  Stationary points: supp pi_i(s) in argmax Q_i^theta(s, .; pi) for all i, s.  Theorem 3.3 says that
the policies converge to the Nash equilibria of the game itself, so a limit with positive NE-gap contradicts it.

**Strict points attract.**  If every maximiser is unique at a stationary pi* (then pi* is pure), then, Q^theta being
continuous, the maximisers are the same in a neighbourhood of pi*, which may be taken as a product of balls in
the simplices.  There (7) reads d pi_i(s) / d tau = gamma_i(s) (pi*_i(s) - pi_i(s)): every solution that starts in it
stays and tends to pi* exponentially.  This is local: it does not say how likely the discrete dynamics get there.

**Dominance is global.**  If `mpgcert.solvers.dominance` leaves one policy, it is the limit with probability 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.deterministic import DeterministicPolicies
from mpgcert.solvers.dominance import ENTRY_LIMIT, Dominance, iterated_dominance
from mpgcert.solvers.explored import (
    ExploredEvaluation,
    evaluate_explored,
    exploration_rates,
    played_policy,
    trembled_game,
)
from mpgcert.solvers.supports import stationary_set, support_pairs

__all__ = ["MeanField", "Refutation", "StationaryPoint", "mean_field", "refutation", "stationary_point"]

Array = NDArray[Any]
POLICY_LIMIT, PAIR_LIMIT, MIXED_LIMIT = 2**16, 2**12, 2**10


@dataclass(frozen=True)
class StationaryPoint:
    """A policy that the slow mean field leaves where it is.

    Attributes:
        policy: pi.
        played: pi-hat, what the players do there.
        q: Q_i^theta(., .; pi), exact [S, A_i]: the limits of the q-estimates.
        margin: least max Q_i^theta(s, .) - Q_i^theta(s, b) over i, s and unused b; None if every action is used.
        is_strict: each maximiser is unique; then the point is locally attracting.
        nash_gap: of pi in the game itself, from its initial distribution.
        played_gap: of pi-hat.
    """

    policy: Policy
    played: Policy
    q: tuple[ExactArray, ...]
    margin: Fraction | None
    is_strict: bool
    nash_gap: Fraction
    played_gap: Fraction


@dataclass(frozen=True)
class MeanField:
    """The stationary points that were found, and what is known of the others.

    Attributes:
        game: the game.
        rates: theta.
        points: pure ones first, all of them; then mixed ones.
        n_policies: deterministic policies decided.
        is_complete: whether `points` are proven to be all stationary points.
        mixed: one sentence on mixed stationary points.
        dominance: iterated strict dominance in the explored game; None if the game is too large for it.
    """

    game: MarkovGame
    rates: tuple[Fraction, ...]
    points: tuple[StationaryPoint, ...]
    n_policies: int
    is_complete: bool
    mixed: str
    dominance: Dominance | None


@dataclass(frozen=True)
class Refutation:
    """A limit point of the dynamics that is not a Nash equilibrium.

    Attributes:
        point: the limit, with its positive NE-gap.
        is_global: the dynamics converge to it with probability 1 (otherwise: it is locally attracting).
        argument: in a sentence or two, with the margins.
    """

    point: StationaryPoint
    is_global: bool
    argument: str


def stationary_point(game: MarkovGame, policy: Policy, exploration: Any) -> StationaryPoint | None:
    """The policy as a stationary point of the slow mean field, or None if it is not one; decided exactly.

    Args:
        game: any tabular game.
        policy: exact.
        exploration: theta, for all players or for each; 0 asks for stationary Nash equilibria (from every state).
    """
    rates = exploration_rates(game, exploration)
    evaluation = evaluate_explored(GameArrays.of(game, EXACT), policy.lift(EXACT), rates)
    if not _supports_maximise(evaluation):
        return None
    played = played_policy(policy, rates)
    unused = _unused_losses(evaluation)
    return StationaryPoint(
        policy,
        played,
        tuple(_exact(table) for table in evaluation.q),
        min(unused, default=None),
        policy.is_deterministic and all(loss > 0 for loss in unused),
        nash_gap(game, policy).bracket[0],
        nash_gap(game, played).bracket[0],
    )


def mean_field(game: MarkovGame, exploration: Any, limit: int = POLICY_LIMIT) -> MeanField:
    """The stationary points of decentralized learning's slow mean field.

    Pure ones: all, each deterministic policy being refuted by doubles with a proven error or decided exactly.  Mixed
    ones: none, if dominance leaves one policy, or one player has a choice and no pure point is tied; by their
    supports, if no action moves a state, two players have a choice and the stage games are not degenerate; otherwise
    not enumerated, which `is_complete` and `mixed` say.

    Args:
        game: any tabular game.
        exploration: theta, for all players or for each; 0 asks for stationary Nash equilibria (from every state).
        limit: largest number of deterministic policies.

    Raises:
        TooLarge: more than that.
    """
    rates = exploration_rates(game, exploration)
    count = game.n_joint_actions**game.n_states
    if count > limit:
        raise TooLarge(f"{count} deterministic policies to enumerate; the limit is {limit}")
    dominance = None
    if game.n_players * game.n_states**2 * game.n_joint_actions <= ENTRY_LIMIT:
        dominance = iterated_dominance(game, list(rates))
    pure = [_found(game, policy, rates) for policy in _pure(game, rates)]
    mixed, is_complete, text = _mixed(game, rates, pure, dominance)
    points = (*pure, *(_found(game, policy, rates) for policy in mixed))
    return MeanField(game, rates, points, count, is_complete, text, dominance)


def refutation(field: MeanField) -> Refutation | None:
    """A limit point of the dynamics with positive NE-gap, if one is proven: global if possible, else attracting.

    A global one refutes the conclusion of maheshwari2023.theorem-3.3 on this game.
    """
    dominance = field.dominance if field.dominance is not None and field.dominance.is_solved else None
    for point in field.points:
        if point.is_strict and point.nash_gap > 0:
            argument = _local(point) if dominance is None else _global(field.game, dominance)
            return Refutation(point, dominance is not None, f"{argument}; its NE-gap is {point.nash_gap}")
    return None


def _local(point: StationaryPoint) -> str:
    return (
        f"every maximiser of the limiting q-estimates is unique, by at least {point.margin}: all solutions of the mean "
        "field that start near this policy converge to it"
    )


def _global(game: MarkovGame, dominance: Dominance) -> str:
    """The stronger of the two arguments of `dominance` that applies."""
    separate = iterated_dominance(game, list(dominance.rates), paired=False)
    used, need = (separate, "") if separate.is_solved else (dominance, ", if q tracks Q^theta (two timescales)")
    return (
        f"iterated strict dominance against exploring opponents removes {len(used.eliminations)} actions in "
        f"{used.rounds} rounds, each worse by at least {used.margin} whatever the policies: the policies converge to "
        f"the one left with probability 1{need}"
    )


def _found(game: MarkovGame, policy: Policy, rates: tuple[Fraction, ...]) -> StationaryPoint:
    point = stationary_point(game, policy, list(rates))
    assert point is not None
    return point


def _supports_maximise(evaluation: ExploredEvaluation) -> bool:
    """Whether no action with positive probability falls short of the maximum."""
    return all(
        max(values) == value or weight == 0
        for table, own in zip(evaluation.q, evaluation.policy)
        for values, weights in zip(table, own)
        for value, weight in zip(values, weights)
    )


def _unused_losses(evaluation: ExploredEvaluation) -> list[Fraction]:
    """max Q - Q(b) for every action b of probability 0."""
    return [
        EXACT.enclosure(max(values) - value)[0]
        for table, own in zip(evaluation.q, evaluation.policy)
        for values, weights in zip(table, own)
        for value, weight in zip(values, weights)
        if weight == 0
    ]


def _pure(game: MarkovGame, rates: tuple[Fraction, ...]) -> list[Policy]:
    """Deterministic policies that maximise Q_i^theta everywhere: one player after another thins out the candidates."""
    alive: Array | None = None
    for player in range(game.n_players):
        if game.n_actions[player] == 1 and player + 1 < game.n_players:
            continue  # nothing to decide
        policies = DeterministicPolicies(trembled_game(game, rates, player))
        kept = []
        for batch in policies.batches(alive):
            for index in np.flatnonzero(~(batch.advantages[player].max(axis=(1, 2)) > batch.error)):
                choice = batch.choices[index]
                if all(row.max() <= 0 for row in policies.exact(choice).advantages[player]):
                    kept.append(choice)
        alive = np.array(kept, dtype=np.int64).reshape(-1, game.n_states)
    assert alive is not None
    return [Policy.deterministic(game, np.array(np.unravel_index(c, game.n_actions)).tolist()) for c in alive]


def _mixed(
    game: MarkovGame, rates: tuple[Fraction, ...], pure: list[StationaryPoint], dominance: Dominance | None
) -> tuple[list[Policy], bool, str]:
    """Mixed stationary points, whether the list is complete, and a sentence."""
    active = [player for player, count in enumerate(game.n_actions) if count > 1]
    if dominance is not None and dominance.is_solved:
        return [], True, "none: iterated strict dominance leaves one policy"
    if len(active) <= 1:
        if all(point.is_strict for point in pure):
            return [], True, "none: one player has a choice, and the optimal actions are unique"
        return [], False, "one player has a choice and is indifferent: all mixtures of optimal actions are stationary"
    if not _actions_move_nothing(game):
        return [], False, "not enumerated: actions move states, so mixed stationary points solve polynomial equations"
    pairs = support_pairs(*(game.n_actions[player] for player in active)) if len(active) == 2 else 0
    if len(active) > 2 or pairs > PAIR_LIMIT:
        obstacle = f"{len(active)} players have a choice" if len(active) > 2 else f"{pairs} support pairs in each state"
        return [], False, f"not enumerated: {obstacle}"
    views = {player: EXACT.array(trembled_game(game, rates, player).rewards[player]) for player in active}
    shape = [game.n_actions[player] for player in active]
    stages = []
    for state in range(game.n_states):
        first, second = (views[player][state].reshape(shape) for player in active)
        profiles = stationary_set(first, second)
        if profiles.segment is not None:
            text = f"not enumerated: a continuum of profiles of state {game.state_label(state)} equalises its payoffs"
            return [], False, text
        stages.append([pair for pair in profiles.points if _is_bimatrix_equilibrium(first, second, *pair)])
    total = math.prod(map(len, stages))
    if total > MIXED_LIMIT:
        return [], False, f"not listed: {total} stationary points, pure and mixed, from {pairs} support pairs per state"
    policies = []
    for chosen in combinations(*stages):
        rows = {player: [profile[k] for profile in chosen] for k, player in enumerate(active)}
        tables = [rows.get(player, [[1]] * game.n_states) for player in range(game.n_players)]
        policy = Policy.of(game, [[list(row) for row in table] for table in tables])
        if not policy.is_deterministic:
            policies.append(policy)
    return policies, True, f"{len(policies)}, from {pairs} support pairs in each state"


def _actions_move_nothing(game: MarkovGame) -> bool:
    """Whether no action changes what happens later (or nothing later counts)."""
    if game.discount == 0 or game.n_states == 1:
        return True
    kernel = game.transition
    dense = kernel.to_dense(game.kernel_shape) if isinstance(kernel, SparseKernel) else kernel
    rows = dense.numerator.reshape(game.n_states, -1, game.n_states)
    return bool((rows == rows[:, :1]).all())


def _is_bimatrix_equilibrium(first: Array, second: Array, x: tuple[Fraction, ...], y: tuple[Fraction, ...]) -> bool:
    """Whether no unused action is better; the used ones pay the same."""
    left, right = _exact_row(x), _exact_row(y)
    rows, columns = first @ right, left @ second
    return bool(max(rows) == left @ rows and max(columns) == columns @ right)


def _exact_row(values: tuple[Fraction, ...]) -> Array:
    return EXACT.array(ExactArray.of_fractions(list(values)))


def _exact(table: Array) -> ExactArray:
    return ExactArray.of_fractions([EXACT.enclosure(value)[0] for value in table.ravel()], table.shape)
