"""The terms of the vocabulary, by topic."""

from mpgcert.claims.vocabulary import (
    ascent,
    barrier,
    general,
    gradients,
    lq,
    lq_contraction,
    lq_convergence,
    lq_covariance,
    lq_dominance,
    lq_equilibrium,
    lq_perturbation,
    lq_regularity,
    mpg_flow,
    mpg_learning,
    smoothness,
)

__all__ = ["TERMS"]

TERMS = (
    *general.TERMS,
    *gradients.TERMS,
    *ascent.TERMS,
    *barrier.TERMS,
    *smoothness.TERMS,
    *lq.TERMS,
    *lq_equilibrium.TERMS,
    *lq_regularity.TERMS,
    *lq_dominance.TERMS,
    *lq_covariance.TERMS,
    *lq_perturbation.TERMS,
    *lq_contraction.TERMS,
    *lq_convergence.TERMS,
    *mpg_flow.TERMS,
    *mpg_learning.TERMS,
)
