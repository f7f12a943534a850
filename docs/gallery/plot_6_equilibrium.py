"""
Certify an equilibrium
======================

All pure equilibria of a game, proved to be all, and a certificate that is checked
without any of the code that found it.
"""

import json
import tempfile
from pathlib import Path

import mpgcert as mc
from mpgcert.certificates.collection import solve_certificates
from mpgcert.certificates.verify import verify
from mpgcert.claims.check import analysis_of

analysis = analysis_of(mc.load("stag-hunt"))
solved = mc.solve(analysis)
solved

# %%

with tempfile.TemporaryDirectory() as folder:
    solve_certificates(solved, analysis).save(Path(folder))
    certificate = (Path(folder) / "pure-equilibria.json").read_bytes()

found = verify(certificate)
print("accepted" if found["accepted"] else found["reason"])
print(found["text"])
print("It does not establish", found["not"])

# %%
# The certificate is data: for each other deterministic policy, who gains by leaving it.

document = json.loads(certificate)
document["data"]

# %%
# Changed data are rejected:

document["claim"]["verdict"] = "violated"
verify(json.dumps(document).encode())["reason"]
