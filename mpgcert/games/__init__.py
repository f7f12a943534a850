"""Games as frozen exact data: construction, validation, files, normalisation, built-in games."""

from mpgcert.games.markov import MarkovGame, SparseKernel
from mpgcert.games.policy import Policy

__all__ = ["MarkovGame", "Policy", "SparseKernel"]
