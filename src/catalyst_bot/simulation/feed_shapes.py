"""News in the shapes in which public sources publish it, traps included.

Source: the sources' own output. Issuers and addresses are the caller's and fictional.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

_NEW_YORK = ZoneInfo("America/New_York")
_RSS_DATE = "%a, %d %b %Y %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A document as it goes over the wire."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WireItem:
    """One press release; `tickers` as "Nasdaq:ABCD", times aware."""

    title: str
    link: str
    published_at: datetime
    identity: str = ""  # "": the link; GlobeNewswire's dc:identifier, else the guid
    summary: str = ""
    tickers: tuple[str, ...] = ()
    company: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One entry of EDGAR's current filings; one filing has an entry per filer."""

    form: str  # "8-K"
    company: str
    cik: str
    accession: str  # "0001234567-26-000001"
    accepted_at: datetime
    role: str = "Filer"
    items: tuple[str, ...] = ()  # "2.02: Results of Operations and ..."
    filed: str = ""  # "": the day of acceptance
    size: str = "234 KB"

    @property
    def folder(self) -> str:
        """Return the path of its texts, without the slash at its start."""
        number = self.accession.replace("-", "")
        return f"Archives/edgar/data/{int(self.cik)}/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltRow:
    """One row of Nasdaq's trade halts; "" and None are empty elements there."""

    symbol: str
    name: str
    halted_at: datetime
    reason: str = "T1"
    market: str = "NASDAQ"
    threshold: str = ""
    quotes_at: datetime | None = None
    resumes_at: datetime | None = None
    has_milliseconds: bool = True  # one page holds both kinds


