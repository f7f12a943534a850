"""Lemma 3.6(c) and Appendix B.2(c) of maheshwari2023: Nash equilibria are the policies that play best replies.

A Nash equilibrium is one from every state (Definition 2.2): `equilibrium_gap` is 0. That every pi_i(s) is in
br_i(s; pi) is `one_stage_gap` 0. In (32) the first policy of an instance is pi*, the second plays pi_i'; (34) is meant
for every pi_i' with values in br_i(s; pi*), so the least favourable selection is compared.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le, Lt

from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
horizon = 1 - _symbol["discount"]
value, rollout, longer = _symbol["policy_value"], _symbol["rollout"], _symbol["longer_rollout"]
greedy, longer_greedy = _symbol["greedy_rollout"], _symbol["longer_greedy_rollout"]
one_stage, greedy_one_stage = _symbol["one_stage_value"], _symbol["greedy_one_stage_value"]
gain_at, gain = _symbol["largest_advantage_at"], _symbol["largest_advantage"]
best_gain, switched, bellman_rollout = _symbol["best_gain_at"], _symbol["switched_rollout"], _symbol["bellman_rollout"]

_PLAYS_BEST_REPLIES = (Eq(_symbol["one_stage_gap"], 0),)
_NO_BEST_REPLY_HERE = (Gt(gain_at, 0),)

_LEMMA = (
    Claim(
        "maheshwari2023.lemma-3.6.c",
        "Nash equilibria are the policies that equal their best replies",
        Setting.POLICY,
        relation=Eq(_symbol["at_equilibrium"], _symbol["equals_best_replies"]),
        kind="identity",
        boundary=True,
        finding=Finding(
            kind="typo",
            summary="br_i(s; eq) is a set of mixed actions, printed is an equality. Read as the equality of a set "
            "with one element it is false: if all actions of a player are worth the same, every policy is a Nash "
            "equilibrium and every action is a best reply.",
            survives="With 'is an element of' in place of '=' the characterisation is true in every Markov game, and "
            "it is what the proof shows and Lemma 3.5 needs. What breaks is the reason given there for dphi/dtau = 0 "
            "at equilibria (maheshwari2023.lemma-3.5.step-6).",
            corrected="maheshwari2023.lemma-3.6.c.corrected",
            counterexample="lemma-3.6.c.json",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.6.c.corrected",
        "Nash equilibria are the policies that play best replies",
        Setting.POLICY,
        relation=Eq(_symbol["at_equilibrium"], _symbol["in_best_replies"]),
        kind="identity",
        boundary=True,
        near_misses={"always": Eq(_symbol["at_equilibrium"], 1), "never": Eq(_symbol["at_equilibrium"], 0)},
        corrects="maheshwari2023.lemma-3.6.c",
    ),
    Claim(
        "maheshwari2023.lemma-3.6.c.necessity",
        "What one stage gains, a deviation gains",
        Setting.POLICY,
        relation=Le(gain_at, best_gain),
        kind="tight",
        boundary=True,
        near_misses={"twice": Le(2 * gain_at, best_gain), "everywhere": Le(gain, best_gain)},
    ),
    Claim(
        "maheshwari2023.lemma-3.6.c.sufficiency",
        "A deviation gains at most what one stage gains, in every stage",
        Setting.POLICY,
        relation=Le(best_gain, gain / horizon),
        kind="tight",
        boundary=True,
        near_misses={"one stage": Le(best_gain, gain), "half": Le(best_gain, gain / horizon / 2)},
    ),
    Claim(
        "maheshwari2023.eq-30",
        "One stage of a deviation, in payoffs and values",
        Setting.DEVIATION,
        relation=Eq(_symbol["other_action_value"], one_stage),
        kind="identity",
        boundary=True,
        near_misses={"undeviated": Eq(_symbol["other_action_value"], _symbol["bellman_value"])},
    ),
)

_BEST_REPLIES_ARE_EQUILIBRIA = (
    Claim(
        "maheshwari2023.eq-31",
        "Policies that play best replies are Nash equilibria",
        Setting.DEVIATION,
        relation=Le(_symbol["value_gain"], 0),
        given=_PLAYS_BEST_REPLIES,
        kind="tight",
        boundary=True,
        near_misses={"strict": Lt(_symbol["value_gain"], 0)},
    ),
    Claim(
        "maheshwari2023.eq-32",
        "K stages of a deviation do not pay",
        Setting.DEVIATION,
        relation=Ge(value, rollout),
        given=_PLAYS_BEST_REPLIES,
        kind="tight",
        boundary=True,
        near_misses={"strict": Gt(value, rollout), "half": Ge(value, 2 * rollout)},
    ),
    Claim(
        "maheshwari2023.eq-33.step-1",
        "Bellman's equation",
        Setting.POLICY,
        relation=Eq(value, _symbol["bellman_value"]),
        kind="identity",
        boundary=True,
        near_misses={"mean action value discounted": Eq(_symbol["discount"] * value, _symbol["bellman_value"])},
    ),
    Claim(
        "maheshwari2023.eq-33",
        "One stage of a deviation does not pay",
        Setting.DEVIATION,
        relation=Ge(_symbol["bellman_value"], one_stage),
        given=_PLAYS_BEST_REPLIES,
        kind="tight",
        boundary=True,
        near_misses={"reversed": Le(_symbol["bellman_value"], one_stage)},
    ),
    Claim(
        "maheshwari2023.eq-32.step-1",
        "Stage K written out",
        Setting.DEVIATION,
        relation=Eq(rollout, bellman_rollout),
        kind="identity",
        boundary=True,
        near_misses={"deviating": Eq(rollout, switched)},
    ),
    Claim(
        "maheshwari2023.eq-32.step-2",
        "Stage K played by the deviation",
        Setting.DEVIATION,
        relation=Ge(bellman_rollout, switched),
        given=_PLAYS_BEST_REPLIES,
        kind="tight",
        boundary=True,
        near_misses={"strict": Gt(bellman_rollout, switched)},
    ),
    Claim(
        "maheshwari2023.eq-32.step-3",
        "Terms rearranged",
        Setting.DEVIATION,
        relation=Eq(switched, longer),
        kind="identity",
        boundary=True,
        near_misses={"a stage less": Eq(rollout, longer)},
    ),
)

_EQUILIBRIA_PLAY_BEST_REPLIES = (
    Claim(
        "maheshwari2023.eq-34",
        "K stages of optimal one-stage deviations do not lose",
        Setting.POLICY,
        relation=Le(value, greedy),
        kind="tight",
        boundary=True,
        near_misses={"strict": Lt(value, greedy), "reversed": Ge(value, greedy)},
    ),
    Claim(
        "maheshwari2023.eq-34.strict",
        "They pay where no best reply is played",
        Setting.POLICY,
        relation=Lt(value, greedy),
        given=_NO_BEST_REPLY_HERE,
        boundary=True,
        near_misses={"reversed": Ge(value, greedy)},
    ),
    Claim(
        "maheshwari2023.eq-34.step-1",
        "One optimal one-stage deviation does not lose",
        Setting.POLICY,
        relation=Le(_symbol["bellman_value"], greedy_one_stage),
        kind="tight",
        boundary=True,
        near_misses={"strict": Lt(_symbol["bellman_value"], greedy_one_stage)},
    ),
    Claim(
        "maheshwari2023.eq-34.step-2",
        "It pays where no best reply is played",
        Setting.POLICY,
        relation=Lt(_symbol["bellman_value"], greedy_one_stage),
        given=_NO_BEST_REPLY_HERE,
        boundary=True,
        near_misses={"reversed": Ge(_symbol["bellman_value"], greedy_one_stage)},
    ),
    Claim(
        "maheshwari2023.eq-34.step-3",
        "Another optimal one-stage deviation does not lose",
        Setting.POLICY,
        relation=Le(greedy, longer_greedy),
        kind="tight",
        boundary=True,
        near_misses={"strict": Lt(greedy, longer_greedy)},
    ),
    Claim(
        "maheshwari2023.eq-34.step-4",
        "Optimal one-stage deviations for ever do not lose",
        Setting.POLICY,
        relation=Le(value, _symbol["greedy_value"]),
        kind="tight",
        boundary=True,
        near_misses={"strict": Lt(value, _symbol["greedy_value"])},
    ),
    Claim(
        "maheshwari2023.eq-34.step-5",
        "They pay where no best reply is played, in the limit",
        Setting.POLICY,
        relation=Lt(value, _symbol["greedy_value"]),
        given=_NO_BEST_REPLY_HERE,
        boundary=True,
        near_misses={"reversed": Ge(value, _symbol["greedy_value"])},
        finding=Finding(
            kind="proof-gap",
            summary="The limit of strict inequalities for every K need not be strict. (34) also grows with K "
            "(maheshwari2023.eq-34.step-3), so that its limit is at least the value for K = 1, which is strict. The "
            "restriction to one state without a best reply is no loss but not needed: several are treated alike.",
            survives="The strict inequality is true, and Lemma 3.6(c) follows.",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.6.c.step-1",
        "Nash equilibria play best replies",
        Setting.POLICY,
        relation=Eq(_symbol["in_best_replies"], 1),
        given=(Eq(_symbol["equilibrium_gap"], 0),),
        kind="identity",
        boundary=True,
        near_misses={"the only ones": Eq(_symbol["equals_best_replies"], 1)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA, *_BEST_REPLIES_ARE_EQUILIBRIA, *_EQUILIBRIA_PLAY_BEST_REPLIES)
