"""The terms of the vocabulary, by topic."""

from mpgcert.claims.vocabulary import ascent, barrier, general, gradients, smoothness

__all__ = ["TERMS"]

TERMS = (*general.TERMS, *gradients.TERMS, *ascent.TERMS, *barrier.TERMS, *smoothness.TERMS)
