"""Reads the fields of one item or entry: what an adapter needs, as published."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalyst_bot.sources.repair import is_utf8

MAX_FIELD = 262_144  # characters; cut before any regular expression sees the text
MAX_LINK = 2_000  # characters; Discord takes 2,048

Node = Any  # an lxml element: lxml ships no types


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item or entry, its fields as published but stripped.

    `link` is absolute http(s), or "". `categories` are (domain or scheme, value), for
    Atom its term. `others` are (namespace, local name, text) of every other field; a
    prefix that the document never declared stands for its namespace.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    published: str = ""
    updated: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str, str], ...] = ()

    def other(self, name: str, *, within: str = "") -> str:
        """Return the first such field whose namespace contains `within`, or ""."""
        for namespace, found, text in self.others:
            if found == name and within in namespace:
                return text
        return ""


_CORE = {
    "guid": "guid",
    "id": "guid",
    "title": "title",
    "description": "summary",
    "summary": "summary",
    "pubDate": "published",
    "published": "published",
    "updated": "updated",
}
# The shape of nearly all links: these need no second look.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#]\S*)?")
_C1_NUMBER = re.compile(rb"&#(?:1[2-5][0-9]|x0{0,4}[89][0-9A-Fa-f]);")
_C1_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_C1 = re.compile("[\x80-\x9f]")
_C1_AS_WINDOWS_1252 = {
    number: bytes([number]).decode("windows-1252", "replace")
    for number in range(0x80, 0xA0)
}


def may_have_c1(body: bytes, *, encoding: str) -> bool:
    """Tell whether a text may hold C1 controls: in truth mislabelled windows-1252.

    To look into every long text would cost more than the parsing.
    """
    has_number = b"&#1" in body or b"&#x" in body
    if has_number and _C1_NUMBER.search(body):
        return True
    if body.isascii():
        return False
    return not is_utf8(encoding) or _C1_IN_UTF8.search(body) is not None


class EntryReader:
    """Reads the fields of a built document."""

    def __init__(self, base_url: str, *, has_c1: bool) -> None:
        self._base_url, self._has_c1 = base_url, has_c1

    def entry(self, node: Node) -> Entry:
        """Core fields count only in the item's own namespace: not media:title."""
        core: dict[str, str] = {}
        links: list[str] = []
        categories: list[tuple[str, str]] = []
        others: list[tuple[str, str, str]] = []
        own = split_tag(node.tag)[0]
        for child in node:
            namespace, name = split_tag(child.tag)
            if namespace and namespace != own:
                others.append((namespace, name, self._text(child)))
            elif name in _CORE:
                core[_CORE[name]] = core.get(_CORE[name]) or self._text(child)
            elif name == "link":
                links += self._link(child)
            elif name == "category":
                categories.append(self._category(child))
            else:
                others.append((namespace, name, self._text(child)))
        return Entry(
            link=links[0] if links else self._permanent_link(node, core.get("guid")),
            categories=tuple(categories),
            others=tuple(others),
            **core,
        )

    def channel(self, root: Node) -> Iterator[tuple[str, str]]:
        is_atom = split_tag(root.tag)[1] == "feed"
        head = root if is_atom else root.find("{*}channel")
        for child in head if head is not None else ():
            name = split_tag(child.tag)[1]
            if name not in ("item", "entry") and len(child) == 0:
                yield name, self._text(child)

    def _text(self, node: Node) -> str:
        text: str = "".join(node.itertext()) if len(node) else node.text or ""
        text = text.strip()[:MAX_FIELD]
        if self._has_c1 and not text.isascii() and _C1.search(text):
            text = text.translate(_C1_AS_WINDOWS_1252)
        return text

    def _category(self, node: Node) -> tuple[str, str]:
        domain = node.get("domain") or node.get("scheme") or ""
        return domain, node.get("term") or self._text(node)

    def _link(self, node: Node) -> list[str]:
        """Return the address of the item itself, not of a feed, a comment, a file."""
        if node.get("rel", "alternate") != "alternate":
            return []
        link = web_address(node.get("href") or self._text(node), self._base_url)
        return [link] if link else []

    def _permanent_link(self, node: Node, guid: str | None) -> str:
        if not guid or not guid.startswith(("https://", "http://")):
            return ""
        tag = node.find("{*}guid")
        if tag is None or tag.get("isPermaLink") == "false":
            return ""
        return web_address(guid, self._base_url)


def web_address(link: str, base_url: str) -> str:
    """Return a link as an absolute http(s) address, "" when it is none."""
    if len(link) <= MAX_LINK and _PLAIN_ADDRESS.fullmatch(link):
        return link
    link = "".join(link.split())
    if not link or len(link) > MAX_LINK:
        return ""
    try:
        if not link.startswith(("https://", "http://")):
            link = urljoin(base_url, link)
        parts = urlsplit(link)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as a bracket that opens no address
        return ""
    return link if is_web else ""


@functools.lru_cache(maxsize=256)
def split_tag(tag: object) -> tuple[str, str]:
    """Return (namespace, local name) of a tag; an undeclared prefix is a namespace.

    Recovery leaves such a prefix in the name: it must not pass for a core field.
    """
    namespace, _, name = str(tag).rpartition("}")
    prefix, _, local = name.rpartition(":")
    return namespace.removeprefix("{") or prefix, local
