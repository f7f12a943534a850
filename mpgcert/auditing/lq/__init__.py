"""Instances of statements about linear-quadratic games: drawn, changed a little, shrunk."""
