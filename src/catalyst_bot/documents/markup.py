"""Makes a tree of markup that nobody vouches for, in time in proportion to its length.

The parser ends what nests deeper than 256 elements. To each attribute of a tree it goes
along all others of its tag, 43 s for a tag of a million bytes (libxml2 2.14.6): so each
tag is looked at before a tree is made.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from catalyst_bot.errors import UnreadableDocument

Node = Any  # an lxml element: lxml ships no types

MOST_ATTRIBUTES = 500  # of one tag; pages have some dozens


def tree_of(text: str) -> Node:
    """Return the root of a page, comments and instructions left out.

    Raises:
        UnreadableDocument: there is nothing, or its tags nest too deeply or have too
            many attributes to be a document.
    """
    raw = text.encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        no_network=True,
        huge_tree=False,
    )
    try:
        etree.fromstring(raw, etree.HTMLParser(encoding="utf-8", target=_Look()))
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise UnreadableDocument("HTML in which nothing can be seen")
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise UnreadableDocument("HTML that nests too deeply to be a document")
    return root


class _Look:
    """Takes the tags as they are read, without a tree."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        del tag
        if len(attributes) > MOST_ATTRIBUTES:
            raise UnreadableDocument("HTML with too many attributes to be a document")

    def close(self) -> None:
        """Return nothing: what was to be said is said."""
