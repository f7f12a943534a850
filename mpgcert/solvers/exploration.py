"""How well every policy explores: Assumption 1, M and D_inf (zhang2022.assumption-1, eq-5, remark-4).

For a fixed state s, d_theta(s) is the value of the stage reward (1 - gamma) 1{state = s}.  Its infimum over
decentralised stochastic policies is the minimum over all policies of the decision process whose action is the joint
action: a deterministic policy attains that, a deterministic joint policy is a product of local ones, and softmax
policies come arbitrarily close.  So S decision processes give M = sup max_s 1 / d(s), and S more
D_inf = sup max_s d'(s) / d(s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import MpgcertError, TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import Evaluation, evaluate
from mpgcert.solvers.mdp import Choice, Kernel, propose, solve_mdp
from mpgcert.solvers.reachability import StayingSets, reachable, staying_sets
from mpgcert.solvers.rounding import bellman_error

__all__ = ["Avoidance", "Exploration", "explore", "mismatch"]

Enclosure = tuple[Fraction, Fraction]

EXACT_STATES, EXACT_ENTRIES = 64, 2**20
DOUBLE_STATES, DOUBLE_ENTRIES = 400, 2**24


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
        minimising_choices: [S, S, n]; entry [s, x] is the joint action in state x of a policy that attains
            min_visitation[s] (exactly, or within the enclosure); empty when the assumption fails.
        lower_certificates: for each s a vector w [S] with w(x) <= (1 - gamma) 1{x = s} + gamma sum_y P(y|x,a) w(y)
            for all x and a; so rho . w is a lower bound on d(s), and min_visitation[s][0] is the larger of it
            and (1 - gamma) rho(s).
        avoidance: evidence when the assumption fails.
    """

    assumption_holds: bool
    M: Enclosure | None
    D_inf: Enclosure | None
    min_visitation: tuple[Enclosure, ...]
    max_visitation: tuple[Enclosure, ...]
    worst_state: int
    minimising_choices: Choice
    lower_certificates: tuple[ExactArray, ...]
    avoidance: Avoidance | None

    @property
    def is_exact(self) -> bool:
        return all(low == high for low, high in (*self.min_visitation, *self.max_visitation))

    def minimising_policy(self, game: MarkovGame, state: int) -> Policy:
        """The deterministic policy that visits `state` least."""
        return Policy.deterministic(game, self.minimising_choices[state].T.tolist())


def explore(game: MarkovGame) -> Exploration:
    """Assumption 1, M and D_inf of a game.

    Exact up to 64 states and 2^20 kernel entries; proven enclosures from doubles with bounded rounding (relative
    width about 1e-13 / (1 - gamma) of the largest visitation) up to 400 states and 2^24 entries.

    Raises:
        TooLarge: beyond that, when the assumption holds (a failure is found in games of any size).

    >>> explore(MarkovGame.of(rewards=[[[[1, 0], [0, 2]]], [[[1, 0], [0, 2]]]])).M
    (Fraction(1, 1), Fraction(1, 1))
    """
    staying = staying_sets(game)
    if staying.avoidable.any():
        return _failure(game, staying)
    if game.n_states == 1 or game.discount == 0:
        return _unmoved(game)
    if _fits_exact(game):
        return _exact(game)
    n_states, entries = game.n_states, game.n_states**2 * game.n_joint_actions
    if n_states <= DOUBLE_STATES and entries <= DOUBLE_ENTRIES:
        return _enclosed(game)
    raise TooLarge(
        f"M needs {2 * n_states} decision processes with {entries} transition probabilities; "
        f"the limits are {DOUBLE_STATES} states and {DOUBLE_ENTRIES} probabilities"
    )


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
    state = int(np.argmax(staying.avoidable))
    choice = staying.choice[state]
    policy = Policy.deterministic(game, _local(game, choice).T.tolist())
    visitation = _visitation(game, policy) if _fits_exact(game) else None
    if reachable(game, choice)[state] or (visitation is not None and visitation[state] != 0):
        raise MpgcertError(f"internal error: the policy found does visit state {state}")
    empty = np.empty((0, game.n_states, game.n_players), dtype=np.int64)
    return Exploration(False, None, None, (), (), state, empty, (), Avoidance(state, policy, visitation))


def _visitation(game: MarkovGame, policy: Policy) -> ExactArray:
    arrays = GameArrays.of(game, EXACT)
    exact = evaluate(arrays, policy.lift(EXACT), arrays.rewards[:1] * 0).visitation
    return ExactArray.of_fractions([EXACT.enclosure(d)[0] for d in exact])


