"""Small changes of a blueprint: to climb, and to shrink."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mpgcert.auditing.blueprint import Blueprint
from mpgcert.auditing.families import DISCOUNTS, SHARES, Shape
from mpgcert.auditing.learners import mutate_learner, smaller_learners
from mpgcert.claims.claim import Setting

__all__ = ["mutate", "simplifications"]

Integers = NDArray[np.int64]

_WEIGHTS = (1, 2, 3, 5, 9, 30, 100, 1000, 10**4, 10**6)
_FACTORS = (Fraction(1, 10), Fraction(1, 2), Fraction(2), Fraction(10))


def mutate(blueprint: Blueprint, shape: Shape, rng: np.random.Generator) -> Blueprint:
    """One to three random changes; the result is again an instance of the shape."""
    for _ in range(int(rng.integers(1, 4))):
        if blueprint.learner is not None and rng.integers(3) == 0:
            blueprint = blueprint.changed(learner=mutate_learner(blueprint.learner, rng))
            continue
        blueprint = _CHANGES[int(rng.integers(len(_CHANGES)))](blueprint, shape, rng)
    return blueprint


def _entry(values: Integers, rng: np.random.Generator, options: tuple[int, ...]) -> Integers:
    out = values.copy()
    out.flat[int(rng.integers(out.size))] = options[int(rng.integers(len(options)))]
    return out


def _change_policy(blueprint: Blueprint, shape: Shape, rng: np.random.Generator) -> Blueprint:
    if not blueprint.policies or shape.uniform_start:
        return blueprint
    policies = [list(policy) for policy in blueprint.policies]
    which, player = int(rng.integers(len(policies))), int(rng.integers(blueprint.n_players))
    if shape.setting is Setting.DEVIATION and which == 1:
        player = blueprint.player
    part = policies[which][player]
    if rng.integers(4) == 0:  # one state plays as another
        part = part.copy()
        part[int(rng.integers(len(part)))] = part[int(rng.integers(len(part)))]
    else:
        part = _entry(part, rng, _WEIGHTS if shape.interior else (0, *_WEIGHTS))
    policies[which][player] = part
    if shape.setting is Setting.PAIR and rng.integers(3) == 0:  # in one state both policies play the same
        state, twin = int(rng.integers(len(part))), policies[1 - which][player].copy()
        twin[state] = part[state]
        policies[1 - which][player] = twin
    if shape.setting is Setting.DEVIATION:
        policies[1] = [policies[1][i] if i == blueprint.player else p for i, p in enumerate(policies[0])]
    return blueprint.changed(policies=tuple(tuple(policy) for policy in policies))


def _change_rewards(blueprint: Blueprint, _: Shape, rng: np.random.Generator) -> Blueprint:
    levels = blueprint.levels
    options = (0, levels, int(rng.integers(0, levels + 1)))
    return blueprint.changed(rewards=_entry(blueprint.rewards, rng, options))


def _change_kernel(blueprint: Blueprint, _: Shape, rng: np.random.Generator) -> Blueprint:
    kernel = blueprint.kernel
    if rng.integers(2):
        return blueprint.changed(kernel=_entry(kernel, rng, (0, 0, 1, 9, 100)))
    rows = kernel.copy().reshape(-1, kernel.shape[-1])
    rows[int(rng.integers(len(rows)))] = rows[int(rng.integers(len(rows)))]
    return blueprint.changed(kernel=rows.reshape(kernel.shape))


def _change_game(blueprint: Blueprint, shape: Shape, rng: np.random.Generator) -> Blueprint:
    kind = int(rng.integers(4))
    if kind == 0:
        return blueprint.changed(discount=DISCOUNTS[int(rng.integers(len(DISCOUNTS)))])
    if kind == 1:
        return blueprint.changed(still=not blueprint.still)
    if kind == 2 and blueprint.shaping is not None:
        return blueprint.changed(shaping=_entry(blueprint.shaping, rng, (-2, -1, 0, 0, 1, 2)))
    return blueprint.changed(initial=_entry(blueprint.initial, rng, (1, 1, 50) if shape.visited else (0, 1, 50)))


def _change_step(blueprint: Blueprint, shape: Shape, rng: np.random.Generator) -> Blueprint:
    moves = shape.setting in (Setting.STEP, Setting.RUN)
    if not (moves or (shape.regularized and rng.integers(2))):
        return _change_policy(blueprint, shape, rng)
    kind = int(rng.integers(3)) if moves else 1
    if kind == 0:
        return blueprint.changed(step_share=SHARES[int(rng.integers(len(SHARES)))])
    if kind == 1 and blueprint.regularization:
        factor = _FACTORS[int(rng.integers(len(_FACTORS)))]
        changed = blueprint.regularization * factor
        return blueprint.changed(regularization=min(max(changed, Fraction(1, 10**6)), Fraction(10**4)))
    return blueprint.changed(steps=int(rng.integers(1, 6)))


_CHANGES = (_change_policy, _change_policy, _change_rewards, _change_kernel, _change_game, _change_step)


def simplifications(blueprint: Blueprint) -> Iterator[Blueprint]:
    """Smaller neighbours, the boldest first: fewer states, players and actions, then smaller numbers."""
    n, n_states, *sizes = blueprint.rewards.shape
    for state in range(n_states if n_states > 1 else 0):
        yield _without_state(blueprint, state)
    for player in range(n):
        if n > 1 and sizes[player] == 1:
            yield _without_player(blueprint, player)
        for action in range(sizes[player] if sizes[player] > 1 else 0):
            yield _without_action(blueprint, player, action)
    for discount in (Fraction(0), Fraction(1, 2)):
        if discount.denominator < blueprint.discount.denominator:
            yield blueprint.changed(discount=discount)
    if blueprint.shaping is not None and blueprint.shaping.any():
        yield blueprint.changed(shaping=blueprint.shaping * 0)
    if blueprint.levels > 1:
        yield blueprint.changed(levels=1, rewards=np.rint(blueprint.rewards / blueprint.levels).astype(np.int64))
    if blueprint.learner is not None:
        for learner in smaller_learners(blueprint.learner):
            yield blueprint.changed(learner=learner)
    yield from _smaller_entries(blueprint)


def _smaller_entries(blueprint: Blueprint) -> Iterator[Blueprint]:
    for name, floor in (("rewards", 0), ("kernel", 0), ("initial", 0)):
        values = getattr(blueprint, name)
        for flat in np.flatnonzero(values.ravel() > floor):
            for smaller in {floor, int(values.flat[flat]) // 2}:
                changed = values.copy()
                changed.flat[flat] = smaller
                yield blueprint.changed(**{name: changed})
    for which, policy in enumerate(blueprint.policies):
        for player, part in enumerate(policy):
            for flat in np.flatnonzero(part.ravel() > 1):
                for smaller in {1, int(part.flat[flat]) // 2}:
                    changed = part.copy()
                    changed.flat[flat] = smaller
                    policies = [list(p) for p in blueprint.policies]
                    shared = len(policies) > 1 and policies[1 - which][player] is part
                    policies[which][player] = changed
                    if shared:
                        policies[1 - which][player] = changed
                    yield blueprint.changed(policies=tuple(tuple(p) for p in policies))


def _without_state(blueprint: Blueprint, state: int) -> Blueprint:
    n = blueprint.n_players
    kernel = np.delete(np.delete(blueprint.kernel, state, axis=0), state, axis=n + 1)
    shaping = None if blueprint.shaping is None else np.delete(blueprint.shaping, state, axis=1)
    policies: dict[int, Integers] = {}

    def cut(part: Integers) -> Integers:
        return policies.setdefault(id(part), np.delete(part, state, axis=0))

    return blueprint.changed(
        kernel=kernel,
        rewards=np.delete(blueprint.rewards, state, axis=1),
        initial=np.delete(blueprint.initial, state),
        shaping=shaping,
        learner=blueprint.learner and blueprint.learner.without_state(state),
        policies=tuple(tuple(cut(part) for part in policy) for policy in blueprint.policies),
    )


def _without_player(blueprint: Blueprint, player: int) -> Blueprint:
    """Without a player who has one action; with a planted potential, the first player's rewards stay."""
    dropped = player if blueprint.shaping is None else -1
    return blueprint.changed(
        kernel=blueprint.kernel.squeeze(axis=1 + player),
        rewards=np.delete(blueprint.rewards, dropped, axis=0).squeeze(axis=2 + player),
        shaping=None if blueprint.shaping is None else np.delete(blueprint.shaping, player, axis=0),
        policies=tuple((*policy[:player], *policy[player + 1 :]) for policy in blueprint.policies),
        player=max(blueprint.player - (player <= blueprint.player), 0),
        learner=blueprint.learner and blueprint.learner.without_player(player),
    )


def _without_action(blueprint: Blueprint, player: int, action: int) -> Blueprint:
    policies: dict[int, Integers] = {}

    def cut(part: Integers) -> Integers:
        return policies.setdefault(id(part), np.delete(part, action, axis=1))

    return blueprint.changed(
        kernel=np.delete(blueprint.kernel, action, axis=1 + player),
        rewards=np.delete(blueprint.rewards, action, axis=2 + player),
        learner=blueprint.learner and blueprint.learner.without_action(player, action),
        policies=tuple(
            tuple(cut(part) if i == player else part for i, part in enumerate(policy)) for policy in blueprint.policies
        ),
    )
