"""Instances of statements as the data of certificates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point import Point
from mpgcert.claims.sides import AnyPoint
from mpgcert.games import Policy
from mpgcert.games.lq import Gains

__all__ = ["flat_stage", "gains_data", "instance_data", "policy_data"]


def policy_data(policy: Policy) -> list[Any]:
    """Probabilities [n][S][A_i], exactly."""
    return policy.to_nested()


def flat_stage(table: ExactArray) -> list[Any]:
    """A stage reward [S, A_1, ..., A_n] as [S][J]."""
    return table.reshape(table.shape[0], -1).to_nested()


def gains_data(gains: Gains) -> list[Any]:
    """Gains [N][T][k_i][d], exactly."""
    return [part.to_nested() for part in gains.parts]


def instance_data(point: AnyPoint, wanted: Sequence[str]) -> dict[str, Any] | None:
    """The data of a certificate about an instance; None if the instance does not have what a record asks for.

    Args:
        wanted: the record's data, as `pi:policy` (those of the index, `at_i#`, are left out here).
    """
    available = _lq_data(point) if isinstance(point, LQPoint) else _markov_data(point)
    out: dict[str, Any] = {}
    for part in wanted:
        name = part.split(":")[0].split("[")[0].rstrip("?#")
        if name.startswith("at_"):
            continue
        if name in available:
            out[name] = available[name]
        elif not part.endswith("?"):
            return None
    return out


def _markov_data(point: Point) -> dict[str, Any]:
    out: dict[str, Any] = {"lam": format_fraction(point.regularization)}
    for name, policy in (("pi", point.policy), ("pi2", point.other)):
        if policy is not None:
            out[name] = policy_data(policy)
    if point.phi is not None:
        out["phi"] = flat_stage(point.phi)
    elif point.game is not None and point.analysis.phi is not None:
        out["phi"] = flat_stage(point.analysis.phi)
    if point.step_size is not None:
        out["eta"] = format_fraction(point.step_size)
    if point.algorithm is not None:
        out["algorithm"] = point.algorithm
    if point.player is not None:
        out["player"] = point.player
    if point.steps:
        out["steps"] = point.steps
    if point.learner is not None:
        learner = point.learner
        out |= {
            "tremble": [format_fraction(theta) for theta in learner.exploration],
            "estimate": [part.to_nested() for part in learner.table],
            "other_estimate": [part.to_nested() for part in learner.other_table],
            "rates": [part.to_nested() for part in learner.rates],
        }
    return out


def _lq_data(point: LQPoint) -> dict[str, Any]:
    out: dict[str, Any] = {"delta": format_fraction(point.delta), "xi": format_fraction(point.xi)}
    for name, gains in (("K", point.gains), ("K2", point.other)):
        if gains is not None:
            out[name] = gains_data(gains)
    if point.probe is not None:
        out["probe"] = point.probe.to_nested()
    if point.step_sizes is not None:
        out["eta"] = [format_fraction(size) for size in point.step_sizes]
    if point.steps:
        out["steps"] = point.steps
    return out
