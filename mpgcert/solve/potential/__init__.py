"""Markov potential games: decision, evidence, least range, distance, and the stage games."""

from mpgcert.solve.potential.cycles import FourCycle
from mpgcert.solve.potential.distance import PotentialDistance, potential_distance
from mpgcert.solve.potential.find import PotentialResult, find_potential
from mpgcert.solve.potential.identity import IdentityTest
from mpgcert.solve.potential.least_range import LeastRange, least_range_potential
from mpgcert.solve.potential.stage import Square, StageGame, StageVerdict, classify_stage, classify_stages
from mpgcert.solve.potential.structure import StructuralProof

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
    "classify_stage",
    "classify_stages",
    "find_potential",
    "least_range_potential",
    "potential_distance",
]
