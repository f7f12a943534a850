"""Parts C and D of Lemma 26 of zhang2022, for any two policies: what the others' moves change, to second order."""

from __future__ import annotations

from sympy import Abs, Eq, Le

from bounds.zhang2022.barrier_terms import of_pair, symbol
from mpgcert.claims.claim import Claim, Finding

__all__ = ["CLAIMS"]

n, M, d = (symbol[name] for name in ("n", "M", "visitation"))
horizon = 1 - symbol["discount"]
C_, D_, movement, changes = (symbol[name] for name in ("part_C", "part_D", "policy_change", "squared_changes"))
shift, furthest = symbol["value_shift"], symbol["largest_distance"]
at_state, at_worst = symbol["squared_changes_at"], symbol["largest_squared_changes"]
total_distance, shifts = symbol["distance_total"], symbol["visitation_shift"]

_free_state = Finding(
    kind="ambiguity",
    summary="The state s is free on the right while the left side sums over all states. Read for every s the bound is "
    "false: nothing need move at s. The largest over states is meant (or, as the last display uses it, the sum).",
    survives="Lemma 26 stands: its last display sums over the states.",
    corrected="zhang2022.lemma-26.step-c9.corrected",
    counterexample="lemma-26.step-c9.json",
)
_C_bound = 2 / horizon**3
_PART_C = (
    of_pair(
        "lemma-26.step-c1",
        "Part C with absolute values",
        Le(Abs(C_), symbol["part_C_majorant"]),
        kind="tight",
        near_misses={"a tenth": Le(Abs(C_), symbol["part_C_majorant"] / 10)},
    ),
    of_pair(
        "lemma-26.step-c2",
        "A shift of an averaged value in two",
        Le(shift, symbol["value_shift_split"]),
        kind="tight",
        near_misses={"a tenth": Le(shift, symbol["value_shift_split"] / 10)},
    ),
    of_pair(
        "lemma-26.step-c3",
        "A shift of an averaged value by how far the others move",
        Le(symbol["value_shift_split"], symbol["largest_value_shift"] + symbol["distance_at"] / horizon),
        near_misses={"the values alone": Le(symbol["value_shift_split"], symbol["largest_value_shift"])},
    ),
    of_pair(
        "lemma-26.step-c4",
        "A shift of a value by how far the others move",
        Le(symbol["largest_value_shift"], symbol["others_distance"] / horizon**2),
        near_misses={
            "a power of the discount less": Le(symbol["largest_value_shift"], symbol["others_distance"] / (3 * horizon))
        },
    ),
    of_pair(
        "lemma-26.step-c5",
        "The joint policy moves by at most what the players move",
        Le(symbol["others_distance"] / horizon**2, furthest / horizon**2),
        kind="tight",
        near_misses={"two thirds": Le(symbol["others_distance"] / horizon**2, 2 * furthest / (3 * horizon**2))},
    ),
    of_pair(
        "lemma-26.step-c6",
        "Both parts of a shift together",
        Le(shift, 2 * furthest / horizon**2),
        near_misses={"a tenth": Le(shift, furthest / (5 * horizon**2))},
    ),
    of_pair(
        "lemma-26.step-c7",
        "Part C by distances",
        Le(Abs(C_), _C_bound * furthest * symbol["visited_distance"]),
        near_misses={"a fiftieth": Le(Abs(C_), _C_bound * furthest * symbol["visited_distance"] / 50)},
    ),
    of_pair(
        "lemma-26.step-c8",
        "Part C by the largest distance",
        Le(_C_bound * furthest * symbol["visited_distance"], _C_bound * furthest**2),
        kind="tight",
        near_misses={"half": Le(_C_bound * furthest * symbol["visited_distance"], _C_bound * furthest**2 / 2)},
    ),
    of_pair(
        "lemma-26.step-cauchy-1",
        "Distances are mean absolute changes",
        Eq(symbol["distance_at"], symbol["mean_absolute_changes"]),
        kind="identity",
        near_misses={"half": Eq(symbol["distance_at"], symbol["mean_absolute_changes"] / 2)},
    ),
    of_pair(
        "lemma-26.step-cauchy-2",
        "Cauchy-Schwarz over players and actions",
        Le(symbol["mean_absolute_changes"] ** 2, n * at_state),
        kind="tight",
        near_misses={"no number of players": Le(symbol["mean_absolute_changes"] ** 2, at_state)},
    ),
    of_pair(
        "lemma-26.step-c9",
        "Part C by squared changes at a state",
        Le(Abs(C_), _C_bound * n * at_state),
        finding=_free_state,
    ),
    of_pair(
        "lemma-26.step-c9.corrected",
        "Part C by squared changes at the worst state",
        Le(Abs(C_), _C_bound * n * at_worst),
        near_misses={"a hundredth": Le(Abs(C_), _C_bound * n * at_worst / 100)},
        corrects="zhang2022.lemma-26.step-c9",
    ),
    of_pair(
        "lemma-26.step-c10",
        "Part C by squared changes at a state, weighted",
        Le(Abs(C_), _C_bound * n * M * d * at_state),
        finding=Finding(
            kind="ambiguity",
            summary=_free_state.summary,
            survives=_free_state.survives,
            corrected="zhang2022.lemma-26.step-c10.corrected",
            counterexample="lemma-26.step-c10.json",
        ),
    ),
    of_pair(
        "lemma-26.step-c10.corrected",
        "Part C by squared changes, weighted and summed over states",
        Le(Abs(C_), _C_bound * n * M * movement),
        near_misses={"a two hundredth": Le(Abs(C_), _C_bound * n * M * movement / 200)},
        corrects="zhang2022.lemma-26.step-c10",
    ),
)

