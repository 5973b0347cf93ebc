"""Finds the symbols that a text names with their exchange: "(NASDAQ: ABCD)".

What a feed gives in a field of its own outranks this; names and bare symbols come with
the symbol table.
"""

import re
from dataclasses import replace

from catalyst_bot.model import NewsItem

_US = (
    r"NASDAQ(?:[ -]?(?:GS|GM|CM))?|NYSE(?:[ -]?(?:AMERICAN|AMER|ARCA|MKT))?|AMEX|CBOE|"
    r"OTC(?:[ -]?(?:QB|QX|PINK|BB|MARKETS|MKTS))?"
)
_FOREIGN = r"TSX(?:[ -]?V)?|CSE|NEO|LSE|AIM|ASX|HKEX|SEHK|TSE|FSE|FRA|XETRA|SIX|BSE|NSE"
_SYMBOL = r"[A-Z]{1,5}(?:[.\-/][A-Z]{1,2})?"
# Case-insensitive for the exchange, upper case for the symbol, as in "(Nasdaq: abc)".
_QUALIFIED = re.compile(
    rf"\b(?P<exchange>(?i:{_US}|{_FOREIGN}))\s{{0,2}}[:;]\s{{0,2}}\$?"
    rf"(?P<symbols>{_SYMBOL}(?:\s{{0,2}}(?:,|/|;|\band\b|&)\s{{0,2}}{_SYMBOL}(?![\w:]))"
    rf"{{0,5}})(?![\w:])"
)
_IS_US = re.compile(rf"(?:{_US})", re.IGNORECASE)
_ONE = re.compile(_SYMBOL)


def with_tickers(item: NewsItem) -> NewsItem:
    """Return `item` with the tickers its text names, unless its feed gave some."""
    if item.tickers:
        return item
    return replace(item, tickers=find_tickers(f"{item.title} {item.summary}"))


def find_tickers(text: str) -> tuple[str, ...]:
    """Return the exchange-qualified symbols of a text in order, US listings first.

    Unknown symbols are accepted: the exchange vouches for them. Class shares are
    written BRK-B; foreign listings keep their exchange ("TSXV:CUU") and never stand
    alone as if they were listed in the US.
    """
    us: list[str] = []
    foreign: list[str] = []
    for match in _QUALIFIED.finditer(text[:2000]):
        exchange = match["exchange"]
        for symbol in _ONE.findall(match["symbols"]):
            plain = symbol.replace(".", "-").replace("/", "-")
            if _IS_US.fullmatch(exchange):
                us.append(plain)
            else:
                foreign.append(f"{re.sub('[ -]', '', exchange.upper())}:{symbol}")
    return tuple(dict.fromkeys(us + foreign))
