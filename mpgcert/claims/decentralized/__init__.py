"""Runs of decentralized learning, and where its dynamics can end (maheshwari2023)."""

from mpgcert.claims.decentralized.limits import Limits, limits_of
from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun, checked_decentralized_run

__all__ = ["CheckedDecentralizedRun", "Limits", "checked_decentralized_run", "limits_of"]
