"""The targets of `make fuzz`, here with their seeds and some random damage."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.found import FOUND
from tests.fuzz.seeds import SEEDS
from tests.fuzz.targets import TARGETS

PLACES = st.integers(min_value=0, max_value=2**31)


def damaged(seed: bytes, number: int, piece: bytes) -> bytes:
    """Return a seed cut, doubled or overwritten somewhere."""
    chance = random.Random(number)
    first, second = sorted(chance.choices(range(len(seed) + 1), k=2))
    middle = chance.choice([b"", piece, seed[first:second] * 2, seed[second:]])
    return seed[:first] + middle + seed[second:]


@pytest.mark.parametrize("name", TARGETS)
def test_a_good_example_and_what_was_found_once_pass(name: str) -> None:
    for body in (b"", *SEEDS[name], *FOUND.get(name, ())):
        TARGETS[name](body)


@pytest.mark.parametrize("name", TARGETS)
@given(number=PLACES, piece=st.binary(max_size=20), which=PLACES)
def test_no_damage_raises_what_is_not_expected(
    name: str, number: int, piece: bytes, which: int
) -> None:
    seeds = SEEDS[name]
    TARGETS[name](damaged(seeds[which % len(seeds)], number, piece))
