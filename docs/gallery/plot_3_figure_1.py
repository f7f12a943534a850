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
# The figure cuts the exponent of natural gradient play with log-barrier, which the
# notes of the game record as an exception.

step, weight = experiment["step_size"], experiment["regularization"]
exception = experiment["exceptions"]["natural-gradient-play-log-barrier"]
variants = {
    "gradient play": ("gradient-play", {}),
    "natural gradient play": ("natural-gradient-play", {}),
    "gradient play, log-barrier": ("gradient-play", {"regularization": weight}),
    "natural gradient play, log-barrier": (
        "natural-gradient-play",
        {"regularization": weight, **exception},
    ),
}
runs = {
    name: mc.run(game, algorithm, steps=1000, step_size=step, **options)
    for name, (algorithm, options) in variants.items()
}

figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for (name, run), line in zip(runs.items(), ("-", "--", "-.", ":")):
    gap = run.trajectory.nash_gap.max(axis=1)
    axes.loglog(run.trajectory.steps[1:], gap[1:], line, label=name)
axes.set(xlabel="iteration", ylabel="NE-gap", ylim=(1e-9, 1))
axes.grid(alpha=0.3)
axes.legend()
plt.show()

# %%
# The step size is far beyond what the paper's theorems cover, so most of its statements
# are vacuous on these runs. What does not limit the step is held against them, here
# against gradient play:

runs["gradient play"]
