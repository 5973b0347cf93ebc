"""The listed companies of the simulation; none of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A company and where its stock is listed; all fields may be ""."""

    symbol: str
    name: str
    exchange: str = "Nasdaq"

    @property
    def tickers(self) -> tuple[str, ...]:
        """Return the listing as a wire names it: ("Nasdaq:ABCD",), () for none."""
        return (f"{self.exchange}:{self.symbol}",) if self.symbol else ()


NOBODY = Issuer(symbol="", name="")


def issuer(symbol: str) -> Issuer:
    """Return the issuer of a symbol, with a name made of it when none has it.

    "-" is nobody; "TSXV:ABC" names its own exchange.
    """
    if symbol == "-":
        return NOBODY
    exchange, colon, bare = symbol.rpartition(":")
    if colon:
        return Issuer(symbol=bare, name=f"{bare.title()} Corp.", exchange=exchange)
    found = _NAMES.get(symbol, f"{symbol.title()} Corp.")
    exchange = "NYSE" if symbol in _NYSE else "Nasdaq"
    return Issuer(symbol=symbol, name=found, exchange=exchange)


_NYSE = frozenset({"BMOR", "KSTM", "MSGT", "QRYH", "SLWK", "TMBR"})
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ALDB": "Alderbrook Therapeutics",
        "BMOR": "Brightmoor Energy",
        "CNDF": "Cinderfield Software",
        "DUNM": "Dunmarrow Robotics",
        "ELVS": "Elverstone Mining",
        "FENM": "Fennimore Foods",
        "GLWS": "Glasswater Semiconductors",
        "HRTM": "Hartsmere Medical",
        "INVL": "Inverlock Aerospace",
        "JVRT": "Juniper Vale Retail",
        "KSTM": "Kestrelmont Shipping",
        "LRKH": "Larkhaven Biologics",
        "MSGT": "Mossgate Insurance",
        "NTLC": "Nettlecombe Motors",
        "OKFL": "Oakenfell Networks",
        "PNRL": "Pennyroyal Solar",
        "QRYH": "Quarryhill Materials",
        "RSTW": "Rosthwaite Pharma",
        "SLWK": "Silverlock Bancorp",
        "TMBR": "Timberwell Homes",
        "ULND": "Ulverland Logistics",
        "VRDM": "Verdemoor Agritech",
        "WYCH": "Wychcombe Media",
        "YARW": "Yarrowfield Genomics",
    }
)
SYMBOLS = tuple(_NAMES)
