"""
Reproduce Figure 1 of zhang2022
===============================

Four algorithms on the paper's own game with the paper's own step size, from the
uniform policy.
"""

import matplotlib.pyplot as plt

import mpgcert as mc

game = mc.load("zhang2022-figure-1")
experiment = game.notes["experiment"]
experiment

# %%

algorithms = {
    "gradient play": "gradient-play",
    "natural gradient play": "natural-gradient-play",
}
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
lines = iter(("-", "--", "-.", ":"))
for barrier in (False, True):
    for label, algorithm in algorithms.items():
        options = {"step_size": experiment["step_size"]}
        if barrier:
            label, options["regularization"] = (
                f"{label}, log-barrier",
                experiment["regularization"],
            )
            options |= experiment.get("exceptions", {}).get(
                f"{algorithm}-log-barrier", {}
            )
        run = mc.run(game, algorithm, steps=1000, **options)
        gap = run.trajectory.nash_gap.max(axis=1)
        axes.loglog(run.trajectory.steps[1:], gap[1:], next(lines), label=label)
axes.set(xlabel="iteration", ylabel="NE-gap", ylim=(1e-9, 1))
axes.grid(alpha=0.3)
axes.legend()
plt.show()

# %%
# The step size is far beyond what the paper's theorems cover, so most of its statements
# are vacuous on these runs. What does not limit the step is held against them, here
# against the last one:

run
