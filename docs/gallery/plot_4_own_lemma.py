"""
Refute a lemma of my own
========================

Two inequalities between a player's gap and its advantage; one of them forgets a factor.
"""

import numpy as np
from sympy import Le

from mpgcert.auditing.search import attack, instance, shrink
from mpgcert.claims import Claim, Setting, symbol

gap, advantage, gamma = (
    symbol("nash_gap_i"),
    symbol("largest_advantage"),
    symbol("discount"),
)
right = Claim(
    "own.gap", "Gap and advantage", Setting.POLICY, Le(gap, advantage / (1 - gamma))
)
wrong = Claim(
    "own.gap-undiscounted", "Without 1 - gamma", Setting.POLICY, Le(gap, advantage)
)

for claim in (right, wrong):
    found = attack(claim, np.random.default_rng(0), samples=200, climbs=200)
    print(claim.id, found.worst_ratio, "falls" if found.counterexample else "survives")

# %%
# The counterexample, made small: one player, one state, two actions.

blueprint, check = shrink(wrong, found.counterexample[0])
point = instance(wrong, blueprint)
print(point.game)
print("rewards", point.game.rewards.to_nested(), "policy", point.policy.to_nested())
print(check.verdict, "since", check.left[0], ">", check.right[1])

# %%
# Both sides of the false statement on instances drawn at random, without any climbing:
# above the line it fails. About every other draw shows it, and one would be enough.

import matplotlib.pyplot as plt

from mpgcert.auditing.families import RandomSource, draw_blueprint, shape_for
from mpgcert.claims.engine import check as decide

source = RandomSource(np.random.default_rng(0))
sides = []
for _ in range(200):
    drawn = decide(wrong, instance(wrong, draw_blueprint(source, shape_for(wrong))))
    sides.append((drawn.left[0], drawn.right[1], str(drawn.verdict)))

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
for verdict, mark in (("holds", "o"), ("violated", "x")):
    left, right = zip(*((x, y) for x, y, found in sides if found == verdict))
    axes.scatter(
        right, left, marker=mark, alpha=0.7, label=f"{verdict}, {len(left)} of 200"
    )
axes.axline((1e-3, 1e-3), (1, 1), color="0.5", linewidth=1)
axes.set(xscale="log", yscale="log", xlabel="largest advantage", ylabel="gap")
axes.legend()
plt.show()
