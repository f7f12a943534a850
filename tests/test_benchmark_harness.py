"""The harness measures what it says, and the page holds what was measured."""

import json
import time

import numpy as np
import pytest
from benchmarks.harness import Growth, Machine, Row, fitted_exponent, measure, measure_growth
from benchmarks.page import duration, load, size, store, write_page


def busy(seconds):
    def task():
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass
        return seconds

    return task


def test_ratio_of_two_tasks_of_known_duration():
    found = measure(Row("wait", busy(0.002), busy(0.012), "slower", repeats=3))
    assert found.ratio == pytest.approx(6, rel=0.3)
    assert found.limit is None


def test_units_and_limits():
    row = Row("w", busy(0.004), busy(0.004), "p", repeats=1, units=4, peer_units=1, limit_bytes=2e9, limit_flops=1e9)
    found = measure(row, Machine(bandwidth=1e9, peak=1e9))
    assert found.ratio == pytest.approx(4, rel=0.3)
    assert found.limit == 2


def test_answers_that_differ_are_refused():
    with pytest.raises(AssertionError, match="differ"):
        measure(Row("w", lambda: 1, lambda: 2, "p", agree=lambda a, b: a == b))


def test_growth_of_a_quadratic_task():
    growth = Growth("wait", "n", [2, 4, 8], lambda n: busy(1e-3 * n**2), repeats=1)
    ours, peer = measure_growth(growth)
    assert peer == []
    assert fitted_exponent(growth.sizes, ours) == pytest.approx(2, abs=0.3)


def results():
    row = {
        "group": "Group", "name": "task | 3", "peer_name": "peer", "unit": "step", "ours": 1e-6, "peer": 5e-4,
        "spread": 0.1, "repeats": 5, "clock": "wall", "goal": 100, "limit": 5e-7, "limit_note": "one read",
        "memory": [2048, None], "instructions": 12345,
    }  # fmt: skip
    study = {
        "name": "Study", "axis": "|S|", "expected": "3", "sizes": [1, 2, 4], "ours": [1, 8, 64],
        "peer_name": "peer", "peer_sizes": [1, 2], "peer": [1, 2],
    }  # fmt: skip
    return {"modules": {"bench_a": {"bandwidth": 2e10, "peak": 5e10, "rows": [row], "growth": [study]}}}


def test_page(tmp_path):
    store(tmp_path, results())
    assert load(tmp_path) == results()
    write_page(tmp_path, load(tmp_path))
    text = (tmp_path / "performance.md").read_text()
    wanted = "| task \\| 3, wall clock | 1 us per step | peer: 500 us | **500** | 100 | 500 ns, one read (2 x) |"
    assert wanted in text
    assert "2 kB / " in text
    assert "fitted exponent 3.00, theory 3; peer 1.00" in text
    (plot,) = (tmp_path / "performance").glob("*.svg")
    first = plot.read_bytes()
    write_page(tmp_path, load(tmp_path))
    assert plot.read_bytes() == first
    assert json.dumps(str(tmp_path)) not in text


def test_numbers_with_units():
    assert [duration(x) for x in (2, 0.0123, 3.2e-5, 5e-8)] == ["2 s", "12.3 ms", "32 us", "50 ns"]
    assert [size(x) for x in (None, 0, 100, 3 * 2**20)] == ["", "0", "100 B", "3 MB"]
    assert np.isclose(fitted_exponent([1, 2], [3, 6]), 1)
