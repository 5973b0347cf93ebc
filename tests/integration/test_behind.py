"""What is behind an alert, fetched and made a document: few at a time, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.documents.allowance import TAGS
from catalyst_bot.errors import SourceError, UnreadableDocument
from catalyst_bot.model import Event, NewsItem, SourceKind
from catalyst_bot.simulation.feeds import FakeFeeds
from catalyst_bot.simulation.papers import publish_release
from catalyst_bot.sources.behind import AT_ONCE, Behind, document_url, tells_of
from catalyst_bot.sources.outside import open_outside
from tests.news import headline

TITLE = "Acme Corp wins record award from the navy"
INDEX = (
    "https://www.sec.gov/Archives/edgar/data/1900001/000199900126000101"
    "/0001999001-26-000101-index.htm"
)


@asynccontextmanager
async def town(
    *, allow_private: bool = True
) -> AsyncIterator[tuple[FakeFeeds, Behind]]:
    async with (
        FakeFeeds().open() as feeds,
        open_outside(
            user_agent="", allow_private=allow_private, clock=SystemClock()
        ) as outside,
    ):
        yield feeds, Behind(outside)


def told(feeds: FakeFeeds, name: str = "release") -> NewsItem:
    link = publish_release(feeds, name, company="Acme Corp", title=TITLE)
    return replace(headline(TITLE), link=link)


def report(**changes: object) -> NewsItem:
    filed = replace(
        headline("8-K: Acme Corp"),
        kind=SourceKind.EDGAR,
        event=Event.FILING,
        codes=("8-K", "2.02"),
        link=INDEX,
    )
    return replace(filed, **changes)  # type: ignore[arg-type]


async def test_a_document_that_was_read_is_read_again_from_memory() -> None:
    async with town() as (feeds, behind):
        item = told(feeds)
        first = await behind.at_once(item, within=20.0)
        assert first is not None
        assert first.parts == ("release",)
        assert await behind.fetch(item, within=20.0) is first
        assert len(feeds["release"].fetches) == 1


async def test_while_many_are_under_way_there_is_no_place() -> None:
    async with town() as (feeds, behind), asyncio.TaskGroup() as group:
        slow = [told(feeds, f"slow-{number}") for number in range(AT_ONCE)]
        for item in slow:
            feeds[item.link.rpartition("/")[2]].is_hanging = True
        tasks = [group.create_task(behind.at_once(item, within=60.0)) for item in slow]
        names = [item.link.rpartition("/")[2] for item in slow]
        await feeds.wait_for(lambda: all(feeds[name].fetches for name in names), 40)
        item = told(feeds, "one-more")
        assert await behind.at_once(item, within=20.0) is None
        assert feeds["one-more"].fetches == []
        for task in tasks:
            task.cancel()


async def test_a_link_leads_to_a_private_address_only_where_a_source_is() -> None:
    async with (
        FakeFeeds().open() as feeds,
        open_outside(user_agent="", allow_private=True, clock=SystemClock()) as outside,
    ):
        item = told(feeds)
        elsewhere = Behind(outside.for_links(["https://wire.example/feed"]))
        with pytest.raises(SourceError, match="private address"):
            await elsewhere.fetch(item, within=20.0)
        document = await Behind(outside.for_links([item.link])).fetch(item, within=20.0)
        assert document.parts == ("release",)


async def test_a_private_address_is_refused_and_the_headline_stays() -> None:
    async with town(allow_private=False) as (feeds, behind):
        item = told(feeds)
        assert await behind.at_once(item, within=20.0) is None
        with pytest.raises(SourceError, match="private address"):
            await behind.fetch(item, within=20.0)
        assert feeds["release"].fetches == []


async def test_of_a_page_without_end_the_beginning_is_read() -> None:
    async with town() as (feeds, behind):
        item = told(feeds)
        page = feeds["release"].feeds[0].body
        longer = b"<p>and so on" * (2 * TAGS) + b"</main>"
        feeds["release"].body = page.replace(b"</main>", longer)
        document = await behind.fetch(item, within=40.0)
        assert TITLE in document.text
        assert 0 < document.text.count("and so on") < TAGS


async def test_a_page_of_something_else_is_no_document() -> None:
    async with town() as (feeds, behind):
        item = told(feeds)
        feeds["release"].body = b"<html><body><p>Accept all cookies to read on"
        with pytest.raises(SourceError, match="does not tell"):
            await behind.fetch(item, within=20.0)
        feeds["release"].body = b"%PDF-1.7 ..."
        with pytest.raises(UnreadableDocument, match="PDF"):
            await behind.fetch(item, within=20.0)
        feeds["release"].is_hanging = True
        with pytest.raises(SourceError, match="within"):
            await behind.fetch(item, within=0.3)


@pytest.mark.parametrize(
    ("item", "url"),
    [
        (report(), INDEX),
        (report(codes=("8-K/A",)), INDEX),
        (report(codes=("424B5",)), ""),
        (report(codes=()), ""),
        (report(link="", identity="0001999001-26-000101", cik="1900001"), INDEX),
        (report(link="", identity="0001999001-26-000101"), ""),
        (report(link="https://elsewhere.example/8-k"), ""),
        (headline(link="https://wire.example/1"), "https://wire.example/1"),
        (headline(link=""), ""),
        (headline(link="https://bank.example/1", is_market=True), ""),
        (headline(link="https://x.example/1", kind=SourceKind.ALPACA), ""),
        (headline(link="https://x.example/1", event=Event.HALT), ""),
    ],
)
def test_only_releases_and_current_reports_have_a_document(
    item: NewsItem, url: str
) -> None:
    assert document_url(item) == url


def test_a_page_tells_of_a_headline_by_its_longer_words() -> None:
    assert tells_of("Today ACME Corp wins a record award.", TITLE)
    assert not tells_of("Log in to read about Acme Corp.", TITLE)
    assert tells_of("anything", "Up 3%")
