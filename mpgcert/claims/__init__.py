"""Statements of papers as data, and the engine that decides them on a game or a run."""
