"""Statements that somebody wrote in a Python file of their own.

The file is executed; its global `CLAIMS` is an iterable of `Claim`.  What it prints goes to standard error, since
standard output belongs to the answer of the command.
"""

from __future__ import annotations

import contextlib
import runpy
import sys
import traceback
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from mpgcert.claims.claim import Claim
from mpgcert.errors import InvalidInput

__all__ = ["claims_from_file"]

_EXPECTED = "CLAIMS = [Claim(...), ...]"


def claims_from_file(path: str | PathLike[str]) -> tuple[Claim, ...]:
    """The claims of a Python file, in its order.

    Args:
        path: a file whose global `CLAIMS` is an iterable of Claim, with different ids.  Its code is run.

    Raises:
        InvalidInput: there is no such file, it does not run, or CLAIMS is not what it should be; the message has the
            file's name, and the line where one is to blame.
    """
    file = Path(path)
    if file.suffix != ".py":
        raise InvalidInput("not a Python file", source=str(file), expected="a name that ends in .py")
    if not file.is_file():
        raise InvalidInput("no such file", source=str(file), expected=f"a Python file with {_EXPECTED}")
    try:
        with contextlib.redirect_stdout(sys.stderr):
            claims = _claims_of(runpy.run_path(str(file), run_name="claims"))
    except InvalidInput as error:
        raise error.within(": ".join(filter(None, (_place(file, error), error.source)))) from None
    except SyntaxError as error:
        raise InvalidInput(f"{error.msg}", source=f"{file}, line {error.lineno}", expected="Python") from None
    except (Exception, SystemExit) as error:
        problem = f"{type(error).__name__}: {error}".rstrip(": ")
        raise InvalidInput(problem, source=_place(file, error), expected="a file that runs without errors") from None
    return claims


def _claims_of(names: dict[str, Any]) -> tuple[Claim, ...]:
    if "CLAIMS" not in names:
        raise InvalidInput("missing", field="CLAIMS", expected=_EXPECTED)
    listed = names["CLAIMS"]
    if not isinstance(listed, Iterable) or isinstance(listed, str):
        raise InvalidInput(f"a {type(listed).__name__}", field="CLAIMS", expected=_EXPECTED)
    claims: dict[str, Claim] = {}
    for index, claim in enumerate(listed):
        if not isinstance(claim, Claim):
            raise InvalidInput(f"a {type(claim).__name__}", field="CLAIMS", index=(index,), expected="a Claim")
        if claim.id in claims:
            raise InvalidInput(f"the id {claim.id} again", field="CLAIMS", index=(index,), expected="different ids")
        claims[claim.id] = claim
    if not claims:
        raise InvalidInput("empty", field="CLAIMS", expected="at least one Claim")
    return tuple(claims.values())


def _place(file: Path, error: BaseException) -> str:
    """The file, with the last of its lines that led to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(file)]
    return f"{file}, line {lines[-1]}" if lines else str(file)
