"""Statements about linear-quadratic games: instances, what is worked out about them, assumptions, bounds."""
