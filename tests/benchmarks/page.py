"""docs/performance.md, its plots, and the numbers behind them (docs/performance/results.json)."""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.harness import fitted_exponent

__all__ = ["duration", "load", "size", "store", "write_page"]

_PARTS = ("numpy", "scipy", "numba", "python-flint", "sympy", "quantecon", "pygambit", "nashpy")

_INTRODUCTION = """\
# Performance

Written by `make benchmarks`. Each row runs this package and a peer on the same work in the same process,
alternating, and compares medians of processor time (wall-clock time where a row says so); both answers are compared
first. *Ratio* is the peer's time over ours, in the same run: quote it rather than the times, which drift with the
machine. *Limit* is what the machine needs at least: the bytes that must be read over the measured bandwidth, or the
operations over the measured peak; the number in parentheses is our distance from it. *Memory* is the growth of the
peak resident size during a call in a fresh process, inputs not counted.
"""
_COUNTED = """\
*Instructions* (per unit, for a processor with SSE4 alone, since valgrind does not know all others) do not depend on how
busy the machine is: where they grow, the code has become slower.
"""


def load(docs: Path) -> dict[str, Any]:
    path = docs / "performance" / "results.json"
    return json.loads(path.read_text()) if path.exists() else {"modules": {}}


def store(docs: Path, results: dict[str, Any]) -> None:
    path = docs / "performance" / "results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")


def duration(seconds: float) -> str:
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def size(count: float | None) -> str:
    if count is None:
        return ""
    for scale, unit in ((2**30, "GB"), (2**20, "MB"), (2**10, "kB")):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return "0" if count == 0 else f"{count:.0f} B"


def write_page(docs: Path, results: dict[str, Any]) -> None:
    """Write the page and the plots of everything in `results`."""
    modules = [results["modules"][name] for name in sorted(results["modules"])]
    rows = [row for module in modules for row in module["rows"]]
    counted = [_COUNTED] if any(row["instructions"] for row in rows) else []
    lines = [_INTRODUCTION, *counted, *_machine(modules)]
    for group in dict.fromkeys(row["group"] for row in rows):
        lines += _table(group, [row for row in rows if row["group"] == group])
    studies = [study for module in modules for study in module["growth"]]
    if studies:
        lines += ["## Growth", "", "Straight lines are least-squares fits of log time over log size.", ""]
    for old in (docs / "performance").glob("*.svg"):
        old.unlink()
    for study in studies:
        name = re.sub(r"[^a-z0-9]+", "-", f"{study['name']} {study['axis']}".lower()).strip("-") + ".svg"
        (docs / "performance" / name).write_text(_plot(study))
        exponent = fitted_exponent(study["sizes"], study["ours"])
        theory = f", theory {study['expected']}" if study["expected"] else ""
        other = ""
        if study["peer"]:
            other = f"; {study['peer_name']} {fitted_exponent(study['peer_sizes'], study['peer']):.2f}"
        summary = f"**{study['name']}** against {study['axis']}: fitted exponent {exponent:.2f}{theory}{other}."
        lines += [summary, "", f"![{study['name']} against {study['axis']}](performance/{name})", ""]
    (docs / "performance.md").write_text("\n".join(lines).rstrip() + "\n")


def _machine(modules: list[dict[str, Any]]) -> list[str]:
    found = []
    for name in _PARTS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    speeds = ""
    if modules:
        bandwidth = sorted(module["bandwidth"] for module in modules)[len(modules) // 2]
        peak = sorted(module["peak"] for module in modules)[len(modules) // 2]
        speeds = f"Measured on one core: {bandwidth / 1e9:.0f} GB/s read, {peak / 1e9:.0f} GFlop/s peak. "
    python = f"{platform.machine()}, Python {platform.python_version()}"
    return [f"{speeds}{python}, {', '.join(found)}.", ""]


def _table(group: str, rows: list[dict[str, Any]]) -> list[str]:
    counted = any(row["instructions"] for row in rows)
    head = ["task", "ours", "peer", "ratio", "goal", "limit", "memory ours / peer"] + ["instructions"] * counted
    lines = [f"## {group or 'Other'}", "", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in rows:
        per = f" per {row['unit']}" if row["unit"] else ""
        wall = ", wall clock" if row["clock"] == "wall" else ""
        limit = ""
        if row["limit"] is not None:
            note = f", {row['limit_note']}" if row["limit_note"] else ""
            limit = f"{duration(row['limit'])}{note} ({row['ours'] / row['limit']:.3g} x)"
        ours, peer = map(size, row["memory"])
        cells = [
            f"{row['name']}{wall}",
            f"{duration(row['ours'])}{per}",
            f"{row['peer_name']}: {duration(row['peer'])}",
            f"**{row['peer'] / row['ours']:.3g}**",
            "" if row["goal"] is None else f"{row['goal']:g}",
            limit,
            f"{ours} / {peer}" if ours or peer else "",
        ]
        if counted:
            cells.append(f"{row['instructions']:,}" if row["instructions"] else "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]


def _plot(study: dict[str, Any]) -> str:
    """A log-log plot as SVG text that depends on the numbers only."""
    import io

    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": study["name"] + study["axis"], "svg.fonttype": "none"}):
        figure = Figure(figsize=(5.4, 3.4), layout="constrained")
        axes = figure.add_subplot()
        _curve(axes, study["sizes"], study["ours"], "mpgcert", "C0")
        if study["peer"]:
            _curve(axes, study["peer_sizes"], study["peer"], study["peer_name"], "C1")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel(study["axis"])
        axes.set_ylabel("seconds")
        axes.set_title(study["name"], fontsize=10)
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(fontsize=8)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _curve(axes: Any, sizes: list[float], times: list[float], label: str, color: str) -> None:
    import numpy as np

    slope, offset = np.polyfit(np.log(sizes), np.log(times), 1)
    axes.plot(sizes, times, "o", color=color, markersize=4, label=f"{label}, exponent {slope:.2f}")
    axes.plot(sizes, np.exp(offset) * np.asarray(sizes, dtype=float) ** slope, color=color, linewidth=1)
