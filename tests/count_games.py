"""Random congestion games for tests."""

from fractions import Fraction

from hypothesis import strategies as st

from mpgcert.games import CountGame


@st.composite
def count_games(draw, max_players=4, max_facilities=3, max_states=3, discounts=("0", "1/2", "9/10")):
    """Small games with rules of every form; sometimes equal weights, sometimes rewards that ignore the load."""
    n = draw(st.integers(1, max_players))
    count = draw(st.integers(1, max_facilities))
    n_states = draw(st.integers(1, max_states))
    numbers = st.integers(-4, 4)
    flat = draw(st.booleans())
    rewards = [
        [[draw(numbers)] * n if flat else draw(st.lists(numbers, min_size=n, max_size=n)) for _ in range(count)]
        for _ in range(n_states)
    ]
    weights = draw(st.one_of(st.none(), st.lists(st.sampled_from([1, 2, Fraction(1, 3)]), min_size=n, max_size=n)))
    loads = st.integers(0, n)

    def distribution():
        parts = draw(st.lists(st.integers(0, 3), min_size=n_states, max_size=n_states))
        parts[draw(st.integers(0, n_states - 1))] += 1
        return [Fraction(part, sum(parts)) for part in parts]

    def condition():
        facility = draw(st.one_of(st.sampled_from(["some", "every"]), st.integers(0, count - 1)))
        found = {"facility": facility, "at_least": draw(loads)}
        return found | ({"at_most": draw(loads)} if draw(st.booleans()) else {})

    transition = [
        [
            *(
                {"when": [condition() for _ in range(draw(st.integers(1, 2)))], "next": distribution()}
                for _ in range(draw(st.integers(0, 2)))
            ),
            {"next": distribution()},
        ]
        for _ in range(n_states)
    ]
    return CountGame.of(
        rewards=rewards,
        transition=transition,
        discount=Fraction(draw(st.sampled_from(discounts))),
        initial=distribution(),
        weights=weights,
    )
