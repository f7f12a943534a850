"""Quantities of a move from one policy to another, player by player (zhang2022, proof of Lemma 26).

theta~^i is the policy of which players i, ..., n have moved.  Nothing here knows how the second policy came
about, so identities and bounds are decided with rationals on any pair.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import elementwise
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.barrier_changes import CHANGES, absolute, change_total, changes_of
from mpgcert.claims.quantities.barrier_direction import directions
from mpgcert.claims.quantities.rule import Rule, per
from mpgcert.solvers.arrays import joint_probabilities
from mpgcert.solvers.evaluation import evaluate, policy_gradient

__all__ = ["QUANTITIES"]

Array = NDArray[Any]


def moves(at: Lens) -> list[Array]:
    """pi_i' - pi_i [S, A_i] of each player."""
    return [new - old for old, new in zip(at.policy, at.other)]


def distances(at: Lens) -> Array:
    """l1 distance between the policies of each player at each state, [n, S]."""
    return np.array([absolute(move).sum(axis=1) for move in moves(at)])


def joint_distances(at: Lens, moved: int) -> Array:
    """l1 distance of joint play at each state once players `moved`, ..., n have moved, [S]."""
    states = at.game.n_states
    pair = (joint_probabilities(at.partial_moves[moved].policy, states), joint_probabilities(at.policy, states))
    return absolute(pair[0] - pair[1]).sum(axis=1)


def growth_of_potential(at: Lens, _: Index) -> Any:
    return at.other_potential_evaluation.returns[0] - at.potential_evaluation.returns[0]


def log_ratios(at: Lens) -> list[Array]:
    """log pi_i' - log pi_i [S, A_i] of each player: theta' - theta up to a constant for each state."""
    return [elementwise(at.arithmetic.log, new / old) for old, new in zip(at.policy, at.other)]


def regularized_growth(at: Lens, k: Index) -> Any:
    """The same with lambda times the change of the log-barrier."""
    barrier = sum((ratio.sum() for ratio in log_ratios(at)), at.number(0))
    return growth_of_potential(at, k) + at.regularization * barrier


def regularized_slope(at: Lens, _: Index) -> Any:
    """Inner product of the regularised gradient with theta' - theta; gradients sum to 0 at each state."""
    total = at.number(0)
    for i, ratio in enumerate(log_ratios(at)):
        own = at.policy[i]
        gradient = policy_gradient(at.evaluation, i) + at.regularization * (1 - own * own.shape[1])
        total = total + (gradient * ratio).sum()
    return total


def growths_of_potential(at: Lens, _: Index) -> Any:
    """Sum of the changes of the total potential, one player at a time."""
    returns = [evaluate(at.arrays, move.policy, at.potential_stage).returns[0] for move in at.partial_moves]
    return sum((after - before for after, before in pairwise(returns)), at.number(0))


def growths_of_returns(at: Lens, _: Index) -> Any:
    """Sum of what each player gains while it moves."""
    after, before = at.partial_moves, at.partial_moves[1:]
    return sum((after[i].returns[i] - before[i].returns[i] for i in range(at.game.n_players)), at.number(0))


def growths_of_advantages(at: Lens, _: Index) -> Any:
    """The same as averages of advantages before the move, over visitation after it."""
    total = at.number(0)
    for i, (after, before) in enumerate(pairwise(at.partial_moves)):
        total = total + (after.visitation[:, None] * at.other[i] * before.averaged_advantage(i)).sum()
    return total / (1 - at.arrays.discount)


def growths_of_values(at: Lens, _: Index) -> Any:
    total = at.number(0)
    for i, move in enumerate(moves(at)):
        visited = at.partial_moves[i].visitation[:, None]
        total = total + (visited * move * at.partial_moves[i + 1].averaged_q(i)).sum()
    return total / (1 - at.arrays.discount)


def first_order(at: Lens) -> Any:
    """Averaged values of the moves, weighted by visitation, over 1 - gamma."""
    total, visited = at.number(0), at.evaluation.visitation[:, None]
    for i, move in enumerate(moves(at)):
        total = total + (visited * move * at.evaluation.averaged_q(i)).sum()
    return total / (1 - at.arrays.discount)


def part_A(at: Lens, k: Index) -> Any:
    """First-order part of the ascent, and lambda times the sum of Delta."""
    return first_order(at) + at.regularization * change_total(at, k)


def part_A_printed(at: Lens, _: Index) -> Any:
    """The same with lambda Delta inside the sum that is weighted by visitation."""
    total, visited = at.number(0), at.evaluation.visitation[:, None]
    for _old, _new, change in changes_of(at):
        total = total + (visited * change).sum()
    return first_order(at) + at.regularization * total / (1 - at.arrays.discount)


def part_A_of_advantages(at: Lens, _: Index) -> Any:
    total, visited = at.number(0), at.evaluation.visitation[:, None]
    for i, (old, new, change) in enumerate(changes_of(at)):
        gain = (new - old) * at.advantages[i] / (1 - at.arrays.discount)
        total = total + (visited * (gain + at.regularization / visited * change)).sum()
    return total


def part_A_of_changes(at: Lens, _: Index) -> Any:
    total, visited = at.number(0), at.evaluation.visitation[:, None]
    for i, (old, _new, change) in enumerate(changes_of(at)):
        slope = at.advantages[i] / (1 - at.arrays.discount) - at.regularization * old.shape[1] / visited
        total = total + (visited * (old * change * slope + at.regularization / visited * change)).sum()
    return total


