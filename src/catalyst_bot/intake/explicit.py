"""Symbols that are written as symbols: with their exchange, as cashtag, in brackets."""

import re
from collections.abc import Iterator

from catalyst_bot.intake.aliases import fold_name
from catalyst_bot.intake.company_words import NOT_CASHTAGS, STOP_SYMBOLS
from catalyst_bot.intake.mentions import Mention, Method
from catalyst_bot.intake.symbols import SymbolTable

_US = (
    r"NASDAQ(?:[ -]?(?:GS|GM|CM|G?S|Stock Market|(?:Global Select|Global|Capital)"
    r" Market|NMS))?|New York Stock Exchange|"
    r"NYSE(?:[ -]?(?:American(?: LLC)?|Amer|Arca|A|MKT|National|Texas))?|AMEX|BATS|"
    r"CBOE(?:[ -]?BZX)?|OTC(?:[ -]?(?:QB|QX|ID|PK|Pink|BB|Markets|Mkts|Expert))?"
    r"(?:[ -](?:Current|Venture|Best)?[ -]?(?:Market|Limited|Information))?"
)
_FOREIGN = (
    r"TSX(?:[ .-]?V(?:enture)?)?(?: Exchange)?|CSE|CNSX|NEO|CBOE Canada|LSE|LON|AIM|"
    r"ASX|HKEX|HKSE|SEHK|HKG|TSE|TYO|FSE|FRA|FWB|Frankfurt|XETRA|ETR|SIX|SWX|BSE|NSE|"
    r"JSE|SGX|KRX|KOSDAQ|KOSPI|TWSE|TPE|SSE|SHA|SZSE|SHE|BIT|BME|BMV|B3|TASE|TLV|AMS|"
    r"EPA|BRU|VIE|WSE|STO|HEL|CPH|OSE|OSL|Oslo B[øo]rs|Euronext(?: \w+)?|NZX|"
    r"Nasdaq (?:Stockholm|Copenhagen|Helsinki|Iceland|First North(?: \w+)?)"
)
_SYMBOL = r"[A-Z]{1,5}(?:[.\-/ ]?(?:WS|WT|UN|PR[A-Z]?)\b|[.\-/][A-Z]{1,2}\b)?"
_ABROAD = r"[A-Z0-9]{1,10}(?:[.\-][A-Z0-9]{1,3}\b)?"
_GLUE = r"\s{0,2}(?:,|/|;|\band\b|&)\s{0,2}"
_MARKET = rf"(?:(?P<abroad>(?i:{_FOREIGN}))|(?i:{_US}))"
# "NYSE/TSX: ABC" has two exchanges; the exchange is in any case, the symbol in capitals
_QUALIFIED = re.compile(
    rf"\b{_MARKET}(?:\s?(?:/|,|and|&)\s?(?i:{_US}|{_FOREIGN})){{0,2}}"
    rf"\s{{0,2}}[:;]\s{{0,2}}[\"“$]?"
    rf"(?P<symbols>(?(abroad){_ABROAD}|{_SYMBOL}(?:{_GLUE}[\"“$]?{_SYMBOL}(?![\w:]))"
    rf"{{0,5}}))(?![\w:])"
)
# Most titles have neither: the long patterns are for those that do.
_MAY_QUALIFY = re.compile(r"[:;]\s{0,2}[\"“$]?[A-Z0-9]++(?!\w)")
_MAY_BE_BARE = re.compile(r"[A-Z]{3}|[A-Z][.\-][A-Z]")
_UNPUNCTUATED = re.compile(
    rf"[(\[](?i:{_US})(?:\s{{1,2}}|\s?[-–]\s?)(?P<symbols>{_SYMBOL})[)\]]"
)
_ONE = re.compile(rf"{_SYMBOL}(?!\w)")
_CASHTAG = re.compile(r"(?<![\w$])\$(?P<symbol>[A-Za-z]{1,6}(?:[.\-][A-Z])?)(?![\w$])")
_BRACKET = re.compile(
    rf"[(\[]\$?(?P<symbols>{_SYMBOL}(?:{_GLUE}{_SYMBOL}){{0,4}})(?:[: ]US)?[)\]]"
)
_LISTED = r"[A-Z]{2,5}(?:[.\-][A-Z])?(?!\w)"
_BARE = re.compile(
    r"(?:^|(?<=\s))(?P<symbol>[A-Z]{3,5}(?:[.\-][A-Z])?|[A-Z]{1,2}[.\-][A-Z])"
    r"(?=: |(?:'s)? (?:stock|shares?|earnings|options|calls|puts|price target|PT)\b"
    r"| vs\.? )"
    r"|\b(?i:shares of|stock of|long|short|buy|sell) "
    r"(?P<after>[A-Z]{3,5})(?=[\s,.;:!?]|$)"
    r"|\svs\.? (?P<other>[A-Z]{3,5})(?=[\s,.;:!?]|$)"
    r"|(?:^|: )(?P<head>[A-Z]{3,5})(?= (?:Q[1-4]|H[12]|FY ?\d|EPS|[Ee]arnings|revenue|"
    r"guid(?:es|ance)|dividend|IPO|offering|(?:up|down)graded|initiated|halted|"
    r"to acquire|weighing|mulling|exploring|considering|beats|misses|tops|jumps|soars|"
    r"surges|sinks|slides|tumbles|rallies|files|prices|acquires|unveils|launches|"
    r"recalls|raises|cuts|wins|reports|posts|buys|declares|lowers|lifts|hikes|slashes|"
    r"sells|signs)\b| [-|–—] )"
)
# several at once, as in "AMD, NVDA and AVGO stocks" and "PGY, UPST: lenders"
_LIST = re.compile(
    rf"(?:^|: |\b(?i:shares of|stocks of|stocks like|stocks) )"
    rf"(?P<symbols>{_LISTED}(?:(?:,|,? and| &|/|,? vs\.?) ?{_LISTED}){{1,6}})"
    r"(?=[:,.;!?]|$| [a-z+\-\d]| [-–—|] )"
)
_LEADING = re.compile(r"(?P<symbol>[A-Z]{1,5})(?::| [-|–—]) (?P<name>[\w&'’]+)")
_HAS_US = re.compile(
    r"(?i)(?:[/,&]|\band)\s?(?:nyse|amex|otc|"
    r"nasdaq(?! (?:stockholm|copenhagen|helsinki|iceland|first)))"
)
_WORDS = re.compile(r"\)[^()]*\w[^()]*\(")  # between two brackets
_BESIDE, _BESIDE_LENGTH = 3, 60  # listings, characters
_GERMAN = re.compile(r"(?:FSE|FRA|FWB|FRANKFURT|XETRA|ETR):")  # second listings
_US_VENUES = frozenset(("OQ", "O", "N", "K", "PK", "US"))  # as Reuters writes them
_FOREIGN_VENUES = {
    "TO": "TSX",
    "V": "TSXV",
    "L": "LSE",
    "DE": "XETRA",
    "HK": "HKEX",
    "AX": "ASX",
    "PA": "EPA",
}
_FOREIGN_NAMES = {
    "TSXVENTURE": "TSXV",
    "TSXVENTUREEXCHANGE": "TSXV",
    "TSXEXCHANGE": "TSX",
}


