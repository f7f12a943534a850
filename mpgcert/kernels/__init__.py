"""Compiled loops, arrays in and arrays out; each has a readable twin elsewhere that gives the same numbers."""
