"""Algorithm 1 of maheshwari2023: independent and decentralized learning in Markov games."""

from mpgcert.learn.decentralized.diagnostics import Diagnostics, diagnose
from mpgcert.learn.decentralized.ensemble import DecentralizedEnsemble
from mpgcert.learn.decentralized.ensembles import decentralized_ensemble
from mpgcert.learn.decentralized.run import run_decentralized
from mpgcert.learn.decentralized.step_sizes import PowerStep, StepSize
from mpgcert.learn.decentralized.trajectory import DecentralizedTrajectory

__all__ = [
    "DecentralizedEnsemble",
    "DecentralizedTrajectory",
    "Diagnostics",
    "PowerStep",
    "StepSize",
    "decentralized_ensemble",
    "diagnose",
    "run_decentralized",
]
