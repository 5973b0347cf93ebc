"""The table of listed companies: which symbols exist, whose they are, their names."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalyst_bot.errors import SymbolsError
from catalyst_bot.intake.aliases import Names, aliases_of, company_words, fold_name
from catalyst_bot.intake.nicknames import NICKNAMES

FIELDS = ("cik", "name", "ticker", "exchange")
LEAST = 5_000  # rows; the SEC's file has 10,000, less is a broken one
_MOST = 100_000
# Nasdaq's fifth letters for what is not the common share, and our own endings.
_FIFTH = frozenset("WURPONMLZGHI")
_ENDINGS = ("P", "W", "U", "R")
_PREFERRED = re.compile(r"([A-Z]{3,4})PR[A-Z]")  # ABCDPRA, as data vendors write it


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A listed company; `rank` is its place in the table, the largest first."""

    symbol: str  # of the common share
    name: str
    cik: int  # 0: not known, as in the table that the product ships
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SymbolTable:
    """All listings; an empty table knows nothing, and explicit symbols still work."""

    rows: int = 0
    _by_symbol: Mapping[str, Company] = field(default_factory=dict)
    _by_cik: Mapping[int, Company] = field(default_factory=dict)
    _exchanges: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def exchange_of(self, symbol: str) -> str:
        """Return where a stock trades, in capitals ("NYSE"); "" when nobody knows.

        A foreign symbol names its exchange itself: "TSXV:GHI".
        """
        place, colon, _ = symbol.partition(":")
        if colon:
            return place
        return self._exchanges.get(symbol) or self._exchanges.get(self.root(symbol), "")

    def company(self, symbol: str) -> Company | None:
        """Return whose symbol this is ("BRK-B"), preferreds and warrants included."""
        return self._by_symbol.get(symbol)

    def symbol_of(self, cik: str) -> str:
        """Return the symbol of a filer; "" for one that is not listed."""
        number = int(cik) if cik.isascii() and cik.isdecimal() else 0
        company = self._by_cik.get(number)
        return company.symbol if company else ""

    def words_of(self, symbol: str) -> tuple[str, ...]:
        """Return the words by which a title may name the company of this symbol."""
        company = self._by_symbol.get(symbol)
        named = company_words(company.name) if company else ()
        nicknames = map(fold_name, NICKNAMES.get(symbol, ()))
        called = [words[0] for words in nicknames if len(words) == 1]
        return (symbol.lower(), *named, *called)

    def root(self, symbol: str) -> str:
        """Return the common share of a preferred, a unit, a warrant or a right.

        Class shares written as one word (BFB) get the dash of the table (BF-B).
        """
        company = self._by_symbol.get(symbol)
        if company and _is_derived(symbol, company.symbol):
            return company.symbol
        if company:
            return symbol
        stem, dash, ending = symbol.partition("-")
        if dash:
            return stem if ending.startswith(_ENDINGS) else symbol
        if f"{symbol[:-1]}-{symbol[-1:]}" in self._by_symbol:  # BFB for BF-B
            return f"{symbol[:-1]}-{symbol[-1]}"
        preferred = _PREFERRED.fullmatch(symbol)
        return preferred[1] if preferred else symbol


def parse_symbols(body: bytes, *, least: int = LEAST) -> SymbolTable:
    """Return the table of the SEC's company_tickers_exchange.json.

    Rows that make no sense are skipped; one without a CIK is known by its name.

    Raises:
        SymbolsError: it is not that file, or fewer than `least` rows are usable.
    """
    try:
        content = json.loads(body)
        fields, rows = content["fields"], content["data"]
        places = tuple(fields.index(name) for name in FIELDS[:3])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SymbolsError("it is no table of symbols") from error
    if not isinstance(rows, list) or len(rows) > _MOST:
        raise SymbolsError("it is no table of symbols")
    companies: dict[int | str, Company] = {}
    by_symbol: dict[str, Company] = {}
    for row in rows:
        cik, name, symbol = _row(row, places)
        if not symbol:
            continue
        company = companies.setdefault(
            cik or name, Company(symbol=symbol, name=name, cik=cik, rank=len(by_symbol))
        )
        by_symbol.setdefault(symbol, company)
    if len(by_symbol) < least:
        raise SymbolsError(f"it has {len(by_symbol)} usable rows, not {least:,}")
    return SymbolTable(
        rows=len(by_symbol),
        _by_symbol=by_symbol,
        _by_cik={c.cik: c for c in companies.values() if c.cik},
        _exchanges=_exchanges(fields, rows),
        names=_names(companies.values(), by_symbol),
    )


def _exchanges(fields: list[str], rows: list[object]) -> dict[str, str]:
    """Return exchanges by symbol; {} for a table without that column."""
    if FIELDS[3] not in fields:
        return {}
    symbol, exchange = fields.index(FIELDS[2]), fields.index(FIELDS[3])
    return {
        row[symbol].replace(".", "-"): sys.intern(row[exchange].upper())
        for row in rows
        if isinstance(row, list)
        and len(row) > max(symbol, exchange)
        and isinstance(row[symbol], str)
        and isinstance(row[exchange], str)
    }


def _row(row: object, places: tuple[int, ...]) -> tuple[int, str, str]:
    """Return cik (0 for none), name and symbol of one row; no symbol for nonsense."""
    try:
        cik, name, symbol = (row[place] for place in places)  # type: ignore[index]
    except (TypeError, IndexError, KeyError):
        return 0, "", ""
    cik = 0 if cik is None else cik
    if not (isinstance(cik, int) and isinstance(name, str) and isinstance(symbol, str)):
        return 0, "", ""
    if not (symbol.isascii() and symbol.isupper() and len(symbol) <= 10):
        return 0, "", ""
    return cik, name[:200], symbol.replace(".", "-")


def _names(companies: Iterable[Company], by_symbol: Mapping[str, Company]) -> Names:
    names = Names()
    for symbol, nicknames in NICKNAMES.items():
        if company := by_symbol.get(symbol):
            names.add_nicknames(company.symbol, nicknames)
    for company in companies:
        if "-P" in company.symbol:  # a subsidiary with nothing but preferred shares
            continue
        own = frozenset(fold_name(company.name))
        for alias in aliases_of(company.name):
            names.add(alias, symbol=company.symbol, rank=company.rank, own=own)
    return names


def _is_derived(symbol: str, common: str) -> bool:
    if symbol == common:
        return False
    _, dash, ending = symbol.partition("-")
    if dash:
        return ending.startswith(_ENDINGS)
    return len(symbol) == 5 and symbol[:-1] == common and symbol[-1] in _FIFTH
