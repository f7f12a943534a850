"""
Check my game
=============

A game from arrays, its assumptions with evidence, and the potential itself.
"""

import mpgcert as mc

game = mc.MarkovGame.of(
    name="meadow",
    states=["lush", "bare"],
    players=["Ann", "Bob"],
    actions=[["wait", "graze"], ["wait", "graze"]],
    discount="0.8",
    initial=["0.5", "0.5"],
    transition=[
        [[[1, 0], [0.7, 0.3]], [[0.9, 0.1], [0.2, 0.8]]],
        [[[0.6, 0.4], [0.3, 0.7]], [[0.4, 0.6], [0.1, 0.9]]],
    ],
    rewards=[[[[0, 4], [3, 5]], [[0, 1], [1, 1.5]]]] * 2,
)
mc.check(game)

# %%
# The potential with the least range, as exact numbers:

from mpgcert.solvers.potential import least_range_potential

found = mc.find_potential(game)
least = least_range_potential(game, found.potential)
least.potential.to_nested()

# %%
# If each herder keeps the own earnings, there is none, and four policies prove it:

alone = mc.MarkovGame.of(
    name="meadow, each alone",
    discount="0.8",
    transition=game.transition,
    rewards=[
        [[[0, 0], [3, 2]], [[0, 0], [1, 0.5]]],
        [[[0, 4], [0, 3]], [[0, 1], [0, 1]]],
    ],
)
mc.check(alone)
