"""The value of every symbol of the vocabulary, as one function that is generic in the arithmetic.

Each module holds quantities in an explicit table at its foot.  A quantity says which indices it uses; a
statement is meant for all combinations of the indices that its symbols use.  What has a value for one policy
has it for pairs (there it is about the first policy), what has it for pairs also for a step (the second
policy is the next one).
"""

from __future__ import annotations

from collections.abc import Mapping

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities import (
    ascent,
    barrier,
    coupling,
    differences,
    gradients,
    lq,
    lq_contraction,
    lq_convergence,
    lq_covariance,
    lq_dominance,
    lq_equilibrium,
    lq_perturbation,
    lq_regularity,
    lq_value_shifts,
    mpg_flow,
    mpg_learning,
    of_game,
    of_pair,
    of_policy,
    of_run,
    of_step,
    smoothness,
)
from mpgcert.claims.quantities.rule import Rule, per

__all__ = ["Rule", "quantities_of"]

_TOPICS = (gradients, ascent, coupling, barrier, smoothness, differences, mpg_flow, mpg_learning)
_LQ_TOPICS = (
    lq,
    lq_equilibrium,
    lq_regularity,
    lq_dominance,
    lq_covariance,
    lq_perturbation,
    lq_value_shifts,
    lq_contraction,
    lq_convergence,
)


def _with_topics(setting: Setting, *tables: Mapping[str, Rule]) -> dict[str, Rule]:
    out: dict[str, Rule] = {}
    for table in (*tables, *(topic.QUANTITIES.get(setting, {}) for topic in _TOPICS)):
        out |= table
    return out


def _of_lq(setting: Setting, inherited: Mapping[str, Rule]) -> dict[str, Rule]:
    out = dict(inherited)
    for topic in _LQ_TOPICS:
        out |= topic.QUANTITIES.get(setting, {})
    return out


_GAME = _with_topics(Setting.GAME, of_game.QUANTITIES)
_POLICY = _with_topics(Setting.POLICY, _GAME, of_policy.QUANTITIES)
_PAIR = _with_topics(Setting.PAIR, _POLICY, of_pair.QUANTITIES)
_STEP = _with_topics(Setting.STEP, _PAIR, of_step.QUANTITIES)
_LQ_GAME = _of_lq(Setting.LQ_GAME, {})
_LQ_POLICY = _of_lq(Setting.LQ_POLICY, _LQ_GAME)
_LQ_PAIR = _of_lq(Setting.LQ_PAIR, _LQ_POLICY)
_LQ_STEP = _of_lq(Setting.LQ_STEP, _LQ_PAIR)
_BY_SETTING: Mapping[Setting, Mapping[str, Rule]] = {
    Setting.SCALAR: {"x": per()(lambda at, _: at.variable)},
    Setting.GAME: _GAME,
    Setting.POLICY: _POLICY,
    Setting.PAIR: _PAIR,
    Setting.DEVIATION: _with_topics(Setting.DEVIATION, _PAIR),
    Setting.STEP: _STEP,
    Setting.RUN: _with_topics(Setting.RUN, _STEP, of_run.QUANTITIES),
    Setting.LQ_GAME: _LQ_GAME,
    Setting.LQ_POLICY: _LQ_POLICY,
    Setting.LQ_PAIR: _LQ_PAIR,
    Setting.LQ_STEP: _LQ_STEP,
    Setting.LQ_RUN: _of_lq(Setting.LQ_RUN, _LQ_STEP),
}


def quantities_of(setting: Setting) -> Mapping[str, Rule]:
    """Symbols that have a value in a setting, with the rule that gives it."""
    return _BY_SETTING[setting]
