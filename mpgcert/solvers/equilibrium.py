"""Pure stationary Nash equilibria, exactly, and the maximiser of a potential (zhang2022.definition-1)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.deterministic import DeterministicPolicies, ExactProfile, ScreenedBatch
from mpgcert.solvers.mdp import Choice, Kernel, solve_mdp

__all__ = ["Equilibrium", "PotentialMaximiser", "PureEquilibria", "potential_maximiser", "pure_equilibria"]

POLICY_LIMIT = 2**18
ENTRY_LIMIT = 2**22


@dataclass(frozen=True)
class Equilibrium:
    """A deterministic policy whose NE-gap is exactly 0.

    Attributes:
        policy: the policy.
        values: J_i of each player, from the initial distribution.
        is_strict: every unilateral change to another policy, also a mixed one, loses.
    """

    policy: Policy
    values: tuple[Fraction, ...]
    is_strict: bool


@dataclass(frozen=True, eq=False)
class PureEquilibria:
    """All pure stationary equilibria of a game; a sequence of `Equilibrium`, built when asked for.

    Attributes:
        choices: actions [K, n, S], in increasing order of the joint actions, the first state first.
        values: J [K, n].
        strict: [K].
        n_policies: how many deterministic policies were decided.
    """

    game: MarkovGame
    choices: Choice
    values: ExactArray
    strict: NDArray[np.bool_]
    n_policies: int

    def __len__(self) -> int:
        return len(self.choices)

    def __getitem__(self, index: int) -> Equilibrium:
        policy = Policy.deterministic(self.game, self.choices[index].tolist())
        return Equilibrium(policy, tuple(self.values[index].fractions()), bool(self.strict[index]))

    def __iter__(self) -> Iterator[Equilibrium]:
        return (self[index] for index in range(len(self)))


def pure_equilibria(game: MarkovGame, limit: int = POLICY_LIMIT) -> PureEquilibria:
    """Every deterministic stationary policy with NE-gap exactly 0 from the initial distribution.

    One state: integer comparisons on the whole tensor, no limit.  More states: each deterministic policy is decided;
    most are refuted by doubles with a proven error, the rest exactly.

    Args:
        limit: largest number of deterministic policies to enumerate when there is more than one state.

    Raises:
        TooLarge: more policies than `limit`.

    >>> game = MarkovGame.of(rewards=[[[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]], name="prisoners-dilemma")
    >>> [(e.policy.choices().tolist(), e.values, e.is_strict) for e in pure_equilibria(game)]
    [([[1], [1]], (Fraction(1, 1), Fraction(1, 1)), True)]
    """
    if game.n_states == 1:
        return _of_one_state(game)
    policies = DeterministicPolicies(game)
    if policies.count > limit:
        raise TooLarge(f"{policies.count} deterministic policies to enumerate; the limit is {limit}")
    found: list[tuple[Choice, tuple[Fraction, ...], bool]] = []
    for batch in policies.batches():
        for choice in batch.choices[~_refuted(batch)]:
            profile = policies.exact(choice)
            if _is_equilibrium(game, profile):
                found.append((profile.played.T, profile.returns, _is_strict(game, profile)))
    shape = (len(found), game.n_players)
    return PureEquilibria(
        game,
        np.array([choice for choice, _, _ in found], dtype=np.int64).reshape(*shape, game.n_states),
        ExactArray.of_fractions([value for _, values, _ in found for value in values], shape),
        np.array([strict for _, _, strict in found], dtype=bool),
        policies.count,
    )


def _of_one_state(game: MarkovGame) -> PureEquilibria:
    """Keep the joint actions that are best for one player after another; few are left after the first ones."""
    payoffs, sizes = game.rewards.numerator.reshape(game.n_players, -1), game.n_actions
    strides = [math.prod(sizes[player + 1 :]) for player in range(game.n_players)]
    table = payoffs[0].reshape(sizes[0], -1)
    found = np.flatnonzero(table == table.max(axis=0))
    for payoff, count, stride in zip(payoffs[1:], sizes[1:], strides[1:]):
        first = found - found // stride % count * stride
        largest = payoff.take(first)
        for action in range(1, count):
            largest = np.maximum(largest, payoff.take(first + action * stride))
        found = found[payoff.take(found) == largest]
    played = np.stack(np.unravel_index(found, sizes), axis=1)
    values = payoffs[:, found].T
    strict = np.ones(len(found), dtype=bool)
    for player, (payoff, count, stride) in enumerate(zip(payoffs, sizes, strides)):
        same = payoff.take((found - played[:, player] * stride)[:, None] + np.arange(count) * stride)
        strict &= (same == values[:, player, None]).sum(axis=1) == 1
    scale = 1 - game.discount
    if int(np.abs(values).max(initial=1)) * scale.denominator >= 2**62:
        values = values.astype(object)
    return PureEquilibria(
        game,
        played[:, :, None],
        ExactArray.of_integers(values * scale.denominator, game.rewards.denominator * scale.numerator),
        strict,
        game.n_joint_actions,
    )


def _refuted(batch: ScreenedBatch) -> NDArray[np.bool_]:
    """Policies with a proven gain at a visited state: [K].

    A change of one action with positive advantage at s lowers no value and raises that of s, hence raises J_i
    when s is visited.
    """
    refuted = np.zeros(len(batch.choices), dtype=bool)
    for advantage in batch.advantages:
        refuted |= ((advantage.max(axis=2) > batch.error[:, None]) & batch.visited).any(axis=1)
    return refuted


def _is_equilibrium(game: MarkovGame, profile: ExactProfile) -> bool:
    """Decide NE-gap = 0 from one-step advantages; only gains at unvisited states ask for best replies.

    All advantages at most 0: Bellman's equation holds for every player.  One positive at a visited state: see
    `_refuted`.  Positive ones only where the policy never goes: a deviation might lead there, or not.
    """
    gains = np.array([[row.max() > 0 for row in advantage] for advantage in profile.advantages])
    if not gains.any():
        return True
    if gains[:, profile.visited].any():
        return False
    gap = nash_gap(game, Policy.deterministic(game, profile.played.T.tolist()))
    return gap.is_equilibrium is True


def _is_strict(game: MarkovGame, profile: ExactProfile) -> bool:
    """Whether an equilibrium is strict.

    A change at unvisited states only gains and loses nothing.  If every alternative at visited states has negative
    advantage, a policy that differs there is caught at the first visited state where it differs, which it reaches
    with the same probability, so it loses (zhang2022.lemma-8, performance difference).
    """
    for player, advantage in enumerate(profile.advantages):
        for state, row in enumerate(advantage):
            alternatives = np.delete(row, profile.played[state, player])
            if len(alternatives) and not (profile.visited[state] and alternatives.max() < 0):
                return False
    return True


@dataclass(frozen=True)
class PotentialMaximiser:
    """A deterministic joint policy of largest total potential.

    Attributes:
        policy: the policy; optimal for the potential from every state.
        potential: Phi, the discounted potential from the initial distribution.
        values: J_i of each player.
        nash_gap: exact; 0 if `phi` is a potential of the game, which proves the policy an equilibrium by itself.
    """

    policy: Policy
    potential: Fraction
    values: tuple[Fraction, ...]
    nash_gap: Fraction


def potential_maximiser(game: MarkovGame, phi: ExactArray) -> PotentialMaximiser:
    """Maximise the total potential over joint policies, by exact policy iteration, and verify the NE-gap.

    Args:
        game: the game.
        phi: stage potential, exact [S, A_1, ..., A_n].

    Raises:
        InvalidInput: phi of another shape.
        TooLarge: more than 2^22 transition probabilities.
    """
    if phi.shape != game.rewards.shape[1:]:
        raise InvalidInput(f"shape {list(phi.shape)}", field="phi", expected=f"shape {list(game.rewards.shape[1:])}")
    entries = game.n_states**2 * game.n_joint_actions
    if entries > ENTRY_LIMIT:
        raise TooLarge(f"{entries} transition probabilities to hold exactly; the limit is {ENTRY_LIMIT}")
    arrays = GameArrays.of(game, EXACT)
    kernel = Kernel.joint(arrays, GameArrays.of(game))
    solution = solve_mdp(kernel, EXACT.array(phi).reshape(game.n_states, -1))
    local = np.stack(np.unravel_index(solution.choice, game.n_actions))
    policy = Policy.deterministic(game, local.tolist())
    gap = nash_gap(game, policy)
    return PotentialMaximiser(
        policy,
        EXACT.enclosure((arrays.initial * solution.values).sum())[0],
        tuple(EXACT.enclosure(value)[0] for value in gap.returns),
        gap.bracket[0],
    )
