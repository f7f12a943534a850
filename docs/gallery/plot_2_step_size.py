"""
Which step size?
================

What the theorems vouch for on this very game, and what happens with larger steps.
"""

import mpgcert as mc

game = mc.load("zhang2022-figure-1")
mc.bounds(game, epsilon="0.1")

# %%
# The theorem's step for gradient play, and one that is 72 times as large. Statements
# that ask for a smaller step become vacuous; the others are held against both runs.

steps = {"5/72, from theorem 5": None, "5, of the figure": 5}
runs = {
    name: mc.run(game, "gradient-play", steps=500, step_size=step)
    for name, step in steps.items()
}
for name, run in runs.items():
    gap = run.trajectory.nash_gap.max(axis=1)
    verdicts = ", ".join(map(str, run.verdicts))
    print(f"{name}: least gap {gap.min():.3g}, last gap {gap[-1]:.3g}; {verdicts}")

# %%
# The large step is fast, but its gap does not stay small. Gradients vanish near
# policies that are no equilibrium, too, where the greedy actions have little
# probability: this is why that probability, c, enters theorem 5.

import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
for (name, run), line in zip(runs.items(), ("-", "--")):
    gap = run.trajectory.nash_gap.max(axis=1)
    axes.semilogy(run.trajectory.steps, gap, line, label=name)
axes.set(xlabel="iteration", ylabel="NE-gap")
axes.grid(alpha=0.3)
axes.legend()
plt.show()
