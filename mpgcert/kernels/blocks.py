"""How compiled loops take long sums."""

__all__ = ["BLOCK"]

BLOCK = 512
"""Long sums are taken in blocks: none of V terms passes through more than BLOCK + V / BLOCK additions."""
