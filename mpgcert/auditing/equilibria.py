"""Blueprints at a pure equilibrium, for statements that say nothing elsewhere: random policies hardly ever are one."""

from __future__ import annotations

import numpy as np

from mpgcert.auditing.blueprint import Blueprint, build
from mpgcert.claims.claim import Claim
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.best_response import best_response

__all__ = ["needs_equilibrium", "settled"]

_GAPS = ("equilibrium_gap", "one_stage_gap", "lyapunov_slope_largest")
_ROUNDS = 10


def needs_equilibrium(claim: Claim) -> bool:
    """Whether a claim is about policies at which one of the gaps is 0."""
    return any(type(part).__name__ == "Equality" and str(part.lhs) in _GAPS and part.rhs == 0 for part in claim.given)


def settled(blueprint: Blueprint) -> Blueprint:
    """The blueprint with its first policy replaced by where the players' best replies, in turns and in doubles, lead.

    That is a pure equilibrium unless they cycle; whether it is one is for the engine to decide.
    """
    game = build(blueprint).game
    assert game is not None
    arrays = GameArrays.of(game)
    choices = [part.argmax(axis=1) for part in blueprint.policies[0]]
    one_hot = [np.eye(count, dtype=np.int64) for count in game.n_actions]
    for _ in range(_ROUNDS):
        before = [choice.copy() for choice in choices]
        for player in range(game.n_players):
            policy = [rows[choice].astype(float) for rows, choice in zip(one_hot, choices, strict=True)]
            choices[player] = best_response(arrays, policy, player, start=choices[player]).choice
        if all(np.array_equal(*pair) for pair in zip(before, choices, strict=True)):
            break
    first = tuple(rows[choice] for rows, choice in zip(one_hot, choices, strict=True))
    if len(blueprint.policies) == 1:
        return blueprint.changed(policies=(first,))
    player, second = blueprint.player, blueprint.policies[1]
    return blueprint.changed(policies=(first, (*first[:player], second[player], *first[player + 1 :])))