def find_qualified(text: str, table: SymbolTable) -> Iterator[Mention]:
    """Yield the symbols for which an exchange vouches, listed or not."""
    if _MAY_QUALIFY.search(text):
        yield from _first_listings(
            text, [_vouched(match, table) for match in _QUALIFIED.finditer(text)]
        )
    if "(" in text or "[" in text:
        for match in _UNPUNCTUATED.finditer(text):
            yield from _vouched(match, table)


def find_written(text: str, table: SymbolTable) -> Iterator[Mention]:
    """Yield cashtags, listed symbols in brackets, and listed symbols on their own."""
    if "$" in text:
        yield from _cashtags(text, table)
    if "(" in text or "[" in text:
        yield from _brackets(text, table)
    if not text.isupper():
        yield from _leading(text, table)
        yield from _lists(text, table)
        if _MAY_BE_BARE.search(text):
            yield from _bare(text, table)


def _first_listings(text: str, groups: list[list[Mention]]) -> Iterator[Mention]:
    """Leave out the foreign listings beside a better one: they are of one company."""
    for place, group in enumerate(groups):
        start = max(0, place - _BESIDE)
        near = enumerate(groups[start : place + _BESIDE + 1], start)
        own = _distance(group), place
        if not own[0] or not any(
            (_distance(other), at) < own and _are_beside(text, group, other)
            for at, other in near
        ):
            yield from group


def _distance(group: list[Mention]) -> int:
    """Tell a listing in the US from one abroad and from a second one abroad."""
    symbol = group[0].symbol if group else ""
    return (":" in symbol) + bool(_GERMAN.match(symbol))


def _are_beside(text: str, one: list[Mention], other: list[Mention]) -> bool:
    """Tell whether nothing but exchanges and punctuation stands between two symbols."""
    if not one or not other:
        return False
    start, end = sorted((one[0].start, other[0].start))
    between = text[start:end]
    return len(between) < _BESIDE_LENGTH and not _WORDS.search(between)


