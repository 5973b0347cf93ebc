"""Marks what every filing and release carries: cover, signatures, safe harbour."""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalyst_bot.documents.blocks import Block
from catalyst_bot.documents.model import Kind

_COVER = re.compile(r"pursuant to section 13 or 15\s?\(d\)", re.IGNORECASE)
_ITEM = re.compile(r"item\s+\d{1,2}\.\d\d\b", re.IGNORECASE)  # of an 8-K
_SIGNATURES = re.compile(r"signatures?\W*", re.IGNORECASE)
_LEGAL = re.compile(
    r"\W*(?:safe[- ]harbou?r|(?:statements? on )?forward[- ]looking (?:statement|info)"
    r"|cautionary (?:statement|note))",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"About [A-Z]")
_LONGEST_HEADING = 90  # characters
_COVER_BLOCKS = 80  # of an 8-K; what says whose form it is stands among them
_MOST_BLOCKS = 12  # under a heading of formalities


def marked(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of one paper, those that are formalities marked as skipped.

    They are: of a form of the SEC all before its first item and from the signatures on;
    what a release says of forward-looking statements, and of its company in general.
    """
    first = _first_item(blocks)
    found = []
    left = 0  # blocks that a heading still makes formalities
    has_signed = False
    for place, block in enumerate(blocks):
        has_signed = has_signed or (first > 0 and _is_signature(block))
        is_heading = _is_heading(block)
        if _LEGAL.match(block.text) or (is_heading and _ABOUT.match(block.text)):
            left = _MOST_BLOCKS if is_heading else 1
        elif is_heading or block.kind is Kind.TABLE:
            left = 0
        is_formal = place < first or has_signed or left > 0
        left = max(0, left - (not is_heading))
        found.append(replace(block, is_skipped=block.is_skipped or is_formal))
    return tuple(found)


def _first_item(blocks: Sequence[Block]) -> int:
    """Return the place of the first item of a form, 0 when it is no form."""
    if not any(_COVER.search(block.text) for block in blocks[:_COVER_BLOCKS]):
        return 0
    items = (place for place, one in enumerate(blocks) if _ITEM.match(one.text))
    return next(items, 0)


def _is_heading(block: Block) -> bool:
    text = block.text
    return (
        block.kind is Kind.BODY
        and len(text) <= _LONGEST_HEADING
        and not text.endswith((".", ";", ","))
    )


def _is_signature(block: Block) -> bool:
    return _SIGNATURES.fullmatch(block.text) is not None
