"""Measure the benchmarks and write docs/performance.md: `make benchmarks`, or `python -m benchmarks` in `tests`.

`python -m benchmarks bench_solvers ...` measures these files only; the others keep what was measured before.
`--no-memory`, `--no-growth`, `--no-instructions` leave something out; `--grep TEXT` measures the rows whose name or
group contains TEXT and prints them without writing anything.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy is imported: each side on one core

import argparse  # noqa: E402
import importlib  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.harness import fitted_exponent, measure, measure_growth, measure_machine  # noqa: E402
from benchmarks.page import duration, load, store, write_page  # noqa: E402
from benchmarks.side import instructions, peak_memory  # noqa: E402

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("modules", nargs="*", help="names of bench_*.py files; all by default")
    parser.add_argument("--grep", help="only print rows whose name or group contains this")
    for part in ("memory", "growth", "instructions"):
        parser.add_argument(f"--no-{part}", dest=part, action="store_false")
    asked = parser.parse_args()
    everything = sorted(path.stem for path in HERE.glob("bench_*.py"))
    names = [name.removesuffix(".py") for name in asked.modules] or everything
    results = load(DOCS)
    for stale in set(results["modules"]) - set(everything):
        del results["modules"][stale]
    for name in names:
        found = _measured(name, asked)
        if asked.grep is None:
            results["modules"][name] = found
            store(DOCS, results)
    if asked.grep is None:
        write_page(DOCS, results)


def _measured(name: str, asked: argparse.Namespace) -> dict:
    """Everything that one file offers, as plain data."""
    module, machine = importlib.import_module(f"benchmarks.{name}"), measure_machine()
    rows = list(enumerate(module.rows()))
    if asked.grep:
        rows = [(k, row) for k, row in rows if asked.grep in f"{row.group} {row.name}"]
    table = []
    for _, row in rows:
        found = measure(row, machine)
        wanted = "" if row.goal is None else f" (asked: {row.goal:g})"
        print(f"{row.group}: {row.name}: {duration(found.ours)}, {row.peer_name} {duration(found.peer)}: ", end="")
        print(f"{found.ratio:.3g} times{wanted}", flush=True)
        entry = {
            "group": row.group,
            "name": row.name,
            "peer_name": row.peer_name,
            "unit": row.unit,
            "ours": found.ours,
            "peer": found.peer,
            "spread": found.spread,
            "repeats": row.repeats,
            "clock": row.clock,
            "goal": row.goal,
            "limit": found.limit,
            "limit_note": row.limit_note,
            "memory": [None, None],
            "instructions": None,
        }
        table.append(entry)
    for (k, row), entry in zip(rows, table):  # after all times: what is measured next to a long count is slower
        if row.instructions and asked.instructions and (counted := instructions(name, k)) is not None:
            entry["instructions"] = round(counted / row.units)
            print(f"{row.name}: {entry['instructions']:,} instructions per {row.unit or 'call'}", flush=True)
    if asked.memory and table:
        grown = peak_memory(name)
        for (k, _), entry in zip(rows, table):
            entry["memory"] = grown[k] if grown else [None, None]
    studies = []
    for growth in getattr(module, "growth", list)() if asked.growth and not asked.grep else []:
        ours, peer = measure_growth(growth)
        print(f"{growth.name}: exponent {fitted_exponent(growth.sizes, ours):.2f} in {growth.axis}", flush=True)
        studies.append(
            {
                "name": growth.name,
                "axis": growth.axis,
                "expected": growth.expected,
                "sizes": list(growth.sizes),
                "ours": ours,
                "peer_name": growth.peer_name,
                "peer_sizes": list(growth.peer_sizes),
                "peer": peer,
            }
        )
    return {"bandwidth": machine.bandwidth, "peak": machine.peak, "rows": table, "growth": studies}


if __name__ == "__main__":
    sys.exit(main())
