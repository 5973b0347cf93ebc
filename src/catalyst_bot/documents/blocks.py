"""The pieces that a document is put together from, in the order of reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.documents.model import Document, Kind, Section

_BETWEEN = "\n\n"  # a line that ends within a paragraph ends no sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a bullet or a whole table; `text` may have several lines."""

    kind: Kind
    text: str
    is_skipped: bool = False


def assembled(blocks: Sequence[Block], *, id: str, part: str) -> Document:  # noqa: A002
    """Return the document of these blocks, a blank line between them.

    Neighbours of one kind are one section, formalities apart; each table is a section.
    """
    sections: list[Section] = []
    at = tables = 0
    for block in blocks:
        end = at + len(block.text)
        last = sections[-1] if sections else None
        is_table = block.kind is Kind.TABLE
        look = (block.kind, block.is_skipped)
        if last and (last.kind, last.is_skipped) == look and not is_table:
            at = sections.pop().start
        tables += is_table
        sections.append(
            Section(
                kind=block.kind,
                part=part,
                start=at,
                end=end,
                table_id=f"t{tables}" if is_table else "",
                is_skipped=block.is_skipped,
            )
        )
        at = end + len(_BETWEEN)
    return Document(
        id=id,
        text=_BETWEEN.join(block.text for block in blocks),
        sections=tuple(sections),
        parts=(part,) if part else (),
    )
