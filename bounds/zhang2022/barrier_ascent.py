"""Lemma 26 of zhang2022: regularised natural gradient play ascends, in four parts.

theta~^i is the policy of which players i, ..., n have moved.  What holds for any two policies is stated for any two,
and decided with rationals; Parts A and B use what Corollary 25 and Lemma 24 say about a step.
"""

from __future__ import annotations

from sympy import Eq, Ge, Le, Rational, log

from bounds.zhang2022.barrier_terms import ALL_SAFE, ALL_STATED, FLOOR, KEPT, MPG_VISITED, X, of_pair, of_step, symbol
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]

n, A, M = (symbol[name] for name in ("n", "A_max", "M"))
eta, lam, d = (symbol[name] for name in ("step_size", "regularization", "visitation"))
horizon = 1 - symbol["discount"]
growth, ascent, movement = (symbol[name] for name in ("potential_growth", "regularized_ascent", "policy_change"))
A_, B_, C_, D_ = (symbol[f"part_{part}"] for part in "ABCD")
change, changes, plain = (symbol[name] for name in ("relative_change", "squared_changes", "plain_squared_changes"))
shift, furthest = symbol["value_shift"], symbol["largest_distance"]
at_state, at_worst = symbol["squared_changes_at"], symbol["largest_squared_changes"]
total_distance, shifts = symbol["distance_total"], symbol["visitation_shift"]

#: Relative changes as Corollary 25 has them.
_SMALL_CHANGES = (
    ALL_STATED[0],
    Ge(symbol["least_change"], -Rational(1, 5)),
    Le(symbol["largest_change"], Rational(1, 2)),
)
_lost_terms = 4 * lam * A * M**2 + 4 * M / horizon**2 + 3 * n * M / horizon**3
_rate = 1 / (2 * eta) - _lost_terms

_STATEMENT = (
    of_step(
        "lemma-26",
        "Ascent of a step of regularised natural gradient play",
        Ge(ascent, _rate * movement),
        given=(),
        assumes=MPG_VISITED,
        finding=Finding(
            kind="false",
            summary="The lemma states no hypothesis, and large steps break it. Its proof takes the bounds of the "
            "relative changes from Corollary 25 and the lower bound of the policies from Lemma 24; one step of at most "
            "1/(15 X) from a policy that meets that lower bound is not enough either, because the bound of f loses a "
            "factor M.",
            survives="With both bounds as hypotheses every step is right. " + KEPT,
            corrected="zhang2022.lemma-26.corrected",
            counterexample="lemma-26.json",
        ),
    ),
    of_step(
        "lemma-26.corrected",
        "Ascent of a step from a policy away from the boundary",
        Ge(ascent, _rate * movement),
        given=ALL_SAFE,
        assumes=MPG_VISITED,
        near_misses={"four times the gain": Ge(ascent, 2 * movement / eta)},
        corrects="zhang2022.lemma-26",
    ),
)

_DECOMPOSITION = (
    of_pair(
        "lemma-26.step-1",
        "One player moves at a time",
        Eq(growth, symbol["potential_growths"]),
        kind="identity",
        near_misses={"twice": Eq(growth, 2 * symbol["potential_growths"])},
    ),
    of_pair(
        "lemma-26.step-2",
        "What the potential gains is what the moving players gain",
        Eq(symbol["potential_growths"], symbol["return_growths"]),
        kind="identity",
        near_misses={"half": Eq(symbol["potential_growths"], symbol["return_growths"] / 2)},
    ),
    of_pair(
        "lemma-26.step-3",
        "Gains through averaged advantages",
        Eq(symbol["return_growths"], symbol["advantage_growths"]),
        kind="identity",
        near_misses={"not discounted": Eq(symbol["return_growths"], symbol["advantage_growths"] * horizon)},
    ),
    of_pair(
        "lemma-26.step-4",
        "Gains through averaged values of actions",
        Eq(symbol["advantage_growths"], symbol["value_growths"]),
        kind="identity",
        near_misses={"first order only": Eq(symbol["advantage_growths"], A_)},
    ),
    of_pair(
        "lemma-26.step-5",
        "Parts A, C, D as printed; the logarithms minus the relative changes are Part B",
        Eq(growth + lam * symbol["change_total"], symbol["part_A_printed"] + C_ + D_),
        kind="identity",
        finding=Finding(
            kind="typo",
            summary="In the definition of Part A the term lambda Delta_i stands inside the sum weighted by d(s) / "
            "(1 - gamma); it belongs to a sum over i, s, a_i of its own, as the next display has it.",
            survives="Everything: the bound of Part A starts from the right form.",
            corrected="zhang2022.lemma-26.step-5.corrected",
            counterexample="lemma-26.step-5.json",
        ),
    ),
    of_pair(
        "lemma-26.step-5.corrected",
        "Parts A, C, D; the logarithms minus the relative changes are Part B",
        Eq(growth + lam * symbol["change_total"], A_ + C_ + D_),
        kind="identity",
        near_misses={"without D": Eq(growth + lam * symbol["change_total"], A_ + C_)},
        corrects="zhang2022.lemma-26.step-5",
    ),
)

