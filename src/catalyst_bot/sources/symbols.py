"""Writes the listings that a feed gives in a field of its own as our symbols."""

import re

# Whole names only: "Nasdaq Copenhagen" and "Nasdaq Stockholm" are not in the US.
_US_EXCHANGE = re.compile(
    r"NASDAQ(?:[ -]?(?:GS|GM|CM))?|NYSE(?:[ -]?(?:AMERICAN|AMER|ARCA|MKT))?|AMEX|"
    r"(?:CBOE|BATS)(?: [A-Z]+)?|(?:OTHER )?OTC(?:[ -]?(?:QB|QX|PINK|BB|MARKETS|MKTS))?|"
    r"PINK SHEETS"
)
_US_SYMBOL = re.compile(r"[A-Z]{1,6}(?:[.\-/ ][A-Z]{1,3})?")
_FOREIGN_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,11}")
# Units, warrants, rights and preferred shares: the news is about the share itself.
_DERIVED = re.compile(r"[.\-/ ](?:WS|WT|W|UN|U|RT|R|PR[A-Z]?)$")
_FOREIGN_NAMES = {
    "TORONTOSTOCKEXCHANGE": "TSX",
    "TSXVENTURE": "TSXV",
    "TSXVENTUREEXCHANGE": "TSXV",
    "LONDONSTOCKEXCHANGE": "LSE",
}


def listed_symbols(listings: list[str]) -> tuple[str, ...]:
    """Return the symbols of listings such as "Nasdaq:ABCD", US ones first and bare.

    Class shares are written BRK-B. Foreign listings keep their exchange, upper case
    and without blanks ("TSXV:CUU"), so that they never pass for US symbols. An ISIN
    and what names no exchange is left out.
    """
    us: list[str] = []
    foreign: list[str] = []
    for listing in listings:
        exchange, _, symbol = (part.strip() for part in listing.upper().partition(":"))
        if not exchange or exchange == "ISIN":
            continue
        if _US_EXCHANGE.fullmatch(exchange):
            if _US_SYMBOL.fullmatch(symbol):
                us.append(re.sub(r"[./ ]", "-", _DERIVED.sub("", symbol)))
        elif _FOREIGN_SYMBOL.fullmatch(symbol):
            short = re.sub(r"[ -]", "", exchange)
            foreign.append(f"{_FOREIGN_NAMES.get(short, short)}:{symbol}")
    return tuple(dict.fromkeys(us + foreign))
