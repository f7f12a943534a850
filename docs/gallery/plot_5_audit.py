"""
Audit another paper in ten lines
================================

Lemma 8 of Mei, Xiao, Szepesvari and Schuurmans (ICML 2020) for one player among others,
with the greedy actions in the place of the optimal ones.
"""

import numpy as np
from sympy import Ge, sqrt

from mpgcert.auditing.search import attack
from mpgcert.claims import Claim, Setting, symbol

gradient, gap, c = (
    symbol("gradient_norm_i"),
    symbol("nash_gap_i"),
    symbol("least_concentration_i"),
)
bound = c * gap / symbol("D_inf")
lemma = Claim(
    "mei2020.lemma-8",
    "Gradient domination for one player among others",
    Setting.POLICY,
    Ge(gradient, bound / sqrt(symbol("S"))),
    assumes=("every-state-visited",),
    near_misses={"without the number of states": Ge(gradient, bound)},
)

# %%
# The lemma survives; its near miss does not, so the search was strong enough to tell.

for claim in (lemma, lemma.variant("without the number of states")):
    found = attack(claim, np.random.default_rng(0), samples=300, climbs=300)
    print(
        f"{found.non_vacuous} instances, ratio {found.worst_ratio:.4f},",
        "falls" if found.counterexample else "survives",
    )

# %%
# In a file, a claim is audited with all cores by ``mpgcert audit FILE.py``, and
# ``--certificates`` writes what anyone can verify.
