"""The papers behind simulated news: a release's page, a filing with its exhibit.

Their shapes are those of wires and of EDGAR; all words and figures are made up, each
headline's own.
"""

import zlib
from collections.abc import Sequence
from html import escape

from catalyst_bot.simulation.feed_shapes import Feed, Filing
from catalyst_bot.simulation.feeds import FakeFeeds

_HTML = "text/html; charset=utf-8"
_SITES = ("Ridley", "Lower Marsh", "Eastbank", "Cray Hill", "Tollgate")


def publish_release(feeds: FakeFeeds, name: str, *, company: str, title: str) -> str:
    """Serve the page of a release under `name`; return its address."""
    feeds.publish(name, _page(title, release_text(company=company, title=title)))
    return feeds.url(name)


def publish_filing(
    feeds: FakeFeeds, filing: Filing, *, items: Sequence[str], exhibit: str = ""
) -> None:
    """Serve the index, the body and, with its headline, the EX-99.1 of a filing."""
    papers = [("body.htm", filing.form, _page(filing.form, _body(filing, items)))]
    if exhibit:
        text = release_text(company=filing.company.title(), title=exhibit)
        papers.append(("ex99-1.htm", "EX-99.1", _page(exhibit, text)))
    for file, _, page in papers:
        feeds.publish(f"{filing.folder}/{file}", page)
    index = _index(filing, [(file, form) for file, form, _ in papers])
    feeds.publish(f"{filing.folder}/{filing.accession}-index.htm", index)


def release_text(*, company: str, title: str) -> str:
    """Return the HTML of a release: lead, key points, a table, the small print."""
    seed = zlib.crc32(title.encode())
    cash, backlog = 20 + seed % 180, 60 + seed // 7 % 400
    before, people = backlog - 5 - seed // 11 % 40, 300 + seed // 13 % 4_000
    margin, year = 12 + seed // 17 % 40, 4 + seed // 19 % 30
    site = _SITES[seed % len(_SITES)]
    name = escape(company or "The company")
    return f"""<h1>{escape(title)}</h1>
<p>NEW YORK -- {escape(title)}, {name} said today.</p>
<h2>Highlights</h2>
<ul>
<li>The order backlog stands at ${backlog} million, against ${before} million a year \
earlier.</li>
<li>{name} holds ${cash} million in cash and has drawn none of its credit lines.</li>
<li>The gross margin was {margin} percent and is not expected to fall this year.</li>
</ul>
<p>{name} employs {people:,} people and will spend ${year} million on its {site} site \
next year. It has not changed its dividend.</p>
<table><tr><th>$ million</th><th>This quarter</th><th>A year ago</th></tr>
<tr><td>Order backlog</td><td>{backlog}.0</td><td>{before}.0</td></tr>
<tr><td>Cash</td><td>{cash}.0</td><td>{cash - 3}.0</td></tr></table>
<p>This release contains forward-looking statements. Actual results may differ.</p>
"""


def _body(filing: Filing, items: Sequence[str]) -> str:
    """Return an 8-K: the cover, its items, the signature."""
    told = "".join(
        f"<p>Item {escape(item.replace(': ', '. ', 1))}.</p>"
        f"<p>{escape(_told(filing, item))}</p>"
        for item in items
    )
    return f"""<p>UNITED STATES SECURITIES AND EXCHANGE COMMISSION</p>
<p>FORM {escape(filing.form)}</p><p>CURRENT REPORT</p>
<p>Pursuant to Section 13 or 15(d) of the Securities Exchange Act of 1934</p>
<p>{escape(filing.company)}</p>
<p>Check the appropriate box below if the filing is intended to satisfy the filing \
obligation of the registrant.</p>
{told}<p>SIGNATURE</p><p>By: the Chief Financial Officer</p>
"""


def _told(filing: Filing, item: str) -> str:
    seed = zlib.crc32(f"{filing.company} {item}".encode())
    name, amount = filing.company.title(), 5 + seed % 300
    if item.startswith("9.01"):
        return "Exhibit 99.1: press release of the registrant, furnished herewith."
    return (
        f"{name} reports under this item an amount of ${amount} million, due within "
        f"{1 + seed // 3 % 9} years. The agreement may not be assigned."
    )


def _index(filing: Filing, papers: Sequence[tuple[str, str]]) -> Feed:
    """Return EDGAR's page of a filing: number, description, document, type, size."""
    rows = "".join(
        f"<tr><td>{number}</td><td>{form}</td>"
        f'<td><a href="{_viewed(filing, file)}">{file}</a></td>'
        f"<td>{form}</td><td>{1000 * number}</td></tr>"
        for number, (file, form) in enumerate(papers, start=1)
    )
    text = f"""<html><head><title>EDGAR Filing Documents</title></head><body>
<div>Form {escape(filing.form)}</div>
<table class="tableFile" summary="Document Format Files">
<tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>
{rows}<tr><td>9</td><td>logo</td><td><a href="/{filing.folder}/logo.jpg">logo.jpg</a>\
</td><td>GRAPHIC</td><td>99</td></tr></table></body></html>
"""
    return Feed(body=text.encode(), content_type=_HTML)


def _viewed(filing: Filing, file: str) -> str:
    """Return how EDGAR links a text: its main one through the viewer of XBRL."""
    path = f"/{filing.folder}/{file}"
    return f"/ix?doc={path}" if file == "body.htm" else path


def _page(title: str, text: str) -> Feed:
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>{escape(title)}</title><script>var seen = 1;</script></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<main>{text}</main><footer>All rights reserved.</footer></body></html>
"""
    return Feed(body=page.encode(), content_type=_HTML)
