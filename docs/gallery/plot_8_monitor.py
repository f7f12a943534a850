"""
Monitor someone else's run
==========================

Policies from elsewhere, here from ten lines of numpy, held against every statement
that applies to them.
"""

import tempfile
from pathlib import Path

import numpy as np

import mpgcert as mc
from mpgcert.claims.any_game import any_monitor

game = mc.load("stag-hunt")
payoff = game.rewards[0, 0].to_float()


def softmax(logits):
    """Rows of probabilities."""
    return np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)


first, second = np.zeros((101, 2)), np.zeros((101, 2))
first[0] = 1, 0
for t in range(100):
    p, q = softmax(first[t]), softmax(second[t])
    first[t + 1] = first[t] + 0.02 * p * (payoff @ q - p @ payoff @ q)
    second[t + 1] = second[t] + 0.02 * q * (payoff @ p - q @ payoff @ p)

# %%

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "run.npz"
    np.savez(
        path,
        policy_1=softmax(first),
        policy_2=softmax(second),
        step_size="0.02",
        algorithm="gradient-play",
    )
    monitored = any_monitor(game, str(path))

for record in monitored.records:
    print(f"{record.verdict} {record.claim.id}, largest ratio {record.worst_ratio:.4f}")
print(f"recorded steps are off by at most {monitored.largest_deviation:.2g}")

# %%
# The ratio of the sides of gradient domination along the run; at 1 it would be an
# equality.

import matplotlib.pyplot as plt

record = next(record for record in monitored.records if record.compared)
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.plot(record.steps, record.ratios)
axes.set(xlabel="iterate", ylabel="left side over right side", title=record.claim.title)
axes.grid(alpha=0.3)
plt.show()