def part_A_of_directions(at: Lens, _: Index) -> Any:
    total, visited = at.number(0), at.evaluation.visitation[:, None]
    for i, (old, _new, change) in enumerate(changes_of(at)):
        total = total + (visited * old * change * directions(at.evaluation, at.regularization, i)).sum()
    return total


def part_C(at: Lens, _: Index) -> Any:
    """What the others' moves change in the averaged values, to first order in the visitation."""
    total = at.number(0)
    for i, move in enumerate(moves(at)):
        total = total + (at.evaluation.visitation[:, None] * move * shift(at, i)).sum()
    return total / (1 - at.arrays.discount)


def shift(at: Lens, player: int) -> Array:
    """Averaged values of a player's actions once the players after it have moved, minus those before, [S, A_i]."""
    return at.partial_moves[player + 1].averaged_q(player) - at.evaluation.averaged_q(player)


def part_C_majorant(at: Lens, _: Index) -> Any:
    total = at.number(0)
    for i, move in enumerate(moves(at)):
        total = total + (at.evaluation.visitation[:, None] * absolute(move) * absolute(shift(at, i))).sum()
    return total / (1 - at.arrays.discount)


def part_D(at: Lens, _: Index) -> Any:
    """What the change of visitation adds."""
    total = at.number(0)
    for i, move in enumerate(moves(at)):
        moved = at.partial_moves[i].visitation - at.evaluation.visitation
        total = total + (moved[:, None] * move * at.partial_moves[i + 1].averaged_q(i)).sum()
    return total / (1 - at.arrays.discount)


def value_shift_split(at: Lens, k: Index) -> Any:
    """Change of the values under the moved average, plus change of the average of the values' sizes."""
    after, before = at.partial_moves[k.player + 1], at.evaluation

    def at_state(tensor: Array) -> Array:
        own_first = np.moveaxis(tensor[k.player][k.state], k.player, 0)
        return own_first.reshape(len(own_first), -1)[k.action]

    def of_others(policy: list[Array]) -> Array:
        others = [part for j, part in enumerate(policy) if j != k.player]
        return joint_probabilities(others, at.game.n_states)[k.state]

    new, old = at_state(after.q_joint), at_state(before.q_joint)
    moved, stayed = of_others(after.policy), of_others(before.policy)
    return (moved * absolute(new - old)).sum() + (absolute(moved - stayed) * absolute(old)).sum()


def largest_value_shift(at: Lens, k: Index) -> Any:
    after, before = (move.q_joint[k.player][k.state] for move in (at.partial_moves[k.player + 1], at.evaluation))
    return at.arithmetic.maximum(absolute(after - before))


def visitation_shift(at: Lens, k: Index) -> Any:
    return absolute(at.partial_moves[k.player].visitation - at.evaluation.visitation).sum()


def shift_products(at: Lens, _: Index) -> Any:
    total = at.number(0)
    for i, distance in enumerate(distances(at)):
        total = total + (absolute(at.partial_moves[i].visitation - at.evaluation.visitation) * distance).sum()
    return total


def worst_shift_products(at: Lens, _: Index) -> Any:
    total = at.number(0)
    for i, distance in enumerate(distances(at)):
        total = total + at.arithmetic.maximum(distance) * visitation_shift(at, Index(player=i))
    return total


def distance_total(at: Lens, _: Index) -> Any:
    return sum((at.arithmetic.maximum(distance) for distance in distances(at)), at.number(0))


QUANTITIES: dict[str, Rule] = {
    **CHANGES,
    "regularized_growth": per()(regularized_growth),
    "regularized_slope": per()(regularized_slope),
    "potential_growth": per()(growth_of_potential),
    "potential_growths": per()(growths_of_potential),
    "return_growths": per()(growths_of_returns),
    "advantage_growths": per()(growths_of_advantages),
    "value_growths": per()(growths_of_values),
    "part_A": per()(part_A),
    "part_A_printed": per()(part_A_printed),
    "part_A_of_advantages": per()(part_A_of_advantages),
    "part_A_of_changes": per()(part_A_of_changes),
    "part_A_of_directions": per()(part_A_of_directions),
    "part_C": per()(part_C),
    "part_C_majorant": per()(part_C_majorant),
    "part_D": per()(part_D),
    "value_shift": per("player", "state", "action")(lambda at, k: absolute(shift(at, k.player))[k.state, k.action]),
    "value_shift_split": per("player", "state", "action")(value_shift_split),
    "largest_value_shift": per("player", "state")(largest_value_shift),
    "others_distance": per("player")(lambda at, k: at.arithmetic.maximum(joint_distances(at, k.player + 1))),
    "own_and_others_distance": per("player")(lambda at, k: at.arithmetic.maximum(joint_distances(at, k.player))),
    "distance_at": per("state")(lambda at, k: distances(at)[:, k.state].sum()),
    "largest_distance": per()(lambda at, _: at.arithmetic.maximum(distances(at).sum(axis=0))),
    "visited_distance": per()(lambda at, _: (at.evaluation.visitation * distances(at).sum(axis=0)).sum()),
    "distance_total": per()(distance_total),
    "visitation_shift": per("player")(visitation_shift),
    "shift_products": per()(shift_products),
    "worst_shift_products": per()(worst_shift_products),
}
