"""Measures the parsers against feedparser, and how long they stop the event loop.

Run as `python -m benchmarks.parse`. The documents are made here: fictitious issuers in
the shapes of the public feeds.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import feedparser
from rich.console import Console
from rich.table import Table

from catalyst_bot.sources.edgar import EdgarParser
from catalyst_bot.sources.feed import FeedParser
from catalyst_bot.sources.halts import HaltsParser
from catalyst_bot.sources.parsed import Parsed
from catalyst_bot.sources.parsers import Parser
from catalyst_bot.sources.poller import INLINE
from catalyst_bot.sources.xml import parse_feed

ROUNDS = 15
URL = "https://wire.example/feed"
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
NAMES = ("Acme Robotics", "Borealis Foods", "Cobalt Ridge", "Dunmore Biotech")
LEAD = "sees momentum in its core markets as customers extend their agreements and "
WORDS = (
    "announced today that the company expects growth in its core markets as customers "
    "commit “for several years” and new partners join the platform in every region, "
)


def edgar(count: int) -> bytes:
    """Return a page of current filings, about 670 bytes for an entry."""
    entries = []
    for n in range(count):
        cik, accession = f"{1_900_000 + n:010}", f"0001999{n % 7:03}-26-{n:06}"
        path = f"{int(cik)}/{accession.replace('-', '')}/{accession}-index.htm"
        entries.append(
            f"<entry>\n<title>8-K - {NAMES[n % 4]} {n} Inc. ({cik}) (Filer)</title>\n"
            f'<link rel="alternate" type="text/html" '
            f'href="https://www.sec.gov/Archives/edgar/data/{path}"/>\n'
            f'<summary type="html">\n &lt;b&gt;Filed:&lt;/b&gt; 2026-11-20 '
            f"&lt;b&gt;AccNo:&lt;/b&gt; {accession} &lt;b&gt;Size:&lt;/b&gt; 212 KB\n"
            "&lt;br&gt;Item 2.02: Results of Operations and Financial Condition\n"
            "&lt;br&gt;Item 9.01: Financial Statements and Exhibits\n</summary>\n"
            f"<updated>2026-11-20T09:{n % 60:02}:12-05:00</updated>\n"
            '<category scheme="https://www.sec.gov/" label="form type" term="8-K"/>\n'
            f"<id>urn:tag:sec.gov,2008:accession-number={accession}</id>\n</entry>\n"
        )
    head = (
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">\n<title>Latest Filings</title>\n'
        "<updated>2026-11-20T10:00:00-05:00</updated>\n"
    )
    return (head + "".join(entries) + "</feed>").encode("latin-1")


def halts(count: int) -> bytes:
    """Return a list of trade halts, about 740 bytes for a row."""
    rows = []
    for n in range(count):
        symbol = "".join(chr(65 + n // 26**place % 26) for place in range(4))
        cells = (
            ("HaltDate", "11/20/2026"),
            ("HaltTime", f"{9 + n % 6:02}:{n % 60:02}:12.000"),
            ("IssueSymbol", symbol),
            ("IssueName", f"{NAMES[n % 4]} {n} Inc. Common Stock"),
            ("Market", "NASDAQ"),
            ("ReasonCode", "LUDP"),
            ("PauseThresholdPrice", "4.25"),
            ("ResumptionDate", "11/20/2026"),
            ("ResumptionQuoteTime", "15:40:00"),
            ("ResumptionTradeTime", "15:45:00"),
        )
        table = "".join(f"<td>{value}</td>" for _, value in cells)
        rows.append(
            f"<item>\r\n<title>{symbol}</title>\r\n"
            "<pubDate>Fri, 20 Nov 2026 05:00:00 GMT</pubDate>\r\n"
            + "".join(f"<ndaq:{tag}>{value}</ndaq:{tag}>\r\n" for tag, value in cells)
            + f"<description><![CDATA[<table><tr>{table}</tr></table>]]></description>"
            "\r\n</item>\r\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\r\n<rss version="2.0" '
        'xmlns:ndaq="http://www.nasdaqtrader.com/"><channel>\r\n<title>Halts</title>'
        f"<ttl>1</ttl><ndaq:numItems>{count}</ndaq:numItems>\r\n"
        f"{''.join(rows)}</channel></rss>"
    ).encode()


def wire(count: int) -> bytes:
    """Return a press wire with long texts, about 5.3 KB for a release."""
    items = []
    for n in range(count):
        body = f"&lt;p&gt;{NAMES[n % 4]} &amp;amp; Co {LEAD}{WORDS * 29}&lt;/p&gt;\n"
        items.append(
            f'<item><guid isPermaLink="true">https://wire.example/r/{n}</guid>'
            f"<link>https://wire.example/r/{n}</link>"
            f'<category domain="https://wire.example/rss/stock">Nasdaq:ACM{n}</category>'
            f"<title>{NAMES[n % 4]} &amp; Co raises guidance for {n} markets</title>"
            f"<description>{body}</description>"
            f"<pubDate>Fri, 20 Nov 2026 14:{n % 60:02} GMT</pubDate>"
            f"<dc:identifier>{3_000_000 + n}</dc:identifier>"
            "<dc:language>en</dc:language><dc:publisher>A Wire</dc:publisher>"
            "<dc:contributor>An issuer</dc:contributor></item>\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:dc="http://dublincore.org/documents/dcmi-namespace/"><channel>'
        f"<title>A wire</title>{''.join(items)}</channel></rss>"
    ).encode()


def damaged_wire(count: int) -> bytes:
    """Return the same wire, in each release what a strict parser refuses."""
    return (
        wire(count)
        .replace(b"&amp; Co", b"& Co")
        .replace(b"momentum in", b"momentum &ndash; <5% in")
        .replace(b"agreements", b"agreements\x0b \x93now\x94")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A kind of page, and who reads it."""

    name: str
    parser: Parser
    make: Callable[[int], bytes]


