"""Prices in the whole product: on the card, by the edit, or away without a word."""

from collections.abc import AsyncIterator

import pytest

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.quote_shapes import Price
from tests.e2e.stage import Stage, is_final, open_stage, release, says

TITLE = "Alderbrook receives FDA approval for its heart drug"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage(env={"ALERT_WATCHLIST": "ALDB"}) as stage:
        stage.world.quotes.prices["ALDB"] = Price(last=11.5, previous_close=10.0)
        yield stage


def first(message: Message) -> str:
    return message.history[0].field("Price")


def has_any_price(message: Message) -> bool:
    """Tell whether it has the price; on some days one provider knows no change."""
    return message.field("Price").startswith("`$11.50`")


def has_price(message: Message) -> bool:
    return message.field("Price").startswith("`$11.50` ▲ +15.0 %")


async def test_a_watched_stock_has_its_price_on_the_first_card(stage: Stage) -> None:
    quotes = stage.world.quotes
    async with stage.running():
        await stage.primed()
        await quotes.wait_for(lambda: bool(quotes.asked))
        stage.publish(release(TITLE))
        card = await stage.card("Alderbrook", until=is_final)
    assert first(card).startswith("`$11.50`")


async def test_the_price_of_a_slow_provider_comes_by_the_edit(stage: Stage) -> None:
    stage.env = {}
    stage.world.quotes["nasdaq"].latency = 0.3
    async with stage.running():
        await stage.primed()
        stage.publish(release(TITLE))
        card = await stage.card("Alderbrook", until=has_price)
    assert first(card) == ""


async def test_with_the_model_off_the_price_still_comes_from_the_quicker(
    stage: Stage,
) -> None:
    quotes = stage.world.quotes
    stage.env = {
        "FEATURE_LLM": "0",
        "QUOTE_PROVIDERS": "finnhub,alpaca",
        "FINNHUB_BASE_URL": quotes.url("finnhub"),
        "FINNHUB_API_KEY": "fictitious-key",
    }
    quotes["finnhub"].latency = 0.3
    async with stage.running():
        await stage.primed()
        stage.publish(release(TITLE))
        await stage.card("Alderbrook", until=has_any_price)
        quotes["finnhub"].latency = 0.0
        quotes.prices["BMOR"] = Price(last=11.5, previous_close=10.0)
        title = "Brightmoor receives FDA approval for its heart drug"
        stage.publish(release(title, ticker="BMOR"))
        await stage.card("Brightmoor", until=has_any_price)
    assert {one.provider for one in quotes.asked} == {"finnhub", "alpaca"}


async def test_an_unknown_symbol_has_no_price_and_no_word_about_it(
    stage: Stage,
) -> None:
    stage.world.quotes.prices.clear()
    async with stage.running():
        await stage.primed()
        stage.publish(release(TITLE))
        card = await stage.card("Alderbrook", until=is_final)
    assert stage.world.quotes.asked
    assert "Price" not in str(card.history)


async def test_a_hanging_provider_takes_nothing_from_the_card(stage: Stage) -> None:
    stage.env = {}
    stage.world.quotes["nasdaq"].is_hanging = True
    async with stage.running():
        await stage.primed()
        stage.publish(release(TITLE))
        card = await stage.card("Alderbrook", until=says("Bullish"))
    assert stage.world.quotes.asked
    assert "Price" not in str(card.history)


async def test_switched_off_nobody_is_asked(stage: Stage) -> None:
    stage.env = {"FEATURE_MARKET_DATA": "0", "ALERT_WATCHLIST": "ALDB"}
    async with stage.running():
        await stage.primed()
        stage.publish(release(TITLE))
        await stage.card("Alderbrook", until=is_final)
    assert stage.world.quotes.asked == []
