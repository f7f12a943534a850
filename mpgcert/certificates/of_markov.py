"""What certificates of facts about a Markov game are made of; numbers that were doubles are repaired to rationals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.certificates.document import Inner, NotCertified
from mpgcert.certificates.instances import flat_stage, policy_data
from mpgcert.certificates.rules import rules
from mpgcert.certificates.tree import own_record, rule_records_of
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.statements import Assumption, assumptions
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.communication import Chain, communication
from mpgcert.solvers.equilibrium import pure_equilibria
from mpgcert.solvers.potential.influence import reach
from mpgcert.solvers.potential.structure import prove_structure

__all__ = [
    "assumption_by_property",
    "deviations",
    "gap_of",
    "most_visited",
    "of_assumption",
    "of_property",
    "potential_data",
    "visitation",
]

_EXACT_DIGITS = 20_000  # bits of the exact vectors of a visitation certificate; longer ones are rounded
_ROUNDED_BITS = 44
_PROFILES = {True: 20_000, False: 1500}  # deterministic policies of a complete list: one state, more
_LABELS = 10**6


def assumption_by_property(name: str, kind: str = "markov-game") -> Assumption:
    """The first assumption of the catalogues that a property decides."""
    return next(entry for entry in assumptions(kind) if entry.property == name)


def of_assumption(assumption: Assumption, kind: str, data: dict[str, Any], **facts: Any) -> Inner:
    """An assumption with the rule that decides it, by name."""
    record = next(record for rule, record in rule_records_of(assumption) if rule.kind == kind)
    return Inner(record, data, **facts)


def of_property(assumption: Assumption, analysis: Analysis) -> Inner:
    """What proves the verdict on an assumption about a Markov game.

    Raises:
        NotCertified: undecided, or decided by an argument that no rule of the verifier covers.
    """
    makers = {
        "rewards-in-unit-interval": _unit_rewards,
        "stage-potential": _potential,
        "policy-potential": _potential,
        "every-state-visited": _visited,
        "isolated-stationary-policies": _isolated,
        "irreducible-joint-action": _mixing,
    }
    if assumption.property not in makers:
        raise NotCertified(f"no rule decides {assumption.property}")
    kind, data = makers[assumption.property](analysis)
    return of_assumption(assumption, kind, data)


Made = tuple[str, dict[str, Any]]


def _unit_rewards(analysis: Analysis) -> Made:
    game = analysis.game
    if game.rewards.min() >= 0 and game.rewards.max() <= 1:
        return "rewards-in-unit-interval", {}
    outside = np.argmin if game.rewards.min() < 0 else np.argmax
    flat = int(outside(game.rewards.numerator))
    player, state, joint = np.unravel_index(flat, (game.n_players, game.n_states, game.n_joint_actions))
    return "reward-outside-unit-interval", {"player": int(player), "state": int(state), "joint": int(joint)}


def _potential(analysis: Analysis) -> Made:
    result = analysis.potential
    if result.cycle is not None:
        cycle = result.cycle
        return "four-cycle", {
            "pi": policy_data(cycle.policy),
            "pi2": policy_data(cycle.profile(True, True)),
            "state": cycle.state,
            "first": cycle.players[0],
            "second": cycle.players[1],
        }
    return "stage-potential", potential_data(analysis.game, [analysis.phi, result.potential])


def potential_data(game: MarkovGame, candidates: list[ExactArray | None]) -> dict[str, Any]:
    """The first potential with a structural proof, and its shaping."""
    influenced = reach(game)
    for phi in candidates:
        proof = None if phi is None else prove_structure(game, phi, influenced)
        if phi is not None and proof is not None:
            return {"phi": flat_stage(phi), "w": proof.shaping.to_nested()}
    raise NotCertified("the potential rests on an identity test, not on a structural proof")


def _visited(analysis: Analysis) -> Made:
    exploration = analysis.exploration
    if exploration is None:
        raise NotCertified("the game is too large")
    if exploration.avoidance is not None:
        avoided = exploration.avoidance
        return "unvisited-state", {"pi": policy_data(avoided.policy), "state": avoided.state}
    return "visitation", visitation(analysis)


def visitation(analysis: Analysis) -> dict[str, Any]:
    """Bellman vectors that bound the least visitation of each state from both sides, and the policy that attains it."""
    game, exploration = analysis.game, analysis.exploration
    assert exploration is not None
    states = range(game.n_states)
    if len(exploration.searched_states) < game.n_states:
        raise NotCertified("not every state was searched")
    if any(s not in exploration.minimising_choices for s in states):  # of large games one alone is kept
        choices = _extreme_choices(game, -1)
    else:
        joint = np.array([exploration.minimising_choices[s] for s in states])
        choices = np.ravel_multi_index(tuple(np.moveaxis(joint, -1, 0)), game.n_actions)
    vectors = [exploration.lower_certificates[s] for s in states if s in exploration.lower_certificates]
    digits = sum(vector.size * vector.denominator.bit_length() for vector in vectors)
    if exploration.is_exact and len(vectors) == game.n_states and digits <= _EXACT_DIGITS:
        below = [vector.to_nested() for vector in vectors]
        above = below
    else:
        below, above = _rounded_values(game, choices)
    return {"below": below, "above": above, "choice": choices.tolist()}


def _rounded_values(game: MarkovGame, choices: NDArray[np.int64], largest: bool = False) -> tuple[list[Any], list[Any]]:
    """Short rationals below and above the values of the policies that visit each state least (or most).

    The doubles v of a policy's values become integers in units of 2^-b.  Lowered by e / (1 - gamma), with e the largest
    excess of v over Bellman's operator at any action, they lie below that operator (it moves constants by gamma).
    Raised by the largest lack along the policy, over 1 - gamma, they lie above it there.  For the largest visitation
    the vector above is for all actions, and the one below for the policy.
    """
    scale, kernel, discount = 2**_ROUNDED_BITS, game.sparse_kernel, game.discount
    n_states, n_joint = game.n_states, game.n_joint_actions
    weights = kernel.probability.numerator.astype(object)
    dense = np.zeros((n_states * n_joint, n_states))
    dense[kernel.row, kernel.successor] = kernel.probability.to_float()
    below, above = [], []
    for s in range(n_states):
        rows = dense.reshape(n_states, n_joint, n_states)[np.arange(n_states), choices[s]]
        right = (1 - float(discount)) * np.eye(n_states)[s]
        values = np.linalg.solve(np.eye(n_states) - float(discount) * rows, right)
        v = np.array([round(Fraction(float(x)) * scale) for x in values], dtype=object)
        mean = np.add.reduceat(weights * v[kernel.successor], kernel.start[:-1]).reshape(n_states, n_joint)
        paid = np.zeros(n_states, dtype=object)
        paid[s] = (1 - discount) * scale
        gain = mean * Fraction(discount, kernel.probability.denominator) + paid[:, None] - v[:, None]
        along = gain[np.arange(n_states), choices[s]].tolist()
        falls, rises = (along, gain.ravel().tolist()) if largest else (gain.ravel().tolist(), along)
        lack = max(Fraction(0), -min(falls)) / (1 - discount)
        excess = max(Fraction(0), *rises) / (1 - discount)
        below.append([format_fraction(Fraction(int(x) - -(-lack.numerator // lack.denominator), scale)) for x in v])
        above.append([format_fraction(Fraction(int(x) - (-excess.numerator // excess.denominator), scale)) for x in v])
    return below, above


def _isolated(analysis: Analysis) -> Made:
    segment = analysis.stationary.segment
    if segment is None:
        raise NotCertified("no rule covers isolated stationary policies, only a segment of them")
    return "stationary-segment", {
        "pi": policy_data(segment.first),
        "pi2": policy_data(segment.second),
        "player": segment.player,
        "state": segment.state,
    }


def _mixing(analysis: Analysis) -> Made:
    game, found = analysis.game, communication(analysis.game)
    unseen = np.flatnonzero(game.initial.numerator == 0).tolist()
    if unseen:
        return "state-without-initial-probability", {"state": unseen[0]}
    if found.witness is not None:
        return "irreducible-joint-action", {"joint": int(found.witness)}
    if not found.is_decided:
        raise NotCertified("undecided")
    chains = [
        found.full_support if not found.full_support.mixes else found.tried[j] for j in range(found.n_joint_actions)
    ]
    if len(chains) * game.n_states > _LABELS:
        raise NotCertified("too many joint actions to list an obstacle for each")
    labelled = [_obstacle(chain, game.n_states) for chain in chains]
    return "no-irreducible-joint-action", {"labels": [x for x, _ in labelled], "period": [x for _, x in labelled]}


def _obstacle(chain: Chain, n_states: int) -> tuple[list[int], int]:
    """Labels and period: 1 in a closed class (period 0), or the cyclic class."""
    if chain.closed is not None:
        return [int(s in set(chain.closed.tolist())) for s in range(n_states)], 0
    assert chain.phase is not None
    assert chain.period is not None
    return chain.phase.tolist(), chain.period


def gap_of(policy: Policy, where: dict[str, Any] | None = None) -> Inner:
    """The NE-gap of a policy."""
    return Inner(own_record(rules()["nash-gap"]), {"pi": policy_data(policy)}, where=where, precise=True)


def deviations(game: MarkovGame) -> Inner:
    """All deterministic stationary equilibria: for each other deterministic policy one that a player gains by.

    Policies are numbered by their digits: the first player's action in the first state counts most.

    Raises:
        NotCertified: too many policies.
    """
    count = 1
    for actions in game.n_actions:
        count *= actions**game.n_states
    if count > _PROFILES[game.n_states == 1]:
        raise NotCertified(f"{count} deterministic policies are too many to list a deviation for each")
    better = _better_at_once(game) if game.n_states == 1 else _better(game, count)
    return Inner(own_record(rules()["pure-equilibria"]), {"better": better})


def _better_at_once(game: MarkovGame) -> list[int]:
    """One state: the first player's best deviation that gains."""
    rewards, shape = game.rewards.numerator[:, 0], game.n_actions
    number = np.arange(game.n_joint_actions).reshape(shape)
    better = np.full(shape, -1)
    for i in reversed(range(game.n_players)):
        best = rewards[i].argmax(axis=i, keepdims=True)
        gains = np.take_along_axis(rewards[i], best, axis=i) > rewards[i]
        better = np.where(gains, np.take_along_axis(number, best, axis=i), better)
    return [int(x) for x in better.ravel()]