def globenewswire(items: Sequence[WireItem]) -> Feed:
    """Return an RSS page in GlobeNewswire's shape: dates without seconds."""
    rows = "\n".join(map(_globe_item, items))
    return _xml(
        f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://dublincore.org/documents/dcmi-namespace/">
<channel>
<title>News about Public Companies</title>
<link>https://wire.example/RssFeed</link>
<description>Public companies</description>
<ttl>15</ttl>
{rows}
</channel>
</rss>
""",
        "application/rss+xml; charset=utf-8",
    )


def prnewswire(items: Sequence[WireItem]) -> Feed:
    """Return an RSS page in PR Newswire's shape: the ticker only in the description."""
    rows = "\n".join(map(_pr_item, items))
    return _xml(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>News Releases</title>
<link>https://wire.example/rss/</link>
<atom:link rel="self" type="application/rss+xml" href="https://wire.example/rss/"/>
<description>All news releases</description>
{rows}
</channel>
</rss>
""",
        "text/xml;charset=utf-8",
    )


def edgar_atom(filings: Sequence[Filing], *, now: datetime | None = None) -> Feed:
    """Return EDGAR's current filings: Atom in ISO-8859-1, an entry per filer."""
    moment = _eastern(now or datetime.now(UTC)).isoformat(timespec="seconds")
    entries = "\n".join(map(_entry, filings))
    text = f"""<?xml version="1.0" encoding="ISO-8859-1" ?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>Latest Filings</title>
<link rel="alternate" href="/cgi-bin/browse-edgar?action=getcurrent"/>
<link rel="self" href="/cgi-bin/browse-edgar?action=getcurrent"/>
<id>https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent</id>
<author><name>Webmaster</name><email>webmaster@sec.gov</email></author>
<updated>{moment}</updated>
{entries}
</feed>
"""
    body = text.encode("iso-8859-1", "xmlcharrefreplace")
    return Feed(body=body, content_type="application/atom+xml")


def nasdaq_halts(rows: Sequence[HaltRow], *, now: datetime | None = None) -> Feed:
    """Return Nasdaq's trade halts: no guid, no link, pubDate midnight in New York."""
    moment = (now or datetime.now(UTC)).astimezone(UTC).strftime(_RSS_DATE)
    items = "\n".join(map(_halt, rows))
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:ndaq="http://www.nasdaqtrader.com/">
  <channel>
    <title>NASDAQTrader.com</title>
    <link>http://www.nasdaqtrader.com</link>
    <description>NASDAQ Trade Halts</description>
    <copyright>All rights reserved.</copyright>
    <pubDate>{moment} GMT</pubDate>
    <ttl>1</ttl>
    <ndaq:numItems>{len(rows)}</ndaq:numItems>
{items}
  </channel>
</rss>
"""
    return _xml(text.replace("\n", "\r\n"), "text/xml; charset=utf-8")


def _globe_item(item: WireItem) -> str:
    moment = item.published_at.astimezone(UTC).strftime("%a, %d %b %Y %H:%M GMT")
    stocks = "\n".join(
        f'<category domain="https://www.globenewswire.com/rss/stock">{escape(t)}</category>'
        for t in item.tickers
    )
    return f"""<item>
<guid isPermaLink="true">{escape(item.link)}</guid>
<link>{escape(item.link)}</link>
{stocks}
<title>{escape(item.title)}</title>
<description><![CDATA[<p>{item.summary}</p>]]></description>
<pubDate>{moment}</pubDate>
<dc:identifier>{escape(item.identity or item.link)}</dc:identifier>
<dc:language>{item.language}</dc:language>
<dc:publisher>GlobeNewswire Inc.</dc:publisher>
<dc:contributor>{escape(item.company)}</dc:contributor>
<dc:modified>{moment}</dc:modified>
</item>"""


def _pr_item(item: WireItem) -> str:
    moment = _eastern(item.published_at).strftime(_RSS_DATE + " %z")
    listed = "; ".join(t.upper().replace(":", ": ", 1) for t in item.tickers)
    named = f"{item.company} ({listed})" if listed else item.company
    about = f"/PRNewswire/ -- {named}: {item.summary or item.title}"
    return f"""<item>
<guid isPermaLink="true">{escape(item.identity or item.link)}</guid>
<link>{escape(item.link)}</link>
<title>{escape(item.title)}</title>
<description><![CDATA[{about}]]></description>
<pubDate>{moment}</pubDate>
<dc:language>{item.language}</dc:language>
<dc:contributor>{escape(item.company)}</dc:contributor>
</item>"""


def _entry(filing: Filing) -> str:
    accepted = _eastern(filing.accepted_at)
    filed = filing.filed or accepted.date().isoformat()
    link = f"/{filing.folder}/{filing.accession}-index.htm"
    title = f"{filing.form} - {filing.company} ({filing.cik:0>10}) ({filing.role})"
    items = "".join(f"\n<br>Item {item}" for item in filing.items)
    summary = (
        f"\n <b>Filed:</b> {filed} <b>AccNo:</b> {filing.accession}"
        f" <b>Size:</b> {filing.size}{items}\n"
    )
    return f"""<entry>
<title>{escape(title)}</title>
<link rel="alternate" type="text/html" href="{link}"/>
<summary type="html">{escape(summary)}</summary>
<updated>{accepted.isoformat(timespec="seconds")}</updated>
<category scheme="https://www.sec.gov/" label="form type" term="{escape(filing.form)}"/>
<id>urn:tag:sec.gov,2008:accession-number={filing.accession}</id>
</entry>"""


def _halt(row: HaltRow) -> str:
    halted = _eastern(row.halted_at)
    precision = "milliseconds" if row.has_milliseconds else "seconds"
    midnight = halted.replace(hour=0, minute=0, second=0, microsecond=0)
    cells = {
        "HaltDate": f"{halted:%m/%d/%Y}",
        "HaltTime": halted.isoformat(timespec=precision)[11:-6],
        "IssueSymbol": row.symbol,
        "IssueName": row.name,
        "Market": row.market,
        "ReasonCode": row.reason,
        "PauseThresholdPrice": row.threshold,
        "ResumptionDate": _format(row.resumes_at or row.quotes_at, "%m/%d/%Y"),
        "ResumptionQuoteTime": _format(row.quotes_at, "%H:%M:%S"),
        "ResumptionTradeTime": _format(row.resumes_at, "%H:%M:%S"),
    }
    fields = "\n".join(f"      {_element(name, text)}" for name, text in cells.items())
    table = "".join(f"<td> {escape(text):<12} </td>" for text in cells.values())
    return f"""    <item>
      <title>{escape(row.symbol)}</title>
      <pubDate>{midnight.astimezone(UTC).strftime(_RSS_DATE)} GMT</pubDate>
{fields}
      <description><![CDATA[ <table><tr>{table}</tr></table> ]]></description>
    </item>"""


def _element(name: str, text: str) -> str:
    return f"<ndaq:{name}>{escape(text)}</ndaq:{name}>" if text else f"<ndaq:{name} />"


def _format(moment: datetime | None, pattern: str) -> str:
    return "" if moment is None else _eastern(moment).strftime(pattern)


def _eastern(moment: datetime) -> datetime:
    return moment.astimezone(_NEW_YORK)


def _xml(text: str, content_type: str) -> Feed:
    return Feed(body=text.encode(), content_type=content_type)
