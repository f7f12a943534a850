"""The hash tree in the verifier is that of the installed catalogues, and ties a record to its id."""

import copy
import json

from mpgcert.certificates import verify
from mpgcert.certificates.tree import key_of, membership, records


def test_leaves_and_root_are_up_to_date():
    stored = json.loads(_leaves())
    found = {key_of(record): verify.digest(record) for record in records()}
    assert found == stored, "run python -m mpgcert.certificates.tree"


def test_every_record_has_a_way_to_the_root_and_no_changed_one_has():
    for count, record in enumerate(records()):
        if count % 40:
            continue
        path = membership(record)
        assert path is not None
        assert verify.member(record, path)
        changed = copy.deepcopy(record)
        changed["verdict"] = "violated" if record["verdict"] == "holds" else "holds"
        assert membership(changed) is None
        assert not verify.member(changed, path)


def _leaves():
    from importlib import resources

    return (resources.files("mpgcert.certificates") / "leaves.json").read_text()