_PART_D = (
    of_pair(
        "lemma-26.step-d1",
        "Part D with absolute values",
        Le(Abs(D_), symbol["shift_products"] / horizon**2),
        near_misses={"a tenth": Le(Abs(D_), symbol["shift_products"] / (10 * horizon**2))},
    ),
    of_pair(
        "lemma-26.step-d2",
        "Part D by the largest change of policy",
        Le(symbol["shift_products"] / horizon**2, symbol["worst_shift_products"] / horizon**2),
        kind="tight",
        near_misses={
            "half": Le(symbol["shift_products"] / horizon**2, symbol["worst_shift_products"] / (2 * horizon**2))
        },
    ),
    of_pair(
        "lemma-26.step-d3",
        "The visitation moves with the policies",
        Le(shifts, symbol["own_and_others_distance"] / horizon),
        near_misses={"not discounted": Le(shifts, symbol["own_and_others_distance"] / 3)},
    ),
    of_pair(
        "lemma-26.step-d4",
        "The joint policy moves by at most what the players move",
        Le(symbol["own_and_others_distance"] / horizon, furthest / horizon),
        kind="tight",
        near_misses={"two thirds": Le(symbol["own_and_others_distance"] / horizon, 2 * furthest / (3 * horizon))},
    ),
    of_pair(
        "lemma-26.step-d5",
        "Part D by distances",
        Le(Abs(D_), total_distance * furthest / horizon**3),
        near_misses={"a hundredth": Le(Abs(D_), total_distance * furthest / (100 * horizon**3))},
    ),
    of_pair(
        "lemma-26.step-d6",
        "The largest sum is at most the sum of the largest",
        Le(total_distance * furthest / horizon**3, total_distance**2 / horizon**3),
        kind="tight",
        near_misses={"half": Le(total_distance * furthest / horizon**3, total_distance**2 / (2 * horizon**3))},
    ),
    of_pair(
        "lemma-26.step-d7",
        "Cauchy-Schwarz over players, then over actions",
        Le(total_distance**2, n * changes),
        kind="tight",
        near_misses={"no number of players": Le(total_distance**2, changes)},
    ),
    of_pair(
        "lemma-26.step-d8",
        "Part D by squared changes",
        Le(Abs(D_), n * changes / horizon**3),
        near_misses={"a two hundredth": Le(Abs(D_), n * changes / (200 * horizon**3))},
    ),
    of_pair(
        "lemma-26.step-d9",
        "Part D by squared changes, weighted",
        Le(n * changes / horizon**3, n * M * movement / horizon**3),
        kind="tight",
        near_misses={"no M": Le(n * changes / horizon**3, n * movement / horizon**3)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_PART_C, *_PART_D)
