"""Step-size sequences as expressions of the count n, and the decision of what maheshwari2023 assumes of them."""

from mpgcert.claims.step_sizes.clauses import decide_step_sizes
from mpgcert.claims.step_sizes.sequences import StepSizes

__all__ = ["StepSizes", "decide_step_sizes"]
