"""Solving linear-quadratic games: coupled Riccati recursion, costs of gains, best responses."""
