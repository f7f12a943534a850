"""
A linear-quadratic game, and how much noise it needs
====================================================

Natural policy gradient is proved to converge if the noise is large enough
(``hambly2021.assumption-3.3``). How large is that, and what decides in truth?
"""

import mpgcert as mc

game = mc.load("lq-contraction")
mc.check(game)

# %%
# Both sides of the condition, for controls that reach further and further into the
# shared state. Where the left side is above the right one the theorem applies. That
# ends soon: what one player does disturbs the others' learning.

import matplotlib.pyplot as plt
import numpy as np

from mpgcert.games import to_document
from mpgcert.games.document import game_of


def scaled(factor):
    """The game with all control matrices multiplied by a factor."""
    document = to_document(game)
    document["B"] = [[[f"{factor / 10}"]]] * 2
    return game_of(document, game.name)


factors = [round(float(factor), 3) for factor in np.geomspace(0.5, 3, 9)]
bounds = [mc.bounds(scaled(factor)) for factor in factors]
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
for name, line in (("noise_left", "o-"), ("noise_right", "s--")):
    values = [float(bound.constants[name].upper) for bound in bounds]
    axes.loglog(factors, values, line, label=name)
axes.set(xlabel="factor of the control matrices", ylabel="sides of Assumption 3.3")
axes.grid(alpha=0.3, which="both")
axes.legend()
plt.show()

# %%
# And the step sizes: the theorem's formula beside the exact limit below which every
# start converges. Where the condition fails the formula vouches for nothing.

figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
for name, line, label in (
    ("eta_sharp", "o-", "exact limit"),
    ("eta_0", "s--", "theorem 3.5"),
):
    values = [float(bound.constants[name].lower) for bound in bounds]
    axes.loglog(factors, values, line, label=label)
axes.set(xlabel="factor of the control matrices", ylabel="largest step size")
axes.grid(alpha=0.3, which="both")
axes.legend()
plt.show()

# %%
# The theorem's step on the game as it is, held against the paper's statements:

mc.run(game, "natural-policy-gradient", steps=100)
