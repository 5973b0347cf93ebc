"""A lease outlives whatever its holder may wait for, or the work is done twice."""

from catalyst_bot.delivery.opening import KNOWN_WITHIN
from catalyst_bot.delivery.writer import Times
from catalyst_bot.lifecycle.posting import POST_LEASE
from catalyst_bot.market.quotes import BUDGET

TRIES = 3  # of a card that Discord finds invalid: whole, without a part, plain
SPARE = 2.0  # seconds for what the database and the loop need


def test_a_post_with_all_its_tries_ends_within_its_lease() -> None:
    times = Times()
    before = KNOWN_WITHIN + times.read + BUDGET  # of a post in doubt; its price
    assert before + TRIES * times.total + SPARE < POST_LEASE
