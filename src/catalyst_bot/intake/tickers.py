"""Finds which listed companies a text is about, the surest way first."""

import re
from dataclasses import replace
from functools import lru_cache

from catalyst_bot.intake.explicit import find_qualified, find_written
from catalyst_bot.intake.mentions import Mention, Method, Role
from catalyst_bot.intake.names import Hit, Title, find_names, read_title
from catalyst_bot.intake.roles import source_hits
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.model import NewsItem

LONGEST = 2_000  # characters that are read
MOST = 10  # tickers of one item; more is a list, not news
_BRACKETED = re.compile(r"\([^()]*\)")
_NEAR = 50  # characters from a name to the bracket that belongs to it


def with_tickers(item: NewsItem, table: SymbolTable) -> NewsItem:
    """Return `item` with its tickers, the first the subject.

    What the feed gives outranks the text, an exchange in title or summary outranks the
    names in the title. A filing has the ticker of its filer.
    """
    if item.tickers:
        return replace(
            item, tickers=tuple(dict.fromkeys(map(table.root, item.tickers)))
        )
    if symbol := table.symbol_of(item.cik):
        return replace(item, tickers=(symbol,))
    return replace(item, tickers=_subjects(item.title, item.summary, table))


@lru_cache(maxsize=4_096)  # a page is read whole for each new item on it
def _subjects(title: str, summary: str, table: SymbolTable) -> tuple[str, ...]:
    found = find_tickers(title, table)
    if not any(mention.method is Method.EXCHANGE for mention in found):
        found = (*find_qualified(summary[:LONGEST], table), *found)
    subjects = [mention for mention in found if mention.role is Role.SUBJECT]
    subjects.sort(key=_order)
    return tuple(dict.fromkeys(mention.symbol for mention in subjects))[:MOST]


def find_tickers(text: str, table: SymbolTable) -> tuple[Mention, ...]:
    """Return the companies in a text, each once, by the surest method that found it.

    Unknown symbols are accepted where an exchange vouches for them. Class shares are
    written BRK-B, preferreds, units and warrants as their common share; foreign
    listings keep their exchange ("TSXV:CUU") and never pass for US ones.
    """
    text = text[:LONGEST]
    found: dict[str, Mention] = {}
    for mention in (*find_qualified(text, table), *find_written(text, table)):
        found.setdefault(mention.symbol, mention)
    for mention in _named(read_title(text), table, tuple(found.values())):
        known = found.setdefault(mention.symbol, mention)
        if mention.role is Role.SOURCE and known.method is not Method.NAME:
            found[mention.symbol] = replace(known, role=Role.SOURCE)
    return tuple(found.values())


def _named(
    title: Title, table: SymbolTable, written: tuple[Mention, ...]
) -> list[Mention]:
    hits = [
        hit for hit in find_names(title, table) if not _is_inside(title, hit, written)
    ]
    sources = source_hits(title, hits)
    return [
        Mention(
            symbol=hit.named.symbol,
            method=Method.NAME,
            role=Role.SOURCE if place in sources else Role.SUBJECT,
            start=title.starts[hit.first],
            end=title.ends[hit.last - 1],
        )
        for place, hit in enumerate(hits)
        if not _is_explained(title, hit, written)
    ]


def _is_inside(title: Title, hit: Hit, written: tuple[Mention, ...]) -> bool:
    start = title.starts[hit.first]
    return any(mention.start <= start < mention.end for mention in written)


def _is_explained(title: Title, hit: Hit, written: tuple[Mention, ...]) -> bool:
    """Tell whether a symbol in brackets says whom the name before them means."""
    end = title.ends[hit.last - 1]
    for mention in written:
        if mention.symbol == hit.named.symbol:
            return False
        if mention.method is Method.EXCHANGE and 0 < mention.start - end < _NEAR:
            between = _BRACKETED.sub("", title.text[end : mention.start])
            return between.count("(") == 1 and ")" not in between
    return False


def _order(mention: Mention) -> tuple[bool, bool]:
    """US listings before foreign ones, written symbols before names."""
    return ":" in mention.symbol, mention.method is Method.NAME
