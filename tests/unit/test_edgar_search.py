"""What EDGAR's full-text search answers, and how often it is asked."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from catalyst_bot.errors import SourceError
from catalyst_bot.search.edgar import PER_MINUTE, EdgarNews, read_hits
from catalyst_bot.search.model import Wanted
from tests.clocks import NOON, ManualClock


def answer(*filings: Mapping[str, object]) -> bytes:
    hits = [{"_id": "x", "_source": {**FILING, **filing}} for filing in filings]
    return orjson.dumps({"hits": {"total": {"value": 1}, "hits": hits}})


FILING: dict[str, object] = {
    "ciks": ["0007000001"],
    "display_names": ["Acme Corp /DE/  (ACME, ACMEW)  (CIK 0007000001)"],
    "form": "8-K",
    "adsh": "0009999999-26-000007",
    "file_date": "2026-03-02",
    "items": ["2.02", "9.01"],
    "file_type": "EX-99.1",
}


def test_a_filing_is_one_hit_however_many_of_its_exhibits_match() -> None:
    other = {"adsh": "0009999999-26-000008", "items": []}
    first, second = read_hits(answer({}, {"file_type": "8-K"}, other))
    assert first.title == "8-K: Acme Corp /DE/ (items 2.02, 9.01)"
    assert first.tickers == ("ACME", "ACMEW")
    assert first.link == (
        "https://www.sec.gov/Archives/edgar/data/7000001/000999999926000007/"
        "0009999999-26-000007-index.htm"
    )
    assert first.published_at.isoformat() == "2026-03-02T00:00:00+00:00"
    assert second.title == "8-K: Acme Corp /DE/"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"[]",
        b'{"hits": null}',
        b'{"hits": {"hits": [{}]}}',
        answer({"adsh": "../../etc"}),
        answer({"ciks": []}),
        answer({"display_names": []}),
        answer({"file_date": "soon"}),
    ],
)
def test_another_form_is_no_empty_result(body: bytes) -> None:
    with pytest.raises(SourceError, match="none of EDGAR's"):
        read_hits(body)


def test_no_hits_are_an_answer() -> None:
    assert read_hits(b'{"hits": {"hits": []}}') == ()


class Server:
    """Counts how many are asked at a time; keeps the addresses."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.at_once = self.most = 0

    async def __call__(self, url: str, *, within: float) -> bytes:
        self.urls.append(url)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return answer({})


def edgar_on(server: Server, clock: ManualClock) -> EdgarNews:
    return EdgarNews("http://127.0.0.1:1/", fetch=server, clock=clock, within=60.0)


async def test_no_sign_of_a_query_reaches_edgar_as_an_operator() -> None:
    server = Server()
    edgar = edgar_on(server, ManualClock())
    await edgar.find(Wanted(text='acme* OR "going concern" -NOT &forms=4', since=NOON))
    (query,) = (parse_qs(urlsplit(url).query) for url in server.urls)
    assert query["q"] == ["acme or going concern not forms 4"]
    assert query["startdt"] == query["enddt"] == [f"{NOON:%Y-%m-%d}"]
    assert (await edgar.find(Wanted(text="?!"))).hits == ()
    assert len(server.urls) == 1


async def test_edgar_is_asked_once_at_a_time_and_never_too_often() -> None:
    server, clock = Server(), ManualClock()
    edgar = edgar_on(server, clock)
    async with asyncio.TaskGroup() as group:
        for _ in range(PER_MINUTE // 2):
            group.create_task(edgar.find(Wanted(text="acme")))
    assert server.most == 1
    with pytest.raises(SourceError, match="60 searches a minute"):
        await edgar.find(Wanted(text="acme"))
    clock.advance(1)
    assert (await edgar.find(Wanted(text="acme"))).hits
