"""Time to verify certificates with the stand-alone verifier, beside deciding the same in mpgcert (`make bench`)."""

import pytest

from mpgcert.certificates.collection import check_certificates
from mpgcert.certificates.verify import verify
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.check import analysis_of, check
from mpgcert.games.files import resolve

GAMES = ("zhang2022-figure-3", "random-potential:states=20", "hambly2021-remark-3.4")


@pytest.mark.benchmark(group="verify")
@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("tool", ["verifier", "mpgcert check"])
def test_all_certificates_of_a_check(benchmark, name, tool):
    game = resolve(name)
    if tool == "mpgcert check":
        benchmark.pedantic(lambda: check(game), rounds=2, iterations=1)
        return
    analysis = analysis_of(game)
    texts = [entry.text.encode() for entry in check_certificates(check(analysis), analysis).entries.values()]
    answers = benchmark.pedantic(lambda: [verify(text) for text in texts], rounds=2, iterations=1)
    assert all(answer["accepted"] for answer in answers)


@pytest.mark.benchmark(group="verify, all falsified statements of the catalogues")
def test_all_falsified_statements(benchmark):
    from mpgcert.auditing.certified import settled_certificates
    from mpgcert.claims.statements import claims

    texts = [entry.text.encode() for entry in settled_certificates(claims()).entries.values()]
    answers = benchmark.pedantic(lambda: [verify(text) for text in texts], rounds=1, iterations=1)
    assert all(answer["accepted"] for answer in answers)


@pytest.mark.benchmark(group="verify, one certificate")
@pytest.mark.parametrize("identifier", ["zhang2022.definition-2", "zhang2022.assumption-1", "nash-gap.uniform"])
@pytest.mark.parametrize("name", GAMES[:2])
def test_one_certificate(benchmark, name, identifier):
    analysis = Analysis(resolve(name))
    text = check_certificates(check(analysis), analysis).entries[identifier].text.encode()
    assert benchmark.pedantic(lambda: verify(text), rounds=3, iterations=1)["accepted"]
