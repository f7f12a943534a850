"""The value of every symbol of the vocabulary, as one function that is generic in the arithmetic.

Each module holds the quantities of one kind of instance in an explicit table at its foot.  A quantity says
which indices it uses; a statement is meant for all combinations of the indices that its symbols use.
"""

from __future__ import annotations

from collections.abc import Mapping

from mpgcert.claims.claim import Setting
from mpgcert.claims.quantities import of_game, of_pair, of_policy, of_run, of_step
from mpgcert.claims.quantities.rule import Rule, per

__all__ = ["Rule", "quantities_of"]

_GAME = of_game.QUANTITIES
_POLICY = _GAME | of_policy.QUANTITIES
_PAIR = _POLICY | of_pair.QUANTITIES
_STEP = _PAIR | of_step.QUANTITIES
_BY_SETTING: Mapping[Setting, Mapping[str, Rule]] = {
    Setting.SCALAR: {"x": per()(lambda at, _: at.variable)},
    Setting.GAME: _GAME,
    Setting.POLICY: _POLICY,
    Setting.PAIR: _PAIR,
    Setting.DEVIATION: _PAIR,
    Setting.STEP: _STEP,
    Setting.RUN: _STEP | of_run.QUANTITIES,
}


def quantities_of(setting: Setting) -> Mapping[str, Rule]:
    """Symbols that have a value in a setting, with the rule that gives it."""
    return _BY_SETTING[setting]
