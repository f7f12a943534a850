"""Instances in words and tables: games of a few states in full, larger ones by their features."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from mpgcert.claims.lq.point import LQPoint
from mpgcert.reporting.blocks import Block, Math, Table, Text
from mpgcert.reporting.formatting import brief, plural
from mpgcert.reporting.studies.lq_instances import lq_described, lq_words

if TYPE_CHECKING:
    from mpgcert.claims.point import Point
    from mpgcert.claims.sides import AnyPoint
    from mpgcert.games import MarkovGame, Policy

__all__ = ["described", "point_words", "traits"]

_ROWS = 24  # of a table of joint actions or of policies
_NEARLY = Fraction(1, 1000)
_SYMBOLS = {"step_size": "step size η = ", "regularization": "regularisation λ = ", "number": "x = "}


def point_words(point: AnyPoint) -> str:
    """One or two sentences: size, discount, and what else an instance has."""
    if isinstance(point, LQPoint):
        return lq_words(point)
    if point.game is None:
        return f"The number {_SYMBOLS['number']}{brief(point.number)}."
    features = traits(point)
    kind = f" ({', '.join(features)})" if features else ""
    return f"{_size(point.game)}{kind}{_parameters(point)}."


def _size(game: MarkovGame) -> str:
    actions = (
        f"{plural(game.n_actions[0], 'action')} each"
        if len(set(game.n_actions)) == 1 and game.n_players > 1
        else " and ".join(str(size) for size in game.n_actions) + (" action" if game.n_actions == (1,) else " actions")
    )
    discount = "" if game.n_states == 1 and not game.discount else f", discount {brief(game.discount)}"
    return f"{plural(game.n_players, 'player').capitalize()} with {actions}, {plural(game.n_states, 'state')}{discount}"


def _parameters(point: Point) -> str:
    parts = []
    if point.algorithm is not None:
        parts.append(point.algorithm.replace("-", " "))
    if point.step_size is not None:
        parts.append(f"{_SYMBOLS['step_size']}{brief(point.step_size)}")
    if point.regularization:
        parts.append(f"{_SYMBOLS['regularization']}{brief(point.regularization)}")
    if point.steps and point.algorithm is not None:
        parts.append(plural(point.steps, "step"))
    if point.learner is not None:
        parts.append("players who explore")
    return f"; {', '.join(parts)}" if parts else ""


def traits(point: Point) -> tuple[str, ...]:
    """Structure that an instance shows: the named families that statements tend to fail in leave these marks."""
    game = point.game
    if game is None:
        return ()
    found = []
    if game.n_players > 1 and game.is_identical_interest:
        found.append("common reward")
    if game.n_states > 1:
        found += _kernel_traits(game)
    if game.n_states > 1 and 0 < game.initial.min() < _NEARLY:
        found.append("a state of tiny initial probability")
    if game.n_states > 1 and game.initial.min() == 0:
        found.append("a state of initial probability 0")
    if game.rewards.min() == game.rewards.max() == 0:
        found.append("no rewards")
    for name, policy in (("policy", point.policy), ("second policy", point.other)):
        if policy is not None:
            found += [f"{name} {word}" for word in _shape(policy)]
    return tuple(found)


def _kernel_traits(game: MarkovGame) -> Iterator[str]:
    kernel = game.dense_kernel()
    rows = kernel.numerator.reshape(game.n_states, -1, game.n_states)
    if game.n_joint_actions > 1 and (rows == rows[:, :1]).all():
        yield "transitions ignore actions"
    if ((rows == 0) | (rows == kernel.denominator)).all():
        yield "deterministic transitions"


def _shape(policy: Policy) -> Iterator[str]:
    parts = policy.probabilities
    least = min(part.min() for part in parts)
    if all(part.min() == part.max() for part in parts):
        yield "uniform"
    elif least == 0:
        yield "on the boundary"
    elif least < _NEARLY:
        yield "nearly deterministic"


def described(point: AnyPoint) -> Iterator[Block]:
    """Tables of the data, as far as they are small enough to be read."""
    if isinstance(point, LQPoint):
        yield from lq_described(point)
        return
    if point.game is None:
        return
    yield from _stage_table(point.game)
    yield from _policy_table(point)
    yield from _play_table(point)
    yield from _learner_table(point)


def _stage_table(game: MarkovGame) -> Iterator[Block]:
    joint = list(product(*map(range, game.n_actions)))
    if game.n_states * len(joint) > _ROWS:
        return
    several = game.n_states > 1
    same = game.is_identical_interest
    players = ["reward"] if same else [f"reward of player {i + 1}" for i in range(game.n_players)]
    header = [*(["state"] if several else []), "actions", *players]
    if several:
        header += [f"to state {s + 1}" for s in range(game.n_states)]
    kernel = game.dense_kernel()
    rows = []
    for s, actions in product(range(game.n_states), joint):
        row: list[Text] = [str(s + 1)] if several else []
        row.append(", ".join(str(a + 1) for a in actions))
        row += [brief(game.rewards[(i, s, *actions)]) for i in range(1 if same else game.n_players)]
        if several:
            row += [brief(kernel[(s, *actions, s2)]) for s2 in range(game.n_states)]
        rows.append(tuple(row))
    start = ""
    if several:
        start = "; initial probabilities " + ", ".join(brief(p) for p in game.initial.fractions())
    yield Table(f"The game{start}", tuple(header), tuple(rows), frozenset(range(1, len(header))))


def _policy_table(point: Point) -> Iterator[Block]:
    game = point.game
    assert game is not None
    named = [(name, policy) for name, policy in (("π", point.policy), ("π'", point.other)) if policy is not None]
    if not named or game.n_states * sum(game.n_actions) * len(named) > 4 * _ROWS:
        return
    rows = []
    for name, policy in named:
        for i, s in product(range(game.n_players), range(game.n_states)):
            if game.n_actions[i] > 1:
                chances = ", ".join(brief(p) for p in policy.probabilities[i][s].fractions())
                rows.append((name, f"player {i + 1}", str(s + 1), chances))
    if rows:
        yield Table(
            "The policy" if len(named) == 1 else "The policies",
            ("", "of", "state", "probabilities of the actions"),
            tuple(rows),
        )


def _play_table(point: Point) -> Iterator[Block]:
    """What the policy is worth: visitation, values, averaged Q and advantages, exactly."""
    game = point.game
    assert game is not None
    if point.policy is None or game.n_states * sum(game.n_actions) > _ROWS:
        return
    from mpgcert.arithmetic import EXACT

    lens = point.lens(EXACT)
    evaluation = lens.evaluation

    def shown(value: Any) -> str:
        return brief(EXACT.enclosure(value)[0])

    rows = []
    for i in range(game.n_players):
        q, advantage = evaluation.averaged_q(i), evaluation.averaged_advantage(i)
        for s in range(game.n_states):
            for a in range(game.n_actions[i]):
                rows.append((
                    f"player {i + 1}", str(s + 1), str(a + 1), shown(evaluation.visitation[s]),
                    shown(evaluation.values[i, s]), shown(q[s, a]), shown(advantage[s, a]),
                ))  # fmt: skip
    header = ("", "state", "action", Math("d(s)"), Math("V_i(s)"), Math(r"\bar Q_i(s, a_i)"), Math(r"\bar A_i(s, a_i)"))
    yield Table("What the policy π is worth, solved in rationals", header, tuple(rows), frozenset(range(1, 7)))


def _learner_table(point: Point) -> Iterator[Block]:
    """Exploration, estimates and update rates, where the statement speaks of a learner."""
    learner, game = point.learner, point.game
    if learner is None or game is None or game.n_states * sum(game.n_actions) > _ROWS:
        return
    rows = []
    for i in range(game.n_players):
        for s in range(game.n_states):
            tables = (learner.table, learner.other_table)
            estimates = [", ".join(brief(q) for q in table[i][s].fractions()) for table in tables]
            rate = brief(learner.rates[i].fractions()[s])
            rows.append((f"player {i + 1}", str(s + 1), brief(learner.exploration[i]), *estimates, rate))
    header = ("", "state", "exploration rate", "estimates q", "other estimates q'", "update rate")
    yield Table("What the learners bring", header, tuple(rows))
