"""Markov potential games: decision, evidence, least range, distance, and the stage games."""

from mpgcert.solvers.potential.cycles import FourCycle
from mpgcert.solvers.potential.distance import PotentialDistance, potential_distance
from mpgcert.solvers.potential.find import PotentialResult, find_potential
from mpgcert.solvers.potential.identity import IdentityTest
from mpgcert.solvers.potential.least_range import LeastRange, least_range_potential
from mpgcert.solvers.potential.stage import (
    Square,
    StageGame,
    StageVerdict,
    classify,
    classify_stage,
    classify_stages,
)
from mpgcert.solvers.potential.structure import StructuralProof

__all__ = [
    "FourCycle",
    "IdentityTest",
    "LeastRange",
    "PotentialDistance",
    "PotentialResult",
    "Square",
    "StageGame",
    "StageVerdict",
    "StructuralProof",
    "classify",
    "classify_stage",
    "classify_stages",
    "find_potential",
    "least_range_potential",
    "potential_distance",
]
