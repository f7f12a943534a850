"""One side of one row in a process of its own: peak memory, and calls to count instructions of.

`python -m benchmarks.side memory MODULE` prints, for every row and side of a module, the bytes by which the peak
resident size grows during the second call; `python -m benchmarks.side call MODULE ROW CALLS` only calls `ours`.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
# Large blocks come from the system and go back to it, so that none is hidden in what the first call freed.
_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def _resident(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def _peak_growth(task) -> int:
    task()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = _resident("VmRSS")
    task()
    return max(0, _resident("VmHWM") - before)


def _forked(task) -> int | None:
    """`_peak_growth` in a child, so that no side leaves anything behind for the next."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, str(_peak_growth(task)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return int(text) if text else None


def peak_memory(module: str) -> list[list[int | None]]:
    """Bytes [row][ours, peer] of all rows of a module; None where it cannot be measured."""
    command = [sys.executable, "-m", "benchmarks.side", "memory", module]
    done = subprocess.run(command, cwd=TESTS, env=os.environ | _ENVIRONMENT, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 and done.stdout else []


def instructions(module: str, row: int) -> int | None:
    """Instructions of one call of `ours`, by valgrind; None without it."""
    if shutil.which("valgrind") is None:
        return None
    _called(module, row, 1)  # what is compiled for this instruction set is in the cache from here on
    few, many = (_called(module, row, calls, *_COUNTER) for calls in (1, 3))
    return None if few is None or many is None else (many - few) // 2


_COUNTER = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
# valgrind does not know all vector instructions
_SSE = {"NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": "", "OPENBLAS_CORETYPE": "Nehalem", "PYTHONHASHSEED": "0"}
_SSE |= {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX"}


def _called(module: str, row: int, calls: int, *counter: str) -> int | None:
    """Call `ours` of a row in a process of its own; the instructions that the counter printed."""
    command = [*counter, sys.executable, "-m", "benchmarks.side", "call", module, str(row), str(calls)]
    done = subprocess.run(command, cwd=TESTS, env=os.environ | _SSE, capture_output=True, text=True)
    if done.returncode:
        return None
    words = [line.split() for line in done.stderr.splitlines() if "refs:" in line]
    return int(words[0][-1].replace(",", "")) if words else None


def _main(kind: str, module: str, *more: str) -> None:
    rows = importlib.import_module(f"benchmarks.{module}").rows()
    if kind == "call":
        index, calls = map(int, more)
        for _ in range(calls):
            rows[index].ours()
        return
    found = [[_forked(row.ours), _forked(row.peer)] if row.memory else [None, None] for row in rows]
    print(json.dumps(found))


if __name__ == "__main__":
    _main(*sys.argv[1:])
