"""What a card says of a price: its change, its session, its age, or nothing."""

from datetime import timedelta

import pytest

from catalyst_bot.card_state import Quote
from catalyst_bot.delivery.price_field import price_field
from catalyst_bot.model import Session
from tests.clocks import NOON


def shown(quote: Quote | None) -> str:
    field = price_field(quote)
    return "" if field is None else field.value


def test_without_a_price_there_is_no_field() -> None:
    assert price_field(None) is None


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (Session.PRE, "`$5.00` ▲ +1.0 % • pre-market"),
        (Session.REGULAR, "`$5.00` ▲ +1.0 %"),
        (Session.POST, "`$5.00` ▲ +1.0 % • after hours"),
    ],
)
def test_a_price_outside_of_regular_hours_says_so(session: Session, words: str) -> None:
    assert shown(Quote(price=5.0, change=1.0, session=session)) == words


@pytest.mark.parametrize(("age", "tells"), [(0, False), (60, False), (61, True)])
def test_a_trade_over_a_minute_old_tells_its_age(age: int, tells: bool) -> None:
    at = NOON - timedelta(seconds=age)
    text = shown(Quote(price=5.0, at=at, seen_at=NOON))
    assert (f"<t:{int(at.timestamp())}:R>" in text) is tells


def test_a_price_that_comes_late_by_contract_says_so() -> None:
    assert shown(Quote(price=5.0, is_delayed=True)) == "`$5.00` • delayed"
