"""Holding catalogues against many instances: families of instances, adversarial search, campaigns.

(The package is not called `audit`, so that `mpgcert.audit(...)` can be the function.)
"""
