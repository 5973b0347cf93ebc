"""Reads a file as a document, and puts several papers together into one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalyst_bot.documents.allowance import Allowance
from catalyst_bot.documents.blocks import assembled
from catalyst_bot.documents.decoding import decoded
from catalyst_bot.documents.model import Document, Section
from catalyst_bot.documents.page import read_page
from catalyst_bot.documents.plain import read_plain

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body)[\s>]"  # anywhere near the start, or …
    r"|\A\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:div|p|table|span|article|h1)[\s>]",
    re.IGNORECASE,
)
_BETWEEN = "\n\n"


def read_document(
    raw: bytes,
    *,
    id: str,  # noqa: A002 - what the field is called
    part: str = "",
    charset: str | None = None,
    allowance: Allowance | None = None,
) -> Document:
    """Return the text of a file, with its sections.

    Plain text stays as it is, so that offsets are those of the decoded file. Of HTML
    there is what a reader sees, paragraphs apart by a blank line: a bullet begins with
    "• ", a row of a table is a line with " | " between its cells.

    Args:
        id: a path, a URL, an accession number or an alert's id.
        part: which paper it is, "EX-99.1" say.
        charset: what a server said of the encoding.
        allowance: how much of it is read at most, None for all.
    Raises:
        UnreadableDocument: too long, binary, undecodable, or HTML without text.
    """
    text = decoded(raw, charset=charset)
    if allowance is not None:
        text = allowance.take(text)
    if _HTML.search(text[:4_000]):
        return assembled(read_page(text), id=id, part=part)
    return read_plain(text, id=id, part=part)


def join_documents(id: str, documents: Sequence[Document]) -> Document:  # noqa: A002
    """Return one document of several papers in their order, an 8-K and its EX-99.1 say.

    Tables are numbered anew: "t1" occurs once.
    """
    texts: list[str] = []
    sections: list[Section] = []
    parts: list[str] = []
    at = tables = 0
    for document in documents:
        for section in document.sections:
            tables += bool(section.table_id)
            shifted = replace(
                section,
                start=section.start + at,
                end=section.end + at,
                table_id=f"t{tables}" if section.table_id else "",
            )
            sections.append(shifted)
        texts.append(document.text)
        parts += document.parts
        at += len(document.text) + len(_BETWEEN)
    return Document(
        id=id,
        text=_BETWEEN.join(texts),
        sections=tuple(sections),
        parts=tuple(parts),
    )
