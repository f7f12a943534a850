"""The chain of states and joint actions that is played, and (27) for it (maheshwari2023, appendix B.1, A5).

Which transitions are possible is read off the exact data.  A matrix of N rows is primitive (irreducible and aperiodic)
if and only if its power (N - 1)^2 + 1, and then every later one, is positive (Wielandt).
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.mpg_estimates import explored, learner, successors
from mpgcert.claims.quantities.rule import Rule, kept, per, square
from mpgcert.errors import InvalidInput
from mpgcert.solvers.arrays import joint_probabilities

__all__ = ["OF_PAIRS", "QUANTITIES"]

Array = NDArray[Any]
Pairs = NDArray[np.bool_]


@kept
def drawn_jointly(at: Lens) -> Array:
    """Probability of each joint action in (6), [S, A]: a sum over who explores."""
    game, rates = at.game, learner(at).exploration
    total = at.zeros(game.n_states, game.n_joint_actions)
    for explorers in product((False, True), repeat=game.n_players):
        chance, parts = at.number(1), []
        for part, rate, explores in zip(at.policy, rates, explorers, strict=True):
            chance = chance * at.number(rate / part.shape[1] if explores else 1 - rate)
            parts.append(part * 0 + 1 if explores else part)
        total = total + joint_probabilities(parts, game.n_states) * chance
    return total


def row(at: Lens, k: Index, policy: list[Array]) -> Array:
    """(27) from a state and joint action to all others, [S, A]."""
    onwards: Array = at.arrays.transition.joint_rows()[k.state, k.joint][:, None]
    return onwards * joint_probabilities(policy, at.game.n_states)


def residual(at: Lens, k: Index, policy: list[Array]) -> Any:
    played = at.arrays.transition.joint_rows()[k.state, k.joint][:, None] * drawn_jointly(at)
    return square(played - row(at, k, policy)).sum()


def play_change(at: Lens, k: Index) -> Any:
    return abs(row(at, k, at.other) - row(at, k, at.policy)).sum()


@kept
def steps(at: Lens, explores: bool) -> Pairs:
    """Which states and joint actions can follow which, [S A, S A]."""
    if at.point.policy is None:
        raise InvalidInput("missing", field="policy", expected="exact probabilities")
    game = at.game
    chosen = np.ones((game.n_states, 1), dtype=bool)
    for part in at.point.policy.probabilities:
        possible = (part.numerator != 0) | explores
        chosen = (chosen[:, :, None] & possible[:, None, :]).reshape(game.n_states, -1)
    possible_steps: Pairs = successors(at)[:, :, :, None] & chosen
    return possible_steps.reshape(chosen.size, chosen.size)


def unjoined(steps: Pairs) -> int:
    """How many entries of a late power of the matrix are 0: none if and only if it is primitive."""
    power, length = steps, 1
    while length < (len(steps) - 1) ** 2 + 1:
        power, length = (power.astype(np.float32) @ power.astype(np.float32)) > 0, 2 * length
    return int(np.count_nonzero(~power))


QUANTITIES: dict[str, Rule] = {
    "play_residual": per("state", "joint", learner=True)(lambda at, k: residual(at, k, at.policy)),
    "explored_play_residual": per("state", "joint", learner=True)(lambda at, k: residual(at, k, explored(at))),
    "unreached_pairs": per()(lambda at, _: at.number(unjoined(steps(at, False)))),
    "unreached_pairs_explored": per(learner=True)(lambda at, _: at.number(unjoined(steps(at, True)))),
    "unreached_pairs_at_once": per(learner=True)(lambda at, _: at.number(int(np.count_nonzero(~steps(at, True))))),
}
OF_PAIRS: dict[str, Rule] = {"play_change": per("state", "joint")(play_change)}
