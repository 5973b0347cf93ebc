"""A price on the card: at once when it is warm, by an edit when not, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from catalyst_bot.card_state import Analysis, Phase, Quote
from catalyst_bot.lifecycle.pricing import PATIENCE
from catalyst_bot.model import Session
from catalyst_bot.storage.archive import Archive
from tests.clocks import NOON, ManualClock
from tests.house import House, open_house
from tests.news import headline, page
from tests.waiting import until

TITLE = "Acme posts record profit"
QUOTE = Quote(
    price=11.0,
    change=10.0,
    at=NOON,
    seen_at=NOON,
    session=Session.POST,
    source="nasdaq",
    is_delayed=True,
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


def prices(house: House) -> list[float | None]:
    return [state.quote.price if state.quote else None for state in house.screen.states]


@asynccontextmanager
async def pricing(house: House) -> AsyncIterator[None]:
    """Let prices that come late be looked after, as the daemon does."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(house.lifecycle.prices.run())
        await asyncio.sleep(0)  # it follows alerts from now on
        yield
        running.cancel()


async def told(house: House, when: str, *, count: int = 1) -> None:
    """Wait until the prices of so many alerts are settled."""
    sample = f'catalyst_cards_priced_total{{when="{when}"}} {count}.0'
    await until(lambda: sample in house.metrics.render().decode())


def commits(house: House) -> float:
    sample = "catalyst_ledger_commit_seconds_count "
    for line in house.metrics.render().decode().splitlines():
        if line.startswith(sample):
            return float(line.removeprefix(sample))
    return 0.0


async def stored_quote(house: House) -> Quote | None:
    (stored,) = await Archive(house.database).latest(1)
    return stored.quote


async def test_the_price_is_asked_for_when_the_alert_is_accepted(house: House) -> None:
    await house.accept(page(headline(TITLE), headline("Acme holds a meeting")))
    assert house.tape.asked == ["ACME"]


async def test_a_warm_price_is_on_the_first_card_and_stays(house: House) -> None:
    house.tape.warm["ACME"] = QUOTE
    await house.accept(page(headline(TITLE)))
    await house.settle()
    assert prices(house) == [11.0, 11.0]
    assert await stored_quote(house) == QUOTE


async def test_a_price_that_comes_later_comes_with_the_analysis(house: House) -> None:
    house.tape.late_ones["ACME"] = QUOTE
    async with pricing(house):
        await house.accept(page(headline(TITLE)))
        await house.post()
        await told(house, "edit")
        await house.edit()  # the analysis is about to come: nothing yet
        assert prices(house) == [None]
        await house.enrich()
        await house.edit()
    assert prices(house) == [None, 11.0]


async def test_a_price_does_not_wait_for_a_slow_model(house: House) -> None:
    house.tape.late_ones["ACME"] = QUOTE
    async with pricing(house):
        await house.accept(page(headline(TITLE)))
        await house.post()
        await told(house, "edit")
        house.clock.advance(1.1)
        await house.edit()
    assert house.screen.lines[-1] == f"edited {TITLE}: pending"
    assert prices(house) == [None, 11.0]


async def test_without_a_model_the_price_comes_at_once(house: House) -> None:
    house.reader.start = Analysis(phase=Phase.OFF)
    house.tape.late_ones["ACME"] = QUOTE
    async with pricing(house):
        await house.accept(page(headline(TITLE)))
        await house.post()
        await told(house, "edit")
        await house.edit()
    assert prices(house) == [None, 11.0]


async def test_the_prices_of_a_wave_are_one_commit(house: House) -> None:
    names = [f"Q{chr(65 + number)}" for number in range(20)]
    house.tape.late_ones |= dict.fromkeys(names, QUOTE)
    items = [headline(f"{name} posts record profit", tickers=(name,)) for name in names]
    async with pricing(house):
        house.tape.is_told.clear()
        await house.accept(page(*items))
        await house.post()
        await until(lambda: house.tape.tries == 20)
        before = commits(house)
        house.tape.is_told.set()
        await told(house, "edit", count=20)
    assert commits(house) - before == 1


async def test_a_price_that_nobody_tells_yet_is_asked_for_again(house: House) -> None:
    house.tape.late_ones["ACME"] = None
    async with pricing(house):
        await house.accept(page(headline(TITLE)))
        await house.post()
        await until(lambda: house.tape.tries == 1)
        house.tape.late_ones["ACME"] = QUOTE
        await told(house, "edit")
    assert await stored_quote(house) == QUOTE


async def test_a_price_that_never_comes_ends_without_a_word_or_a_commit(
    house: House,
) -> None:
    house.tape.late_ones["ACME"] = None
    async with pricing(house):
        await house.accept(page(headline(TITLE)))
        await house.settle()
        before = commits(house)
        house.clock.advance(PATIENCE + 1)
        await told(house, "none")
    assert commits(house) == before
    assert prices(house) == [None, None]


async def test_a_symbol_that_turns_out_unknown_is_not_asked_for_again(
    house: House,
) -> None:
    house.tape.late_ones["ACME"] = None
    async with pricing(house):
        await house.accept(page(headline(TITLE)))
        await house.post()
        del house.tape.late_ones["ACME"]
        await told(house, "none")


async def test_news_of_the_economy_has_no_price(house: House) -> None:
    house.tape.warm["ACME"] = QUOTE
    await house.accept(page(headline(TITLE, is_market=True)))
    await house.settle()
    assert prices(house) == [None, None]


async def test_a_price_is_kept_over_a_restart(house: House) -> None:
    house.tape.warm["ACME"] = QUOTE
    await house.accept(page(headline(TITLE)))
    await house.post()
    assert await stored_quote(house) == QUOTE
    house.tape.warm.clear()
    await house.enrich()
    await house.edit()
    assert prices(house) == [11.0, 11.0]


async def test_a_price_that_breaks_off_costs_no_plain_card(house: House) -> None:
    await house.accept(page(headline(TITLE)))
    house.tape.is_broken = True
    (job,) = await house.take("post:main")
    with pytest.raises(RuntimeError):
        await house.lifecycle.posts.post(house.screen, job)
    await house.lifecycle.posts.post_plain(house.screen, job)
    assert house.screen.states[0].is_plain