def _local(game: MarkovGame, joint: Choice) -> Choice:
    """Joint actions in C order -> actions of the players, in a new last axis [..., n]."""
    return np.stack(np.unravel_index(joint, game.n_actions), axis=-1).astype(np.int64)


def _unmoved(game: MarkovGame) -> Exploration:
    """No policy moves the visitation (one state, or discount 0): d = rho."""
    n_states = game.n_states
    initial = tuple((value, value) for value in game.initial.fractions())
    units = tuple(ExactArray.of_integers(row) for row in np.eye(n_states, dtype=np.int64))
    return _summary(game, initial, initial, np.zeros((n_states, n_states), dtype=np.int64), units)


def _summary(
    game: MarkovGame,
    least: Sequence[Enclosure],
    most: Sequence[Enclosure],
    choices: Choice,
    certificates: Sequence[ExactArray],
) -> Exploration:
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
        minimising_choices=_local(game, choices),
        lower_certificates=tuple(certificates),
        avoidance=None,
    )


def _proposals(game: MarkovGame, sign: int) -> tuple[Choice, NDArray[np.float64], GameArrays]:
    """Policies that probably maximise `sign` times the visitation of each state, with values [S, S]."""
    doubles = GameArrays.of(game)
    reward = sign * float(1 - game.discount) * np.eye(game.n_states)[..., None]
    choices, values = propose(reward, doubles.transition.joint_rows(), doubles.discount)
    return choices, values, doubles


def _exact(game: MarkovGame) -> Exploration:
    arrays = GameArrays.of(game, EXACT)
    kernel = Kernel.joint(arrays, GameArrays.of(game))
    bounds: dict[int, list[Enclosure]] = {-1: [], 1: []}
    choices = np.empty((game.n_states, game.n_states), dtype=np.int64)
    certificates = []
    for sign in (-1, 1):
        proposals, _, _ = _proposals(game, sign)
        for state, proposal in enumerate(proposals):
            reward = np.full((game.n_states, game.n_joint_actions), EXACT.number(0), dtype=object)
            reward[state] = EXACT.number(1 - game.discount)
            solution = solve_mdp(kernel, reward, minimise=sign < 0, start=proposal)
            bounds[sign].append(EXACT.enclosure((arrays.initial * solution.values).sum()))
            if sign < 0:
                choices[state] = solution.choice
                certificates.append(ExactArray.of_fractions([EXACT.enclosure(v)[0] for v in solution.values]))
    return _summary(game, bounds[-1], bounds[1], choices, certificates)


def _enclosed(game: MarkovGame) -> Exploration:
    """Enclosures proven from doubles.

    For a maximiser and any vector v with largest gain e+ = max (r + gamma P_a v - v)_+ and, along the proposed
    policy, largest loss e- = max (v - r - gamma P v)_+, the optimal values lie between v - e- / (1 - gamma) and
    v + e+ / (1 - gamma): Bellman's operators are monotone gamma-contractions that move constants by gamma.
    The double residuals are within `bellman_error` of the true ones; the rest is computed in rationals.
    """
    bounds: dict[int, list[Enclosure]] = {}
    initial, slack = game.initial.fractions(), 1 - game.discount
    floor = [slack * value for value in initial]
    proposals: dict[int, Choice] = {}
    certificates = []
    for sign in (-1, 1):
        proposals[sign], values, doubles = _proposals(game, sign)
        rows, discount = doubles.transition.joint_rows(), doubles.discount
        bounds[sign] = []
        for state, (choice, v) in enumerate(zip(proposals[sign], values)):
            gain = discount * (rows @ v)
            gain[state] += sign * float(slack)
            gain -= v[:, None]
            error = Fraction(bellman_error(game.n_states, 1.0, float(np.abs(v).max())))
            above = (max(Fraction(float(gain.max())), Fraction(0)) + error) / slack
            followed = gain[np.arange(game.n_states), choice]
            below = (max(-Fraction(float(followed.min())), Fraction(0)) + error) / slack
            exact_values = [Fraction(float(x)) for x in v]
            mean = sum((p * x for p, x in zip(initial, exact_values)), Fraction(0))
            low, high = sorted((sign * (mean - below), sign * (mean + above)))
            bounds[sign].append((max(low, floor[state]), min(high, Fraction(1))))
            if sign < 0:
                certificates.append(ExactArray.of_fractions([-x - above for x in exact_values]))
    for state, (low, _) in enumerate(bounds[-1]):
        if low <= 0:
            raise TooLarge(
                f"{game.n_states} states are too many for exact arithmetic (limit {EXACT_STATES}), and the least "
                f"visitation of state {state} is too small to enclose with doubles"
            )
    return _summary(game, bounds[-1], bounds[1], proposals[-1], certificates)
