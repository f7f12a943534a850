"""Games as frozen exact data: construction, validation, files, normalisation, built-in games."""

from mpgcert.games.counts import CountGame
from mpgcert.games.files import load, policy_from_file, resolve, to_document, write
from mpgcert.games.game import Game
from mpgcert.games.lq import Gains, InitialState, LQGame
from mpgcert.games.markov import MarkovGame, SparseKernel
from mpgcert.games.normalization import Normalization
from mpgcert.games.policy import Policy

__all__ = [
    "CountGame",
    "Gains",
    "Game",
    "InitialState",
    "LQGame",
    "MarkovGame",
    "Normalization",
    "Policy",
    "SparseKernel",
    "load",
    "policy_from_file",
    "resolve",
    "to_document",
    "write",
]
