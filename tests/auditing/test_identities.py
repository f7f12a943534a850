"""Identity testing: true identities pass for every size, wrong ones fail, what is no identity is left alone."""

import pytest
import sympy
from sympy import Eq, Le

from mpgcert.auditing.catalogue import find_claims
from mpgcert.auditing.identities import SIZES, prove_identity
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

SYMBOL = {name: entry.symbol for name, entry in VOCABULARY.items()}
IDENTITIES = [
    claim for _, claim in find_claims([]) if isinstance(claim.relation, sympy.Eq) and prove_identity(claim) is not None
]


def test_some_statements_of_the_catalogues_are_proved_this_way():
    proved = {claim.id for claim in IDENTITIES}
    assert "zhang2022.lemma-8" in proved
    assert "zhang2022.eq-4" in proved


@pytest.mark.parametrize("claim", IDENTITIES, ids=lambda claim: claim.id)
def test_identities_hold_for_every_size_and_their_near_misses_do_not(claim):
    proof = prove_identity(claim, seed=1)
    assert proof.sizes == SIZES
    assert proof.error_bound < 1 / 2**40
    for name in claim.near_misses:
        assert prove_identity(claim.variant(name)) is None


@pytest.mark.parametrize(
    "relation",
    [
        Eq(SYMBOL["nash_gap_i"], 0),  # needs an order
        Eq(SYMBOL["gradient_norm_i"], 1),  # needs a root
        Eq(SYMBOL["visitation"], sympy.Rational(1, 2)),  # false
        Le(SYMBOL["visitation"], 1),  # no identity
    ],
    ids=str,
)
def test_everything_else_is_not_proved(relation):
    claim = Claim(id="test.claim", title="a claim", setting=Setting.POLICY, relation=relation)
    assert prove_identity(claim) is None
