"""Reads RSS, RDF and Atom in three tiers: strict, repaired, recovered.

No entity is expanded, no text is dropped unnoticed, and an error page is never taken
for a page without news.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from catalyst_bot.errors import SourceError
from catalyst_bot.sources.entries import (
    Entry,
    EntryReader,
    Node,
    may_have_c1,
    split_tag,
)
from catalyst_bot.sources.repair import (
    as_utf8,
    declared_encoding,
    is_cut_off,
    is_known_encoding,
    repair,
)
from catalyst_bot.text import plain_text

STRICT, REPAIRED, RECOVERED = 1, 2, 3
MAX_ENTRIES = 2_000  # the wildest market day lists some hundreds of pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed document: tier 1 strict, 2 repaired, 3 recovered (text may be lost).

    `channel` are the (local name, text) pairs of its head. `skipped` counts entries
    beyond MAX_ENTRIES and one that was cut in half.
    """

    entries: tuple[Entry, ...]
    channel: tuple[tuple[str, str], ...]
    tier: int
    is_truncated: bool = False
    skipped: int = 0

    def says(self, name: str) -> str:
        """Return the first field of this name in the head, or ""."""
        return next((text for found, text in self.channel if found == name), "")


def parse_feed(body: bytes, *, base_url: str, charset: str | None) -> Feed:
    """Parse a document; entries keep its order.

    Args:
        base_url: what relative links are resolved against.
        charset: of the Content-Type header; counts only where the document names none.
    Raises:
        SourceError: empty, HTML, JSON, another XML, any document type declaration, or
            too broken to hold one whole entry.
    """
    body = as_utf8(body)
    _refuse_what_is_no_xml(body)
    built = _build(body, charset)
    root, tier = built.root, built.tier
    _refuse_what_is_no_feed(root, body)
    found = root.iter(*_ITEMS)
    nodes = list(islice(found, MAX_ENTRIES))
    skipped = sum(1 for _ in found)
    is_truncated = False
    if tier == RECOVERED:
        is_truncated, is_item_open = is_cut_off(built.body)
        if is_item_open and skipped == 0 and nodes:
            nodes.pop()  # its title may be cut in half
            skipped = 1
        if not nodes:
            raise SourceError("damaged: no whole entry could be recovered")
    reader = EntryReader(
        base_url, has_c1=may_have_c1(built.body, encoding=built.encoding)
    )
    return Feed(
        entries=tuple(reader.entry(node) for node in nodes),
        channel=tuple(reader.channel(root)),
        tier=tier,
        is_truncated=is_truncated,
        skipped=skipped,
    )


_DOCTYPE = "a document type declaration, which no feed needs and attacks use"
_ITEMS = ("{*}item", "{*}entry")
_ROOTS = ("rss", "RDF", "feed")
_HTML_TAGS = frozenset({"html", "head", "body", "title", "meta", "div", "p", "script"})
_HTML_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{1,300})", re.IGNORECASE)


def _refuse_what_is_no_xml(body: bytes) -> None:
    if not body:
        raise SourceError("an empty answer")
    if body[:1] in (b"{", b"["):
        raise SourceError("JSON, not a feed")
    if body[:1] != b"<":
        raise SourceError("neither XML nor a feed")
    at = _end_of_prolog(body)
    if body[at : at + 9].upper() == b"<!DOCTYPE":
        if body[at + 9 : at + 40].lstrip()[:4].lower() == b"html":
            raise SourceError(_html_page(body))
        raise SourceError(_DOCTYPE)


def _end_of_prolog(body: bytes) -> int:
    """Return where the comments and instructions before the root end.

    Sound because only encodings whose markup reads as ASCII are parsed as they are;
    and repair makes text of a declaration that stands anywhere else.
    """
    at = 0
    while True:
        while body[at : at + 1].isspace():
            at += 1
        if body[at : at + 2] == b"<?":
            end = body.find(b"?>", at)
        elif body[at : at + 4] == b"<!--":
            end = body.find(b"-->", at + 4)
        else:
            return at
        if end < 0:
            return at
        at = end + 2 + (body[end : end + 1] == b"-")


def _html_page(body: bytes) -> str:
    found = _HTML_TITLE.search(body[:20_000])
    if found is None:
        return "an HTML page, not a feed"
    title = plain_text(found.group(1).decode("utf-8", "replace"), limit=80)
    return f"an HTML page, not a feed: {title!r}"


def _refuse_what_is_no_feed(root: Node, body: bytes) -> None:
    if root is None:
        raise SourceError("damaged: no element could be recovered")
    name = split_tag(root.tag)[1]
    if name in _ROOTS:
        return
    if name.lower() in _HTML_TAGS:
        raise SourceError(_html_page(body))
    raise SourceError(f"XML with the root {name[:40]!r}, not a feed")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    root: Node
    tier: int
    body: bytes  # what was parsed in the end, in `encoding`
    encoding: str = "utf-8"


def _build(body: bytes, charset: str | None) -> _Built:
    declared = declared_encoding(body)
    encoding = declared or _header_encoding(body, charset)
    if is_known_encoding(encoding):
        try:
            root = etree.fromstring(body, _parser(encoding))
            return _Built(root=root, tier=STRICT, body=body, encoding=encoding)
        except (etree.XMLSyntaxError, LookupError):  # the latter: unknown to libxml2
            pass
    body = repair(body, encoding=encoding)
    try:
        root = etree.fromstring(body, _parser("utf-8"))
        return _Built(root=root, tier=REPAIRED, body=body)
    except etree.XMLSyntaxError:
        pass
    try:
        root = etree.fromstring(body, _parser("utf-8", recovers=True))
    except etree.XMLSyntaxError:  # nothing that opens an element
        root = None
    return _Built(root=root, tier=RECOVERED, body=body)


def _header_encoding(body: bytes, charset: str | None) -> str:
    """Servers add a default charset to everything: valid UTF-8 overrules the header."""
    if not charset or not is_known_encoding(charset):
        return "utf-8"
    try:
        body.decode()
    except UnicodeDecodeError:
        return charset
    return "utf-8"


def _parser(encoding: str, *, recovers: bool = False) -> Any:
    return etree.XMLParser(
        encoding=encoding,  # ours, so that no declaration overrules it
        recover=recovers,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
