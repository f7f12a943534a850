"""Generic decision procedures for the assumptions that papers make of a game.

A catalogue names a procedure; the procedure decides exactly, or says `undecided` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.arithmetic import format_fraction
from mpgcert.claims.decision import Decision
from mpgcert.claims.lq.properties import LQ_PROPERTIES
from mpgcert.claims.quantity import Quantity
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import TooLarge
from mpgcert.solvers.communication import Chain, Communication, communication
from mpgcert.solvers.potential import IdentityTest, StructuralProof

if TYPE_CHECKING:
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.lq.analysis import LQAnalysis

__all__ = ["PROPERTIES", "Decision", "decide"]

_LISTED = 5000  # potentials with more entries are left out of the certificate
_FEW_STATES = 50
_LISTED_ACTIONS = 64


def decide(name: str, analysis: Analysis | LQAnalysis) -> Decision:
    """Decide a property by name; each is computed once per analysis.

    Normalising changes only whether rewards are in [0, 1], so other properties are decided for the original game.
    """
    if analysis.original is not None and name != "rewards-in-unit-interval":
        return decide(name, analysis.original)
    if name not in analysis.decisions:
        analysis.decisions[name] = PROPERTIES[name](analysis)
    return analysis.decisions[name]


def _unit_rewards(analysis: Analysis) -> Decision:
    game = analysis.game
    lowest, highest = game.rewards.min(), game.rewards.max()
    evidence = {"least": format_fraction(lowest), "largest": format_fraction(highest)}
    if lowest >= 0 and highest <= 1:
        return Decision(Verdict.HOLDS, f"rewards lie in [{_short(lowest)}, {_short(highest)}]", evidence)
    outside = np.argmin if lowest < 0 else np.argmax
    index = np.unravel_index(int(outside(game.rewards.numerator)), game.rewards.shape)
    player, state, *actions = (int(i) for i in index)
    value = game.rewards[tuple(index)]
    played = ", ".join(game.action_label(i, a) for i, a in enumerate(actions))
    where = f"player {game.player_label(player)} in state {game.state_label(state)} gets {_short(value)} for ({played})"
    witness = {"player": player, "state": state, "actions": actions, "value": format_fraction(value)}
    return Decision(
        Verdict.VIOLATED,
        f"{where}; bounds are computed for normalised rewards",
        evidence | witness,
        {"kind": "reward-outside-unit-interval", **witness},
    )


def _potential(analysis: Analysis) -> Decision:
    try:
        result = analysis.potential
    except TooLarge as error:
        return Decision(Verdict.UNDECIDED, str(error), {"reason": "budget"})
    if result.cycle is not None:
        cycle = result.cycle
        evidence = {
            "state": cycle.state,
            "players": list(cycle.players),
            "policy": cycle.policy.to_nested(),
            "deviations": [part.to_nested() for part in cycle.deviations],
            "value": format_fraction(cycle.value),
            "deterministic": cycle.is_deterministic,
        }
        return Decision(Verdict.VIOLATED, str(cycle), evidence, {"kind": "four-cycle", **evidence})
    found = result.evidence
    how = (
        "all players have the same reward, which is the potential"
        if analysis.game.is_identical_interest
        else str(found)
    )
    evidence = {"how": how, "proved": result.is_proved}
    certificate: dict[str, Any] = {"kind": "stage-potential", "how": how}
    if result.potential is not None and result.potential.size <= _LISTED:
        certificate["phi"] = result.potential.to_nested()
        if isinstance(found, StructuralProof):
            certificate["shaping"] = found.shaping.to_nested()
    if isinstance(found, IdentityTest):
        evidence |= {"error_probability_below": float(found.error_bound), "primes": [str(p) for p in found.primes]}
    return Decision(Verdict.HOLDS, f"exact potential found: {how}", evidence, certificate)


def _every_state_visited(analysis: Analysis) -> Decision:
    exploration, game = analysis.exploration, analysis.game
    if exploration is None:
        return Decision(Verdict.UNDECIDED, "the game is too large for this version", {"reason": "budget"})
    if exploration.avoidance is not None:
        avoided = exploration.avoidance
        evidence = {"state": avoided.state, "policy": avoided.policy.to_nested(), "visitation": "0"}
        summary = f"state {game.state_label(avoided.state)} is never visited under a deterministic policy"
        return Decision(Verdict.VIOLATED, summary, evidence, {"kind": "unvisited-state", **evidence})
    M = Quantity(*exploration.M, "") if exploration.M else None
    evidence = {
        "M": M.to_dict() if M else None,
        "worst_state": exploration.worst_state,
        "least_visitation": [[format_fraction(bound) for bound in pair] for pair in exploration.min_visitation]
        if game.n_states <= _FEW_STATES
        else None,
    }
    known = f"about {M.value if M else float('inf'):.6g}"
    if exploration.M is not None and exploration.is_exact:
        text = format_fraction(exploration.M[0])
        if len(text) > 12:
            known += ", known exactly"
        else:
            known = f"exactly {text}" + (f", {known}" if "/" in text else "")
    if exploration.M and len(exploration.searched_states) < game.n_states:
        low, high = map(float, exploration.M)
        known = f"between {low:.6g} ({len(exploration.searched_states)} states searched) and {high:.6g}"
    where = game.state_label(exploration.worst_state)
    return Decision(Verdict.HOLDS, f"every policy visits every state; M is {known}, at state {where}", evidence)


def _isolated(analysis: Analysis) -> Decision:
    result = analysis.stationary
    evidence: dict[str, Any] = {
        "policies_examined": result.n_policies,
        "support_pairs_decided": result.n_support_pairs,
        "stationary_policies": result.n_stationary,
    }
    certificate = None
    if result.segment is not None:
        segment = result.segment
        certificate = {
            "kind": "stationary-segment",
            "player": segment.player,
            "state": segment.state,
            "actions": None if segment.actions is None else list(segment.actions),
            "first": segment.first.to_nested(),
            "second": segment.second.to_nested(),
        }
        evidence |= {key: value for key, value in certificate.items() if key != "kind"}
    return Decision(Verdict(result.verdict), result.reason, evidence, certificate)


def _irreducible_joint_action(analysis: Analysis) -> Decision:
    """Full support of mu, and one joint action, the same in every state, with an irreducible aperiodic chain."""
    game, found = analysis.game, communication(analysis.game)

    def actions(index: int) -> list[int]:
        return [int(action) for action in np.unravel_index(index, game.n_actions)]

    unseen = np.flatnonzero(game.initial.numerator == 0).tolist()
    evidence = {
        "states_without_initial_probability": unseen,
        "joint_action": None if found.witness is None else actions(found.witness),
        "joint_actions": found.n_joint_actions,
        "joint_actions_examined": len(found.tried) + (found.witness is not None),
        "defects": [
            {"joint_action": actions(index)} | _defect(structure)
            for index, structure in islice(found.tried.items(), _LISTED_ACTIONS)
        ],
        "full_support_policies": {"irreducible_aperiodic": found.full_support.mixes} | _defect(found.full_support),
    }
    witness = [] if found.witness is None else actions(found.witness)
    played = ", ".join(game.action_label(i, action) for i, action in enumerate(witness))
    summary = _mixing(found, played)
    if unseen:
        summary = f"state {game.state_label(unseen[0])} has initial probability 0; {summary}"
    if unseen or (found.is_decided and found.witness is None):
        return Decision(Verdict.VIOLATED, summary, evidence, {"kind": "no-irreducible-joint-action", **evidence})
    if found.witness is None:
        return Decision(Verdict.UNDECIDED, summary, evidence | {"reason": "budget"})
    certificate = {"kind": "irreducible-joint-action", "joint_action": evidence["joint_action"]}
    return Decision(Verdict.HOLDS, summary, evidence, certificate)


def _mixing(found: Communication, played: str) -> str:
    """One line: what the search for a joint action with an irreducible aperiodic chain found (`played`, if it did)."""
    union = found.full_support
    if played:
        return f"the chain is irreducible and aperiodic if in every state the players play: ({played})"
    if union.closed is not None:
        return f"no policy leaves a closed class of {len(union.closed)} states, so the others are not visited from it"
    if not union.mixes:
        return f"under every joint action the chain is reducible or its period is a multiple of {union.period}"
    examined = (
        f"{len(found.tried)} joint actions"
        if found.is_decided
        else (f"{len(found.tried)} joint actions examined, out of {found.n_joint_actions},")
    )
    return (
        f"none of the {examined} has an irreducible aperiodic chain if played in every state; policies of full "
        "support have one, so with exploration every state is still visited infinitely often"
    )


def _defect(structure: Chain) -> dict[str, Any]:
    """Why a chain is not irreducible and aperiodic; empty if it is."""
    if structure.closed is not None:
        return {"closed_class": structure.closed.tolist()}
    return {} if structure.mixes else {"period": structure.period, "cyclic_classes": structure.cyclic_classes()}


def _short(value: Fraction) -> str:
    text = format_fraction(value)
    return text if len(text) <= 12 else f"{float(value):.6g}"


PROPERTIES: Mapping[str, Callable[[Any], Decision]] = {
    "rewards-in-unit-interval": _unit_rewards,
    "stage-potential": _potential,
    "policy-potential": _potential,
    "every-state-visited": _every_state_visited,
    "isolated-stationary-policies": _isolated,
    "irreducible-joint-action": _irreducible_joint_action,
    **LQ_PROPERTIES,
}
