"""A two-state congestion game with a distancing state, in the style of Leonardos et al. (2021)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.games.builtin.entry import Entry, MarkovSize, Parameter, require_size
from mpgcert.games.markov import MarkovGame, SparseKernel

__all__ = ["CONGESTION"]

_WEIGHTS = np.array([1, 2, 4, 6])
_PENALTY = 100


def _congestion(players: int) -> MarkovGame:
    """N players choose among 4 facilities; too many users of one lead to distancing.

    Rewards: w_k times the number of users of the chosen facility k, 100 less in the distancing state.
    Transitions are deterministic: safe -> distancing if some facility has more than N/2 users; distancing ->
    safe only if every facility has at most N/4.
    """
    sizes = (len(_WEIGHTS),) * players
    require_size(2, sizes)
    chosen = np.indices(sizes, dtype=np.int8)
    users = np.stack([(chosen == k).sum(axis=0, dtype=np.int64) for k in range(len(_WEIGHTS))])
    earned = np.take_along_axis(users, chosen.astype(np.intp), axis=0) * _WEIGHTS[chosen]
    rewards = np.stack([earned, earned - _PENALTY], axis=1)
    fullest = users.max(axis=0).ravel()
    successor = np.concatenate([2 * fullest > players, 4 * fullest > players]).astype(np.int64)
    entries = len(successor)
    kernel = SparseKernel(np.arange(entries + 1), successor, ExactArray.of_integers(np.ones(entries, dtype=np.int64)))
    facilities = tuple(f"facility {k + 1}" for k in range(len(_WEIGHTS)))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards),
        transition=kernel,
        discount=Fraction(99, 100),
        states=("safe", "distancing"),
        actions=(facilities,) * players,
    )


CONGESTION = Entry(
    "leonardos2021-congestion",
    "Congestion game with a safe and a distancing state, deterministic transitions",
    "Leonardos, Overman, Panageas and Piliouras (2021), Global Convergence of Multi-Agent Policy Gradient in Markov "
    "Potential Games",
    MarkovSize(2, (4, 4, 4, 4)),
    _congestion,
    (Parameter("players", 4, "number of players N", minimum=1),),
    about="In the style of the source: the weights 1, 2, 4, 6, the penalty 100, the discount 0.99 and the uniform "
    "initial distribution are choices made here.",
)