def _better(game: MarkovGame, count: int) -> list[int]:
    from mpgcert.solvers.best_response import nash_gap

    equilibria = {tuple(map(tuple, choice)) for choice in pure_equilibria(game).choices.tolist()}
    sizes = [size for size in game.n_actions for _ in range(game.n_states)]
    better = []
    for number in range(count):
        digits = np.array(np.unravel_index(number, sizes)).reshape(game.n_players, game.n_states)
        if tuple(map(tuple, digits.tolist())) in equilibria:
            better.append(-1)
            continue
        gap = nash_gap(game, Policy.deterministic(game, digits))
        player = max(range(game.n_players), key=lambda i: gap.lower[i])
        digits[player] = gap.replies[player]
        better.append(int(np.ravel_multi_index(tuple(digits.ravel()), sizes)))
    return better


def most_visited(analysis: Analysis) -> dict[str, Any]:
    """As `visitation`, for the largest visitations: each maximises, so its vectors are those of minus the reward."""
    game = analysis.game
    choices = _extreme_choices(game, 1)
    below, above = _rounded_values(game, choices, largest=True)
    return {"most_below": below, "most_above": above, "most_choice": choices.tolist()}


def _extreme_choices(game: MarkovGame, sign: int) -> NDArray[np.int64]:
    """Joint actions [S, S] of policies that maximise `sign` times the visitation of each state, by doubles."""
    from mpgcert.solvers.arrays import GameArrays
    from mpgcert.solvers.mdp import propose

    doubles = GameArrays.of(game)
    reward = sign * float(1 - game.discount) * np.eye(game.n_states)[..., None]
    choices, _ = propose(reward, doubles.transition.joint_rows(), doubles.discount)
    return np.asarray(choices, dtype=np.int64)
