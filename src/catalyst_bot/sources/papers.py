"""Fetches the papers behind a headline: a filing's texts, or a release's page.

They are for reading at once: nobody may store them.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from yarl import URL

from catalyst_bot.documents.allowance import Allowance
from catalyst_bot.documents.markup import tree_of
from catalyst_bot.errors import SourceError, UnreadableDocument
from catalyst_bot.filings import index_url
from catalyst_bot.sources.outside import Outside

RELEASE = "release"  # the name of a page that is no filing
MOST_EXHIBITS = 3
PATIENCE = 20.0  # seconds for all papers, where nobody says otherwise
_ARCHIVE = "/Archives/edgar/data/"
_VIEWER = "/ix"  # EDGAR's viewer of inline XBRL, the paper itself in its query
_INDEX = re.compile(r"/Archives/edgar/data/\d+/\d{18}/\d{10}-\d{2}-\d{6}-index\.html?")
_NO_TEXT = "the page of the filing lists no text"
_TYPE = re.compile(r"[A-Z0-9][A-Z0-9./ -]{0,19}")
_TEXTS = (".htm", ".html", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One text as its server gave it; `charset` is the header's, if it names one.

    `name` is the type that EDGAR lists ("8-K", "EX-99.1"), else "release".
    """

    name: str
    url: str
    body: bytes
    charset: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What was fetched, the main text first; `missing` names what could not be had."""

    papers: tuple[Paper, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A text that the index of a filing lists."""

    name: str
    url: str


class Parties(Protocol):
    """Knows whose filing a number is."""

    async def __call__(self, accession: str) -> Sequence[str]:
        """Return the CIKs of its parties, none where it is unknown.

        Raises:
            SourceError: nobody answers.
        """
        ...


async def fetch_filing(
    outside: Outside, accession: str, *, archive: str, parties: Parties
) -> Papers:
    """Return the papers of a filing by its number alone.

    Its first ten digits say who handed it in. Where that was an agent, the archive need
    not list it under them: then the parties are looked for, and the first is taken.

    Args:
        archive: the origin of EDGAR's archive.
    Raises:
        SourceError: it is not found, or nothing came; see `fetch_papers`.
    """
    try:
        return await fetch_papers(outside, index_url(accession, archive=archive))
    except SourceError as error:
        if not error.is_permanent:
            raise
    try:
        found = await parties(accession)
    except SourceError as error:
        raise SourceError(f"{_elsewhere(accession)} ({error.reason})") from error
    if not found:
        raise SourceError(_elsewhere(accession))
    return await fetch_papers(
        outside, index_url(accession, cik=found[0], archive=archive)
    )


def _elsewhere(accession: str) -> str:
    return (
        f"EDGAR lists no {accession} under its first ten digits, and its search does "
        "not tell whose it is: give the address of the filing's index page"
    )


async def fetch_papers(
    outside: Outside, url: str, *, within: float = PATIENCE
) -> Papers:
    """Return the texts behind an address in at most `within` seconds.

    Of EDGAR's index of a filing its main text and up to three EX-99; of any other
    address the page itself. A paper that fails is missing as long as another came.

    Raises:
        SourceError: nothing came; see `Outside.get`.
    """
    until = outside.clock.monotonic() + within
    page = await outside.get(url, deadline=within)
    if not is_index(url):
        paper = Paper(name=RELEASE, url=url, body=page.body, charset=page.charset)
        return Papers(papers=(paper,))
    listed = await asyncio.to_thread(listed_papers, page.body, url=page.url)
    left = max(0.0, until - outside.clock.monotonic())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_fetch(outside, one, left)) for one in listed]
    came = [task.result() for task in tasks]
    papers = tuple(paper for paper in came if isinstance(paper, Paper))
    if not papers:
        raise next(error for error in came if isinstance(error, SourceError))
    missing = (
        one.name
        for one, paper in zip(listed, came, strict=True)
        if not isinstance(paper, Paper)
    )
    return Papers(papers=papers, missing=tuple(missing))


async def _fetch(outside: Outside, one: Listed, within: float) -> Paper | SourceError:
    try:
        page = await outside.get(one.url, deadline=within)
    except SourceError as error:
        return error
    return Paper(name=one.name, url=one.url, body=page.body, charset=page.charset)


def is_index(url: str) -> bool:
    """Tell whether an address is that of a filing's index."""
    return _INDEX.fullmatch(URL(url).path) is not None


def listed_papers(body: bytes, *, url: str) -> tuple[Listed, ...]:
    """Return the main text and the EX-99 that an index page at `url` lists, in order.

    Raises:
        SourceError: it lists no text; a page of something else, say.
    """
    rows = _rows(body, URL(url))
    main = [row for row in rows if not row.name.startswith("EX-")][:1]
    exhibits = [row for row in rows if row.name.startswith("EX-99")][:MOST_EXHIBITS]
    if not main and not exhibits:
        raise SourceError(_NO_TEXT)
    return (*main, *exhibits)


def _rows(body: bytes, base: URL) -> list[Listed]:
    """Return the texts of the table: number, description, document, type, size."""
    try:
        root = tree_of(Allowance().take(body.decode("utf-8", "replace")))
    except UnreadableDocument as error:
        raise SourceError(_NO_TEXT) from error
    rows: list[Listed] = []
    for row in root.iter("tr"):
        cells = row.findall("td")
        if len(cells) < 4:
            continue
        link = next(cells[2].iter("a"), None)
        found = _paper_url(base, link.get("href", "") if link is not None else "")
        name = " ".join("".join(cells[3].itertext()).split())
        if found and _TYPE.fullmatch(name):
            rows.append(Listed(name=name, url=found))
    return rows


def _paper_url(base: URL, href: str) -> str:
    """Return where a text of the same archive is, "" for anything else."""
    try:
        url = base.join(URL(href))
        if url.path == _VIEWER:
            url = base.join(URL(url.query.get("doc", "")))
        is_ours = url.origin() == base.origin() and url.path.startswith(_ARCHIVE)
    except ValueError:
        return ""
    return str(url) if is_ours and url.path.lower().endswith(_TEXTS) else ""
