"""Reads what is behind an alert: its papers, fetched and put together as a document.

Documents live in memory only, and the few that wait for a second reading not for long.
"""

import asyncio
import logging
from collections import OrderedDict

from catalyst_bot.documents.allowance import Allowance
from catalyst_bot.documents.model import Document
from catalyst_bot.documents.reading import join_documents, read_document
from catalyst_bot.errors import SourceError, UnreadableDocument
from catalyst_bot.filings import index_url, is_accession
from catalyst_bot.model import Event, NewsItem, SourceKind
from catalyst_bot.sources.outside import Outside
from catalyst_bot.sources.papers import (
    RELEASE,
    Paper,
    fetch_papers,
    is_index,
)
from catalyst_bot.text import fold_title

AT_ONCE = 6  # documents under way; whoever comes then reads the headline
KEPT = 8  # documents that wait for their second reading
LONGEST_KEPT = 200_000  # characters; a longer one is fetched again
_FORMS = ("8-K", "6-K")  # current reports: news, with a release as their exhibit
_LEAST_TOLD = 0.5  # share of a headline's words that its page must have
_SHORT_WORD = 4  # characters
_LOOKED_AT = 50_000  # characters

logger = logging.getLogger(__name__)


class Behind:
    """The documents behind alerts; few are fetched at a time."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._under_way = 0
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def has(self, item: NewsItem) -> bool:
        """Tell whether there is a document behind an item that is worth reading."""
        return bool(document_url(item))

    async def at_once(self, item: NewsItem, *, within: float) -> Document | None:
        """Return the document behind an item, None if it is not there in time.

        Nobody waits for a place: while AT_ONCE are under way, there is none.
        """
        if not document_url(item) or self._under_way >= AT_ONCE or within <= 0:
            return None
        try:
            return await self.fetch(item, within=within)
        except (SourceError, UnreadableDocument) as error:
            logger.debug("document not read", extra={"why": str(error)})
            return None

    async def fetch(self, item: NewsItem, *, within: float) -> Document:
        """Return the document behind an item, within `within` seconds.

        Raises:
            SourceError: it has none, or none came; see `fetch_papers`.
            UnreadableDocument: no text could be made of it.
        """
        url = document_url(item)
        if url in self._kept:
            return self._kept.pop(url)  # a document is read twice at most
        self._under_way += 1
        try:
            async with asyncio.timeout(within):
                document = await self._read(url, item, within)
        except TimeoutError as error:
            raise SourceError(f"not read within {within:g} s") from error
        finally:
            self._under_way -= 1
        self._keep(url, document)
        return document

    async def _read(self, url: str, item: NewsItem, within: float) -> Document:
        papers = await fetch_papers(self._outside, url, within=within)
        document = await read_papers(papers.papers, id=item.key, allowance=Allowance())
        if document.parts == (RELEASE,) and not tells_of(document.text, item.title):
            raise SourceError("the page does not tell of the headline")
        return document

    def _keep(self, url: str, document: Document) -> None:
        if len(document.text) <= LONGEST_KEPT:
            self._kept[url] = document
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def document_url(item: NewsItem) -> str:
    """Return where the document behind an item is, "" when none is worth reading.

    A current report at EDGAR has one, and a company's release; a halt, a notice for the
    whole market and somebody else's article have none.
    """
    if item.kind is SourceKind.EDGAR:
        form = item.codes[0].removesuffix("/A") if item.codes else ""
        if form not in _FORMS:
            return ""
        if item.link and is_index(item.link):
            return item.link
        is_known = bool(item.cik) and is_accession(item.identity)
        return index_url(item.identity, cik=item.cik) if is_known else ""
    is_release = item.kind is SourceKind.FEED and item.event is Event.NEWS
    return item.link if is_release and not item.is_market else ""


async def read_papers(
    papers: tuple[Paper, ...],
    *,
    id: str,  # noqa: A002 - what the field is called
    allowance: Allowance | None = None,
) -> Document:
    """Return papers as one document, in their order; those without a text are left out.

    `allowance` is how much of them all is read at most, None for all.

    Raises:
        UnreadableDocument: none of them has a text.
    """
    return await asyncio.to_thread(_joined, papers, id, allowance)


def _joined(
    papers: tuple[Paper, ...],
    id: str,  # noqa: A002
    allowance: Allowance | None,
) -> Document:
    documents, faults = [], []
    for paper in papers:
        try:
            documents.append(
                read_document(
                    paper.body,
                    id=id,
                    part=paper.name,
                    charset=paper.charset,
                    allowance=allowance,
                )
            )
        except UnreadableDocument as error:
            faults.append(error)
    if not documents:
        raise faults[0]
    return join_documents(id, documents)


def tells_of(text: str, title: str) -> bool:
    """Tell whether a page has at least half of a headline's longer words.

    A page that asks for consent, for a login or for patience has not.
    """
    words = {word for word in fold_title(title).split() if len(word) >= _SHORT_WORD}
    said = set(fold_title(text[:_LOOKED_AT]).split())
    return len(words & said) >= _LEAST_TOLD * len(words)