def parse(case: Case, document: bytes) -> Parsed:
    return case.parser.parse(
        document,
        url=URL,
        charset=None,
        received_at=NOW,
        received=0.0,
    )


def medians_ms(*works: Callable[[], object]) -> list[float]:
    """Return the median time of each work; they take turns, so noise hits all."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
    return [statistics.median(taken) * 1000 for taken in times]


async def longest_stall_ms(works: Sequence[Callable[[], object]]) -> float:
    """Return by how much a 1 kHz heartbeat was late at worst, in milliseconds."""
    late: list[float] = []

    async def beat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(time.perf_counter() - began - 0.001)

    async with asyncio.TaskGroup() as group:
        heart = group.create_task(beat(), name="heartbeat")
        for work in works:
            await asyncio.sleep(0.02)
            work()
        await asyncio.sleep(0.02)
        heart.cancel()
    return max(late) * 1000


def stall_ms(works: Sequence[Callable[[], object]]) -> float:
    """Return the median of five runs: the machine has stalls of its own."""
    return statistics.median(asyncio.run(longest_stall_ms(works)) for _ in range(5))


def speed(cases: Sequence[Case]) -> Table:
    """Compare the first step with feedparser, which ends at entries as well."""
    table = Table(title="median ms for a page of 100")
    for heading in ("page", "KB", "tier", "feedparser", "entries", "ratio", "items"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for case in cases:
        document = case.make(100)
        tier = parse_feed(document, base_url=URL, charset=None).tier
        ours, whole, other = medians_ms(
            partial(parse_feed, document, base_url=URL, charset=None),
            partial(parse, case, document),
            partial(feedparser.parse, document),
        )
        times = f"{other:.1f}", f"{ours:.2f}", f"{other / ours:.1f}x", f"{whole:.2f}"
        table.add_row(case.name, f"{len(document) / 1024:.0f}", str(tier), *times)
    return table


def lost(count: int) -> int:
    """Return in how many damaged releases a character of the text is missing."""
    whole = parse_feed(wire(count), base_url=URL, charset=None).entries
    mended = parse_feed(damaged_wire(count), base_url=URL, charset=None).entries
    wanted = [
        (
            entry.title,
            entry.summary.replace("momentum", "momentum – <5%").replace(
                "agreements", "agreements “now”"
            ),
        )
        for entry in whole
    ]
    found = [(entry.title, entry.summary) for entry in mended]
    return sum(one != other for one, other in zip(wanted, found, strict=True))


def stalls(cases: Sequence[Case]) -> Table:
    """Let three pages of each kind, 1.5 times as long, be read on the event loop."""
    pages = [(case, case.make(150)) for case in cases[:3] for _ in range(3)]
    short = [(case, page) for case, page in pages if len(page) <= INLINE]
    wholes: dict[str, Sequence[Callable[[], object]]] = {
        "nothing": [],
        "our parsers, all nine": [partial(parse, *page) for page in pages],
        "those that the poller reads inline": [partial(parse, *page) for page in short],
        "feedparser, all nine": [partial(feedparser.parse, page) for _, page in pages],
    }
    table = Table("read on the loop", "longest stall ms", title="pages of 150")
    for name, works in wholes.items():
        table.add_row(name, f"{stall_ms(works):.1f}")
    return table


def main() -> None:
    """Print both tables and the bars."""
    wires = FeedParser(source="wire", zone=ZoneInfo("UTC"), is_market=False)
    cases = (
        Case(name="EDGAR", parser=EdgarParser(source="edgar"), make=edgar),
        Case(name="halts", parser=HaltsParser(source="halts"), make=halts),
        Case(name="wire, long texts", parser=wires, make=wire),
        Case(name="the same, damaged", parser=wires, make=damaged_wire),
    )
    gc.collect()
    gc.freeze()  # as the daemon does after its start
    console = Console()
    console.print(speed(cases), stalls(cases))
    console.print(f"damaged releases that lost text: {lost(100)} of 100")
    console.print(
        "bars: EDGAR and halts at least 15x, damaged at most 25 ms, stall at most 15 ms"
    )


if __name__ == "__main__":
    main()