_PART_A = (
    of_pair(
        "lemma-26.step-a1",
        "Part A through averaged advantages",
        Eq(A_, symbol["part_A_of_advantages"]),
        kind="identity",
        near_misses={"half": Eq(A_, symbol["part_A_of_advantages"] / 2)},
    ),
    of_pair(
        "lemma-26.step-a2",
        "Part A through relative changes, centred",
        Eq(symbol["part_A_of_advantages"], symbol["part_A_of_changes"]),
        kind="identity",
        near_misses={"half": Eq(symbol["part_A_of_advantages"], symbol["part_A_of_changes"] / 2)},
    ),
    of_pair(
        "lemma-26.step-a3",
        "Part A through directions",
        Eq(symbol["part_A_of_changes"], symbol["part_A_of_directions"]),
        kind="identity",
        near_misses={
            "no barrier": Eq(symbol["part_A_of_changes"] - lam * symbol["change_total"], symbol["part_A_of_directions"])
        },
    ),
    Claim(
        id="zhang2022.lemma-26.step-a4",
        title="The update solved for the direction",
        setting=Setting.STEP,
        kind="definition",
        latex=r"f_i^{(t)}(s, a_i) = \frac{1}{\eta}\left(\log\frac{\pi_i^{(t+1)}(a_i|s)}{\pi_i^{(t)}(a_i|s)}"
        r" + \log Z_t^{i,s}\right)",
    ),
    of_step(
        "lemma-26.step-a5",
        "Part A from below",
        Ge(A_, movement / (2 * eta)),
        given=_SMALL_CHANGES,
        assumes=MPG_VISITED,
        near_misses={"four times": Ge(A_, 2 * movement / eta)},
    ),
)

_PART_B = (
    of_step(
        "lemma-26.step-b1",
        "The logarithm of a relative change from below",
        Ge(log(1 + change) - change, -(change**2)),
        given=_SMALL_CHANGES,
        near_misses={"a third": Ge(log(1 + change) - change, -(change**2) / 3)},
    ),
    of_step(
        "lemma-26.step-b2",
        "Part B from below",
        Ge(B_, -lam * plain),
        given=_SMALL_CHANGES,
        near_misses={"a third": Ge(B_, -lam * plain / 3)},
    ),
    of_pair(
        "lemma-26.step-b3",
        "Weights in place of lambda, away from the boundary",
        Le(lam * plain, 4 * X * changes),
        given=(FLOOR,),
        near_misses={"half": Le(lam * plain, 2 * X * changes)},
    ),
    of_pair(
        "lemma-26.step-b4",
        "Visitation as a further weight",
        Le(4 * X * changes, 4 * M * X * movement),
        kind="tight",
        near_misses={"without M": Le(4 * X * changes, 4 * X * movement)},
    ),
    of_step(
        "lemma-26.step-b5",
        "Part B from below, weighted",
        Ge(B_, -4 * M * X * movement),
        given=(*_SMALL_CHANGES, FLOOR),
        near_misses={"no M and a hundredth": Ge(B_, -X * movement / 25)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_STATEMENT, *_DECOMPOSITION, *_PART_A, *_PART_B)
