"""Exact and float solving: evaluation, best replies, exploration, potentials, equilibria."""
