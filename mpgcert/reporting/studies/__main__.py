"""Write the folder `reports/`.

python -m mpgcert.reporting.studies                 # everything, into reports/
python -m mpgcert.reporting.studies --quick         # a smaller set, into reports-quick/
python -m mpgcert.reporting.studies --only games    # some of the pages; the index is left as it is
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mpgcert.errors import InvalidInput
from mpgcert.reporting.studies.settings import FULL, QUICK
from mpgcert.reporting.studies.writing import STUDIES, write


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when everything was written, 2 for bad input, 130 when interrupted."""
    from mpgcert.learn.workers import cores
    from mpgcert.reporting.progress import progress

    parser = argparse.ArgumentParser(
        prog="python -m mpgcert.reporting.studies", description="Write the folder reports/."
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where to [default: reports, or reports-quick]")
    parser.add_argument("--quick", action="store_true", help="a smaller set, in a few minutes")
    parser.add_argument(
        "--only", nargs="+", choices=list(STUDIES), metavar="STUDY", help=f"some of {', '.join(STUDIES)}"
    )
    parser.add_argument("--jobs", type=int, default=None, help="processes [default: all cores]")
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/reports"), help="keeps results [default: .cache/reports]"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")
    given = parser.parse_args(arguments)
    settings = QUICK if given.quick else FULL
    folder = given.folder or Path("reports-quick" if given.quick else "reports")
    try:
        with progress(not given.quiet) as report:
            names = write(folder, settings, given.cache, given.only or tuple(STUDIES), given.jobs or cores(), report)
    except InvalidInput as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"interrupted; the same command goes on with what is in {given.cache}", file=sys.stderr)
        return 130
    print(f"{len(names)} files in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
