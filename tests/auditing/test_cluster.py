"""Campaigns on a Dask cluster, and on processes of which one dies: the same bytes as from one process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from mortal import always_dies, dies_once

from mpgcert.auditing.audit import audit
from mpgcert.errors import InvalidInput
from mpgcert.learn.workers import as_done, in_order

pytestmark = pytest.mark.filterwarnings("default")  # of distributed and tornado

LABELS = ("lemma-13", "lemma-13.part-2", "lemma-13.step-1", "lemma-13.step-2", "lemma-20", "lemma-14")
STEPS = ("", ".step-1", ".step-2", ".step-4", ".step-5")
TARGETS = [f"zhang2022.{label}" for label in (*LABELS, *(f"lemma-1{step}" for step in STEPS))]
INSTANCES = 50


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "units").glob("*.json"))}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    audit(TARGETS, instances=INSTANCES, seed=5, jobs=1, folder=folder)
    return bytes_of(folder)


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as running:
        yield running


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(tmp_path, alone, cluster):
    from distributed import Client

    assert len(alone) == len(TARGETS) == 11
    with Client(cluster, set_as_default=False) as client:
        processes = list(client.run(os.getpid).values())
    assert len(processes) == 2
    command = [sys.executable, "-m", "mpgcert", "audit", *TARGETS, "--instances", str(INSTANCES), "--seed", "5"]
    campaign = subprocess.Popen(
        [*command, "--cluster", cluster.scheduler_address, "-o", tmp_path, "--format", "json"], stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + 240
    while len(list((tmp_path / "units").glob("*.json"))) < 2:
        assert time.monotonic() < deadline
        assert campaign.poll() is None
        time.sleep(0.01)
    os.kill(processes[0], signal.SIGKILL)
    out, _ = campaign.communicate(timeout=240)
    assert campaign.returncode == 0
    assert bytes_of(tmp_path) == alone
    assert [entry["id"] for entry in json.loads(out)["statements"]] == TARGETS
    begun = Counter(entry[0] for entry in cluster.scheduler.transition_log if entry[2] == "processing")
    again = [key for key, count in begun.items() if count > 1 and "_alone" in str(key)]
    # the unit that the worker was at, one that was handed to it, and one whose result was not fetched yet
    assert len(again) <= 3


def test_no_cluster_at_an_address_is_bad_input(mpgcert):
    status, _, err = mpgcert("audit", "zhang2022.lemma-1", "--cluster", "no-such-scheme://nowhere")
    assert status == 2
    assert "cluster" in err


def test_a_process_that_dies_costs_the_task_it_was_at(tmp_path):
    marker = tmp_path / "died"
    tasks = [(number, marker) for number in range(12)]
    assert list(in_order(dies_once, tasks, 2)) == [number * number for number in range(12)]
    assert marker.exists()
    done = Counter(marker.with_suffix(".log").read_text().split())
    assert done == Counter({str(number): 1 for number in range(12)})  # no other task was done twice


def test_a_task_that_kills_every_process_is_given_up():
    from concurrent.futures.process import BrokenProcessPool

    with pytest.raises(BrokenProcessPool):
        list(as_done(always_dies, [1, 2], 2))


def test_short_work_and_work_that_cannot_travel_stay_in_this_process():
    assert dict(as_done(lambda number: (number, os.getpid()), range(5))) == {k: (k, os.getpid()) for k in range(5)}


SCRIPT = """
from mpgcert.auditing.audit import audit
print("begun")
found = audit(["zhang2022.lemma-1", "zhang2022.lemma-13.step-2"], instances=40, jobs=2)
print([entry.status for entry in found.statements])
"""


def test_a_script_without_a_guard_uses_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=240, check=True)
    assert done.stdout.splitlines() == ["begun", "['unrefuted', 'unrefuted']"]


def test_a_cluster_with_other_versions_is_refused(cluster, monkeypatch):
    from mpgcert.learn import workers

    mine = workers._versions
    monkeypatch.setattr(workers, "_versions", lambda: {**mine(), "numpy": "0.1"} if os.getpid() == here else mine())
    here = os.getpid()
    with pytest.raises(InvalidInput, match="cluster"):
        list(as_done(abs, [1, -2], cluster=cluster.scheduler_address))