def _vouched(match: re.Match[str], table: SymbolTable) -> list[Mention]:
    start, end = match.span("symbols")
    abroad = match.groupdict().get("abroad")
    if abroad and not _HAS_US.search(match.group()[: start - match.start()]):
        exchange = re.sub(r"[ .-]", "", abroad.upper())
        exchange = _FOREIGN_NAMES.get(exchange, exchange)
        symbol = f"{exchange}:{match['symbols']}"
        return [Mention(symbol=symbol, method=Method.EXCHANGE, start=start, end=end)]
    found = [_plain(symbol) for symbol in _ONE.findall(match["symbols"])]
    mentions = []
    for symbol in found:
        root = table.root(symbol)
        if len(symbol) == 5 and symbol[-1] in "WUR":  # NXLIW beside NXL
            shares = [o for o in found if len(o) > 2 and symbol.startswith(o)]
            shares.remove(symbol)
            root = min(shares, key=len, default=root)
        mentions.append(
            Mention(symbol=root, method=Method.EXCHANGE, start=start, end=end)
        )
    return mentions


def _cashtags(text: str, table: SymbolTable) -> Iterator[Mention]:
    for match in _CASHTAG.finditer(text):
        written = match["symbol"]
        symbol = _plain(written.upper())
        if symbol in NOT_CASHTAGS:
            continue
        is_shouted = len(written) > 1 and written.isupper()
        if is_shouted or (
            (len(symbol) > 2 or written.isupper()) and table.company(symbol)
        ):
            yield Mention(
                symbol=table.root(symbol),
                method=Method.CASHTAG,
                start=match.start(),
                end=match.end(),
            )


def _brackets(text: str, table: SymbolTable) -> Iterator[Mention]:
    for match in _BRACKET.finditer(text):
        listed = _ONE.findall(match["symbols"])
        for written in listed:
            symbol = _of_venue(_plain(written), table)
            if ":" not in symbol and not _is_symbol(
                symbol, text[: match.start()], table, is_alone=len(listed) == 1
            ):
                continue
            yield Mention(
                symbol=table.root(symbol),
                method=Method.BRACKET,
                start=match.start("symbols"),
                end=match.end("symbols"),
            )


def _of_venue(symbol: str, table: SymbolTable) -> str:
    """Read "ABCD.O" and "ABCD.TO"; a listed class share stays what it is."""
    stem, _, venue = symbol.partition("-")
    if table.company(symbol):
        return symbol
    if venue in _FOREIGN_VENUES:
        return f"{_FOREIGN_VENUES[venue]}:{stem}"
    return stem if venue in _US_VENUES else symbol


def _is_symbol(symbol: str, before: str, table: SymbolTable, *, is_alone: bool) -> bool:
    """Tell whether a bracket holds a symbol, not an abbreviation of what precedes."""
    company = table.company(symbol)
    if company is None:
        return False
    words = fold_name(before[-80:])
    name = fold_name(company.name)
    is_named = bool(name) and name[0] in words
    if is_named:
        return True
    if symbol in STOP_SYMBOLS or len(symbol) == 1:
        return False
    written = before.rstrip().rpartition(" ")[2]
    if is_alone and written[:1].islower():  # a symbol stands behind a name
        return False
    whole = [word.lower() for word in before[-80:].split()]
    return all(
        "".join(word[0] for word in part[-len(symbol) :]).upper() != symbol
        for part in (words, whole)
    )


def _leading(text: str, table: SymbolTable) -> Iterator[Mention]:
    """Yield a symbol of any length at the start where its company's name follows."""
    match = _LEADING.match(text)
    company = table.company(match["symbol"]) if match else None
    if match and company:
        name = fold_name(match["name"])
        named = table.names.by_words.get(name)
        if (named and named.symbol == company.symbol) or (
            name and name == fold_name(company.name)[:1]
        ):
            yield Mention(
                symbol=company.symbol,
                method=Method.BARE,
                start=match.start("symbol"),
                end=match.end("symbol"),
            )


def _lists(text: str, table: SymbolTable) -> Iterator[Mention]:
    """Yield the symbols of a list if all of them are listed."""
    for match in _LIST.finditer(text):
        found = [_plain(symbol) for symbol in _ONE.findall(match["symbols"])]
        if all(s not in STOP_SYMBOLS and table.company(s) for s in found):
            start, end = match.span("symbols")
            for symbol in found:
                yield Mention(
                    symbol=table.root(symbol), method=Method.BARE, start=start, end=end
                )


def _bare(text: str, table: SymbolTable) -> Iterator[Mention]:
    for match in _BARE.finditer(text):
        group = match.lastgroup
        assert group is not None  # noqa: S101 - one of the three always matches
        symbol = _plain(match[group])
        if symbol not in STOP_SYMBOLS and table.company(table.root(symbol)):
            start, end = match.span(group)
            if group == "symbol" and text[end : end + 1] == ":" and start:
                continue  # "ABC:" counts at the start only
            if text.rfind("(", 0, start) > text.rfind(")", 0, start):
                continue  # "(TSX: ABC | OTCQX: ABCDF)"
            yield Mention(
                symbol=table.root(symbol), method=Method.BARE, start=start, end=end
            )


def _plain(symbol: str) -> str:
    return symbol.replace(".", "-").replace("/", "-").replace(" ", "-")
