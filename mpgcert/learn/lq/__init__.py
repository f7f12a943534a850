"""The algorithms of hambly2021 on linear-quadratic games: single runs, and ensembles over starts and seeds."""

from mpgcert.learn.lq.ensemble import Ensemble, Proportion
from mpgcert.learn.lq.ensembles import ensemble, ensembles
from mpgcert.learn.lq.run import run_lq
from mpgcert.learn.lq.starts import starts_in_ball
from mpgcert.learn.lq.trajectory import LQTrajectory

__all__ = ["Ensemble", "LQTrajectory", "Proportion", "ensemble", "ensembles", "run_lq", "starts_in_ball"]
