"""Gambit's own example games: read from its files, and classified as brute force says."""

from fractions import Fraction

import numpy as np
import pytest
from potential_kinds import kind_by_brute_force

from mpgcert.games.nfg import dump_nfg, parse_nfg
from mpgcert.solvers.potential import classify

pygambit = pytest.importorskip("pygambit", reason="make gambit")
pytest.importorskip("pygambit.catalog")

# The strongest potential of every game in Gambit's catalogue; trees by their reduced strategic form.
CATALOGUE = {
    "books/myerson1991/fig2_1": "none",
    "books/myerson1991/fig4_2": "none",
    "books/shohamleytonbrown2008/fig5_1": "generalised-ordinal",
    "books/shohamleytonbrown2008/fig5_10": "ordinal",
    "books/shohamleytonbrown2008/fig5_11": "exact",
    "books/shohamleytonbrown2008/fig5_12": "ordinal",
    "books/shohamleytonbrown2008/fig5_15": "ordinal",
    "books/shohamleytonbrown2008/fig5_2": "none",
    "books/shohamleytonbrown2008/fig5_9": "generalised-ordinal",
    "books/shohamleytonbrown2008/fig6_2": "none",
    "books/shohamleytonbrown2008/fig6_8": "none",
    "books/vonstengel2022/fig10.1": "none",
    "books/vonstengel2022/fig10.12": "generalised-ordinal",
    "books/vonstengel2022/fig10.5": "none",
    "books/vonstengel2022/fig10.7": "none",
    "books/watson2013/exercise29_6": "generalised-ordinal",
    "books/watson2013/fig29_1": "generalised-ordinal",
    "conf/itcs/jakobsen2016/fig1a": "exact",
    "conf/itcs/jakobsen2016/fig1b": "exact",
    "conf/itcs/jakobsen2016/fig1c": "exact",
    "conf/itcs/jakobsen2016/fig3": "none",
    "journals/geb/bagwell1995": "none",
    "journals/geb/gilboa1997/fig1": "exact",
    "journals/geb/gilboa1997/fig2": "exact",
    "journals/geb/wichardt2008": "none",
    "journals/ijgt/nau2004/sec3": "exact",
    "journals/ijgt/nau2004/sec4": "none",
    "journals/ijgt/nau2004/sec5": "generalised-ordinal",
    "journals/ijgt/nau2004/sec6": "none",
    "journals/ijgt/selten1975/fig1": "generalised-ordinal",
    "journals/ijgt/selten1975/fig2": "generalised-ordinal",
    "journals/ijgt/selten1975/fig3": "generalised-ordinal",
    "journals/mor/vonstengelforges2008/fig1": "none",
    "journals/mor/vonstengelforges2008/fig6": "exact",
    "journals/mor/vonstengelforges2008/fig9": "exact",
    "journals/other/reiley2008/fig1": "none",
    "journals/other/shapley1974/fig2": "generalised-ordinal",
    "journals/other/shapley1974/fig3": "generalised-ordinal",
}


def text_of(slug):
    return pygambit.catalog.load(slug).to_nfg()


def payoffs_in(game):
    """Fractions [n, A_1, ..., A_n] as pygambit answers them."""
    return np.array(
        [[Fraction(str(value)) for value in own.ravel()] for own in game.to_arrays()], dtype=object
    ).reshape(len(game.players), *(len(player.strategies) for player in game.players))


def test_the_catalogue_is_all_there():
    assert set(CATALOGUE) == set(pygambit.catalog.games()["Game"])
    assert len(CATALOGUE) >= 20


@pytest.mark.parametrize(("slug", "kind"), CATALOGUE.items(), ids=CATALOGUE)
def test_games_are_read_and_classified_as_brute_force_says(slug, kind):
    theirs = pygambit.catalog.load(slug)
    game = parse_nfg(theirs.to_nfg().encode(), "stem")
    payoffs = payoffs_in(theirs)
    assert [game.rewards[i, 0].fractions() for i in range(game.n_players)] == [list(own.ravel()) for own in payoffs]
    stage = classify(game)
    assert stage.kind == kind == kind_by_brute_force(payoffs)
    assert stage.verify(game)
    assert classify(parse_nfg(dump_nfg(game).encode(), "stem")).to_dict() == stage.to_dict()


def test_both_forms_of_the_format_are_among_them():
    texts = {slug: text_of(slug) for slug in CATALOGUE}
    outcome_form = {slug for slug, text in texts.items() if '\n{\n{ "' in text}
    assert 6 <= len(outcome_form) < len(texts)
