"""What Alpaca's frames and pages say, in every form that they come in."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.errors import SourceError
from catalyst_bot.model import NewsItem, Precision, SourceKind
from catalyst_bot.sources.alpaca import AlpacaParser, read_messages
from catalyst_bot.sources.inbox import MOST_FRAMES, Frame, Inbox
from catalyst_bot.sources.parsed import Parsed
from tests.clocks import NOON

NOTE: dict[str, Any] = {
    "T": "n",
    "id": 24918784,
    "headline": "Acme&#39;s <b>record</b> profit",
    "summary": "Acme said so.",
    "author": "Desk",
    "created_at": "2026-11-20T16:59:30Z",
    "updated_at": "2026-11-20T16:59:31Z",
    "content": "<p>Long</p>",
    "url": "https://news.example/24918784",
    "symbols": ["ACME"],
    "source": "benzinga",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def read(content: object) -> Parsed:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return AlpacaParser(source="stream").parse(
        body, url="", charset=None, received_at=NOON, received=5.0
    )


def item_of(**fields: object) -> NewsItem:
    (item,) = read([NOTE | fields]).items
    return item


def test_a_note_becomes_an_item_in_plain_text() -> None:
    item = item_of()
    assert (item.title, item.summary) == ("Acme's record profit", "Acme said so.")
    assert (item.identity, item.kind) == ("24918784", SourceKind.ALPACA)
    assert item.link == "https://news.example/24918784"
    assert item.tickers == ("ACME",)
    assert (NOON - item.published_at).total_seconds() == 30
    assert item.precision is Precision.SECOND


@pytest.mark.parametrize(
    "content",
    [[NOTE], NOTE, orjson.dumps([NOTE]), {"news": [NOTE], "next_page_token": None}],
)
def test_arrays_single_objects_bytes_and_pages_are_read_alike(content: object) -> None:
    assert len(read(content).items) == 1


def test_several_notes_keep_their_order() -> None:
    parsed = read([NOTE, NOTE | {"id": 2}, NOTE | {"id": 3}])
    assert [item.identity for item in parsed.items] == ["24918784", "2", "3"]


def test_a_message_of_an_unknown_type_is_counted_and_costs_nothing_else() -> None:
    parsed = read([{"T": "q", "x": 1}, NOTE, {"T": 5}])
    assert len(parsed.items) == 1
    assert parsed.skipped == 2
    assert parsed.warnings


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": ""},
        {"headline": None},
        {"headline": "\u200b"},
        {"id": None},
        {"id": True},
        {"id": 1.5},
        {"id": ""},
        {"id": "x" * 65},
    ],
)
def test_a_note_without_headline_or_id_is_skipped(fields: dict[str, object]) -> None:
    parsed = read([NOTE | fields])
    assert (parsed.items, parsed.skipped) == ((), 1)


def test_symbols_are_those_of_us_stocks_as_alerts_write_them() -> None:
    symbols = ["BRK.B", "BTCUSD", "ETH/USD", "DOGEUSDT", 5, "A$B", "ACME", "ACME"]
    assert item_of(symbols=symbols).tickers == ("BRK-B", "ACME")


def test_a_list_of_many_stocks_is_about_none_of_them() -> None:
    assert item_of(symbols=[f"S{chr(65 + n)}" for n in range(11)]).tickers == ()


@pytest.mark.parametrize("symbols", [None, "ACME", [], {}])
def test_a_note_without_symbols_has_none(symbols: object) -> None:
    assert item_of(symbols=symbols).tickers == ()


def test_a_later_update_is_a_revision_only_if_a_card_would_show_it() -> None:
    first = item_of()
    assert item_of(updated_at="2026-11-20T17:10:00Z", content="x").state == first.state
    assert item_of(headline="Acme posts a loss").state != first.state
    assert item_of(symbols=["ACME", "OTHR"]).state != first.state


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "//", None])
def test_only_web_addresses_are_links(url: object) -> None:
    assert item_of(url=url).link == ""


@pytest.mark.parametrize(
    ("code", "is_permanent", "wait"),
    [(402, True, None), (409, True, None), (406, False, 5.0), (500, False, None)],
)
def test_what_alpaca_says_is_wrong_is_a_typed_error(
    code: int, is_permanent: bool, wait: float | None
) -> None:
    with pytest.raises(SourceError) as caught:
        read([{"T": "error", "code": code, "msg": "no"}])
    assert caught.value.is_permanent is is_permanent
    assert caught.value.retry_after == wait


def test_a_page_names_the_next_one() -> None:
    assert read_messages(b'{"news":[],"next_page_token":"abc"}').next_page == "abc"
    assert read_messages(b'{"news":null,"next_page_token":null}').next_page == ""


@given(st.binary() | JSON.map(orjson.dumps))
def test_any_bytes_are_items_or_a_typed_error(body: bytes) -> None:
    try:
        read(body)
    except SourceError:
        return


@given(st.dictionaries(st.sampled_from(sorted(NOTE)), JSON))
def test_odd_fields_of_a_note_break_nothing(fields: dict[str, object]) -> None:
    read([NOTE | {**fields, "T": "n"}])


async def test_a_full_inbox_refuses_and_has_room_again_once_emptied() -> None:
    inbox, frame = Inbox(), Frame(body=b"{}", received_at=NOON, received=0.0)
    assert all(inbox.put(frame) for _ in range(MOST_FRAMES))
    assert not inbox.put(frame)
    assert len(await inbox.take(100, within=0)) == 100
    assert inbox.put(frame)


async def test_large_frames_fill_the_inbox_earlier() -> None:
    inbox = Inbox()
    large = Frame(body=b"x" * (4 << 20), received_at=NOON, received=0.0)
    kept = [inbox.put(large) for _ in range(10)]
    assert kept.count(True) == 5


async def test_an_empty_inbox_gives_nothing_after_the_wait() -> None:
    assert await Inbox().take(10, within=0.001) == []
