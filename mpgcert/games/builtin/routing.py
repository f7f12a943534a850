"""The routing game of the authors of maheshwari2023: two routes, each safe or unsafe."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.games.builtin.entry import Entry, MarkovSize, Parameter, require_size
from mpgcert.games.markov import MarkovGame

__all__ = ["ROUTING"]

_BASE = np.array([9, 16])
_SLOPE = np.array([2, 4])
_CROWD = 2
_STATES = tuple(product(("safe", "unsafe"), repeat=2))


def _routing(players: int, variant: str) -> MarkovGame:
    """Players choose one of two routes in 4 states (safe or unsafe, for each route).

    A user of route k earns b_k - c m_k (users of k), with b = (9, 16), m = (2, 4) and c = 2 on a safe route, 1
    on an unsafe one.  Independently for each route, it is safe next with probability 0.2 if it has at least 2
    users, else 0.8.

    Variants:
        common: every player gets the sum of all rewards.
        independent: own rewards; transitions do not depend on the actions (they are those of uniformly random
            actions).
        individual: own rewards and transitions that depend on the actions.
    """
    sizes = (2,) * players
    require_size(len(_STATES), sizes)
    chosen = np.indices(sizes)
    users = np.stack([(chosen == k).sum(axis=0) for k in range(2)])
    factor = np.array([[2 if status == "safe" else 1 for status in state] for state in _STATES])
    on_route = (_BASE - _SLOPE * factor)[:, :, *[None] * players] - (_SLOPE * factor)[:, :, *[None] * players] * (
        users - 1
    )
    rewards = np.take_along_axis(on_route, np.broadcast_to(chosen, (len(_STATES), *chosen.shape)), axis=1)
    rewards = np.moveaxis(rewards, 1, 0)
    if variant == "common":
        rewards = np.broadcast_to(rewards.sum(axis=0), rewards.shape)
    safe = np.where(users >= _CROWD, 2, 8)
    tenths = np.stack([safe, 10 - safe], axis=-1)
    kernel = (tenths[0][..., :, None] * tenths[1][..., None, :]).reshape(*sizes, len(_STATES))
    denominator = 100
    if variant == "independent":
        denominator *= 2**players
        kernel = np.broadcast_to(kernel.sum(axis=tuple(range(players))), kernel.shape)
    return MarkovGame.of(
        rewards=ExactArray.of_integers(rewards),
        transition=ExactArray.of_integers(np.broadcast_to(kernel, (len(_STATES), *kernel.shape)), denominator),
        discount=Fraction(1, 2),
        states=[f"{first}, {second}" for first, second in _STATES],
        actions=(("route 1", "route 2"),) * players,
        notes={"learning": {"step_sizes": "alpha = n^-0.5; beta = n^-1"}},
    )


ROUTING = Entry(
    "maheshwari2023-routing",
    "Routing game: two routes, each safe or unsafe, in three variants",
    "Published experiments of the authors of Maheshwari, Wu, Pai and Sastry (2023), Independent and Decentralized "
    "Learning in Markov Potential Games",
    MarkovSize(4, (2, 2, 2, 2)),
    _routing,
    (
        Parameter("players", 4, "number of players", minimum=1),
        Parameter("variant", "common", "rewards and transitions", choices=("common", "independent", "individual")),
    ),
    about="The version of the paper at hand has no numerical study: all numbers, the number of players (4, "
    "sometimes 8) and the variants were reconstructed from the authors' published experiments, where a safe route is "
    "the one with the steeper cost.",
)
