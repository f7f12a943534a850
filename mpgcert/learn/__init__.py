"""The algorithms of the papers, returning a Trajectory; step rules are pure functions."""

from mpgcert.learn.run import run
from mpgcert.learn.trajectory import Trajectory

__all__ = ["Trajectory", "run"]
