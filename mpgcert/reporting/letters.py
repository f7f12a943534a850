"""Names of constants as their papers write them: the same letter on pages, in notebooks and in LaTeX tables."""

from __future__ import annotations

__all__ = ["letter", "symbol"]

_GREEK = frozenset(["alpha", "beta", "delta", "epsilon", "eta", "gamma", "phi", "psi", "rho", "sigma", "xi"])
_OWN = {
    "rho_star": r"\rho^{*}",
    "rho_bar": r"\bar{\rho}",
    "alpha_hat": r"\hat{\alpha}",
    "rate_sharp": r"\rho(\eta_{\mathrm{best}})",
    "sigma_X_start": r"\underline{\sigma}_X(K^{(0)})",
    "iterations": "M",
}


def symbol(name: str) -> str | None:
    """LaTeX of a constant: that of the vocabulary of statements, else its letter; None for a name in words."""
    from mpgcert.claims.symbols import VOCABULARY

    return VOCABULARY[name].latex if name in VOCABULARY else letter(name)


def letter(name: str) -> str | None:
    r"""LaTeX of a name that is not in the vocabulary: a letter with an index; None for words.

    >>> letter("beta_regularized"), letter("rho_bar"), letter("noise_left")
    ('\\beta_{\\mathrm{regularized}}', '\\bar{\\rho}', None)
    """
    if name in _OWN:
        return _OWN[name]
    head, _, index = name.partition("_")
    if head not in _GREEK and len(head) > 1:
        return None
    index = index.replace("_", r"\ ")
    return (rf"\{head}" if head in _GREEK else head) + (rf"_{{\mathrm{{{index}}}}}" if index else "")
