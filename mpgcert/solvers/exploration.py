"""How well every policy explores: Assumption 1, M and D_inf (zhang2022.assumption-1, eq-5, remark-4).

For a fixed state s, d_theta(s) is the value of the stage reward (1 - gamma) 1{state = s}.  Its infimum over
decentralised stochastic policies is the minimum over all policies of the decision process whose action is the joint
action: a deterministic policy attains that, a deterministic joint policy is a product of local ones, and softmax
policies come arbitrarily close.  So S decision processes give M = sup max_s 1 / d(s), and S more
D_inf = sup max_s d'(s) / d(s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import MpgcertError, TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays, SparseTransition
from mpgcert.solvers.evaluation import Evaluation, evaluate
from mpgcert.solvers.mdp import Choice, Kernel, propose, solve_mdp
from mpgcert.solvers.reachability import StayingSets, reachable, staying_sets
from mpgcert.solvers.visitation import avoiding_policy, bound_visitation

__all__ = ["Avoidance", "Exploration", "exploration_constant", "explore", "mismatch"]

Enclosure = tuple[Fraction, Fraction]

_UNIFORM_STEPS = 64

EXACT_STATES, EXACT_ENTRIES = 64, 2**20
SWEEP_WORK = 2**28
"""Kernel entries times target states of a sweep beyond which only some states are searched (some ten seconds)."""


@dataclass(frozen=True, eq=False)
class Avoidance:
    """A counterexample to Assumption 1: under `policy` (deterministic) the visitation of `state` is exactly 0.

    Attributes:
        visitation: d [S], exact; None beyond the limits of exact arithmetic, where the graph alone shows the 0.
    """

    state: int
    policy: Policy
    visitation: ExactArray | None


@dataclass(frozen=True, eq=False)
class Exploration:
    """Assumption 1 and the constants that rest on it; every number an enclosure [low, high], equal when exact.

    Attributes:
        assumption_holds: inf over policies of min_s d(s) > 0, decided exactly in every case.
        M: sup over policies of max_s 1 / d(s); None for infinite.
        D_inf: sup over pairs of policies of max_s d'(s) / d(s); None when the assumption fails (infinite, or 0 / 0
            at a state that no policy visits).
        min_visitation, max_visitation: per state, over all policies; empty when the assumption fails.
        worst_state: where the minimum is least; the avoidable state when the assumption fails.
        searched_states: the states whose extremes were computed: all, but in games so large that some of them (those
            that a random policy visits least) have to do; the others have the enclosure [(1 - gamma) rho(s), 1].
        minimising_choices: joint actions of policies that attain min_visitation (exactly, or within the enclosure), by
            state s: [S, n]; for every state if exact, else for `worst_state`.
        lower_certificates: by state s as before, a vector w [S] with w(x) <= (1 - gamma) 1{x = s} + gamma sum_y
            P(y|x,a) w(y) for all x and a; so rho . w is a lower bound on d(s).
        avoidance: evidence when the assumption fails.
    """

    assumption_holds: bool
    M: Enclosure | None
    D_inf: Enclosure | None
    min_visitation: tuple[Enclosure, ...]
    max_visitation: tuple[Enclosure, ...]
    worst_state: int
    searched_states: Choice
    minimising_choices: dict[int, Choice]
    lower_certificates: dict[int, ExactArray]
    avoidance: Avoidance | None

    @property
    def is_exact(self) -> bool:
        return all(low == high for low, high in (*self.min_visitation, *self.max_visitation))

    def minimising_policy(self, game: MarkovGame, state: int) -> Policy:
        """The deterministic policy that visits `state` least, for a state of `minimising_choices`."""
        return Policy.deterministic(game, self.minimising_choices[state].T.tolist())


def explore(game: MarkovGame) -> Exploration:
    """Assumption 1, M and D_inf of a game.

    Exact up to 64 states and 2^20 kernel entries; beyond that proven enclosures from doubles with bounded rounding,
    each visitation to a relative width of 1e-8 unless rounding or a very slow chain leaves more.

    Raises:
        TooLarge: the kernel does not fit in memory, or a state that may be avoidable has a least visitation that
            cannot be enclosed above 0 with doubles.

    >>> explore(MarkovGame.of(rewards=[[[[1, 0], [0, 2]]], [[[1, 0], [0, 2]]]])).M
    (Fraction(1, 1), Fraction(1, 1))
    """
    fits = _fits_exact(game)
    if fits or game.n_states == 1 or game.discount == 0:
        # a state of positive initial probability is visited
        staying = staying_sets(game, np.flatnonzero(game.initial.numerator == 0))
        if staying.avoidable.any():
            return _failure(game, staying)
        return _unmoved(game) if game.n_states == 1 or game.discount == 0 else _exact(game)
    return _enclosed(game)


def exploration_constant(game: MarkovGame, tolerance: float = 1e-8) -> Enclosure:
    """M alone, enclosed: fast, because only the states that can attain the maximum are computed to the end.

    Args:
        game: a game of any size that `bound_visitation` takes.
        tolerance: relative width to reach.

    Raises:
        TooLarge: doubles cannot tell the least visitation from 0 (`explore` decides whether it is 0), or memory.

    >>> game = MarkovGame.of(rewards=[[[0], [0]]], transition=[[[0, 1]], [[1, 0]]], discount="1/2")
    >>> low, high = exploration_constant(game)
    >>> low <= 2 <= high < low + Fraction(1, 10**7)
    True
    """
    bounds = bound_visitation(game, tolerance=tolerance, only_extreme=True)
    floor = min(game.initial.fractions()) * (1 - game.discount)
    low, high = max(Fraction(float(bounds.low.min())), floor), Fraction(float(bounds.high.min()))
    if low <= 0:
        raise TooLarge("the least visitation is too small to enclose with doubles, or 0")
    return 1 / high, 1 / low


def mismatch(evaluation: Evaluation) -> Any | None:
    """M(theta) = max_s 1 / d_theta(s) of zhang2022.lemma-1, in the evaluation's arithmetic; None for infinite.

    In balls a visitation that cannot be told from 0 gives a ball that is not finite.
    """
    arithmetic = evaluation.arrays.arithmetic
    with arithmetic.context():
        if any(arithmetic.sign(d) == 0 for d in evaluation.visitation):
            return None
        return arithmetic.maximum(1 / evaluation.visitation)


def _fits_exact(game: MarkovGame) -> bool:
    return game.n_states <= EXACT_STATES and game.n_states**2 * game.n_joint_actions <= EXACT_ENTRIES


def _failure(game: MarkovGame, staying: StayingSets) -> Exploration:
    found = int(np.argmax(staying.avoidable))
    state, choice = int(staying.states[found]), staying.choice[found]
    policy = Policy.deterministic(game, _local(game, choice).T.tolist())
    visitation = _visitation(game, policy) if _fits_exact(game) else None
    if reachable(game, choice)[state] or (visitation is not None and visitation[state] != 0):
        raise MpgcertError(f"internal error: the policy found does visit state {state}")
    avoidance = Avoidance(state, policy, visitation)
    return Exploration(False, None, None, (), (), state, np.empty(0, dtype=np.int64), {}, {}, avoidance)


def _visitation(game: MarkovGame, policy: Policy) -> ExactArray:
    arrays = GameArrays.of(game, EXACT)
    exact = evaluate(arrays, policy.lift(EXACT), arrays.rewards[:1] * 0).visitation
    return ExactArray.of_fractions([EXACT.enclosure(d)[0] for d in exact])


def _local(game: MarkovGame, joint: Choice) -> Choice:
    """Joint actions in C order -> actions of the players, in a new last axis [..., n]."""
    return np.stack(np.unravel_index(joint, game.n_actions), axis=-1).astype(np.int64)


def _unmoved(game: MarkovGame) -> Exploration:
    """No policy moves the visitation (one state, or discount 0): d = rho."""
    initial = tuple((value, value) for value in game.initial.fractions())
    any_choice = np.zeros(game.n_states, dtype=np.int64)
    summary = _summary(game, initial, initial)
    states = range(game.n_states) if _fits_exact(game) else [summary.worst_state]
    units = {s: ExactArray.of_integers(np.arange(game.n_states) == s) for s in states}
    choices = {s: _local(game, any_choice) for s in states}
    return replace(summary, minimising_choices=choices, lower_certificates=units)


def _summary(game: MarkovGame, least: Sequence[Enclosure], most: Sequence[Enclosure]) -> Exploration:
    worst = min(range(game.n_states), key=lambda s: least[s][0])
    ratio_low = max(high[0] / low[1] for low, high in zip(least, most))
    ratio_high = max(high[1] / low[0] for low, high in zip(least, most))
    return Exploration(
        assumption_holds=True,
        M=(1 / min(low[1] for low in least), 1 / least[worst][0]),
        D_inf=(max(ratio_low, Fraction(1)), ratio_high),
        min_visitation=tuple(least),
        max_visitation=tuple(most),
        worst_state=worst,
        searched_states=np.arange(game.n_states),
        minimising_choices={},
        lower_certificates={},
        avoidance=None,
    )


def _exact(game: MarkovGame) -> Exploration:
    arrays, doubles = GameArrays.of(game, EXACT), GameArrays.of(game)
    kernel, rows = Kernel.joint(arrays, doubles), doubles.transition.joint_rows()
    bounds: dict[int, list[Enclosure]] = {-1: [], 1: []}
    choices, certificates = {}, {}
    for sign in (-1, 1):
        stage = sign * float(1 - game.discount) * np.eye(game.n_states)[..., None]
        for state, proposal in enumerate(propose(stage, rows, doubles.discount)[0]):
            reward = np.full((game.n_states, game.n_joint_actions), EXACT.number(0), dtype=object)
            reward[state] = EXACT.number(1 - game.discount)
            solution = solve_mdp(kernel, reward, minimise=sign < 0, start=proposal)
            bounds[sign].append(EXACT.enclosure((arrays.initial * solution.values).sum()))
            if sign < 0:
                choices[state] = _local(game, solution.choice)
                certificates[state] = ExactArray.of_fractions([EXACT.enclosure(v)[0] for v in solution.values])
    return replace(_summary(game, bounds[-1], bounds[1]), minimising_choices=choices, lower_certificates=certificates)


def _enclosed(game: MarkovGame) -> Exploration:
    """Enclosures proven from doubles (`solvers.visitation`), and 0 <= (1 - gamma) rho(s) <= d(s) <= 1."""
    slack = 1 - game.discount
    floor = [slack * value for value in game.initial.fractions()]
    states = _searched(game)
    least = bound_visitation(game, states=states)
    outside = np.ones(game.n_states, dtype=bool)
    outside[states[least.low > 0]] = False
    suspects = np.flatnonzero(outside & (game.initial.numerator == 0))
    if len(suspects):
        entries = game.sparse_kernel.probability.size if game.is_sparse else game.n_states**2 * game.n_joint_actions
        if entries * len(suspects) > SWEEP_WORK:
            raise TooLarge(
                f"{len(suspects)} states may be avoidable, too many to decide with {entries} kernel entries: "
                "give them positive initial probability, or choose a smaller game"
            )
        staying = staying_sets(game, suspects)
        if staying.avoidable.any():
            return _failure(game, staying)
        raise TooLarge(
            f"{game.n_states} states are too many for exact arithmetic (limit {EXACT_STATES}), and the least "
            f"visitation of state {suspects[0]} is too small to enclose with doubles"
        )
    most = bound_visitation(game, "largest", states)
    low: list[Enclosure] = [(value, Fraction(1)) for value in floor]
    high = list(low)
    for s, *bounds in zip(states.tolist(), least.low, least.high, most.low, most.high):
        down, up, largest_down, largest_up = (Fraction(float(value)) for value in bounds)
        low[s] = max(down, floor[s]), min(up, Fraction(1))
        high[s] = max(largest_down, floor[s]), min(largest_up, Fraction(1))
    summary = _summary(game, low, high)
    attained = int(states[least.low.argmin()])
    found = avoiding_policy(game, attained)
    return replace(
        summary,
        worst_state=attained,
        searched_states=states,
        minimising_choices={attained: _local(game, found.choice)},
        lower_certificates={attained: ExactArray.of_fractions(found.certificate)},
    )


def _searched(game: MarkovGame) -> Choice:
    """All states, or as many of those that the uniform policy visits least as `SWEEP_WORK` allows."""
    kernel = game.sparse_kernel if game.is_sparse else None
    entries = game.n_states**2 * game.n_joint_actions // 8 + 1 if kernel is None else kernel.probability.size
    count = max(1, SWEEP_WORK // entries)
    if count >= game.n_states:
        return np.arange(game.n_states)
    arrays = GameArrays.of(game)
    visited = arrays.initial
    for _ in range(_UNIFORM_STEPS):
        visited = (1 - arrays.discount) * arrays.initial + arrays.discount * _uniform_step(arrays, visited)
    return np.sort(np.argsort(visited, kind="stable")[:count])


def _uniform_step(arrays: GameArrays, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distribution [S] after a step of the policy that plays every joint action equally often."""
    transition, n_states = arrays.transition, len(weight)
    if isinstance(transition, SparseTransition):
        n_joint = (len(transition.start) - 1) // n_states
        flow = transition.probability * weight[transition.row // n_joint] / n_joint
        return np.asarray(np.bincount(transition.successor, weights=flow, minlength=n_states), dtype=np.float64)
    rows = transition.joint_rows()
    return np.asarray(weight @ rows.mean(axis=1))
