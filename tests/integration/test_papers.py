"""Fetching what is behind a headline, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.errors import AskedTooOften, SourceError
from catalyst_bot.sources.hosts import HostGate, HostRule
from catalyst_bot.sources.outside import Outside, open_outside
from catalyst_bot.sources.papers import (
    RELEASE,
    fetch_filing,
    fetch_papers,
    listed_papers,
)
from tests.servers import RawServer, http, raw_server

FOLDER = "/Archives/edgar/data/1900001/000199900126000101"
INDEX = f"{FOLDER}/0001999001-26-000101-index.htm"


def index_page(*rows: tuple[str, str]) -> bytes:
    """Return the page of a filing with rows of (address, type)."""
    listed = "".join(
        f'<tr><td>{number}</td><td>text</td><td><a href="{href}">a</a> iXBRL</td>'
        f"<td>{name}</td><td>1234</td></tr>"
        for number, (href, name) in enumerate(rows, start=1)
    )
    head = "<tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th></tr>"
    return f'<html><body><table class="tableFile">{head}{listed}</table>'.encode()


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with raw_server() as fake:
        yield fake


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with open_outside(
        user_agent="", allow_private=True, clock=SystemClock()
    ) as opened:
        yield opened


def file_it(server: RawServer) -> str:
    """Serve a filing with three texts, the release among them; return its address."""
    page = index_page(
        (f"/ix?doc={FOLDER}/body.htm", "8-K"),
        (f"{FOLDER}/ex10-1.htm", "EX-10.1"),
        (f"{FOLDER}/ex99-1.htm", "EX-99.1"),
        (f"{FOLDER}/logo.jpg", "GRAPHIC"),
        (f"{FOLDER}/schema.xsd", "EX-101.SCH"),
    )
    server.answers[INDEX] = http("200 OK", page, Content_Type="text/html")
    for name, text in (("body.htm", b"<p>The body"), ("ex99-1.htm", b"<p>The release")):
        answer = http("200 OK", text, Content_Type="text/html; charset=utf-8")
        server.answers[f"{FOLDER}/{name}"] = answer
    return f"{server.url}{INDEX}"


async def test_a_filing_is_its_main_text_and_its_exhibits_99(
    server: RawServer, outside: Outside
) -> None:
    found = await fetch_papers(outside, file_it(server))
    assert [(paper.name, paper.body) for paper in found.papers] == [
        ("8-K", b"<p>The body"),
        ("EX-99.1", b"<p>The release"),
    ]
    assert found.papers[0].charset == "utf-8"
    assert len(server.requests) == 3


async def test_what_cannot_be_had_of_a_filing_is_named(
    server: RawServer, outside: Outside
) -> None:
    url = file_it(server)
    server.answers[f"{FOLDER}/ex99-1.htm"] = http("500 Internal Server Error")
    found = await fetch_papers(outside, url)
    assert [paper.name for paper in found.papers] == ["8-K"]
    assert found.missing == ("EX-99.1",)


async def test_a_paper_that_hangs_does_not_cost_the_others(
    server: RawServer, outside: Outside
) -> None:
    async def hang(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    url = file_it(server)
    server.answers[f"{FOLDER}/body.htm"] = hang
    found = await fetch_papers(outside, url, within=1.0)
    assert [paper.name for paper in found.papers] == ["EX-99.1"]
    assert found.missing == ("8-K",)


async def test_any_other_address_is_one_page(
    server: RawServer, outside: Outside
) -> None:
    server.answers["/release/1"] = http("200 OK", b"<p>Acme wins")
    found = await fetch_papers(outside, f"{server.url}/release/1")
    assert [(paper.name, paper.body) for paper in found.papers] == [
        (RELEASE, b"<p>Acme wins")
    ]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        ("404 Not Found", b"", "HTTP 404"),
        ("200 OK", b"<html><body>Undergoing maintenance", "lists no text"),
        ("200 OK", b"", "lists no text"),
        ("200 OK", b"\x00\xff\xfe%PDF", "lists no text"),
    ],
)
async def test_an_index_that_is_none_is_a_failed_fetch(
    server: RawServer, outside: Outside, status: str, body: bytes, why: str
) -> None:
    server.answers[INDEX] = http(status, body)
    with pytest.raises(SourceError, match=why):
        await fetch_papers(outside, f"{server.url}{INDEX}")


@pytest.mark.parametrize("url", ["", "x", "ftp://a/b", "http://", "http://[::1"])
async def test_what_is_no_address_is_refused(outside: Outside, url: str) -> None:
    with pytest.raises(SourceError, match="no URL"):
        await fetch_papers(outside, url)


async def test_a_document_on_a_private_address_is_refused(server: RawServer) -> None:
    server.answers["/release/1"] = http("200 OK", b"secret")
    async with open_outside(
        user_agent="", allow_private=False, clock=SystemClock()
    ) as outside:
        with pytest.raises(SourceError, match="private address"):
            await fetch_papers(outside, f"{server.url}/release/1")
    assert server.requests == []


def test_an_index_leads_to_its_own_archive_only() -> None:
    page = index_page(
        ("https://elsewhere.example/Archives/edgar/data/1/body.htm", "8-K"),
        ("javascript:alert(1)", "8-K"),
        ("/cgi-bin/browse.htm", "8-K"),
        ("/ix?doc=https://elsewhere.example/Archives/edgar/data/1/a.htm", "8-K"),
        ("http://[", "8-K"),
        (f"{FOLDER}/a.htm", "8-K\u202e"),
        (f"{FOLDER}/b.htm", "x" * 40),
        (f"{FOLDER}/right.htm", "8-K/A"),
    )
    found = listed_papers(page, url=f"https://www.sec.gov{INDEX}")
    assert [(one.name, one.url) for one in found] == [
        ("8-K/A", f"https://www.sec.gov{FOLDER}/right.htm")
    ]


NUMBER = "0001999001-26-000101"
OF_THE_AGENT = INDEX.replace("/1900001/", "/1999001/")


async def test_a_company_that_files_for_itself_is_found_by_the_number_alone(
    server: RawServer, outside: Outside
) -> None:
    file_it(server)
    server.answers[OF_THE_AGENT] = server.answers[INDEX]

    async def parties(accession: str) -> tuple[str, ...]:
        raise AssertionError(accession)

    found = await fetch_filing(outside, NUMBER, archive=server.url, parties=parties)
    assert [paper.name for paper in found.papers] == ["8-K", "EX-99.1"]


async def test_a_filing_of_an_agent_is_looked_for_under_its_company(
    server: RawServer, outside: Outside
) -> None:
    file_it(server)
    server.answers[OF_THE_AGENT] = http("404 Not Found")

    async def parties(accession: str) -> tuple[str, ...]:
        return ("1900001", "1900002") if accession == NUMBER else ()

    found = await fetch_filing(outside, NUMBER, archive=server.url, parties=parties)
    assert [paper.name for paper in found.papers] == ["8-K", "EX-99.1"]


@pytest.mark.parametrize("fault", ["", "HTTP 500"])
async def test_a_filing_that_nobody_knows_says_what_to_give_instead(
    server: RawServer, outside: Outside, fault: str
) -> None:
    server.answers[OF_THE_AGENT] = http("404 Not Found")

    async def parties(accession: str) -> tuple[str, ...]:
        if fault:
            raise SourceError(fault)
        return ()

    with pytest.raises(SourceError, match="give the address") as told:
        await fetch_filing(outside, NUMBER, archive=server.url, parties=parties)
    assert fault in str(told.value)


async def test_an_archive_that_is_ill_is_not_taken_for_one_that_has_no_filing(
    server: RawServer, outside: Outside
) -> None:
    server.answers[OF_THE_AGENT] = http("500 Sorry")

    async def parties(accession: str) -> tuple[str, ...]:
        raise AssertionError(accession)

    with pytest.raises(SourceError, match="HTTP 500"):
        await fetch_filing(outside, NUMBER, archive=server.url, parties=parties)


async def test_who_has_no_turn_in_time_does_not_blame_the_host(
    server: RawServer, outside: Outside
) -> None:
    one = HostGate(clock=outside.clock, rules={"127.0.0.1": HostRule(connections=1)})
    with pytest.raises(AskedTooOften, match="busy: no turn"):
        async with one.spare(server.url):
            await replace(outside, gate=one).get(server.url, deadline=0.05)
    assert server.requests == []
